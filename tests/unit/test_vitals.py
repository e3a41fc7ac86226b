"""What a feed's checks teach of its lag, its rhythm and its size; and when its quiet is news."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswatch.engine.step import CheckResult, Failed, Parsed, Unchanged, step
from newswatch.feeds.due import Pace
from newswatch.match.matcher import compile_book
from newswatch.model.entry import ParsedEntry
from newswatch.model.feed import FeedState
from newswatch.model.rule import RuleBook
from newswatch.model.vitals import FeedVitals, packed, unpacked
from newswatch.store.api import Transaction
from newswatch.store.memory import MemoryStore
from newswatch.testing import build

FEED = build.feed()
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Watch:
    """One feed, checked as the engine does; `now` is turned by the test."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.state = FeedState(FEED.id)
        self.now = build.EPOCH
        self._items: list[ParsedEntry] = []
        self._matcher = compile_book(RuleBook(rules=()))

    @property
    def vitals(self) -> FeedVitals:
        return self.state.vitals

    def check(self, result: CheckResult) -> None:
        outcome = step(FEED, self.state, result, self.store, self._matcher, Pace(), self.now)
        self.store.commit(outcome.memory)
        self.store.commit(Transaction(feed_states=(outcome.state,)))
        self.state = outcome.state

    def reads(self, *published: datetime | None, wire_bytes: int = 0, **document: object) -> None:
        """A document with one more item for each of these dates."""
        first = len(self._items)
        self._items += [build.parsed_entry(f"Item {n}", published=at) for n, at in enumerate(published, first)]
        parsed = build.parsed_feed(*self._items[-50:], **document)
        self.check(Parsed(parsed, body_hash=f"{self.now}", wire_bytes=wire_bytes))

    def waits(self, span: timedelta, every: timedelta = 10 * MINUTE) -> None:
        """Time goes by with a check every so often that finds nothing new."""
        end = self.now + span
        while self.now + every < end:
            self.now += every
            self.check(Unchanged())
        self.now = end

    def lives(self, gaps: Iterable[timedelta], every: timedelta = 10 * MINUTE) -> None:
        """Something new comes after each of these gaps."""
        for gap in gaps:
            self.waits(gap, every)
            self.reads(self.now)


def is_silent(watch: Watch) -> bool:
    return watch.state.is_silent


def near(seconds: float) -> object:
    return pytest.approx(seconds, rel=0.031)


@given(st.floats(0, 32 * 86_400))
def test_a_packed_span_fits_a_byte_and_is_right_to_three_percent(seconds: float) -> None:
    assert packed(seconds) < 256
    assert unpacked(packed(seconds)) == pytest.approx(seconds, rel=0.031, abs=0.06)


def test_a_span_beyond_a_month_or_below_nothing_is_packed_as_the_nearest_there_is() -> None:
    assert unpacked(packed(1e12)) == near(32 * 86_400)
    assert packed(-5) == 0


def test_lag_is_from_publishing_to_seeing_and_backlog_has_none() -> None:
    watch = Watch()
    watch.reads(watch.now - 5 * HOUR, watch.now - HOUR)
    assert (watch.vitals.lag_p50_s, watch.vitals.usual_gap_s) == (None, None)
    for lag_minutes in (*[4] * 19, 31):
        watch.waits(40 * MINUTE)
        watch.reads(watch.now - lag_minutes * MINUTE)
    assert watch.vitals.lag_p50_s == near(240)
    assert watch.vitals.lag_p95_s == near(240)
    watch.waits(40 * MINUTE)
    watch.reads(watch.now - 31 * MINUTE)
    assert watch.vitals.lag_p95_s == near(31 * 60)


def test_dates_that_are_missing_to_come_or_from_long_ago_are_no_lag() -> None:
    watch = Watch()
    watch.reads(watch.now)
    watch.waits(10 * DAY, HOUR)
    watch.reads(None, watch.now + HOUR, watch.now - 8 * DAY, watch.now - 400 * DAY, watch.now - 11 * DAY)
    assert watch.vitals.lags == b""
    assert watch.vitals.arrived_at == watch.now


def test_what_comes_after_a_gap_of_ours_has_no_lag_and_leaves_no_gap() -> None:
    watch = Watch()
    watch.reads(watch.now)
    watch.lives([20 * MINUTE] * 3)
    before = watch.vitals
    watch.now += 8 * HOUR
    watch.reads(watch.now - 7 * HOUR)
    assert (watch.vitals.lags, watch.vitals.gaps) == (before.lags, before.gaps)
    assert watch.vitals.arrived_at == watch.now
    watch.waits(20 * MINUTE)
    watch.reads(watch.now - 2 * MINUTE)
    assert len(watch.vitals.gaps) == len(before.gaps) + 1


def test_a_gap_far_longer_than_our_absence_is_the_feeds_own() -> None:
    watch = Watch()
    watch.reads(watch.now)
    watch.lives([20 * MINUTE])
    watch.waits(5 * DAY)
    watch.now += 8 * HOUR
    watch.reads(watch.now)
    assert unpacked(watch.vitals.gaps[-1]) == near((5 * DAY + 8 * HOUR).total_seconds())


def test_a_revised_entry_is_no_arrival() -> None:
    watch = Watch()
    watch.reads(watch.now)
    watch.waits(HOUR)
    watch._items[0] = replace(watch._items[0], summary="Corrected.")
    watch.reads()
    assert watch.vitals.arrived_at is None
    assert watch.vitals.entries_per_day(watch.now) is None


def test_entries_a_day_are_those_of_two_weeks_and_in_the_first_day_what_the_dates_say() -> None:
    watch = Watch()
    watch.reads(*(watch.now - n * HOUR for n in range(1, 25)), watch.now - 3_000 * DAY)
    assert watch.vitals.entries_per_day(watch.now) == pytest.approx(24, rel=0.01)
    watch.lives([2 * HOUR] * 12 * 30)
    assert watch.vitals.entries_per_day(watch.now) == pytest.approx(12, rel=0.05)
    assert len(watch.vitals.counts) == 14
    assert watch.vitals.entries_per_day(watch.now + 60 * DAY) == 0


def test_after_an_absence_of_days_counting_begins_anew() -> None:
    watch = Watch()
    watch.reads(watch.now)
    watch.lives([2 * HOUR] * 60)
    watch.now += 10 * DAY
    watch.reads(*[watch.now] * 30)
    assert watch.vitals.since == watch.now
    watch.lives([2 * HOUR] * 24)
    assert watch.vitals.entries_per_day(watch.now) == pytest.approx(12, rel=0.05)


def test_a_feed_quiet_for_far_longer_than_ever_is_silent_until_it_speaks() -> None:
    watch = Watch()
    watch.reads(watch.now)
    watch.lives([3 * HOUR] * 88)
    watch.waits(20 * HOUR)
    assert not is_silent(watch)
    watch.waits(6 * HOUR)
    assert is_silent(watch)
    assert watch.vitals.quiet_s(watch.state.last_success_at) == near(26 * 3600)
    assert watch.vitals.usual_gap_s == near(3 * 3600)
    watch.reads(watch.now)
    assert not is_silent(watch)


def test_nothing_is_said_of_silence_before_ten_days_and_eight_gaps() -> None:
    watch = Watch()
    watch.reads(watch.now)
    watch.lives([HOUR] * 20)
    watch.waits(8 * DAY)
    assert not is_silent(watch)
    few = Watch()
    few.reads(few.now)
    few.lives([DAY] * 8)  # the first arrival ends no gap that is known
    few.waits(20 * DAY, HOUR)
    assert len(few.vitals.gaps) == 7
    assert not is_silent(few)


@pytest.mark.parametrize("start_h", range(0, 7 * 24, 15))
def test_nights_and_weekends_never_make_a_feed_flap(start_h: int) -> None:
    watch = Watch()
    watch.now = datetime(2026, 11, 2, tzinfo=UTC) + start_h * HOUR  # a Monday, and all other hours of its week
    watch.reads(watch.now)
    was_silent = []
    for _ in range(3 * 7 * 24):
        watch.now += HOUR
        if watch.now.weekday() < 5 and 9 <= watch.now.hour < 18:
            watch.reads(watch.now)
        else:
            watch.check(Unchanged())
        was_silent.append(is_silent(watch))
    assert not any(was_silent)
    watch.waits(6 * DAY)
    assert is_silent(watch)


def test_a_time_in_which_nobody_asks_is_not_the_feeds_silence() -> None:
    watch = Watch()
    watch.reads(watch.now)
    watch.lives([3 * HOUR] * 88)
    watch.now += 3 * DAY
    assert not is_silent(watch)
    for _ in range(9):
        watch.check(Failed("nobody there"))
        watch.now += HOUR
    assert not is_silent(watch)


def test_a_monthly_feed_is_not_silent_after_two_weeks() -> None:
    watch = Watch()
    watch.reads(watch.now)
    watch.lives([30 * DAY] * 10, 6 * HOUR)
    watch.waits(40 * DAY, 6 * HOUR)
    assert not is_silent(watch)
    watch.waits(30 * DAY, 6 * HOUR)
    assert is_silent(watch)


def test_the_last_document_says_its_format_its_warnings_and_what_it_left_out() -> None:
    watch = Watch()
    many = tuple(f"item {n} has no date {'!' * 900}" for n in range(40))
    watch.reads(watch.now, wire_bytes=900, format="atom10", warnings=many, dropped=8_000)
    watch.check(Unchanged(wire_bytes=100))
    vitals = watch.vitals
    assert (vitals.format, vitals.listed, vitals.dropped) == ("atom10", 1, 8_000)
    assert (len(vitals.warnings), max(map(len, vitals.warnings))) == (5, 200)
    assert (vitals.wire_bytes, vitals.total_bytes) == (100, 1_000)
    assert vitals.interval_s == 600


def test_the_usual_304_teaches_nothing_and_costs_nothing() -> None:
    watch = Watch()
    watch.reads(watch.now)
    watch.now += 10 * MINUTE
    before = watch.vitals
    watch.check(Unchanged())
    assert watch.vitals is before


def test_samples_are_bounded_however_long_it_goes_on() -> None:
    watch = Watch()
    watch.reads(watch.now)
    watch.lives([HOUR] * 400, HOUR)
    vitals = watch.vitals
    assert (len(vitals.lags), len(vitals.gaps), len(vitals.counts), len(vitals.longest)) == (64, 32, 14, 14)


def test_a_clock_that_jumps_breaks_no_figure() -> None:
    watch = Watch()
    watch.reads(watch.now)
    watch.lives([HOUR] * 5)
    for jump in (2 * DAY, -30 * DAY, 400 * DAY, -400 * DAY):
        watch.now += jump
        watch.reads(watch.now)
        watch.check(Unchanged())
        watch.vitals.entries_per_day(watch.now)
        assert isinstance(is_silent(watch), bool)
