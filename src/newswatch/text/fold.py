"""Folding: the form of a text in which case, accents, width, ligatures and hidden characters do not matter.

Implements §2 of docs/rules-semantics.md; must never know of rules, words or files. Folding works by
cluster (a character with the combining marks after it) and keeps a way back to the offsets of the
original. A `Folding` is a table from clusters to text: `fold` is the plain one, and `match.tokens`
builds its own on `fold_cluster`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from unicodedata import normalize

import regex

__all__ = ["Folding", "fold", "fold_cluster", "offsets", "visible"]

# A cluster longer than this is cut: normalising n marks in disorder takes n² steps, and 200,000 of
# them on one letter must not stall the monitor (promises.md, fault 24).
_MAX_MARKS = 32
_TABLE_LIMIT = 70_000  # characters remembered per table; a hostile text could name a million

_SENTINEL = "\x00"  # stands in a translated text for "this character belongs to the one before it"
_MARK = r"[\p{M}\uFF9E\uFF9F]"
# Conjoining Hangul letters are canonically one syllable, so they are one character here.
_BASE = (
    r"(?:[\u1100-\u1112]\p{Cf}*[\u1161-\u1175](?:\p{Cf}*[\u11A8-\u11C2])?"
    r"|[\uAC00-\uD7A3]\p{Cf}*[\u11A8-\u11C2]|\P{Cf})"
)
_CLUSTER = regex.compile(rf"{_BASE}(?:\p{{Cf}}*{_MARK}){{0,{_MAX_MARKS}}}", regex.DOTALL)
_LONG_CLUSTER = regex.compile(
    rf"{_BASE}(?:\p{{Cf}}*{_MARK}){{1,{_MAX_MARKS}}}"
    r"|[\u1100-\u1112]\p{Cf}*[\u1161-\u1175](?:\p{Cf}*[\u11A8-\u11C2])?|[\uAC00-\uD7A3]\p{Cf}*[\u11A8-\u11C2]",
    regex.DOTALL,
)
_JOINS = regex.compile(rf"{_MARK}|[\u1160-\u11FF]")
_FREQUENT = "’“”‘—–…\xa0•«»£€"
_HIDDEN = regex.compile(r"\p{Cf}+")
_DROPPED = regex.compile(
    r"[\u0300-\u036F\u0591-\u05BD\u05BF\u05C1\u05C2\u05C4\u05C5\u05C7\u0610-\u061A\u064B-\u065F\u0670\u0640]+"
)
_APOSTROPHES = "'\u2018\u2019\u201b\u02bc\u02b9\u2032\uff07`\u00b4"
_LAST = {
    **{ord(one): "'" for one in _APOSTROPHES},
    **{
        ord(one): other
        for one, other in zip("łøđħıæœðþ", ("l", "o", "d", "h", "i", "ae", "oe", "d", "th"), strict=True)
    },
}
# NFKD turns the acute accent, alone or as the Greek oxia, into a blank with a mark before §2's last step sees it.
_EARLY = {0x00B4: "'", 0x1FFD: "'"}


def visible(text: str) -> str:
    """The text without format characters (category Cf), which vanish everywhere."""
    return text if text.isascii() else str(_HIDDEN.sub("", text))


def fold_cluster(cluster: str) -> str:
    """The folded form of one cluster: possibly empty, possibly several characters."""
    return _folded(visible(cluster))


@lru_cache(maxsize=16_384)
def _folded(cluster: str) -> str:
    text = cluster.translate(_EARLY)
    text = normalize("NFKD", normalize("NFKD", text).casefold())
    return normalize("NFC", _DROPPED.sub("", text)).translate(_LAST)


class _Table(dict[int, str]):
    """Code point -> folded text, filled as characters are met; for use with `str.translate`."""

    __slots__ = ("_fold", "uneven")

    def __init__(self, fold_one: Callable[[str], str]) -> None:
        super().__init__()
        self._fold = fold_one
        self.uneven: set[str] = set()  # characters that do not fold to exactly one

    def __missing__(self, code: int) -> str:
        character = chr(code)
        folded = _SENTINEL if _JOINS.match(character) else self._fold(character)
        if len(folded) != 1:
            self.uneven.add(character)
        if len(self) < _TABLE_LIMIT:
            self[code] = folded
        return folded


class Folding:
    """A way to fold texts: `fold_one` says what becomes of one cluster; what it gives, it leaves as it is."""

    __slots__ = ("_bytes", "_fold", "_frequent", "_table")

    def __init__(self, fold_one: Callable[[str], str]) -> None:
        self._fold = fold_one
        self._table = _Table(fold_one)
        self._frequent = tuple((one, self._table[ord(one)]) for one in _FREQUENT if len(self._table[ord(one)]) == 1)
        # For `bytes.translate`, many times as fast as `str.translate`: Latin-1 to Latin-1, one to one or not at all.
        self._bytes = "".join(
            folded if len(folded) == 1 and folded <= "\xff" else _SENTINEL
            for folded in map(self._table.__getitem__, range(256))
        ).encode("latin-1")

    def __call__(self, text: str) -> str:
        """The folded text. Never raises, whatever the text holds."""
        folded = self.even(text)
        if folded is None:
            folded = text.translate(self._table)
            if _SENTINEL in folded:
                folded = "".join(self._pieces(text))
        return folded

    def even(self, text: str) -> str | None:
        """The folded text, if a glance tells that each of its characters folds to exactly one; else None."""
        if not text.isascii():
            # Most texts that are not Latin-1 are so by a few signs of typesetting.
            for one, other in self._frequent:
                text = text.replace(one, other)
                if text.isascii():
                    break
        try:
            folded = text.encode("latin-1").translate(self._bytes).decode("latin-1")
        except UnicodeEncodeError:
            return None
        return None if _SENTINEL in folded else folded

    def offsets(self, text: str) -> tuple[list[int], list[int]] | None:
        """Where each folded character starts and ends in `text`; None if its own index says both.

        A character that came of a cluster covers all of it, format characters around it excluded.
        """
        if self.even(text) is not None:
            return None
        specials = self._uneven_places(text)
        if not specials:
            return None
        starts: list[int] = []
        ends: list[int] = []
        done = 0
        for start, end in specials:
            if start >= done:
                count = len(self._fold(text[start:end]))
                starts += [*range(done, start), *([start] * count)]
                ends += [*range(done + 1, start + 1), *([end] * count)]
                done = end
        starts += range(done, len(text))
        ends += range(done + 1, len(text) + 1)
        return starts, ends

    def _uneven_places(self, text: str) -> list[tuple[int, int]]:
        """Every cluster that is not one character that folds to one; a place within a cluster may follow it."""
        table = self._table
        places: list[tuple[int, int]] = []
        if _SENTINEL in text.translate(table):
            places += [match.span() for match in _LONG_CLUSTER.finditer(text)]
            places += [match.span() for match in _JOINS.finditer(text)]
        if not table.uneven.isdisjoint(text):
            for character in table.uneven.intersection(text):
                at = text.find(character)
                while at >= 0:
                    places.append((at, at + 1))
                    at = text.find(character, at + 1)
        return sorted(places, key=lambda place: (place[0], -place[1]))

    def _pieces(self, text: str) -> Iterator[str]:
        table = self._table
        done = 0
        for match in _LONG_CLUSTER.finditer(text):
            start, end = match.span()
            yield self._plain(text[done:start], table)
            yield self._fold(text[start:end])
            done = end
        yield self._plain(text[done:], table)

    def _plain(self, text: str, table: _Table) -> str:
        folded = text.translate(table)
        if _SENTINEL not in folded:
            return folded
        # What looks like it joins has nothing to join: a mark at the very start, or a real NUL.
        return "".join(self._fold(match[0]) for match in _CLUSTER.finditer(text))


_PLAIN = Folding(fold_cluster)


def fold(text: str) -> str:
    """The folded form of a text (§2): two texts that fold alike are alike to every rule."""
    return _PLAIN(text)


def offsets(text: str) -> tuple[list[int], list[int]] | None:
    """For each character of `fold(text)` where it starts and ends in `text`; None where they are the same."""
    return _PLAIN.offsets(text)
