"""When a feed is checked next. Pure: state and now in, seconds out; what is random is handed in.

An interval that the user set for a feed stands. Any other feed that is well is asked every

    usual = max(interval × stretch, wish), wish at most 1 h, between min_interval and max_interval

    stretch = gap / (12 × interval), between 1 and 2

`gap` is the time that usually passes until the feed has something new, or the time since it last had, if that is
longer: so about twelve checks fall on each change, and a feed that changes seldom is asked half as often. `wish` is
what the document (ttl, sy:) or its server (Cache-Control, Expires) ask for; it can only lengthen.

A feed that fails is tried again after `usual`, two minutes at least, then twice that, and so on up to `max_interval`:
six times in its first hour at most, and never given up. Retry-After is the server's word and takes the place of all
that: the wait is the longer of it and `usual`, a day at most, whatever `max_interval` says.

All waits are spread by jitter, a tenth to both sides, so that feeds that once met part again; but what a server
asked for is never cut short.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from newswatch.model.feed import FeedState

RETRY_AFTER_MAX_S = 24 * 3600.0
WISH_MAX_S = 3600.0
STRETCH_MAX = 2.0
CHECKS_PER_CHANGE = 12
JITTER = 0.1
FIRST_WAIT_S = 120.0
"""However often a feed is asked while it is well, after a failure at least this passes: with doubling that is six
attempts in the first hour."""
_GAP_WEIGHT = 0.25  # of the newest gap in the mean: one quiet night does not make a feed slow
_MAX_DOUBLINGS = 30


@dataclass(frozen=True, slots=True)
class Pace:
    """The `[polling]` settings that say how often."""

    interval_s: float = 600.0
    min_interval_s: float = 60.0
    max_interval_s: float = 6 * 3600.0

    @property
    def common_s(self) -> float:
        """The interval of a feed of which nothing is known."""
        return min(max(self.interval_s, self.min_interval_s), self.max_interval_s)


def usual_s(pace: Pace, set_s: float | None, state: FeedState, now: datetime) -> float:
    """Seconds between two checks of a feed that is well, before jitter. `set_s` is the interval that its user set."""
    if set_s is not None:
        return set_s
    quiet_s = (now - state.changed_at).total_seconds() if state.changed_at is not None else 0.0
    gap_s = max(state.change_gap_s or 0.0, quiet_s)
    stretch = min(max(gap_s / (CHECKS_PER_CHANGE * pace.common_s), 1.0), STRETCH_MAX)
    return min(max(pace.common_s * stretch, _wish_s(state)), pace.max_interval_s)


def wait_after_success(pace: Pace, set_s: float | None, state: FeedState, now: datetime, jitter: float) -> float:
    """Seconds until the next check of a feed that answered. `jitter` is in [0, 1)."""
    usual = usual_s(pace, set_s, state, now)
    if set_s is not None:
        return _spread(usual, jitter)
    least_s = max(pace.min_interval_s, min(_wish_s(state), pace.max_interval_s))
    return _spread(usual, jitter, least_s, pace.max_interval_s)


def wait_after_failure(
    pace: Pace,
    set_s: float | None,
    state: FeedState,
    now: datetime,
    failures: int,
    jitter: float,
    retry_after_s: float | None = None,
) -> float:
    """Seconds until a feed that failed `failures` times in a row is tried again.

    A Retry-After that lies in the past asks for nothing: then the feed backs off like any other that fails.
    """
    usual = usual_s(pace, set_s, state, now)
    if retry_after_s is not None and retry_after_s > 0:
        asked_s = max(usual, retry_after_s) * (1 + JITTER * jitter)
        return min(asked_s, max(usual, RETRY_AFTER_MAX_S))
    doubled_s = max(usual, FIRST_WAIT_S) * 2.0 ** min(max(failures - 1, 0), _MAX_DOUBLINGS)
    most_s = max(usual, pace.max_interval_s)
    return _spread(min(doubled_s, most_s), jitter, 0.0, most_s)


def learned_gap_s(state: FeedState, now: datetime, checks_s: float) -> float | None:
    """The usual time between two documents with something new, when one came now; None at the first of them.

    An exponentially weighted mean. Where nobody looked for a while, at most `checks_s` of that counts: the
    document may have been there all the time.
    """
    if state.changed_at is None:
        return None
    looked_until = state.last_success_at or now
    watched_s = max((looked_until - state.changed_at).total_seconds(), 0.0)
    gap_s = watched_s + min(max((now - looked_until).total_seconds(), 0.0), checks_s)
    if state.change_gap_s is None:
        return gap_s
    return state.change_gap_s + _GAP_WEIGHT * (gap_s - state.change_gap_s)


def _wish_s(state: FeedState) -> float:
    """What feed and server ask for, as far as it is heeded. What is no number of seconds is no wish."""
    return min(state.wish_s, WISH_MAX_S) if state.wish_s is not None and state.wish_s > 0 else 0.0


def _spread(seconds: float, jitter: float, least_s: float = 0.0, most_s: float = float("inf")) -> float:
    """A tenth more or less, evenly between the bounds: those that stand at a bound do not gather there."""
    low = max(seconds * (1 - JITTER), least_s)
    high = max(low, min(seconds * (1 + JITTER), most_s))
    return low + (high - low) * jitter
