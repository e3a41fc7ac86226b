from __future__ import annotations

from newswatch.engine.horizon import Horizon
from newswatch.engine.schedule import LONGEST_CATCH_UP_S, HostTurns, Schedule
from newswatch.model.feed import FeedId
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
    schedule.put_spread({FeedId(f"one-{n}"): "one.example" for n in range(3)})
    schedule.put_spread({FeedId("two"): "two.example"})
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


async def test_many_that_are_due_at_once_come_out_fifty_a_second() -> None:
    clock = FakeClock()
    schedule = Schedule(clock)
    schedule.put_spread({FeedId(f"{n}"): f"host{n}.example" for n in range(120)})
    assert len(schedule.take_due()) == 50
    await clock.advance(1)
    assert len(schedule.take_due()) == 50
    await clock.advance(1)
    assert len(schedule.take_due()) == 20


async def test_a_catch_up_of_a_host_with_thousands_of_feeds_ends_in_minutes() -> None:
    clock = FakeClock()
    schedule = Schedule(clock)
    schedule.put_spread({FeedId(f"{n}"): "127.0.0.1" for n in range(5_000)})
    await clock.advance(LONGEST_CATCH_UP_S)
    assert len(schedule.take_due()) == 5_000


async def test_turns_on_a_host_are_a_second_apart_and_each_host_has_its_own() -> None:
    clock = FakeClock()
    turns = HostTurns(clock)
    assert [turns.take("one"), turns.take("one"), turns.take("two"), turns.take("one")] == [0, 1, 0, 2]
    await clock.advance(2.5)
    assert [turns.take("one"), turns.take("two")] == [0.5, 0]


def test_one_feed_that_cannot_be_reached_is_not_offline() -> None:
    horizon = Horizon()
    for _ in range(5):
        assert not horizon.saw_nothing(ONE, "one", witnesses=10)
    assert not horizon.is_offline


def test_several_different_hosts_out_of_reach_mean_offline_until_one_answers() -> None:
    horizon = Horizon()
    seen = [horizon.saw_nothing(feed, feed, witnesses=10) for feed in (ONE, TWO, THREE)]
    assert seen == [False, False, True]
    assert horizon.saw_answer(ONE)
    assert not horizon.saw_answer(ONE)
    assert not horizon.is_offline


def test_one_host_that_is_down_is_not_offline_however_many_feeds_it_has() -> None:
    horizon = Horizon()
    for number in range(20):
        assert not horizon.saw_nothing(FeedId(str(number)), "one", witnesses=10)


def test_where_there_are_only_two_hosts_two_are_enough() -> None:
    horizon = Horizon()
    assert [horizon.saw_nothing(feed, feed, witnesses=2) for feed in (ONE, TWO)] == [False, True]


def test_a_few_dead_feeds_among_living_ones_never_flap_between_offline_and_online() -> None:
    horizon = Horizon()
    for dead in (ONE, TWO, THREE):
        horizon.saw_nothing(dead, dead, witnesses=10)
    assert horizon.saw_answer(FeedId("4"))
    for _ in range(3):
        assert [horizon.saw_nothing(dead, dead, witnesses=7) for dead in (ONE, TWO, THREE)] == [False, False, False]
        assert not horizon.saw_answer(FeedId("4"))


def test_a_real_outage_after_dead_feeds_were_found_is_still_noticed() -> None:
    horizon = Horizon()
    horizon.saw_nothing(ONE, "one", witnesses=10)
    horizon.saw_answer(FeedId("4"))
    living = [FeedId(str(number)) for number in range(5, 8)]
    assert [horizon.saw_nothing(feed, feed, witnesses=9) for feed in living] == [False, False, True]


def test_when_every_feed_was_dead_before_the_next_silence_is_believed() -> None:
    horizon = Horizon()
    horizon.suspect(ONE)
    assert horizon.saw_nothing(ONE, "one", witnesses=0)
