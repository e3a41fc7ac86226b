"""What is proven of a query is true of every text: held against the conditions that the matcher runs."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newswatch.match.claims import Claim, claim_of
from newswatch.match.compile import compile_node, compile_query
from newswatch.match.conditions import Overrun
from newswatch.match.grammar import parse_query
from newswatch.match.logic import Prover
from newswatch.match.reading import Reading
from newswatch.match.tree import And, Node, Not
from newswatch.model.entry import Document
from newswatch.model.rule import DEFAULT_FIELDS

ALIASES = {"side": ("ab", "abc a", "é*"), "place": ("北京", "カナ", "U.S.")}

words = st.sampled_from(
    ("a", "b", "ab", "abc", "a*", "*b", "a*c", "us", "U.S.", "北", "北京", "{A}", "{ab}", "@side", "@place")
)
phrases = st.sampled_from(('"a b"', '"a b ab"', '"a * b"', '"ab abc"', '"a* b"'))
places = words | phrases | st.tuples(words, phrases).map(lambda pair: f"({pair[0]} OR {pair[1]})")
near = st.tuples(places, st.sampled_from(("NEAR/0", "NEAR/2", "ONEAR/2", "ONEAR/0")), places).map(" ".join)
counted = st.tuples(st.sampled_from(("ATLEAST/1", "ATLEAST/2")), places).map(" ".join)
values = st.sampled_from(
    (
        "url:a",
        "url:a.example",
        "site:a.example",
        "site:example",
        "lang:en",
        "lang:en-gb",
        "title:*",
        "lang:*",
        "url:*",
        "site:*",
    )
)
terms = places | near | counted | values
scoped = terms | st.tuples(st.sampled_from(("title:", "body:", "text:", "tag:")), places | near | counted).map(
    lambda pair: f"{pair[0]}({pair[1]})"
)
claims = st.recursive(
    scoped,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda pair: f"(({pair[0]}) AND ({pair[1]}))"),
        st.tuples(inner, inner).map(lambda pair: f"(({pair[0]}) OR ({pair[1]}))"),
        st.tuples(inner, inner).map(lambda pair: f"(({pair[0]}) NOT ({pair[1]}))"),
    ),
    max_leaves=4,
)
texts = st.lists(st.sampled_from(("a", "A", "b", "ab", "abc", "x", "U.S.", "北京", "\n\n")), max_size=5).map(" ".join)
documents = st.builds(
    Document,
    title=texts,
    content=texts,
    tags=st.lists(texts, max_size=2).map(tuple),
    url=st.sampled_from(("", "https://a.example/b", "https://www.a.example/ab", "https://b.example/A")),
    lang=st.sampled_from(("", "en", "en-GB", "uk")),
)


def claim(node: Node) -> Claim:
    return claim_of(node, DEFAULT_FIELDS, DEFAULT_FIELDS)


def holds(node: Node, document: Document) -> bool:
    try:
        return compile_node(node, DEFAULT_FIELDS, DEFAULT_FIELDS).holds(Reading(document))
    except Overrun:
        return False


@settings(max_examples=500, deadline=None)
@given(claims, claims, documents)
def test_what_follows_holds_wherever_its_ground_does(one: str, other: str, document: Document) -> None:
    ground, consequence = parse_query(one, ALIASES), parse_query(other, ALIASES)
    if Prover().implies(claim(ground), claim(consequence)):
        assert not holds(ground, document) or holds(consequence, document)


@settings(max_examples=500, deadline=None)
@given(claims, claims, documents)
def test_what_can_never_hold_never_does(one: str, other: str, document: Document) -> None:
    node = parse_query(f"({one}) NOT ({other})", ALIASES)
    if Prover().is_never(claim(node)):
        assert not holds(node, document)


@settings(max_examples=300, deadline=None)
@given(claims, claims, documents)
def test_equal_claims_hold_for_the_same_texts(one: str, other: str, document: Document) -> None:
    first, second = parse_query(f"({one}) OR ({other})", ALIASES), parse_query(f"({other}) OR ({one})", ALIASES)
    assert claim(first) == claim(second)
    assert holds(first, document) == holds(second, document)


@pytest.mark.parametrize(
    ("ground", "consequence"),
    [
        ('"North Korea"', "korea"),
        ('"North Korean troops"', '"north kore* troops"'),
        ('"North Korean troops"', '"north * troops"'),
        ("{US}", "us"),
        ("title:Kursk", "Kursk"),
        ("title:Kursk", "title:*"),
        ("a NEAR/3 b", "b NEAR/5 a"),
        ("a ONEAR/3 b", "a NEAR/3 b"),
        ("ATLEAST/3 a", "ATLEAST/2 a"),
        ("ATLEAST/3 a", "a"),
        ("@side", "ab OR é* OR (abc a)"),
        ("a AND b", "b OR c"),
        ("site:www.bbc.co.uk", "site:co.uk"),
        ("lang:en-GB", "lang:en"),
        ("url:/x/", "url:/x/"),
    ],
)
def test_what_a_person_sees_at_once_is_proven(ground: str, consequence: str) -> None:
    node = parse_query(ground, ALIASES)
    assert Prover().implies(claim(node), claim(parse_query(consequence, ALIASES)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("korea", '"North Korea"'),
        ("Kursk", "title:Kursk"),
        ("title:Kursk", "body:Kursk"),
        ("us", "{US}"),
        ("a NEAR/5 b", "a NEAR/3 b"),
        ("a NEAR/3 b", "a ONEAR/3 b"),
        ("a", "ATLEAST/2 a"),
        ("a*", "ab*"),
        ("a*", "*a"),
        ("lang:en", "lang:en-GB"),
        ("site:notbbc.co.uk", "site:bbc.co.uk"),
        ("/a/", "/a/c"),
    ],
)
def test_what_need_not_follow_is_not_proven(one: str, other: str) -> None:
    assert not Prover().implies(claim(parse_query(one)), claim(parse_query(other)))


def test_a_monstrous_query_is_judged_in_a_bounded_number_of_steps() -> None:
    many = " OR ".join(f"a{number}" for number in range(3_000))
    node = parse_query(f"({many}) NOT ({many.replace('a', 'b')})")
    assert isinstance(node, And)
    assert isinstance(node.parts[1], Not)
    assert not Prover().is_never(claim(node))
    compile_query(f"({many}) NOT x", {})
