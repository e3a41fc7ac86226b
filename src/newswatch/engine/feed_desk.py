"""The feeds' side of the engine: settles what the poller brings, in the order that loses nothing.

New entries and their hits in one transaction; then the feed state with its validators; then telling.
The health of feeds that only said "unchanged" goes to disk once a minute, in one record.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from newswatch.engine.core import Core
from newswatch.engine.step import CheckResult, Failed, Outcome, Parsed, step
from newswatch.errors import FeedsInvalid, StoreError
from newswatch.feeds.due import Pace
from newswatch.feeds.opml import LoadedFeeds, load_feeds
from newswatch.model.event import (
    Event,
    FeedRemoved,
    Liveness,
    LivenessChanged,
    NextCheckChanged,
    NoticeCleared,
    NoticeLevel,
    NoticeRaised,
    RulesChanged,
)
from newswatch.model.feed import Feed, FeedId, FeedState
from newswatch.store.api import Transaction

log = logging.getLogger(__name__)

FEEDS_FILE = "feeds.opml"
_NEXT_CHECK_MOVED = timedelta(seconds=1)


class FeedDesk:
    """Implements `poller.Desk` on a core."""

    def __init__(self, core: Core, pace: Pace, path: Path) -> None:
        self._core = core
        self._pace = pace
        self._path = path

    @property
    def feeds(self) -> Mapping[FeedId, Feed]:
        """The feeds in force."""
        return self._core.roster.feeds

    def state(self, feed_id: FeedId) -> FeedState:
        """The state of a feed."""
        return self._core.roster.state(feed_id)

    async def settle(self, feed: Feed, result: CheckResult) -> None:
        """See `poller.Desk`."""
        core = self._core
        async with core.order:
            outcome = await self._decide(feed, result)
            new_hits = core.unknown(outcome.memory.hits)
            await core.commit(outcome.memory)
            try:
                is_saved = _must_be_saved_now(result)
                if is_saved:
                    await core.commit(Transaction(feed_states=(outcome.state,)))
                core.roster.put_state(outcome.state, is_saved=is_saved)
            finally:
                core.tell(outcome.memory, new_hits, *core.feed_changed(feed.id), *self._paused_rules(outcome))

    def note_unreached(self, feed: Feed, reason: str) -> None:
        """Offline: says why on the feed's row; its back-off does not grow."""
        state = self.state(feed.id)
        self._core.roster.put_state(
            replace(state, last_error=reason, last_checked_at=self._core.clock.now()), is_saved=False
        )

    def set_checking(self, feed_id: FeedId, *, is_checking: bool) -> None:
        """See `poller.Desk`."""
        self._core.roster.set_checking(feed_id, is_checking=is_checking)
        self._core.hub.publish(self._core.feed_changed(feed_id))

    def set_offline(self, *, is_offline: bool) -> None:
        """See `poller.Desk`."""
        self._core.hub.publish([LivenessChanged(Liveness.OFFLINE if is_offline else Liveness.LIVE)])

    def set_next_check(self, wait_s: float | None) -> None:
        """See `poller.Desk`."""
        at = None if wait_s is None else self._core.clock.now() + timedelta(seconds=wait_s)
        if not _is_same_moment(at, self._core.hub.view.next_check_at):
            self._core.hub.publish([NextCheckChanged(at)])

    @property
    def path(self) -> Path:
        """feeds.opml."""
        return self._path

    def adopt(self, loaded: LoadedFeeds) -> tuple[list[Feed], list[FeedId]]:
        """Puts feeds in force and shows them. Returns those that are new or changed, and those that left."""
        changed, gone = self._core.roster.adopt(loaded.feeds)
        events: list[Event] = [FeedRemoved(feed_id) for feed_id in gone]
        for feed in changed:
            events.extend(self._core.feed_changed(feed.id))
        if loaded.refused:
            lines = "line is no feed" if len(loaded.refused) == 1 else "lines are no feeds"
            text = f"{FEEDS_FILE}: {len(loaded.refused)} {lines} that can be polled: {loaded.refused[0]}"
            events.append(NoticeRaised(FEEDS_FILE, NoticeLevel.WARNING, text))
        elif FEEDS_FILE in self._core.hub.view.notices:
            events.append(NoticeCleared(FEEDS_FILE))
        self._core.hub.publish(events)
        return changed, gone

    async def reload(self) -> tuple[list[Feed], list[FeedId]]:
        """Takes over feeds.opml as it is now; returns as `adopt`. A file that cannot be read, or is suddenly without
        feeds, keeps the last good set.
        """
        try:
            loaded = await asyncio.to_thread(load_feeds, self._path)
        except (FeedsInvalid, OSError) as error:
            return self._keep(f"feeds kept as they were: {error}")
        if not loaded.feeds and self.feeds:
            is_there = await asyncio.to_thread(self._path.exists)
            return self._keep(f"feeds kept as they were: {self._path} {'has none' if is_there else 'is gone'}")
        return self.adopt(loaded)

    def _keep(self, why: str) -> tuple[list[Feed], list[FeedId]]:
        log.warning("%s", why)
        self._core.hub.publish([NoticeRaised(FEEDS_FILE, NoticeLevel.ERROR, why)])
        return [], []

    async def save_health(self) -> None:
        """Writes the states that are not on disk yet, in one record; what cannot be written is kept for next time."""
        states = self._core.roster.unsaved()
        try:
            await self._core.commit(Transaction(feed_states=states))
        except StoreError as error:
            log.warning("the health of %d feeds could not be saved: %s", len(states), error)
        else:
            self._core.roster.mark_saved(states)

    async def _decide(self, feed: Feed, result: CheckResult) -> Outcome:
        core = self._core
        facts = (feed, self.state(feed.id), result, core.store, core.rulebook.matcher, self._pace, core.clock.now())
        # A document may hold thousands of texts to match: off the loop with it.
        return await asyncio.to_thread(step, *facts) if isinstance(result, Parsed) else step(*facts)

    def _paused_rules(self, outcome: Outcome) -> list[Event]:
        if outcome.overruns and self._core.rulebook.pause(outcome.overruns):
            return [RulesChanged(self._core.rulebook.statuses())]
        return []


def _must_be_saved_now(result: CheckResult) -> bool:
    """Validators, and what a server asked of us, must outlive a crash of the next second."""
    return isinstance(result, Parsed) or (
        isinstance(result, Failed) and (result.is_gone or result.retry_after_s is not None)
    )


def _is_same_moment(one: datetime | None, other: datetime | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) < _NEXT_CHECK_MOVED
