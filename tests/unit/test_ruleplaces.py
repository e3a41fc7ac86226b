"""An offset of a query is led back to line and column of rules.toml, however the query is written there."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswatch.errors import RulesInvalid
from newswatch.match.ruleplaces import RulePlaces
from newswatch.match.rulevalues import kept_places, plain_query
from newswatch.tomlfile import line_and_column, parse_toml

QUOTES = ('"', "'", '"""', "'''", '"""\n', "'''\r\n")
PIECES = (
    "a",
    "b ",
    '"',
    "'",
    "\n",
    "\r\n",
    "\t",
    "é",
    "北",
    "\u200b",
    "\u2028",
    '\\"',
    "\\n",
    "\\u00e9",
    "\\\n  ",
    "\\U0001F600",
)


def places_of(text: str) -> RulePlaces:
    return RulePlaces(parse_toml(text.encode(), Path("rules.toml"), RulesInvalid))


@given(st.lists(st.sampled_from(PIECES), max_size=8).map("".join), st.sampled_from(QUOTES))
def test_each_sign_of_a_query_is_found_where_it_is_written(written: str, quote: str) -> None:
    text = f"[[rule]]\nquery = {quote}x{written}x{quote.strip()}\n"
    try:
        value = tomllib.loads(text)["rule"][0]["query"]
    except ValueError:  # no TOML at all
        return
    places = places_of(text)
    at = -1
    for offset, sign in enumerate(plain_query(value)):
        line, column = places.in_query(("rule", 0), offset)
        before, at = at, next(index for index in range(len(text)) if line_and_column(text, index) == (line, column))
        assert at > before
        assert text[at] in (sign, "\\") or sign in " \n"


@given(st.text(alphabet="ab \t\r\n\u200b\ufeff\x07é", max_size=12))
def test_every_kept_sign_has_its_place(raw: str) -> None:
    plain, kept = plain_query(raw), kept_places(raw)
    assert len(kept) == len(plain)
    assert all(
        raw[at] == sign or (sign in " \n" and raw[at].isspace()) or sign == " "
        for at, sign in zip(kept, plain, strict=True)
    )


@pytest.mark.parametrize(("offset", "place"), [(0, (2, 13)), (5, (2, 13)), (7, (2, 19)), (12, (2, 19)), (99, (2, 27))])
def test_an_offset_in_keywords_is_in_one_of_them(offset: int, place: tuple[int, int]) -> None:
    # As one query these are: "a" OR "b\"c" OR "d"
    assert places_of('[[rule]]\nkeywords = ["a",  "b\\"c", "d"]\n').in_query(("rule", 0), offset) == place


def test_what_is_not_in_the_file_is_told_at_what_should_hold_it() -> None:
    places = places_of('version = 1\n\n[[rule]]\nid = "a"\n')
    assert places.of_key(("rule", 0, "query")) == (3, 1)
    assert places.of_key(("nothing",)) == (1, 1)
    assert places.in_query(("rule", 0), 3) == (3, 1)
