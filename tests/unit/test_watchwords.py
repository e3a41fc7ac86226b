"""What is typed into the first question becomes rules."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswatch.engine.watchwords import MOST, watches_of
from newswatch.match.grammar import parse_query

ALIASES = {"dprk": ("North Korea*", "Pyongyang")}


@pytest.mark.parametrize(
    ("typed", "queries"),
    [
        ("North Korean troops", ['"North Korean troops"']),
        ("Hormuz", ["Hormuz"]),
        (" North  Korean troops , Hormuz,, ", ['"North Korean troops"', "Hormuz"]),
        ("troops, Troops", ["troops"]),
        ('"a, b", c', ['"a, b"', "c"]),
        ("Kursk AND (troop* OR army)", ["Kursk AND (troop* OR army)"]),
        ("@dprk NEAR/6 troop*, bank run", ["@dprk NEAR/6 troop*", '"bank run"']),
        ("title:coup", ["title:coup"]),
        ("Fed: rates up", ['"Fed: rates up"']),
        ("北朝鮮兵, 북한군", ["北朝鮮兵", "북한군"]),
        ("", []),
        (" , ;\n", []),
    ],
)
def test_words_are_phrases_commas_end_a_rule_and_queries_stand_as_they_are(typed: str, queries: list[str]) -> None:
    watches = watches_of(typed, ALIASES)
    assert [watch.query for watch in watches] == queries
    assert all(watch.is_good for watch in watches)


def test_a_mistake_says_what_and_where() -> None:
    (watch,) = watches_of("Kursk AND", ALIASES)
    assert not watch.is_good
    assert watch.offset == 6
    assert "AND" in watch.error


def test_what_may_be_meant_otherwise_is_said() -> None:
    (watch,) = watches_of("US", ALIASES)
    assert "{US}" in watch.hint


def test_a_whole_page_that_was_pasted_makes_no_more_rules_than_can_be_looked_at() -> None:
    assert len(watches_of(", ".join(f"word{number}" for number in range(1_000)), ALIASES)) == MOST


@given(st.text(max_size=80))
def test_whatever_is_typed_each_good_one_reads(typed: str) -> None:
    for watch in watches_of(typed, ALIASES):
        assert watch.query
        if watch.is_good:
            parse_query(watch.query, ALIASES)
