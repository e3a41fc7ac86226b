"""What the process weighs and how late it is, measured on clocks that the test turns."""

from __future__ import annotations

import pytest

from newswatch.engine.meters import (
    ASK_EVERY_S,
    ASK_EVERY_WATCHED_S,
    COURSE_POINTS,
    LAG_OVER_S,
    Meters,
    quantile,
    resident_bytes,
)
from newswatch.testing.clock import FakeClock


class LateClock(FakeClock):
    """A clock on a loop that is late: each sleep takes so much longer."""

    def __init__(self) -> None:
        super().__init__()
        self.late_s = 0.0
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self._turn_to(self.monotonic() + seconds + self.late_s)


@pytest.fixture
def clock() -> LateClock:
    return LateClock()


def meters_on(clock: LateClock, rss: int | None = 80_000_000) -> Meters:
    return Meters(clock, rss=lambda: rss, cpu_s=lambda: clock.monotonic() / 50)


async def test_the_lag_is_how_late_the_loop_came_back(clock: LateClock) -> None:
    meters = meters_on(clock)
    for late_s in (0.0, 0.0, 0.0, 0.2):
        clock.late_s = late_s
        await meters.sample()
    lag = meters.lag()
    assert lag is not None
    assert (lag.p50_s, lag.samples) == (0.0, 4)
    assert lag.p99_s == lag.max_s == pytest.approx(0.2)


async def test_there_is_no_lag_before_the_first_sample(clock: LateClock) -> None:
    assert meters_on(clock).lag() is None


async def test_old_samples_are_let_go(clock: LateClock) -> None:
    meters = meters_on(clock)
    clock.late_s = 3.0
    await meters.sample()
    clock.late_s = 0.0
    while clock.monotonic() <= LAG_OVER_S + 10:
        await meters.sample()
    lag = meters.lag()
    assert lag is not None
    assert lag.max_s == 0


async def test_while_somebody_looks_the_loop_is_asked_more_often(clock: LateClock) -> None:
    meters = meters_on(clock)
    await meters.sample()
    meters.lag()
    await meters.sample()
    assert clock.slept == [ASK_EVERY_S, ASK_EVERY_WATCHED_S]
    while clock.monotonic() < 30:
        await meters.sample()
    assert clock.slept[-1] == ASK_EVERY_S


async def test_memory_has_a_course_of_bounded_length(clock: LateClock) -> None:
    weights = iter(range(80_000_000, 90_000_000, 1_000))
    meters = Meters(clock, rss=lambda: next(weights), cpu_s=lambda: 0.0)
    for _ in range(1_000):
        await meters.sample()
    weight = meters.weight()
    assert len(weight.course) == COURSE_POINTS
    assert list(weight.course) == sorted(weight.course)
    assert weight.course[-1] == weight.rss
    assert weight.course_s == pytest.approx(1_000 * ASK_EVERY_S, rel=0.05)


async def test_the_share_of_the_processor_is_that_of_the_last_minute(clock: LateClock) -> None:
    meters = meters_on(clock)
    assert meters.weight().cpu is None
    while clock.monotonic() < 300:
        await meters.sample()
    weight = meters.weight()
    assert weight.cpu == pytest.approx(0.02)
    assert weight.cpu_ever == pytest.approx(0.02)


async def test_memory_that_cannot_be_known_is_not_made_up(clock: LateClock) -> None:
    meters = meters_on(clock, rss=None)
    await meters.sample()
    weight = meters.weight()
    assert (weight.rss, weight.course) == (None, ())


def test_this_process_takes_memory() -> None:
    found = resident_bytes()
    assert found is None or found > 1_000_000


def test_a_quantile_is_the_nearest_rank() -> None:
    assert [quantile([1.0, 2.0, 3.0, 4.0], share) for share in (0.0, 0.5, 0.75, 0.99)] == [1, 2, 3, 4]
