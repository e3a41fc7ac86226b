"""What a backtest counts: hits, changes, near misses, days, sources; and that its short cuts change nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswatch.errors import QueryError
from newswatch.match.backtest import DAYS, EXAMPLES, Backtester, asked_entries, backtest
from newswatch.match.compile import compile_query
from newswatch.match.matcher import FeedScope
from newswatch.model.backtest import Backtest, Change
from newswatch.model.entry import Entry
from newswatch.model.rule import Rule, RuleId
from newswatch.testing import build

NOWHERE = FeedScope(address="")
GOLDEN = Path(__file__).parents[1] / "data" / "golden.jsonl"
SLOW = "/(a|aa)+$/"
SLOW_TEXT = f"{'a' * 4_000}b"


def tried(entries: Sequence[Entry], query: str, saved: str | Rule | None = None, **keys: object) -> Backtest:
    """The complete backtest of a query."""
    *_, last = backtest(
        entries,
        build.rule(query, **keys),
        Rule(RuleId("saved"), query=saved) if isinstance(saved, str) else saved,
        aliases={"dprk": ("North Korea", "Pyongyang")},
        scope_of=lambda _: FeedScope("https://dnipro-wire.example/rss.xml", ("wires",)),
        story_of=lambda entry: entry.title.casefold(),
    )
    return last


def entries_of(*titles: str) -> list[Entry]:
    """Entries with these titles, the first the newest."""
    return [build.entry(title, seen_at=build.at(-number)) for number, title in enumerate(titles)]


def near(entries: Sequence[Entry], query: str) -> list[tuple[str, str]]:
    """The near misses: title, and what is missing."""
    return [(miss.entry.title, miss.missing) for miss in tried(entries, query).near_misses]


def test_hits_are_counted_with_their_stories_sources_and_days() -> None:
    entries = [
        build.entry("Grain talks", seen_at=build.at(), source="A"),
        build.entry("GRAIN TALKS", seen_at=build.at(-60), source="B", link="https://b.example/"),
        build.entry("Grain ships", seen_at=build.at(-60 * 48), source="A"),
        build.entry("Football", seen_at=build.at(-60 * 24)),
    ]
    found = tried(entries, "grain")
    assert (found.entries, found.asked, found.hits, found.stories, found.is_complete) == (4, 4, 3, 2, True)
    assert found.per_day == ((date(2026, 11, 20), 1), (date(2026, 11, 21), 0), (date(2026, 11, 22), 2))
    assert found.sources == (("A", 2), ("B", 1))
    assert (found.saved_hits, found.added, found.gone) == (None, 0, 0)
    assert [example.entry.title for example in found.examples] == ["Grain talks", "GRAIN TALKS", "Grain ships"]
    assert {example.change for example in found.examples} == {Change.SAME}
    assert found.examples[0].marks == (build.mark("Grain"),)


def test_what_would_change_against_the_saved_rule_is_told_entry_by_entry() -> None:
    entries = entries_of("grain talks", "grain ships", "wheat ships", "football")
    found = tried(entries, "ships", "grain")
    assert (found.hits, found.saved_hits, found.added, found.gone) == (2, 2, 1, 1)
    assert [(example.entry.title, example.change) for example in found.examples] == [
        ("grain talks", Change.GONE),
        ("grain ships", Change.SAME),
        ("wheat ships", Change.NEW),
    ]
    assert found.examples[0].marks == ()


def test_the_stories_of_the_saved_rule_are_counted_beside_those_of_the_draft() -> None:
    found = tried(entries_of("grain talks", "grain talks", "wheat ships", "grain ships"), "ships", "grain")
    assert (found.stories, found.saved_stories) == (2, 2)
    assert tried(entries_of("grain talks", "Grain Talks"), "talks", "grain").saved_stories == 1
    assert tried(entries_of("grain talks"), "talks").saved_stories == 0


def test_the_saved_rule_itself_changes_nothing() -> None:
    rule = build.rule("grain")
    found = tried(entries_of("grain talks", "football"), "grain", rule)
    assert (found.hits, found.saved_hits, found.added, found.gone) == (1, 1, 0, 0)


def test_a_saved_rule_that_cannot_be_matched_is_compared_with_nothing() -> None:
    assert tried(entries_of("grain"), "grain", "(grain OR").saved_hits is None


def test_a_near_miss_held_all_operands_but_one() -> None:
    entries = entries_of("troops in Kursk at dawn", "troops at dawn", "troops", "Kursk")
    assert near(entries, "troops AND Kursk AND dawn") == [("troops at dawn", "word “Kursk”")]


def test_a_group_and_a_near_count_as_one_operand_each() -> None:
    entries = entries_of("troops, near and far away from all that, Kursk at dawn", "dawn: troops of Kursk")
    assert near(entries, "dawn AND (troops NEAR/2 Kursk) AND (of OR the)") == []
    assert near(entries, "dawn AND (troops NEAR/2 Kursk)") == [
        (entries[0].title, "word “troops” near/2 word “Kursk”"),
    ]
    assert near(entries[:1], "dawn AND (wheat OR {Grain})") == [
        (entries[0].title, "any of word “wheat”, exactly “Grain”")
    ]


def test_a_not_clause_is_an_operand_that_can_fail() -> None:
    entries = entries_of("troops at football", "football")
    assert near(entries, "troops AND NOT football") == [("troops at football", "not word “football”")]


def test_operands_that_only_name_a_place_make_no_near_miss() -> None:
    entries = entries_of("troops in Kursk", "football")
    assert near(entries, "lang:en AND wheat") == []
    assert near(entries, "lang:uk AND troops") == [("troops in Kursk", "lang: uk")]


def test_operands_within_a_field_are_those_of_the_query() -> None:
    entries = [build.entry("troops at dawn", summary="Kursk")]
    assert near(entries, "title:(troops AND Kursk)") == [("troops at dawn", "title: word “Kursk”")]


def test_a_phrase_is_nearly_there_when_all_its_words_are() -> None:
    entries = entries_of("North Korean troops", "Korean troops go north", "troops", "north of Korean troops")
    found = tried(entries, "North Korean troops")
    assert (found.as_phrase, found.all_words, found.hits, found.near) == (1, 3, 1, 2)
    assert {miss.missing for miss in found.near_misses} == {"phrase “North Korean troops”"}
    assert tried(entries, '"North Korean troops"').all_words == 3
    assert tried(entries, "North Korean troops AND north").all_words is None
    assert tried(entries, "troops").as_phrase is None


def test_words_that_do_not_stand_near_each_other_nearly_match() -> None:
    entries = entries_of("troops", "troops far far far away Kursk")
    assert near(entries, "troops NEAR/2 Kursk") == [(entries[1].title, "word “troops” near/2 word “Kursk”")]


def test_only_documents_of_the_rules_languages_and_feeds_count() -> None:
    entries = [build.entry("troops in Kursk", lang="en"), build.entry("Kursk troops", lang="uk")]
    found = tried(entries, "troops AND Kursk", languages=("uk",))
    assert [example.entry.lang for example in found.examples] == ["uk"]
    assert tried(entries, "troops", feeds=("tag:wires",)).hits == 2
    none = tried(entries, "troops AND dawn", feeds=("tag:local",))
    assert (none.hits, none.near) == (0, 0)


def test_aliases_and_the_rules_own_fields_count() -> None:
    entries = [build.entry("Pyongyang", summary=""), build.entry("Talks", summary="north korea")]
    assert tried(entries, "@dprk").hits == 2
    assert tried(entries, "@dprk", fields=("title",)).hits == 1


def test_examples_are_the_newest_of_each_kind_of_change() -> None:
    entries = [build.entry(f"grain {number}", seen_at=build.at(number)) for number in range(EXAMPLES * 3)]
    entries.append(build.entry("wheat", seen_at=build.at(-1)))
    found = tried(entries, "grain", "wheat OR grain")
    assert [example.entry.title for example in found.examples] == [
        *(f"grain {number}" for number in reversed(range(EXAMPLES * 2, EXAMPLES * 3))),
        "wheat",
    ]
    assert len(tried(entries, "grain AND dawn").near_misses) == EXAMPLES


def test_entries_of_the_last_century_do_not_make_the_days_endless() -> None:
    old = build.entry("grain", is_backlog=True, published_at=build.at().replace(year=1), seen_at=build.at())
    found = tried([old, build.entry("grain 2")], "grain")
    assert len(found.per_day) == DAYS
    assert found.per_day[-1] == (date(2026, 11, 22), 1)
    assert tried([old], "grain").per_day == ((date(1, 11, 22), 1),)


def test_only_what_is_young_enough_is_asked_and_the_newest_first() -> None:
    entries = entries_of("one", "two", "three")
    assert [entry.title for entry in asked_entries(reversed(entries), build.at(-1))] == ["one", "two"]


def test_snapshots_come_slice_by_slice_and_the_last_is_complete() -> None:
    snapshots = list(
        backtest(
            entries_of("a", "b", "c"),
            build.rule("a"),
            aliases={},
            scope_of=lambda _: NOWHERE,
            story_of=lambda entry: entry.key,
            since=build.at(-60 * 24),
            slice_entries=2,
        )
    )
    assert [(found.asked, found.entries, found.is_complete) for found in snapshots] == [
        (0, 3, False),
        (2, 3, False),
        (3, 3, True),
    ]
    assert snapshots[-1].per_day[0] == (date(2026, 11, 21), 0)


def test_a_mistake_in_the_query_is_raised_with_its_place() -> None:
    with pytest.raises(QueryError) as caught:
        tried([], "(grain OR")
    assert caught.value.offset


def test_an_expression_that_takes_too_long_ends_the_backtest_with_an_error() -> None:
    with pytest.raises(QueryError, match="longer than"):
        tried(entries_of(SLOW_TEXT), SLOW)


def test_a_saved_rule_that_takes_too_long_is_compared_with_no_more() -> None:
    entries = entries_of("grain 1", f"grain 2 {SLOW_TEXT}", "grain 3")
    found = tried(entries, "grain", SLOW)
    assert (found.hits, found.saved_hits, found.added, found.gone) == (3, None, 0, 0)
    assert [example.change for example in found.examples] == [Change.SAME] * 3


def test_each_golden_query_finds_in_all_golden_documents_what_asking_each_one_finds() -> None:
    cases = [json.loads(line) for line in GOLDEN.read_text("utf-8").splitlines() if line.strip()]
    entries = [_entry(case["fields"], number) for number, case in enumerate(cases)]
    compared = 0
    for case in cases:
        aliases = {name: tuple(phrases) for name, phrases in case.get("aliases", {}).items()}
        try:
            query = compile_query(case["rule"], aliases)
            asked = sum(query.marks(entry.document) is not None for entry in entries)
        except QueryError:
            continue
        rule = build.rule(case["rule"])
        *_, found = backtest(
            entries, rule, aliases=aliases, scope_of=lambda _: NOWHERE, story_of=lambda entry: entry.key
        )
        assert found.hits == asked, case["id"]
        compared += 1
    assert compared > len(cases) // 2


def _entry(fields: dict[str, Any], number: int) -> Entry:
    texts = {"title": "", "summary": "", "content": "", "source": "", "author": None, "lang": None, **fields}
    link, tags = texts.pop("url", None), tuple(texts.pop("tags", ()))
    return build.entry(**texts, key=str(number), link=link, tags=tags)


WORDS = (
    "troops",
    "Kursk",
    "U.S.",
    "us",
    "Zelenskyy’s",
    "3.5",
    "ﬁeld",
    "कीव",
    "北京",
    "don’t",
    "Café",
    "x\u0301y",
    "น้ำ",
)
TEXTS = st.lists(st.sampled_from(WORDS), max_size=5).map(" ".join)
TERMS = st.sampled_from(
    ("troops", "Kursk", "us", "u*", "*sk", "Zelenskyy", "3.5", "field", "कीव", "北京", "京", "{US}", "cafe", "น้ำ", "xy",
     '"troops Kursk"', "title:us", "troops NEAR/2 us", "url:example", "lang:en")
)  # fmt: skip
QUERIES = st.one_of(
    TERMS,
    st.lists(TERMS.map(lambda term: f"({term})"), min_size=2, max_size=3).map(" AND ".join),
    st.tuples(TERMS, TERMS, TERMS).map(lambda terms: f"({terms[0]}) AND (({terms[1]}) OR ({terms[2]}))"),
    st.tuples(TERMS, TERMS).map(lambda terms: f"({terms[0]}) AND NOT ({terms[1]})"),
)


@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=8), QUERIES, QUERIES)
def test_the_short_cuts_find_what_asking_everything_finds(texts: list[tuple[str, str]], query: str, saved: str) -> None:
    entries = [build.entry(f"{number}", summary=summary, content=body) for number, (summary, body) in enumerate(texts)]
    found = tried(entries, query, saved)
    now = {entry.key for entry in entries if compile_query(query, {}).marks(entry.document) is not None}
    before = {entry.key for entry in entries if compile_query(saved, {}).marks(entry.document) is not None}
    assert (found.hits, found.saved_hits, found.added, found.gone) == (
        len(now),
        len(before),
        len(now - before),
        len(before - now),
    )


@given(
    st.lists(TEXTS, max_size=8), st.lists(st.sampled_from(("troops", "Kursk", "us", "field")), min_size=2, max_size=3)
)
def test_near_misses_are_those_that_lack_exactly_one_word(texts: list[str], words: list[str]) -> None:
    entries = [build.entry(f"{number}", summary=text) for number, text in enumerate(texts)]
    held = [[compile_query(word, {}).marks(entry.document) is not None for word in words] for entry in entries]
    assert tried(entries, " AND ".join(words)).near == sum(sum(words_held) == len(words) - 1 for words_held in held)


def test_slices_may_come_in_any_order() -> None:
    entries = [build.entry(f"grain {number}", seen_at=build.at(number * 60)) for number in range(100)]
    one, other = (
        Backtester(build.rule("grain"), aliases={}, scope_of=lambda _: NOWHERE, story_of=lambda entry: entry.key)
        for _ in range(2)
    )
    one.take(entries)
    for entry in reversed(entries):
        other.take([entry])
    assert one.result(entries=100) == other.result(entries=100)
