"""What a transaction comes to, worked out before anything is written: pure decisions over what is stored.

The rules of `Transaction` live here: what replaces what, what a forgotten identity takes along, what stays
because a hit refers to it. Never writes, and never changes what it reads.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from newswatch.model.entry import Entry, EntryKey, Identity, Revision
from newswatch.model.feed import FeedId, FeedState
from newswatch.model.hit import Hit, HitId
from newswatch.store.api import Transaction

EntryName = tuple[FeedId, EntryKey]
RevisionName = tuple[FeedId, EntryKey, datetime]


def named(entry: Entry) -> EntryName:
    """What an entry is known by."""
    return entry.feed_id, entry.key


class Stored(Protocol):
    """What is stored now, as far as decisions need it."""

    def entry(self, feed_id: FeedId, key: EntryKey) -> Entry | None:
        """The entry in its newest text."""

    def entries(self) -> Iterator[Entry]:
        """Every entry."""

    def identity(self, feed_id: FeedId, key: EntryKey) -> Identity | None:
        """What is remembered of one entry."""

    def revisions(self, feed_id: FeedId, key: EntryKey) -> tuple[Revision, ...]:
        """Its earlier texts."""

    def hits_of_entry(self, feed_id: FeedId, key: EntryKey) -> tuple[Hit, ...]:
        """The hits on it."""

    def hit(self, hit_id: HitId) -> Hit | None:
        """One hit."""

    def feed_state(self, feed_id: FeedId) -> FeedState | None:
        """The state of one feed."""


@dataclass(slots=True)
class Changes:
    """What one transaction comes to: new or changed values, and the names of what goes.

    `detached` are stored hits whose entry gets another text: as values they stay as they are, but they can
    no longer be stored as a mere reference to it.
    """

    entries: dict[EntryName, Entry] = field(default_factory=dict)
    revisions: dict[RevisionName, Revision] = field(default_factory=dict)
    identities: dict[EntryName, Identity] = field(default_factory=dict)
    hits: dict[HitId, Hit] = field(default_factory=dict)
    detached: list[Hit] = field(default_factory=list)
    feed_states: dict[FeedId, FeedState] = field(default_factory=dict)
    gone_entries: list[EntryName] = field(default_factory=list)
    gone_revisions: list[Revision] = field(default_factory=list)
    gone_identities: list[EntryName] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing changes."""
        return not (
            self.entries
            or self.revisions
            or self.identities
            or self.hits
            or self.feed_states
            or self.gone_entries
            or self.gone_revisions
            or self.gone_identities
        )


def plan(transaction: Transaction, stored: Stored) -> Changes:
    """What the transaction changes: not what is stored just so already; of two rows of one key the last counts."""
    changes = Changes()
    forgotten = dict.fromkeys(transaction.forgotten)
    hits = {hit.id: hit for hit in transaction.hits}
    hit_names = {named(hit.entry) for hit in hits.values()}
    dropped = {name for name in forgotten if name not in hit_names and not stored.hits_of_entry(*name)}

    for entry in transaction.entries:
        if named(entry) not in dropped:
            changes.entries[named(entry)] = entry
    changes.entries = {name: entry for name, entry in changes.entries.items() if entry != stored.entry(*name)}
    for revision in transaction.revisions:
        if named(revision.entry) not in dropped and revision not in stored.revisions(*named(revision.entry)):
            changes.revisions[*named(revision.entry), revision.replaced_at] = revision
    for identity in transaction.identities:
        if (identity.feed_id, identity.key) not in forgotten:
            changes.identities[identity.feed_id, identity.key] = identity
    changes.identities = {name: known for name, known in changes.identities.items() if known != stored.identity(*name)}
    states = {state.feed_id: state for state in transaction.feed_states}
    changes.feed_states = {feed_id: state for feed_id, state in states.items() if state != stored.feed_state(feed_id)}
    changes.hits = {hit_id: _bound(hit, changes, stored) for hit_id, hit in hits.items() if hit != stored.hit(hit_id)}
    changes.detached = list(_detached(changes, stored))

    changes.gone_identities = [name for name in forgotten if stored.identity(*name) is not None]
    _drop_entries(changes, dropped, stored)
    return changes


def plan_prune(seen_before: datetime, stored: Stored) -> Changes:
    """Drops the texts of entries first seen before that time which no hit refers to; identities stay."""
    changes = Changes()
    old = (named(entry) for entry in stored.entries() if entry.seen_at < seen_before)
    _drop_entries(changes, (name for name in old if not stored.hits_of_entry(*name)), stored)
    return changes


def _drop_entries(changes: Changes, names: Iterable[EntryName], stored: Stored) -> None:
    for name in names:
        changes.gone_revisions += stored.revisions(*name)
        if stored.entry(*name) is not None:
            changes.gone_entries.append(name)


def _bound(hit: Hit, changes: Changes, stored: Stored) -> Hit:
    """The hit with the very object that its entry is stored as, where the two are equal."""
    name = named(hit.entry)
    entry = changes.entries.get(name) or stored.entry(*name)
    return replace(hit, entry=entry) if entry is not None and entry is not hit.entry and entry == hit.entry else hit


def _detached(changes: Changes, stored: Stored) -> Iterator[Hit]:
    for name in changes.entries:
        replaced = stored.entry(*name)
        for hit in stored.hits_of_entry(*name):
            if hit.entry is replaced and hit.id not in changes.hits:
                yield hit
