"""Times to come, as they are typed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from newswatch.tui.until import read_until, tomorrow_morning

NOW = datetime(2026, 11, 22, 14, 30, tzinfo=UTC)  # a Sunday
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("30m", "2026-11-22 15:00"),
        ("30 min", "2026-11-22 15:00"),
        ("3h", "2026-11-22 17:30"),
        ("1h30m", "2026-11-22 16:00"),
        ("in 2 days", "2026-11-24 14:30"),
        ("1w", "2026-11-29 14:30"),
        ("16:00", "2026-11-22 16:00"),
        ("08:15", "2026-11-23 08:15"),
        ("14:30", "2026-11-23 14:30"),
        ("7pm", "2026-11-22 19:00"),
        ("tomorrow", "2026-11-23 08:00"),
        ("Tomorrow 9:30", "2026-11-23 09:30"),
        ("mon", "2026-11-23 08:00"),
        ("sunday at 10", "2026-11-29 10:00"),
        ("2026-12-01", "2026-12-01 08:00"),
        ("2026-12-01 06:45", "2026-12-01 06:45"),
        ("until 16:00", "2026-11-22 16:00"),
    ],
)
def test_a_time_that_a_person_types_is_understood(text: str, until: str) -> None:
    assert read_until(text, NOW, UTC) == datetime.fromisoformat(f"{until}+00:00")


@pytest.mark.parametrize(
    "text",
    [
        "", "soon", "3", "0h", "25:00", "14:75", "2026-11-22 14:30", "2026-02-30", "2025-01-01", "tomorrow soon", "m",
        "999999w", "3h soon", "9" * 400 + "d", "mon 99", "٣h!", "-3h",
    ],
)  # fmt: skip
def test_what_is_no_time_to_come_is_none(text: str) -> None:
    assert read_until(text, NOW, UTC) is None


def test_times_of_day_are_those_of_the_zone() -> None:
    assert read_until("16:00", NOW, BERLIN) == datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
    assert tomorrow_morning(NOW, BERLIN) == datetime(2026, 11, 23, 7, 0, tzinfo=UTC)


def test_a_morning_after_the_clocks_change_is_still_a_morning() -> None:
    before = datetime(2026, 10, 24, 20, 0, tzinfo=UTC)
    assert tomorrow_morning(before, BERLIN).astimezone(BERLIN).hour == 8
    assert tomorrow_morning(before, BERLIN) - before == timedelta(hours=11)
