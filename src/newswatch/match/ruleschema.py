"""What rules.toml may say, and what it means: a read TOML file becomes a RuleBook.

Two kinds of mistake. One that puts the whole file in doubt (an unknown key, a wrong type outside a rule)
is a RulesInvalid at its place. A rule with a wrong value becomes a RuleProblem, and the others live.
Must never know the rule language, nor touch a disk.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NoReturn, TypeVar

from newswatch import tomlvalues as values
from newswatch.errors import FileInvalid
from newswatch.match import rulevalues
from newswatch.match.ruleids import ALIAS_NAME, ids_of, own_id
from newswatch.model.rule import DEFAULT_FIELDS, Mute, Quiet, Rule, RuleBook, RuleId, RuleProblem, Severity, Throttle
from newswatch.tomlfile import KeyPath, TomlFile, shown, unknown_key

T = TypeVar("T")

VERSION = 1
MUTE_PREFIX = "mute:"
"""Before the id of a mute in `RuleProblem.rule_id`, which is otherwise that of a rule."""

_FILE_KEYS = ("version", "defaults", "alias", "rule", "mute")
_DEFAULTS_KEYS = ("severity", "fields")
_QUIET_KEYS = ("from", "to", "tz", "except", "then")
_THROTTLE_KEYS = ("per", "max")
_MUTE_KEYS = ("id", "name", "query", "expires")
_RULE_KEYS = (
    "id", "name", "query", "keywords", "severity", "fields", "color", "tags", "languages", "feeds", "notify", "quiet",
    "throttle", "escalate", "fulltext", "expires", "enabled", "notes", "must", "must_not",
)  # fmt: skip


class _Mistake(Exception):
    """What is wrong with the value of one key of one rule."""

    def __init__(self, key: KeyPath, message: str) -> None:
        self.key = key
        self.message = message
        super().__init__(message)


class _Doubts:
    """What puts the whole file in doubt, in the order in which it was found."""

    def __init__(self, file: TomlFile) -> None:
        self.file = file
        self.found: list[FileInvalid] = []

    def add(self, message: str, path: KeyPath) -> None:
        self.found.append(self.file.mistake(message, path))

    def tables(self, name: str) -> Sequence[Mapping[str, object]]:
        try:
            return tables_of(self.file, name)
        except FileInvalid as fault:
            self.found.append(fault)
            return []


def read_book(file: TomlFile) -> RuleBook:
    """The rules, aliases and mutes of the file. Raises RulesInvalid for what puts the whole file in doubt."""
    book, doubts = read_all(file)
    if doubts:
        raise doubts[0]
    first = {problem.rule_id: problem for problem in reversed(book.problems)}
    return replace(book, problems=tuple(reversed(first.values()))) if len(first) < len(book.problems) else book


def read_all(file: TomlFile) -> tuple[RuleBook, tuple[FileInvalid, ...]]:
    """As `read_book`, with everything that puts the file in doubt, or is wrong in one rule, instead of the first of it.

    For `lint`.
    """
    doubts = _Doubts(file)
    _check_version(doubts)
    _check_keys(doubts, file.values, _FILE_KEYS, (), file.path.name)
    default_severity, default_fields = _defaults(doubts)
    aliases = _aliases(doubts)
    rule_tables, mute_tables = doubts.tables("rule"), doubts.tables("mute")
    rules: list[Rule] = []
    mutes: list[Mute] = []
    problems: list[RuleProblem] = []
    for index, (table, rule_id) in enumerate(zip(rule_tables, ids_of(rule_tables), strict=True)):
        _check_table(doubts, table, _RULE_KEYS, ("rule", index), "[[rule]]")
        rule, mistakes = _read_rule(table, RuleId(rule_id), default_severity, default_fields)
        if not mistakes:
            rules.append(rule)
        problems += [_problem(file, ("rule", index), RuleId(rule_id), mistake, rule) for mistake in mistakes]
    for index, (table, mute_id) in enumerate(zip(mute_tables, ids_of(mute_tables), strict=True)):
        _check_table(doubts, table, _MUTE_KEYS, ("mute", index), "[[mute]]")
        try:
            _check_id(table, mute_id)
            mutes.append(_mute(table, mute_id))
        except _Mistake as mistake:
            problems.append(_problem(file, ("mute", index), RuleId(MUTE_PREFIX + mute_id), mistake))
    book = RuleBook(
        rules=tuple(rules),
        aliases=aliases,
        mutes=tuple(mutes),
        default_severity=default_severity,
        default_fields=default_fields,
        problems=tuple(problems),
    )
    return book, tuple(doubts.found)


def tables_of(file: TomlFile, name: str) -> Sequence[Mapping[str, object]]:
    """All `[[name]]` tables in file order. Raises RulesInvalid if the name is something else."""
    tables = file.values.get(name, [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        file.fail(f"write each {name} as a table of its own, below a line [[{name}]]", (name,))
    return tables


def _check_version(doubts: _Doubts) -> None:
    version = doubts.file.values.get("version", VERSION)
    if version == VERSION and not isinstance(version, bool):
        return
    if isinstance(version, int) and version > VERSION:
        message = f"version {shown(version)} was written by a newer newswatch; this one reads {VERSION}"
        doubts.add(message, ("version",))
    else:
        doubts.add(f"version = {shown(version)}: write version = {VERSION}", ("version",))


def _check_keys(doubts: _Doubts, table: Mapping[str, object], known: Sequence[str], path: KeyPath, where: str) -> None:
    for key in table:
        if key not in known:
            doubts.add(unknown_key(key, known, where), (*path, key))


def _check_table(doubts: _Doubts, table: Mapping[str, object], known: Sequence[str], path: KeyPath, where: str) -> None:
    _check_keys(doubts, table, known, path, where)
    for key, inner_known in (("quiet", _QUIET_KEYS), ("throttle", _THROTTLE_KEYS)):
        inner = table.get(key)
        if isinstance(inner, dict):
            _check_keys(doubts, inner, inner_known, (*path, key), f"{where} {key}")


def _defaults(doubts: _Doubts) -> tuple[Severity, tuple[str, ...]]:
    table = doubts.file.values.get("defaults", {})
    if not isinstance(table, dict):
        doubts.add("[defaults] is a table: write its keys on the lines below [defaults]", ("defaults",))
        return Severity.NORMAL, DEFAULT_FIELDS
    _check_keys(doubts, table, _DEFAULTS_KEYS, ("defaults",), "[defaults]")
    try:
        severity = Severity(_take(table, "severity", rulevalues.severity, usual=Severity.NORMAL.value))
        return severity, _take(table, "fields", rulevalues.fields, usual=DEFAULT_FIELDS)
    except _Mistake as mistake:
        doubts.add(mistake.message, ("defaults", *mistake.key))
        return Severity.NORMAL, DEFAULT_FIELDS


def _aliases(doubts: _Doubts) -> Mapping[str, tuple[str, ...]]:
    table = doubts.file.values.get("alias", {})
    if not isinstance(table, dict):
        doubts.add("[alias] is a table: write its names on the lines below [alias]", ("alias",))
        return {}
    aliases: dict[str, tuple[str, ...]] = {}
    for name, phrases in table.items():
        if not ALIAS_NAME.fullmatch(name):
            message = f'an alias is named by letters, digits, "_" and "-", not "{shown(name)}"'
            doubts.add(message, ("alias", name))
            continue
        try:
            aliases[name] = values.lines(phrases)
        except ValueError as mistake:
            doubts.add(f"alias {shown(name)} = {shown(phrases)}: write {mistake}", ("alias", name))
            continue
        if not aliases[name]:
            doubts.add(f"alias {shown(name)} has no phrase: write at least one", ("alias", name))
    return aliases


def _check_id(table: Mapping[str, object], given: str) -> None:
    written = table.get("id")
    if written is None:
        return
    if not isinstance(written, str) or not written:
        _wrong("id", written, 'a short name in quotes, like "dprk-troops"')
    if written != given:
        if own_id(table) == written:
            raise _Mistake(("id",), f'the id "{shown(written)}" is taken by one above: give this one another')
        raise _Mistake(("id",), "the id is too long, or holds characters that cannot be shown")


def _read_rule(
    table: Mapping[str, object], rule_id: RuleId, default_severity: Severity, default_fields: tuple[str, ...]
) -> tuple[Rule, list[_Mistake]]:
    """The rule and what is wrong with it; then the rule is what remains without the keys that are wrong."""
    rest, mistakes, has_query = dict(table), list[_Mistake](), True
    while True:
        try:
            _check_id(rest, rule_id)
            rule = _rule(rest, rule_id, default_severity, default_fields)
        except _Mistake as mistake:
            mistakes.append(mistake)
            key = str(mistake.key[0]) if mistake.key else "query"
            rest.pop(key, None)
            if key in ("query", "keywords") and not rest.keys() & {"query", "keywords"}:
                rest["query"], has_query = "none that can be read", False
        else:
            return (rule if has_query else replace(rule, query="")), mistakes


def _rule(
    table: Mapping[str, object], rule_id: RuleId, default_severity: Severity, default_fields: tuple[str, ...]
) -> Rule:
    query, keywords = _query_or_keywords(table)
    return Rule(
        id=rule_id,
        name=_take(table, "name", values.line, usual=""),
        query=query,
        keywords=keywords,
        severity=Severity(_take(table, "severity", rulevalues.severity, usual=default_severity.value)),
        fields=_take(table, "fields", rulevalues.fields, usual=default_fields),
        color=_take_or_none(table, "color", rulevalues.color),
        tags=_take(table, "tags", values.lines, usual=()),
        languages=_take(table, "languages", rulevalues.languages, usual=()),
        feeds=_take(table, "feeds", rulevalues.scope, usual=()),
        notify=_take(table, "notify", values.lines, usual=()),
        quiet=_quiet(table),
        throttle=_throttle(table),
        escalate=_take_or_none(table, "escalate", rulevalues.escalate),
        fulltext=_take(table, "fulltext", values.flag, usual=False),
        expires=_take_or_none(table, "expires", values.day),
        enabled=_take(table, "enabled", values.flag, usual=True),
        notes=_take(table, "notes", rulevalues.body, usual=""),
        must=_take(table, "must", rulevalues.cases, usual=()),
        must_not=_take(table, "must_not", rulevalues.cases, usual=()),
    )


def _mute(table: Mapping[str, object], mute_id: str) -> Mute:
    query = _take_or_none(table, "query", rulevalues.query)
    if query is None:
        raise _Mistake((), "a mute needs a query: what it hides")
    return Mute(
        id=mute_id,
        name=_take(table, "name", values.line, usual=""),
        query=query,
        expires=_take_or_none(table, "expires", values.day),
    )


def _query_or_keywords(table: Mapping[str, object]) -> tuple[str, tuple[str, ...]]:
    if "query" in table and "keywords" in table:
        raise _Mistake(("keywords",), "a rule has a query or keywords, not both: delete one of them")
    if "keywords" in table:
        keywords = _take_or_none(table, "keywords", values.lines)
        if not keywords:
            raise _Mistake(("keywords",), 'keywords is empty: write at least one phrase, keywords = ["…"]')
        return "", keywords
    if "query" not in table:
        raise _Mistake((), "a rule needs a query, or keywords")
    return _take(table, "query", rulevalues.query, usual=""), ()


def _quiet(table: Mapping[str, object]) -> Quiet | None:
    inner = _inner(table, "quiet", '{ from = "23:00", to = "06:30" }')
    if inner is None:
        return None
    path = ("quiet",)
    _need(inner, ("from", "to"), path)
    except_ = _take_or_none(inner, "except", rulevalues.severity, path)
    return Quiet(
        start=_take(inner, "from", values.clock_time, usual="", path=path),
        end=_take(inner, "to", values.clock_time, usual="", path=path),
        tz=_take(inner, "tz", values.zone, usual="UTC", path=path),
        except_=None if except_ is None else Severity(except_),
        then=_take(inner, "then", values.choice(("digest",)), usual="digest", path=path),
    )


def _throttle(table: Mapping[str, object]) -> Throttle | None:
    inner = _inner(table, "throttle", '{ per = "10m", max = 3 }')
    if inner is None:
        return None
    path = ("throttle",)
    _need(inner, _THROTTLE_KEYS, path)
    return Throttle(
        per_s=_take(inner, "per", values.duration(1.0, rulevalues.MAX_PERIOD_S), usual=0.0, path=path),
        max=_take(inner, "max", values.count(1, 1_000_000), usual=0, path=path),
    )


def _inner(table: Mapping[str, object], key: str, example: str) -> Mapping[str, object] | None:
    inner = table.get(key)
    if inner is not None and not isinstance(inner, dict):
        _wrong(key, inner, f"a table: {example}")
    return inner


def _need(inner: Mapping[str, object], keys: Sequence[str], path: tuple[str, ...]) -> None:
    for key in keys:
        if key not in inner:
            raise _Mistake(path, f'{path[0]} needs "{key}" too')


def _take(table: Mapping[str, object], key: str, read: values.Reader[T], *, usual: T, path: tuple[str, ...] = ()) -> T:
    value = _take_or_none(table, key, read, path)
    return usual if value is None else value


def _take_or_none(
    table: Mapping[str, object], key: str, read: values.Reader[T], path: tuple[str, ...] = ()
) -> T | None:
    if key not in table:
        return None
    try:
        return read(table[key])
    except ValueError as mistake:
        message = f"{'.'.join((*path, key))} = {shown(table[key])}: write {mistake}"
        raise _Mistake((*path, key), message) from mistake


def _wrong(key: str, value: object, wanted: str) -> NoReturn:
    raise _Mistake((key,), f"{key} = {shown(value)}: write {wanted}")


def _problem(
    file: TomlFile, path: KeyPath, rule_id: RuleId, mistake: _Mistake, rule: Rule | None = None
) -> RuleProblem:
    place = file.mistake(mistake.message, (*path, *mistake.key))
    return RuleProblem(rule_id, mistake.message, line=place.line, column=place.column, rule=rule)
