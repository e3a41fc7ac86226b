"""What a person does to a rule, as values: what it makes of the book, and what it comes to in rules.toml later.

An edit acts on the book in memory at once and is written to the file behind: see `rule_queue`. Pure. Must never know a
disk; what an id is made of and how a value is cleaned is the same as where the file is written (`match.rulefile`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import assert_never

from newswatch.errors import RuleRefused
from newswatch.match.ruleids import ID_LIMIT, derived_id, free_id
from newswatch.match.ruleschema import MUTE_PREFIX
from newswatch.match.rulevalues import plain_query
from newswatch.model.rule import Mute, Rule, RuleBook, RuleDraft, RuleId
from newswatch.text.clean import clean_line


@dataclass(frozen=True, slots=True)
class Saving:
    """The draft, which has its id, takes the place of the rule `origin`, or stands at the end if that is None."""

    origin: RuleId | None
    draft: RuleDraft

    @property
    def rule_id(self) -> RuleId:
        """The rule's id afterwards."""
        return RuleId(self.draft.id)


@dataclass(frozen=True, slots=True)
class Switching:
    """The rule goes on or off."""

    origin: RuleId
    is_enabled: bool

    @property
    def rule_id(self) -> RuleId:
        """The rule's id afterwards."""
        return self.origin


@dataclass(frozen=True, slots=True)
class Deleting:
    """The rule leaves the file."""

    origin: RuleId

    @property
    def rule_id(self) -> RuleId:
        """The id that it had."""
        return self.origin


@dataclass(frozen=True, slots=True)
class Exemplifying:
    """The rule gets one more text that it must match, or (not `matches`) must not; or (`is_lifting`) one less."""

    origin: RuleId
    text: str
    matches: bool
    is_lifting: bool = False

    @property
    def rule_id(self) -> RuleId:
        """The rule's id afterwards."""
        return self.origin

    @property
    def key(self) -> str:
        """The key that holds such texts."""
        return "must" if self.matches else "must_not"


@dataclass(frozen=True, slots=True)
class Muting:
    """One more mute at the end of the file."""

    mute: Mute

    @property
    def origin(self) -> RuleId | None:
        """None: it is new."""
        return None

    @property
    def rule_id(self) -> RuleId:
        """What stands for the mute among rules."""
        return RuleId(MUTE_PREFIX + self.mute.id)


@dataclass(frozen=True, slots=True)
class Unmuting:
    """The mute leaves the file."""

    mute_id: str

    @property
    def origin(self) -> RuleId:
        """What stood for the mute among rules."""
        return RuleId(MUTE_PREFIX + self.mute_id)

    @property
    def rule_id(self) -> RuleId:
        """The same."""
        return self.origin


RuleEdit = Saving | Switching | Deleting | Exemplifying | Muting | Unmuting


def saving(book: RuleBook, draft: RuleDraft, replaces: RuleId | None) -> Saving:
    """The edit that puts a draft into the book. Raises RuleRefused if it cannot be there as it is."""
    query, name = plain_query(draft.query), clean_line(draft.name)
    if not query:
        raise RuleRefused("the query is empty: write what to look for")
    ids = ids_of_rules(book)
    if replaces is not None and replaces not in ids:
        raise _unknown(replaces)
    rule_id = clean_line(draft.id, ID_LIMIT)
    if rule_id and rule_id != replaces and rule_id in ids:
        raise RuleRefused(f'there is a rule "{rule_id}" already: give this one another id')
    if not rule_id:
        rule_id = replaces or free_id(derived_id({"name": name, "query": query}), ids)
    tags = None
    if draft.tags is not None:
        tags = tuple(dict.fromkeys(tag for written in draft.tags if (tag := clean_line(written))))
    return Saving(replaces, replace(draft, query=query, name=name, id=rule_id, tags=tags))


def applied(book: RuleBook, edit: RuleEdit) -> RuleBook:
    """The book after an edit, every rule in its place. Raises RuleRefused if there is no such rule."""
    if isinstance(edit, Muting):
        return replace(book, mutes=(*book.mutes, edit.mute))
    if isinstance(edit, Unmuting):
        return _without_mute(book, edit)
    if edit.origin is not None and rule_of(book, edit.origin) is None and edit.origin not in ids_of_rules(book):
        raise _unknown(edit.origin)
    match edit:
        case Saving(origin, draft):
            return _with(book, origin, draft)
        case Switching(origin, is_enabled):
            rules = tuple(replace(rule, enabled=is_enabled) if rule.id == origin else rule for rule in book.rules)
            return replace(book, rules=rules)
        case Deleting(origin):
            return replace(
                book,
                rules=tuple(rule for rule in book.rules if rule.id != origin),
                problems=tuple(problem for problem in book.problems if problem.rule_id != origin),
            )
        case Exemplifying(origin, text):
            change = _without_example if edit.is_lifting else _with_example
            rules = tuple(change(rule, edit.key, text) if rule.id == origin else rule for rule in book.rules)
            return replace(book, rules=rules)
        case _:
            assert_never(edit)


def rule_of(book: RuleBook, rule_id: RuleId | None) -> Rule | None:
    """The rule with this id; None if there is none, or it cannot be read."""
    return next((rule for rule in book.rules if rule.id == rule_id), None)


def in_words(edit: RuleEdit) -> str:
    """The edit for a notice, with the text that a person typed: it may stand nowhere else."""
    match edit:
        case Saving(_, draft):
            return f"rule {edit.rule_id} as you saved it ({' '.join(draft.query.split())})"
        case Switching(origin, is_enabled):
            return f"rule {origin} switched {'on' if is_enabled else 'off'}"
        case Deleting(origin):
            return f"rule {origin} deleted"
        case Exemplifying(origin, text):
            return f"the {edit.key} example of rule {origin}{' taken out' if edit.is_lifting else ''} ({text})"
        case Muting(mute):
            return f"mute {mute.id} ({mute.query})"
        case Unmuting(mute_id):
            return f"mute {mute_id} lifted"
        case _:
            assert_never(edit)


def _with(book: RuleBook, origin: RuleId | None, draft: RuleDraft) -> RuleBook:
    before = rule_of(book, origin)
    if before is None:
        after = Rule(
            RuleId(draft.id),
            draft.name,
            draft.query,
            severity=draft.severity,
            fields=book.default_fields,
            tags=draft.tags or (),
            enabled=draft.enabled,
        )
        rules = (*book.rules, after)
    else:
        says_the_same = before.text == draft.query  # keywords that mean the same stay keywords
        after = replace(
            before,
            id=RuleId(draft.id),
            name=draft.name,
            query=before.query if says_the_same else draft.query,
            keywords=before.keywords if says_the_same else (),
            severity=draft.severity,
            tags=before.tags if draft.tags is None else draft.tags,
            enabled=draft.enabled,
        )
        rules = tuple(after if rule is before else rule for rule in book.rules)
    return replace(book, rules=rules, problems=tuple(problem for problem in book.problems if problem.rule_id != origin))


def _without_mute(book: RuleBook, edit: Unmuting) -> RuleBook:
    mutes = tuple(mute for mute in book.mutes if mute.id != edit.mute_id)
    problems = tuple(problem for problem in book.problems if problem.rule_id != edit.rule_id)
    if len(mutes) == len(book.mutes) and len(problems) == len(book.problems):
        raise RuleRefused(f'there is no mute "{clean_line(edit.mute_id, ID_LIMIT)}" in rules.toml')
    return replace(book, mutes=mutes, problems=problems)


def _with_example(rule: Rule, key: str, text: str) -> Rule:
    return replace(rule, must=(*rule.must, text)) if key == "must" else replace(rule, must_not=(*rule.must_not, text))


def _without_example(rule: Rule, key: str, text: str) -> Rule:
    left = [*getattr(rule, key)]
    if text in left:
        del left[len(left) - 1 - left[::-1].index(text)]
    return replace(rule, must=tuple(left)) if key == "must" else replace(rule, must_not=tuple(left))


def ids_of_rules(book: RuleBook) -> set[str]:
    """Every id that the file gives to a rule, those of rules that cannot be read included."""
    unread = {problem.rule_id for problem in book.problems if not problem.rule_id.startswith(MUTE_PREFIX)}
    return {rule.id for rule in book.rules} | unread


def _unknown(rule_id: RuleId) -> RuleRefused:
    return RuleRefused(f'there is no rule "{clean_line(rule_id, ID_LIMIT)}" in rules.toml')
