"""What changed between two texts, word by word: for headlines that were edited and pages that were rewritten. Pure.

Time is bounded: long texts are first compared line by line, and what was rewritten beyond recognition is said to be
so, as a whole. Scripts that are written without spaces are compared letter by letter.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

MOST_PAIRS = 1_000_000
"""Pairs of words, or of lines, that are compared with each other at most."""
MOST_ALIKE = 40_000
"""Pairs of equal words, or lines, among them."""

_WORDS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0eff\U00020000-\U0003ffff]|\w+|\s+|[^\w\s]")
_LINES = re.compile(r"[^\n]*\n+|[^\n]+")


class Change(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of either text: those that are not NEW make up the text before, those that are not GONE that after."""

    change: Change
    text: str


def diff(before: str, after: str) -> tuple[Piece, ...]:
    """The pieces of both texts in order; what is gone stands before what is new in its place."""
    return tuple(_joined(_by_words(before, after)))


def _by_words(before: str, after: str) -> Iterator[Piece]:
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    head, tail = _common(old, new)
    rest = (len(old) - head - tail) * (len(new) - head - tail)
    yield Piece(Change.SAME, "".join(old[:head]))
    middle_old, middle_new = old[head : len(old) - tail], new[head : len(new) - tail]
    if rest <= MOST_PAIRS:
        yield from _compared(middle_old, middle_new)
    else:
        yield from _by_lines("".join(middle_old), "".join(middle_new))
    yield Piece(Change.SAME, "".join(old[len(old) - tail :]))


def _by_lines(before: str, after: str) -> Iterator[Piece]:
    old, new = _LINES.findall(before), _LINES.findall(after)
    if len(old) * len(new) > MOST_PAIRS:
        yield from (Piece(Change.GONE, before), Piece(Change.NEW, after))
        return
    for operation, start, end, new_start, new_end in _operations(old, new):
        was, is_ = "".join(old[start:end]), "".join(new[new_start:new_end])
        if operation == "equal":
            yield Piece(Change.SAME, was)
            continue
        words_before, words_after = _WORDS.findall(was), _WORDS.findall(is_)
        if len(words_before) * len(words_after) <= MOST_PAIRS // 4:
            yield from _compared(words_before, words_after)
        else:
            yield from (Piece(Change.GONE, was), Piece(Change.NEW, is_))


def _compared(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    for operation, start, end, new_start, new_end in _operations(old, new):
        if operation == "equal":
            yield Piece(Change.SAME, "".join(old[start:end]))
        else:
            yield Piece(Change.GONE, "".join(old[start:end]))
            yield Piece(Change.NEW, "".join(new[new_start:new_end]))


def _operations(old: Sequence[str], new: Sequence[str]) -> Sequence[tuple[str, int, int, int, int]]:
    """The operations of `difflib`. Where most words are alike common ones are no anchors: else it takes cubic time."""
    counts = Counter(new)
    alike = sum(counts[word] for word in old)
    return SequenceMatcher(None, old, new, autojunk=alike > MOST_ALIKE).get_opcodes()


def _common(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """How many words both begin and end with."""
    shorter = min(len(old), len(new))
    head = next((at for at in range(shorter) if old[at] != new[at]), shorter)
    left = shorter - head
    tail = next((at for at in range(left) if old[-1 - at] != new[-1 - at]), left)
    return head, tail


def _joined(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """The pieces with neighbours of one kind as one. A blank between two changes changes with them."""
    gone, new, same = "", "", ""
    for piece in pieces:
        match piece.change:
            case Change.GONE:
                gone, new, same = gone + _both(gone, new, same) + piece.text, new + _both(gone, new, same), ""
            case Change.NEW:
                gone, new, same = gone + _both(gone, new, same), new + _both(gone, new, same) + piece.text, ""
            case _ if piece.text and (gone or new) and piece.text.isspace() and "\n" not in piece.text:
                same += piece.text
            case _ if piece.text:
                yield from _changed(gone, new)
                yield from _kept(same + piece.text)
                gone, new, same = "", "", ""
    yield from _changed(gone, new)
    yield from _kept(same)


def _both(gone: str, new: str, same: str) -> str:
    return same if gone or new else ""


def _changed(gone: str, new: str) -> Iterator[Piece]:
    if gone:
        yield Piece(Change.GONE, gone)
    if new:
        yield Piece(Change.NEW, new)


def _kept(text: str) -> Iterator[Piece]:
    if text:
        yield Piece(Change.SAME, text)
