"""What the process itself weighs and how late it is: the loop's lag, memory, its share of the processor.

Few samples, each cheap, taken whether anybody looks or not; while somebody does the loop is asked more often. Knows
nothing of news.
"""

from __future__ import annotations

import math
import os
import resource
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

from newswatch.engine.clock import Clock
from newswatch.model.pulse import LoopLag, Weight

LAG_OVER_S = 300.0
LAGS_KEPT = 1_500
WEIGH_EVERY_S = 60.0
WEIGHTS_KEPT = 24 * 60
CPU_OVER_S = 60.0
COURSE_POINTS = 24
ASK_EVERY_S = 5.0
ASK_EVERY_WATCHED_S = 0.25
IS_WATCHED_S = 3.0

_STATM = Path("/proc/self/statm")


def resident_bytes() -> int | None:
    """The memory that this process holds now; where the system tells only the most it ever held, that."""
    try:
        return int(_STATM.read_bytes().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak * (1 if sys.platform == "darwin" else 1024) or None


def quantile(ordered: Sequence[float], share: float) -> float:
    """The nearest-rank quantile of values in order; there is at least one."""
    return ordered[max(math.ceil(share * len(ordered)), 1) - 1]


class Meters:
    """Ask `lag` and `weight` while `run` runs. `clock` is that of the process: its seconds are real ones."""

    def __init__(
        self,
        clock: Clock,
        *,
        rss: Callable[[], int | None] = resident_bytes,
        cpu_s: Callable[[], float] = time.process_time,
    ) -> None:
        self._clock = clock
        self._rss = rss
        self._cpu_s = cpu_s
        self._lags: deque[tuple[float, float]] = deque(maxlen=LAGS_KEPT)
        self._weights: deque[tuple[float, int, float]] = deque(maxlen=WEIGHTS_KEPT)
        self._began_s = clock.monotonic()
        self._began_cpu_s = cpu_s()
        self._asked_s = -math.inf

    async def sample(self) -> None:
        """Waits until the next sample is due, and takes it."""
        began_s = self._clock.monotonic()
        wait_s = ASK_EVERY_WATCHED_S if began_s - self._asked_s < IS_WATCHED_S else ASK_EVERY_S
        await self._clock.sleep(wait_s)
        now_s = self._clock.monotonic()
        self._lags.append((now_s, max(now_s - began_s - wait_s, 0.0)))
        if not self._weights or now_s - self._weights[-1][0] >= WEIGH_EVERY_S:
            self._weigh(now_s)

    def lag(self) -> LoopLag | None:
        """How late the loop was over the last minutes; None before the first sample. From now on it is watched."""
        now_s = self._asked_s = self._clock.monotonic()
        lags = sorted(lag_s for at_s, lag_s in self._lags if now_s - at_s <= LAG_OVER_S)
        if not lags:
            return None
        return LoopLag(quantile(lags, 0.5), quantile(lags, 0.99), lags[-1], len(lags))

    def weight(self) -> Weight:
        """Memory and processor, now and over time."""
        now_s, rss, cpu_s = self._clock.monotonic(), self._rss(), self._cpu_s()
        alive_s = now_s - self._began_s
        recent = next((one for one in reversed(self._weights) if now_s - one[0] >= CPU_OVER_S), None)
        course = [one[1] for one in self._weights]
        return Weight(
            rss=rss,
            course=_thinned([*course, rss] if rss is not None else course),
            course_s=now_s - self._weights[0][0] if self._weights else 0.0,
            cpu=(cpu_s - recent[2]) / (now_s - recent[0]) if recent is not None else None,
            cpu_ever=(cpu_s - self._began_cpu_s) / alive_s if alive_s >= 1.0 else None,
        )

    def _weigh(self, now_s: float) -> None:
        rss = self._rss()
        if rss is not None:
            self._weights.append((now_s, rss, self._cpu_s()))


def _thinned(values: Sequence[int]) -> tuple[int, ...]:
    """At most `COURSE_POINTS` values, each the largest of its stretch."""
    if len(values) <= COURSE_POINTS:
        return tuple(values)
    edges = [round(number * len(values) / COURSE_POINTS) for number in range(COURSE_POINTS + 1)]
    return tuple(max(values[begin:end]) for begin, end in pairwise(edges))
