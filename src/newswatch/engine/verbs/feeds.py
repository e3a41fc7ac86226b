"""The verbs of feeds.opml, handed on to the desk that does them once it is there."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING

from newswatch.model.feed import Feed, FeedId

if TYPE_CHECKING:
    from newswatch.engine.api.feeds import FeedDraft, FeedEdits, ListedFeeds, Search


class FeedVerbs:
    """A `FeedEdits` that waits for the real one: `desk` gives it, or raises what keeps it away."""

    def __init__(self, desk: Callable[[], Awaitable[FeedEdits]]) -> None:
        self._desk = desk

    async def discover(self, typed: str) -> AsyncGenerator[Search, None]:
        """See `FeedEdits.discover`."""
        async with aclosing((await self._desk()).discover(typed)) as snapshots:
            async for search in snapshots:
                yield search

    async def read_list(self, source: str) -> ListedFeeds:
        """See `FeedEdits.read_list`."""
        return await (await self._desk()).read_list(source)

    async def add(self, feeds: Sequence[Feed]) -> Sequence[FeedId]:
        """See `FeedEdits.add`."""
        return await (await self._desk()).add(feeds)

    async def change(self, feed: FeedId, draft: FeedDraft) -> FeedId:
        """See `FeedEdits.change`."""
        return await (await self._desk()).change(feed, draft)

    async def set_paused(self, feeds: Collection[FeedId], *, paused: bool) -> None:
        """See `FeedEdits.set_paused`."""
        await (await self._desk()).set_paused(feeds, paused=paused)

    async def accept_move(self, feed: FeedId) -> str:
        """See `FeedEdits.accept_move`."""
        return await (await self._desk()).accept_move(feed)

    async def remove(self, feeds: Collection[FeedId]) -> None:
        """See `FeedEdits.remove`."""
        await (await self._desk()).remove(feeds)

    async def put_back(self, feed: FeedId) -> None:
        """See `FeedEdits.put_back`."""
        await (await self._desk()).put_back(feed)
