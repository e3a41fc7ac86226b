"""Edits on their way to rules.toml: as few as come to the same, and what of them fits when somebody else wrote there.

Pure. Must never know a disk, nor how an edit is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from newswatch.engine.rule_edits import (
    Deleting,
    Exemplifying,
    Muting,
    RuleEdit,
    Saving,
    Switching,
    Unmuting,
    applied,
    ids_of_rules,
    rule_of,
)
from newswatch.match.ruleschema import MUTE_PREFIX
from newswatch.model.rule import Rule, RuleBook, RuleDraft, RuleId


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
        case Muting(), Unmuting():
            return ()
        case Exemplifying(), Exemplifying() if replace(first, is_lifting=True) == second and not first.is_lifting:
            return ()
        case (Deleting() | Exemplifying() | Muting() | Unmuting(), _) | (_, Exemplifying()):
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
        if isinstance(edit, Muting | Unmuting):
            is_there = any(edit.rule_id == MUTE_PREFIX + mute.id for mute in new.mutes)
            if is_there is isinstance(edit, Unmuting):
                kept.append(edit)
                new = applied(new, edit)
            continue
        theirs, ids = rule_of(new, edit.origin), ids_of_rules(new)
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
            case Exemplifying(_, text) if theirs is not None and (text in getattr(theirs, edit.key)) != edit.is_lifting:
                continue
            case Switching() | Exemplifying():
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


def _says(rule: Rule | None, draft: RuleDraft) -> bool:
    """Whether the rule is as the draft wants it."""
    return (
        rule is not None
        and (rule.name, rule.text, rule.severity, rule.enabled)
        == (draft.name, draft.query, draft.severity, draft.enabled)
        and draft.tags in (None, rule.tags)
    )
