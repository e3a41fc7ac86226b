"""How often a feed wants to be asked."""

from __future__ import annotations

import pytest

from newswatch.parse import parse_document
from newswatch.parse.document import read_document
from newswatch.parse.wire import decode_entries, decode_reading, encode_reading
from newswatch.parse.wish import wish_s
from newswatch.workers.frames import ANSWER

HOUR = 3_600.0


@pytest.mark.parametrize(
    ("ttl", "period", "frequency", "wish"),
    [
        ("60", "", "", HOUR),
        (" 5 ", "hourly", "1", 300.0),
        ("0", "", "", None),
        ("-5", "", "", None),
        ("99999999999999999999", "", "", None),
        ("1000000", "", "", None),
        ("soon", "daily", "", 24 * HOUR),
        ("", "hourly", "2", HOUR / 2),
        ("", " Weekly ", "1", 7 * 24 * HOUR),
        ("", "", "4", 6 * HOUR),
        ("", "monthly", "1", 31 * 24 * HOUR),
        ("", "yearly", "1", None),
        ("", "yearly", "12", 366 * 2 * HOUR),
        ("", "hourly", "0", None),
        ("", "hourly", "often", None),
        ("", "whenever", "1", None),
        ("", "", "", None),
    ],
)
def test_wishes_in_seconds(ttl: str, period: str, frequency: str, wish: float | None) -> None:
    assert wish_s(ttl, period, frequency) == wish


def test_a_document_says_its_wish_and_the_wire_carries_it() -> None:
    syndication = "xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'"
    body = (
        f"<rss version='2.0' {syndication}><channel><sy:updatePeriod>daily</sy:updatePeriod>"
        "<sy:updateFrequency>24</sy:updateFrequency><item><guid>1</guid></item></channel></rss>"
    ).encode()
    reading = read_document(body, "https://a.example/", {})
    assert reading.document.wish_s == HOUR
    answer = encode_reading(reading)[ANSWER.size :].split(b"\n")
    assert decode_reading(answer[0], tuple(decode_entries(answer[1]))) == reading
    assert parse_document(b"<rss version='2.0'><channel><ttl>15</ttl></channel></rss>", "", {}).wish_s == 900.0
    assert parse_document(b"<rss version='2.0'><channel></channel></rss>", "", {}).wish_s is None
