"""What a person did to hits, mutes and tests of rules, in order; how each of it is taken back and done again. Pure.

Taking something back sets only the fields that it changed: what came over the hits meanwhile stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from newswatch.model.handling import Handled
from newswatch.model.hit import HitId, Note
from newswatch.model.mute import MuteDraft, MuteId
from newswatch.model.rule import RuleId

REMEMBERED = 200


@dataclass(frozen=True, slots=True)
class HitsHandled:
    """Hits were acked, starred, tagged, noted or snoozed: each as it stood before, and after."""

    before: Mapping[HitId, Handled]
    after: Mapping[HitId, Handled]

    @property
    def turned_round(self) -> HitsHandled:
        """The change that takes this one back."""
        return HitsHandled(self.after, self.before)


@dataclass(frozen=True, slots=True)
class MutesSet:
    """Mutes were set (or, `is_lifting`, lifted): what was asked for, and the id each has, or had."""

    mutes: tuple[tuple[MuteDraft, MuteId], ...]
    is_lifting: bool = False

    @property
    def turned_round(self) -> MutesSet:
        """The change that takes this one back."""
        return replace(self, is_lifting=not self.is_lifting)


@dataclass(frozen=True, slots=True)
class ExampleSet:
    """A text became (or, `is_lifting`, is no longer) one that a rule must match, or must not."""

    rule_id: RuleId
    text: str
    matches: bool
    is_lifting: bool = False

    @property
    def turned_round(self) -> ExampleSet:
        """The change that takes this one back."""
        return replace(self, is_lifting=not self.is_lifting)


Change = HitsHandled | MutesSet | ExampleSet


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing a person did. `words` say it as done: `acked 3 stories`."""

    words: str
    change: Change


@dataclass(frozen=True, slots=True)
class Deeds:
    """What was done, oldest first, and what of it was taken back, the next to do again last."""

    done: tuple[Deed, ...] = ()
    undone: tuple[Deed, ...] = ()

    def with_done(self, deed: Deed) -> Deeds:
        """After something new: what had been taken back before cannot be done again."""
        return Deeds((*self.done, deed)[-REMEMBERED:])

    def without_done(self) -> Deeds:
        """Without the last deed, which can never be taken back."""
        return replace(self, done=self.done[:-1])

    def without_undone(self) -> Deeds:
        """Without the deed that was next to be done again, and never can be."""
        return replace(self, undone=self.undone[:-1])

    def with_undone(self, change: Change) -> Deeds:
        """After the last deed was taken back. `change` is what it did, as it would be done again."""
        deed = replace(self.done[-1], change=change)
        return Deeds(self.done[:-1], (*self.undone, deed))

    def with_redone(self, change: Change) -> Deeds:
        """After it was done again. `change` is what that did."""
        deed = replace(self.undone[-1], change=change)
        return Deeds((*self.done, deed)[-REMEMBERED:], self.undone[:-1])


def applied(change: HitsHandled, current: Mapping[HitId, Handled]) -> dict[HitId, Handled]:
    """How the hits of a change stand after it, given how they stand now: only fields that it changes are touched.

    Of tags and notes only those that it adds or takes away. A hit that nothing is known of is set as the change says.
    """
    return {
        hit_id: _changed(current[hit_id], change.before[hit_id], after) if hit_id in current else after
        for hit_id, after in change.after.items()
    }


def _changed(now: Handled, before: Handled, after: Handled) -> Handled:
    return Handled(
        state=after.state if after.state is not before.state else now.state,
        is_starred=after.is_starred if after.is_starred != before.is_starred else now.is_starred,
        tags=_list_changed(now.tags, before.tags, after.tags),
        notes=_notes_changed(now.notes, before.notes, after.notes),
        snoozed_until=after.snoozed_until if after.snoozed_until != before.snoozed_until else now.snoozed_until,
    )


def _list_changed(now: tuple[str, ...], before: tuple[str, ...], after: tuple[str, ...]) -> tuple[str, ...]:
    if now == before:
        return after
    kept = [word for word in now if word in after or word not in before]
    return (*kept, *(word for word in after if word not in before and word not in kept))


def _notes_changed(now: tuple[Note, ...], before: tuple[Note, ...], after: tuple[Note, ...]) -> tuple[Note, ...]:
    if now == before:
        return after
    kept = [note for note in now if note in after or note not in before]
    kept += [note for note in after if note not in before and note not in kept]
    return tuple(sorted(kept, key=lambda note: note.at))
