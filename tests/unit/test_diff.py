"""Word diffs: exact, readable, and bounded in time."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswatch.model.diff import Change, Piece, diff


def shown(before: str, after: str) -> str:
    signs = {Change.SAME: "{}", Change.GONE: "-[{}]", Change.NEW: "+[{}]"}
    return "".join(signs[piece.change].format(piece.text) for piece in diff(before, after))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("troops spotted in Kursk", "troops seen in Kursk", "troops -[spotted]+[seen] in Kursk"),
        ("same", "same", "same"),
        ("", "new words", "+[new words]"),
        ("old words", "", "-[old words]"),
        ("two dead in fire", "ten hurt in fire", "-[two dead]+[ten hurt] in fire"),
        ("北朝鮮の部隊", "北朝鮮の兵士", "北朝鮮の-[部隊]+[兵士]"),
        ("a, b", "a; b", "a-[,]+[;] b"),
    ],
)
def test_a_headline_that_was_edited_says_which_words(before: str, after: str, expected: str) -> None:
    assert shown(before, after) == expected


_words = st.lists(st.sampled_from(["a", "b", "c", " ", "\n", "д", "京", "."])).map("".join)


@given(_words, _words)
def test_the_pieces_make_up_both_texts_and_no_two_neighbours_are_of_one_kind(before: str, after: str) -> None:
    pieces = diff(before, after)
    assert "".join(piece.text for piece in pieces if piece.change is not Change.NEW) == before
    assert "".join(piece.text for piece in pieces if piece.change is not Change.GONE) == after
    assert all(piece.text for piece in pieces)
    assert all(one.change is not other.change for one, other in pairwise(pieces))


@pytest.mark.parametrize("joint", [" ", "\n"])
def test_long_texts_without_anything_in_common_end_in_time(joint: str) -> None:
    before = joint.join(f"w{n}" for n in range(30_000))
    after = joint.join(f"v{n}" for n in range(30_000))
    started_s = time.process_time()
    pieces = diff(before, after)
    assert time.process_time() - started_s < 20
    assert [piece.change for piece in pieces if piece.change is not Change.SAME]


def test_one_word_in_a_long_text_is_found_as_one_word() -> None:
    lines = [f"Line {n} of the article, with some words in it." for n in range(3_000)]
    before, after = (
        "\n".join(lines),
        "\n".join([*lines[:1500], "Line 1500 of the report, with some words in it.", *lines[1501:]]),
    )
    changes = [piece for piece in diff(before, after) if piece.change is not Change.SAME]
    assert changes == [Piece(Change.GONE, "article"), Piece(Change.NEW, "report")]


@pytest.mark.parametrize(("before", "after"), [("東京" * 480, "京東大" * 320), ("a b " * 240, "b a c " * 160)])
def test_texts_of_few_words_again_and_again_are_compared_in_time(before: str, after: str) -> None:
    started_s = time.process_time()
    pieces = diff(before, after)
    assert time.process_time() - started_s < 2  # a hang: it took cubic time
    assert "".join(piece.text for piece in pieces if piece.change is not Change.NEW) == before
    assert "".join(piece.text for piece in pieces if piece.change is not Change.GONE) == after
