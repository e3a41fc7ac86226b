"""A feed's health turns once on failing and once on recovery; what stays as it is says nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from newswatch.engine.step import CheckResult, Failed, Parsed, Unchanged, step
from newswatch.engine.turns import turns
from newswatch.feeds.due import Pace
from newswatch.match.matcher import compile_book
from newswatch.model.event import FeedTurn
from newswatch.model.feed import FeedState
from newswatch.model.rule import RuleBook
from newswatch.model.vitals import FeedVitals, packed
from newswatch.store.memory import MemoryStore
from newswatch.testing import build

FEED = build.feed()
DOWN = Failed("the server answered 503", is_answer=True)
GONE = Failed("the server answered 410 Gone", is_answer=True, is_gone=True)


class Told:
    """What was told of a feed that is checked every ten minutes."""

    def __init__(self, state: FeedState | None = None, minutes: float = 0.0) -> None:
        self.state = state or FeedState(FEED.id)
        self.minutes = minutes
        self.turns: list[FeedTurn] = []
        self.texts: list[str] = []

    def check(self, *results: CheckResult) -> None:
        for result in results:
            now = build.at(self.minutes)
            matcher = compile_book(RuleBook(rules=()))
            after = step(FEED, self.state, result, MemoryStore(), matcher, Pace(), now).state
            for turned in turns(self.state, after, "Dnipro Wire", now):
                self.turns.append(turned.turn)
                self.texts.append(turned.text)
            self.state = after
            self.minutes += 10


def test_one_failed_check_is_no_news_and_neither_are_two() -> None:
    told = Told()
    told.check(Unchanged(), DOWN, Unchanged(), DOWN, DOWN, Unchanged())
    assert told.turns == []


def test_failing_is_told_once_and_recovery_once() -> None:
    told = Told()
    told.check(Unchanged(), *[DOWN] * 20, Unchanged(), Unchanged(), DOWN, Unchanged(), *[DOWN] * 3)
    assert told.turns == [FeedTurn.FAILING, FeedTurn.RECOVERED, FeedTurn.FAILING]
    assert told.texts[0] == (
        "Dnipro Wire fails, 3 times in a row, its last answer is 30 min old: the server answered 503"
    )
    assert told.texts[1] == "Dnipro Wire answers again, after 4 h"


def test_a_feed_that_is_asked_seldom_is_told_after_two_failures() -> None:
    told = Told()
    told.check(Unchanged())
    told.minutes = 360
    told.check(DOWN)
    assert told.turns == []
    told.minutes = 720
    told.check(DOWN)
    assert told.turns == [FeedTurn.FAILING]


def test_a_feed_that_never_answered_says_so() -> None:
    told = Told()
    told.check(*[DOWN] * 3)
    assert told.texts == ["Dnipro Wire fails, 3 times in a row, it never answered: the server answered 503"]


def test_a_feed_that_is_gone_says_what_to_do_and_comes_back_once() -> None:
    told = Told()
    told.check(Unchanged(), GONE, GONE, Unchanged())
    assert told.turns == [FeedTurn.STOPPED, FeedTurn.RECOVERED]
    assert "Take it out of feeds.opml, or check it once more by hand" in told.texts[0]


def test_a_failing_feed_that_is_gone_for_good_is_told_as_both() -> None:
    told = Told()
    told.check(Unchanged(), *[DOWN] * 4, GONE)
    assert told.turns == [FeedTurn.FAILING, FeedTurn.STOPPED]


def test_guid_churn_is_told_once() -> None:
    before = build.feed_state(FEED)
    after = replace(before, has_guid_churn=True)
    assert [turned.turn for turned in turns(before, after, "x", build.at())] == [FeedTurn.CHURN]
    assert turns(after, after, "x", build.at()) == ()


@pytest.fixture
def regular() -> Told:
    """A feed with something new every three hours until now, watched for a month."""
    vitals = FeedVitals(since=build.at(-30 * 1440), arrived_at=build.at(), gaps=bytes([packed(3 * 3600)] * 32))
    return Told(replace(build.feed_state(FEED), document_at=build.at(-60), vitals=vitals))


def test_silence_is_told_once_and_its_end_once(regular: Told) -> None:
    for hour in range(48):
        regular.minutes = hour * 60
        regular.check(Unchanged())
    assert regular.turns == [FeedTurn.SILENT]
    assert regular.texts == ["Dnipro Wire answers, but is quiet for 24 h, usually 3 h"]
    news = build.parsed_feed(build.parsed_entry(published=build.at(regular.minutes)))
    regular.check(Parsed(news, "hash"), Parsed(news, "other"))
    assert regular.turns == [FeedTurn.SILENT, FeedTurn.HEARD]


def test_a_silent_feed_that_fails_and_recovers_is_not_silent_anew(regular: Told) -> None:
    regular.minutes = timedelta(hours=30) / timedelta(minutes=1)
    regular.check(Unchanged(), *[DOWN] * 4, Unchanged())
    assert regular.turns == [FeedTurn.SILENT, FeedTurn.FAILING, FeedTurn.RECOVERED]
