"""Values that were decoded a moment ago, so that the same row is not decoded again and again. Knows no kind of row."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

Row = TypeVar("Row")
Value = TypeVar("Value")


class RecentValues(Generic[Row, Value]):
    """At most `limit` values, of the rows that were asked for last. May be used from several threads.

    Rows never change, and one that is held here is nobody else's id: nothing ever has to be forgotten.
    """

    def __init__(self, decode: Callable[[Row], Value], limit: int) -> None:
        self._decode = decode
        self._limit = limit
        self._values: dict[int, tuple[Row, Value]] = {}
        self._changing = Lock()

    def of(self, row: Row) -> Value:
        """The value of a row. Raises what decoding raises."""
        with self._changing:
            held = self._values.pop(id(row), None)
            if held is not None:
                self._values[id(row)] = held  # now the last to go
                return held[1]
        value = self._decode(row)
        with self._changing:
            self._values[id(row)] = (row, value)
            if len(self._values) > self._limit:
                del self._values[next(iter(self._values))]
        return value

    def clear(self) -> None:
        """Lets go of all of them."""
        with self._changing:
            self._values.clear()
