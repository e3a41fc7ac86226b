"""A document as the conditions of rules see it: its texts by field, cut into words once.

Must never know of rules. A `Reading` is made for one document and thrown away after.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from newswatch.match.tokens import Text
from newswatch.match.tree import FIELDS, WORD_FIELDS
from newswatch.model.entry import Document
from newswatch.model.hit import Mark

_RANKS = {field: rank for rank, field in enumerate(FIELDS)}


class Place(NamedTuple):
    """A range of a text: field by its rank in §8, number of the tag, start and end. Sorts in the order of §8."""

    rank: int
    part: int
    start: int
    end: int


class Placed(NamedTuple):
    """A text with its field's rank and the number of the tag."""

    rank: int
    part: int
    text: Text


class Reading:
    """The texts of one document; empty ones are left out."""

    __slots__ = ("_by_fields", "_texts", "document")

    def __init__(self, document: Document) -> None:
        self.document = document
        self._texts: dict[str, tuple[Placed, ...]] = {}
        self._by_fields: dict[tuple[str, ...], tuple[Placed, ...]] = {}

    def raw(self, field: str) -> tuple[str, ...]:
        """The field as it stands: several texts for tags, none where it is empty."""
        if field == "tags":
            return self.document.tags
        text: str = getattr(self.document, field)
        return (text,) if text else ()

    def texts(self, fields: tuple[str, ...]) -> tuple[Placed, ...]:
        """The texts of these fields."""
        found = self._by_fields.get(fields)
        if found is None:
            found = sum((self._of(field) for field in fields), ())
            self._by_fields[fields] = found
        return found

    def words(self) -> set[str]:
        """Every folded word of the fields that are matched by words."""
        return set[str]().union(*[placed.text.vocabulary for placed in self.texts(WORD_FIELDS)])

    def marks(self, places: Iterable[Place]) -> tuple[Mark, ...]:
        """The places as marks, each once, in the order of §8."""
        return tuple(self._mark(place) for place in sorted(set(places)))

    def _mark(self, place: Place) -> Mark:
        field = FIELDS[place.rank]
        raw = self.document.tags[place.part] if field == "tags" else str(getattr(self.document, field))
        return Mark(field, place.start, place.end, raw[place.start : place.end], place.part)

    def _of(self, field: str) -> tuple[Placed, ...]:
        found = self._texts.get(field)
        if found is None:
            found = tuple([Placed(_RANKS[field], part, Text(raw)) for part, raw in enumerate(self.raw(field)) if raw])
            self._texts[field] = found
        return found


def rank_of(field: str) -> int:
    """The field's place in the order of §8."""
    return _RANKS[field]
