"""Finders: where words, phrases and lists of them occur in one text.

An occurrence is a pair of word numbers, first and last (inclusive). Must never know of fields or documents.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Protocol

from newswatch.match.tokens import Text
from newswatch.match.tree import ANY_WORD

Occurrence = tuple[int, int]


class Finder(Protocol):
    """Something that can be found in a text."""

    def occurs(self, text: Text) -> bool:
        """Whether it is there at all."""

    def occurrences(self, text: Text) -> list[Occurrence]:
        """Each of them, overlapping ones too, ordered by first word and then by last."""


class Word:
    """One word, letter by letter."""

    __slots__ = ("_word",)

    def __init__(self, word: str) -> None:
        self._word = word

    def occurs(self, text: Text) -> bool:
        """See `Finder.occurs`."""
        return self._word in text.vocabulary

    def occurrences(self, text: Text) -> list[Occurrence]:
        """See `Finder.occurrences`."""
        if self._word not in text.vocabulary:
            return []
        return [(place, place) for place in _places(text.words, self._word)]


class Words:
    """Adjacent words, letter by letter."""

    __slots__ = ("_anchor", "_length", "_line", "_words")

    def __init__(self, words: tuple[str, ...]) -> None:
        self._words = list(words)
        self._line = f" {' '.join(words)} "
        self._length = len(words)
        self._anchor = max(range(len(words)), key=lambda place: len(words[place]))

    def occurs(self, text: Text) -> bool:
        """See `Finder.occurs`."""
        if self._line not in text.line:
            return False
        return text.is_one_paragraph or next(self._found(text), None) is not None

    def occurrences(self, text: Text) -> list[Occurrence]:
        """See `Finder.occurrences`."""
        return list(self._found(text)) if self._line in text.line else []

    def _found(self, text: Text) -> Iterator[Occurrence]:
        words, sought, length, anchor = text.words, self._words, self._length, self._anchor
        for place in _places(words, sought[anchor]):
            first = place - anchor
            if first >= 0 and words[first : first + length] == sought and text.is_unbroken(first, first + length - 1):
                yield first, first + length - 1


class Exact:
    """Adjacent words with letter case and accents as typed."""

    __slots__ = ("_finder", "_forms")

    def __init__(self, words: tuple[str, ...], forms: tuple[str, ...]) -> None:
        self._finder: Finder = literal(words)
        self._forms = forms

    def occurs(self, text: Text) -> bool:
        """See `Finder.occurs`."""
        return bool(self.occurrences(text))

    def occurrences(self, text: Text) -> list[Occurrence]:
        """See `Finder.occurrences`."""
        return [
            (first, last)
            for first, last in self._finder.occurrences(text)
            if all(text.exact(first + offset) == form for offset, form in enumerate(self._forms))
        ]


class Wild:
    """Adjacent words of which some hold `*` or are any word."""

    __slots__ = ("_anchor", "_length", "_pieces", "_tests", "_words")

    def __init__(self, words: tuple[str, ...]) -> None:
        self._words = words
        self._length = len(words)
        self._pieces = _pieces(words)
        self._tests = tuple(word_test(word) for word in words)
        plain = [place for place, word in enumerate(words) if "*" not in word]
        self._anchor = max(plain, key=lambda place: len(words[place])) if plain else None

    def occurs(self, text: Text) -> bool:
        """See `Finder.occurs`."""
        return self._may_occur(text) and next(self._found(text), None) is not None

    def occurrences(self, text: Text) -> list[Occurrence]:
        """See `Finder.occurrences`."""
        return list(self._found(text)) if self._may_occur(text) else []

    def _may_occur(self, text: Text) -> bool:
        line = text.line
        return all(piece in line for piece in self._pieces)

    def _found(self, text: Text) -> Iterator[Occurrence]:
        words, tests, length = text.words, self._tests, self._length
        if length == 1:
            test = tests[0]
            for place, word in enumerate(words):
                if test(word):
                    yield place, place
            return
        for first in self._firsts(words):
            if all(test(words[first + offset]) for offset, test in enumerate(tests)) and text.is_unbroken(
                first, first + length - 1
            ):
                yield first, first + length - 1

    def _firsts(self, words: list[str]) -> Iterator[int]:
        last = len(words) - self._length
        if self._anchor is None:
            yield from range(last + 1)
        else:
            for place in _places(words, self._words[self._anchor]):
                if 0 <= place - self._anchor <= last:
                    yield place - self._anchor


class AnyOf:
    """Any of several."""

    __slots__ = ("_finders",)

    def __init__(self, finders: tuple[Finder, ...]) -> None:
        self._finders = finders

    def occurs(self, text: Text) -> bool:
        """See `Finder.occurs`."""
        return any(finder.occurs(text) for finder in self._finders)

    def occurrences(self, text: Text) -> list[Occurrence]:
        """See `Finder.occurrences`."""
        return sorted({occurrence for finder in self._finders for occurrence in finder.occurrences(text)})


def literal(words: tuple[str, ...]) -> Finder:
    """The finder of words without wildcards."""
    return Word(words[0]) if len(words) == 1 else Words(words)


def phrase(words: tuple[str, ...]) -> Finder:
    """The finder of the words of a phrase."""
    return Wild(words) if any("*" in word for word in words) else literal(words)


@lru_cache(maxsize=16_384)
def word_test(pattern: str) -> Callable[[str], bool]:
    """Whether a word fits a pattern with `*`, in time that grows with the word's length only."""
    if pattern == ANY_WORD:
        return lambda _: True
    if "*" not in pattern:
        return pattern.__eq__
    prefix, *middles, suffix = pattern.split("*")
    if not middles:
        if not suffix:
            return lambda word: word.startswith(prefix)
        shortest = len(prefix) + len(suffix)
        return lambda word: len(word) >= shortest and word.startswith(prefix) and word.endswith(suffix)

    def fits(word: str) -> bool:
        if not (word.startswith(prefix) and word.endswith(suffix)):
            return False
        at, end = len(prefix), len(word) - len(suffix)
        for middle in middles:
            at = word.find(middle, at, end)
            if at < 0:
                return False
            at += len(middle)
        return at <= end

    return fits


def _pieces(words: tuple[str, ...]) -> tuple[str, ...]:
    """What stands in the line of every text that has these words, the longest piece first."""
    pieces = [piece for word in words if word != ANY_WORD for piece in f" {word} ".split("*") if piece.strip()]
    return tuple(sorted(dict.fromkeys(pieces), key=len, reverse=True))


def _places(words: list[str], word: str) -> Iterator[int]:
    place = -1
    try:
        while True:
            place = words.index(word, place + 1)
            yield place
    except ValueError:
        return
