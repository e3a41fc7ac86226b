"""What exists while a home is open, for verbs that a person may ask for before, meanwhile and afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, Protocol, TypeVar

from newswatch.errors import StoreError

SessionT = TypeVar("SessionT")
SessionT_co = TypeVar("SessionT_co", covariant=True)
PartT = TypeVar("PartT")


class Awaited(Protocol[SessionT_co]):
    """A session for those who only use it."""

    @property
    def now(self) -> SessionT_co | None:
        """The session; None before it has begun and after it has ended."""

    async def awaited(self) -> SessionT_co | None:
        """The session once it has begun; None if it has ended, or never will."""


class WhileOpen(Generic[SessionT]):
    """An `Awaited` session for whoever opens and closes the home."""

    def __init__(self) -> None:
        self._session: SessionT | None = None
        self._is_decided = asyncio.Event()  # it has begun, or it has ended

    @property
    def now(self) -> SessionT | None:
        """See `Awaited.now`."""
        return self._session

    def begin(self, session: SessionT) -> None:
        """The home is open."""
        self._session = session
        self._is_decided.set()

    def end(self) -> None:
        """It is no longer, or could not be opened. Harmless when called twice."""
        self._session = None
        self._is_decided.set()

    async def awaited(self) -> SessionT | None:
        """See `Awaited.awaited`."""
        await self._is_decided.wait()
        return self._session

    def part(self, of: Callable[[SessionT], PartT]) -> Callable[[], Awaitable[PartT]]:
        """What waits for the session and hands out a part of it. Raises StoreError where there will be none."""

        async def provide() -> PartT:
            if (session := await self.awaited()) is None:
                raise StoreError("newswatch has ended; nothing was done")
            return of(session)

        return provide
