"""What a person does to a rule, as values: what it makes of the book, and what it comes to in rules.toml later.

An edit acts on the book in memory at once and is written to the file behind. Pure. Must never know a disk; what
an id is made of and how a value is cleaned is the same as where the file is written (`match.rulefile`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from newswatch.errors import RuleRefused
from newswatch.match.ruleids import ID_LIMIT, derived_id, free_id
from newswatch.match.ruleschema import MUTE_PREFIX
from newswatch.match.rulevalues import plain_query
from newswatch.model.rule import Rule, RuleBook, RuleDraft, RuleId
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


RuleEdit = Saving | Switching | Deleting


def saving(book: RuleBook, draft: RuleDraft, replaces: RuleId | None) -> Saving:
    """The edit that puts a draft into the book. Raises RuleRefused if it cannot be there as it is."""
    query, name = plain_query(draft.query), clean_line(draft.name)
    if not query:
        raise RuleRefused("the query is empty: write what to look for")
    ids = _ids(book)
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
    if edit.origin is not None and rule_of(book, edit.origin) is None and edit.origin not in _ids(book):
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
        case _:
            assert_never(edit)


def rule_of(book: RuleBook, rule_id: RuleId | None) -> Rule | None:
    """The rule with this id; None if there is none, or it cannot be read."""
    return next((rule for rule in book.rules if rule.id == rule_id), None)


def merged(pending: Sequence[RuleEdit], edit: RuleEdit) -> tuple[RuleEdit, ...]:
    """The edits that are still to be written and one more, as few as come to the same."""
    for place in reversed(range(len(pending))):
        if pending[place].rule_id == edit.origin:
            if edit.rule_id != edit.origin and any(_names(later, edit.rule_id) for later in pending[place + 1 :]):
                break  # the id became free only after that edit
            return (*pending[:place], *_both(pending[place], edit), *pending[place + 1 :])
    return (*pending, edit)


def _names(edit: RuleEdit, rule_id: RuleId) -> bool:
    return rule_id in (edit.origin, edit.rule_id)


def _both(first: RuleEdit, second: RuleEdit) -> tuple[RuleEdit, ...]:
    """Two edits of one rule as one; none if they undo each other."""
    match first, second:
        case Deleting(), _:
            return first, second
        case _, Saving(_, draft):
            return (replace(second, origin=first.origin, draft=_with_tags(draft, first)),)
        case _, Deleting():
            return () if first.origin is None else (Deleting(first.origin),)
        case Saving(), Switching(_, is_enabled):
            return (replace(first, draft=replace(first.draft, enabled=is_enabled)),)
        case _:
            return (second,)


def _with_tags(draft: RuleDraft, before: RuleEdit) -> RuleDraft:
    """A later draft that leaves the tags as they are, in the place of an earlier one that changed them."""
    return replace(draft, tags=before.draft.tags) if draft.tags is None and isinstance(before, Saving) else draft


def rebased(
    pending: Sequence[RuleEdit], old: RuleBook, new: RuleBook
) -> tuple[tuple[RuleEdit, ...], tuple[RuleEdit, ...]]:
    """The edits that can still be written after somebody else turned the `old` file into the `new` one, and those that
    cannot, because it says something else of the same rule. What it says already is in neither.
    """
    kept: list[RuleEdit] = []
    lost: list[RuleEdit] = []
    for edit in pending:
        theirs, ids = rule_of(new, edit.origin), _ids(new)
        is_renamed = edit.origin not in (None, edit.rule_id)
        match edit:
            case Saving(origin, draft) if _says(rule_of(new, edit.rule_id), draft) and origin not in ids - {draft.id}:
                continue
            case Switching(_, is_enabled) if theirs is not None and theirs.enabled is is_enabled:
                continue
            case Deleting(origin) if origin not in ids:
                continue
            case Saving(None, draft):
                fits = draft.id not in ids
            case Switching():
                fits = theirs is not None  # whatever else they changed in it
            case _:
                is_untouched = edit.origin in ids and theirs == rule_of(old, edit.origin)
                fits = is_untouched and not (is_renamed and edit.rule_id in ids)
        if fits:
            kept.append(edit)
            new = applied(new, edit)
        else:
            lost.append(edit)
    return tuple(kept), tuple(lost)


def in_words(edit: RuleEdit) -> str:
    """The edit for a notice, with the text that a person typed: it may stand nowhere else."""
    match edit:
        case Saving(_, draft):
            return f"rule {edit.rule_id} as you saved it ({' '.join(draft.query.split())})"
        case Switching(origin, is_enabled):
            return f"rule {origin} switched {'on' if is_enabled else 'off'}"
        case Deleting(origin):
            return f"rule {origin} deleted"
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


def _says(rule: Rule | None, draft: RuleDraft) -> bool:
    """Whether the rule is as the draft wants it."""
    return (
        rule is not None
        and (rule.name, rule.text, rule.severity, rule.enabled)
        == (draft.name, draft.query, draft.severity, draft.enabled)
        and draft.tags in (None, rule.tags)
    )


def _ids(book: RuleBook) -> set[str]:
    """Every id that the file gives to a rule, those of rules that cannot be read included."""
    unread = {problem.rule_id for problem in book.problems if not problem.rule_id.startswith(MUTE_PREFIX)}
    return {rule.id for rule in book.rules} | unread


def _unknown(rule_id: RuleId) -> RuleRefused:
    return RuleRefused(f'there is no rule "{clean_line(rule_id, ID_LIMIT)}" in rules.toml')
