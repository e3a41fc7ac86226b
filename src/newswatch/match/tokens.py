"""Words: those of texts, and of the words of a rule, with their places (§3 of docs/rules-semantics.md).

Must never know of rules, fields or documents: texts in, their words out. The words of a `Text` are
cut at once, as folded strings; where they stand in the original is worked out only when asked, because
most texts match nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import normalize

from newswatch.match.cutting import (
    FOLDED,
    FOLDED_PATTERN,
    JOINT,
    KATAKANA,
    SEPARATORS,
    SPACELESS,
    WALL,
    cut,
    cutter_for,
    is_mixed,
    joined,
)
from newswatch.text.fold import visible

__all__ = ["WALL", "Gap", "PatternWord", "Text", "pattern_words", "vocabulary"]

_NAME_LETTERS = 60  # a longer text is not worth remembering
_FEW_WORDS = 32  # this many are looked for one by one, then all of them
_SHORT = 200  # words of a text that is searched rather than indexed


class Text:
    """Some texts and their words. `words[i]` is folded, or a `WALL`; `vocabulary` holds each word once.

    Whatever stands side by side in `words` stands so in one of the texts. Questions take word numbers.
    """

    __slots__ = (
        "_folded",
        "_line",
        "_lone",
        "_numbers",
        "_offsets",
        "_parts",
        "_spans",
        "_starts",
        "_walls",
        "raws",
        "vocabulary",
        "words",
    )

    def __init__(self, *raws: str) -> None:
        self.raws = raws
        self._folded, self._parts = joined(raws)
        self.words = cut(self._folded)
        self.vocabulary = set(self.words)
        self.vocabulary.discard(WALL)
        self._line = ""
        self._numbers: dict[str, list[int]] = {}
        self._walls: list[int] | None = None
        # For the way back to the originals: texts that are as long as the parts of `_folded`, where each part
        # starts, the offsets in it; the places of words that were looked for one by one; and those of all words.
        self._starts: list[int] = []
        self._offsets: dict[int, tuple[list[int], list[int]] | None] = {}
        self._lone: dict[str, list[int]] = {}
        self._spans: list[tuple[int, int]] | None = None

    @property
    def is_long(self) -> bool:
        """Whether a look at the numbers of a word is quicker than one at the line."""
        return len(self.words) >= _SHORT

    @property
    def line(self) -> str:
        """All words with one blank before each and one at the end: to look for words that stand side by side."""
        if not self._line:
            self._line = f" {' '.join(self.words)} "
        return self._line

    def numbers(self, word: str) -> list[int]:
        """The numbers of a word of the vocabulary, each time it occurs."""
        numbers = self._numbers
        found = numbers.get(word)
        if found is not None:
            return found
        words = self.words
        if not self.is_long:
            found = [words.index(word)] if words.count(word) == 1 else _places_in(words, word)
            numbers[word] = found
            return found
        for number, each in enumerate(words):
            if each in numbers:
                numbers[each].append(number)
            else:
                numbers[each] = [number]
        return numbers[word]

    def is_unbroken(self, first: int, last: int) -> bool:
        """Whether no wall stands between these two words."""
        if self._walls is None:
            self._walls = _places_in(self.words, WALL)
        return bisect_left(self._walls, first) == bisect_left(self._walls, last)

    def span(self, first: int, last: int) -> tuple[int, int, int]:
        """Where the words `first` to `last` (inclusive) stand: in which of `raws`, its start and end there."""
        start, end = self._place(first)
        if last != first:
            end = self._place(last)[1]
        if not self._starts:
            begin = -len(JOINT)
            for text in self._parts:
                begin += len(JOINT)
                self._starts.append(begin)
                begin += len(text)
        part = bisect_right(self._starts, start) - 1
        begin = self._starts[part]
        if self._parts is self.raws:
            return part, start - begin, end - begin
        if part not in self._offsets:
            self._offsets[part] = FOLDED.offsets(self.raws[part])
        offsets = self._offsets[part]
        if offsets is None:
            return part, start - begin, end - begin
        return part, offsets[0][start - begin], offsets[1][end - begin - 1]

    def exact(self, number: int) -> str:
        """A word as written: letter case and accents kept, NFC, without format characters and acronym dots."""
        part, start, end = self.span(number, number)
        is_acronym = "." in self._folded[slice(*self._place(number))] and "." not in self.words[number]
        return _written(self.raws[part][start:end], is_acronym=is_acronym)

    def _place(self, number: int) -> tuple[int, int]:
        """Where a word starts and ends in the folded text."""
        if self._spans is not None:
            return self._spans[number]
        word = self.words[number]
        starts = self._lone.get(word)
        if starts is None:
            starts = self._lone[word] = self._looked_for(word) if len(self._lone) < _FEW_WORDS else []
        if not starts:
            self._spans = [
                match.span(match.lastindex or 0) for match in cutter_for(self._folded).finditer(self._folded)
            ]
            return self._spans[number]
        start = starts[0] if len(starts) == 1 else starts[bisect_left(self.numbers(word), number)]
        return start, start + len(word)

    def _looked_for(self, word: str) -> list[int]:
        """Where the word starts each time it occurs; empty where only cutting again can tell.

        Between separators it is always a word by itself, except for pieces of acronyms, which have one letter,
        pieces of numbers, and the possessive s. If there are as many as it occurs, then it is these.
        """
        folded, wanted = self._folded, len(self.numbers(word))
        if is_mixed(folded):
            return []
        starts: list[int] = []
        tried, at = 0, folded.find(word)
        while at >= 0 and tried < wanted + _FEW_WORDS:
            end = at + len(word)
            if (not at or folded[at - 1] in SEPARATORS) and (end == len(folded) or folded[end] in SEPARATORS):
                starts.append(at)
            tried += 1
            at = folded.find(word, at + 1)
        return starts if at < 0 and len(starts) == wanted else []


def _places_in(words: list[str], word: str) -> list[int]:
    return [number for number, each in enumerate(words) if each == word]


def vocabulary(raw: str) -> frozenset[str]:
    """The words of a text by itself, each once. Remembers short texts: names of people and papers recur."""
    return _frequent_vocabulary(raw) if len(raw) <= _NAME_LETTERS else frozenset(Text(raw).vocabulary)


@lru_cache(maxsize=4_096)
def _frequent_vocabulary(raw: str) -> frozenset[str]:
    return frozenset(Text(raw).vocabulary)


@dataclass(frozen=True, slots=True)
class PatternWord:
    """A word of a rule at `start`:`end` of its text: folded, perhaps with `*`. `exact` as `Text.exact`."""

    folded: str
    exact: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Gap:
    """A lone `*` in a rule."""

    start: int
    end: int


def pattern_words(raw: str) -> tuple[PatternWord | Gap, ...]:
    """The words of a piece of a rule, where `*` belongs to the word beside it and alone is a gap."""
    if raw.isalnum() and (word := FOLDED_PATTERN.even(raw)) is not None and word.isalnum() and not is_mixed(word):
        return (PatternWord(word, raw, 0, len(raw)),)
    folded = FOLDED_PATTERN(raw)
    places = FOLDED_PATTERN.offsets(raw)
    found = [
        (match[match.lastindex or 0], *match.span(match.lastindex or 0))
        for match in cutter_for(folded).finditer(folded)
    ]
    words: list[PatternWord | Gap] = []
    for text, start, end in _joined(found):
        if text == WALL:
            continue
        first, last = (start, end) if places is None else (places[0][start], places[1][end - 1])
        if not text.strip("*"):
            words.append(Gap(first, last))
            continue
        is_acronym = "." in text and not text[text.index(".") - 1].isdecimal()
        word = text.replace(".", "") if is_acronym else re.sub(r"\*+", "*", text)
        words.append(PatternWord(word, _written(raw[first:last], is_acronym=is_acronym), first, last))
    return tuple(words)


def _written(raw: str, *, is_acronym: bool) -> str:
    """A word as written, without format characters and an acronym's dots, in NFC."""
    written = visible(raw)
    if is_acronym:
        written = "".join(one for one in written if FOLDED(one) != ".")
    return normalize("NFC", written)


def _joined(found: list[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    """Gives a `*` that the cutting left alone to the Katakana run it touches; drops one that touches a word of one
    character only (§4: beside a character of rule 3.4 at a word's edge it is ignored).
    """
    joined: list[tuple[str, int, int]] = []
    for text, start, end in found:
        if joined and joined[-1][2] == start:
            before, begun, _ = joined[-1]
            is_star, was_star = not text.strip("*"), not before.strip("*")
            if is_star and SPACELESS.match(before):
                continue
            if was_star and SPACELESS.match(text):
                joined[-1] = (text, start, end)
                continue
            if is_star or was_star or (before.endswith("*") and KATAKANA.match(text) and KATAKANA.match(before)):
                joined[-1] = (before + text, begun, end)
                continue
        joined.append((text, start, end))
    return joined
