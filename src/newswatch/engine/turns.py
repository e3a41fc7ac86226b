"""When a feed's health turns: told once as it gets worse, and once as it is well again. Pure.

Judged from the state before a check and the one after it, both durable, so that a restart repeats nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from newswatch.alert.policy import length
from newswatch.model.event import FeedTurn, FeedTurned
from newswatch.model.feed import FeedState, FeedStatus


def turns(before: FeedState, after: FeedState, label: str, now: datetime) -> tuple[FeedTurned, ...]:
    """What became of the feed by this check; nothing for most. `label` is its name to show."""
    found = [*_answering(before, after, label, now), *_speaking(before, after, label)]
    if after.has_guid_churn and not before.has_guid_churn:
        said = f"{label} gives its items new ids again and again: they are known by link and title"
        found.append(FeedTurned(after.feed_id, FeedTurn.CHURN, said))
    return tuple(found)


def _answering(before: FeedState, after: FeedState, label: str, now: datetime) -> list[FeedTurned]:
    was_bad = before.is_failing or before.status is FeedStatus.STOPPED
    if after.status is FeedStatus.STOPPED and before.status is not FeedStatus.STOPPED:
        said = f"{label} is gone for good, its server says (410): it is not asked again. Take it out of feeds.opml"
        return [FeedTurned(after.feed_id, FeedTurn.STOPPED, f"{said}, or check it once more by hand")]
    if after.is_failing and not was_bad:
        last = after.last_success_at
        ago = f"its last answer is {length(now - last)} old" if last is not None else "it never answered"
        said = f"{label} fails, {after.failures} times in a row, {ago}: {after.last_error}"
        return [FeedTurned(after.feed_id, FeedTurn.FAILING, said)]
    if after.status is FeedStatus.OK and was_bad:
        last = before.last_success_at
        said = f"{label} answers again{f', after {length(now - last)}' if last is not None else ''}"
        return [FeedTurned(after.feed_id, FeedTurn.RECOVERED, said)]
    return []


def _speaking(before: FeedState, after: FeedState, label: str) -> list[FeedTurned]:
    was_silent = before.vitals.is_silent(before.last_success_at)
    quiet_s, usual_s = after.vitals.quiet_s(after.last_success_at), after.vitals.usual_gap_s
    if not was_silent and quiet_s is not None and after.vitals.is_silent(after.last_success_at):
        usual = f", usually {length(timedelta(seconds=usual_s))}" if usual_s is not None else ""
        said = f"{label} answers, but is quiet for {length(timedelta(seconds=quiet_s))}{usual}"
        return [FeedTurned(after.feed_id, FeedTurn.SILENT, said)]
    if was_silent and after.vitals.arrived_at != before.vitals.arrived_at:
        return [FeedTurned(after.feed_id, FeedTurn.HEARD, f"{label} gives something new again after a silence")]
    return []
