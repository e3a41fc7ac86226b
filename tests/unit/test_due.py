from __future__ import annotations

from itertools import accumulate

import pytest

from newswatch.feeds.due import Pace, wait_after_failure, wait_after_success

PACE = Pace()
HOUR_S = 3600.0


@pytest.mark.parametrize("jitter", [0.0, 0.5, 0.999])
def test_a_feed_that_is_well_is_checked_at_its_interval_give_or_take_a_tenth(jitter: float) -> None:
    assert wait_after_success(PACE, None, jitter) == pytest.approx(600, rel=0.1)


def test_an_interval_that_the_user_set_stands_outside_the_common_bounds_too() -> None:
    assert wait_after_success(PACE, 10.0, 0.5) == pytest.approx(10)


def test_a_failing_feed_backs_off_doubling_and_is_never_given_up() -> None:
    waits = [wait_after_failure(PACE, None, failures, 0.5) for failures in (1, 2, 3, 4, 50, 5000)]
    assert waits == pytest.approx([600, 1200, 2400, 4800, 6 * HOUR_S, 6 * HOUR_S])


@pytest.mark.parametrize("wished_s", [None, 1.0, 60.0])
@pytest.mark.parametrize("jitter", [0.0, 0.999])
def test_a_failing_feed_is_asked_at_most_six_times_in_an_hour_however_short_its_interval(
    wished_s: float | None, jitter: float
) -> None:
    waits = (wait_after_failure(PACE, wished_s, failures, jitter) for failures in range(1, 20))
    later = [at_s for at_s in accumulate(waits) if at_s < HOUR_S]
    assert 1 + len(later) <= 6


def test_retry_after_is_waited_for_in_full_whatever_max_interval_says() -> None:
    assert wait_after_failure(PACE, None, 1, 0.0, retry_after_s=10 * HOUR_S) >= 10 * HOUR_S


def test_retry_after_never_shortens_the_interval_and_never_exceeds_a_day_by_much() -> None:
    assert wait_after_failure(PACE, None, 1, 0.0, retry_after_s=1) == 600
    assert wait_after_failure(PACE, None, 1, 0.999, retry_after_s=1e12) <= 24 * HOUR_S * 1.1
