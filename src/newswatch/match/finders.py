"""Finders: where words, phrases and lists of them occur in one text.

An occurrence is a pair of word numbers, first and last (inclusive). Must never know of fields or documents.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import chain
from typing import Protocol

from newswatch.match.tokens import WALL, Text
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

    __slots__ = ("word",)

    def __init__(self, word: str) -> None:
        self.word = word

    def occurs(self, text: Text) -> bool:
        """See `Finder.occurs`."""
        return self.word in text.vocabulary

    def occurrences(self, text: Text) -> list[Occurrence]:
        """See `Finder.occurrences`."""
        if self.word not in text.vocabulary:
            return []
        return [(number, number) for number in text.numbers(self.word)]


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
        if self._words[self._anchor] not in text.vocabulary:
            return False
        return bool(self._firsts(text)) if text.is_long else self._line in text.line

    def occurrences(self, text: Text) -> list[Occurrence]:
        """See `Finder.occurrences`."""
        more = self._length - 1
        return [(first, first + more) for first in self._firsts(text)] if self.occurs(text) else []

    def _firsts(self, text: Text) -> list[int]:
        words, sought, length, anchor = text.words, self._words, self._length, self._anchor
        firsts = [number - anchor for number in text.numbers(sought[anchor])]
        return [first for first in firsts if first >= 0 and words[first : first + length] == sought]


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


class WildWord:
    """One word with `*`."""

    __slots__ = ("_piece", "_test")

    def __init__(self, word: str) -> None:
        self._piece = _pieces((word,))[0]
        self._test = word_test(word)

    def occurs(self, text: Text) -> bool:
        """See `Finder.occurs`."""
        return next(self._fitting(text), None) is not None

    def occurrences(self, text: Text) -> list[Occurrence]:
        """See `Finder.occurrences`."""
        numbers = [text.numbers(word) for word in set(self._fitting(text))]
        return [(number, number) for number in (numbers[0] if len(numbers) == 1 else sorted(chain(*numbers)))]

    def _fitting(self, text: Text) -> Iterator[str]:
        """The words that fit, some of them more than once."""
        line, piece, test = text.line, self._piece, self._test
        at = line.find(piece)
        while at >= 0:
            start = line.rfind(" ", 0, at + 1) + 1
            end = line.index(" ", start)
            if test(word := line[start:end]):
                yield word
            at = line.find(piece, end)


class Wild:
    """Adjacent words, two or more, of which some hold `*` or are any word."""

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
        if self._anchor is not None and self._words[self._anchor] not in text.vocabulary:
            return False
        line = text.line
        return all(piece in line for piece in self._pieces)

    def _found(self, text: Text) -> Iterator[Occurrence]:
        words, tests, length = text.words, self._tests, self._length
        for first in self._firsts(text):
            if all(test(words[first + offset]) for offset, test in enumerate(tests)):
                yield first, first + length - 1

    def _firsts(self, text: Text) -> Iterator[int]:
        last = len(text.words) - self._length
        if self._anchor is None:
            yield from range(last + 1)
        else:
            for number in text.numbers(self._words[self._anchor]):
                if 0 <= number - self._anchor <= last:
                    yield number - self._anchor


class AnyWord:
    """Any of several words, letter by letter."""

    __slots__ = ("_words",)

    def __init__(self, words: frozenset[str]) -> None:
        self._words = words

    def occurs(self, text: Text) -> bool:
        """See `Finder.occurs`."""
        return not text.vocabulary.isdisjoint(self._words)

    def occurrences(self, text: Text) -> list[Occurrence]:
        """See `Finder.occurrences`."""
        found = self._words & text.vocabulary
        return [(number, number) for number in sorted(chain(*map(text.numbers, found)))]


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
        found = [occurrences for finder in self._finders if (occurrences := finder.occurrences(text))]
        return found[0] if len(found) == 1 else sorted(set(chain(*found)))


def literal(words: tuple[str, ...]) -> Finder:
    """The finder of words without wildcards."""
    return Word(words[0]) if len(words) == 1 else Words(words)


def phrase(words: tuple[str, ...]) -> Finder:
    """The finder of the words of a phrase."""
    if not any("*" in word for word in words):
        return literal(words)
    return WildWord(words[0]) if len(words) == 1 else Wild(words)


def any_of(phrases: Iterable[Finder]) -> Finder:
    """The finder of any of these; at least one."""
    words: set[str] = set()
    others: list[Finder] = []
    for finder in phrases:
        if isinstance(finder, Word):
            words.add(finder.word)
        else:
            others.append(finder)
    match len(words):
        case 0:
            pass
        case 1:
            others.insert(0, Word(*words))
        case _:
            others.insert(0, AnyWord(frozenset(words)))
    return others[0] if len(others) == 1 else AnyOf(tuple(others))


@lru_cache(maxsize=16_384)
def word_test(pattern: str) -> Callable[[str], bool]:
    """Whether a word fits a pattern with `*`, in time that grows with the word's length only."""
    if pattern == ANY_WORD:
        return WALL.__ne__
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
