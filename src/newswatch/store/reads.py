"""What a store answers, from the rows of its index: values, decoded when they are asked for.

Looking for rows and changing them exclude each other by a lock that is held for an instant; rows never change, so
what was found is decoded after it was let go. Never writes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from heapq import nlargest
from threading import Lock
from typing import TypeVar

from newswatch.model.article import Article
from newswatch.model.delivery import Delivery, RuleMute, StoryMute
from newswatch.model.entry import Entry, EntryKey, Identity, Revision
from newswatch.model.event import Totals
from newswatch.model.feed import FeedId, FeedState
from newswatch.model.hit import Hit, HitId, StoryId
from newswatch.model.late import late
from newswatch.model.rule import RuleId
from newswatch.store import ticks
from newswatch.store.api import EntryTick, EntryView, FeedCounts, HitQuery, HitTick, LedgerCounts, RuleCounts
from newswatch.store.historyrows import EntryRow, IdentityRow, RevisionRow
from newswatch.store.hitrows import Flag, HitRow
from newswatch.store.index import Index
from newswatch.store.plain import put_into_bundles
from newswatch.store.query import candidates, count
from newswatch.store.recent import RecentValues
from newswatch.store.rowform import entry_id

logger = logging.getLogger(__name__)

RECENT_ENTRIES = 1_000
RECENT_HITS = 1_000
NEVER_DROPPED = int(Flag.KEPT | Flag.UNTOLD | Flag.SNOOZED)
"""Flags of hits that are not pruned, nor counted when others are."""
PACKED_AT_ONCE = 128 << 10  # bytes: some three milliseconds

Row = TypeVar("Row", EntryRow, HitRow, IdentityRow, RevisionRow)
Value = TypeVar("Value")


_Each = Callable[[Iterable[EntryRow], Callable[[EntryRow], Entry]], Iterator[Entry]]


class StoredValues:
    """All of `Store` that only reads, and what decisions about a transaction ask besides."""

    def __init__(self) -> None:
        self._index = Index()
        self._reading = Lock()  # held for an instant by reads, and while the index changes
        self._recent_entries = RecentValues(EntryRow.value, RECENT_ENTRIES)
        self._recent_hits = RecentValues(self._decode_hit, RECENT_HITS)
        self._late_entries = RecentValues(self._late_entry, RECENT_ENTRIES)
        self._late_hits = RecentValues(self._decode_late_hit, RECENT_HITS)

    def pack(self, *, is_quiet: bool = False) -> bool:
        """See `Store.pack`."""
        with self._reading:
            rows = self._index.take_plain(PACKED_AT_ONCE, is_quiet=is_quiet)
        put_into_bundles(rows)
        return bool(rows)

    def let_go(self) -> None:
        """Holds no value that was decoded; the next that is asked for is decoded anew."""
        self._recent_entries.clear()
        self._recent_hits.clear()
        self._late_entries.clear()
        self._late_hits.clear()

    def hits_reach_back_to(self, count: int) -> datetime | None:
        """See `Store.hits_reach_back_to`."""
        if count <= 0:
            return datetime.max.replace(tzinfo=UTC)
        with self._reading:
            rows = self._index.hits()
        found = nlargest(count, (row.found_at for row in rows if not row.flags & NEVER_DROPPED))
        return found[-1] if found and len(found) == count else None

    def feed_states(self) -> Mapping[FeedId, FeedState]:
        """See `Store.feed_states`."""
        with self._reading:
            return self._index.named.feed_states()

    def feed_state(self, feed_id: FeedId) -> FeedState | None:
        """The state of one feed."""
        with self._reading:
            return self._index.named.feed_state(feed_id)

    def identities(self, feed_id: FeedId) -> Mapping[EntryKey, Identity]:
        """See `Store.identities`."""
        with self._reading:
            rows = self._index.identities(feed_id)
        return {identity.key: identity for identity in self._each(rows, IdentityRow.value)}

    def identity(self, feed_id: FeedId, key: EntryKey) -> Identity | None:
        """What is remembered of one entry."""
        with self._reading:
            row = self._index.identity(entry_id(feed_id, key))
        return next(self._each((row,), IdentityRow.value), None) if row is not None else None

    def all_identities(self) -> Iterator[Identity]:
        """See `Store.all_identities`."""
        with self._reading:
            rows = self._index.all_identities()
        return self._each(rows, IdentityRow.value)

    def entry(self, feed_id: FeedId, key: EntryKey) -> Entry | None:
        """See `Store.entry`."""
        with self._reading:
            row = self._index.entry(entry_id(feed_id, key))
        return next(self._each((row,), self._recent_entries.of), None) if row is not None else None

    def entries(self) -> Iterator[Entry]:
        """See `Store.entries`."""
        with self._reading:
            rows = self._index.entries()
        return self._each(rows, EntryRow.value)

    def newest_entries(self, since: datetime | None = None, before: Entry | None = None) -> EntryView:
        """See `Store.newest_entries`."""
        moment = None if before is None else (before.at.astimezone(UTC), entry_id(before.feed_id, before.key))
        with self._reading:
            rows = self._index.entries(since, moment)
        rows.reverse()
        return _Entries(rows, self._each)

    def revisions(self, feed_id: FeedId, key: EntryKey) -> tuple[Revision, ...]:
        """See `Store.revisions`."""
        with self._reading:
            rows = self._index.named.revisions(entry_id(feed_id, key))
        return tuple(self._each(rows, RevisionRow.value))

    def all_revisions(self) -> Iterator[Revision]:
        """See `Store.all_revisions`."""
        with self._reading:
            rows = self._index.named.all_revisions()
        return self._each(rows, RevisionRow.value)

    def hit(self, hit_id: HitId) -> Hit | None:
        """See `Store.hit`."""
        with self._reading:
            row = self._index.hit(hit_id)
        return next(self._each((row,), self._recent_hits.of), None) if row is not None else None

    def hits(self) -> Iterator[Hit]:
        """See `Store.hits`."""
        with self._reading:
            rows = self._index.hits()
        return self._each(rows, self._decode_hit)

    def hits_of_entry(self, feed_id: FeedId, key: EntryKey) -> tuple[Hit, ...]:
        """See `Store.hits_of_entry`."""
        with self._reading:
            rows = self._index.hits_of_entry(entry_id(feed_id, key))
        return tuple(self._each(rows, self._recent_hits.of))

    def hits_by_name(self, feed_id: FeedId, key: EntryKey) -> tuple[Hit, ...]:
        """The hits on an entry that are stored as a reference to it."""
        with self._reading:
            rows = self._index.hits_of_entry(entry_id(feed_id, key))
        return tuple(self._each((row for row in rows if not row.is_whole), self._recent_hits.of))

    def has_hits(self, feed_id: FeedId, key: EntryKey) -> bool:
        """Whether there are hits on an entry."""
        with self._reading:
            return bool(self._index.hits_of_entry(entry_id(feed_id, key)))

    def hit_ids_of_entry(self, feed_id: FeedId, key: EntryKey) -> Mapping[RuleId, HitId]:
        """See `Store.hit_ids_of_entry`."""
        with self._reading:
            rows = self._index.hits_of_entry(entry_id(feed_id, key))
        return {row.rule_id: HitId(row.id) for row in rows}

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
            rows = self._index.lines.untold.first(limit)
        return tuple(self._each(rows, self._recent_hits.of))

    def newest_hits(self, limit: int) -> tuple[Hit, ...]:
        """See `Store.newest_hits`."""
        with self._reading:
            rows = self._index.lines.newest.last(limit)
        return tuple(self._each(rows, self._late_hits.of))

    def late(self, hits: Iterable[Hit]) -> tuple[Hit, ...]:
        """See `Store.late`."""
        with self._reading:
            pairs = [(hit, self._index.hit(hit.id)) for hit in hits]
        return tuple(hit if row is None else self._late_hit(hit, row) for hit, row in pairs)

    def find_hits(self, query: HitQuery) -> Iterator[Hit]:
        """See `Store.find_hits`."""
        with self._reading:
            rows = candidates(self._index.lines, query)
        return self._each(rows, self._recent_hits.of)

    def count_hits(self, query: HitQuery) -> int:
        """See `Store.count_hits`."""
        with self._reading:
            return count(self._index.lines, query)

    def totals(self) -> Totals:
        """See `Store.totals`."""
        with self._reading:
            return self._index.totals()

    def feed_counts(self, feed_id: FeedId) -> FeedCounts:
        """See `Store.feed_counts`."""
        with self._reading:
            return self._index.feed_counts(feed_id)

    def rule_counts(self) -> Mapping[RuleId, RuleCounts]:
        """See `Store.rule_counts`."""
        with self._reading:
            return self._index.lines.rule_counts()

    def hit_ticks(self, since: datetime) -> Sequence[HitTick]:
        """See `Store.hit_ticks`."""
        with self._reading:
            rows = self._index.lines.newest.between(since, None)
        return ticks.hit_ticks(rows)

    def entry_ticks(self, since: datetime) -> Sequence[EntryTick]:
        """See `Store.entry_ticks`."""
        with self._reading:
            rows, matched = self._index.entries(since), self._index.entries_with_hits()
        return ticks.entry_ticks(rows, matched)

    def ledger_counts(self) -> LedgerCounts:
        """See `Store.ledger_counts`."""
        with self._reading:
            entries, matched, hits = self._index.totals().entries, self._index.matched_entries(), self._index.hits()
        return ticks.ledger_counts(entries, matched, hits)

    def rule_rhythms(self, limit: int) -> Mapping[RuleId, Sequence[datetime]]:
        """See `Store.rule_rhythms`."""
        with self._reading:
            return self._index.lines.rule_rhythms(limit)

    def article(self, feed_id: FeedId, key: EntryKey) -> Article | None:
        """See `Store.article`."""
        with self._reading:
            row = self._index.article(entry_id(feed_id, key))
        try:
            return row.value() if row is not None else None
        except ValueError as error:
            logger.warning("article of %s: %s; it stays in the file as it is", key, error)
            return None

    def deliveries(self, hit_id: HitId) -> tuple[Delivery, ...]:
        """See `Store.deliveries`."""
        with self._reading:
            return self._index.named.deliveries(hit_id)

    def all_deliveries(self) -> Iterator[Delivery]:
        """See `Store.all_deliveries`."""
        with self._reading:
            return iter(self._index.named.all_deliveries())

    def mutes(self) -> Mapping[StoryId, StoryMute]:
        """See `Store.mutes`."""
        with self._reading:
            return self._index.named.mutes()

    def rule_mutes(self) -> Mapping[RuleId, RuleMute]:
        """See `Store.rule_mutes`."""
        with self._reading:
            return self._index.named.rule_mutes()

    def searched(self) -> Mapping[RuleId, str]:
        """See `Store.searched`."""
        with self._reading:
            return self._index.named.searched()

    def mute(self, story_id: StoryId) -> StoryMute | None:
        """The mute of one story."""
        return self.mutes().get(story_id)

    def _decode_hit(self, row: HitRow) -> Hit:
        return row.value(self._recent_entries.of)

    def _decode_late_hit(self, row: HitRow) -> Hit:
        return self._late_hit(row.value(self._late_entries.of), row)

    def _late_hit(self, hit: Hit, row: HitRow) -> Hit:
        """The hit of a row, without what the rows have for whoever asks."""
        entry = hit.entry if row.entry is None else self._late_entries.of(row.entry)
        return late(
            hit, row, self._recent_hits.of, id=row.id, story_id=row.story_id, found_at=row.found_at, entry=entry
        )

    def _late_entry(self, row: EntryRow) -> Entry:
        return late(row.value(), row, self._recent_entries.of, seen_at=row.seen_at)

    def _each(self, rows: Iterable[Row], decode: Callable[[Row], Value]) -> Iterator[Value]:
        """The values of rows. One that cannot be read after all is set apart, and passed over."""
        for row in rows:
            try:
                value = decode(row)
            except ValueError as error:
                logger.warning("row %s: %s; it stays in the file as it is", row.id, error)
                with self._reading:
                    self._index.set_apart(row)
            else:
                yield value


class _Entries:
    """See `EntryView`."""

    def __init__(self, rows: Sequence[EntryRow], each: _Each) -> None:
        self._rows = rows
        self._each = each

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Entry]:
        return self._each(self._rows, EntryRow.value)

    def __getitem__(self, part: slice) -> EntryView:
        return _Entries(self._rows[part], self._each)
