"""The same words as a phrase, or all of them anywhere: a person switches between the two."""

from __future__ import annotations

import pytest

from newswatch.match.backtest import backtest
from newswatch.match.grammar import parse_query
from newswatch.match.matcher import FeedScope
from newswatch.match.wording import otherwise
from newswatch.model.backtest import Backtest
from newswatch.testing import build

TITLES = ("North Korean troops march", "troops leave north of Korean border", "North Korean football")


def other(query: str) -> str:
    return otherwise(query, parse_query(query, {"dprk": ("North Korea",)}))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("North Korean troops", "North AND Korean AND troops"),
        ('"North Korea* troops"', "North AND Korea* AND troops"),
        ("North AND Korean AND troops", '"North Korean troops"'),
        ("troops Kursk", "troops AND Kursk"),
        ("North-Korean troops", "North-Korean AND troops"),
        ("北朝鮮兵 兵士", "北朝鮮兵 AND 兵士"),
        ("  North \n Korean  ", "North AND Korean"),
    ],
)
def test_a_phrase_becomes_its_words_and_words_become_a_phrase(query: str, expected: str) -> None:
    assert other(query) == expected


def test_switching_twice_says_the_same_as_before() -> None:
    assert other(other("North Korean troops")) == '"North Korean troops"'
    assert other(other("a AND b AND c")) == "a AND b AND c"


@pytest.mark.parametrize(
    "query",
    [
        "troops",
        "troops AND NOT film",
        "troops OR soldiers",
        "title:North Korean troops",
        "{North Korea}",
        "@dprk AND troops",
        'troops AND "North Korea"',  # a phrase of several words is not to be lost in a longer one
        '"trade AND industry"',  # AND is a word here, and an operator alone
        '"North * troops"',
        "/a b/",
    ],
)
def test_any_other_query_has_no_other_way(query: str) -> None:
    assert other(query) == ""


def tried(query: str) -> Backtest:
    entries = [build.entry(title, link=f"https://wire.example/{number}") for number, title in enumerate(TITLES)]
    scope = FeedScope("https://wire.example/rss", ())
    return list(
        backtest(entries, build.rule(query), aliases={}, scope_of=lambda _: scope, story_of=lambda entry: entry.key)
    )[-1]


def test_both_numbers_are_the_same_whichever_way_the_words_are_written() -> None:
    phrase, words = tried("North Korean troops"), tried("North AND Korean AND troops")
    assert (phrase.as_phrase, phrase.all_words) == (words.as_phrase, words.all_words) == (1, 2)
    assert (phrase.hits, words.hits) == (1, 2)
