"""The history in memory: rows in tables, and the ways to find them: by entry, feed, rule, story, time, state.

It follows its tables: whatever is done to them, by a commit, by TinyDB's API or by what another process wrote, the
index knows at once. Following cannot fail: a row that cannot be read is not found by anything, stays in its table,
and counts as unreadable. Not thread-safe; never knows values or files.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any, cast

from newswatch.model.delivery import Delivery, RuleMute, StoryMute
from newswatch.model.event import Totals
from newswatch.model.feed import FeedId, FeedState
from newswatch.model.hit import HitId, StoryId
from newswatch.model.rule import RuleId
from newswatch.store.api import FeedCounts
from newswatch.store.articlerows import ArticleRow
from newswatch.store.asiderows import DeliveryRow, MuteRow
from newswatch.store.digests import DigestIndex, IdGroups
from newswatch.store.historyrows import EntryRow, FeedRow, HitRow, IdentityRow, RevisionRow
from newswatch.store.historytables import (
    ARTICLES,
    DELIVERIES,
    ENTRIES,
    FEEDS,
    HITS,
    IDENTITIES,
    MUTES,
    READERS,
    REVISIONS,
    TABLE_OF,
    HistoryTables,
)
from newswatch.store.hitlines import HitLines
from newswatch.store.operations import Row, Tables
from newswatch.store.plain import PlainRows
from newswatch.store.rows import JsonRow
from newswatch.store.timeline import Moment, Timeline
from newswatch.store.watched import WatchedTable

_LAST_OF_A_STORY = 200
"""Entries that are asked for their story, the last that came: there are feeds where thousands have one title."""


class Index:
    """Every row of the history, and the ways to find it. `tables` are to be changed by `operations.apply`.

    `lines` has the hits in their orders. It looks at nothing until `follow` is called: what is filled in before is
    indexed in one go, and cheaper.
    """

    def __init__(self) -> None:
        self._watched = {name: WatchedTable() for name in READERS}
        self.tables: Tables = HistoryTables(self._watched)
        self._unreadable: set[tuple[str, str]] = set()
        self._feed_states: dict[FeedId, FeedState] = {}
        self._entries = Timeline[EntryRow]()
        self._plain = PlainRows()
        self._entries_of: dict[FeedId, int] = {}
        self._identities = IdGroups()
        self._revisions: dict[str, tuple[RevisionRow, ...]] = {}
        self.lines = HitLines()
        self._by_link = DigestIndex()  # only of entries that have hits
        self._by_title = DigestIndex()
        self._deliveries: dict[HitId, tuple[Delivery, ...]] = {}
        self._mutes: dict[StoryId, StoryMute] = {}
        self._rule_mutes: dict[RuleId, RuleMute] = {}

    def follow(self) -> None:
        """Indexes what is in the tables, and all that happens to them from here on."""
        for row_id, row in self._watched[FEEDS].items():
            self._feed_changed(row_id, None, row)
        self._fill_entries()
        for row_id, row in self._watched[REVISIONS].items():
            self._revision_changed(row_id, None, row)
        self._fill_hits()
        self._fill_identities()
        for row_id, row in self._watched[DELIVERIES].items():
            self._delivery_changed(row_id, None, row)
        for row_id, row in self._watched[MUTES].items():
            self._mute_changed(row_id, None, row)
        for table, watcher in (
            (FEEDS, self._feed_changed),
            (ENTRIES, self._entry_changed),
            (REVISIONS, self._revision_changed),
            (IDENTITIES, self._identity_changed),
            (HITS, self._hit_changed),
            (DELIVERIES, self._delivery_changed),
            (MUTES, self._mute_changed),
        ):
            self._watched[table].watcher = watcher

    @property
    def unreadable(self) -> int:
        """How many rows this version cannot read, as far as they were looked into."""
        return len(self._unreadable)

    def set_apart(self, row: EntryRow | IdentityRow | HitRow | RevisionRow) -> None:
        """Finds a row no longer, which turned out not to be readable; it stays in its table. Harmless when repeated.

        An entry takes the hits along that name it.
        """
        table = TABLE_OF[type(row)]
        if self._watched[table].get(row.id) is row:
            self._watched[table].update({row.id: JsonRow(row.json)})
        if isinstance(row, EntryRow):
            for hit in self.hits_of_entry(row.id):
                if hit.entry is row:
                    self.set_apart(hit)

    def _readable(self, table: str, row_id: str, row: Row | None, kind: type[Any]) -> bool:
        """Whether a row that is in a table now can be read; what cannot is counted."""
        if type(row) is kind:  # exactly: `isinstance` asks the abstract class of all mappings, which is slow
            self._unreadable.discard((table, row_id))
            return True
        if row is not None:
            self._unreadable.add((table, row_id))
        else:
            self._unreadable.discard((table, row_id))
        return False

    # --- what comes and goes

    def _feed_changed(self, row_id: str, _: Row | None, row: Row | None) -> None:
        if self._readable(FEEDS, row_id, row, FeedRow):
            state = cast("FeedRow", row).state
            self._feed_states[state.feed_id] = state
        else:
            self._feed_states.pop(FeedId(row_id), None)

    def _fill_entries(self) -> None:
        entries = [row for row in self._watched[ENTRIES].values() if isinstance(row, EntryRow)]
        self._entries.fill(entries)
        self._plain.fill(self._entries)
        self._entries_of = dict(Counter(entry.feed_id for entry in entries))
        if len(entries) < len(self._watched[ENTRIES]):
            self._count_unreadable(ENTRIES, EntryRow)

    def _entry_changed(self, row_id: str, before: Row | None, row: Row | None) -> None:
        if type(before) is EntryRow:
            self._entries.drop(before)
            self._entries_of[before.feed_id] -= 1
        if self._readable(ENTRIES, row_id, row, EntryRow):
            entry = cast("EntryRow", row)
            self._entries.put(entry)
            self._plain.add(entry)
            self._entries_of[entry.feed_id] = self._entries_of.get(entry.feed_id, 0) + 1

    def _fill_identities(self) -> None:
        table, entries, with_hits = self._watched[IDENTITIES], self._watched[ENTRIES], self.lines.of_entry.names()
        join, by_link, by_title = self._identities.add, self._by_link.add, self._by_title.add
        rows: dict[str, Row] = {}
        for row_id, row in table.items():
            if type(row) is not IdentityRow:
                self._unreadable.add((IDENTITIES, row_id))
                rows[row_id] = row
                continue
            entry = entries.get(row_id)
            if type(entry) is EntryRow:
                row_id = row.id = entry.id  # noqa: PLW2901 - the same text, held once
            rows[row_id] = row
            try:
                feed_id, link, title = row.names()
            except ValueError:
                self._unreadable.add((IDENTITIES, row_id))
                continue
            join(feed_id, row_id)
            if row_id in with_hits:
                if link:
                    by_link(link, row_id)
                if title:
                    by_title(title, row_id)
        table.clear()
        table.update(rows)

    def _identity_changed(self, row_id: str, before: Row | None, row: Row | None) -> None:
        old = self._names(before) if type(before) is IdentityRow else None
        new = self._names(row) if self._readable(IDENTITIES, row_id, row, IdentityRow) else None
        was_in, is_in = old and old[0], new and new[0]
        if was_in is not None and was_in != is_in:
            self._identities.remove(was_in, row_id)
        if is_in is not None and was_in != is_in:
            self._identities.add(is_in, row_id)
        if row_id in self.lines.of_entry and old != new:
            self._unlist(row_id, old)
            self._list(row_id, new)

    def _revision_changed(self, row_id: str, before: Row | None, row: Row | None) -> None:
        if isinstance(before, RevisionRow):
            rest = tuple(other for other in self._revisions.pop(before.entry_id) if other is not before)
            if rest:
                self._revisions[before.entry_id] = rest
        if self._readable(REVISIONS, row_id, row, RevisionRow):
            revision = cast("RevisionRow", row)
            texts = (*self._revisions.get(revision.entry_id, ()), revision)
            self._revisions[revision.entry_id] = tuple(sorted(texts, key=lambda text: text.replaced_at))

    def _delivery_changed(self, row_id: str, before: Row | None, row: Row | None) -> None:
        if isinstance(before, DeliveryRow):
            gone = before.delivery
            rest = tuple(other for other in self._deliveries.pop(gone.hit_id) if other is not gone)
            if rest:
                self._deliveries[gone.hit_id] = rest
        if self._readable(DELIVERIES, row_id, row, DeliveryRow):
            delivery = cast("DeliveryRow", row).delivery
            of_hit = (*self._deliveries.get(delivery.hit_id, ()), delivery)
            self._deliveries[delivery.hit_id] = tuple(sorted(of_hit, key=lambda one: one.sink))

    def _mute_changed(self, row_id: str, before: Row | None, row: Row | None) -> None:
        match before.mute if isinstance(before, MuteRow) else None:
            case RuleMute(rule_id):
                self._rule_mutes.pop(rule_id, None)
            case StoryMute(story_id):
                self._mutes.pop(story_id, None)
        if self._readable(MUTES, row_id, row, MuteRow):
            match cast("MuteRow", row).mute:
                case RuleMute(rule_id) as rule_mute:
                    self._rule_mutes[rule_id] = rule_mute
                case StoryMute(story_id) as mute:
                    self._mutes[story_id] = mute

    def _is_bound(self, row_id: str, row: Row | None) -> bool:
        """Whether a row of the hits' table is a hit that can be shown, with its entry at hand."""
        if not self._readable(HITS, row_id, row, HitRow):
            return False
        hit = cast("HitRow", row)
        if not hit.is_whole:
            entry = self._watched[ENTRIES].get(hit.entry_id)
            if not isinstance(entry, EntryRow):
                self._unreadable.add((HITS, row_id))
                return False
            hit.bind(entry)
        return True

    def _fill_hits(self) -> None:
        table, entries = self._watched[HITS], self._watched[ENTRIES]
        hits: list[HitRow] = []
        for row_id, row in table.items():
            if isinstance(row, HitRow):
                if not row.is_whole:
                    entry = entries.get(row.entry_id)
                    if not isinstance(entry, EntryRow):
                        self._unreadable.add((HITS, row_id))
                        continue
                    row.bind(entry)
                hits.append(row)
        self.lines.fill(hits)
        if len(hits) < len(table):
            self._count_unreadable(HITS, HitRow)

    def _count_unreadable(self, table: str, kind: type[JsonRow]) -> None:
        self._unreadable.update(
            (table, name) for name, row in self._watched[table].items() if not isinstance(row, kind)
        )

    def _hit_changed(self, row_id: str, before: Row | None, row: Row | None) -> None:
        old = before if _is_shown(before) else None
        new = row if self._is_bound(row_id, row) else None
        old, new = cast("HitRow | None", old), cast("HitRow | None", new)
        self.lines.change(old, new)
        of_entry = self.lines.of_entry
        if old is not None and old.entry_id not in of_entry:
            self._unlist(old.entry_id, self._names_of_entry(old.entry_id))
        is_moved = old is None or new is None or old.entry_id != new.entry_id
        if new is not None and is_moved and of_entry.of(new.entry_id) == (new,):
            self._list(new.entry_id, self._names_of_entry(new.entry_id))  # the first hit on its entry

    def _names_of_entry(self, entry_id: str) -> tuple[FeedId, str, str] | None:
        row = self._watched[IDENTITIES].get(entry_id)
        return self._names(row) if type(row) is IdentityRow else None

    def _list(self, entry_id: str, names: tuple[FeedId, str, str] | None) -> None:
        if names is not None:
            for digests, digest in zip((self._by_link, self._by_title), names[1:], strict=True):
                if digest:
                    digests.add(digest, entry_id)

    def _unlist(self, entry_id: str, names: tuple[FeedId, str, str] | None) -> None:
        if names is not None:
            for digests, digest in zip((self._by_link, self._by_title), names[1:], strict=True):
                if digest:
                    digests.remove(digest, entry_id)

    def _names(self, row: Row | None) -> tuple[FeedId, str, str] | None:
        """The feed of an identity, and its digests; None, and counted, if it cannot be read."""
        identity = cast("IdentityRow", row)
        try:
            return identity.names()
        except ValueError:
            self._unreadable.add((IDENTITIES, identity.id))
            return None

    def take_plain(self, at_once: int) -> list[EntryRow]:
        """Entries whose text is to be put into bundles, about so many bytes of them. They are given out once."""
        entries = self._watched[ENTRIES]
        return [row for row in self._plain.take(at_once) if entries.get(row.id) is row]

    # --- what is asked

    def feed_state(self, feed_id: FeedId) -> FeedState | None:
        """The state of one feed."""
        return self._feed_states.get(feed_id)

    def feed_states(self) -> dict[FeedId, FeedState]:
        """See `Store.feed_states`."""
        return dict(self._feed_states)

    def entry(self, entry_id: str) -> EntryRow | None:
        """One entry."""
        row = self._watched[ENTRIES].get(entry_id)
        return row if type(row) is EntryRow else None

    def entries(self, since: datetime | None = None, before: Moment | None = None) -> list[EntryRow]:
        """Entries from that time on and before that moment, or all, by `at`."""
        return self._entries.between(since, before)

    def identity(self, entry_id: str) -> IdentityRow | None:
        """What is remembered of one entry."""
        row = self._watched[IDENTITIES].get(entry_id)
        return row if type(row) is IdentityRow else None

    def identities(self, feed_id: FeedId) -> list[IdentityRow]:
        """What is remembered of a feed's entries."""
        table = self._watched[IDENTITIES]
        return [cast("IdentityRow", table[row_id]) for row_id in self._identities.of(feed_id)]

    def all_identities(self) -> list[IdentityRow]:
        """What is remembered of all entries."""
        return [row for feed_id in self._identities for row in self.identities(feed_id)]

    def revisions(self, entry_id: str) -> tuple[RevisionRow, ...]:
        """Earlier texts of an entry, oldest first."""
        return self._revisions.get(entry_id, ())

    def all_revisions(self) -> list[RevisionRow]:
        """Earlier texts of all entries."""
        return [row for rows in self._revisions.values() for row in rows]

    def hit(self, hit_id: HitId) -> HitRow | None:
        """One hit."""
        row = self._watched[HITS].get(hit_id)
        return cast("HitRow", row) if _is_shown(row) else None

    def hits(self) -> list[HitRow]:
        """All hits, by `at`."""
        return self.lines.newest.between(None, None)

    def hits_of_entry(self, entry_id: str) -> tuple[HitRow, ...]:
        """The hits on one entry."""
        return self.lines.of_entry.of(entry_id)

    def entries_with_hits(self) -> Container[str]:
        """The ids of entries that have hits, as they are at any moment."""
        return self.lines.of_entry.names()

    def matched_entries(self) -> int:
        """How many entries have hits."""
        entries = self._watched[ENTRIES]
        return sum(isinstance(entries.get(entry_id), EntryRow) for entry_id in self.lines.of_entry)

    def story_by_link(self, digest: str) -> tuple[StoryId, datetime] | None:
        """See `Store.story_by_link`."""
        return self._newest_story(self._listed(self._by_link, digest, 1))

    def story_by_title(self, digest: str) -> tuple[StoryId, datetime] | None:
        """See `Store.story_by_title`."""
        return self._newest_story(self._listed(self._by_title, digest, 2))

    def _listed(self, digests: DigestIndex, digest: str, part: int) -> Iterator[str]:
        for entry_id in digests.get(digest) if digest else ():
            names = self._names_of_entry(entry_id)
            if names is not None and names[part] == digest:
                yield entry_id

    def _newest_story(self, entry_ids: Iterable[str]) -> tuple[StoryId, datetime] | None:
        last = islice(entry_ids, _LAST_OF_A_STORY)
        story_ids = {hit.story_id for entry_id in last for hit in self.hits_of_entry(entry_id)}
        fed = ((max(hit.seen_at for hit in self.lines.of_story.of(story_id)), story_id) for story_id in story_ids)
        newest = max(fed, default=None)
        return None if newest is None else (newest[1], newest[0])

    def totals(self) -> Totals:
        """See `Store.totals`."""
        return Totals(
            entries=len(self._entries), hits=len(self.lines.newest), held=self.lines.held, untold=len(self.lines.untold)
        )

    def feed_counts(self, feed_id: FeedId) -> FeedCounts:
        """See `Store.feed_counts`."""
        return FeedCounts(self._entries_of.get(feed_id, 0), len(self.lines.of_feed(feed_id)))

    def deliveries(self, hit_id: HitId) -> tuple[Delivery, ...]:
        """See `Store.deliveries`."""
        return self._deliveries.get(hit_id, ())

    def all_deliveries(self) -> list[Delivery]:
        """See `Store.all_deliveries`."""
        return [delivery for of_hit in self._deliveries.values() for delivery in of_hit]

    def article(self, entry_id: str) -> ArticleRow | None:
        """The article of one entry."""
        row = self._watched[ARTICLES].get(entry_id)
        return row if isinstance(row, ArticleRow) else None

    def stray_articles(self) -> list[str]:
        """The ids of articles on whose entries there is no hit any more."""
        return [row_id for row_id in self._watched[ARTICLES] if row_id not in self.lines.of_entry]

    def mutes(self) -> dict[StoryId, StoryMute]:
        """See `Store.mutes`."""
        return dict(self._mutes)

    def rule_mutes(self) -> dict[RuleId, RuleMute]:
        """See `Store.rule_mutes`."""
        return dict(self._rule_mutes)


def _is_shown(row: Row | None) -> bool:
    """Whether it is a hit that can be found: the text that it matched is at hand."""
    return type(row) is HitRow and (row.is_whole or row.entry is not None)
