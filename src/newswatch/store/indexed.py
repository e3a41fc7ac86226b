"""A store that answers from an index in memory and writes through `_persist` first: all that two stores share.

Reads wait for no disk and see no half of a transaction: see `reads`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from heapq import nsmallest
from operator import attrgetter
from threading import Lock
from typing import TypeVar

from newswatch.errors import StoreError
from newswatch.model.hit import HitId
from newswatch.store.api import Keep, Transaction
from newswatch.store.articlerows import ArticleRow
from newswatch.store.asiderows import DeliveryRow, MuteRow, SearchedRow, delivery_id, mute_id
from newswatch.store.changes import Changes, named, plan
from newswatch.store.historyrows import EntryRow, FeedRow, IdentityRow, RevisionRow
from newswatch.store.historytables import (
    ARTICLES,
    DELIVERIES,
    ENTRIES,
    FEEDS,
    HITS,
    IDENTITIES,
    MUTES,
    REVISIONS,
    SEARCHED,
)
from newswatch.store.hitrows import HitRow
from newswatch.store.operations import Operation, Put, Remove, Row
from newswatch.store.reads import NEVER_DROPPED, StoredValues
from newswatch.store.rowform import entry_id
from newswatch.store.together import commit_all

Kind = TypeVar("Kind", EntryRow, HitRow)


class IndexedStore(StoredValues, ABC):
    """`Store`, but for what makes a change durable."""

    def __init__(self) -> None:
        super().__init__()
        self._writing = Lock()  # held by one commit, its disk included
        self._is_closed = False

    @abstractmethod
    def _persist(self, operations: Sequence[Operation]) -> None:
        """Makes the operations durable, then changes the tables of the index, holding `_reading`.

        Raises StoreError and leaves everything as it was.
        """

    @abstractmethod
    def _release(self) -> None:
        """Lets go of what the store holds open. Called once."""

    def commit(self, transaction: Transaction) -> None:
        """See `Store.commit`."""
        with self._writing:
            self._make(self._operations(plan(transaction, self)))

    def commit_all(self, callers: Sequence[Sequence[Transaction]]) -> list[Exception | None]:
        """See `Store.commit_all`."""
        return commit_all(callers, self.commit, self._commit_side_by_side)

    def _commit_side_by_side(self, transactions: Sequence[Transaction]) -> None:
        """All of them or none; they touch different rows, so each is planned on what is stored now."""
        with self._writing, self._grouped():
            for transaction in transactions:
                self._make(self._operations(plan(transaction, self)))

    def hold(self, transaction: Transaction) -> None:
        """See `Store.hold`."""
        with self._writing, self._holding():
            self._make(self._operations(plan(transaction, self)))

    @property
    def unsaved(self) -> int:
        """See `Store.unsaved`."""
        return 0

    def save(self) -> None:
        """See `Store.save`."""

    def _grouped(self) -> AbstractContextManager[None]:
        """Makes what is persisted in the block durable, and seen, at its end: all of it or nothing."""
        return nullcontext()

    def _holding(self) -> AbstractContextManager[None]:
        """What is persisted in the block stays in memory until it can be saved."""
        return nullcontext()

    def prune_entries(self, keep: Keep, limit: int | None = None) -> int:
        """See `Store.prune_entries`."""
        with self._writing:
            with self._reading:
                rows = self._index.entries()
            with_hits = self._index.entries_with_hits()  # only who writes changes it, and that is us
            free = [row for row in rows if row.id not in with_hits]
            gone = _outdated(free, attrgetter("seen_at"), keep, limit)
            revisions = [revision.id for row in gone for revision in self._index.named.revisions(row.id)]
            self._make([*_removals(ENTRIES, [row.id for row in gone]), *_removals(REVISIONS, revisions)])
            return len(gone)

    def prune_hits(self, keep: Keep, limit: int | None = None) -> tuple[HitId, ...]:
        """See `Store.prune_hits`."""
        with self._writing:
            with self._reading:
                rows = self._index.hits()
            free = [row for row in rows if not row.flags & NEVER_DROPPED]
            gone = _outdated(free, attrgetter("found_at"), keep, limit)
            told = [delivery for row in gone for delivery in self._index.named.deliveries(HitId(row.id))]
            deliveries = [delivery_id(delivery.hit_id, delivery.sink) for delivery in told]
            self._make([*_removals(HITS, [row.id for row in gone]), *_removals(DELIVERIES, deliveries)])
            with self._reading:
                strays = self._index.stray_articles()
            self._make(list(_removals(ARTICLES, strays)))
            return tuple(HitId(row.id) for row in gone)

    def close(self) -> None:
        """See `Store.close`. What is in memory can still be read."""
        with self._writing:
            if not self._is_closed:
                self._is_closed = True
                self._release()

    def _make(self, operations: Sequence[Operation]) -> None:
        if self._is_closed:
            raise StoreError("The history is closed.")
        if operations:
            self._persist(operations)

    def _operations(self, changes: Changes) -> list[Operation]:
        """The changes as rows. Entries come before the hits that name them."""
        return [
            *_puts(FEEDS, ((state.feed_id, FeedRow.of(state)) for state in changes.feed_states.values())),
            *_puts(ENTRIES, ((row.id, row) for row in map(EntryRow.of, changes.entries.values()))),
            *_puts(REVISIONS, ((row.id, row) for row in map(RevisionRow.of, changes.revisions.values()))),
            *_puts(IDENTITIES, ((row.id, row) for row in map(IdentityRow.of, changes.identities.values()))),
            *_puts(HITS, ((row.id, row) for row in self._hit_rows(changes))),
            *_puts(
                DELIVERIES,
                ((delivery_id(*name), DeliveryRow.of(delivery)) for name, delivery in changes.deliveries.items()),
            ),
            *_puts(
                MUTES,
                (
                    (row_id, MuteRow.of(mute))
                    for mutes in (changes.mutes.values(), changes.rule_mutes.values())
                    for mute in mutes
                    for row_id in [mute_id(mute)]
                ),
            ),
            *_puts(ARTICLES, ((row.id, row) for row in map(ArticleRow.of, changes.articles.values()))),
            *_puts(SEARCHED, ((rule_id, SearchedRow.of(form)) for rule_id, form in changes.searched.items())),
            *_removals(ENTRIES, [entry_id(*name) for name in changes.gone_entries]),
            *_removals(REVISIONS, [RevisionRow.of(revision).id for revision in changes.gone_revisions]),
            *_removals(IDENTITIES, [entry_id(*name) for name in changes.gone_identities]),
            *_removals(MUTES, [*changes.gone_mutes, *map(mute_id, changes.gone_rule_mutes)]),
            *_removals(SEARCHED, changes.gone_searched),
        ]

    def _hit_rows(self, changes: Changes) -> Iterator[HitRow]:
        """A hit on the stored text names its entry; one on an earlier text carries it."""
        for hit in changes.hits.values():
            name = named(hit.entry)
            current = changes.entries.get(name) or self.entry(*name)
            yield HitRow.of(hit, is_whole=hit.entry != current)
        for hit in changes.detached:
            yield HitRow.of(hit, is_whole=True)


def _puts(table: str, rows: Iterable[tuple[str, Row]]) -> Iterator[Operation]:
    if documents := dict(rows):
        yield Put(table, documents)


def _removals(table: str, ids: Sequence[str]) -> Iterator[Operation]:
    if ids:
        yield Remove(table, ids)


def _outdated(rows: list[Kind], at: Callable[[Kind], datetime], keep: Keep, limit: int | None) -> list[Kind]:
    """The oldest of the rows that are not kept, oldest first.

    The few are picked out of the many one by one: sorting them would hold the interpreter, and with it the event loop.
    """
    surplus = 0 if keep.count is None else max(len(rows) - keep.count, 0)
    old = 0 if (since := keep.since) is None else sum(at(row) < since for row in rows)
    gone = max(surplus, old) if limit is None else min(max(surplus, old), limit)
    return nsmallest(gone, rows, key=at)
