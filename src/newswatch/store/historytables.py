"""The tables of the history by name, and how their rows are read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from newswatch.store.articlerows import ArticleRow
from newswatch.store.asiderows import DeliveryRow, MuteRow, SearchedRow
from newswatch.store.historyrows import EntryRow, FeedRow, IdentityRow, RevisionRow
from newswatch.store.hitrows import HitRow
from newswatch.store.operations import Row
from newswatch.store.rows import JsonRow
from newswatch.store.watched import WatchedTable

FEEDS, ENTRIES, REVISIONS, IDENTITIES, HITS = ("feeds", "entries", "revisions", "identities", "hits")
DELIVERIES, MUTES = ("deliveries", "mutes")
ARTICLES = "articles"
SEARCHED = "searched"

READERS: dict[str, Callable[[str, bytes], JsonRow]] = {
    FEEDS: FeedRow.read,
    ENTRIES: EntryRow.read,
    REVISIONS: RevisionRow.read,
    IDENTITIES: IdentityRow.read,
    HITS: HitRow.read,
    DELIVERIES: DeliveryRow.read,
    MUTES: MuteRow.read,
    ARTICLES: ArticleRow.read,
    SEARCHED: SearchedRow.read,
}
TABLE_OF: dict[type[Any], str] = {EntryRow: ENTRIES, IdentityRow: IDENTITIES, HitRow: HITS, RevisionRow: REVISIONS}


def thaw(table: str, row_id: str, json: bytes) -> Row:
    """The row of a table as the index knows it; a mere `JsonRow` where it cannot be read."""
    reader = READERS.get(table)
    if reader is None:
        return JsonRow(json)
    try:
        return reader(row_id, json)
    except ValueError:
        return JsonRow(json)


def is_readable(table: str, row_id: str, json: bytes) -> bool:
    """Whether this version can read a row to its end; tables that it does not know it passes over."""
    if table not in READERS:
        return True
    row = thaw(table, row_id, json)
    if isinstance(row, EntryRow | IdentityRow | RevisionRow | ArticleRow):
        try:
            row.value()
        except ValueError:
            return False
    return type(row) is not JsonRow


class HistoryTables(dict[str, dict[str, Row]]):
    """The tables of the history, which are always there: one that is dropped is empty."""

    def pop(self, table: str, default: Any = None) -> Any:
        """Drops a table."""
        rows = self.get(table, default)
        if isinstance(rows, WatchedTable):
            rows.clear()
            return rows
        return super().pop(table, default)
