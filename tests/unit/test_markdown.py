"""Our small Markdown: what plain text cannot say in it, and how to find a place in it again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswatch.text.markdown import paragraph, unmarked


@pytest.mark.parametrize(
    ("marked", "said"),
    [
        ("# Heading", "Heading"),
        ("plain words", "plain words"),
        ("*one* and **two** and ***three***", "one and two and three"),
        ("[words][1] and ![a caption][12]", "words and a caption"),
        ("> quoted\n> - item", "quoted\nitem"),
        ("- one\n  - two\n1. three", "one\ntwo\nthree"),
        ("| a | b |\n| --- | --- |\n| c | d |", "a\tb\nc\td"),
        ("```\na * b [c][1]\n```", "a * b [c][1]\n"),
        ("`a*b`", "a*b"),
        ("\\# no heading \\* \\[x\\]\\[1\\]", "# no heading * [x][1]"),
        ("1\\. no item", "1. no item"),
        ("[no link] here", "no link] here"),
    ],
)
def test_what_a_text_says_without_its_signs(marked: str, said: str) -> None:
    assert unmarked(marked).text == said


@given(st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1))
def test_plain_text_says_itself_whatever_it_holds(text: str) -> None:
    line = " ".join(text.split())
    assert unmarked(paragraph(line)).text == line


@given(st.lists(st.sampled_from(["*a*", "# b", "[c d][1]", "| e | f |", "g", "\\*", "> h", "- i", "\n", "\n\n", " "])))
def test_every_letter_is_found_again_where_it_stands(pieces: list[str]) -> None:
    marked = "".join(pieces)
    plain = unmarked(marked)
    for at, letter in enumerate(plain.text):
        assert marked[plain.place(at)] == letter or letter == "\t"
    if plain.text:
        start, end = plain.places(0, len(plain.text))
        assert 0 <= start < end <= len(marked)
