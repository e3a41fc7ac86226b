"""rules.toml on disk: read into a RuleBook, and written back rule by rule.

A file is written only if nobody changed it since it was read, and only after the new text was read back and
says what was wanted. Must never know the rule language: a caller checks the query before it saves.
Blocks for the disk: call it off the event loop.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from newswatch import atomic
from newswatch.errors import FileChanged, RuleRefused, RulesInvalid
from newswatch.match import ruleedit
from newswatch.match.ruleedit import Edit, Written
from newswatch.match.ruleids import ID_LIMIT, derived_id, free_id, ids_of
from newswatch.match.ruleschema import VERSION, read_book, tables_of
from newswatch.match.rulevalues import plain_query
from newswatch.model.rule import Rule, RuleBook, RuleDraft, RuleId
from newswatch.text.clean import clean_line
from newswatch.tomlfile import TomlFile, parse_toml, read_bytes

_UNSAFE = "this edit would change more of the file than the rule; edit the file by hand"


@dataclass(frozen=True, slots=True)
class LoadedRules:
    """What rules.toml holds. `fingerprint` names the bytes it was read from; `text` is for `difference`."""

    book: RuleBook
    fingerprint: str
    text: str = field(default="", repr=False)


def load_rulebook(path: Path) -> LoadedRules:
    """The rules in this file, none if there is no file. Raises RulesInvalid; a wrong rule is a problem in the book."""
    data = read_bytes(path, RulesInvalid)
    if data is None:
        return LoadedRules(RuleBook(), atomic.ABSENT)
    return _loaded(parse_toml(data, path, RulesInvalid), data)


def save_rule(path: Path, fingerprint: str, draft: RuleDraft, replaces: RuleId | None) -> tuple[RuleId, LoadedRules]:
    """Adds the rule at the end of the file, or changes the one it replaces; comments and order stay.

    Raises FileChanged if the file is no longer the one with that fingerprint, RulesInvalid if it is no good,
    RuleRefused if the rule cannot be saved as it is; nothing is written then.
    """
    file = unchanged(path, fingerprint)
    wanted, tags = _wanted(file, draft, replaces), _tags(draft)
    if replaces is None:
        index = len(tables_of(file, "rule"))
        text = ruleedit.append_table(file, "rule", _values(wanted, tags, read_book(file)))
    else:
        index = index_of(file, replaces)
        text = ruleedit.apply(file, _edits(file, index, wanted, tags))
    new = read_back(file, text)
    _check_saved(new, wanted, tags)
    return wanted.id, written(new, fingerprint, is_safe=others(new, index) == others(file, index))


def set_enabled(path: Path, fingerprint: str, rule_id: RuleId, enabled: bool) -> LoadedRules:  # noqa: FBT001 - the verb says what it is
    """Switches a rule on or off. Raises as `save_rule`."""
    file = unchanged(path, fingerprint)
    index = index_of(file, rule_id)
    new = read_back(file, ruleedit.apply(file, _enabling(file, index, is_enabled=enabled)))
    is_switched = tables_of(new, "rule")[index].get("enabled", True) is enabled
    return written(new, fingerprint, is_safe=is_switched and others(new, index) == others(file, index))


def delete_rule(path: Path, fingerprint: str, rule_id: RuleId) -> LoadedRules:
    """Takes a rule out of the file. Raises as `save_rule`."""
    file = unchanged(path, fingerprint)
    index = index_of(file, rule_id)
    new = read_back(file, ruleedit.drop_table(file, "rule", index))
    return written(new, fingerprint, is_safe=others(new, None) == others(file, index))


def add_example(path: Path, fingerprint: str, rule_id: RuleId, key: str, text: str) -> LoadedRules:
    """Adds a text to the `must` or `must_not` (`key`) of a rule. Raises as `save_rule`."""
    file = unchanged(path, fingerprint)
    index = index_of(file, rule_id)
    table = tables_of(file, "rule")[index]
    new = read_back(file, ruleedit.apply(file, [ruleedit.add_item(file, "rule", index, key, text)]))
    before, after = table.get(key, []), tables_of(new, "rule")[index]
    is_added = isinstance(before, list) and after == {**table, key: [*before, text]}
    return written(new, fingerprint, is_safe=is_added and others(new, index) == others(file, index))


def drop_example(path: Path, fingerprint: str, rule_id: RuleId, key: str, text: str) -> LoadedRules:
    """Takes a text out of the `must` or `must_not` (`key`) of a rule. Raises as `save_rule`."""
    file = unchanged(path, fingerprint)
    index = index_of(file, rule_id)
    before = tables_of(file, "rule")[index].get(key, [])
    if not isinstance(before, list) or text not in before:
        raise RuleRefused(f"the rule {rule_id} has no such {key} any more")
    new = read_back(file, ruleedit.apply(file, [ruleedit.drop_item(file, "rule", index, key, text)]))
    after = tables_of(new, "rule")[index].get(key, [])
    is_dropped = isinstance(after, list) and sorted(map(str, [*after, text])) == sorted(map(str, before))
    return written(new, fingerprint, is_safe=is_dropped and others(new, index) == others(file, index))


def write_missing_ids(path: Path, fingerprint: str) -> LoadedRules:
    """Writes the ids that rules and mutes got from their names into the file. Raises as `save_rule`."""
    file = unchanged(path, fingerprint)
    ids = {kind: ids_of(tables_of(file, kind)) for kind in ("rule", "mute")}
    new = read_back(
        file,
        ruleedit.apply(
            file,
            [
                ruleedit.set_key(file, kind, index, "id", ids[kind][index])
                for kind in ids
                for index in ruleedit.missing_keys(file, kind, "id")
            ],
        ),
    )
    return written(new, fingerprint, is_safe=ids == {kind: ids_of(tables_of(new, kind)) for kind in ids})


def difference(loaded: LoadedRules, path: Path) -> tuple[str, ...]:
    """What changed on disk since this was read, as printable lines of a unified diff; for FileChanged."""
    data = read_bytes(path, RulesInvalid) or b""
    now = data.decode("utf-8", "replace")
    lines = difflib.unified_diff(
        loaded.text.splitlines(), now.splitlines(), f"{path.name} as read", f"{path.name} on disk", lineterm="", n=1
    )
    return tuple(line[:1] + clean_line(line[1:], 500) for line in lines)


def _loaded(file: TomlFile, data: bytes) -> LoadedRules:
    return LoadedRules(read_book(file), atomic.fingerprint(data), file.text)


def unchanged(path: Path, fingerprint: str) -> TomlFile:
    """The file, if it is still the one that was read, with a line end at its end."""
    data = read_bytes(path, RulesInvalid)
    if (atomic.ABSENT if data is None else atomic.fingerprint(data)) != fingerprint:
        raise FileChanged(path)
    file = parse_toml(f"version = {VERSION}\n".encode() if data is None else data, path, RulesInvalid)
    return replace(file, text=file.text + "\n") if file.text and not file.text.endswith("\n") else file


def read_back(file: TomlFile, text: str) -> TomlFile:
    """The new text, read again. Raises RuleRefused if it is no good file any more."""
    try:
        return parse_toml(file.encoded(text), file.path, RulesInvalid)
    except RulesInvalid as fault:
        raise RuleRefused(f"{_UNSAFE}: {fault.message}") from fault


def written(new: TomlFile, fingerprint: str, *, is_safe: bool) -> LoadedRules:
    """Puts the new text on disk, if the caller found that it says what it should and nothing else changed."""
    if not is_safe:
        raise RuleRefused(_UNSAFE)
    data = new.encoded(new.text)
    loaded = _loaded(new, data)
    if loaded.fingerprint != fingerprint:
        try:
            atomic.write_atomically(new.path, data, expected=fingerprint)
        except OSError as error:
            raise RuleRefused(atomic.explain(error, new.path)) from error
    return loaded


def index_of(file: TomlFile, rule_id: RuleId) -> int:
    ids = ids_of(tables_of(file, "rule"))
    if rule_id not in ids:
        raise RuleRefused(f'{file.path} has no rule "{clean_line(rule_id, ID_LIMIT)}"')
    return ids.index(rule_id)


def _wanted(file: TomlFile, draft: RuleDraft, replaces: RuleId | None) -> Rule:
    """The rule that the file is to hold, as far as a draft says it."""
    query, name = plain_query(draft.query), clean_line(draft.name)
    if not query:
        raise RuleRefused("the query is empty: write what to look for")
    ids = ids_of(tables_of(file, "rule"))
    rule_id = clean_line(draft.id, ID_LIMIT)
    if rule_id and rule_id != replaces and rule_id in ids:
        raise RuleRefused(f'there is a rule "{rule_id}" already: give this one another id')
    if not rule_id:
        rule_id = replaces or free_id(derived_id({"name": name, "query": query}), set(ids))
    return Rule(RuleId(rule_id), name, query, severity=draft.severity, enabled=draft.enabled)


def _tags(draft: RuleDraft) -> tuple[str, ...] | None:
    """The tags that the rule is to have, each once; None: those it has."""
    if draft.tags is None:
        return None
    return tuple(dict.fromkeys(tag for written in draft.tags if (tag := clean_line(written))))


def _values(wanted: Rule, tags: tuple[str, ...] | None, book: RuleBook) -> Mapping[str, Written]:
    """The keys of a new rule; what the file's defaults say already is not said again."""
    values: dict[str, Written] = {"id": wanted.id}
    if wanted.name:
        values["name"] = wanted.name
    values["query"] = wanted.query
    if wanted.severity is not book.default_severity:
        values["severity"] = wanted.severity.value
    if tags:
        values["tags"] = tags
    if not wanted.enabled:
        values["enabled"] = False
    return values


def _edits(file: TomlFile, index: int, wanted: Rule, tags: tuple[str, ...] | None) -> list[Edit]:
    """What changes in a rule's table; a key that says the wanted thing already stays as it is written."""
    table = tables_of(file, "rule")[index]
    book = read_book(file)
    severity = table.get("severity", book.default_severity.value)
    edits: list[Edit] = []
    if table.get("id") != wanted.id:
        edits.append(ruleedit.set_key(file, "rule", index, "id", wanted.id))
    if wanted.name and table.get("name") != wanted.name:
        edits.append(ruleedit.set_key(file, "rule", index, "name", wanted.name))
    elif not wanted.name and "name" in table:
        edits.append(ruleedit.drop_key(file, "rule", index, "name"))
    edits.extend(_query_edits(file, index, wanted, book))
    if severity != wanted.severity.value:
        edits.append(ruleedit.set_key(file, "rule", index, "severity", wanted.severity.value))
    if tags and table.get("tags") != list(tags):
        edits.append(ruleedit.set_key(file, "rule", index, "tags", tags))
    elif tags == () and "tags" in table:
        edits.append(ruleedit.drop_key(file, "rule", index, "tags"))
    return [*edits, *_enabling(file, index, is_enabled=wanted.enabled)]


def _query_edits(file: TomlFile, index: int, wanted: Rule, book: RuleBook) -> list[Edit]:
    table = tables_of(file, "rule")[index]
    rule_id = ids_of(tables_of(file, "rule"))[index]
    if any(rule.id == rule_id and rule.text == wanted.query for rule in book.rules):
        return []  # keywords that mean the same stay keywords
    if "query" not in table and "keywords" in table:
        return [ruleedit.replace_key(file, "rule", index, "keywords", "query", wanted.query)]
    edits = [ruleedit.set_key(file, "rule", index, "query", wanted.query)]
    if "keywords" in table:  # it had both, which was its mistake
        edits.append(ruleedit.drop_key(file, "rule", index, "keywords"))
    return edits


def _enabling(file: TomlFile, index: int, *, is_enabled: bool) -> list[Edit]:
    """On is the default, so switching on takes the key out."""
    table = tables_of(file, "rule")[index]
    if table.get("enabled", True) is is_enabled:
        return []
    if is_enabled:
        return [ruleedit.drop_key(file, "rule", index, "enabled")]
    return [ruleedit.set_key(file, "rule", index, "enabled", value=False)]


def others(file: TomlFile, index: int | None) -> tuple[object, ...]:
    """All that the file says but for its `index`-th rule."""
    rules = [table for number, table in enumerate(tables_of(file, "rule")) if number != index]
    return {key: value for key, value in file.values.items() if key != "rule"}, rules


def _check_saved(new: TomlFile, wanted: Rule, tags: tuple[str, ...] | None) -> None:
    """Raises RuleRefused unless the new file holds the wanted rule, live."""
    book = read_book(new)
    for problem in book.problems:
        if problem.rule_id == wanted.id:
            raise RuleRefused(f"{new.path}:{problem.line}: {problem.message}")
    saved = next((rule for rule in book.rules if rule.id == wanted.id), None)
    if (
        saved is None
        or (saved.name, saved.text, saved.severity, saved.enabled)
        != (wanted.name, wanted.query, wanted.severity, wanted.enabled)
        or tags not in (None, saved.tags)
    ):
        raise RuleRefused(_UNSAFE)
