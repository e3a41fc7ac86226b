"""A clock that only moves when the test says so."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime, timedelta
from itertools import count

from newswatch.testing.build import EPOCH

SETTLING_TURNS = 50


class FakeClock:
    """A `engine.clock.Clock` turned by hand: `advance` wakes sleepers and ends deadlines in their order."""

    def __init__(self, start: datetime = EPOCH) -> None:
        self._now = start
        self._monotonic = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._numbers = count()

    def now(self) -> datetime:
        """The wall clock."""
        return self._now

    def monotonic(self) -> float:
        """Seconds advanced since the start; wall jumps do not show here."""
        return self._monotonic

    async def sleep(self, seconds: float) -> None:
        """Waits until the clock was advanced by that much."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._monotonic + seconds, next(self._numbers), woken))
        await woken

    def timeout(self, seconds: float) -> AbstractAsyncContextManager[object]:
        """A deadline on this clock."""
        return self._deadline(seconds)

    @asynccontextmanager
    async def _deadline(self, seconds: float) -> AsyncIterator[None]:
        is_open = True
        async with asyncio.timeout(None) as real:
            alarm = asyncio.ensure_future(self.sleep(seconds))
            alarm.add_done_callback(lambda done: real.reschedule(0) if is_open and not done.cancelled() else None)
            try:
                yield
            finally:
                is_open = False
                alarm.cancel()

    async def advance(self, seconds: float) -> None:
        """Turns the clock forward, letting whoever wakes on the way run before going on."""
        target = self._monotonic + seconds
        await self.settle()
        while self._sleepers and self._sleepers[0][0] <= target:
            due, _, woken = heapq.heappop(self._sleepers)
            self._turn_to(due)
            if not woken.done():
                woken.set_result(None)
                await self.settle()
        self._turn_to(target)
        await self.settle()

    def jump(self, seconds: float) -> None:
        """Moves the wall clock alone, as NTP or a suspended machine does."""
        self._now += timedelta(seconds=seconds)

    async def settle(self) -> None:
        """Gives other tasks some turns of the loop."""
        for _ in range(SETTLING_TURNS):
            await asyncio.sleep(0)

    def _turn_to(self, monotonic: float) -> None:
        self._now += timedelta(seconds=monotonic - self._monotonic)
        self._monotonic = monotonic
