"""A table of rows that says what comes and goes, to keep an index beside it. Knows nothing of what the rows mean."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from newswatch.store.operations import Row

Watcher = Callable[[str, Row | None, Row | None], None]
"""Is told of a row's id, what it was, and what it is; None where there was, or is, none."""


class WatchedTable(dict[str, Row]):
    """A dict that tells `watcher` of each change, once it has one. Only what a journal does to a table is told."""

    __slots__ = ("watcher",)

    def __init__(self) -> None:
        super().__init__()
        self.watcher: Watcher | None = None

    def update(self, rows: Mapping[str, Row]) -> None:  # type: ignore[override] # the one form that is used
        """Sets rows by id."""
        if self.watcher is None:
            super().update(rows)
            return
        for row_id, row in rows.items():
            before = self.get(row_id)
            self[row_id] = row
            self.watcher(row_id, before, row)

    def pop(self, row_id: str, default: Any = None) -> Any:
        """Takes a row out."""
        if row_id not in self:
            return default
        row = super().pop(row_id)
        if self.watcher is not None:
            self.watcher(row_id, row, None)
        return row

    def clear(self) -> None:
        """Takes all rows out."""
        if self.watcher is None:
            super().clear()
            return
        for row_id in tuple(self):
            self.pop(row_id)
