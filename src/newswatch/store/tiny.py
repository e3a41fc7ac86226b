"""The durable store: rows in a TinyDB journal, one transaction a line, and as they stand there in memory.

    <folder>/history.journal              the rows; what is damaged in it goes to history.journal.quarantine
    <folder>/history.journal.corrupt-…    a file that could not be used, as it was: see `care`
    <folder>/backups/                     see `backup`
    <folder>/lock                         held while a TinyStore is open

Tables: feeds, entries, revisions, identities, hits, deliveries, mutes, articles, searched. A row that this version
cannot read stays in the file as it is, is counted, and is not part of the history until a version that knows it opens
it.
"""

from __future__ import annotations

import gc
import logging
from collections.abc import Generator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

from newswatch.errors import StoreError
from newswatch.store.api import Transaction
from newswatch.store.care import Rescue, opened_with_care
from newswatch.store.disk import Disk
from newswatch.store.historytables import FEEDS, HITS, thaw
from newswatch.store.indexed import IndexedStore
from newswatch.store.journal import JournalDB, KeyedTable
from newswatch.store.lock import LOCK_NAME, WriterLock
from newswatch.store.migrate import SCHEMA, UPDATES
from newswatch.store.operations import Operation
from newswatch.store.storage import JournalStorage
from newswatch.store.unreadable import told

__all__ = ["FEEDS", "FILE_NAME", "HITS", "Opening", "TinyStore"]

logger = logging.getLogger(__name__)

FILE_NAME = "history.journal"
KIND = "newswatch-history"
FROZEN_ROWS = 20_000  # from here on what was loaded is kept out of the cycle collector's sight


@dataclass(frozen=True, slots=True)
class Opening:
    """What opening the history found: damaged lines set aside, bytes of an unfinished write that were cut,
    rows that this version cannot read. Of a row whose text is broken that shows when it is first asked for.
    `rescue` is what was done about a file that could not be used at all.
    """

    damaged_lines: int = 0
    torn_bytes: int = 0
    unreadable_rows: int = 0
    rescue: Rescue | None = None


class _HistoryDB(JournalDB):
    table_class = KeyedTable


class TinyStore(IndexedStore):
    """The history of one home. Made by `open`."""

    def __init__(self, path: Path, *, rescue: Rescue | None = None, **options: Any) -> None:
        super().__init__()
        self._db: JournalDB = _HistoryDB(
            path, kind=KIND, schema=SCHEMA, thaw=thaw, tables=self._index.tables, guard=self._reading, **options
        )
        self._rescue = rescue
        self._rows_at_first = self._db.journal.live_rows
        self._index.follow()
        if unreadable := self._index.unreadable:
            logger.error("%s", told(unreadable))

    @classmethod
    def open(cls, folder: Path, *, disk: Disk | None = None) -> Self:
        """Opens the history in a folder, to be its only writer; makes both if they are not there.

        A file that cannot be used (damaged, not ours, of a newer version) is set aside, and the newest good backup
        takes its place; `damage` says so. Raises StoreLocked if another process has it, StoreError if the disk refuses.
        """
        lock = WriterLock(folder / LOCK_NAME)
        try:
            store = opened_with_care(
                folder / FILE_NAME,
                lambda rescue: cls._opened(folder, lock=lock, disk=disk, rescue=rescue),
                kind=KIND,
                schema=SCHEMA,
                updates=UPDATES,
                disk=disk,
            )
        except BaseException:
            lock.release()
            raise
        store.doubt()
        return store

    @classmethod
    def read(cls, folder: Path) -> Self:
        """The history as it is on disk now, to read only: takes no lock and writes nothing.

        Raises StoreDamaged for a file that cannot be used, else as `open`, but never StoreLocked; `commit` raises
        StoreError.
        """
        return cls._opened(folder, read_only=True)

    @classmethod
    def _opened(cls, folder: Path, **options: Any) -> Self:
        with _no_collector():
            store = cls(folder / FILE_NAME, **options)
            if store._db.journal.live_rows > FROZEN_ROWS:
                gc.freeze()  # rows form no cycles: walking 100,000 of them would stop the event loop for 0.1 s
            return store

    def doubt(self) -> None:
        """Where opening lost rows, forgets what else would keep them lost: `open` does it.

        It says of a feed's last document that it is stored, but a server that has nothing newer will not send it again;
        and of rules that they were searched for, but their hits may be among what was lost.
        """
        opening = self.opening
        are_rows_lost = opening.rescue is not None or opening.damaged_lines > 0
        states = self.feed_states().values() if are_rows_lost else ()
        doubted = Transaction(
            feed_states=tuple(replace(state, etag=None, last_modified=None, body_hash=None) for state in states),
            unsearched=tuple(self.searched()) if are_rows_lost or opening.unreadable_rows else (),
        )
        if doubted.is_empty:
            return
        try:
            self.commit(doubted)
        except StoreError as error:  # then in memory, and on the disk as soon as that takes it
            logger.warning("%s", error)
            self.hold(doubted)

    def damage(self) -> str:
        """See `Store.damage`. An unfinished write that was cut off is no damage: nobody was told it had been saved."""
        opening = self.opening
        found = [] if opening.rescue is None else [opening.rescue.text(self._rows_at_first)]
        if opening.damaged_lines:
            lines = "line was" if opening.damaged_lines == 1 else "lines were"
            found.append(f"{opening.damaged_lines} damaged {lines} set aside in {FILE_NAME}.quarantine")
        if opening.unreadable_rows:
            found.append(told(opening.unreadable_rows))
        return "; ".join(found)

    @property
    def journal(self) -> JournalStorage:
        """The storage of its rows. What happens to that is seen by the store at once."""
        return self._db.journal

    @property
    def opening(self) -> Opening:
        """What opening found."""
        recovery = self._db.journal.recovery
        with self._reading:
            return Opening(recovery.damaged_lines, recovery.torn_bytes, self._index.unreadable, self._rescue)

    def compact(self) -> None:
        """Rewrites the file without what was replaced or removed since. Reads and commits go on meanwhile.

        Raises StoreError; then nothing is lost. It happens by itself when it is worth it.
        """
        self._db.compact()

    @property
    def unsaved(self) -> int:
        """See `Store.unsaved`."""
        return self._db.journal.unsaved

    def save(self) -> None:
        """See `Store.save`."""
        self._db.journal.save()

    def _grouped(self) -> AbstractContextManager[None]:
        return self._db.journal.group()

    def _holding(self) -> AbstractContextManager[None]:
        return self._db.journal.holding()

    def _persist(self, operations: Sequence[Operation]) -> None:
        self._db.append(operations)

    def _release(self) -> None:
        self._db.close()


@contextmanager
def _no_collector() -> Generator[None]:
    """Keeps the cycle collector from walking a growing heap of rows, none of which is garbage, again and again."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
