"""The TinyDB storage on an append-only journal: tables in memory, each write one durable line of the file.

A file that is mostly rows which were replaced or removed since is rewritten on a thread, while writes go on. What the
disk refuses can be held in memory, until it takes it.

Knows `operations`, `AppendLog` and TinyDB's Storage; nothing of what the documents mean. One thread at a time writes
and reads; `compact` may come from any.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

from tinydb.storages import Storage

from newswatch.errors import StoreError
from newswatch.store import operations as ops
from newswatch.store.appendlog import AppendLog, Recovery
from newswatch.store.disk import Disk, refusal
from newswatch.store.lock import WriterLock
from newswatch.store.operations import Operation, Tables, Thaw
from newswatch.store.staged import Staged

logger = logging.getLogger(__name__)

KIND = "tinydb-journal"
WASTE_ROWS = 2_000  # superseded rows that are always tolerated
QUICK_ROWS = 20_000  # with more, opening and closing do not wait for a compaction
HELD_BYTES = 64 << 20  # of writes that the disk refused; beyond that a write fails


class _Stopped(Exception):
    """A compaction was asked to end."""


class JournalStorage(Storage):
    """A TinyDB storage on an `AppendLog`.

    Documents given as plain dicts are kept as JSON gives them back (tuples become lists), so memory and
    file never differ. Any other Mapping is kept as it is: it must not change, and its items must be JSON.
    `thaw(table, id, json)` may give documents such a form as they are read. They are kept in `tables`, dicts
    that may note what comes and goes; `guard` is held while a transaction changes them. `lock` is released by `close`.

    With `tidies` it compacts itself: small files when they are opened and closed, any on a thread of its own.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        kind: str = KIND,
        schema: int = 1,
        thaw: Thaw | None = None,
        tables: Tables | None = None,
        guard: AbstractContextManager[object] | None = None,
        read_only: bool = False,
        lock: WriterLock | None = None,
        disk: Disk | None = None,
        tidies: bool = True,
    ) -> None:
        super().__init__()
        self._tables: Tables = {} if tables is None else tables
        self._guard = guard or nullcontext()
        self._rows = 0  # in the file, superseded ones included
        self._staged: Staged | None = None
        self._group: Staged | None = None
        self._held: list[bytes] = []  # records that are in memory only
        self._held_bytes = 0
        self._is_holding = False
        self._order = threading.RLock()  # held from the first to the last step of a write; a compaction waits for it
        self._compacting = threading.Lock()  # held by the one compaction there is
        self._stopping = threading.Event()
        self._tidies = tidies
        self._tidying: threading.Thread | None = None
        self._tidy_from = 0  # rows in the file from which on another try is worth it
        self._thaw = thaw
        self._lock = lock
        self._log = AppendLog(Path(path), self.replay, kind=kind, schema=schema, read_only=read_only, disk=disk)
        if tidies:
            self._tidy_quickly()

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

    @property
    def length(self) -> int:
        """Bytes of the file that were read or written; see `parse`."""
        return self._log.length

    def parse(self, record: bytes) -> list[Operation]:
        """What a record says that another process appended to the file. Raises ValueError if it is none."""
        return ops.decode(record, self._thaw)

    def take(self, operations: Iterable[Operation]) -> None:
        """Makes visible what another process wrote; for a storage that is open to read only."""
        self._apply(operations)

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
        encoded = [ops.encode(operation, self._thaw) for operation in operations]
        if self._staged is not None:
            self._staged.add(encoded)
        elif encoded:
            self._write([text for text, _ in encoded], [operation for _, operation in encoded])

    @contextmanager
    def transaction(self) -> Generator[None]:
        """Gathers all writes of the block into one line, written at its end; an exception discards them.

        Reading a table in the block, after writing to it there, copies the table's index once.
        """
        with self._order:
            if self._staged is not None:
                raise RuntimeError("a transaction is open already")
            staged = self._staged = Staged(self._grouped)
            try:
                yield
            finally:
                self._staged = None
            if staged.operations:
                self._write(staged.texts, staged.operations)

    @contextmanager
    def group(self) -> Generator[None]:
        """Makes all writes of the block durable at its end with one wait for the disk; each stays a line of its own.

        If that fails, none of them was made. A transaction in the block that raises is undone alone; an exception
        that leaves the block discards them all.
        """
        with self._order:
            if self._staged is not None or self._group is not None:
                raise RuntimeError("a transaction is open already")
            group = self._group = Staged(lambda: self._tables)
            try:
                yield
            finally:
                self._group = None
            if group.records:
                self._log_all(group.records)
                self._apply(group.operations)
                self._tidy_behind()

    @contextmanager
    def holding(self) -> Generator[None]:
        """Writes of the block stay in memory; the next write that the disk takes, or `save`, makes them durable.

        Raises StoreError from a write when more is held than fits.
        """
        with self._order:
            before, self._is_holding = self._is_holding, True
            try:
                yield
            finally:
                self._is_holding = before

    @property
    def unsaved(self) -> int:
        """How many writes are held in memory only."""
        return len(self._held)

    def save(self) -> None:
        """Makes durable what is held, in its order. Raises StoreError; then it is held as before."""
        with self._order:
            if self._held:
                self._log_all(())

    def compact(self) -> None:
        """Rewrites the file with live documents only; from another thread, while writes go on.

        Raises StoreError; then nothing is lost.
        """
        self._check_no_transaction()
        with self._compacting:
            self._compact()

    def close(self) -> None:
        """Tidies up if that is quick, and releases the file; what is held is saved if possible. Harmless when called
        twice.
        """
        self._check_no_transaction()
        self._stopping.set()
        with self._compacting:  # whatever is under way beside us ends soon, and leaves nothing behind
            try:
                self.save()
            except StoreError as error:
                logger.error("%d writes are lost: %s", self.unsaved, error)  # noqa: TRY400 - expected: the text says all
            self._stopping.clear()
            if self._tidies and not self._held:
                self._tidy_quickly()
            self._stopping.set()
            self._log.close()
            if self._lock is not None:
                self._lock.release()

    def _check_no_transaction(self) -> None:
        """Waits for that of another thread; RuntimeError for one of this thread, which would wait for itself."""
        with self._order:
            if self._staged is not None or self._group is not None:
                raise RuntimeError("a transaction is open")

    def _compact(self) -> None:
        with self._order:
            self.save()
            rewrite = self._log.begin_rewrite()
            tables = {name: dict(table) for name, table in self._tables.items()}
            live, rows = sum(map(len, tables.values())), self._rows
        try:
            rewrite.write(self._until_stopped(ops.snapshot(tables)))
            rewrite.sync()
            self._check_stopped()
            with self._order:
                self._log.finish_rewrite(rewrite)
                self._rows += live - rows
        except OSError as error:
            raise refusal(self._log.path, "rewritten", error) from error
        except _Stopped as stopped:
            raise StoreError(f"{self._log.path} is being closed.") from stopped
        finally:
            rewrite.abandon()

    def _tidy_quickly(self) -> None:
        if self._log.is_writable and self.is_wasteful and self.live_rows < QUICK_ROWS:
            self._tidy(self._compact)

    def _tidy_behind(self) -> None:
        """Starts a compaction on a thread, if it is worth it and none is under way."""
        if not (self._tidies and self._log.is_writable and self._rows >= self._tidy_from and self.is_wasteful):
            return
        if self._tidying is None or not self._tidying.is_alive():
            self._tidying = threading.Thread(
                target=self._tidy, args=(self.compact,), name="journal-compaction", daemon=True
            )
            self._tidying.start()

    def _tidy(self, compact: Callable[[], None]) -> None:
        try:
            compact()
        except StoreError as error:  # the file is as good as before, only longer than it need be
            logger.warning("compaction put off: %s", error)
            self._tidy_from = self._rows + WASTE_ROWS
        else:
            self._tidy_from = 0

    def _until_stopped(self, records: Iterable[bytes]) -> Generator[bytes]:
        for record in records:
            self._check_stopped()
            yield record

    def _check_stopped(self) -> None:
        if self._stopping.is_set():
            raise _Stopped

    def _grouped(self) -> Tables:
        return self._tables if self._group is None else self._group.view()

    def _current(self) -> Tables:
        return self._grouped() if self._staged is None else self._staged.view()

    def _write(self, texts: Iterable[bytes], operations: Sequence[Operation]) -> None:
        record = ops.record(texts)
        with self._order:
            if self._group is not None:
                self._group.records.append(record)
                self._group.operations.extend(operations)
                return
            self._log_all([record])
            self._apply(operations)
            self._tidy_behind()

    def _log_all(self, records: Sequence[bytes]) -> None:
        """Makes records durable behind those that are held; while holding they are held, too."""
        if self._is_holding:
            size = sum(map(len, records))
            if self._held_bytes + size > HELD_BYTES:
                raise StoreError(f"{self._log.path} cannot be written, and no more fits in memory.")
            self._held.extend(records)
            self._held_bytes += size
            return
        self._log.append([*self._held, *records])
        self._held.clear()
        self._held_bytes = 0

    def replay(self, record: bytes) -> list[Operation]:
        """Takes in a record of the file, and returns what it did. Raises ValueError for what is none."""
        operations = ops.decode(record, self._thaw)
        self._apply(operations)
        return operations

    def _apply(self, operations: Iterable[Operation]) -> None:
        with self._guard:
            for operation in operations:
                self._rows += ops.weight(operation)
                ops.apply(self._tables, operation)
