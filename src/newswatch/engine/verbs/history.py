"""The verbs of the history, handed on to the desk that does them once it is there."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from typing import TYPE_CHECKING

from newswatch.model.clause import Clause
from newswatch.model.entry import Entry
from newswatch.model.rule import RuleId

if TYPE_CHECKING:
    from newswatch.engine.api.history import HistoryDesk
    from newswatch.model.found import Found
    from newswatch.model.stream import Page


class HistoryVerbs:
    """A `HistoryDesk` that waits for the real one: `desk` gives it, or raises what keeps it away."""

    def __init__(self, desk: Callable[[], Awaitable[HistoryDesk]]) -> None:
        self._desk = desk

    async def newest(self, limit: int, before: Entry | None = None) -> Page:
        """See `HistoryDesk.newest`."""
        return await (await self._desk()).newest(limit, before)

    async def search(self, query: str, limit: int) -> AsyncGenerator[Found, None]:
        """See `HistoryDesk.search`."""
        async with aclosing((await self._desk()).search(query, limit)) as snapshots:
            async for snapshot in snapshots:
                yield snapshot

    async def explain_entry(self, entry: Entry, rule: RuleId) -> Clause | None:
        """See `HistoryDesk.explain_entry`."""
        return await (await self._desk()).explain_entry(entry, rule)
