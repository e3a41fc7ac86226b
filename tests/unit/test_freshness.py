from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswatch.fetch.freshness import MAX_FRESH_S, fresh_s

DATE = "Sun, 22 Nov 2026 14:30:00 GMT"
IN_TEN_MINUTES = "Sun, 22 Nov 2026 14:40:00 GMT"


@pytest.mark.parametrize(
    ("headers", "expected_s"),
    [
        ({"cache-control": "max-age=600"}, 600.0),
        ({"cache-control": "public, MAX-AGE=600 , must-revalidate"}, 600.0),
        ({"cache-control": 'max-age="600"'}, 600.0),
        ({"cache-control": "max-age=60, max-age=600"}, 60.0),
        ({"cache-control": "s-maxage=9000, max-age=600"}, 600.0),
        ({"cache-control": "max-age=600", "expires": DATE, "date": DATE}, 600.0),
        ({"cache-control": "max-age=600", "age": "150"}, 450.0),
        ({"cache-control": "max-age=" + "9" * 100}, MAX_FRESH_S),
        ({"expires": IN_TEN_MINUTES, "date": DATE}, 600.0),
        ({"expires": IN_TEN_MINUTES, "date": DATE, "cache-control": "public"}, 600.0),
        ({"expires": "Sunday, 22-Nov-26 14:40:00 GMT", "date": DATE}, 600.0),
        ({"expires": "Fri, 31 Dec 9999 23:59:59 GMT", "date": DATE}, MAX_FRESH_S),
    ],
)
def test_headers_say_how_long_an_answer_stays_fresh(headers: dict[str, str], expected_s: float) -> None:
    assert fresh_s(headers) == expected_s


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"cache-control": "max-age=0"},
        {"cache-control": "max-age=-600"},
        {"cache-control": "max-age=soon"},
        {"cache-control": "max-age"},
        {"cache-control": "max-age=\u0661\u0662"},
        {"cache-control": "no-cache, max-age=600"},
        {"cache-control": "no-store", "expires": IN_TEN_MINUTES, "date": DATE},
        {"cache-control": "max-age=0", "expires": IN_TEN_MINUTES, "date": DATE},
        {"cache-control": "max-age=600", "age": "600"},
        {"cache-control": "max-age=600", "age": "9" * 150},
        {"expires": "0", "date": DATE},
        {"expires": "-1", "date": DATE},
        {"expires": DATE, "date": IN_TEN_MINUTES},
        {"expires": IN_TEN_MINUTES},  # by whose clock?
        {"expires": "9" * 5000, "date": DATE},
    ],
)
def test_what_says_nothing_or_that_one_may_ask_at_once_is_no_wish(headers: dict[str, str]) -> None:
    assert fresh_s(headers) is None


_HEADERS = st.dictionaries(
    st.sampled_from(["cache-control", "expires", "date", "age"]),
    st.text(max_size=60) | st.sampled_from(["max-age=600", "max-age=1e9", DATE, IN_TEN_MINUTES, "=,=", 'max-age="']),
)


@given(_HEADERS)
def test_no_headers_at_all_break_it(headers: dict[str, str]) -> None:
    seconds = fresh_s(headers)
    assert seconds is None or 0 < seconds <= MAX_FRESH_S
