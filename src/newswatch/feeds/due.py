"""When a feed is checked next. Pure: state and now in, seconds out; what is random is handed in.

An interval that the user set stands. A failing feed backs off, doubling up to `max_interval_s`, and is
never given up. Retry-After is the server's word: it may lengthen the wait beyond `max_interval_s`, up
to a day.
"""

from __future__ import annotations

from dataclasses import dataclass

RETRY_AFTER_MAX_S = 24 * 3600.0
JITTER = 0.1
FIRST_WAIT_INTERVALS = 2
"""However often a feed is asked while it is well, after a failure at least so many `min_interval_s` pass: with doubling
that is six attempts in the first hour."""
_MAX_DOUBLINGS = 30


@dataclass(frozen=True, slots=True)
class Pace:
    """The `[polling]` settings that say how often."""

    interval_s: float = 600.0
    min_interval_s: float = 60.0
    max_interval_s: float = 6 * 3600.0

    def usual_s(self, wished_s: float | None) -> float:
        """The interval of a feed that is well: the one its user set, else the common one within its bounds."""
        if wished_s is not None:
            return wished_s
        return min(max(self.interval_s, self.min_interval_s), self.max_interval_s)


def wait_after_success(pace: Pace, wished_s: float | None, jitter: float) -> float:
    """Seconds until the next check of a feed that answered. `jitter` is in [0, 1): it spreads ±10 %."""
    return _spread(pace.usual_s(wished_s), jitter)


def wait_after_failure(
    pace: Pace, wished_s: float | None, failures: int, jitter: float, retry_after_s: float | None = None
) -> float:
    """Seconds until a feed that failed `failures` times in a row is tried again.

    A Retry-After from the server is waited for in full: jitter only adds to it.
    """
    usual_s = pace.usual_s(wished_s)
    first_s = max(usual_s, FIRST_WAIT_INTERVALS * pace.min_interval_s)
    if retry_after_s is not None:
        least_s = max(usual_s, min(retry_after_s, RETRY_AFTER_MAX_S))
        return least_s * (1 + JITTER * jitter)
    doubled_s = first_s * 2.0 ** min(max(failures - 1, 0), _MAX_DOUBLINGS)
    return _spread(max(usual_s, min(doubled_s, pace.max_interval_s)), jitter)


def _spread(seconds: float, jitter: float) -> float:
    return seconds * (1 - JITTER + 2 * JITTER * jitter)
