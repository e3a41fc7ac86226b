from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswatch.fetch import MAX_RETRY_AFTER_S, FailureKind, FetchRequest, retry_after_s

NOW = datetime(2026, 11, 22, 14, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "expected_s"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("-30", 0.0),
        ("+30", 30.0),
        ("99999999", MAX_RETRY_AFTER_S),
        ("9" * 150, MAX_RETRY_AFTER_S),
        ("Sun, 22 Nov 2026 14:32:00 GMT", 120.0),
        ("Sunday, 22-Nov-26 14:32:00 GMT", 120.0),
        ("Sun, 22 Nov 2026 14:00:00 GMT", 0.0),
        ("Sun, 22 Nov 2026 16:32:00 +0200", 120.0),
        ("Sat, 31 Dec 9999 23:59:59 GMT", MAX_RETRY_AFTER_S),
        ("Mon, 01 Jan 0001 00:00:00 GMT", 0.0),
    ],
)
def test_seconds_and_dates_become_a_wait_between_nothing_and_a_day(value: str, expected_s: float) -> None:
    assert retry_after_s(value, NOW) == expected_s


@pytest.mark.parametrize(
    "value", ["", "soon", "1.5", "१२०", "0x10", "Sun, 99 Nov 2026 14:32:00 GMT", "9" * 5000, "\x00"]
)
def test_what_makes_no_sense_is_no_wish(value: str) -> None:
    assert retry_after_s(value, NOW) is None


def test_a_date_without_a_zone_is_read_as_utc() -> None:
    assert retry_after_s("Sun, 22 Nov 2026 14:31:00", NOW) == 60.0


@given(st.text(max_size=120))
def test_no_text_at_all_breaks_it(value: str) -> None:
    wait_s = retry_after_s(value, NOW)
    assert wait_s is None or 0.0 <= wait_s <= MAX_RETRY_AFTER_S


@given(st.integers(min_value=-(10**6), max_value=10**6))
def test_a_date_and_the_seconds_until_it_mean_the_same(seconds: int) -> None:
    date = format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)
    assert retry_after_s(date, NOW) == retry_after_s(str(seconds), NOW)


def test_a_request_shows_neither_its_address_nor_its_headers() -> None:
    request = FetchRequest("https://jo:secret@example.org/rss?key=secret", headers={"Cookie": "sid=secret"})
    assert "secret" not in repr(request)


def test_only_silence_or_a_name_led_astray_may_mean_that_we_are_offline() -> None:
    assert {kind for kind in FailureKind if kind.is_network} == {
        FailureKind.DNS,
        FailureKind.CONNECT,
        FailureKind.TIMEOUT,
        FailureKind.ASTRAY,
    }
