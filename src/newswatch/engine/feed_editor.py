"""Edits feeds.opml for a person, off the loop, and puts what it says then in force at once.

Several take turns. What is an edit is in `feed_edits`; how the file is kept whole in `feeds.opml`. It works over any
core: the writer's, which polls, and a follower's, which only shows.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace

from newswatch.engine.api.feeds import Candidate, FeedDraft, ListedFeeds, Search, Skipped
from newswatch.engine.clock import Clock
from newswatch.engine.core import Core
from newswatch.engine.discovery import discover_feeds, feed_of
from newswatch.engine.feed_edits import Adding, Change, Changing, Removing, pausing, putting_back, sorted_list
from newswatch.engine.feed_lists import list_at
from newswatch.engine.home import Home
from newswatch.engine.moving import Move, at_home, may_replace, write_moves
from newswatch.engine.probe import Probe, open_probe
from newswatch.errors import FeedRefused
from newswatch.feeds.addresses import feed_at, typed_addresses
from newswatch.feeds.addresses import shown as shown_address
from newswatch.feeds.discover import Discovery, Found
from newswatch.feeds.opml import LoadedFeeds, OpmlDocument, edit_feeds, load_feeds
from newswatch.feeds.opmlplaces import TakenOut
from newswatch.model.feed import Feed, FeedId
from newswatch.text.urls import host_of

NEWEST = 3  # headlines of a feed that was found
KEPT = 100  # removals that can be taken back

OpenProbe = Callable[[], AbstractAsyncContextManager[Probe]]

log = logging.getLogger(__name__)


class FeedEditor:
    """Implements `engine.api.feeds.FeedEdits` on a home. `take` puts a file that was written in force."""

    def __init__(
        self,
        home: Home,
        core: Core,
        take: Callable[[LoadedFeeds], Awaitable[None]],
        open_probe: OpenProbe | None = None,
    ) -> None:
        self._path = home.feeds
        self._core = core
        self._take = take
        self._open_probe = open_probe or probe_of(home)
        self._taken: list[TakenOut] = []
        self._turn = asyncio.Lock()

    async def discover(self, typed: str) -> AsyncGenerator[Search, None]:
        """See `FeedEdits.discover`."""
        async with searching(typed, self._open_probe, tuple(self._core.roster.feeds.values())) as snapshots:
            async for search in snapshots:
                yield search

    async def read_list(self, source: str) -> ListedFeeds:
        """See `FeedEdits.read_list`."""
        async with self._open_probe() as probe:
            document = await list_at(source, probe)
        mine = tuple(self._core.roster.feeds.values())
        return await asyncio.to_thread(list_of, document, mine)  # a list may be long

    async def add(self, feeds: Sequence[Feed]) -> Sequence[FeedId]:
        """See `FeedEdits.add`."""
        adding = Adding(feeds)
        await self._edit(adding)
        return tuple(feed.id for feed in adding.added)

    async def change(self, feed: FeedId, draft: FeedDraft) -> FeedId:
        """See `FeedEdits.change`."""
        changing = Changing(feed, draft)
        await self._edit(changing)
        return changing.changed.id if changing.changed is not None else feed

    async def set_paused(self, feeds: Collection[FeedId], *, paused: bool) -> None:
        """See `FeedEdits.set_paused`."""
        await self._edit(pausing(frozenset(feeds), paused=paused))

    async def accept_move(self, feed: FeedId) -> str:
        """See `FeedEdits.accept_move`."""
        core = self._core
        known = core.roster.feeds.get(feed)
        to = core.roster.state(feed).moved_to
        if known is None or to is None or to == known.url:
            raise FeedRefused("its server names no other address now")
        if not may_replace(known.url, to):
            raise FeedRefused(
                f"{shown_address(to)} is private or not encrypted, and a server's word is not enough for that: "
                "edit the address by hand if you mean it"
            )
        if (other := feed_at((one for one in core.roster.feeds.values() if one.id != feed), to)) is not None:
            raise FeedRefused(f"you have {shown_address(to)} already, as {core.roster.label(other)}: one can go")
        move = Move(feed, core.roster.label(known), known.url, to)
        async with self._turn:
            written = await asyncio.to_thread(write_moves, self._path, [move])
            if not written:
                raise FeedRefused("its line in feeds.opml changed meanwhile; nothing was written")
            core.roster.put_state(at_home(written[0], core.roster.state(feed)), is_saved=False)
            await self._take(await asyncio.to_thread(load_feeds, self._path))
        log.info("%s: its new address was accepted: %s", move.label, shown_address(to))
        return shown_address(to)

    async def remove(self, feeds: Collection[FeedId]) -> None:
        """See `FeedEdits.remove`."""
        removing = Removing(feeds)
        await self._edit(removing)
        if removing.taken is not None:
            self._taken = [*self._taken, removing.taken][-KEPT:]

    async def put_back(self, feed: FeedId) -> None:
        """See `FeedEdits.put_back`."""
        taken = next((one for one in reversed(self._taken) if feed in one.feeds), None)
        if taken is None:
            raise FeedRefused("its line is not known any more; add the feed again, its history is still there")
        await self._edit(putting_back(taken))
        self._taken = [one for one in self._taken if one is not taken]

    async def _edit(self, change: Change) -> None:
        """Changes the file; what it says then is in force when this returns, whoever waits for it."""
        await asyncio.shield(asyncio.ensure_future(self._edited(change)))

    async def _edited(self, change: Change) -> None:
        async with self._turn:
            await self._take(await asyncio.to_thread(edit_feeds, self._path, change))


def probe_of(home: Home, clock: Clock | None = None) -> OpenProbe:
    """What opens a probe that fetches as a home's settings say."""
    return lambda: open_probe(home, clock, workers=1)


@asynccontextmanager
async def searching(typed: str, open_probe: OpenProbe, mine: Sequence[Feed]) -> AsyncIterator[AsyncIterator[Search]]:
    """Snapshots of a search, which ends with the block. Raises UsageError for what is no address."""
    typed_addresses(typed)
    told: asyncio.Queue[str | Found | None] = asyncio.Queue()  # an address that is asked, a feed that answered, the end

    async def discovered() -> Discovery:
        try:
            async with open_probe() as probe:
                return await discover_feeds(typed, probe, asking=told.put_nowait, found=told.put_nowait)
        finally:
            told.put_nowait(None)

    async def snapshots() -> AsyncIterator[Search]:
        so_far = Search()
        while (news := await told.get()) is not None:
            if isinstance(news, Found):
                candidate = candidate_of(news, typed, mine, page=None)
                so_far = replace(so_far, found=(*so_far.found, candidate))
            else:
                so_far = replace(so_far, asking=shown_address(news), asked=so_far.asked + 1)
            yield so_far
        yield outcome_of(await search, typed, so_far.asked, mine)

    search = asyncio.ensure_future(discovered())
    try:
        yield snapshots()
    finally:
        search.cancel()
        await asyncio.gather(search, return_exceptions=True)


def outcome_of(discovery: Discovery, typed: str, asked: int, mine: Sequence[Feed]) -> Search:
    """What a search came to."""
    return Search(
        asked=asked,
        found=tuple(candidate_of(found, typed, mine, page=discovery.page) for found in discovery.feeds),
        page=shown_address(discovery.page) if discovery.page is not None else "",
        failure=discovery.failure,
        is_unreached=discovery.is_unreached,
        is_complete=True,
    )


def candidate_of(found: Found, typed: str, mine: Sequence[Feed], *, page: str | None) -> Candidate:
    """A feed that answered, for a person to choose. `page` led there, as far as that is known yet."""
    feed = replace(feed_of(found, typed, allow_private=False), site=page)
    known = feed_at(mine, found.address)
    return Candidate(
        feed=feed,
        address=shown_address(found.address),
        title=found.title,
        format=found.feed.format,
        entries=len(found.feed.entries),
        newest=tuple(entry.title for entry in found.feed.entries[:NEWEST] if entry.title),
        known=(known.name or host_of(known.url)) if known is not None else "",
    )


def list_of(document: OpmlDocument, mine: Collection[Feed]) -> ListedFeeds:
    """What somebody's list would bring to a file with these feeds."""
    intake = sorted_list(document, mine)
    return ListedFeeds(
        title=document.path.name,
        fresh=intake.fresh,
        known=intake.known,
        skipped=tuple(Skipped(one.line, one.address, one.reason) for one in intake.refused),
        warnings=document.warnings,
    )
