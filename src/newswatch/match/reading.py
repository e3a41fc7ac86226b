"""A document as the conditions of rules see it: its texts by field, cut into words once.

Must never know of rules. A `Reading` is made for one document and thrown away after.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from newswatch.match.tokens import Text, vocabulary
from newswatch.match.tree import FIELDS, WORD_FIELDS
from newswatch.model.entry import Document
from newswatch.model.hit import Mark
from newswatch.model.rule import DEFAULT_FIELDS

_RANKS = {field: rank for rank, field in enumerate(FIELDS)}
_OTHER_FIELDS = tuple(field for field in WORD_FIELDS if field not in DEFAULT_FIELDS)


class Place(NamedTuple):
    """A range of a text: field by its rank in §8, number of the tag, start and end. Sorts in the order of §8."""

    rank: int
    part: int
    start: int
    end: int


class Reading:
    """The texts of one document; empty ones are left out."""

    __slots__ = ("_parts", "_texts", "document")

    def __init__(self, document: Document) -> None:
        self.document = document
        self._texts: dict[tuple[str, ...], Text] = {}
        self._parts: dict[tuple[str, ...], list[tuple[int, int]]] = {}

    def raw(self, field: str) -> tuple[str, ...]:
        """The field as it stands: several texts for tags, none where it is empty."""
        text: str | tuple[str, ...] = getattr(self.document, field)
        if isinstance(text, str):
            return (text,) if text else ()
        return text

    def text(self, fields: tuple[str, ...]) -> Text:
        """The texts of these fields, with a wall between any two."""
        found = self._texts.get(fields)
        if found is None:
            found = self._texts[fields] = Text(*[raw for field in fields for raw in self.raw(field) if raw])
        return found

    def place(self, fields: tuple[str, ...], occurrences: Iterable[tuple[int, int]], places: set[Place]) -> None:
        """Adds where words of the text of these fields stand, each time from first to last (inclusive)."""
        span, parts = self.text(fields).span, self._parts.get(fields)
        if parts is None:
            parts = [(_RANKS[field], part) for field in fields for part, raw in enumerate(self.raw(field)) if raw]
            self._parts[fields] = parts
        for first, last in occurrences:
            number, start, end = span(first, last)
            rank, part = parts[number]
            places.add(Place(rank, part, start, end))

    def words(self) -> set[str]:
        """Every folded word of the fields that are matched by words."""
        others = [vocabulary(raw) for field in _OTHER_FIELDS for raw in self.raw(field)]
        return self.text(DEFAULT_FIELDS).vocabulary.union(*others)

    def marks(self, places: set[Place]) -> tuple[Mark, ...]:
        """The places as marks, in the order of §8."""
        return tuple([self._mark(place) for place in sorted(places)])

    def _mark(self, place: Place) -> Mark:
        field = FIELDS[place.rank]
        raw = self.document.tags[place.part] if field == "tags" else str(getattr(self.document, field))
        return Mark(field, place.start, place.end, raw[place.start : place.end], place.part)


def rank_of(field: str) -> int:
    """The field's place in the order of §8."""
    return _RANKS[field]
