"""The durable store: model values in memory, rows in a TinyDB journal, one transaction a line.

    <folder>/history.journal              the rows; what is damaged in it goes to history.journal.quarantine
    <folder>/lock                         held while a TinyStore is open

Tables: feeds, entries, revisions, identities, hits. A row that this version cannot read stays in the file
as it is, is counted, and is not part of the history until a version that knows it opens it.
"""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Self

from newswatch.model.digest import digest
from newswatch.model.entry import Entry, Revision
from newswatch.model.hit import Hit
from newswatch.store import codec
from newswatch.store.changes import Changes, EntryName, named
from newswatch.store.disk import Disk
from newswatch.store.indexed import IndexedStore
from newswatch.store.journal import JournalDB, KeyedTable
from newswatch.store.lock import LOCK_NAME, WriterLock
from newswatch.store.rows import ValueRow

logger = logging.getLogger(__name__)

FILE_NAME = "history.journal"
KIND = "newswatch-history"
SCHEMA = 1
FROZEN_ROWS = 20_000  # from here on what was loaded is kept out of the cycle collector's sight

FEEDS, ENTRIES, REVISIONS, IDENTITIES, HITS = ("feeds", "entries", "revisions", "identities", "hits")

_encode_whole_hit = partial(codec.encode_hit, is_whole=True)
_CODECS: dict[str, tuple[Callable[[Any], dict[str, Any]], Callable[[Mapping[str, Any]], Any]]] = {
    FEEDS: (codec.encode_feed_state, codec.decode_feed_state),
    ENTRIES: (codec.encode_entry, codec.decode_entry),
    REVISIONS: (codec.encode_revision, codec.decode_revision),
    IDENTITIES: (codec.encode_identity, codec.decode_identity),
}


@dataclass(frozen=True, slots=True)
class Opening:
    """What opening the history found: damaged lines set aside, bytes of an unfinished write that were cut,
    rows that this version cannot read.
    """

    damaged_lines: int = 0
    torn_bytes: int = 0
    unreadable_rows: int = 0


class _HistoryDB(JournalDB):
    table_class = KeyedTable


class TinyStore(IndexedStore):
    """The history of one home. Made by `open`."""

    def __init__(self, db: JournalDB) -> None:
        super().__init__()
        self._db = db
        self._unreadable = 0
        self._load()

    @classmethod
    def open(cls, folder: Path, *, disk: Disk | None = None) -> Self:
        """Opens the history in a folder, to be its only writer; makes both if they are not there.

        Raises StoreLocked if another process has it, StoreDamaged for a file that is not ours or is of a
        newer version, StoreError if the disk refuses.
        """
        lock = WriterLock(folder / LOCK_NAME)
        try:
            return cls._opened(folder, lock=lock, disk=disk)
        except BaseException:
            lock.release()
            raise

    @classmethod
    def read(cls, folder: Path) -> Self:
        """The history as it is on disk now, to read only: takes no lock and writes nothing.

        Raises as `open`, but never StoreLocked; `commit` raises StoreError.
        """
        return cls._opened(folder, read_only=True)

    @classmethod
    def _opened(cls, folder: Path, **options: Any) -> Self:
        with _no_collector():
            db = _HistoryDB(folder / FILE_NAME, kind=KIND, schema=SCHEMA, thaw=_thaw, **options)
            try:
                store = cls(db)
            except BaseException:
                db.close()
                raise
            if db.journal.live_rows > FROZEN_ROWS:
                gc.freeze()  # rows form no cycles: walking 100,000 of them would stop the event loop for 0.1 s
            return store

    def damage(self) -> str:
        """See `Store.damage`. An unfinished write that was cut off is no damage: nobody was told it had been saved."""
        opening = self.opening
        found = []
        if opening.damaged_lines:
            lines = "line was" if opening.damaged_lines == 1 else "lines were"
            found.append(f"{opening.damaged_lines} damaged {lines} set aside in {FILE_NAME}.quarantine")
        if opening.unreadable_rows:
            found.append(f"{opening.unreadable_rows} rows cannot be read by this version; they stay in the file")
        return "; ".join(found)

    @property
    def opening(self) -> Opening:
        """What opening found."""
        recovery = self._db.journal.recovery
        return Opening(recovery.damaged_lines, recovery.torn_bytes, self._unreadable)

    def compact(self) -> None:
        """Rewrites the file without what was replaced or removed since. Reads go on meanwhile, commits wait.

        Raises StoreError; then nothing is lost.
        """
        with self._writing:
            self._db.compact()

    def _persist(self, changes: Changes) -> None:
        with self._db.transaction():
            self._put(FEEDS, changes.feed_states.items())
            self._put(ENTRIES, ((_entry_id(name), entry) for name, entry in changes.entries.items()))
            self._put(REVISIONS, ((_revision_id(revision), revision) for revision in changes.revisions.values()))
            self._put(IDENTITIES, ((_entry_id(name), known) for name, known in changes.identities.items()))
            self._db.table(HITS).put({hit.id: row for hit, row in self._hit_rows(changes)})
            for table, gone in (
                (ENTRIES, map(_entry_id, changes.gone_entries)),
                (REVISIONS, map(_revision_id, changes.gone_revisions)),
                (IDENTITIES, map(_entry_id, changes.gone_identities)),
            ):
                self._db.table(table).discard(gone)

    def _put(self, table: str, values: Iterable[tuple[str, Any]]) -> None:
        encode, _ = _CODECS[table]
        self._db.table(table).put({doc_id: ValueRow(value, encode) for doc_id, value in values})

    def _hit_rows(self, changes: Changes) -> Iterator[tuple[Hit, ValueRow[Hit]]]:
        """A hit on the stored text names its entry; one on an earlier text carries it."""
        for hit in changes.hits.values():
            name = named(hit.entry)
            current = changes.entries.get(name) or self._index.entry(*name)
            yield hit, ValueRow(hit, codec.encode_hit if hit.entry is current else _encode_whole_hit)
        for hit in changes.detached:
            yield hit, ValueRow(hit, _encode_whole_hit)

    def _load(self) -> None:
        journal = self._db.journal
        entries = {named(entry): entry for entry in self._values(ENTRIES)}
        journal.remap(HITS, lambda _, row: _thawed_hit(row, entries))
        revisions = {(*named(revision.entry), revision.replaced_at): revision for revision in self._values(REVISIONS)}
        self._index.apply(
            Changes(
                entries=entries,
                revisions=revisions,
                identities={(known.feed_id, known.key): known for known in self._values(IDENTITIES)},
                hits={hit.id: hit for hit in self._values(HITS)},
                feed_states={state.feed_id: state for state in self._values(FEEDS)},
            )
        )
        if self._unreadable:
            logger.error("%d rows cannot be read by this version; they stay in the file as they are", self._unreadable)

    def _values(self, table: str) -> Iterator[Any]:
        """The values of a table; rows that could not be decoded are counted."""
        for row in (self._db.journal.read() or {}).get(table, {}).values():
            if isinstance(row, ValueRow):
                yield row.value
            else:
                self._unreadable += 1

    def _release(self) -> None:
        self._db.close()


def _thaw(table: str, _: str, row: Mapping[str, Any]) -> Mapping[str, Any]:
    """A row as it is read; hits wait until all entries are there."""
    if table not in _CODECS:
        return row
    encode, decode = _CODECS[table]
    try:
        return ValueRow(decode(row), encode)
    except ValueError as error:
        logger.warning("%s: %s", table, error)
        return row


def _thawed_hit(row: Mapping[str, Any], entries: Mapping[EntryName, Entry]) -> Mapping[str, Any]:
    encode = _encode_whole_hit if "entry" in row else codec.encode_hit
    try:
        return ValueRow(codec.decode_hit(row, lambda feed_id, key: entries.get((feed_id, key))), encode)
    except ValueError as error:
        logger.warning("%s: %s", HITS, error)
        return row


def _entry_id(name: EntryName) -> str:
    return digest(*name)


def _revision_id(revision: Revision) -> str:
    return digest(*named(revision.entry), revision.replaced_at.isoformat())


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
