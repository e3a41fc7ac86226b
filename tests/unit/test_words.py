"""Times and counts in words."""

from __future__ import annotations

from datetime import UTC, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from newswatch.testing import build
from newswatch.tui.words import age, clock, countdown, counted, minute, moment, same_day, span

NOW = build.at(0)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-5, "now"), (0, "now"), (59, "now"), (60, "1m"), (3_599, "59m"), (3_600, "1h"), (86_399, "23h"),
        (86_400, "1d"), (7 * 86_400, "1w"), (364 * 86_400, "52w"), (365 * 86_400, "1y"), (1_000 * 365 * 86_400, "99y"),
    ],
)  # fmt: skip
def test_an_age_fits_three_cells(seconds: int, said: str) -> None:
    assert age(NOW - timedelta(seconds=seconds), NOW) == said
    assert len(said) <= 3


def test_the_clock_says_its_zone() -> None:
    assert clock(NOW, UTC) == "14:30:00Z"
    assert clock(NOW, ZoneInfo("Europe/Kyiv")) == "16:30:00 EET"
    assert clock(NOW, timezone(timedelta(hours=9), "KST")) == "23:30:00 KST"


def test_a_moment_is_as_short_as_its_day_allows() -> None:
    assert moment(NOW, NOW, UTC) == "14:30:00Z"
    assert moment(NOW - timedelta(days=2), NOW, UTC) == "20 Nov 14:30Z"
    assert moment(NOW - timedelta(days=400), NOW, UTC) == "18 Oct 2025 14:30Z"
    assert minute(NOW, NOW, UTC) == "14:30"
    assert minute(NOW - timedelta(days=2), NOW, UTC) == "20 Nov 14:30Z"


def test_a_day_is_the_day_of_the_zone_that_is_shown() -> None:
    tokyo = ZoneInfo("Asia/Tokyo")
    assert moment(NOW, NOW + timedelta(hours=1), tokyo) == "22 Nov 23:30 JST"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"), (29.4, "29 s"), (119, "119 s"), (120, "2 min"), (7_200, "2 h 0 min"), (7_500, "2 h 5 min"),
        (172_800, "2 d"), (-30, "-30 s"),
    ],
)  # fmt: skip
def test_a_length_of_time_has_its_unit(seconds: float, said: str) -> None:
    assert span(seconds) == said


@pytest.mark.parametrize(("seconds", "said"), [(-1, "now"), (0, "now"), (7, "0:07"), (750, "12:30"), (7_500, "2h05")])
def test_a_countdown_reads_like_a_clock(seconds: float, said: str) -> None:
    assert countdown(seconds) == said


def test_counts_agree_with_their_nouns() -> None:
    assert counted(1, "copy", "copies") == "1 copy"
    assert counted(1_204, "copy", "copies") == "1,204 copies"
    assert counted(0, "feed") == "0 feeds"


def test_a_day_is_not_said_twice_in_a_row() -> None:
    published, fetched, now = build.at(-60 * 24), build.at(-60 * 24 + 4), build.at(0)
    assert same_day(fetched, published, now, UTC) == moment(fetched, now, UTC).split(" ")[-1]
    assert same_day(now, published, now, UTC) == moment(now, now, UTC)
    assert same_day(fetched, now, now, UTC) == moment(fetched, now, UTC)
    assert same_day(build.at(1), now, now, UTC) == clock(build.at(1), UTC)
