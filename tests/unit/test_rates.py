"""How often rules fire, over what was watched only; and when a rule's quiet is news."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from newswatch.engine.rates import day_start, hourly, is_silent, rates, watched_hours
from newswatch.engine.watched import Span
from newswatch.model.hit import Held
from newswatch.model.pulse import HOURS, RuleRate
from newswatch.model.rule import RuleId
from newswatch.store.api import HitTick
from newswatch.testing import build

RULE = RuleId("dprk-troops")
NOW = build.at(30)  # 15:00, so that the present hour has just begun
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def tick(at: datetime, rule: str = RULE, *, is_live: bool = True) -> HitTick:
    return HitTick(RuleId(rule), at, None if is_live else Held.BACKLOG, is_live)


def rate_of(ticks: Sequence[HitTick], spans: Sequence[Span], now: datetime = NOW) -> RuleRate:
    (found,) = rates([RULE], ticks, {}, spans, now)
    return found


def test_the_day_begins_with_an_hour() -> None:
    assert day_start(build.at(10)) == build.at(-30) - 23 * HOUR
    assert build.at(10) - day_start(build.at(10)) < DAY


def test_hours_that_nobody_watched_are_unknown_and_not_silent() -> None:
    watched = [(NOW - 3 * HOUR, NOW)]
    found = rate_of([tick(NOW - 2.5 * HOUR), tick(NOW - 0.5 * HOUR)], watched)
    assert found.hours == (None,) * 20 + (1, 0, 1, None)
    assert found.hits == 2


def test_the_rate_is_over_the_hours_that_were_watched() -> None:
    found = rate_of([tick(NOW - 2.5 * HOUR), tick(NOW - 0.5 * HOUR)], [(NOW - 3 * HOUR, NOW)])
    assert found.per_day == pytest.approx(16)


def test_less_than_an_hour_makes_no_rate() -> None:
    assert rate_of([tick(NOW - timedelta(minutes=5))], [(NOW - timedelta(minutes=40), NOW)]).per_day is None


def test_a_hit_in_an_hour_that_was_not_noted_shows_all_the_same() -> None:
    assert rate_of([tick(NOW - 4.5 * HOUR)], []).hours[-6] == 1


def test_backlog_makes_no_rate() -> None:
    found = rate_of([tick(NOW - 2.5 * HOUR, is_live=False)], [(NOW - 3 * HOUR, NOW)])
    assert found.hits == 0
    assert found.per_day == 0


def test_hits_of_other_rules_do_not_count() -> None:
    assert rate_of([tick(NOW - 2.5 * HOUR, "hormuz")], [(NOW - 3 * HOUR, NOW)]).hits == 0


def test_what_lies_outside_the_day_is_passed_over() -> None:
    since = day_start(NOW)
    counted = hourly([since - timedelta(seconds=1), since, NOW + 2 * HOUR], since, [1.0] * HOURS)
    assert sum(count or 0 for count in counted) == 1


def test_the_present_hour_counts_as_far_as_it_has_come() -> None:
    now = build.at(45)
    assert watched_hours([(now - DAY * 2, now)], day_start(now), now)[-1] == pytest.approx(0.25)


def daily(days: int, until: datetime) -> list[datetime]:
    """A hit a day, the newest first."""
    return [until - number * DAY for number in range(days)]


def test_a_rule_that_fires_daily_is_silent_after_two_days_and_more() -> None:
    always = [(NOW - 40 * DAY, NOW)]
    assert not is_silent(daily(20, NOW - 1.5 * DAY), always, NOW)
    assert is_silent(daily(20, NOW - 2.1 * DAY), always, NOW)


def test_time_that_nobody_watched_is_not_a_rules_silence() -> None:
    rhythm = daily(20, NOW - 10 * DAY)
    assert not is_silent(rhythm, [(NOW - 40 * DAY, NOW - 9.5 * DAY), (NOW - HOUR, NOW)], NOW)


def test_a_rule_that_fired_seldom_is_never_called_silent() -> None:
    always = [(NOW - 40 * DAY, NOW)]
    assert not is_silent(daily(5, NOW - 9 * DAY), always, NOW)
    assert not is_silent([], always, NOW)


def test_many_hits_of_one_event_are_one_arrival() -> None:
    burst = [NOW - 12 * DAY - number * timedelta(minutes=1) for number in range(60)]
    assert not is_silent(burst, [(NOW - 40 * DAY, NOW)], NOW)
