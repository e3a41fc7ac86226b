"""The queries that mutes have: made of a subject, and known again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswatch.match.compile import compile_query
from newswatch.match.matcher import compile_book
from newswatch.match.mutes import as_rules, kind_of, mutes_on, query_of
from newswatch.model.entry import Document
from newswatch.model.mute import MuteKind
from newswatch.model.rule import Mute, RuleBook

NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=30)


def mutes(kind: MuteKind, subject: str, document: Document) -> bool:
    return compile_query(query_of(kind, subject), {}).marks(document) is not None


@given(NAMES)
def test_a_source_of_any_name_is_muted_and_known_again(name: str) -> None:
    assert kind_of(query_of(MuteKind.SOURCE, name)) == (MuteKind.SOURCE, name)
    assert mutes(MuteKind.SOURCE, name, Document(title="Any", source=name))


@pytest.mark.parametrize("other", ["BBC Persian", "The BBC", "BBCs", "AP"])
def test_a_source_is_muted_by_its_whole_name(other: str) -> None:
    assert mutes(MuteKind.SOURCE, "BBC", Document(source="BBC"))
    assert not mutes(MuteKind.SOURCE, "BBC", Document(title="BBC", source=other))


def test_a_phrase_is_muted_as_words_in_a_row() -> None:
    assert query_of(MuteKind.PHRASE, 'the  "grand" deal') == '"the \\"grand\\" deal"'
    assert mutes(MuteKind.PHRASE, 'the  "grand" deal', Document(title="On the grand deal's end"))
    assert not mutes(MuteKind.PHRASE, "grand deal", Document(title="A grand new deal"))
    assert not mutes(MuteKind.PHRASE, "grain NOT deal", Document(title="grain"))
    assert kind_of('"the \\"grand\\" deal"') == (MuteKind.PHRASE, 'the "grand" deal')


@pytest.mark.parametrize(
    "query",
    ['url:"/sport/" OR tag:sport', '"one" OR "two"', "football", "source:/^A|B$/", 'source:"BBC"', "source:/^$/"],
)
def test_any_other_query_is_what_it_is(query: str) -> None:
    assert kind_of(query) == (MuteKind.QUERY, query)
    assert query_of(MuteKind.QUERY, query) == query


@pytest.mark.parametrize("kind", [MuteKind.STORY, MuteKind.RULE])
def test_a_story_and_a_rule_have_no_query(kind: MuteKind) -> None:
    with pytest.raises(ValueError, match="has no query"):
        query_of(kind, "any")


@pytest.mark.parametrize("others", [0, 50])
def test_the_mutes_that_match_are_found_however_many_there_are(others: int) -> None:
    queries = ["football", 'url:"/sport/"', "source:/^BBC$/", *(f"word{n}" for n in range(others))]
    mutes = tuple(Mute(f"mute-{n}", "", query) for n, query in enumerate(queries))
    matcher = compile_book(as_rules(RuleBook(mutes=mutes)))
    document = Document(title="Football again", source="BBC", url="https://news.example/sport/1")
    assert list(mutes_on(matcher, document)) == ["mute-0", "mute-1", "mute-2"]
    assert list(mutes_on(matcher, Document(title="Quiet day", source="BBC Persian"))) == []


def test_a_mute_that_takes_too_long_hides_nothing_and_stops_no_other() -> None:
    mutes = (Mute("slow", "", "/(a+a+)+b/"), Mute("quick", "", "words"))
    matcher = compile_book(as_rules(RuleBook(mutes=mutes)))
    assert list(mutes_on(matcher, Document(title="words", content="a" * 5_000))) == ["quick"]
