"""An event loop that knows how much CPU time each callback took: what any one of them takes, nobody else has.

Only the loop's own thread is counted, so neither other processes nor our threads make a callback look long. What the
transports do when bytes came is not counted: that is asyncio's own.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextvars import Context
from typing import TypeVarTuple

Ts = TypeVarTuple("Ts")


class TimedLoop(asyncio.SelectorEventLoop):
    """`took_s` holds one number a callback: seconds of CPU."""

    def __init__(self) -> None:
        super().__init__()
        self.took_s: list[float] = []

    def call_soon(
        self, callback: Callable[[*Ts], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.Handle:
        """See `asyncio.loop.call_soon`."""
        return super().call_soon(self._timed, callback, *args, context=context)

    def call_soon_threadsafe(
        self, callback: Callable[[*Ts], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.Handle:
        """See `asyncio.loop.call_soon_threadsafe`."""
        return super().call_soon_threadsafe(self._timed, callback, *args, context=context)

    def call_at(
        self, when: float, callback: Callable[[*Ts], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.TimerHandle:
        """See `asyncio.loop.call_at`."""
        return super().call_at(when, self._timed, callback, *args, context=context)

    def _timed(self, callback: Callable[[*Ts], object], *args: *Ts) -> None:
        began_s = time.thread_time()
        try:
            callback(*args)
        finally:
            self.took_s.append(time.thread_time() - began_s)
