"""The text of an article taken apart: blocks, runs, and where each letter stands in the text."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswatch.text.markdown import unmarked
from newswatch.tui.blocks import LONGEST, MOST_LINES, Block, Kind, Line, markdown_blocks, plain_blocks, words_of

CORPUS = Path(__file__).parents[2].parent / "shared" / "corpus" / "articles"


def blocks(text: str) -> list[Block]:
    return list(markdown_blocks(text))


def said(block: Block) -> str:
    return words_of(block.lines)


def all_lines(made: list[Block]) -> list[Line]:
    return [line for block in made for line in (*block.lines, *(cell for row in block.rows for cell in row))]


def words(text: str) -> list[str]:
    return "".join(letter if letter.isalnum() else " " for letter in text).split()


def test_each_kind_of_block_is_told_from_the_others() -> None:
    made = blocks(
        "# Head\n\nWords.\n\n- item\n\n1. first\n\n> said\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\n```\nx = 1\n```"
    )
    assert [block.kind for block in made] == [
        Kind.HEADING, Kind.PARAGRAPH, Kind.ITEM, Kind.ITEM, Kind.PARAGRAPH, Kind.TABLE, Kind.CODE,
    ]  # fmt: skip
    assert [block.sign for block in made if block.kind is Kind.ITEM] == ["•", "1."]
    assert made[4].inset == ">"
    assert made[5].has_head
    assert [[words_of([cell]) for cell in row] for row in made[5].rows] == [["a", "b"], ["1", "2"]]
    assert said(made[6]) == "x = 1"


def test_items_within_items_and_quotes_within_quotes_keep_what_they_stand_within() -> None:
    made = blocks("- one\n  - two\n    more\n\n> outer\n>\n> > inner\n> - item")
    assert [(block.inset, block.sign, said(block)) for block in made] == [
        ("", "•", "one"), (" ", "•", "two"), ("  ", "", "more"),
        (">", "", "outer"), (">>", "", "inner"), (">", "•", "item"),
    ]  # fmt: skip
    assert [block.is_apart for block in made] == [False, False, False, True, True, False]


def test_emphasis_links_and_captions_are_runs_without_their_signs() -> None:
    (block,) = blocks("a **b** *c* ***d*** `e*` [f *g*][12] ![h][3] \\*i\\* [j]")
    runs = {run.text.strip(): run for run in block.lines[0]}
    assert runs["b"].is_bold
    assert not runs["b"].is_italic
    assert runs["c"].is_italic
    assert runs["d"].is_bold
    assert runs["d"].is_italic
    assert runs["e*"].is_code
    assert (runs["f"].link, runs["g"].link, runs["g"].is_italic) == (12, 12, True)
    assert (runs["h"].link, runs["h"].is_image) == (3, True)
    assert said(block) == "a b c d e* f g h *i* [j]"


def test_a_sign_that_nothing_closes_loses_no_letter() -> None:
    for text in ("[never", "![x", "a ][3] b", "`open", "**bold", "```\ncode", "| cell", "- ", "\\", "[[[[a][1]"):
        letters = [letter for letter in text if letter.isalpha()]
        seen = "".join(words_of([line]) for line in all_lines(blocks(text)))
        assert [letter for letter in seen if letter.isalpha()] == letters, text


@given(st.text(st.sampled_from("ab \n*_[]()`|>-#1.\\!é北\u0301"), max_size=200))
def test_every_letter_of_a_run_stands_where_it_says(text: str) -> None:
    for line in all_lines(blocks(text)):
        for run in line:
            assert text[run.at : run.at + len(run.text)] == run.text
    for line in all_lines(list(plain_blocks(text))):
        for run in line:
            assert text[run.at : run.at + len(run.text)] == run.text


@given(st.text(st.sampled_from("ab \n*[]`->#1.\\!é北"), max_size=120))
def test_plain_text_is_told_whole(text: str) -> None:
    seen = "".join(words_of([line]) for line in all_lines(list(plain_blocks(text))))
    assert seen.split() == text.replace("\n", " ").split() or "".join(seen.split()) == "".join(text.split())


@pytest.mark.parametrize(
    "text",
    [
        "word " * 8_000,
        "x" * 40_000,
        "**bold** " * 5_000,
        "\\*" * 20_000,
        "北朝鮮" * 9_000,
        "| a | b |\n" * 4_000,
        "```\n" + "line\n" * 4_000 + "```",
        "> " * 20_000 + "end",
        "[" * 20_000,
    ],
)
def test_no_block_is_longer_than_can_be_laid_out_at_once(text: str) -> None:
    made = blocks(text)
    assert made
    for block in made:
        assert len(block.rows) <= MOST_LINES
        assert len(block.lines) <= MOST_LINES
        assert all(len(words_of([line])) <= LONGEST + 1 for line in block.lines)
    lost = len(words("".join(words_of([line]) + " " for line in all_lines(made)))) < len(words(unmarked(text).text))
    assert not lost


@pytest.mark.corpus
def test_real_articles_say_the_same_in_blocks_as_without_signs() -> None:
    if not CORPUS.exists():
        pytest.skip(f"no corpus at {CORPUS}")
    from newswatch.article.extract import read_page

    pages = sorted((CORPUS / "html").glob("*.html.gz"))
    assert pages
    for page in pages:
        text = read_page(gzip.decompress(page.read_bytes()), "https://example.org/a", "text/html").text
        seen = " ".join(words_of([line]) for line in all_lines(blocks(text)))
        assert words(seen) == words(unmarked(text).text), page.name
