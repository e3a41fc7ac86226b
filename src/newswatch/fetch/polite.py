"""Politeness: how many requests at once, in all and on one host, and how far apart on one host.

It stands in front of `fetch.http`, whose connection pool slows down badly when tasks queue inside it. It knows
hosts and moments, and must never know what is fetched.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import urlsplit


@dataclass(slots=True)
class _Host:
    """What is known of a host while somebody uses it, or while the gap after its last request lasts."""

    slots: asyncio.Semaphore
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)  # one at a time waits for the gap, in order
    users: int = 0
    free_at: float = 0.0


class HostGate:
    """Lets at most `concurrency` requests run, at most `per_host` of them on one host, starts there `gap_s` apart.

    First come, first served on each host and over all. A place among the `concurrency` is taken only when
    the host is ready, so a slow host never keeps the others waiting.
    """

    def __init__(
        self,
        concurrency: int = 48,
        per_host: int = 2,
        gap_s: float = 0.0,
        *,
        monotonic: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._all = asyncio.Semaphore(concurrency)
        self._per_host = per_host
        self._gap_s = gap_s
        self._monotonic = monotonic
        self._sleep = sleep
        self._hosts: dict[str, _Host] = {}
        self._resting: deque[tuple[float, str]] = deque()  # hosts without users, by the moment they are free

    def slot(self, url: str) -> AbstractAsyncContextManager[None]:
        """Waits for a turn to send a request to the host of `url`, and holds it for the length of the block."""
        return self._slot(host_key(url))

    @property
    def hosts(self) -> int:
        """How many hosts are remembered: those in use, and those whose gap lasts."""
        return len(self._hosts)

    @asynccontextmanager
    async def _slot(self, name: str) -> AsyncIterator[None]:
        self._forget_rested()
        host = self._hosts.get(name)
        if host is None:
            host = self._hosts[name] = _Host(asyncio.Semaphore(self._per_host))
        host.users += 1
        try:
            async with host.slots:
                async with host.turn:
                    while (wait_s := host.free_at - self._monotonic()) > 0:
                        await self._sleep(wait_s)
                    await self._all.acquire()
                    host.free_at = self._monotonic() + self._gap_s
                try:
                    yield
                finally:
                    self._all.release()
        finally:
            host.users -= 1
            if not host.users:
                self._leave(name, host)

    def _leave(self, name: str, host: _Host) -> None:
        if host.free_at <= self._monotonic():
            self._hosts.pop(name, None)
        else:
            self._resting.append((host.free_at, name))

    def _forget_rested(self) -> None:
        """Drops hosts whose gap has passed, unless they were used again meanwhile."""
        now = self._monotonic()
        while self._resting and self._resting[0][0] <= now:
            _, name = self._resting.popleft()
            host = self._hosts.get(name)
            if host is not None and not host.users and host.free_at <= now:
                del self._hosts[name]


@lru_cache(maxsize=20_000)
def host_key(url: str) -> str:
    """The host of an address, in lower case; an address that cannot be read is a host of its own."""
    try:
        return urlsplit(url).hostname or url
    except ValueError:
        return url
