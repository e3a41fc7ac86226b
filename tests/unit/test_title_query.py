"""A query to begin with, made of a headline; the language reads whatever comes of any headline."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswatch.match.grammar import parse_query
from newswatch.match.tokens import vocabulary
from newswatch.tui.title_query import query_of


@pytest.mark.parametrize(
    ("title", "query"),
    [
        ("Tanker boarded near Strait of Hormuz", "Tanker AND boarded AND near AND Strait AND Hormuz"),
        ("EU and US agree", "EU AND US AND agree"),
        ("THIS AND THAT OR NEITHER", "THIS AND THAT AND NEITHER"),
        ("War-risk premiums rise again", '"War-risk" AND premiums AND rise AND again'),
        ("防衛省が確認急ぐ", '"防衛省が確認急ぐ"'),
        ("Зеленський прибув до Києва", "Зеленський AND прибув AND Києва"),
        ('He said "no"', '"He said no"'),
        ("*五輪*開幕", '"五輪 開幕"'),
        ("", ""),
    ],
)
def test_a_headline_becomes_its_telling_words(title: str, query: str) -> None:
    assert query_of(title) == query


@given(st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=120))
def test_the_language_reads_what_comes_of_any_headline_that_has_words(title: str) -> None:
    query = query_of(title)
    if query and vocabulary(title):
        parse_query(query, {})
