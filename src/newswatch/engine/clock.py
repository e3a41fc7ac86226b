"""Time as a value that can be injected: the wall, the monotonic counter, sleep and deadlines."""

from __future__ import annotations

import time
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What the engine knows of time. `testing.FakeClock` is the one that tests turn by hand."""

    def now(self) -> datetime:
        """The wall clock, aware, in UTC. It may jump."""

    def monotonic(self) -> float:
        """Seconds that never jump; only differences mean something."""

    async def sleep(self, seconds: float) -> None:
        """Waits; zero or less gives other tasks a turn."""

    def timeout(self, seconds: float) -> AbstractAsyncContextManager[object]:
        """A block that raises TimeoutError when it takes longer."""


class SystemClock:
    """The real one."""

    def now(self) -> datetime:
        """See `Clock.now`."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """See `Clock.monotonic`."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """See `Clock.sleep`."""
        import asyncio  # whoever waits has it; verbs that only ask for the time do without

        await asyncio.sleep(max(0.0, seconds))

    def timeout(self, seconds: float) -> AbstractAsyncContextManager[object]:
        """See `Clock.timeout`."""
        import asyncio  # as above

        return asyncio.timeout(seconds)
