"""Values that were decoded a moment ago, so that the same row is not decoded again and again. Knows no kind of row."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Generic, TypeVar

Row = TypeVar("Row")
Value = TypeVar("Value")


class RecentValues(Generic[Row, Value]):
    """At most `limit` values, of the rows that were asked for last. May be used from several threads.

    Rows never change, and one that is held here is nobody else's id: nothing ever has to be forgotten. Each step is one
    operation of a dict, so that no lock is needed: at worst two threads decode the same value.
    """

    def __init__(self, decode: Callable[[Row], Value], limit: int) -> None:
        self._decode = decode
        self._limit = limit
        self._values: dict[int, tuple[Row, Value]] = {}

    def of(self, row: Row) -> Value:
        """The value of a row. Raises what decoding raises."""
        values, name = self._values, id(row)
        held = values.pop(name, None)
        if held is None:
            held = row, self._decode(row)
        values[name] = held  # now the last to go
        while len(values) > self._limit:
            with suppress(KeyError, RuntimeError):  # another thread was there first
                del values[next(iter(values))]
        return held[1]

    def clear(self) -> None:
        """Lets go of all of them."""
        self._values = {}
