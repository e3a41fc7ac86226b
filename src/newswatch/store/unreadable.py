"""Which rows this version cannot read: they stay in their tables, count, and are found by nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from newswatch.store.operations import Row
from newswatch.store.rows import JsonRow


class Unreadable:
    """Rows by table and id, as far as they were looked into."""

    __slots__ = ("_rows",)

    def __init__(self) -> None:
        self._rows: set[tuple[str, str]] = set()

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, table: str, row_id: str) -> None:
        """Counts a row."""
        self._rows.add((table, row_id))

    def add_others(self, table: str, rows: Mapping[str, Row], kind: type[JsonRow]) -> None:
        """Counts the rows of a table that are not of this kind."""
        self._rows.update((table, row_id) for row_id, row in rows.items() if not isinstance(row, kind))

    def admits(self, table: str, row_id: str, row: Row | None, kind: type[Any]) -> bool:
        """Whether a row that is in a table now can be read; what cannot is counted, what is gone no longer."""
        if type(row) is kind:  # exactly: `isinstance` asks the abstract class of all mappings, which is slow
            self._rows.discard((table, row_id))
            return True
        if row is not None:
            self._rows.add((table, row_id))
        else:
            self._rows.discard((table, row_id))
        return False


def told(rows: int) -> str:
    """So many rows that cannot be read, in a sentence without its end."""
    if rows == 1:
        return "1 row cannot be read by this version; it stays in the file"
    return f"{rows:,} rows cannot be read by this version; they stay in the file"
