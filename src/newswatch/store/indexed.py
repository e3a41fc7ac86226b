"""A store that answers from an index in memory and writes through `_persist` first: all that two stores share.

Reads and the change of the index exclude each other by a lock that is never held while something is
written, so a read waits for no disk and sees no half of a transaction.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from datetime import datetime
from threading import Lock

from newswatch.errors import StoreError
from newswatch.model.entry import Entry, EntryKey, Identity, Revision
from newswatch.model.event import Totals
from newswatch.model.feed import FeedId, FeedState
from newswatch.model.hit import Hit, HitId, StoryId
from newswatch.store.api import FeedCounts, Transaction
from newswatch.store.changes import Changes, plan, plan_prune
from newswatch.store.index import Index


class IndexedStore(ABC):
    """`Store`, but for what makes a change durable."""

    def __init__(self) -> None:
        self._index = Index()
        self._reading = Lock()  # held for an instant by reads, and while the index changes
        self._writing = Lock()  # held by one commit, its disk included
        self._is_closed = False

    @abstractmethod
    def _persist(self, changes: Changes) -> None:
        """Makes the changes durable, or raises StoreError and leaves everything as it was."""

    @abstractmethod
    def _release(self) -> None:
        """Lets go of what the store holds open. Called once."""

    def commit(self, transaction: Transaction) -> None:
        """See `Store.commit`."""
        with self._writing:
            self._make(plan(transaction, self._index))

    def prune_entries(self, seen_before: datetime) -> int:
        """See `Store.prune_entries`."""
        with self._writing:
            changes = plan_prune(seen_before, self._index)
            self._make(changes)
            return len(changes.gone_entries)

    def close(self) -> None:
        """See `Store.close`. What is in memory can still be read."""
        with self._writing:
            if not self._is_closed:
                self._is_closed = True
                self._release()

    def _make(self, changes: Changes) -> None:
        if self._is_closed:
            raise StoreError("The history is closed.")
        if changes.is_empty:
            return
        self._persist(changes)
        with self._reading:
            self._index.apply(changes)

    def feed_states(self) -> Mapping[FeedId, FeedState]:
        """See `Store.feed_states`."""
        with self._reading:
            return self._index.feed_states()

    def identities(self, feed_id: FeedId) -> Mapping[EntryKey, Identity]:
        """See `Store.identities`."""
        with self._reading:
            return self._index.identities(feed_id)

    def entry(self, feed_id: FeedId, key: EntryKey) -> Entry | None:
        """See `Store.entry`."""
        with self._reading:
            return self._index.entry(feed_id, key)

    def entries(self) -> Iterator[Entry]:
        """See `Store.entries`."""
        with self._reading:
            return iter(tuple(self._index.entries()))

    def revisions(self, feed_id: FeedId, key: EntryKey) -> tuple[Revision, ...]:
        """See `Store.revisions`."""
        with self._reading:
            return self._index.revisions(feed_id, key)

    def hit(self, hit_id: HitId) -> Hit | None:
        """See `Store.hit`."""
        with self._reading:
            return self._index.hit(hit_id)

    def hits_of_entry(self, feed_id: FeedId, key: EntryKey) -> tuple[Hit, ...]:
        """See `Store.hits_of_entry`."""
        with self._reading:
            return self._index.hits_of_entry(feed_id, key)

    def story_by_link(self, link_digest: str) -> tuple[StoryId, datetime] | None:
        """See `Store.story_by_link`."""
        with self._reading:
            return self._index.story_by_link(link_digest)

    def story_by_title(self, title_digest: str) -> tuple[StoryId, datetime] | None:
        """See `Store.story_by_title`."""
        with self._reading:
            return self._index.story_by_title(title_digest)

    def untold(self, limit: int) -> tuple[Hit, ...]:
        """See `Store.untold`."""
        with self._reading:
            return self._index.untold(limit)

    def newest_hits(self, limit: int) -> tuple[Hit, ...]:
        """See `Store.newest_hits`."""
        with self._reading:
            return self._index.newest_hits(limit)

    def hits(self) -> Iterator[Hit]:
        """See `Store.hits`."""
        with self._reading:
            return iter(tuple(self._index.hits()))

    def totals(self) -> Totals:
        """See `Store.totals`."""
        with self._reading:
            return self._index.totals()

    def feed_counts(self, feed_id: FeedId) -> FeedCounts:
        """See `Store.feed_counts`."""
        with self._reading:
            return self._index.feed_counts(feed_id)
