"""The poller against a scripted checker, on a clock that is turned by hand."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from newswatch.engine.poller import Poller
from newswatch.engine.step import CheckResult, Failed, Unchanged
from newswatch.errors import StoreError
from newswatch.model.feed import Feed, FeedId, FeedState, FeedStatus
from newswatch.testing import build
from newswatch.testing.clock import FakeClock

NO_NETWORK = Failed("host not found", is_network=True)
Answer = Callable[[Feed], CheckResult]


class Desk:
    """Feeds that are due again ten minutes after each check that could be settled."""

    def __init__(self, clock: FakeClock, *feeds: Feed) -> None:
        self._clock = clock
        self._feeds = {feed.id: feed for feed in feeds}
        self.states: dict[FeedId, FeedState] = {}
        self.settled: list[tuple[str, CheckResult]] = []
        self.unreached: list[tuple[str, str]] = []
        self.offline: list[bool] = []
        self.is_broken = False
        self.next_check_s: float | None = None

    @property
    def feeds(self) -> Mapping[FeedId, Feed]:
        return self._feeds

    def put(self, feed: Feed) -> None:
        self._feeds[feed.id] = feed

    def remove(self, feed: Feed) -> None:
        del self._feeds[feed.id]

    def state(self, feed_id: FeedId) -> FeedState:
        return self.states.get(feed_id, FeedState(feed_id))

    async def settle(self, feed: Feed, result: CheckResult) -> None:
        if self.is_broken:
            raise StoreError("disk full")
        self.settled.append((feed.url, result))
        next_check_at = self._clock.now() + timedelta(minutes=10)
        self.states[feed.id] = replace(self.state(feed.id), next_check_at=next_check_at)

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


async def test_a_feed_that_is_asked_for_before_polling_began_is_asked_when_it_begins() -> None:
    clock = FakeClock()
    desk = Desk(clock, *feeds(1))
    checker = Asked(clock, lambda _: Unchanged())
    async with polling(desk, checker, clock):
        assert len(checker.times) == 1
    poller = Poller(desk, checker, clock)
    poller.check_now(None)  # by its state it is due in ten minutes
    life = asyncio.ensure_future(poller.run())
    await clock.settle()
    assert len(checker.times) == 2
    poller.stop()
    await clock.settle()
    await life


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


async def test_feeds_that_failed_before_offline_was_believed_are_caught_up_with_the_others() -> None:
    clock = FakeClock()
    desk = Desk(clock, *feeds(5))
    checker = Asked(clock, lambda _: NO_NETWORK)
    async with polling(desk, checker, clock):
        assert len(desk.settled) == 2  # by their own states these are due in ten minutes
        checker.answer = lambda _: Unchanged()
        await clock.advance(30)
        assert set(checker.since(1)) == {feed.url for feed in desk.feeds.values()}


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


# Many feeds at once.


def starts_a_second(checker: Asked, host: str = "") -> Counter[int]:
    """How many checks began in each second: at all, or on one host."""
    return Counter(int(at_s) for at_s, url in checker.times if host in url)


async def test_a_first_start_with_thousands_of_feeds_is_no_storm() -> None:
    clock = FakeClock()
    many = [build.feed(f"https://host{n % 400}.example/{n}") for n in range(2_000)]
    desk = Desk(clock, *many)
    checker = Asked(clock, lambda _: Unchanged())
    async with polling(desk, checker, clock):
        await clock.advance(60)
        assert len(set(checker.since(0))) == len(checker.times) == 2_000
        assert max(starts_a_second(checker).values()) <= 50
        assert max(starts_a_second(checker, "//host7.").values()) == 1


async def test_a_restart_after_a_long_time_is_no_storm_either() -> None:
    clock = FakeClock()
    many = [build.feed(f"https://one.example/{n}") for n in range(30)]
    desk = Desk(clock, *many)
    for feed in many:
        last_week = clock.now() - timedelta(days=7)
        desk.states[feed.id] = FeedState(feed.id, last_checked_at=last_week, next_check_at=last_week)
    checker = Asked(clock, lambda _: Unchanged())
    async with polling(desk, checker, clock):
        await clock.advance(35)
        assert len(checker.times) == 30
        assert max(starts_a_second(checker).values()) == 1


async def test_feeds_of_this_machine_are_not_held_back_for_politeness() -> None:
    clock = FakeClock()
    desk = Desk(clock, *(build.feed(f"http://127.0.0.1:8080/{n}") for n in range(20)))
    checker = Asked(clock, lambda _: Unchanged())
    async with polling(desk, checker, clock):
        assert len(checker.times) == 20


async def test_checking_everything_by_hand_keeps_to_a_request_a_second_on_a_host() -> None:
    clock = FakeClock()
    desk = Desk(clock, *(build.feed(f"https://one.example/{n}") for n in range(5)))
    checker = Asked(clock, lambda _: Unchanged())
    async with polling(desk, checker, clock) as poller:
        await clock.advance(30)
        before = len(checker.times)
        poller.check_now(None)
        await clock.advance(10)
        assert len(checker.times) == before + 5
        assert max(starts_a_second(checker).values()) == 1


async def test_checking_everything_by_hand_leaves_alone_whom_a_server_asked_to_wait() -> None:
    clock = FakeClock()
    busy, other = feeds(2)
    desk = Desk(clock, busy, other)
    later = clock.now() + timedelta(hours=2)
    desk.states[busy.id] = FeedState(busy.id, not_before=later, next_check_at=later)
    checker = Asked(clock, lambda _: Unchanged())
    async with polling(desk, checker, clock) as poller:
        poller.check_now(None)
        await clock.advance(5)
        assert busy.url not in checker.since(0)
        poller.check_now([busy.id])  # a person who means this very feed is obeyed
        await clock.settle()
        assert busy.url in checker.since(0)


# The clock.


async def test_eight_hours_of_sleep_are_caught_up_within_ten_seconds_and_each_host_is_asked_once_a_second() -> None:
    clock = FakeClock()
    desk = Desk(clock, *(build.feed(f"https://host{n % 3}.example/{n}") for n in range(30)))
    checker = Asked(clock, lambda _: Unchanged())
    async with polling(desk, checker, clock):
        await clock.advance(60)
        asked, woken_s = len(checker.times), clock.monotonic()
        clock.jump(8 * 3600)
        await clock.advance(30)
        caught_up = checker.times[asked:]
        assert min(at_s for at_s, _ in caught_up) - woken_s <= 10
        assert sorted(url for _, url in caught_up) == sorted(feed.url for feed in desk.feeds.values())
        assert max(starts_a_second(checker, "//host1.").values()) == 1


async def test_a_clock_that_jumps_ahead_a_day_polls_each_feed_once_and_goes_on_as_before() -> None:
    clock = FakeClock()
    desk = Desk(clock, *feeds(20))
    checker = Asked(clock, lambda _: Unchanged())
    async with polling(desk, checker, clock):
        clock.jump(24 * 3600)
        await clock.advance(30)
        assert Counter(checker.since(1)) == Counter(feed.url for feed in desk.feeds.values())
        clock.jump(-24 * 3600)
        await clock.advance(300)
        assert len(checker.times) == 40
        await clock.advance(330)
        assert len(checker.times) == 60


async def test_small_steps_of_the_clock_change_nothing() -> None:
    clock = FakeClock()
    desk = Desk(clock, *feeds(3))
    checker = Asked(clock, lambda _: Unchanged())
    async with polling(desk, checker, clock):
        for step_s in (2.0, -3.0, 1.0) * 10:
            clock.jump(step_s)
            await clock.advance(10)
        assert len(checker.times) == 3


# The network.


async def test_one_host_that_hangs_makes_no_other_feed_late() -> None:
    clock = FakeClock()
    hanging = [build.feed(f"https://dead.example/{n}") for n in range(5)]
    living = feeds(20)
    desk = Desk(clock, *hanging, *living)

    class Hanging(Asked):
        async def check(self, feed: Feed, state: FeedState) -> CheckResult:
            result = await super().check(feed, state)
            if feed in hanging:
                await clock.sleep(30)
            return result

    checker = Hanging(clock, lambda feed: NO_NETWORK if feed in hanging else Unchanged())
    async with polling(desk, checker, clock):
        await clock.advance(1850)
    lateness_s = {at_s % 600 for at_s, url in checker.times if "dead" not in url}
    assert max(lateness_s) <= 1
    assert len([url for _, url in checker.times if "dead" not in url]) == 4 * 20


async def test_offline_says_so_once_in_the_log_and_once_when_it_is_over(caplog: pytest.LogCaptureFixture) -> None:
    clock = FakeClock()
    desk = Desk(clock, *feeds(10))
    checker = Asked(clock, lambda _: NO_NETWORK)
    async with polling(desk, checker, clock):
        await clock.advance(3600)
        checker.answer = lambda _: Unchanged()
        await clock.advance(60)
    assert [record.levelname for record in caplog.records] == ["WARNING", "WARNING"]
    assert desk.offline == [True, False]


async def test_when_the_network_returns_the_first_feed_is_read_within_half_a_minute_though_some_were_dead_before() -> (
    None
):
    clock = FakeClock()
    dead, living = feeds(6), [build.feed(f"https://alive{n}.example/rss") for n in range(3)]
    desk = Desk(clock, *dead, *living)
    checker = Asked(clock, lambda feed: NO_NETWORK if feed in dead else Unchanged())
    async with polling(desk, checker, clock):
        await clock.advance(300)
        checker.answer = lambda _: NO_NETWORK
        await clock.advance(1800)
        assert desk.offline[-1:] == [True]
        probed = set(checker.since(1500))
        assert probed == {feed.url for feed in living}  # the dead would say nothing of the network
        checker.answer = lambda feed: NO_NETWORK if feed in dead else Unchanged()
        back_s = clock.monotonic()
        await clock.advance(30)
        assert desk.offline[-1:] == [False]
        assert set(checker.since(back_s)) >= {feed.url for feed in living}


async def test_whoever_asked_us_to_wait_is_not_probed_to_see_whether_there_is_a_network() -> None:
    clock = FakeClock()
    busy, *others = feeds(5)
    desk = Desk(clock, busy, *others)
    later = clock.now() + timedelta(hours=2)
    desk.states[busy.id] = FeedState(busy.id, not_before=later, next_check_at=later)
    checker = Asked(clock, lambda _: NO_NETWORK)
    async with polling(desk, checker, clock):
        await clock.advance(3600)
        assert set(checker.since(0)) == {feed.url for feed in others}


async def test_feeds_that_were_dead_before_the_start_do_not_make_it_look_like_being_offline() -> None:
    clock = FakeClock()
    dead, living = feeds(5), [build.feed(f"https://alive{n}.example/rss") for n in range(5)]
    desk = Desk(clock, *dead, *living)
    for feed in dead:
        desk.states[feed.id] = FeedState(feed.id, status=FeedStatus.FAILING, failures=9)
    checker = Asked(clock, lambda feed: NO_NETWORK if feed in dead else Unchanged())
    async with polling(desk, checker, clock):
        await clock.advance(3600)
        assert desk.offline == []


async def test_a_wait_that_a_server_asked_for_outlives_an_offline_time() -> None:
    clock = FakeClock()
    desk = Desk(clock, *feeds(4))
    first = next(iter(desk.feeds.values()))
    asked_until = clock.now() + timedelta(hours=5)
    desk.states[first.id] = build.feed_state(
        first,
        status=FeedStatus.FAILING,
        last_checked_at=clock.now(),
        next_check_at=asked_until,
        not_before=asked_until,
    )
    checker = Asked(clock, lambda _: NO_NETWORK)
    async with polling(desk, checker, clock) as poller:
        assert desk.offline == [True]
        poller.check_now([first.id])  # a person may ask at any time
        await clock.advance(20)
        checker.answer = lambda _: Unchanged()
        back_s = clock.monotonic()
        await clock.advance(3_600)
        assert first.url not in checker.since(back_s)
        await clock.advance(5 * 3_600)
        assert first.url in checker.since(back_s)


async def test_the_time_in_which_a_machine_slept_is_not_added_to_a_wait() -> None:
    clock = FakeClock()
    desk = Desk(clock, *feeds(1))
    (feed,) = desk.feeds.values()
    due_at = clock.now() + timedelta(hours=9)
    desk.states[feed.id] = build.feed_state(
        feed, status=FeedStatus.OK, last_checked_at=clock.now(), next_check_at=due_at
    )
    checker = Asked(clock, lambda _: Unchanged())
    async with polling(desk, checker, clock):
        clock.jump(8 * 3_600)
        await clock.advance(50 * 60)
        assert checker.times == []
        await clock.advance(15 * 60)
        assert len(checker.times) == 1


async def test_a_feed_that_was_paused_while_the_disk_refused_its_news_is_left_alone() -> None:
    clock = FakeClock()
    (feed,) = feeds(1)
    desk = Desk(clock, feed)
    checker = Asked(clock, lambda _: Unchanged())
    desk.is_broken = True
    async with polling(desk, checker, clock):
        assert len(checker.times) == 1
        desk.put(replace(feed, is_paused=True))
        await clock.advance(120)
        assert len(checker.times) == 1


async def test_a_feed_that_was_taken_out_while_it_was_asked_is_no_witness_of_an_outage() -> None:
    clock = FakeClock()
    desk = Desk(clock, *feeds(4))
    first, *others = desk.feeds.values()

    def answer(feed: Feed) -> CheckResult:
        if feed.id == first.id:
            desk.remove(first)
        return Unchanged() if feed.id == others[-1].id else NO_NETWORK

    checker = Asked(clock, answer)
    async with polling(desk, checker, clock):
        assert desk.offline == []
        assert first.url not in {url for url, _ in desk.settled}
