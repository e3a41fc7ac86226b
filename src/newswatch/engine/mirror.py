"""Shows on a hub what another process stores, and the feeds of a person's file: what a follower has to show.

Reads, and puts on the hub what is different; in pieces that the loop does not feel. Must never write anything, nor
know who the writer is.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from newswatch.engine.collector import Grown
from newswatch.engine.core import Core
from newswatch.engine.slices import in_turns
from newswatch.errors import FeedsInvalid
from newswatch.model.event import (
    Event,
    FeedChanged,
    FeedRemoved,
    HitsStored,
    MutesChanged,
    NoticeCleared,
    NoticeLevel,
    NoticeRaised,
    RuleChanged,
    RulesChanged,
    TotalsChanged,
)
from newswatch.model.hit import Hit, HitId
from newswatch.model.window import WINDOW_STORIES
from newswatch.store.api import FeedCounts, Store

if TYPE_CHECKING:
    from newswatch.feeds.opml import LoadedFeeds
    from newswatch.store.follow import News
SHOWN_AT_ONCE = 500
"""Hits in one event: the loop's share of it takes some 10 ms."""
PARTS_OF_A_HIT = 5
"""Values that come with a hit: its entry, its marks, its story."""
FEEDS_FILE = "feeds.opml"

log = logging.getLogger(__name__)


class History(Protocol):
    """A history that another process writes: `store.follow.FollowedHistory`."""

    @property
    def store(self) -> Store:
        """What was read until now; always the same one."""

    def look(self) -> News:
        """What is different since the last look; only this changes `store`. Blocks; raises StoreError."""

    def close(self) -> None:
        """Releases the files."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a look brought, read from memory by the thread that looked."""

    news: News
    hits: tuple[Hit, ...]
    new_hits: tuple[Hit, ...]


class Mirror:
    """Keeps the hub of a core in step with a history, which is its store."""

    def __init__(self, core: Core, history: History, feeds: Path) -> None:
        self._core = core
        self._history = history
        self._feeds = feeds
        self._grown = Grown()
        self._is_shown = True  # whether all that was read is shown
        core.roster.load_states(core.store.feed_states())

    async def begin(self, feeds: LoadedFeeds) -> None:
        """Shows what is there."""
        core = self._core
        hits = await asyncio.to_thread(core.store.newest_hits, WINDOW_STORIES)
        core.hub.publish([RulesChanged(core.rulebook.statuses()), HitsStored(hits), TotalsChanged(core.store.totals())])
        self._show_mutes()
        await self.take_feeds(feeds)
        self._grown.by(len(hits) * PARTS_OF_A_HIT)

    async def look(self) -> bool:
        """Shows what was written since the last look. True if there is more of it already. Raises StoreError."""
        seen = await asyncio.to_thread(_look, self._history)
        if not (seen.news.is_empty and self._is_shown):
            was_shown, self._is_shown = self._is_shown, False
            await self._show(seen, is_anew=not was_shown)
            self._is_shown = True
        self._show_mutes()
        return seen.news.is_more

    async def reload_feeds(self) -> None:
        """Takes over feeds.opml as it is now. A file that cannot be read, or is suddenly without feeds, keeps the last
        good set.
        """
        from newswatch.feeds.opml import load_feeds

        try:
            loaded = await asyncio.to_thread(load_feeds, self._feeds)
        except (FeedsInvalid, OSError) as error:
            self._warn(f"feeds kept as they were: {error}")
            return
        if not loaded.feeds and self._core.roster.feeds:
            self._warn(f"feeds kept as they were: {self._feeds} has none, or is gone")
            return
        await self.take_feeds(loaded)

    async def _show(self, seen: _Seen, *, is_anew: bool) -> None:
        """Tells what a look brought; `is_anew`: and what else is stored, because telling of the last was cut short."""
        core, news = self._core, seen.news
        hits = seen.hits
        if news.feeds:
            states = core.store.feed_states()
            core.roster.load_states({feed_id: states[feed_id] for feed_id in news.feeds if feed_id in states})
        if is_anew:
            hits = await asyncio.to_thread(core.store.newest_hits, WINDOW_STORIES)
        if must_recount := bool(news.gone_hits) or is_anew or self._are_others_held(seen):
            core.mutes.forget(news.gone_hits)
            core.rulebook.recount(await asyncio.to_thread(core.store.rule_counts))
            core.hub.drop_hits(news.gone_hits)
            core.hub.publish([RulesChanged(core.rulebook.statuses())])
        for start in range(0, len(hits), SHOWN_AT_ONCE):
            piece = core.store.late(hits[start : start + SHOWN_AT_ONCE])
            core.mutes.note(piece)
            core.hub.publish([HitsStored(piece)])
            await asyncio.sleep(0)
        self._grown.by(len(hits) * PARTS_OF_A_HIT)
        events: list[Event] = []
        if not must_recount:
            touched = core.rulebook.count(seen.new_hits)
            events += [RuleChanged(status) for status in core.rulebook.statuses(touched) if touched]
        if hits or news.gone_hits or news.has_rows or is_anew:  # the numbers equal or not: something is stored
            events.append(TotalsChanged(core.store.totals()))
        core.hub.publish([*events, *self._feeds_that_changed(news)])

    def _are_others_held(self, seen: _Seen) -> bool:
        """Whether hits that were there are held now, or no longer: a mute or a snooze came or went."""
        held = self._core.store.totals().held - self._core.hub.view.totals.held
        return held != sum(not hit.is_alert for hit in seen.new_hits)

    def _show_mutes(self) -> None:
        """Shows the mutes in force, if others are shown."""
        core = self._core
        core.mutes.put_stored(core.store.mutes(), core.store.rule_mutes())
        if (statuses := core.mutes.statuses(core.clock.now())) != core.hub.view.mutes:
            core.hub.publish([MutesChanged(statuses)])

    def _feeds_that_changed(self, news: News) -> list[Event]:
        """The rows of feeds whose state or numbers are others than shown."""
        core = self._core
        events: list[Event] = []
        for feed_id in core.roster.feeds:
            counts, health = core.store.feed_counts(feed_id), core.hub.view.feeds.get(feed_id)
            before = FeedCounts(health.entries, health.hits) if health is not None else None
            if feed_id in news.feeds or counts != before:
                events.append(FeedChanged(core.roster.health(feed_id, counts)))
        return events

    async def take_feeds(self, loaded: LoadedFeeds) -> None:
        """Puts feeds in force, as far as rows are concerned, and shows them, so many at a time. Lines that are none are
        the writer's to tell.
        """
        core = self._core
        changed, gone = core.roster.adopt(loaded.feeds)
        core.hub.publish([FeedRemoved(feed_id) for feed_id in gone])
        async for some in in_turns(changed):
            core.hub.publish([event for feed in some for event in core.feed_changed(feed.id)])
        events: list[Event] = [*core.feeds_ordered()]
        if FEEDS_FILE in core.hub.view.notices:
            events.append(NoticeCleared(FEEDS_FILE))
        core.hub.publish(events)

    def _warn(self, text: str) -> None:
        log.warning("%s", text)
        self._core.hub.publish([NoticeRaised(FEEDS_FILE, NoticeLevel.ERROR, text)])


def _look(history: History) -> _Seen:
    news = history.look()
    new_hits = _stored(history.store, news.new_hits)
    return _Seen(news, (*new_hits, *_stored(history.store, news.changed_hits)), new_hits)


def _stored(store: Store, hits: Collection[HitId]) -> tuple[Hit, ...]:
    return tuple(hit for hit_id in hits if (hit := store.hit(hit_id)) is not None)
