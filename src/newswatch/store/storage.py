"""The TinyDB storage on an append-only journal: tables in memory, each write one durable line of the file.

Knows `operations`, `AppendLog` and TinyDB's Storage; nothing of what the documents mean. Not thread-safe.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

from tinydb.storages import Storage

from newswatch.errors import StoreError
from newswatch.store import operations as ops
from newswatch.store.appendlog import AppendLog, Recovery
from newswatch.store.disk import Disk
from newswatch.store.lock import WriterLock
from newswatch.store.operations import Operation, Row, Tables, Thaw

logger = logging.getLogger(__name__)

KIND = "tinydb-journal"
WASTE_ROWS = 2_000  # superseded rows that are always tolerated
QUICK_ROWS = 20_000  # compaction at close must not hold up a signal: above this it waits for the next opening


class _Staged:
    """An open transaction. Its own view of the tables is made only when something is read in it."""

    def __init__(self, tables: Tables) -> None:
        self.texts: list[str] = []
        self.operations: list[Operation] = []
        self._tables = dict(tables)
        self._owned: set[str] = set()
        self._seen = 0

    def add(self, encoded: Iterable[tuple[str, Operation]]) -> None:
        """Gathers operations."""
        for text, operation in encoded:
            self.texts.append(text)
            self.operations.append(operation)

    def view(self) -> Tables:
        """The tables as they will be; those written to are copies."""
        for operation in self.operations[self._seen :]:
            table = operation.table
            if table not in self._owned and table in self._tables:
                self._tables[table] = dict(self._tables[table])
            self._owned.add(table)
            ops.apply(self._tables, operation)
        self._seen = len(self.operations)
        return self._tables


class JournalStorage(Storage):
    """A TinyDB storage on an `AppendLog`.

    Documents given as plain dicts are kept as JSON gives them back (tuples become lists), so memory and
    file never differ. Any other Mapping is kept as it is: it must not change, and its items must be JSON.
    `thaw(table, id, document)` may give documents such a form as they are read. `lock` is released by `close`.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        kind: str = KIND,
        schema: int = 1,
        thaw: Thaw | None = None,
        read_only: bool = False,
        lock: WriterLock | None = None,
        disk: Disk | None = None,
    ) -> None:
        super().__init__()
        self._tables: Tables = {}
        self._rows = 0  # in the file, superseded ones included
        self._staged: _Staged | None = None
        self._thaw = thaw
        self._lock = lock
        self._log = AppendLog(Path(path), self._replay, kind=kind, schema=schema, read_only=read_only, disk=disk)
        self.tidy()

    @property
    def recovery(self) -> Recovery:
        """What opening the file found."""
        return self._log.recovery

    @property
    def live_rows(self) -> int:
        """Documents in all tables."""
        return sum(map(len, self._tables.values()))

    @property
    def is_wasteful(self) -> bool:
        """Whether the file is worth rewriting: damaged, or mostly rows that were replaced or removed since."""
        return self._rows > 2 * self.live_rows + WASTE_ROWS or self._log.has_damage

    def read(self) -> dict[str, dict[str, Any]] | None:
        """All tables by name, as views that cannot be written to; None if there is none."""
        tables = self._current()
        if not tables:
            return None
        return cast("dict[str, dict[str, Any]]", {name: MappingProxyType(table) for name, table in tables.items()})

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        """Makes this the content: what differs from the present one is appended as one transaction."""
        self.append(ops.difference(self._current(), data))

    def append(self, operations: Sequence[Operation]) -> None:
        """Makes the operations durable as one line, then visible; in a transaction, visible at once.

        Raises StoreError if the line could not be written, TypeError or ValueError if a document is not
        JSON; then nothing has changed.
        """
        encoded = [ops.encode(operation) for operation in operations]
        if self._staged is not None:
            self._staged.add(encoded)
        elif encoded:
            self._write([text for text, _ in encoded], [operation for _, operation in encoded])

    @contextmanager
    def transaction(self) -> Generator[None]:
        """Gathers all writes of the block into one line, written at its end; an exception discards them.

        Reading a table in the block, after writing to it there, copies the table's index once.
        """
        if self._staged is not None:
            raise RuntimeError("a transaction is open already")
        staged = self._staged = _Staged(self._tables)
        try:
            yield
        finally:
            self._staged = None
        if staged.operations:
            self._write(staged.texts, staged.operations)

    def remap(self, table: str, convert: Callable[[str, Row], Row]) -> None:
        """Gives the documents of a table another form in memory; the file says the same already."""
        documents = self._tables.get(table, {})
        for doc_id, document in documents.items():
            documents[doc_id] = convert(doc_id, document)

    def compact(self) -> None:
        """Rewrites the file with live documents only. Raises StoreError; then nothing is lost."""
        if self._staged is not None:
            raise RuntimeError("a transaction is open")
        self._log.rewrite(ops.snapshot(self._tables))
        self._rows = self.live_rows

    def tidy(self, *, limit: int | None = None) -> None:
        """Compacts if that is worth it, and there are fewer documents than `limit`; failing is only logged."""
        if self._log.is_writable and self.is_wasteful and (limit is None or self.live_rows < limit):
            try:
                self.compact()
            except StoreError as error:  # the file is as good as before, only longer than it need be
                logger.warning("compaction put off: %s", error)

    def close(self) -> None:
        """Tidies up if that is quick, and releases the file. Harmless when called twice."""
        self.tidy(limit=QUICK_ROWS)
        self._log.close()
        if self._lock is not None:
            self._lock.release()

    def _current(self) -> Tables:
        return self._tables if self._staged is None else self._staged.view()

    def _write(self, texts: Iterable[str], operations: Iterable[Operation]) -> None:
        self._log.append([ops.record(texts)])
        for operation in operations:
            self._rows += ops.weight(operation)
            ops.apply(self._tables, operation)

    def _replay(self, content: bytes) -> None:
        operations = ops.decode(content)
        if self._thaw is not None:
            operations = [ops.thawed(operation, self._thaw) for operation in operations]
        for operation in operations:
            self._rows += ops.weight(operation)
            ops.apply(self._tables, operation)
