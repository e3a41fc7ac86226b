"""TinyDB on an append-only journal: the same API, durable writes whose cost does not grow with the database.

`open_db(path)` gives a TinyDB whose every write is one checksummed line, synced, and whose documents live
in memory; `with db.transaction():` gathers the writes of several tables into one line. Opening replays the
lines; compaction rewrites the file with what is still alive.

Knows nothing of what the documents mean. Like TinyDB itself it is not thread-safe, and the documents it
returns share their nested values with it: change them by `update`.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from tinydb import TinyDB

from newswatch.store.lock import WriterLock
from newswatch.store.operations import Operation
from newswatch.store.storage import JournalStorage
from newswatch.store.tables import JournalTable, KeyedTable

__all__ = ["JournalDB", "JournalStorage", "JournalTable", "KeyedTable", "open_db"]


class JournalDB(TinyDB):
    """TinyDB on a journal. Takes what `JournalStorage` takes."""

    table_class = JournalTable  # type: ignore[assignment] # TinyDB types its hooks by their defaults
    default_storage_class = JournalStorage  # type: ignore[assignment] # as above

    def table(self, name: str, **options: Any) -> JournalTable:
        """See `tinydb.TinyDB.table`."""
        return cast("JournalTable", super().table(name, **options))

    @property
    def journal(self) -> JournalStorage:
        """The storage, by its own type."""
        return cast("JournalStorage", self.storage)

    @contextmanager
    def transaction(self) -> Generator[None]:
        """All writes of the block become durable at its end, together; an exception, also StoreError, undoes them."""
        try:
            with self.journal.transaction():
                yield
        except BaseException:  # whatever ended the block undid it: no cached answer may say otherwise
            for table in self._tables.values():
                table.clear_cache()
            raise

    def append(self, operations: Sequence[Operation]) -> None:
        """Makes the operations durable as one line, then visible. Raises as `JournalStorage.append`."""
        self.journal.append(operations)
        for table in self._tables.values():
            table.clear_cache()

    def compact(self) -> None:
        """See `JournalStorage.compact`."""
        self.journal.compact()


def open_db(path: str | Path, *, read_only: bool = False) -> JournalDB:
    """The database in a file, made if there is none. Raises StoreLocked, StoreDamaged, StoreError.

    One writer at a time: the lock is `<path>.lock`, and ends with `close()` or the process.
    """
    path = Path(path)
    if read_only:
        return JournalDB(path, read_only=True)
    lock = WriterLock(path.with_name(path.name + ".lock"))
    try:
        return JournalDB(path, lock=lock)
    except BaseException:  # whatever kept it from opening, ctrl+c included: the lock is not ours to keep
        lock.release()
        raise
