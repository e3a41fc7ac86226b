"""The poller: takes the feeds that are due, has each checked, and settles what came back. It decides nothing.

Offline is one global state: then one feed in turn is probed every 15 s, and nobody's back-off grows.

What falls due begins at once, but for two bounds: of many that are due together (a first start, a catch-up) so many
begin each second as `schedule` lets out, and on a host out in the world the checks begin a second apart.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from typing import Protocol

from newswatch.engine.clock import Clock
from newswatch.engine.horizon import HOSTS_TO_BELIEVE, Horizon
from newswatch.engine.schedule import HostTurns, Schedule
from newswatch.engine.slices import in_turns
from newswatch.engine.step import CheckResult, Failed
from newswatch.errors import StoreError
from newswatch.feeds.due import RETRY_AFTER_MAX_S
from newswatch.fetch.guard import kind_of_host
from newswatch.fetch.polite import host_key
from newswatch.model.feed import Feed, FeedId, FeedState, FeedStatus

PROBE_EVERY_S = 15.0
TICK_S = 5.0
RETRY_SETTLING_S = 60.0

log = logging.getLogger(__name__)


class Checker(Protocol):
    """Asks a feed's server once and reads what it sends."""

    async def check(self, feed: Feed, state: FeedState) -> CheckResult:
        """The result; expected failures are values."""


class Desk(Protocol):
    """Where the poller gets its work and brings the results; the engine."""

    @property
    def feeds(self) -> Mapping[FeedId, Feed]:
        """The feeds in force."""

    def state(self, feed_id: FeedId) -> FeedState:
        """The state of a feed."""

    async def settle(self, feed: Feed, result: CheckResult) -> None:
        """Stores and tells what a check gave. Raises StoreError if it could not be stored."""

    def note_unreached(self, feed: Feed, reason: str) -> None:
        """Shows why a feed could not be reached while offline; its back-off does not grow."""

    def set_checking(self, feed_id: FeedId, *, is_checking: bool) -> None:
        """Shows that a check is under way."""

    def set_offline(self, *, is_offline: bool) -> None:
        """Shows whether the network is there."""

    def set_next_check(self, wait_s: float | None) -> None:
        """Shows when the next feed is due."""


class Poller:
    """Checks feeds when they are due until it is stopped."""

    def __init__(self, desk: Desk, checker: Checker, clock: Clock) -> None:
        self._desk = desk
        self._checker = checker
        self._clock = clock
        self._schedule = Schedule(clock)
        self._turns = HostTurns(clock)
        self._has_turn: set[FeedId] = set()
        self._horizon = Horizon()
        self._busy: dict[FeedId, asyncio.Task[bool]] = {}
        self._asked: list[FeedId] = []
        self._unreached: set[FeedId] = set()
        self._wake = asyncio.Event()
        self._not_stored: StoreError | None = None
        self._is_stopping = False
        self._probes = 0
        self._probe_at = 0.0

    async def run(self) -> None:
        """Polls until `stop`. One feed's trouble never ends it."""
        for feed_id in self._desk.feeds:
            if self._desk.state(feed_id).status is FeedStatus.FAILING:
                self._horizon.suspect(feed_id)
        await self.adopt_all(self._desk.feeds.values(), are_all=True)
        async with asyncio.TaskGroup() as checks:
            while not self._is_stopping:
                self._wake.clear()
                if self._schedule.has_slept():
                    log.info("the machine slept, or its clock was set: catching up, spread out")
                    self._catch_up()
                for feed_id in (*self._take_asked(), *self._take_due()):
                    if (feed := self._desk.feeds.get(feed_id)) is not None:
                        self._busy[feed_id] = checks.create_task(self._check(feed), name=f"check {feed_id}")
                wait_s = self._wait_s()
                self._desk.set_next_check(wait_s)
                await self._wait(wait_s)
            # What is under way is abandoned: nothing of it was stored, so nothing of it is lost.
            for task in self._busy.values():
                task.cancel()

    async def run_once(self) -> int:
        """Checks every feed once, but those that are paused, ended by their server, or asked us to wait.

        Returns how many answered with a feed. Raises StoreError if what one gave could not be stored.
        """
        now = self._clock.now()
        feeds = [
            feed
            for feed in self._desk.feeds.values()
            if self._is_active(feed) and not self._desk.state(feed.id).is_asked_to_wait(now)
        ]
        answers = await asyncio.gather(*(self._check(feed) for feed in feeds))
        if self._not_stored is not None:
            raise self._not_stored
        return sum(answers)

    def stop(self) -> None:
        """Ends `run`."""
        self._is_stopping = True
        self._wake.set()

    async def adopt_all(self, feeds: Iterable[Feed], *, are_edited: bool = False, are_all: bool = False) -> None:
        """Schedules feeds: when their state says, at once if they were never checked, never if paused or stopped. So
        many at a time: there may be thousands.

        `are_edited`: a person just wrote these lines, so an interval in them counts from now on. `are_all`: it is the
        start, and a feed that a person asked for already stays due.
        """
        overdue: dict[FeedId, str] = {}
        async for some in in_turns([feed.id for feed in feeds]):
            wanted = [one for one in some if one not in self._schedule] if are_all else some
            # As they are by now: a person may write the file again meanwhile.
            overdue |= self._placed(
                [feed for one in wanted if (feed := self._desk.feeds.get(one))], are_edited=are_edited
            )
        self._schedule.put_spread(overdue, host_gap_s=0.0)
        self._wake.set()

    def _placed(self, feeds: Iterable[Feed], *, are_edited: bool = False) -> dict[FeedId, str]:
        """Schedules those that are not due; the hosts of those that are."""
        now = self._clock.now()
        overdue: dict[FeedId, str] = {}
        for feed in feeds:
            state = self._desk.state(feed.id)
            if self._is_active(feed):
                wait_s = _wait_of(state, now)
                if are_edited and feed.interval_s is not None and not state.is_asked_to_wait(now):
                    wait_s = min(wait_s, feed.interval_s)
                if wait_s > 0:
                    self._schedule.put(feed.id, wait_s)
                else:
                    overdue[feed.id] = host_key(feed.url)
            else:
                self._schedule.drop(feed.id)
        return overdue

    def forget(self, feed_id: FeedId) -> None:
        """The feed left feeds.opml."""
        self._schedule.drop(feed_id)
        self._horizon.forget(feed_id)
        self._unreached.discard(feed_id)
        self._has_turn.discard(feed_id)

    def check_now(self, feed_ids: Collection[FeedId] | None) -> None:
        """Makes these due now, offline, paused or ended as they may be; None: all that are active, one after another
        as at a start, but for those whose server asked us to wait.

        One that is being checked already is left to it.
        """
        now = self._clock.now()
        active = [
            feed
            for feed in self._desk.feeds.values()
            if self._is_active(feed) and not self._desk.state(feed.id).is_asked_to_wait(now)
        ]
        if feed_ids is None and not self._horizon.is_offline:
            hosts = {feed.id: host_key(feed.url) for feed in active if feed.id not in self._busy}
            self._schedule.put_spread(hosts, host_gap_s=0.0)
        else:
            self._asked.extend([feed.id for feed in active] if feed_ids is None else feed_ids)
        self._wake.set()

    def _take_asked(self) -> list[FeedId]:
        asked = [feed_id for feed_id in dict.fromkeys(self._asked) if feed_id not in self._busy]
        self._asked.clear()
        for feed_id in asked:
            self._schedule.drop(feed_id)
        return asked

    def _take_due(self) -> list[FeedId]:
        feeds = self._desk.feeds
        due = [
            feed_id
            for feed_id in self._schedule.take_due()
            if feed_id in feeds and feed_id not in self._busy and self._is_active(feeds[feed_id])
        ]
        if not self._horizon.is_offline:
            return [feed_id for feed_id in due if self._is_in_turn(feeds[feed_id])]
        local = [feed_id for feed_id in due if _is_local(feeds[feed_id].url)]  # the rest is owed to the catch-up
        now_s = self._clock.monotonic()
        if now_s < self._probe_at:
            return local
        self._probe_at = now_s + PROBE_EVERY_S
        self._probes += 1
        now = self._clock.now()
        idle = [
            feed.id
            for feed in self._outside()
            if feed.id not in self._busy and not self._desk.state(feed.id).is_asked_to_wait(now)
        ]
        # A feed that was dead before the network was says nothing of it, unless there is no other.
        turn = [feed_id for feed_id in idle if not self._horizon.is_suspect(feed_id)] or idle
        return [*local, turn[self._probes % len(turn)]] if turn else local

    def _is_in_turn(self, feed: Feed) -> bool:
        """Whether the feed may begin now; if its host was asked just before, it is due again when its turn comes."""
        if feed.id in self._has_turn:
            self._has_turn.discard(feed.id)
            return True
        wait_s = 0.0 if _is_local(feed.url) else self._turns.take(host_key(feed.url))
        if wait_s > 0:
            self._has_turn.add(feed.id)
            self._schedule.put(feed.id, wait_s)
        return wait_s <= 0

    async def _check(self, feed: Feed) -> bool:
        """One check from asking to settling. True if the server gave a feed."""
        self._desk.set_checking(feed.id, is_checking=True)
        try:
            result = await self._checker.check(feed, self._desk.state(feed.id))
            await self._settle(feed, result)
        except Exception:  # a task root: whatever one feed does to us, the others go on (promise 49)
            log.exception("checking a feed failed in a way nobody foresaw")
            return await self._settle_defect(feed)
        finally:
            self._busy.pop(feed.id, None)
            self._desk.set_checking(feed.id, is_checking=False)
        return not isinstance(result, Failed)

    async def _settle_defect(self, feed: Feed) -> bool:
        """The feed shows that we failed on it, and is tried again later."""
        self._schedule.put(feed.id, RETRY_SETTLING_S)
        try:
            await self._settle(feed, Failed("newswatch failed on this feed in a way nobody foresaw; the log says how"))
        except Exception:  # the same task root: a defect in settling itself must not end the others either
            log.exception("and so did settling it")
        return False

    async def _settle(self, feed: Feed, result: CheckResult) -> None:
        if feed.id not in self._desk.feeds:
            return  # it left meanwhile, and is no witness of the network either
        if _is_local(feed.url):
            pass  # see `_outside`
        elif isinstance(result, Failed) and result.is_network:
            if self._horizon.saw_nothing(feed.id, host_key(feed.url), self._witnesses()):
                log.warning("offline: no feed can be reached; trying one every %.0f s", PROBE_EVERY_S)
                self._unreached |= self._horizon.unreached
                self._probe_at = self._clock.monotonic() + PROBE_EVERY_S
                self._desk.set_offline(is_offline=True)
            if self._horizon.is_offline:
                self._unreached.add(feed.id)
                self._desk.note_unreached(feed, result.reason)
                return
        elif not isinstance(result, Failed) or result.is_answer:
            self._unreached.discard(feed.id)
            if self._horizon.saw_answer(feed.id):
                log.warning("online again")
                self._desk.set_offline(is_offline=False)
                self._catch_up()
        try:
            await self._desk.settle(feed, result)
        except StoreError as error:
            log.error("what %s gave could not be stored, so it will be asked for again: %s", feed.id, error)  # noqa: TRY400 (expected: the text says all)
            self._not_stored = error
            self._schedule.put(feed.id, RETRY_SETTLING_S)
        else:
            if (settled := self._desk.feeds.get(feed.id)) is not None:
                self._schedule.put_spread(self._placed([settled]), host_gap_s=0.0)
                self._wake.set()

    def _catch_up(self) -> None:
        """Everything that should have been checked meanwhile is due now, spread out; the rest when its state says."""
        now = self._clock.now()
        overdue: dict[FeedId, str] = {}
        for feed in self._desk.feeds.values():
            if feed.id in self._busy or not self._is_active(feed):
                continue
            state = self._desk.state(feed.id)
            if self._is_overdue(feed, now) and not state.is_asked_to_wait(now):
                overdue[feed.id] = host_key(feed.url)
            else:
                self._schedule.put_sooner(feed.id, _wait_of(state, now))  # a machine that slept counted no seconds
        self._schedule.put_spread(overdue)
        self._unreached.clear()
        self._has_turn.clear()
        self._wake.set()

    def _is_overdue(self, feed: Feed, now: datetime) -> bool:
        """Whether the feed missed its turn: by the wall clock, by being out of reach, or by standing in no schedule."""
        next_check_at = self._desk.state(feed.id).next_check_at
        is_late = next_check_at is None or next_check_at <= now
        return is_late or feed.id in self._unreached or feed.id not in self._schedule

    def _is_active(self, feed: Feed) -> bool:
        return not feed.is_paused and self._desk.state(feed.id).status is not FeedStatus.STOPPED

    def _outside(self) -> Iterator[Feed]:
        """The feeds that tell whether there is a network: what is on this machine or in this house does not."""
        return (feed for feed in self._desk.feeds.values() if self._is_active(feed) and not _is_local(feed.url))

    def _witnesses(self) -> int:
        """How many hosts they have, suspects aside; counted no further than it matters: there may be thousands."""
        hosts: set[str] = set()
        for feed in self._outside():
            if not self._horizon.is_suspect(feed.id):
                hosts.add(host_key(feed.url))
                if len(hosts) == HOSTS_TO_BELIEVE:
                    break
        return len(hosts)

    def _wait_s(self) -> float | None:
        """Seconds until the next feed is asked; offline that is the next probe, if no local feed is due before."""
        due_s = self._schedule.wait_s()
        if not self._horizon.is_offline:
            return due_s
        probe_s = max(0.0, self._probe_at - self._clock.monotonic())
        return probe_s if due_s is None else min(due_s, probe_s)

    async def _wait(self, wait_s: float | None) -> None:
        """Until the next feed is due, at most a tick (a sleeping machine is noticed then), or until woken."""
        with suppress(TimeoutError):
            async with self._clock.timeout(TICK_S if wait_s is None else min(wait_s, TICK_S)):
                await self._wake.wait()


def _wait_of(state: FeedState, now: datetime) -> float:
    """Seconds until the feed's next check; never longer than it was meant to be, whatever the wall clock did since."""
    if state.next_check_at is None:
        return 0.0
    meant_s = RETRY_AFTER_MAX_S
    if state.last_checked_at is not None:
        meant_s = (state.next_check_at - state.last_checked_at).total_seconds()
    return min((state.next_check_at - now).total_seconds(), meant_s)


@lru_cache(maxsize=20_000)
def _is_local(address: str) -> bool:
    return kind_of_host(host_key(address)) is not None
