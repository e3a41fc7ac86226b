"""The poller against a scripted checker, on a clock that is turned by hand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

from newswatch.engine.poller import Poller
from newswatch.engine.step import CheckResult, Failed, Unchanged
from newswatch.errors import StoreError
from newswatch.model.feed import Feed, FeedId, FeedState
from newswatch.testing import build
from newswatch.testing.clock import FakeClock

NO_NETWORK = Failed("host not found", is_network=True)
Answer = Callable[[Feed], CheckResult]


class Desk:
    """Feeds that are due again ten minutes after each check that could be settled."""

    def __init__(self, clock: FakeClock, *feeds: Feed) -> None:
        self._clock = clock
        self._feeds = {feed.id: feed for feed in feeds}
        self._states: dict[FeedId, FeedState] = {}
        self.settled: list[tuple[str, CheckResult]] = []
        self.unreached: list[tuple[str, str]] = []
        self.offline: list[bool] = []
        self.is_broken = False
        self.next_check_s: float | None = None

    @property
    def feeds(self) -> Mapping[FeedId, Feed]:
        return self._feeds

    def state(self, feed_id: FeedId) -> FeedState:
        return self._states.get(feed_id, FeedState(feed_id))

    async def settle(self, feed: Feed, result: CheckResult) -> None:
        if self.is_broken:
            raise StoreError("disk full")
        self.settled.append((feed.url, result))
        next_check_at = self._clock.now() + timedelta(minutes=10)
        self._states[feed.id] = replace(self.state(feed.id), next_check_at=next_check_at)

    def note_unreached(self, feed: Feed, reason: str) -> None:
        self.unreached.append((feed.url, reason))

    def set_checking(self, feed_id: FeedId, *, is_checking: bool) -> None:
        pass

    def set_offline(self, *, is_offline: bool) -> None:
        self.offline.append(is_offline)

    def set_next_check(self, wait_s: float | None) -> None:
        self.next_check_s = wait_s


class Asked:
    """A checker that answers what the test says and remembers when each feed was asked."""

    def __init__(self, clock: FakeClock, answer: Answer) -> None:
        self._clock = clock
        self.answer = answer
        self.times: list[tuple[float, str]] = []

    async def check(self, feed: Feed, _: FeedState) -> CheckResult:
        self.times.append((self._clock.monotonic(), feed.url))
        return self.answer(feed)

    def since(self, start_s: float) -> list[str]:
        return [url for at_s, url in self.times if at_s >= start_s]


def feeds(count: int) -> list[Feed]:
    return [build.feed(f"https://host{n}.example/rss") for n in range(count)]


@asynccontextmanager
async def polling(desk: Desk, checker: Asked, clock: FakeClock) -> AsyncIterator[Poller]:
    poller = Poller(desk, checker, clock)
    life = asyncio.ensure_future(poller.run())
    await clock.settle()
    try:
        yield poller
    finally:
        poller.stop()
        await clock.settle()
        await life


async def test_each_feed_is_asked_at_once_and_then_when_it_is_due() -> None:
    clock = FakeClock()
    desk = Desk(clock, *feeds(2))
    checker = Asked(clock, lambda _: Unchanged())
    async with polling(desk, checker, clock):
        assert len(checker.times) == 2
        await clock.advance(599)
        assert len(checker.times) == 2
        await clock.advance(16)
        assert len(checker.times) == 4


async def test_offline_is_one_state_that_probes_one_feed_in_turn_and_grows_nobodys_back_off() -> None:
    clock = FakeClock()
    desk = Desk(clock, *feeds(10))
    checker = Asked(clock, lambda _: NO_NETWORK)
    async with polling(desk, checker, clock):
        assert desk.offline == [True]
        assert desk.next_check_s == 15
        before = len(desk.settled)
        asked = len(checker.times)
        await clock.advance(150)
        probes = [url for _, url in checker.times[asked:]]
        assert 9 <= len(probes) <= 11
        assert len(set(probes)) == len(probes)
        assert len(desk.settled) == before


async def test_after_offline_everything_overdue_is_caught_up_within_seconds_and_no_storm() -> None:
    clock = FakeClock()
    desk = Desk(clock, *(build.feed(f"https://one.example/{n}") for n in range(8)))
    checker = Asked(clock, lambda _: NO_NETWORK)
    async with polling(desk, checker, clock):
        await clock.advance(60)
        checker.answer = lambda _: Unchanged()
        back_s = clock.monotonic()
        await clock.advance(30)
        assert desk.offline == [True, False]
        assert set(checker.since(back_s)) == {feed.url for feed in desk.feeds.values()}
        seconds = [int(at_s) for at_s, _ in checker.times if at_s > back_s]
        assert max(seconds.count(second) for second in seconds) <= 2


async def test_a_dead_host_among_living_ones_is_not_offline() -> None:
    clock = FakeClock()
    dead, *living = feeds(5)
    desk = Desk(clock, dead, *living)
    checker = Asked(clock, lambda feed: NO_NETWORK if feed == dead else Unchanged())
    async with polling(desk, checker, clock):
        await clock.advance(3600)
        assert desk.offline == []


async def test_feeds_of_this_machine_neither_prove_nor_disprove_a_network() -> None:
    clock = FakeClock()
    local = build.feed("http://127.0.0.1:8080/rss")
    desk = Desk(clock, local, *feeds(4))
    checker = Asked(clock, lambda feed: Unchanged() if feed == local else NO_NETWORK)
    async with polling(desk, checker, clock):
        await clock.advance(1300)
        assert desk.offline == [True]
        assert checker.since(0).count(local.url) >= 2


async def test_a_dead_feed_among_few_others_backs_off_and_never_flaps_the_network() -> None:
    clock = FakeClock()
    dead, living = feeds(3), [build.feed(f"https://alive{n}.example/rss") for n in range(3)]
    desk = Desk(clock, *dead, *living)
    checker = Asked(clock, lambda feed: NO_NETWORK if feed in dead else Unchanged())
    async with polling(desk, checker, clock):
        await clock.advance(3600)
        assert desk.offline == [True, False]  # the dead ones answer first at the start; believed once, never again
        # The start, the catch-up, and then this desk's ten minutes: nothing on top of its own pace.
        assert max(checker.since(0).count(feed.url) for feed in dead) <= 1 + 1 + 6


async def test_a_machine_that_slept_catches_up_at_once_with_each_feed_asked_once() -> None:
    clock = FakeClock()
    desk = Desk(clock, *feeds(5))
    checker = Asked(clock, lambda _: Unchanged())
    async with polling(desk, checker, clock):
        asked = len(checker.times)
        clock.jump(8 * 3600)
        await clock.advance(16)
        assert sorted(url for _, url in checker.times[asked:]) == sorted(feed.url for feed in desk.feeds.values())


async def test_a_clock_that_jumps_back_a_day_neither_stops_nor_storms() -> None:
    clock = FakeClock()
    desk = Desk(clock, *feeds(3))
    checker = Asked(clock, lambda _: Unchanged())
    async with polling(desk, checker, clock):
        clock.jump(-24 * 3600)
        await clock.advance(620)
        assert len(checker.times) == 6


async def test_what_could_not_be_stored_is_asked_for_again_within_a_minute() -> None:
    clock = FakeClock()
    desk = Desk(clock, *feeds(1))
    desk.is_broken = True
    checker = Asked(clock, lambda _: Unchanged())
    async with polling(desk, checker, clock):
        desk.is_broken = False
        await clock.advance(61)
        assert len(desk.settled) == 1


async def test_a_check_that_fails_in_an_unforeseen_way_ends_neither_the_poller_nor_other_feeds() -> None:
    clock = FakeClock()
    bad, good = feeds(2)
    desk = Desk(clock, bad, good)

    def answer(feed: Feed) -> CheckResult:
        if feed == bad:
            raise ZeroDivisionError
        return Unchanged()

    checker = Asked(clock, answer)
    async with polling(desk, checker, clock):
        await clock.advance(620)
        assert checker.since(0).count(good.url) == 2
        assert [url for url, result in desk.settled if isinstance(result, Failed)] == [bad.url, bad.url]


async def test_check_now_asks_offline_too_and_never_twice_at_once() -> None:
    clock = FakeClock()
    desk = Desk(clock, *feeds(4))
    checker = Asked(clock, lambda _: NO_NETWORK)
    async with polling(desk, checker, clock) as poller:
        (first, *_) = desk.feeds.values()
        asked = len(checker.times)
        poller.check_now([first.id, first.id])
        await clock.settle()
        assert [url for _, url in checker.times[asked:]] == [first.url]


async def test_paused_feeds_are_never_asked() -> None:
    clock = FakeClock()
    desk = Desk(clock, build.feed(is_paused=True))
    checker = Asked(clock, lambda _: Unchanged())
    async with polling(desk, checker, clock):
        await clock.advance(3600)
        assert checker.times == []
