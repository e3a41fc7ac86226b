"""A pytest plugin: wherever a test says TinyDB, JSONStorage or MemoryStorage, it gets the journal.

The two storages are journals by the names that TinyDB's tests look for: one in the file that they name, one in a file
of its own that goes with it.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import tinydb
import tinydb.database
import tinydb.storages
import tinydb.table

from newswatch.store.journal import JournalDB, JournalTable
from newswatch.store.storage import JournalStorage
from tests.failing_disk import QuickDisk


class JSONStorage(JournalStorage):
    """A journal in a file. It is UTF-8 throughout, so that `ensure_ascii` says nothing to it."""

    def __init__(self, path: str | Path, *, ensure_ascii: bool = False, **options: Any) -> None:
        del ensure_ascii
        super().__init__(path, disk=QuickDisk(), **options)


class MemoryStorage(JournalStorage):
    """A journal that nobody sees."""

    def __init__(self) -> None:
        self._folder = TemporaryDirectory(ignore_cleanup_errors=True)
        super().__init__(Path(self._folder.name) / "memory.journal", disk=QuickDisk())


class Table(JournalTable):
    """Its table; TinyDB's tests look at the name."""


class TinyDB(JournalDB):
    """TinyDB on a journal; over a storage that a test brings along, or a middleware, with TinyDB's own table."""

    default_storage_class = JSONStorage
    table_class = Table

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if not isinstance(self.storage, JournalStorage):
            self.table_class = tinydb.table.Table  # type: ignore[assignment] # as above


JSONStorage.__module__ = MemoryStorage.__module__ = "tinydb.storages"
for _module in (tinydb, tinydb.database, tinydb.storages):
    for _name, _stand_in in (("TinyDB", TinyDB), ("JSONStorage", JSONStorage), ("MemoryStorage", MemoryStorage)):
        if hasattr(_module, _name):
            setattr(_module, _name, _stand_in)
