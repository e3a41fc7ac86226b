"""`--since` and `--until` as a person writes them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from newswatch.cli import moments
from newswatch.errors import UsageError

NOW = datetime(2026, 11, 22, 14, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("7d", NOW - timedelta(days=7)),
        ("1h30m", NOW - timedelta(minutes=90)),
        ("2026-11-01", datetime(2026, 11, 1, tzinfo=UTC)),
        (" 2026-11-01T12:00 ", datetime(2026, 11, 1, 12, tzinfo=UTC)),
        ("2026-11-01T12:00+02:00", datetime(2026, 11, 1, 10, tzinfo=UTC)),
        ("2026-11-01 12:00:01.5Z", datetime(2026, 11, 1, 12, 0, 1, 500_000, tzinfo=UTC)),
    ],
)
def test_a_moment_may_be_an_age_a_day_or_a_time(written: str, moment: datetime) -> None:
    assert moments.since(written, NOW) == moment


def test_the_last_day_counts_whole() -> None:
    assert moments.until("2026-11-01", NOW) == datetime(2026, 11, 2, tzinfo=UTC)
    assert moments.until("2026-11-01T12:00", NOW) == datetime(2026, 11, 1, 12, tzinfo=UTC)
    assert moments.until("1d", NOW) == NOW - timedelta(days=1)
    assert moments.until("9999-12-31", NOW).year == 9999


@pytest.mark.parametrize("written", ["", "soon", "2026-13-01", "99999999w", "0001-01-01T00:00+14:00", "\x1b[2J", "7"])
def test_anything_else_is_refused_with_what_to_write(written: str) -> None:
    with pytest.raises(UsageError, match="as in 7d") as refused:
        moments.since(written, NOW)
    assert "\x1b" not in str(refused.value)
