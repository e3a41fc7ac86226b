"""The Store protocol: what the engine asks of memory, and what memory promises.

Promises, held by one contract suite over each implementation:

* `commit` is atomic and durable: when it returns, all of the transaction survives kill -9 and power
  loss; when it raises, nothing of it does, and nothing of it is seen.
* Reads see what is durable, never half a transaction. They come from memory and never wait for a disk.
* One thread at a time may call `commit`; reads may come from another thread meanwhile.
* Rows are keyed by the ids of the model: committing a row again replaces it.
* Hits outlive everything: an entry stays as long as a hit refers to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from newswatch.model.entry import Entry, EntryKey, Identity, Revision
from newswatch.model.event import Totals
from newswatch.model.feed import FeedId, FeedState
from newswatch.model.hit import Hit, HitId, StoryId


@dataclass(frozen=True, slots=True)
class Transaction:
    """What is to become durable at once. Each row replaces the one with its key, if there is one.

    `forgotten` are identities no longer remembered; their entries go too, unless a hit refers to them.
    """

    entries: tuple[Entry, ...] = ()
    revisions: tuple[Revision, ...] = ()
    identities: tuple[Identity, ...] = ()
    hits: tuple[Hit, ...] = ()
    feed_states: tuple[FeedState, ...] = ()
    forgotten: tuple[tuple[FeedId, EntryKey], ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to write."""
        return not (
            self.entries or self.revisions or self.identities or self.hits or self.feed_states or self.forgotten
        )


@dataclass(frozen=True, slots=True)
class FeedCounts:
    """Rows that belong to one feed."""

    entries: int = 0
    hits: int = 0


class Store(Protocol):
    """The durable history of one home."""

    def commit(self, transaction: Transaction) -> None:
        """Makes the transaction durable. Blocks for the disk: call it off the event loop.

        Raises StoreError if it could not be written; then nothing has changed.
        """

    def prune_entries(self, seen_before: datetime) -> int:
        """Drops entries first seen before that time which no hit refers to; identities stay. Returns how many."""

    def feed_states(self) -> Mapping[FeedId, FeedState]:
        """Every feed state, also of feeds that are no longer in feeds.opml."""

    def identities(self, feed_id: FeedId) -> Mapping[EntryKey, Identity]:
        """What is remembered of a feed's entries."""

    def entry(self, feed_id: FeedId, key: EntryKey) -> Entry | None:
        """The entry in its newest text."""

    def entries(self) -> Iterator[Entry]:
        """All entries, as they were when this was called; any order."""

    def revisions(self, feed_id: FeedId, key: EntryKey) -> tuple[Revision, ...]:
        """Earlier texts of an entry, oldest first."""

    def hit(self, hit_id: HitId) -> Hit | None:
        """One hit."""

    def hits_of_entry(self, feed_id: FeedId, key: EntryKey) -> tuple[Hit, ...]:
        """The hits on one entry, any order."""

    def story_by_link(self, link_digest: str) -> tuple[StoryId, datetime] | None:
        """The newest story whose entries have this canonical link, and when it was last fed."""

    def story_by_title(self, title_digest: str) -> tuple[StoryId, datetime] | None:
        """The newest story whose entries have this folded title, and when it was last fed."""

    def untold(self, limit: int) -> tuple[Hit, ...]:
        """Hits not told yet, oldest first (by found_at, then id)."""

    def newest_hits(self, limit: int) -> tuple[Hit, ...]:
        """The newest hits by `entry.at`, newest first."""

    def hits(self) -> Iterator[Hit]:
        """All hits, as they were when this was called; any order."""

    def totals(self) -> Totals:
        """Counts over everything."""

    def feed_counts(self, feed_id: FeedId) -> FeedCounts:
        """Counts of one feed."""

    def damage(self) -> str:
        """What was wrong with the files when they were opened, as a sentence; empty if nothing was lost."""

    def close(self) -> None:
        """Releases files and the lock. Harmless when called twice."""
