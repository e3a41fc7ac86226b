"""Rows in the order of a time, then of their id."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from operator import attrgetter
from typing import Any, Generic, Protocol, Self, TypeVar


class Timed(Protocol):
    """A row that has a time to be sorted by."""

    id: Any  # its name, a str
    at: datetime


Row = TypeVar("Row", bound=Timed)
Moment = tuple[datetime, str]


class Timeline(Generic[Row]):
    """A sorted list. Not thread-safe; what it hands out are copies."""

    __slots__ = ("_moment_of", "_rows")

    def __init__(self, by: Callable[[Row], Moment] | None = None) -> None:
        self._rows: list[Row] = []
        self._moment_of: Callable[[Row], Moment] = by or attrgetter("at", "id")

    def __len__(self) -> int:
        return len(self._rows)

    def fill(self, rows: Iterable[Row]) -> None:
        """Makes these the content."""
        self._rows = sorted(rows, key=self._moment_of)

    @classmethod
    def of(cls, rows: list[Row]) -> Self:
        """A timeline of rows that are in its order already."""
        line = cls()
        line._rows = rows
        return line

    def put(self, row: Row) -> None:
        """Puts a row in its place; one with the same time and id is replaced."""
        at, is_there = self._find(row)
        if is_there:
            self._rows[at] = row
        else:
            self._rows.insert(at, row)

    def drop(self, row: Row) -> None:
        """Takes out the row with this one's time and id, if it is there."""
        at, is_there = self._find(row)
        if is_there:
            del self._rows[at]

    def first(self, limit: int) -> list[Row]:
        """The earliest rows, in order."""
        return self._rows[: max(limit, 0)]

    def last(self, limit: int) -> list[Row]:
        """The latest rows, latest first."""
        return self._rows[: -limit - 1 : -1] if limit > 0 else []

    def between(self, since: datetime | None, before: Moment | None) -> list[Row]:
        """The rows from a time on and before a moment, in order."""
        start = 0 if since is None else bisect_left(self._rows, (since, ""), key=self._moment_of)
        end = len(self._rows) if before is None else bisect_left(self._rows, before, key=self._moment_of)
        return self._rows[start:end]

    def count_between(self, since: datetime | None, before: Moment | None) -> int:
        """How many rows `between` would give."""
        start = 0 if since is None else bisect_left(self._rows, (since, ""), key=self._moment_of)
        end = len(self._rows) if before is None else bisect_left(self._rows, before, key=self._moment_of)
        return max(end - start, 0)

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows)

    def _find(self, row: Row) -> tuple[int, bool]:
        moment = self._moment_of(row)
        rows = self._rows
        if not rows or self._moment_of(rows[-1]) < moment:  # as a rule what comes is the newest
            return len(rows), False
        at = bisect_left(rows, moment, key=self._moment_of)
        return at, self._moment_of(rows[at]) == moment
