"""Edits of feeds.opml in memory: what they change is shown at once, nothing is found, read or written.

For tests of screens. `searches` says what looking behind an address gives, `lists` what a list would bring.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Collection, Sequence
from dataclasses import replace

from newswatch.engine.api.feeds import FeedDraft, ListedFeeds, Search
from newswatch.errors import FeedRefused, UsageError
from newswatch.model.event import Event, FeedChanged, FeedRemoved
from newswatch.model.feed import Feed, FeedHealth, FeedId, FeedState, feed_id
from newswatch.model.view import View


class ScriptedFeeds:
    """An `engine.api.feeds.FeedEdits` over a view. `called` notes each verb, and raises where one is to fail."""

    def __init__(self, view: Callable[[], View], publish: Callable[[Event], None], called: Callable[..., None]) -> None:
        self.searches: dict[str, Sequence[Search]] = {}
        self.lists: dict[str, ListedFeeds] = {}
        self._view = view
        self._publish = publish
        self._called = called
        self._removed: dict[FeedId, list[FeedHealth]] = {}

    async def discover(self, typed: str) -> AsyncGenerator[Search, None]:
        """See `FeedEdits.discover`: the snapshots that `searches` holds; what is not there cannot be reached."""
        self._called("discover", typed)
        if " " in typed.strip() or not typed.strip():
            raise UsageError(f"{typed!r} is no address; write one such as https://example.org/")
        for search in self.searches.get(
            typed, (Search("https://nowhere.example/", 1), Search(asked=1, failure="no such host", is_complete=True))
        ):
            yield search
            await asyncio.sleep(0)

    async def read_list(self, source: str) -> ListedFeeds:
        """See `FeedEdits.read_list`: the list that `lists` holds."""
        self._called("read_list", source)
        if source not in self.lists:
            raise UsageError(f"{source} cannot be read: No such file or directory")
        return self.lists[source]

    async def add(self, feeds: Sequence[Feed]) -> Sequence[FeedId]:
        """See `FeedEdits.add`."""
        self._called("add", tuple(feeds))
        known = self._view().feeds
        fresh = [feed for feed in feeds if feed.id not in known]
        for feed in fresh:
            self._publish(FeedChanged(FeedHealth(feed, FeedState(feed.id), feed.name or feed.url, feed.url)))
        return tuple(feed.id for feed in fresh)

    async def change(self, feed: FeedId, draft: FeedDraft) -> FeedId:
        """See `FeedEdits.change`."""
        self._called("change", feed, draft)
        health = self._of(feed)
        after = replace(
            health.feed,
            name=draft.name,
            folder=draft.folder,
            tags=draft.tags,
            interval_s=draft.interval_s,
            lang=draft.lang or None,
            is_paused=draft.is_paused,
            url=draft.address or health.feed.url,
        )
        if draft.address and not draft.keeps_history:
            after = replace(after, id=feed_id(draft.address))
            self._publish(FeedRemoved(feed))
        label = draft.name or health.label
        self._publish(FeedChanged(replace(health, feed=after, label=label, address=after.url)))
        return after.id

    async def set_paused(self, feeds: Collection[FeedId], *, paused: bool) -> None:
        """See `FeedEdits.set_paused`."""
        self._called("set_paused", tuple(feeds), paused)
        for health in map(self._of, feeds):
            self._publish(FeedChanged(replace(health, feed=replace(health.feed, is_paused=paused))))

    async def accept_move(self, feed: FeedId) -> str:
        """See `FeedEdits.accept_move`."""
        self._called("accept_move", feed)
        health = self._of(feed)
        to = health.state.moved_to
        if to is None:
            raise FeedRefused("its server names no other address now")
        state = replace(health.state, moved_to=None, moved_answers=0)
        self._publish(FeedChanged(replace(health, feed=replace(health.feed, url=to), state=state, address=to)))
        return to

    async def remove(self, feeds: Collection[FeedId]) -> None:
        """See `FeedEdits.remove`."""
        self._called("remove", tuple(feeds))
        together = [self._of(feed) for feed in feeds]
        for health in together:
            self._removed[health.feed.id] = together
            self._publish(FeedRemoved(health.feed.id))

    async def put_back(self, feed: FeedId) -> None:
        """See `FeedEdits.put_back`: at the end."""
        self._called("put_back", feed)
        for health in self._removed[feed]:
            del self._removed[health.feed.id]
            self._publish(FeedChanged(health))

    def _of(self, feed: FeedId) -> FeedHealth:
        if feed not in self._view().feeds:
            raise FeedRefused("the feed is not in feeds.opml any more; nothing was written")
        return self._view().feeds[feed]
