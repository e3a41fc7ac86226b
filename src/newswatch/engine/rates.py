"""How often each rule fires, hour by hour of what was watched, and which rules are quieter than they ever are. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from newswatch.engine.watched import Span, watched_s
from newswatch.model.pulse import HOURS, RuleRate
from newswatch.model.rule import RuleId
from newswatch.store.api import HitTick

HOUR = timedelta(hours=1)
LEAST_WATCHED = 1 / 60
"""Of an hour: with less of it watched, and nothing in it, it was not."""
LEAST_FOR_A_RATE_H = 1.0

# When a rule may be called silent at all: as `model.vitals` has it for feeds, in time that was watched.
SILENT_GAPS = 8
SILENT_SINCE = timedelta(days=10)
SILENT_AT_LEAST_S = 86_400.0
SILENT_LONGEST_GAPS = 2
ARRIVALS_KEPT = 64
"""How many of a rule's newest hits its rhythm is read from."""


def day_start(now: datetime) -> datetime:
    """When the 24 hours begin: 23 hours before the present hour did."""
    return now.astimezone(UTC).replace(minute=0, second=0, microsecond=0) - (HOURS - 1) * HOUR


def watched_hours(spans: Sequence[Span], since: datetime, now: datetime) -> tuple[float, ...]:
    """The share of each of the 24 hours that was watched; of the last one, of what has passed of it at most."""
    near = [span for span in spans if span[1] >= since]
    return tuple(
        watched_s(near, since + number * HOUR, min(since + (number + 1) * HOUR, now)) / HOUR.total_seconds()
        for number in range(HOURS)
    )


def hourly(times: Iterable[datetime], since: datetime, watched: Sequence[float]) -> tuple[int | None, ...]:
    """How many of the times lie in each hour; None in one that was not watched and has none."""
    counts = [0] * HOURS
    for at in times:
        number = (at - since) // HOUR
        if 0 <= number < HOURS:
            counts[number] += 1
    return tuple(
        None if not count and share < LEAST_WATCHED else count for count, share in zip(counts, watched, strict=True)
    )


def rates(
    rules: Iterable[RuleId],
    ticks: Iterable[HitTick],
    rhythms: Mapping[RuleId, Sequence[datetime]],
    spans: Sequence[Span],
    now: datetime,
) -> tuple[RuleRate, ...]:
    """The rates of these rules. `ticks` are hits since `day_start`, `rhythms` the newest of each rule, newest first."""
    since = day_start(now)
    watched = watched_hours(spans, since, now)
    hours_watched = sum(watched)
    times: dict[RuleId, list[datetime]] = defaultdict(list)
    for tick in ticks:
        if tick.is_live:
            times[tick.rule_id].append(tick.at)
    found: list[RuleRate] = []
    unwatched = tuple(None if share < LEAST_WATCHED else 0 for share in watched)
    for rule_id in rules:
        own = times.get(rule_id)
        hits = len(own) if own else 0
        rhythm = rhythms.get(rule_id, ())
        found.append(
            RuleRate(
                rule_id,
                hours=hourly(own, since, watched) if own else unwatched,
                hits=hits,
                per_day=hits * HOURS / hours_watched if hours_watched >= LEAST_FOR_A_RATE_H else None,
                last_at=rhythm[0] if rhythm else None,
                is_silent=is_silent(rhythm, spans, now),
            )
        )
    return tuple(found)


def is_silent(rhythm: Sequence[datetime], spans: Sequence[Span], now: datetime) -> bool:
    """Whether a rule that used to fire is quiet for far longer than it ever was; `rhythm` is newest first.

    Quiet for a whole day that was watched, and for twice the longest of the gaps before; no verdict with less than 8
    gaps or over less than 10 days, which hold a whole weekend. Hits within an hour of each other are one arrival: one
    event makes many. The idea is that of `FeedVitals.is_silent`.
    """
    if len(rhythm) <= SILENT_GAPS or now - rhythm[-1] < SILENT_SINCE:
        return False
    quiet_s = watched_s(spans, rhythm[0], now)
    if quiet_s < SILENT_AT_LEAST_S:
        return False
    gaps = [(later - before).total_seconds() for later, before in pairwise(rhythm)]
    told = [gap_s for gap_s in gaps if gap_s >= HOUR.total_seconds()]
    return len(told) >= SILENT_GAPS and quiet_s >= SILENT_LONGEST_GAPS * max(told)
