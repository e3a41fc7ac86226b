"""A clock that runs faster than life, for the demo: the engine's waits shrink, its deadlines do not."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta


class DemoClock:
    """An `engine.clock.Clock` that stands at `start` when it is made and passes `speed` seconds a real second.

    `monotonic` is the real counter in seconds, replaced in tests. Raises ValueError for a speed that is
    not a positive number, or a start without a zone.
    """

    def __init__(self, start: datetime, speed: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        if not (math.isfinite(speed) and speed > 0):
            raise ValueError(f"speed {speed} is not a positive number; 1 is life, 160 is the demo's own")
        if start.tzinfo is None:
            raise ValueError(f"start {start.isoformat()} names no zone")
        self._start = start
        self._speed = speed
        self._monotonic = monotonic
        self._origin = monotonic()

    @property
    def speed(self) -> float:
        """Seconds of the day in one real second."""
        return self._speed

    def now(self) -> datetime:
        """See `Clock.now`. It never passes the last day that a datetime can name."""
        try:
            return self._start + timedelta(seconds=self.monotonic())
        except OverflowError:
            return datetime.max.replace(tzinfo=self._start.tzinfo)

    def monotonic(self) -> float:
        """Seconds of the day since the clock was made."""
        return (self._monotonic() - self._origin) * self._speed

    async def sleep(self, seconds: float) -> None:
        """Waits for so many seconds of the day."""
        await asyncio.sleep(max(0.0, seconds) / self._speed)

    def timeout(self, seconds: float) -> AbstractAsyncContextManager[object]:
        """A deadline in *real* seconds: a socket does not answer faster because the day does."""
        return asyncio.timeout(seconds)
