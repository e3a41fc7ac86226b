"""A search for few rules looks for their words before it cuts a text: what it finds is what it finds without."""

from __future__ import annotations

from dataclasses import replace

import pytest

from newswatch.engine import rematch
from newswatch.engine.rematch import Rematch
from newswatch.match.matcher import FeedScope
from newswatch.model.hit import Hit
from newswatch.model.rule import Rule, RuleId
from newswatch.store.api import Transaction
from newswatch.store.memory import MemoryStore
from newswatch.testing import build

QUERIES = (
    "grain",
    '"grain talks"',
    "gra*",
    "*ain",
    "grain NEAR/3 talks",
    "ATLEAST/2(grain)",
    "grain AND NOT ferry",
    "NOT grain",
    "/gr[ae]in/",
    "url:urn",
    "tag:war",
    "source:Dnipro",
    "title:grain OR author:ferry",
    "U.S.",
    "зерно*",
    "穀物",
    "=Grain",
    "lang:en",
    "@corn",
)
ALIASES = {"corn": ("grain", "穀物")}
ENTRIES = (
    build.entry("Grain talks resume"),
    build.entry("Talks on GRAIN, and grain again", summary="Ferry"),
    build.entry("Ｇｒａｉｎ in full width", tags=("war",)),
    build.entry("gr\u00adain with a soft hyphen", author="Ferry"),
    build.entry("U.S. and US", content="穀物 зерна"),
    build.entry("", summary=""),
)


def known(*hits: Hit) -> MemoryStore:
    """A history of these entries, with some hits on them."""
    store = MemoryStore()
    store.commit(Transaction(entries=ENTRIES, identities=tuple(map(build.identity, ENTRIES)), hits=hits))
    return store


def found(queries: tuple[str, ...], store: MemoryStore) -> list[tuple[str, str, bool]]:
    rules = tuple(Rule(RuleId(query), query=query) for query in queries)
    search = Rematch(rules, ALIASES, lambda _: FeedScope(""), store, build.at())
    return [(hit.rule_id, hit.entry.title, hit.is_old_rule) for hit in search.of(ENTRIES)]


@pytest.mark.parametrize("query", QUERIES)
def test_looking_for_words_first_finds_what_cutting_each_text_finds(
    query: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_a_look = found((query,), known())
    monkeypatch.setattr(rematch, "FEW", 0)
    assert with_a_look == found((query,), known())


def test_a_hit_on_a_text_without_any_word_of_its_rule_is_marked_as_of_an_old_one() -> None:
    earlier = build.hit(ENTRIES[0], Rule(RuleId("ferry"), query="grain"))
    assert ("ferry", ENTRIES[0].title, True) in found(("ferry",), known(earlier))


def test_hits_of_other_rules_are_not_looked_into(monkeypatch: pytest.MonkeyPatch) -> None:
    other = build.hit(ENTRIES[0], Rule(RuleId("other"), query="talks"))
    store = known(other)
    monkeypatch.setattr(MemoryStore, "hit", lambda *_: pytest.fail("a hit of another rule was looked into"))
    assert found(("ferry",), store) == [("ferry", ENTRIES[1].title, False)]


def test_a_hit_that_kept_an_earlier_text_of_its_entry_gets_the_one_that_is_searched() -> None:
    edited = replace(ENTRIES[0], title="Talks resume", revised_at=build.at(5))
    rule = Rule(RuleId("grain"), query="grain")
    store = known(build.hit(ENTRIES[0], rule, marks=(build.mark("Grain", 0),)))
    store.commit(Transaction(entries=(edited,)))
    (hit,) = Rematch((rule,), {}, lambda _: FeedScope(""), store, build.at()).of([edited])
    assert (hit.entry, hit.marks, hit.is_old_rule) == (edited, (), True)
    assert Rematch((rule,), {}, lambda _: FeedScope(""), store, build.at()).of([ENTRIES[0]]) == []
