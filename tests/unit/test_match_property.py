"""Whatever the rules and texts: the index finds what evaluating every rule in the slowest way finds."""

from __future__ import annotations

import unicodedata
from itertools import combinations
from random import Random
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from newswatch.errors import QueryError
from newswatch.match.compile import compile_query
from newswatch.match.explain import explain
from newswatch.match.grammar import parse_query
from newswatch.match.matcher import compile_book
from newswatch.match.tokens import WALL, Text
from newswatch.match.tree import Node
from newswatch.model.entry import Document
from newswatch.model.rule import Rule, RuleBook, RuleId
from newswatch.text.fold import fold, offsets

from .slow_matcher import SlowDocument, evaluate, tokens

ALIASES = {"side": ("ab", "abc a", "é*"), "place": ("北京", "カナ", "U.S.")}
PIECES = (
    *(
        "a",
        "b",
        "ab",
        "abc",
        "AB",
        "é",
        "E\u0301",
        "ß",
        "ss",
        "ø",
        "й",
        "и",
        "1,000",
        "1",
        "U.S.",
        "US",
        "us",
        "O'B",
        "a's",
    ),
    *(
        "北",
        "京",
        "北京",
        "カナ",
        "ｶﾅ",
        "か",
        "が",
        "あ",
        "한",
        "ก็",
        "ทำ",
        "हि",
        "a\u00adb",
        "\u200b",
        "ك\u0640ت",
        "❤\ufe0f",
    ),
    *("s", "'s", "’s", ".", ",", "-", "—", "'", "*", "x.y", "Ｕ．Ｓ．", "ﬁ", "İ", "ı"),
)
GLUE = (" ", " ", " ", " ", "", "", "-", ". ", ", ", "\n", "\r\n", "\n\n", "\r\n \r\n", "\u2029", "\u00a0", "'", ".")


def joined(pieces: list[tuple[str, str]]) -> str:
    return "".join(piece + glue for piece, glue in pieces)


texts = st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(GLUE)), max_size=12).map(joined)
documents = st.builds(
    Document,
    title=texts,
    summary=texts,
    content=texts,
    author=texts,
    source=texts,
    tags=st.lists(texts, max_size=3).map(tuple),
)
words = st.sampled_from(
    (
        "a",
        "b",
        "ab",
        "abc",
        "é",
        "ss",
        "1,000",
        "U.S.",
        "us",
        "北京",
        "北",
        "カナ",
        "が",
        "ทำ",
        "हि",
        "a*",
        "*b",
        "a*c",
        "ｶ*",
        "x",
    )
)
runs = st.lists(words, min_size=1, max_size=3).map(" ".join)
quotes = st.lists(words | st.just("*"), min_size=1, max_size=4).map(lambda found: '"' + " ".join(found) + '"')
exacts = st.lists(words.filter(lambda word: "*" not in word), min_size=1, max_size=2).map(
    lambda found: "{" + " ".join(found) + "}"
)
aliases = st.sampled_from(("@side", "@place"))
places = runs | quotes | exacts | aliases
lists = places | st.tuples(places, places).map(lambda pair: f"({pair[0]} OR {pair[1]})")
near = st.tuples(lists, st.sampled_from(("NEAR", "NEAR/0", "NEAR/2", "ONEAR/1")), lists).map(" ".join)
counted = st.tuples(st.sampled_from(("ATLEAST/1", "ATLEAST/2", "ATLEAST/3")), lists).map(" ".join)
fields = st.sampled_from(("title:", "body:", "tag:", "author:", "text:"))
terms = places | near | counted | st.tuples(fields, places | near.map(lambda one: f"({one})")).map("".join)
queries = st.recursive(
    terms,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]}) ({pair[1]})"),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]}) OR ({pair[1]})"),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]}) AND NOT ({pair[1]})"),
        st.tuples(inner, words).map(lambda pair: f"({pair[0]}) -{pair[1]}"),
    ),
    max_leaves=4,
)
any_text = st.text(max_size=60)


def parsed(query: str) -> tuple[Node | None, QueryError | None]:
    try:
        return parse_query(query, ALIASES), None
    except QueryError as error:
        return None, error


def numbers_of(text: Text) -> list[int]:
    """The numbers of its words, walls left out."""
    return [number for number, word in enumerate(text.words) if word != WALL]


def is_accepted(query: str) -> bool:
    return parsed(query)[0] is not None


@settings(max_examples=250, deadline=None)
@given(st.lists(queries.filter(is_accepted), min_size=1, max_size=6), st.lists(documents, min_size=1, max_size=3))
def test_the_index_finds_what_the_slow_evaluator_finds(rules: list[str], corpus: list[Document]) -> None:
    book = RuleBook(
        rules=tuple(Rule(id=RuleId(f"r{place}"), query=query) for place, query in enumerate(rules)), aliases=ALIASES
    )
    matcher = compile_book(book)
    assert [rule.query for rule in matcher.rules] == rules
    for document in corpus:
        slow = SlowDocument(document)
        expected: dict[int, Any] = {}
        for place, query in enumerate(rules):
            spans = evaluate(parse_query(query, ALIASES), slow)
            if spans is not None:
                expected[place] = sorted(span[2:] for span in spans)
        found = {match.rule_index: match.marks for match in matcher.match(document)}
        assert {place: sorted((mark.start, mark.end) for mark in marks) for place, marks in found.items()} == expected
        for marks in found.values():
            for mark in marks:
                raw = document.tags[mark.part] if mark.field == "tags" else getattr(document, mark.field)
                assert raw[mark.start : mark.end] == mark.text != ""


@settings(max_examples=250, deadline=None)
@given(queries.filter(is_accepted), documents)
def test_an_explanation_holds_where_the_rule_matches(query: str, document: Document) -> None:
    marks = compile_query(query, ALIASES).marks(document)
    clause = explain(query, document, ALIASES)
    assert clause.is_held == (marks is not None)
    assert clause.marks == (marks or ())


@settings(max_examples=400, deadline=None)
@given(texts)
@example("a's's")
def test_words_are_cut_as_the_prose_says(text: str) -> None:
    cut = Text(text)
    expected = tokens(text)
    numbers = numbers_of(cut)
    assert [cut.words[number] for number in numbers] == [word.folded for word in expected]
    for number, word in zip(numbers, expected, strict=True):
        assert cut.span(number, number) == (0, word.start, word.end)
        assert cut.exact(number) == word.exact
    for (first, one), (second, other) in combinations(zip(numbers, expected, strict=True), 2):
        assert cut.is_unbroken(first, second) == (one.paragraph == other.paragraph)
        assert cut.is_unbroken(first, second) == (WALL not in cut.words[first:second])


@settings(max_examples=300, deadline=None)
@given(st.lists(texts | any_text, max_size=5), st.randoms(use_true_random=False))
@example(["a.", "\u0301b", "'s", "s.b", "|", ""], Random(0))
def test_texts_are_cut_together_as_each_by_itself(raws: list[str], random: Random) -> None:
    together = Text(*raws)
    numbers = numbers_of(together)
    apart = [(part, Text(raw)) for part, raw in enumerate(raws)]
    expected = [(part, text, number) for part, text in apart for number in numbers_of(text)]
    assert [together.words[number] for number in numbers] == [text.words[number] for _, text, number in expected]
    pairs = list(zip(numbers, expected, strict=True))
    random.shuffle(pairs)  # where a word stands may not depend on what was asked before
    for number, (part, text, alone) in pairs:
        assert together.span(number, number) == (part, *text.span(alone, alone)[1:])
        assert together.exact(number) == text.exact(alone)
        assert together.numbers(together.words[number]).count(number) == 1
    for first, second in combinations([number for number, _ in pairs], 2):
        one, other = min(first, second), max(first, second)
        if together.span(one, one)[0] != together.span(other, other)[0]:
            assert not together.is_unbroken(one, other)
    assert together.vocabulary == set(together.words) - {WALL}


@settings(max_examples=400, deadline=None)
@given(any_text)
@example("\ud800\x00\u0301\U000e0001")
def test_folding_and_cutting_never_raise(text: str) -> None:
    folded = fold(text)
    places = offsets(text)
    if places is None:
        assert len(folded) == len(text)
    else:
        assert len(places[0]) == len(places[1]) == len(folded)
        assert all(0 <= start < end <= len(text) for start, end in zip(*places, strict=True))
    cut = Text(text)
    for number in numbers_of(cut):
        _, start, end = cut.span(number, number)
        assert 0 <= start < end <= len(text)
        assert cut.exact(number) == unicodedata.normalize("NFC", cut.exact(number))


@settings(max_examples=500, deadline=None)
@given(any_text | st.text(alphabet='ab* -()"{}/@:.ANDORTENE5titleurl\u00ad\x00\ud800“”\n\\[+', max_size=40))
def test_a_query_parses_or_says_what_is_wrong_with_it(query: str) -> None:
    node, error = parsed(query)
    if error is not None:
        assert 0 <= error.offset <= len(query)
        assert error.message
    if node is not None:
        assert 0 <= node.start < node.end <= len(query)
        compile_query(query, ALIASES).marks(Document(title=query, url="https://a.example/b", lang="en"))
