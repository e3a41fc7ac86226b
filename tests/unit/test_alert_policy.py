"""What comes after a gap is told in one message, critical alerts still singly, and none twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from newswatch.alert.policy import CatchUp, is_gap, length, message, sorted_out
from newswatch.engine import notifier
from newswatch.engine.hub import Hub
from newswatch.engine.notifier import Notifier
from newswatch.model.event import AlertsRaised, Batch, Event
from newswatch.model.feed import feed_id
from newswatch.model.hit import Held, Hit, HitId, StoryId, Triage
from newswatch.model.rule import RuleId, Severity
from newswatch.model.view import View
from newswatch.testing import build
from newswatch.testing.clock import FakeClock


def alert(title: str, severity: Severity = Severity.NORMAL, feed: str = "a", **changes: object) -> Hit:
    entry = build.entry(title, feed_id=feed_id(f"https://{feed}.example/rss"), source=f"Wire {feed}")
    return build.hit(entry, build.rule(severity=severity), **changes)


@pytest.mark.parametrize(
    ("minutes", "interval_s", "expected"),
    [
        (59, 600, False),  # six missed checks: a lunch break
        (61, 600, True),
        (61, None, True),
        (66, 3600, False),  # a feed that is asked every hour has no gap each hour
        (179, 3600, False),
        (181, 3600, True),
        (8 * 60, 6 * 3600, False),
        (-60, 600, False),  # the clock was set back
    ],
)
def test_a_gap_is_three_intervals_and_an_hour_without_an_answer(
    minutes: float,
    interval_s: float | None,
    expected: bool,  # noqa: FBT001  a parameter of the test
) -> None:
    assert is_gap(build.at(), interval_s, build.at(minutes)) is expected


def test_a_feed_that_never_answered_has_no_gap() -> None:
    assert not is_gap(None, 600, build.at())


def test_alerts_of_one_story_ring_together_and_after_a_gap_only_critical_ones_ring() -> None:
    one, copy = alert("Tanker", story_id=StoryId("t")), alert("Tanker boarded", story_id=StoryId("t"))
    critical = alert("Troops", Severity.CRITICAL)
    assert sorted_out([one, critical, copy], is_after_gap=False) == (((one, copy), (critical,)), ())
    assert sorted_out([one, critical, copy], is_after_gap=True) == (((critical,),), (one, copy))
    assert sorted_out([], is_after_gap=True) == ((), ())


def test_the_message_of_a_gap_says_how_many_how_bad_how_long_and_whence() -> None:
    hits = (alert("A"), alert("B", Severity.HIGH, "b"), alert("C", feed="c"))
    catch_up = CatchUp(hits, build.at(-480), 0, 0)
    assert catch_up.message(build.at()) == "3 alerts (1 high) from 3 feeds, after a gap of 8 h"
    assert CatchUp(hits[:1], build.at(-90), 0, 0).message(build.at()) == "1 alert from Wire a, after a gap of 90 min"
    assert message(hits[:1]) == "A (Wire a)"


@pytest.mark.parametrize(
    ("span", "said"),
    [(timedelta(seconds=20), "under a minute"), (timedelta(minutes=99), "99 min"), (timedelta(minutes=100), "2 h"),
     (timedelta(hours=47), "47 h"), (timedelta(hours=48), "2 d"), (timedelta(days=-1), "under a minute")],
)  # fmt: skip
def test_a_length_of_time_is_said_in_one_unit(span: timedelta, said: str) -> None:
    assert length(span) == said


class Ears:
    """What a notifier raises on a clock that is turned by hand."""

    def __init__(self) -> None:
        self.clock = FakeClock(build.at(480))
        self.hub = Hub(View())
        self.is_catching_up = False
        self.looked = 0
        self.notifier = Notifier(self.hub, self.clock, self.behind)

    def behind(self) -> list[Callable[[], bool]]:
        self.looked += 1
        return [lambda: False, lambda: self.is_catching_up, lambda: False]

    async def raised(self) -> list[AlertsRaised]:
        await self.clock.settle()
        if not self.hub.view.seq:
            return []
        batch = await anext(self.hub.watch(0))
        assert isinstance(batch, Batch)
        events: Sequence[Event] = batch.events
        return [event for event in events if isinstance(event, AlertsRaised)]


@pytest.fixture
async def ears() -> AsyncIterator[Ears]:
    ears = Ears()
    running = asyncio.ensure_future(ears.notifier.run())
    yield ears
    running.cancel()


async def test_a_catch_up_that_trickles_in_is_told_once_when_it_has_ebbed_away(ears: Ears) -> None:
    for number in range(38):
        ears.notifier.take([alert(f"Item {number}", feed=f"f{number % 10}")], build.at())
        await ears.clock.advance(1)
    assert await ears.raised() == []
    await ears.clock.advance(10)
    (told,) = await ears.raised()
    assert (len(told.hits), told.is_gap, told.text) == (38, True, "38 alerts from 10 feeds, after a gap of 8 h")
    await ears.clock.advance(600)
    assert len(await ears.raised()) == 1


async def test_a_catch_up_waits_for_a_feed_that_is_still_being_asked(ears: Ears) -> None:
    ears.is_catching_up = True
    ears.notifier.take([alert("First")], build.at())
    await ears.clock.advance(25)
    ears.notifier.take([alert("Slow", feed="b")], build.at())
    ears.is_catching_up = False
    await ears.clock.advance(12)
    assert [len(told.hits) for told in await ears.raised()] == [2]


async def test_a_catch_up_without_end_is_told_within_two_minutes(ears: Ears) -> None:
    for number in range(125):
        ears.notifier.take([alert(f"Item {number}")], build.at())
        await ears.clock.advance(1)
    assert [len(told.hits) for told in await ears.raised()] == [120]


async def test_what_is_live_or_critical_rings_at_once(ears: Ears) -> None:
    ears.notifier.take([alert("Live")], None)
    ears.notifier.take([alert("Grave", Severity.CRITICAL)], build.at())
    assert [(told.text, told.is_gap) for told in await ears.raised()] == [
        ("Live (Wire a)", False),
        ("Grave (Wire a)", False),
    ]


async def test_held_hits_and_more_copies_of_a_story_raise_nothing(ears: Ears) -> None:
    ears.notifier.take([alert("Old", held=Held.BACKLOG)], None)
    ears.notifier.take([alert("Tanker", story_id=StoryId("t"))], None)
    ears.notifier.take([alert("Tanker too", story_id=StoryId("t"))], None)
    assert len(await ears.raised()) == 1
    other = build.hit(build.entry("Tanker three"), build.rule(id=RuleId("navy")), story_id=StoryId("t"))
    ears.notifier.take([other], None)
    assert len(await ears.raised()) == 2


async def test_what_was_stored_and_told_to_nobody_is_told_with_the_gap_after_a_restart(ears: Ears) -> None:
    told_before = alert("Heard", told_at=build.at(), story_id=StoryId("h"))
    ears.notifier.begin([told_before, alert("Unheard", found_at=build.at()), alert("Old", held=Held.BACKLOG)])
    ears.notifier.take([alert("Piled up", feed="b"), alert("Heard again", story_id=StoryId("h"))], build.at(60))
    await ears.clock.advance(10)
    (told,) = await ears.raised()
    assert told.text == "2 alerts from 2 feeds, after a gap of 8 h"


async def test_of_more_alerts_than_are_remembered_the_newest_of_the_history_do_not_ring_again(
    ears: Ears, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notifier, "RAISED_KEPT", 2)
    told = [replace(alert(f"Item {n}"), found_at=build.at(-n), told_at=build.at()) for n in range(4)]
    ears.notifier.begin(told)  # the newest first, as the store gives them
    ears.notifier.take(told[:1], None)
    assert await ears.raised() == []


def test_sorting_alerts_out_takes_no_longer_for_the_last_than_for_the_first() -> None:
    compared = 0

    class Counted(str):
        __slots__ = ()

        def __eq__(self, other: object) -> bool:
            nonlocal compared
            compared += 1
            return str.__eq__(self, other)

        __hash__ = str.__hash__

    hits = [replace(alert(f"Item {n}"), id=HitId(Counted(n))) for n in range(100)]
    assert len(sorted_out(hits, is_after_gap=True)[1]) == 100
    assert compared <= 100


async def test_who_is_still_asked_is_looked_for_once_a_catch_up_however_long_it_takes(ears: Ears) -> None:
    ears.is_catching_up = True
    for number in range(100):
        ears.notifier.take([alert(f"Item {number}")], build.at())
        await ears.clock.advance(1)
    assert ears.looked == 1


def test_a_gap_says_how_many_critical_ones_it_brought_and_how_short_it_was() -> None:
    hits = (alert("A", Severity.CRITICAL), alert("B", Severity.HIGH, "b"), alert("C"))
    assert (
        CatchUp(hits, build.at(), 0, 0).message(build.at(0.2))
        == "3 alerts (1 critical, 1 high) from 2 feeds, after a gap of under a minute"
    )


async def test_what_is_acked_already_is_not_told_after_a_restart(ears: Ears) -> None:
    ears.notifier.begin([alert("Done with, elsewhere", state=Triage.ACKED), alert("Unheard")])
    await ears.clock.advance(200)
    assert [[hit.entry.title for hit in one.hits] for one in await ears.raised()] == [["Unheard"]]


async def test_copies_of_what_woke_or_still_sleeps_ring_for_nothing(ears: Ears) -> None:
    def copies(story: str, *held: Held | None) -> list[Hit]:
        return [alert(f"{story} {n}", story_id=StoryId(story), held=one) for n, one in enumerate(held)]

    woke, copy = copies("woke", None, None)
    asleep, late = copies("asleep", Held.SNOOZED, None)
    ears.notifier.begin([replace(asleep, told_at=build.at())])
    ears.notifier.raise_again([woke])
    ears.notifier.take([copy, late], None)
    assert [[hit.entry.title for hit in one.hits] for one in await ears.raised()] == [["woke 0"]]


async def test_what_a_catch_up_waits_to_tell_is_not_told_before_nor_are_copies_of_it(ears: Ears) -> None:
    first, other = alert("First"), alert("Other", feed="b")
    copy = replace(alert("First, again", feed="c"), story_id=first.story_id, rule_id=first.rule_id)
    ears.notifier.take([first], build.at())
    ears.notifier.take([other], None)
    ears.notifier.take([copy], None)
    assert set(ears.notifier.unsaid) == {first.id, copy.id}
    await ears.clock.advance(180)
    assert set(ears.notifier.unsaid) == set()
    assert [told.is_gap for told in await ears.raised()] == [False, True]


async def test_what_was_told_to_nobody_waits_at_the_start_with_its_copies(ears: Ears) -> None:
    first = alert("First")
    copy = replace(alert("First, again", feed="c"), story_id=first.story_id, rule_id=first.rule_id)
    told = replace(alert("Told", feed="b"), told_at=build.at())
    ears.notifier.begin([first, copy, told])
    assert set(ears.notifier.unsaid) == {first.id, copy.id}
