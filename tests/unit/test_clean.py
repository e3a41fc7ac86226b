"""Promises T1 and T3: what text may hold after it came through the door."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswatch.text.clean import BODY_LIMIT, ELLIPSIS, LINE_LIMIT, MARKS_PER_BASE, clean_body, clean_line

UNSAFE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\U000e0000-\U000e007f\U0010ffff]"
)

any_text = st.text(st.characters(codec=None) | st.sampled_from("\x1b\u202e\u200d\u0301\u0316\n \t\u3000e\U000e0041"))


@given(any_text)
def test_nothing_unsafe_is_left_in_a_line(raw: str) -> None:
    line = clean_line(raw)
    assert not UNSAFE.search(line)
    assert "\n" not in line


@given(any_text)
def test_nothing_unsafe_is_left_in_a_body(raw: str) -> None:
    assert not UNSAFE.search(clean_body(raw))


@given(any_text)
def test_cleaning_twice_changes_nothing(raw: str) -> None:
    assert clean_line(clean_line(raw)) == clean_line(raw)
    assert clean_body(clean_body(raw)) == clean_body(raw)


@given(any_text)
def test_text_comes_out_composed(raw: str) -> None:
    assert unicodedata.is_normalized("NFC", clean_line(raw))


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("plain text", "plain text"),
        ("  two   blanks \t and\na line end\r\n", "two blanks and a line end"),
        ("\x1b]0;owned\x07title\x1b[2J", "]0;ownedtitle[2J"),
        ("C1 \x9b31m and DEL\x7f", "C1 31m and DEL"),
        ("left\u202ethgir\u202c \u2066iso\u2069\u200f", "leftthgir iso"),
        ("hid\U000e0041\U000e0042den", "hidden"),
        ("soft\xadhyphen zero\u200bwidth", "softhyphen zerowidth"),
        ("half \ud83d surrogate", "half surrogate"),
        ("e\u0301", "\xe9"),
        ("非断\xa0空白", "非断 空白"),
    ],
)
def test_lines(raw: str, clean: str) -> None:
    assert clean_line(raw) == clean


def test_what_scripts_need_is_kept() -> None:
    for text in ("می‌خواهم", "क्‍ष", "👨‍👩‍👧", "❤️", "境付近で訓練か　防衛省", "Straße «naïve» שלום"):
        assert clean_line(text) == unicodedata.normalize("NFC", text)


def test_bodies_keep_paragraphs_but_no_piles_of_blank_lines() -> None:
    assert clean_body("one\r\ntwo  words \n\n\n\n\tthree\u2029four\x85five") == "one\ntwo words\n\nthree\nfour\nfive"


def test_a_letter_carries_eight_marks_at_most() -> None:
    cleaned = clean_line("Z" + "\u0300\u0316" * 2_500 + "algo")
    assert cleaned.endswith("algo")
    assert len(cleaned) == len("Zalgo") + MARKS_PER_BASE


def test_floods_of_joiners_are_cut() -> None:
    assert len(clean_line("a" + "\u200d" * 5_000 + "b")) <= 2 + MARKS_PER_BASE


def test_long_text_ends_in_an_ellipsis() -> None:
    line = clean_line("word " * 1_000)
    assert len(line) <= LINE_LIMIT
    assert line.endswith("word" + ELLIPSIS)
    assert len(clean_body("x" * (BODY_LIMIT + 1))) == BODY_LIMIT
    assert clean_line("x" * LINE_LIMIT) == "x" * LINE_LIMIT
    assert clean_line("abcdef", 3) == "ab…"


@pytest.mark.timeout(20)
@pytest.mark.parametrize("piece", ["a", "\u0301\u0316", "\u200d", "किं", "\x1b", " \n", "\u3000 ", "\ud800", "👨\u200d"])
def test_a_megabyte_of_anything_is_cleaned_in_linear_time(piece: str) -> None:
    flood = piece * (1_000_000 // len(piece))
    assert len(clean_line(flood)) <= LINE_LIMIT
    assert len(clean_body(flood)) <= BODY_LIMIT
