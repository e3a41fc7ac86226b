"""What holds a hit that just came in beside what its document says of it: a mute, or the snooze of its story. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from newswatch.alert.snooze import asleep_until
from newswatch.engine.mutes import CAME_HELD, Mutes
from newswatch.model.hit import Held, Hit, Triage
from newswatch.model.mute import MuteId
from newswatch.store.api import HitQuery


class Known(Protocol):
    """What is asked of memory; a `store.api.Store` answers it."""

    def find_hits(self, query: HitQuery) -> Iterator[Hit]:
        """The hits that fit."""

    def count_hits(self, query: HitQuery) -> int:
        """How many fit."""


def held_back(hits: Sequence[Hit], mutes: Mutes, known: Known, now: datetime) -> tuple[Hit, ...]:
    """The hits, those that a mute hides or that sleep with their story held. What came in quietly a mute hides, too;
    whatever else is held already stays as it is.
    """
    return tuple(_held_back(hit, mutes, known, now) if may_be_held(hit) else hit for hit in hits)


def held_after_edit(hits: Sequence[Hit], mutes: Mutes, now: datetime) -> tuple[Hit, ...]:
    """Hits that were there, now that the text they are on was edited: hidden where a mute hides the new one, given back
    where it was only the old one. What a mute hid whose time is over stays hidden.
    """
    over = mutes.over(now)
    return tuple(mutes.hidden(hit, now) if _is_asked_again(hit, over) else hit for hit in hits)


def _is_asked_again(hit: Hit, over: Collection[MuteId]) -> bool:
    if hit.held is Held.MUTED:
        return MuteId(hit.muted_by) not in over and not hit.is_old_rule  # nothing rings that no rule matches
    return (may_be_held(hit) or hit.held is Held.SNOOZED) and hit.state is not Triage.ACKED


def may_be_held(hit: Hit) -> bool:
    """Whether there is something to be asked of a hit."""
    return hit.is_alert or hit.held in CAME_HELD


def _held_back(hit: Hit, mutes: Mutes, known: Known, now: datetime) -> Hit:
    if (muted := mutes.hidden(hit, now)) is not hit:
        return muted
    if not hit.is_alert or not known.count_hits(HitQuery(story=hit.story_id, is_snoozed=True)):
        return hit
    until = asleep_until(known.find_hits(HitQuery(story=hit.story_id)), now)
    return hit if until is None else replace(hit, held=Held.SNOOZED, snoozed_until=until)
