"""Why a rule matched, or did not: the tree of clauses that a person reads."""

from __future__ import annotations

from newswatch.match.explain import explain
from newswatch.model.clause import Clause
from newswatch.model.entry import Document

ALIASES = {"zelensky": ("Zelenskyy", "Зеленськ*")}


def lines(clause: Clause, depth: int = 0) -> list[str]:
    """The tree as text, one clause a line."""
    found = ", ".join(mark.text for mark in clause.marks)
    own = f"{'  ' * depth}{'✓' if clause.is_held else '✗'} {clause.label}{f' = {found}' if found else ''}"
    return [own, *(line for part in clause.parts for line in lines(part, depth + 1))]


def test_a_match_is_explained_clause_by_clause() -> None:
    query = '("north  korean troops" OR Kursk) AND (@zelensky NEAR/6 troop*) NOT title:(football OR {US})'
    document = Document(title="North Korean troops near Zelenskyy")
    assert lines(explain(query, document, ALIASES)) == [
        "✓ all of = North Korean troops, troops, Zelenskyy",
        "  ✓ any of = North Korean troops",
        "    ✓ phrase “north korean troops” = North Korean troops",
        "    ✗ word “Kursk”",
        "  ✓ near/6 = troops, Zelenskyy",
        "    ✓ @zelensky = Zelenskyy",
        "    ✓ word “troop*” = troops",
        "  ✓ not",
        "    ✗ title:",
        "      ✗ any of",
        "        ✗ word “football”",
        "        ✗ exactly “US”",
    ]


def test_what_failed_is_shown_with_what_held() -> None:
    query = "(Kursk) (ATLEAST/2 troops) -title:football"
    document = Document(title="Football troops", content="Kursk")
    assert lines(explain(query, document, {})) == [
        "✗ all of",
        "  ✓ word “Kursk” = Kursk",
        "  ✗ at least 2 times",
        "    ✓ word “troops” = troops",
        "  ✗ not",
        "    ✓ title: = Football",
        "      ✓ word “football” = Football",
    ]


def test_addresses_languages_and_expressions_are_named_as_written() -> None:
    query = 'url:"/sport/" OR site:bbc.co.uk OR lang:en OR /T-\\d+/c OR tag:* OR a ONEAR/2 b'
    clause = explain(query, Document(url="https://www.bbc.co.uk/sport/1", lang="en-GB"), {})
    assert lines(clause) == [
        "✓ any of = www.bbc.co.uk, /sport/, en-GB",
        "  ✓ url: = /sport/",
        '    ✓ "/sport/" = /sport/',
        "  ✓ site: = www.bbc.co.uk",
        "    ✓ bbc.co.uk = www.bbc.co.uk",
        "  ✓ lang: = en-GB",
        "    ✓ en = en-GB",
        "  ✗ /T-\\d+/c",
        "  ✗ tag: is not empty",
        "  ✗ onear/2",
        "    ✗ word “a”",
        "    ✗ word “b”",
    ]


def test_clauses_know_their_place_in_the_query() -> None:
    query = "Kursk -(football OR chess)"
    clause = explain(query, Document(title="Kursk"), {})
    assert [query[part.start : part.end] for part in clause.parts] == ["Kursk", "-(football OR chess)"]
    (group,) = clause.parts[1].parts
    assert [query[part.start : part.end] for part in group.parts] == ["football", "chess"]


def test_an_expression_that_takes_too_long_is_said_to() -> None:
    clause = explain("/(a+)+$/", Document(title="a" * 4_000 + "b"), {})
    assert (clause.is_held, clause.label) == (False, "/(a+)+$/ (took too long)")
