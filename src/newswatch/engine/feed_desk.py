"""The feeds' side of the engine: settles what the poller brings, in the order that loses nothing.

New entries and their hits in one transaction; then the feed state with its validators; then telling.
The health of feeds that only said "unchanged" goes to disk once a minute, in one record.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from newswatch.alert.policy import is_gap
from newswatch.engine.collector import Grown
from newswatch.engine.core import Core
from newswatch.engine.holding import held_after_edit, held_back, may_be_held
from newswatch.engine.listings import Listings
from newswatch.engine.moving import MovedFeeds
from newswatch.engine.notifier import Notifier
from newswatch.engine.slices import in_turns
from newswatch.engine.step import CheckResult, Failed, Outcome, Parsed, step
from newswatch.engine.turns import turns
from newswatch.errors import FeedsInvalid, StoreError
from newswatch.feeds.due import Pace
from newswatch.feeds.opml import LoadedFeeds, load_feeds
from newswatch.model.event import (
    Event,
    FeedRemoved,
    FeedTurn,
    FeedTurned,
    Liveness,
    LivenessChanged,
    NextCheckChanged,
    NoticeCleared,
    NoticeLevel,
    NoticeRaised,
    RulesChanged,
)
from newswatch.model.feed import Feed, FeedId, FeedState, FeedStatus, address_digest
from newswatch.model.hit import Hit
from newswatch.store.api import Transaction

log = logging.getLogger(__name__)

FEEDS_FILE = "feeds.opml"
PARTS_OF_A_FEED = 3
"""Values that live as long as it does: its line, its row, and the line as it may be shown."""
_NEXT_CHECK_MOVED = timedelta(seconds=1)


class FeedDesk:
    """Implements `poller.Desk` on a core."""

    def __init__(self, core: Core, pace: Pace, path: Path, listings: Listings | None = None) -> None:
        self._core = core
        self._listings = listings or Listings()
        self._pace = pace
        self._path = path
        self._grown = Grown()
        self.notifier = Notifier(core.hub, core.clock, self._behind)
        self._moved = MovedFeeds(core, path)

    @property
    def feeds(self) -> Mapping[FeedId, Feed]:
        """The feeds in force."""
        return self._core.roster.feeds

    def state(self, feed_id: FeedId) -> FeedState:
        """The state of a feed."""
        return self._core.roster.state(feed_id)

    async def settle(self, feed: Feed, result: CheckResult) -> None:
        """See `poller.Desk`. What a feed gave that a person took out or gave another address meanwhile is let go."""
        core = self._core
        async with core.order:
            if not self._is_as_it_was(feed):
                return
            feed = self.feeds[feed.id]  # its folder or tags may be others by now
            core.searched.look_at_feeds()
            before = self.state(feed.id)
            outcome = await self._decide(feed, result)
            turned = turns(before, outcome.state, core.roster.label(feed), core.clock.now())
            outcome, new_hits, edited = await self._held_back(outcome)
            if outcome.listing is not None:
                self._listings.drop(feed.id)  # until all of it is stored nothing may be passed over
            core.rulebook.breaks.note(outcome.overruns)  # they were not asked of what is stored now
            is_saved = bool(turned) or _must_be_saved_now(result)
            is_saved = await self._store(outcome, is_saved=is_saved)
            self._grown.by(len(outcome.memory.entries))
            try:
                if self._is_as_it_was(feed):
                    core.roster.put_state(outcome.state, is_saved=is_saved)
                else:  # a person edited its line while this was stored
                    turned = ()
                if outcome.listing is not None:
                    self._listings.put(feed.id, outcome.listing)
            finally:
                core.roster.set_checking(feed.id, is_checking=False)
                more = (*core.feed_changed(feed.id), *self._paused_rules(outcome))
                core.tell(outcome.memory, new_hits, *more, held=edited)
                shown = [after for earlier, after in edited if after.is_alert and not earlier.is_alert]
                self.notifier.take(core.store.late([*new_hits, *shown]), self._gap_since(before))
            self._say(turned)
        if not isinstance(result, Failed):
            await self._moved.follow(feed.id)

    def _is_as_it_was(self, feed: Feed) -> bool:
        """Whether the feed is in force still, and at the address at which it was asked."""
        now = self.feeds.get(feed.id)
        return now is not None and now.url == feed.url

    async def _store(self, outcome: Outcome, *, is_saved: bool) -> bool:
        """Makes the outcome durable, its state only where it is to be saved now. Returns whether the state is.

        Raises StoreError if entries or hits are not; a state alone is kept in memory, to be saved later.
        """
        states = [Transaction(feed_states=(outcome.state,))] if is_saved else []
        try:
            # The state stands behind what it was read with: never is a validator durable without its entries.
            await self._core.commit(outcome.memory, *states)
        except asyncio.CancelledError:
            self._core.roster.mark_saved([self.state(outcome.state.feed_id)])  # it may be older than what is on disk
            raise
        except StoreError:
            if not self._is_stored(outcome.memory):
                raise
            return False
        return is_saved

    def _is_stored(self, memory: Transaction) -> bool:
        """Whether it was stored though what stands behind it was not; nothing of it is as good."""
        store = self._core.store
        are_hits = all(store.hit(hit.id) == hit for hit in memory.hits)
        are_entries = all(store.entry(entry.feed_id, entry.key) == entry for entry in memory.entries)
        return memory.is_empty or (bool(memory.hits or memory.entries) and are_hits and are_entries)

    def note_unreached(self, feed: Feed, reason: str) -> None:
        """Offline: says why on the feed's row; its back-off does not grow."""
        # The time of the check stays that of the last one that counted: two failures of before grow no older by this.
        self._core.roster.put_state(replace(self.state(feed.id), last_error=reason), is_saved=False)

    def is_waiting_to_retry(self, feed: Feed) -> bool:
        """Whether the feed failed when it was asked last, and may be asked again."""
        state = self.state(feed.id)
        may_ask = not feed.is_paused and not state.is_asked_to_wait(self._core.clock.now())
        return may_ask and state.status is FeedStatus.FAILING

    def set_checking(self, feed_id: FeedId, *, is_checking: bool) -> None:
        """See `poller.Desk`. The end of a check was told with what it gave, unless it gave nothing."""
        if self._core.roster.set_checking(feed_id, is_checking=is_checking):
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

    async def adopt(self, loaded: LoadedFeeds) -> tuple[list[Feed], list[FeedId]]:
        """Puts feeds in force, at once, and shows them, so many at a time: there may be thousands. Returns those that
        are new or changed, and those that left.
        """
        changed, gone = self._core.roster.adopt(loaded.feeds)
        self._moved.look_at(changed)
        self._core.hub.publish([FeedRemoved(feed_id) for feed_id in gone])
        async for some in in_turns(changed):
            self._core.hub.publish([event for feed in some for event in self._core.feed_changed(feed.id)])
        self._grown.by(len(changed) * PARTS_OF_A_FEED)
        events: list[Event] = [*self._core.feeds_ordered()]
        if problems := _problems(loaded):
            events.append(NoticeRaised(FEEDS_FILE, NoticeLevel.WARNING, f"{FEEDS_FILE}: {problems}"))
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
        return await self.adopt(loaded)

    def _keep(self, why: str) -> tuple[list[Feed], list[FeedId]]:
        log.warning("%s", why)
        self._core.hub.publish([NoticeRaised(FEEDS_FILE, NoticeLevel.ERROR, why)])
        return [], []

    async def save_health(self) -> None:
        """Writes the states that are not on disk yet, in one record; what cannot be written is kept for next time."""
        async with self._core.order:  # a check that is being stored must not be overtaken by what was before it
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
        outcome = await asyncio.to_thread(step, *facts) if isinstance(result, Parsed) else step(*facts)
        if outcome.state.address_digest == (at := address_digest(feed.url)):
            return outcome
        return replace(outcome, state=replace(outcome.state, address_digest=at))

    async def _held_back(self, outcome: Outcome) -> tuple[Outcome, list[Hit], list[tuple[Hit, Hit]]]:
        """The outcome with what mutes and snoozes hold of it, the hits in it that memory does not have, and those on
        edited texts that are held otherwise than before: as they are stored, and as they are now.
        """
        core = self._core
        new_hits = core.unknown(outcome.memory.hits)
        new_ids = {hit.id for hit in new_hits}
        known = [hit for hit in outcome.memory.hits if hit.id not in new_ids]
        if not known and not any(map(may_be_held, new_hits)):
            return outcome, new_hits, []
        now = core.clock.now()

        def work() -> tuple[list[Hit], tuple[Hit, ...]]:
            return list(held_back(new_hits, core.mutes, core.store, now)), held_after_edit(known, core.mutes, now)

        held, edited = await asyncio.to_thread(work) if core.mutes.must_read else work()
        as_now = {hit.id: hit for hit in (*held, *edited)}
        hits = tuple(as_now[hit.id] for hit in outcome.memory.hits)
        changed = [pair for pair in zip(known, edited, strict=True) if pair[0].held is not pair[1].held]
        return replace(outcome, memory=replace(outcome.memory, hits=hits)), held, changed

    def _gap_since(self, before: FeedState) -> datetime | None:
        """When the feed was last watched, if what came now piled up since."""
        seen_at = before.last_success_at
        return seen_at if is_gap(seen_at, before.vitals.interval_s, self._core.clock.now()) else None

    def _behind(self) -> list[Callable[[], bool]]:
        """Of each feed that was not watched for long: whether it is being asked still, or waits for its turn."""
        return [
            partial(self._is_behind, feed_id)
            for feed_id in self.feeds
            if self._gap_since(self.state(feed_id)) is not None
        ]

    def _is_behind(self, feed_id: FeedId) -> bool:
        feed, state = self.feeds.get(feed_id), self.state(feed_id)
        if feed is None or self._gap_since(state) is None:
            return False
        return feed_id in self._core.roster.checking or _is_overdue(feed, state, self._core.clock.now())

    def _say(self, turned: Sequence[FeedTurned]) -> None:
        """A turn of a feed's health is an event and a line in the log; all that stays as it is, is neither."""
        for one in turned:
            is_well = one.turn in (FeedTurn.RECOVERED, FeedTurn.HEARD)
            log.log(logging.INFO if is_well else logging.WARNING, "%s", one.text)
        self._core.hub.publish(turned)

    def _paused_rules(self, outcome: Outcome) -> list[Event]:
        if outcome.overruns and self._core.rulebook.pause(outcome.overruns):
            return [RulesChanged(self._core.rulebook.statuses())]
        return []


def _is_overdue(feed: Feed, state: FeedState, now: datetime) -> bool:
    """Whether a feed that was well when it was last asked should have been asked since."""
    is_due = state.next_check_at is not None and state.next_check_at <= now
    return is_due and state.status is FeedStatus.OK and not feed.is_paused


def _problems(loaded: LoadedFeeds) -> str:
    """What is wrong in feeds.opml, the first of each kind in full; empty for nothing."""
    refused, warnings = loaded.refused, loaded.document.warnings
    said: list[str] = []
    if refused:
        lines = "line is no feed" if len(refused) == 1 else "lines are no feeds"
        said.append(f"{len(refused)} {lines} that can be polled: {refused[0]}")
    if warnings:
        said.append(f"{warnings[0]} (and {len(warnings) - 1} more)" if len(warnings) > 1 else warnings[0])
    return "; ".join(said)


def _must_be_saved_now(result: CheckResult) -> bool:
    """Validators, and what a server asked of us, must outlive a crash of the next second."""
    return isinstance(result, Parsed) or (
        isinstance(result, Failed) and (result.is_gone or result.retry_after_s is not None)
    )


def _is_same_moment(one: datetime | None, other: datetime | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) < _NEXT_CHECK_MOVED
