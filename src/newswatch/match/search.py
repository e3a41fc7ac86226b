"""A search: which entries a query matches, and what in them. Pure; must never know where entries are stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from newswatch.match.compile import compile_query
from newswatch.match.conditions import Overrun
from newswatch.match.operands import Operands, folded_texts
from newswatch.match.reading import Place, Reading
from newswatch.model.entry import Entry
from newswatch.model.hit import Mark

__all__ = ["Search"]

T = TypeVar("T")

MOST_MARKS = 1_000  # of one entry: a hostile text can repeat a word without end
TRIES = 3
"""A regular expression may take its time once because the machine was busy; who asks but once can ask again."""


class Search:
    """A query to ask entries. Raises QueryError for a mistake in it."""

    def __init__(self, query: str, aliases: Mapping[str, tuple[str, ...]], fields: tuple[str, ...]) -> None:
        self._query = compile_query(query, aliases, fields)
        self._operands = Operands(self._query)

    def reading(self, entry: Entry) -> Reading | None:
        """The entry, read, if the query matches it.

        Raises QueryError if one of its regular expressions takes too long on the entry, however often it is tried.
        """
        if not self._operands.may_match(folded_texts(entry, self._operands.fields)):
            return None
        reading = Reading(entry.document)
        return reading if self._tried(lambda: self._query.condition.holds(reading)) else None

    def marks(self, reading: Reading) -> tuple[Mark, ...]:
        """What satisfied the query in an entry that it matches. Raises QueryError as `reading`."""
        places: set[Place] = set()
        self._tried(lambda: self._query.condition.mark(reading, places))
        return reading.marks(places)[:MOST_MARKS]

    def _tried(self, ask: Callable[[], T]) -> T:
        for _ in range(TRIES - 1):
            try:
                return ask()
            except Overrun:
                continue
        try:
            return ask()
        except Overrun as error:
            raise self._query.overrun() from error
