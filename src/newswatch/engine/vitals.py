"""What one check teaches of a feed: its lag, its rhythm, its size. Pure; the figures are read off `model.vitals`.

Only what came in live counts: the backlog of a first document says nothing of lag or rhythm. And only what is the
feed's own: a time in which nobody watched it (`alert.policy.is_gap`) is ours, so what comes after one has no lag, and
no gap between arrivals unless that is far longer than our absence.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from newswatch.alert.policy import is_gap
from newswatch.model.entry import Entry, ParsedEntry, ParsedFeed
from newswatch.model.feed import FeedState
from newswatch.model.vitals import (
    DAYS_KEPT,
    GAPS_KEPT,
    LAGS_KEPT,
    WARNINGS_KEPT,
    FeedVitals,
    day_of,
    packed,
)

# An item that is older when it is first listed was listed late, or again: that is no lag.
LAG_BELIEVED = timedelta(days=7)
# After so long an absence a feed may list only the last of what it published: counting begins anew.
COUNT_ANEW_AFTER = timedelta(days=3)
DATES_FOR_A_GUESS = 4
_WARNING_LENGTH = 200


def after_check(
    before: FeedState,
    after: FeedState,
    document: ParsedFeed | None,
    wire_bytes: int,
    entries: Sequence[Entry],
    interval_s: float,
    now: datetime,
) -> FeedState:
    """The state `after` a check that the server answered, with its vitals.

    `document` is None where nothing changed; `entries` are those that the check stores, new and revised.
    `interval_s` is the feed's usual interval, before jitter.
    """
    vitals = before.vitals
    if document is None and not wire_bytes and interval_s == vitals.interval_s:
        return after  # the usual 304: nothing was learned
    vitals = replace(
        vitals,
        interval_s=interval_s,
        wire_bytes=wire_bytes or vitals.wire_bytes,
        total_bytes=vitals.total_bytes + wire_bytes,
    )
    if document is not None:
        vitals = _with_arrivals(_with_document(vitals, document, now), before, entries, now)
    return replace(after, vitals=vitals)


def _with_document(vitals: FeedVitals, document: ParsedFeed, now: datetime) -> FeedVitals:
    is_first = vitals.since is None
    return replace(
        vitals,
        since=now if is_first else vitals.since,
        listed_per_day=_listed_per_day(document.entries, now) if is_first else vitals.listed_per_day,
        format=document.format,
        warnings=tuple(warning[:_WARNING_LENGTH] for warning in document.warnings[:WARNINGS_KEPT]),
        listed=len(document.entries),
        dropped=document.dropped,
    )


def _with_arrivals(vitals: FeedVitals, before: FeedState, entries: Iterable[Entry], now: datetime) -> FeedVitals:
    seen_at = before.last_success_at
    is_away = is_gap(seen_at, before.vitals.interval_s, now)
    is_anew = seen_at is not None and now - seen_at > COUNT_ANEW_AFTER
    arrivals = [entry for entry in entries if not entry.is_backlog and entry.revised_at is None]
    if not arrivals:
        return vitals
    if is_anew:
        vitals = replace(vitals, since=now, counts=(), total_bytes=vitals.wire_bytes)
    vitals = _turned_to(vitals, day_of(now))
    counts, longest, gaps = vitals.counts, vitals.longest, vitals.gaps
    if not is_anew:
        counts = (counts[0] + len(arrivals), *counts[1:])
    gap_s = _gap_s(vitals.arrived_at, seen_at, now, is_away=is_away)
    if gap_s is not None:
        gaps = (gaps + bytes([packed(gap_s)]))[-GAPS_KEPT:]
        longest = bytes([max(longest[0], packed(gap_s))]) + longest[1:]
    lags = vitals.lags
    if not is_away:
        fresh = (_lag_s(entry.published_at, vitals.since, now) for entry in arrivals)
        lags = (lags + bytes(packed(lag_s) for lag_s in fresh if lag_s is not None))[-LAGS_KEPT:]
    return replace(vitals, arrived_at=now, counts=counts, longest=longest, gaps=gaps, lags=lags)


def _turned_to(vitals: FeedVitals, today: int) -> FeedVitals:
    """The rings of days turned so that their first place is today; a clock that was set back turns nothing."""
    days = min(max(today - vitals.day, 0), DAYS_KEPT) if vitals.day else DAYS_KEPT
    counts = ((0,) * days + vitals.counts or (0,))[:DAYS_KEPT]
    longest = (bytes(days) + vitals.longest or bytes(1))[:DAYS_KEPT]
    return replace(vitals, day=max(today, vitals.day), counts=counts, longest=longest)


def _gap_s(arrived_at: datetime | None, seen_at: datetime | None, now: datetime, *, is_away: bool) -> float | None:
    """The time since the arrival before this one; None where our own absence leaves it unknown by more than half."""
    if arrived_at is None or seen_at is None or now <= arrived_at:
        return None
    if is_away and now - seen_at > (now - arrived_at) / 2:
        return None
    return (now - arrived_at).total_seconds()


def _lag_s(published_at: datetime | None, since: datetime | None, now: datetime) -> float | None:
    """How long after its date an entry was seen; None for a date that is missing, to come, or older than our watch."""
    if published_at is None or since is None or not max(since, now - LAG_BELIEVED) <= published_at <= now:
        return None
    return (now - published_at).total_seconds()


def _listed_per_day(items: Iterable[ParsedEntry], now: datetime) -> float | None:
    """Entries a day by the dates of the newer half of a document: what is pinned on top for years stays out."""
    dates = sorted((item.published for item in items if item.published and item.published <= now), reverse=True)
    if len(dates) < DATES_FOR_A_GUESS:
        return None
    newer = dates[: len(dates) // 2]
    days = (now.astimezone(UTC) - newer[-1]) / timedelta(days=1)
    return len(newer) / max(days, 1 / 24)
