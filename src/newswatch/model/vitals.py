"""How a feed does over time: bounded samples of its lag and its own rhythm, and the figures read from them.

A span of time is kept in one byte, in steps of 6 % (`packed`), so that five thousand feeds cost little in memory and
on disk; a figure is right to 3 %. Days are UTC days. What goes in is decided by `engine.vitals`; nothing here knows
a clock.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

LAGS_KEPT = 64
GAPS_KEPT = 32
DAYS_KEPT = 14
WARNINGS_KEPT = 5
LONGEST_SPAN_S = 32 * 86_400.0

# When a feed may be called silent at all; see `FeedVitals.is_silent`.
SILENT_GAPS = 8
SILENT_DAYS = 10
SILENT_AT_LEAST_S = 86_400.0
SILENT_LONGEST_GAPS = 2

_STEP = math.log(1.06)


def packed(seconds: float) -> int:
    """A span of 0 s … 32 d as a number below 256, in steps of 6 %; what is longer counts as 32 d."""
    return round(math.log1p(min(max(seconds, 0.0), LONGEST_SPAN_S)) / _STEP)


def unpacked(step: int) -> float:
    """The seconds that `packed` stands for, right to 3 %."""
    return math.expm1(step * _STEP)


@dataclass(frozen=True, slots=True)
class FeedVitals:
    """What is remembered of a feed's entries and documents; durable, a part of its state.

    `lags` are packed spans from publishing to seeing, `gaps` those between two arrivals, the newest last; an arrival
    is a check that brought something new. `day` is the ordinal of a UTC day, `counts` how many entries came on it and
    on the days before it, `longest` the longest gap (packed) that ended on each of these days. `since` is when the
    counting began, `arrived_at` the last arrival. `listed_per_day` is what the dates of the first document say.
    The rest is of the last document: its `format` and `warnings`, how many items it listed and how many more were
    `dropped`, `wire_bytes` of its body; `total_bytes` counts every body since `since`. `interval_s` is the
    usual time between two checks, as of the last answer.
    """

    since: datetime | None = None
    arrived_at: datetime | None = None
    lags: bytes = b""
    gaps: bytes = b""
    day: int = 0
    counts: tuple[int, ...] = ()
    longest: bytes = b""
    listed_per_day: float | None = None
    format: str = ""
    warnings: tuple[str, ...] = ()
    listed: int = 0
    dropped: int = 0
    wire_bytes: int = 0
    total_bytes: int = 0
    interval_s: float | None = None

    @property
    def lag_p50_s(self) -> float | None:
        """The usual lag from publishing to seeing, in seconds: the median of the last ones. None without any."""
        return _quantile(self.lags, 0.5)

    @property
    def lag_p95_s(self) -> float | None:
        """The lag that nineteen of twenty entries do not exceed, in seconds. None without any."""
        return _quantile(self.lags, 0.95)

    @property
    def usual_gap_s(self) -> float | None:
        """The usual time between two arrivals, in seconds: the median of the last ones. None without any."""
        return _quantile(self.gaps, 0.5)

    def entries_per_day(self, now: datetime) -> float | None:
        """How many entries a day came in over the last two weeks at most; in the first day what the dates of the
        first document say. None where neither is known.
        """
        if self.since is None:
            return None
        today = day_of(now)
        first_day = datetime.fromordinal(today - DAYS_KEPT + 1).replace(tzinfo=UTC)
        days = (now - max(self.since, first_day)) / timedelta(days=1)
        if days < 1:
            return self.listed_per_day
        return sum(self.counts[: max(DAYS_KEPT - max(today - self.day, 0), 0)]) / days

    def quiet_s(self, answered_at: datetime | None) -> float | None:
        """Seconds without anything new, as far as the feed's last answer tells. None before the first arrival.

        While nobody asks (offline, asleep, the feed is down) nothing is known, so that time is not its silence yet.
        """
        if self.arrived_at is None or answered_at is None:
            return None
        return max((answered_at - self.arrived_at).total_seconds(), 0.0)

    def is_silent(self, answered_at: datetime | None) -> bool:
        """Whether the feed is quiet for far longer than it ever is, as of its last answer.

        Quiet for a whole day, and for twice the longest of the last 32 gaps and of those of the last two weeks; no
        verdict before 8 gaps and 10 days, which hold a whole weekend whenever they begin. So neither nights nor
        weekends make a feed flap; and when a silence ends it is itself the longest gap from then on. That a source is
        suspect by its own intervals, not by a fixed time, is the idea of accrual failure detectors (Hayashibara and
        others, 2004); the factor and the floors are ours.
        """
        quiet_s = self.quiet_s(answered_at)
        if quiet_s is None or quiet_s < SILENT_AT_LEAST_S or len(self.gaps) < SILENT_GAPS:
            return False
        if self.since is None or answered_at is None:
            return False
        if answered_at - self.since < timedelta(days=SILENT_DAYS):
            return False
        fresh = self.longest[: max(DAYS_KEPT - max(day_of(answered_at) - self.day, 0), 0)]
        longest_s = unpacked(max((*self.gaps, *fresh)))
        return quiet_s >= SILENT_LONGEST_GAPS * longest_s


NOTHING_KNOWN = FeedVitals()


def day_of(at: datetime) -> int:
    """The ordinal of the UTC day of a time."""
    return at.astimezone(UTC).toordinal()


def _quantile(samples: bytes, share: float) -> float | None:
    """The nearest-rank quantile of packed spans, in seconds."""
    if not samples:
        return None
    return unpacked(sorted(samples)[max(math.ceil(share * len(samples)), 1) - 1])
