from __future__ import annotations

from datetime import timedelta
from itertools import accumulate
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswatch.feeds.due import Pace, learned_gap_s, usual_s, wait_after_failure, wait_after_success
from newswatch.model.feed import FeedState
from newswatch.testing import build

PACE = Pace()
MINUTE_S, HOUR_S, DAY_S = 60.0, 3600.0, 24 * 3600.0
NOW = build.at()


def state(**changes: Any) -> FeedState:
    """Of a feed that brought something new just now."""
    return build.feed_state(**{"changed_at": NOW, "last_success_at": NOW, **changes})


def well(pace: Pace = PACE, set_s: float | None = None, jitter: float = 0.5, **changes: Any) -> float:
    return wait_after_success(pace, set_s, state(**changes), NOW, jitter)


def failing(
    failures: int = 1, jitter: float = 0.5, retry_after_s: float | None = None, set_s: float | None = None, **more: Any
) -> float:
    return wait_after_failure(PACE, set_s, state(**more), NOW, failures, jitter, retry_after_s)


# A feed that is well.


@pytest.mark.parametrize("jitter", [0.0, 0.5, 0.999])
def test_a_feed_that_is_well_is_checked_at_its_interval_give_or_take_a_tenth(jitter: float) -> None:
    assert well(jitter=jitter) == pytest.approx(600, rel=0.1)


def test_jitter_spreads_feeds_that_met_over_the_whole_width() -> None:
    assert well(jitter=0.0) == pytest.approx(540)
    assert well(jitter=0.999) == pytest.approx(660, rel=0.001)


def test_a_feed_of_which_nothing_is_known_is_checked_at_the_common_interval() -> None:
    assert wait_after_success(PACE, None, build.feed_state(), NOW, 0.5) == pytest.approx(600)


@pytest.mark.parametrize(
    ("gap_s", "usual"),
    [(0.0, 600.0), (HOUR_S, 600.0), (2 * HOUR_S, 600.0), (3 * HOUR_S, 900.0), (4 * HOUR_S, 1200.0), (1e9, 1200.0)],
)
def test_a_feed_that_changes_seldom_is_asked_less_often_down_to_half_as_often(gap_s: float, usual: float) -> None:
    assert well(change_gap_s=gap_s) == pytest.approx(usual)


def test_a_feed_that_fell_silent_is_asked_less_often_though_it_used_to_be_busy() -> None:
    assert well(change_gap_s=60.0, changed_at=build.at(-3 * 60)) == pytest.approx(900)
    assert well(change_gap_s=60.0, changed_at=build.at(-60 * 24 * 365)) == pytest.approx(1200)


def test_a_change_from_the_future_after_a_clock_was_set_back_means_nothing() -> None:
    assert well(changed_at=build.at(60 * 24)) == pytest.approx(600)


@pytest.mark.parametrize(
    ("wish_s", "least_s"), [(900.0, 900.0), (HOUR_S, HOUR_S), (7 * DAY_S, HOUR_S), (1e300, HOUR_S)]
)
def test_what_feed_and_server_wish_lengthens_the_interval_to_an_hour_at_most(wish_s: float, least_s: float) -> None:
    assert least_s <= well(wish_s=wish_s, jitter=0.0) <= well(wish_s=wish_s, jitter=0.999) <= least_s * 1.1


@pytest.mark.parametrize("wish_s", [1.0, 0.0, -5.0, float("nan"), float("-inf")])
def test_a_wish_never_shortens_the_interval_and_a_senseless_one_is_none(wish_s: float) -> None:
    assert well(wish_s=wish_s) == pytest.approx(600)


def test_a_wish_is_not_added_to_a_seldom_change_but_the_longer_of_both_counts() -> None:
    assert well(wish_s=1000.0, change_gap_s=DAY_S) == pytest.approx(1200)


def test_a_wish_ends_at_max_interval_too() -> None:
    assert well(Pace(600, 60, 1800), wish_s=HOUR_S) == pytest.approx(1800)


def test_an_interval_that_the_user_set_stands_whatever_the_feed_wishes_or_does_and_outside_the_common_bounds() -> None:
    for set_s in (10.0, 90.0, 12 * HOUR_S):
        assert well(set_s=set_s, wish_s=HOUR_S, change_gap_s=DAY_S) == pytest.approx(set_s)


@given(
    interval_s=st.floats(1, 10 * DAY_S),
    bounds=st.tuples(st.floats(1, 10 * DAY_S), st.floats(1, 10 * DAY_S)),
    wish_s=st.none() | st.floats(),
    gap_s=st.none() | st.floats(0, 1e12),
    jitter=st.floats(0, 1, exclude_max=True),
)
def test_whatever_is_known_of_a_feed_its_wait_lies_between_min_and_max_interval(
    interval_s: float, bounds: tuple[float, float], wish_s: float | None, gap_s: float | None, jitter: float
) -> None:
    pace = Pace(interval_s, min(bounds), max(bounds))
    wait_s = well(pace, wish_s=wish_s, change_gap_s=gap_s, jitter=jitter)
    assert pace.min_interval_s * (1 - 1e-9) <= wait_s <= pace.max_interval_s * (1 + 1e-9)


# How often a feed changes.


def test_the_gap_between_changes_is_learned_as_a_mean_in_which_the_newest_counts_a_quarter() -> None:
    first = state(changed_at=None, change_gap_s=None)
    assert learned_gap_s(first, NOW, 600) is None
    second = state(changed_at=build.at(-60), last_success_at=build.at(-10))
    assert learned_gap_s(second, NOW, 600) == HOUR_S
    third = state(changed_at=build.at(-120), last_success_at=build.at(-10), change_gap_s=HOUR_S)
    assert learned_gap_s(third, NOW, 600) == pytest.approx(1.25 * HOUR_S)


def test_a_time_in_which_nobody_looked_is_no_gap_of_the_feed() -> None:
    before_the_holidays = state(changed_at=build.at(-60 * 24 * 14 - 60), last_success_at=build.at(-60 * 24 * 14))
    assert learned_gap_s(before_the_holidays, NOW, 600) == HOUR_S + 600


def test_a_clock_that_was_set_back_makes_no_gap_of_less_than_nothing() -> None:
    assert learned_gap_s(state(changed_at=build.at(60), last_success_at=build.at(50)), NOW, 600) == 0


# A feed that fails.


def test_a_failing_feed_backs_off_doubling_and_is_never_given_up() -> None:
    waits = [failing(failures) for failures in (1, 2, 3, 4)]
    assert waits == pytest.approx([600, 1200, 2400, 4800])
    for failures in (50, 5000):
        assert 0.9 * 6 * HOUR_S <= failing(failures, jitter=0.0) <= failing(failures, jitter=0.999) <= 6 * HOUR_S


@pytest.mark.parametrize("set_s", [None, 1.0, 60.0])
@pytest.mark.parametrize("jitter", [0.0, 0.999])
def test_a_failing_feed_is_asked_at_most_six_times_in_an_hour_however_short_its_interval(
    set_s: float | None, jitter: float
) -> None:
    waits = (failing(failures, jitter, set_s=set_s) for failures in range(1, 20))
    later = [at_s for at_s in accumulate(waits) if at_s < HOUR_S]
    assert 1 + len(later) <= 6


def test_a_failing_feed_is_never_asked_more_often_than_when_it_was_well() -> None:
    assert failing(1, wish_s=HOUR_S) == pytest.approx(HOUR_S)
    assert failing(9, set_s=12 * HOUR_S) == pytest.approx(12 * HOUR_S, rel=0.1)


def test_retry_after_is_waited_for_in_full_whatever_max_interval_says() -> None:
    for jitter in (0.0, 0.999):
        assert failing(1, jitter, retry_after_s=10 * HOUR_S) >= 10 * HOUR_S


def test_retry_after_is_the_word_that_counts_however_often_the_feed_failed_before() -> None:
    assert failing(9, 0.0, retry_after_s=900) == 900


def test_retry_after_never_shortens_the_interval_and_never_exceeds_a_day() -> None:
    assert failing(1, 0.0, retry_after_s=1) == 600
    for absurd_s in (DAY_S, 1e12, float("inf")):
        assert failing(1, 0.999, retry_after_s=absurd_s) == DAY_S


@pytest.mark.parametrize("past_s", [0.0, -30.0, float("nan")])
def test_a_retry_after_in_the_past_leaves_the_feed_to_its_back_off(past_s: float) -> None:
    assert failing(3, retry_after_s=past_s) == failing(3)


def test_an_interval_of_days_that_the_user_set_outlasts_retry_after() -> None:
    assert failing(1, 0.0, retry_after_s=60, set_s=3 * DAY_S) == 3 * DAY_S


def test_waits_are_before_jitter_what_usual_says() -> None:
    assert usual_s(PACE, None, state(), NOW + timedelta(hours=3)) == pytest.approx(900)
