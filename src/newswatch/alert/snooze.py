"""What a snooze means for a hit: when it is out of the way, what comes for its story meanwhile, how it comes up again.

Pure: values in, values out. An acked hit is done with: nothing wakes it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from newswatch.model.handling import Handled
from newswatch.model.hit import Held, Hit, Triage

_COMES_UP = frozenset((None, Held.SNOOZED, Held.BACKLOG, Held.RULE_CHANGE))
"""What holds a hit no longer when a person had it come up again: it is wanted, however it came in."""


def is_asleep(hit: Hit, now: datetime) -> bool:
    """Whether it is to come up again later."""
    return hit.snoozed_until is not None and hit.snoozed_until > now


def snoozed_or_shown(hit: Hit, now: datetime) -> Held | None:
    """Why a hit is held once its snooze was set or taken back: one that alerts is held until the snooze is over."""
    match hit.held:
        case None | Held.SNOOZED:
            return Held.SNOOZED if is_asleep(hit, now) else None
        case held:
            return held


def asleep_until(story: Iterable[Hit], now: datetime) -> datetime | None:
    """Until when what comes for a story sleeps with it: all of its alerts that are not acked are snoozed."""
    ends: list[datetime] = []
    for hit in story:
        if is_asleep(hit, now):
            if hit.held is Held.SNOOZED and hit.snoozed_until is not None:
                ends.append(hit.snoozed_until)
        elif hit.is_alert and hit.state is not Triage.ACKED:
            return None
    return max(ends, default=None)


def woken(hit: Hit) -> Hit:
    """The hit when its snooze is over: new again, and an alert unless a mute hides it; if it is acked, it stays so."""
    if hit.state is Triage.ACKED:
        return replace(hit, snoozed_until=None, held=None if hit.held is Held.SNOOZED else hit.held)
    held = None if hit.held in _COMES_UP else hit.held
    return replace(hit, snoozed_until=None, held=held, was_held=None, state=Triage.NEW)


def handled(hit: Hit, wanted: Handled, now: datetime) -> Hit:
    """The hit, handled so by a person. A snooze that is over by now is none: it was taken back too late."""
    fresh = wanted.on(hit)
    if not is_asleep(fresh, now):
        fresh = replace(fresh, snoozed_until=None)
    return replace(fresh, held=snoozed_or_shown(fresh, now))
