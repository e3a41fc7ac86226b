"""Plain queries: read in one pass, they give the tree that the grammar gives, or nothing."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from newswatch.errors import QueryError
from newswatch.match import grammar
from newswatch.match.plain import read_plain
from newswatch.match.tree import Node, negative_alternative

PIECES = (
    *("a", "b", "troops", "U.S.", "covid-19", "O'B", "é", "ß", "й", "12", "1,000", "a*", "*a", "a*b", "**", "*"),
    *("AND", "OR", "NOT", "AND", "OR", "NOT", "NEAR", "NEAR/3", "ATLEAST", "AND.", "and"),
    *("(", ")", "((", "))", "title:", "Body:", "tag:x", "text:(", "url:", "foo:", "title:*", "12:30"),
    *('"a b"', '"a"', '""', '" "', '"*"', '"a * b"', '"a* b"', '-"a b"', "-a", "-", "-a*", "-AND", "-(", "-tag:a"),
    *("@x", "{A}", "/a/", 'x"y"', "a(b", "\n", "\u00ad", "ʼ", "が", "\x00", "“a b”"),
)
BLANKS = (" ", " ", " ", " ", "", "  ")
queries = st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(BLANKS)), max_size=9).map(
    lambda pairs: "".join(piece + blank for piece, blank in pairs)
)


def whole(query: str) -> Node | None:
    """The tree by the grammar alone; None where it refuses."""
    try:
        node = grammar._Parser(query, {}).whole()
    except QueryError:
        return None
    return None if negative_alternative(node) is not None else node


@settings(max_examples=2_000, deadline=None)
@given(queries)
@example("a -b c NOT (d OR e f) title:(g -h) body:i j")
@example("(NOT a) b")
@example("NOT NOT a b")
@example('title:a b AND title:"c d" e')
def test_what_is_read_as_plain_is_what_the_grammar_reads(query: str) -> None:
    plain = read_plain(query)
    if plain is not None:
        assert plain == whole(query)


@pytest.mark.parametrize(
    "query",
    [
        "troops",
        "North Korean troops",
        '"North Korean troops" AND (Kursk OR Sumy) NOT football',
        "title:(Kursk OR Sumy) -sport",
        "Orbán OR Київ* OR covid-19",
    ],
)
def test_queries_that_people_write_are_plain(query: str) -> None:
    assert read_plain(query) == whole(query) is not None


@pytest.mark.parametrize(
    "query",
    [
        *("", " ", "(", "a)", "a AND", "OR a", "NOT a", "a OR NOT b", "(a OR -b)", "a NEAR b", "title:(body:a)", "-"),
        *("()", "titel:a", "@a", "{A}", "/a/", "url:a", "*", "title:*", '"a', "(" * 60 + "a" + ")" * 60, "\x00"),
        "a AND OR b",
    ],
)
def test_mistakes_and_all_else_are_left_to_the_grammar(query: str) -> None:
    assert read_plain(query) is None
