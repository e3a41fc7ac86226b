"""Writes that are gathered before they are made: an open transaction of a journal, or a group of them.

Never writes; changes none of the tables that it looks at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from newswatch.store import operations as ops
from newswatch.store.operations import Operation, Tables


class Staged:
    """An open transaction, or a group of them. Its own view of the tables is made when something is read in it."""

    def __init__(self, tables: Callable[[], Tables]) -> None:
        self.texts: list[bytes] = []
        self.operations: list[Operation] = []
        self.records: list[bytes] = []  # of a group: its transactions
        self._base = tables
        self._tables: Tables | None = None
        self._owned: set[str] = set()
        self._seen = 0

    def add(self, encoded: Iterable[tuple[bytes, Operation]]) -> None:
        """Gathers operations."""
        for text, operation in encoded:
            self.texts.append(text)
            self.operations.append(operation)

    def view(self) -> Tables:
        """The tables as they will be; those written to are copies."""
        if self._tables is None:
            self._tables = dict(self._base())
        for operation in self.operations[self._seen :]:
            table = operation.table
            if table not in self._owned and table in self._tables:
                self._tables[table] = dict(self._tables[table])
            self._owned.add(table)
            ops.apply(self._tables, operation)
        self._seen = len(self.operations)
        return self._tables
