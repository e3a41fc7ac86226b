from __future__ import annotations

from newswatch.engine.horizon import Horizon
from newswatch.engine.schedule import Schedule
from newswatch.model.feed import FeedId
from newswatch.testing import build
from newswatch.testing.clock import FakeClock

ONE, TWO, THREE = FeedId("1"), FeedId("2"), FeedId("3")


async def test_a_feed_is_due_once_its_wait_is_over_and_only_once() -> None:
    clock = FakeClock()
    schedule = Schedule(clock)
    schedule.put(ONE, 10)
    assert schedule.take_due() == []
    await clock.advance(10)
    assert schedule.take_due() == [ONE]
    assert schedule.take_due() == []
    assert schedule.wait_s() is None


async def test_the_last_word_on_a_feed_counts() -> None:
    clock = FakeClock()
    schedule = Schedule(clock)
    schedule.put(ONE, 1)
    schedule.put(ONE, 100)
    schedule.put(TWO, 1)
    schedule.drop(TWO)
    await clock.advance(50)
    assert schedule.take_due() == []
    assert schedule.wait_s() == 50


async def test_a_catch_up_asks_one_host_once_a_second() -> None:
    clock = FakeClock()
    schedule = Schedule(clock)
    schedule.put_spread(build.feed(f"https://one.example/{n}") for n in range(3))
    schedule.put_spread([build.feed("https://two.example/")])
    assert len(schedule.take_due()) == 2
    await clock.advance(1)
    assert len(schedule.take_due()) == 1


async def test_a_machine_that_slept_is_noticed_once_and_a_clock_set_back_is_not_a_sleep() -> None:
    clock = FakeClock()
    schedule = Schedule(clock)
    await clock.advance(1000)
    assert not schedule.has_slept()
    clock.jump(8 * 3600)
    assert schedule.has_slept()
    assert not schedule.has_slept()
    clock.jump(-24 * 3600)
    assert not schedule.has_slept()


def test_one_feed_that_cannot_be_reached_is_not_offline() -> None:
    horizon = Horizon()
    for _ in range(5):
        assert not horizon.saw_nothing(ONE, feeds=10)
    assert not horizon.is_offline


def test_several_different_feeds_out_of_reach_mean_offline_until_one_answers() -> None:
    horizon = Horizon()
    assert [horizon.saw_nothing(feed, feeds=10) for feed in (ONE, TWO, THREE)] == [False, False, True]
    assert horizon.saw_answer(ONE)
    assert not horizon.saw_answer(ONE)
    assert not horizon.is_offline


def test_a_few_dead_feeds_among_living_ones_never_flap_between_offline_and_online() -> None:
    horizon = Horizon()
    for dead in (ONE, TWO, THREE):
        horizon.saw_nothing(dead, feeds=10)
    assert horizon.saw_answer(FeedId("4"))
    for _ in range(3):
        assert [horizon.saw_nothing(dead, feeds=10) for dead in (ONE, TWO, THREE)] == [False, False, False]
        assert not horizon.saw_answer(FeedId("4"))


def test_a_real_outage_after_dead_feeds_were_found_is_still_noticed() -> None:
    horizon = Horizon()
    horizon.saw_nothing(ONE, feeds=10)
    horizon.saw_answer(FeedId("4"))
    living = [FeedId(str(number)) for number in range(5, 8)]
    assert [horizon.saw_nothing(feed, feeds=10) for feed in living] == [False, False, True]
