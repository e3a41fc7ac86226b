"""Follows a history that another process writes: keeps a store up to date, and says what is different in it.

Takes no lock, writes nothing, and never asks the writer anything; see `tail` for what it reads. Blocks for the disk:
call it off the event loop.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TypeVar

from newswatch.allocator import give_back_memory
from newswatch.errors import StoreError
from newswatch.model.feed import FeedId
from newswatch.model.hit import HitId
from newswatch.store import operations
from newswatch.store.appendlog import AppendLog
from newswatch.store.disk import refusal
from newswatch.store.historytables import ENTRIES, FEEDS, HITS, thaw
from newswatch.store.hitrows import HitRow
from newswatch.store.migrate import SCHEMA
from newswatch.store.operations import Clear, Drop, Operation, Put, Remove, Row, Tables
from newswatch.store.rows import JsonRow
from newswatch.store.tail import AT_ONCE, LogReplaced, Tail
from newswatch.store.tiny import FILE_NAME, KIND, TinyStore

_OPENING_ATTEMPTS = 20  # a file is rewritten once in thousands of writes: more than one at once is a defect
_ROWS_AT_ONCE = 200
_SLICES_A_LOOK = 32  # of packing: a tenth of a second
_BREATH_EVERY_S = 0.004
_BREATH_S = 0.0002

T = TypeVar("T")

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class News:
    """What is different in the history since the last look.

    `is_more`: there is more to read at once. `has_rows`: entries or identities came or went, too.
    """

    new_hits: dict[HitId, None] = field(default_factory=dict)
    changed_hits: dict[HitId, None] = field(default_factory=dict)
    gone_hits: dict[HitId, None] = field(default_factory=dict)
    feeds: dict[FeedId, None] = field(default_factory=dict)
    has_rows: bool = False
    is_more: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether all is as it was."""
        return not (self.new_hits or self.changed_hits or self.gone_hits or self.feeds or self.has_rows)


class FollowedHistory:
    """The history in a folder whose writer is another process. `store` is what was read of it until now.

    Only `look` changes the store. When the file was rewritten, what is the same in it stays the very row that it was:
    of a compaction nothing is left to do. Raises as `TinyStore.read`.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / FILE_NAME
        self._looking = threading.Lock()  # held by a look, and by the end of all
        self._is_closing = False
        self.store, self._tail = self._opened(self._load)

    def look(self, limit: int = AT_ONCE) -> News:
        """Reads what the writer wrote since the last look. Raises StoreError, and stays as it was, if it cannot."""
        with self._looking:
            if self._is_closing:
                raise StoreError(f"{self._path} is followed no longer.")
            news = self._looked(limit)
            if news.is_empty:
                self._pack()
            return news

    def close(self) -> None:
        """Releases the file, after a look that is under way on another thread. Harmless when called twice."""
        self._is_closing = True
        with self._looking:
            self._tail.close()

    def _pack(self) -> None:
        """Packs a little of what is in memory, while nothing else is to be done."""
        slices = 0
        while slices < _SLICES_A_LOOK and not self._is_closing and self.store.pack(is_quiet=True):
            slices += 1
        if slices == _SLICES_A_LOOK:
            give_back_memory()

    def _looked(self, limit: int) -> News:
        news = News()
        try:
            records = self._tail.read(limit)
        except LogReplaced:
            self._read_anew(news)
            return news
        except OSError as error:
            raise refusal(self._path, "read", error) from error
        news.is_more = self._tail.is_behind
        for record in records:
            try:
                changes = self.store.journal.parse(record)
            except ValueError as error:
                logger.warning("a record of the journal is passed over: %s", error)
            else:
                self._take(changes, news)
        return news

    def _load(self) -> tuple[TinyStore, int]:
        store = TinyStore.read(self._folder)
        store.close()  # what is in memory can be read; a file that nobody has open any more can be deleted
        return store, store.journal.length

    def _read_anew(self, news: News) -> None:
        """Makes the store what the file says now."""
        before = self.store.journal.read() or {}
        after, tail = self._opened(self._tables)
        if not tail.has_file:  # it is being replaced this very moment
            return
        self._tail.close()
        self._tail = tail
        for operation in (*operations.difference(before, after), *_bound_anew(before, after)):
            for part in _parts(operation):
                self._take([part], news)

    def _tables(self) -> tuple[Tables, int]:
        """What the file says, and how long it is. Rows that it has in common with the store are those of the store."""
        known = self.store.journal.read() or {}
        tables: Tables = {}
        breath = Breath()

        def kept(table: str, row_id: str, json: bytes) -> Row:
            row = known.get(table, {}).get(row_id)
            return row if isinstance(row, JsonRow) and row.json == json else thaw(table, row_id, json)

        def replay(record: bytes) -> None:
            if self._is_closing:
                raise StoreError(f"{self._path} is followed no longer.")
            for operation in operations.decode(record, kept):
                operations.apply(tables, operation)
            breath.take()

        log = AppendLog(self._path, replay, kind=KIND, schema=SCHEMA, read_only=True)
        log.close()
        return tables, log.length

    def _opened(self, read: Callable[[], tuple[T, int]]) -> tuple[T, Tail]:
        """What is read of the file as it is, and a tail that goes on from there. It may be rewritten meanwhile."""
        for _ in range(_OPENING_ATTEMPTS):
            tail: Tail | None = None
            try:
                tail = Tail(self._path)
                content, length = read()
                if tail.has_file == bool(length) and not tail.is_replaced:
                    tail.start(length)
                    return content, tail
                tail.close()
            except BaseException as error:
                if tail is not None:
                    tail.close()
                if isinstance(error, OSError):
                    raise refusal(self._path, "read", error) from error
                raise
        raise StoreError(f"{self._path} is being replaced again and again. See what does that, then try again.")

    def _take(self, changes: Sequence[Operation], news: News) -> None:
        hits = (self.store.journal.read() or {}).get(HITS, {})
        for change in changes:
            _note(news, change, hits)
        self.store.journal.take(changes)


def _note(news: News, operation: Operation, hits: Mapping[str, object]) -> None:
    """What an operation makes different that is about to be applied to these hits."""
    match operation:
        case Put(table, documents) if table == HITS:
            for hit_id in map(HitId, documents):
                if hit_id in news.gone_hits:
                    del news.gone_hits[hit_id]
                    news.changed_hits[hit_id] = None
                elif hit_id not in hits:
                    news.new_hits[hit_id] = None
                elif hit_id not in news.new_hits:
                    news.changed_hits[hit_id] = None
        case Remove(table, ids) if table == HITS:
            _drop(news, [HitId(doc_id) for doc_id in ids if doc_id in hits])
        case Clear(table) | Drop(table) if table == HITS:
            _drop(news, map(HitId, hits))
        case Put(table, documents) if table == FEEDS:
            news.feeds.update(dict.fromkeys(map(FeedId, documents)))
        case _:
            news.has_rows = True


def _drop(news: News, hits: Iterable[HitId]) -> None:
    for hit_id in hits:
        if hit_id in news.new_hits:
            del news.new_hits[hit_id]
        else:
            news.changed_hits.pop(hit_id, None)
            news.gone_hits[hit_id] = None


def _bound_anew(before: Mapping[str, Mapping[str, Row]], after: Tables) -> Iterable[Operation]:
    """The hits whose entries have another text: a row that names its entry is the same, and would hold the old one."""
    entries, shown = after.get(ENTRIES, {}), before.get(HITS, {})
    rows: dict[str, Row] = {}
    for hit_id, row in after.get(HITS, {}).items():
        hit = shown.get(hit_id)
        if not isinstance(hit, HitRow) or hit.is_whole or not isinstance(row, JsonRow):
            continue
        if hit.entry is not entries.get(hit.entry_id):
            rows[hit_id] = thaw(HITS, hit_id, row.json)
    return (Put(HITS, rows),) if rows else ()


def _parts(operation: Operation) -> Iterable[Operation]:
    """The operation in pieces that hold up nobody who reads."""
    match operation:
        case Put(table, documents):
            rows = iter(documents.items())
            while page := dict(islice(rows, _ROWS_AT_ONCE)):
                yield Put(table, page)
        case Remove(table, ids):
            for start in range(0, len(ids), _ROWS_AT_ONCE):
                yield Remove(table, ids[start : start + _ROWS_AT_ONCE])
        case _:
            yield operation


class Breath:
    """Pauses on a thread that would never wait: the interpreter lets others in only when made to, 5 ms later."""

    def __init__(self) -> None:
        self._at = time.monotonic()

    def take(self) -> None:
        """Pauses for an instant, if it is time to."""
        if time.monotonic() - self._at >= _BREATH_EVERY_S:
            time.sleep(_BREATH_S)
            self._at = time.monotonic()
