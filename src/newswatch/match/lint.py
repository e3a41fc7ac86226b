"""All that can be said of a rules.toml without running it: each mistake and each doubt, with line and column.

Errors are what the monitor refuses, or what makes a rule stay off; notes are what it takes as it stands. Must never
know of a screen, nor touch a disk.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from newswatch.errors import FileInvalid, QueryError, RulesInvalid
from newswatch.match import tree
from newswatch.match.claims import Claim, claim_of
from newswatch.match.compile import CompiledQuery, compile_query, word_fields
from newswatch.match.examples import trials
from newswatch.match.grammar import parse_query
from newswatch.match.habits import LANGUAGE_MEANT
from newswatch.match.hints import find_hints
from newswatch.match.matcher import FeedScope, Matcher, compile_book
from newswatch.match.ruleids import ids_of
from newswatch.match.ruleplaces import RulePlaces
from newswatch.match.ruleschema import MUTE_PREFIX, read_all, tables_of
from newswatch.match.terms import alias_entry
from newswatch.model.rule import Mute, Rule, RuleBook, RuleId
from newswatch.tomlfile import KeyPath, TomlFile, nearest, parse_toml

__all__ = ["Finding", "Lint", "lint"]

_NAMED = re.compile(r"@([\w-]+)")
_SLOW = "slow: every article is asked, because no word can stand for it. Join a word that must be there with AND"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to say about a place in the file; line and column count from 1.

    `rule_id` is the rule it is about, with `MUTE_PREFIX` before that of a mute; None for the rest of the file.
    """

    line: int
    column: int
    message: str
    is_error: bool
    rule_id: RuleId | None = None


@dataclass(frozen=True, slots=True)
class Lint:
    """What was found, in the order of the file. `slow` are the rules that no word can stand for."""

    findings: tuple[Finding, ...]
    rules: int = 0
    mutes: int = 0
    slow: tuple[RuleId, ...] = ()

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What has to be mended."""
        return tuple(finding for finding in self.findings if finding.is_error)

    @property
    def notes(self) -> tuple[Finding, ...]:
        """What may well be meant."""
        return tuple(finding for finding in self.findings if not finding.is_error)


def lint(data: bytes, path: Path, now: datetime, feeds: Sequence[FeedScope] = ()) -> Lint:
    """Everything that is to be said of the file with these bytes. Never raises for what is in it.

    `feeds` are those that rules can be for; without any, nothing is said of that.
    """
    try:
        file = parse_toml(data, path, RulesInvalid)
    except FileInvalid as fault:
        return Lint((_of_fault(fault),))
    book, doubts = read_all(file)
    try:
        ids = {kind: ids_of(tables_of(file, kind)) for kind in ("rule", "mute")}
    except FileInvalid:  # it is among the doubts
        return Lint(tuple(_of_fault(fault) for fault in doubts))
    tables: dict[RuleId, KeyPath] = {RuleId(rule_id): ("rule", index) for index, rule_id in enumerate(ids["rule"])}
    tables |= {RuleId(MUTE_PREFIX + mute_id): ("mute", index) for index, mute_id in enumerate(ids["mute"])}
    linter = _Linter(file, book, tables, now, feeds)
    findings = {*map(_of_fault, doubts), *linter.findings()}
    in_order = sorted(findings, key=lambda one: (one.line, one.column, not one.is_error, one.message))
    return Lint(tuple(in_order), len(ids["rule"]), len(ids["mute"]), linter.matcher.slow)


def _of_fault(fault: FileInvalid) -> Finding:
    return Finding(fault.line or 1, fault.column or 1, fault.message, is_error=True)


class _Linter:
    """Looks at a file that is good TOML."""

    def __init__(
        self,
        file: TomlFile,
        book: RuleBook,
        tables: Mapping[RuleId, KeyPath],
        now: datetime,
        feeds: Sequence[FeedScope],
    ) -> None:
        self._tags = sorted({f"tag:{tag}" for feed in feeds for tag in feed.tags})
        self._wanted = {*self._tags, *(address for feed in feeds for address in (feed.address, *feed.earlier))}
        self._book = book
        self._tables = tables
        self._now = now
        self._places = RulePlaces(file)
        self._used: set[str] = set()
        self.matcher: Matcher = compile_book(book)

    def findings(self) -> Iterator[Finding]:
        yield from self._of_problems()
        yield from self._of_rules()
        for mute in self._book.mutes:
            yield from self._of_mute(mute)
        yield from self._of_aliases()

    def _of_problems(self) -> Iterator[Finding]:
        """What the schema found in single rules and mutes."""
        for problem in self._book.problems:
            place = (problem.line or 1, problem.column or 1)
            yield Finding(*place, problem.message, is_error=True, rule_id=problem.rule_id)
            if problem.rule is not None and problem.rule.text:
                yield from self._of_query(problem.rule)

    def _of_query(self, rule: Rule) -> Iterator[Finding]:
        """The mistake in the query of a rule that is wrong elsewhere too."""
        try:
            node = parse_query(rule.text, self._book.aliases)
        except QueryError as mistake:
            self._used.update(_NAMED.findall(rule.text))
            yield self._of_mistake(rule.id, mistake)
        else:
            self._used |= {part.name for part in tree.walk(node) if isinstance(part, tree.Alias)}

    def _of_rules(self) -> Iterator[Finding]:
        seen: dict[tuple[Claim, tuple[str, ...], tuple[str, ...]], Rule] = {}
        for rule in self._book.rules:
            try:
                query = compile_query(rule.text, self._book.aliases, rule.fields)
            except QueryError as mistake:
                self._used.update(_NAMED.findall(rule.text))
                yield self._of_mistake(rule.id, mistake)
                continue
            self._used |= {node.name for node in tree.walk(query.node) if isinstance(node, tree.Alias)}
            for number, keyword in enumerate(rule.keywords):
                if (name := keyword.removeprefix("@")) != keyword and name in self._book.aliases:
                    place = self._places.of_value((*self._tables[rule.id], "keywords", number))
                    text = f"a keyword is a phrase: {keyword} is only a word here; in a query it is the alias"
                    yield Finding(*place, text, is_error=False, rule_id=rule.id)
            yield from self._of_examples(rule, query)
            yield from self._of_rule(rule, query)
            same = (claim_of(query.node, query.fields, query.fields), rule.languages, rule.feeds)
            if rule.enabled and (first := seen.setdefault(same, rule)) is not rule:
                table = self._tables[first.id]
                line, _ = self._places.of_key(table)
                yield self._note(rule.id, "query", f'this looks for the same as rule "{first.id}" in line {line}')

    def _of_rule(self, rule: Rule, query: CompiledQuery) -> Iterator[Finding]:
        table = self._tables[rule.id]
        for hint in find_hints(rule.text, query.node, query.fields):
            yield Finding(*self._places.in_query(table, hint.offset), hint.text, is_error=False, rule_id=rule.id)
        yield from self._of_scope(rule)
        if rule.has_expired(self._now):
            yield self._note(rule.id, "expires", "this rule has expired: it is not looked for any more")
        if rule.id in self.matcher.slow:
            yield self._note(rule.id, "query", _SLOW)

    def _of_scope(self, rule: Rule) -> Iterator[Finding]:
        """What a rule is for, where that is nothing."""
        table = self._tables[rule.id]
        for number, language in enumerate(rule.languages):
            if (meant := LANGUAGE_MEANT.get(language.lower())) is not None:
                place = self._places.of_value((*table, "languages", number))
                text = f'"{language}" is no tag that feeds have: did you mean "{meant}"?'
                yield Finding(*place, text, is_error=False, rule_id=rule.id)
        for number, wanted in enumerate(rule.feeds if self._wanted else ()):
            if wanted not in self._wanted:
                place = self._places.of_value((*table, "feeds", number))
                tag = wanted.removeprefix("tag:")
                near = nearest(wanted, self._tags) if tag != wanted else None
                text = f"no feed has the {'address' if tag == wanted else 'tag'} {tag}"
                text += f'; did you mean "{near}"?' if near else ""
                yield Finding(*place, text, is_error=False, rule_id=rule.id)

    def _of_examples(self, rule: Rule, query: CompiledQuery) -> Iterator[Finding]:
        try:
            for trial in trials(rule, query):
                if trial.fault:
                    place = self._places.of_value((*self._tables[rule.id], trial.key, trial.number))
                    yield Finding(*place, trial.fault, is_error=True, rule_id=rule.id)
        except QueryError as mistake:
            yield self._of_mistake(rule.id, mistake)

    def _of_mute(self, mute: Mute) -> Iterator[Finding]:
        mute_id = RuleId(MUTE_PREFIX + mute.id)
        try:
            node = parse_query(mute.query, self._book.aliases)
        except QueryError as mistake:
            self._used.update(_NAMED.findall(mute.query))
            yield self._of_mistake(mute_id, mistake)
            return
        self._used |= {part.name for part in tree.walk(node) if isinstance(part, tree.Alias)}
        for hint in find_hints(mute.query, node, word_fields(self._book.default_fields)):
            place = self._places.in_query(self._tables[mute_id], hint.offset)
            yield Finding(*place, hint.text, is_error=False, rule_id=mute_id)
        if Rule(mute_id, expires=mute.expires).has_expired(self._now):
            yield self._note(mute_id, "expires", "this mute has expired: it hides nothing any more")

    def _of_aliases(self) -> Iterator[Finding]:
        for name, entries in self._book.aliases.items():
            seen: dict[tuple[str, ...], str] = {}
            for number, entry in enumerate(entries):
                place = self._places.of_value(("alias", name, number))
                try:
                    words = alias_entry(name, entry, self._book.aliases)
                except QueryError as mistake:
                    yield Finding(*place, f"alias @{name}: {_with_mend(mistake.message, mistake.hint)}", is_error=True)
                    continue
                if words in seen:
                    yield Finding(*place, f'alias @{name}: "{entry}" is the same as "{seen[words]}"', is_error=False)
                seen.setdefault(words, entry)
            if name not in self._used:
                yield Finding(*self._places.of_key(("alias", name)), f"no rule uses @{name}", is_error=False)

    def _of_mistake(self, rule_id: RuleId, mistake: QueryError) -> Finding:
        place = self._places.in_query(self._tables[rule_id], mistake.offset)
        return Finding(*place, _with_mend(mistake.message, mistake.hint), is_error=True, rule_id=rule_id)

    def _note(self, rule_id: RuleId, key: str, message: str) -> Finding:
        return Finding(*self._places.of_key((*self._tables[rule_id], key)), message, is_error=False, rule_id=rule_id)


def _with_mend(message: str, mend: str) -> str:
    return f"{message}; {mend}" if mend else message
