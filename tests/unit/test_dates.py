"""Dates: promise 30's table of zone names, and every form seen in feeds."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswatch.parse import dates
from newswatch.parse.dates import parse_date

NOON = datetime(2025, 3, 4, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "local"),
    [
        ("UTC", "12:00"),
        ("GMT", "12:00"),
        ("UT", "12:00"),
        ("Z", "12:00"),
        ("WET", "12:00"),
        ("BST", "13:00"),
        ("CET", "13:00"),
        ("CEST", "14:00"),
        ("EET", "14:00"),
        ("EEST", "15:00"),
        ("MSK", "15:00"),
        ("SAST", "14:00"),
        ("IDT", "15:00"),
        ("TRT", "15:00"),
        ("GST", "16:00"),
        ("PKT", "17:00"),
        ("IST", "17:30"),
        ("NPT", "17:45"),
        ("WIB", "19:00"),
        ("HKT", "20:00"),
        ("SGT", "20:00"),
        ("KST", "21:00"),
        ("JST", "21:00"),
        ("AEST", "22:00"),
        ("AEDT", "23:00"),
        ("BRT", "09:00"),
        ("EST", "07:00"),
        ("EDT", "08:00"),
        ("CST", "06:00"),
        ("CDT", "07:00"),
        ("MST", "05:00"),
        ("PST", "04:00"),
        ("PDT", "05:00"),
        ("NST", "08:30"),
        ("kst", "21:00"),
        ("GMT+9", "21:00"),
        ("UTC+0900", "21:00"),
        ("+09:00", "21:00"),
        ("-0500", "07:00"),
        ("", "12:00"),
        ("XYZ", "12:00"),
    ],
)
def test_zones_become_utc(zone: str, local: str) -> None:
    assert parse_date(f"Tue, 04 Mar 2025 {local}:00 {zone}") == NOON
    assert parse_date(f"2025-03-04T{local}:00 {zone}") == NOON


@pytest.mark.parametrize(
    "raw",
    [
        "Tue, 04 Mar 2025 12:00:00 +0000",
        "Tue,04 Mar 2025 12:00:00 +0000",
        "4 Mar 25 12:00 GMT",
        "Tuesday, 04-Mar-25 12:00:00 GMT",
        "Tue Mar  4 12:00:00 2025",
        "Tue Mar  4 13:00:00 CET 2025",
        "March 4, 2025 12:00 PM",
        "Tue, Mar 4 2025 12:00:00 PM",
        "Di, 04 Mär 2025 13:00:00 +0100",
        "mardi 4 mars 2025 à 12h00",
        "4 de marzo de 2025 12:00",
        "4 марта 2025 15:00 MSK",
        "2025-03-04T12:00:00Z",
        "2025-03-04T12:00:00.000Z",
        "2025-03-04T12:00",
        "2025-03-04 12:00:00",
        "2025-03-04 T 12:00:00",
        "2025-3-4 12:00",
        "20250304T120000Z",
        "2025-W10-2T12:00:00Z",
        "2025-063T12:00:00Z",
        "2025/03/04 12:00",
        "04.03.2025 12:00",
        "2025-03-04T21:00:00+09:00[Asia/Seoul]",
        "1741089600",
        "1741089600000",
    ],
)
def test_forms_of_one_moment(raw: str) -> None:
    assert parse_date(raw) == NOON


@pytest.mark.parametrize(
    ("raw", "moment"),
    [
        ("2025-03-04", datetime(2025, 3, 4, tzinfo=UTC)),
        ("2025-03", datetime(2025, 3, 1, tzinfo=UTC)),
        ("2025", datetime(2025, 1, 1, tzinfo=UTC)),
        ("25/03/2025", datetime(2025, 3, 25, tzinfo=UTC)),
        ("03/25/2025 10:00 PM", datetime(2025, 3, 25, 22, tzinfo=UTC)),
        ("Tue, 04 Mar 2025 24:00:00 GMT", datetime(2025, 3, 5, tzinfo=UTC)),
        ("Sat, 31 Dec 2016 23:59:60 GMT", datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("Wed, 19 Aug 98 16:28:36 GMT", datetime(1998, 8, 19, 16, 28, 36, tzinfo=UTC)),
        ("Thu, 01 Jan 2004 19:48:21 +2400", datetime(2004, 1, 1, 19, 48, 21, tzinfo=UTC)),
    ],
)
def test_dates(raw: str, moment: datetime) -> None:
    assert parse_date(raw) == moment


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "yesterday",
        "12:00",
        "March",
        "Mon, 01 Jan 0000 00:00:00 +0000",
        "0000-00-00T00:00:00Z",
        "Mon, 01 Jan 0001 00:00:00 +0000",
        "9999-12-31T23:59:59Z",
        "9999-12-31T23:59:59-14:00",
        "0001-01-01T00:00:00+14:00",
        "1970-01-01T00:00:00Z",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "2025-02-30",
        "Sat, 31 Feb 2025 10:00:00 GMT",
        "2025-03-04T25:00:00Z",
        "04/03/2025",
        "2568-03-04",
        "٢٠٢٥-٠٣-٠٤",
        "1" * 1_000,
    ],
)
def test_what_is_no_date(raw: str) -> None:
    assert parse_date(raw) is None


@given(st.text() | st.text(st.sampled_from("0123456789-:/.+ TZWJanMrGMST,")))
def test_no_text_makes_it_fail(raw: str) -> None:
    moment = parse_date(raw)
    assert moment is None or moment.tzinfo is UTC


@given(st.datetimes(datetime(1971, 1, 1), datetime(2099, 12, 31)))  # noqa: DTZ001 - hypothesis wants naive bounds
def test_what_python_writes_is_read_back(naive: datetime) -> None:
    moment = naive.replace(microsecond=0, tzinfo=UTC)
    assert parse_date(moment.isoformat()) == moment
    assert parse_date(moment.strftime("%d %b %Y %H:%M:%S +0000")) == moment


USUAL = [
    "Tue, 04 Mar 2025 21:07:09 GMT",
    "4 Mar 2025 21:07:09 Z",
    "Tue, 04 Mar 2025 21:07:09 -0930",
    "Sat, 29 Feb 2025 10:00:00 +0000",
    "Tue, 04 Mar 2025 21:07:09 +1460",
    "Fri, 31 Dec 2100 23:00:00 -0200",
    "Thu, 01 Jan 1970 00:00:00 GMT",
    "2025-03-04T21:07:09Z",
    "2025-03-04T21:07:09.123456789+05:45",
    "2025-02-30T21:07:09Z",
    "2025-13-01T00:00:00Z",
    "1970-01-01T00:00:00Z",
]


@pytest.mark.parametrize("raw", USUAL)
def test_the_usual_forms_are_read_as_by_the_readers_of_all_forms(raw: str, monkeypatch: pytest.MonkeyPatch) -> None:
    quick = parse_date(raw)
    dates._parsed.cache_clear()
    monkeypatch.setattr(dates, "_READERS", dates._READERS[2:])
    assert parse_date(raw) == quick
    dates._parsed.cache_clear()
