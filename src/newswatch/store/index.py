"""The history in memory: rows in tables, and the ways to find them: by entry, feed, rule, story, time, state.

It follows its tables: whatever is done to them, by a commit, by TinyDB's API or by what another process wrote, the
index knows at once. Following cannot fail: a row that cannot be read is not found by anything, stays in its table,
and counts as unreadable. Not thread-safe; never knows values or files.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterable
from datetime import datetime
from itertools import islice
from typing import cast

from newswatch.model.event import Totals
from newswatch.model.feed import FeedId
from newswatch.model.hit import HitId, StoryId
from newswatch.store.api import FeedCounts
from newswatch.store.articlerows import ArticleRow
from newswatch.store.digests import IdGroups
from newswatch.store.historyrows import EntryRow, IdentityRow, RevisionRow
from newswatch.store.historytables import (
    ARTICLES,
    ENTRIES,
    HITS,
    IDENTITIES,
    READERS,
    TABLE_OF,
    HistoryTables,
)
from newswatch.store.hitlines import HitLines
from newswatch.store.hitrows import HitRow
from newswatch.store.namedrows import NamedRows
from newswatch.store.operations import Row, Tables
from newswatch.store.plain import PlainRows
from newswatch.store.rows import JsonRow
from newswatch.store.storynames import StoryNames
from newswatch.store.timeline import Moment, Timeline
from newswatch.store.unreadable import Unreadable
from newswatch.store.watched import WatchedTable

_LAST_OF_A_STORY = 200
"""Entries that are asked for their story, the last that came: there are feeds where thousands have one title."""


class Index:
    """Every row of the history, and the ways to find it. `tables` are to be changed by `operations.apply`.

    `lines` has the hits in their orders, `named` what is found by one name only. It looks at nothing until `follow` is
    called: what is filled in before is indexed in one go, and cheaper.
    """

    def __init__(self) -> None:
        self._watched = {name: WatchedTable() for name in READERS}
        self.tables: Tables = HistoryTables(self._watched)
        self._unreadable = Unreadable()
        self.named = NamedRows(self._unreadable)
        self._entries = Timeline[EntryRow]()
        self._plain = PlainRows()
        self._entries_of: dict[FeedId, int] = {}
        self._identities = IdGroups()
        self.lines = HitLines()
        self._stories = StoryNames()

    def follow(self) -> None:
        """Indexes what is in the tables, and all that happens to them from here on."""
        self._fill_entries()
        self._fill_hits()
        self._fill_identities()
        for table, watcher in self.named.watchers:
            for row_id, row in self._watched[table].items():
                watcher(row_id, None, row)
        for table, watcher in (
            *self.named.watchers,
            (ENTRIES, self._entry_changed),
            (IDENTITIES, self._identity_changed),
            (HITS, self._hit_changed),
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

    # --- what comes and goes

    def _fill_entries(self) -> None:
        entries = [row for row in self._watched[ENTRIES].values() if isinstance(row, EntryRow)]
        self._entries.fill(entries)
        self._plain.fill(self._entries)
        self._entries_of = dict(Counter(entry.feed_id for entry in entries))
        if len(entries) < len(self._watched[ENTRIES]):
            self._unreadable.add_others(ENTRIES, self._watched[ENTRIES], EntryRow)

    def _entry_changed(self, row_id: str, before: Row | None, row: Row | None) -> None:
        if type(before) is EntryRow:
            self._entries.drop(before)
            self._entries_of[before.feed_id] -= 1
        if self._unreadable.admits(ENTRIES, row_id, row, EntryRow):
            entry = cast("EntryRow", row)
            self._entries.put(entry)
            self._plain.add(entry)
            self._entries_of[entry.feed_id] = self._entries_of.get(entry.feed_id, 0) + 1

    def _fill_identities(self) -> None:
        table, entries, with_hits = self._watched[IDENTITIES], self._watched[ENTRIES], self.lines.of_entry.names()
        by_link, by_title = self._stories.links.add_at_first, self._stories.titles.add_at_first
        of_feed: defaultdict[FeedId, list[str]] = defaultdict(list)
        rows: dict[str, Row] = {}
        for row_id, row in table.items():
            if type(row) is not IdentityRow:
                self._unreadable.add(IDENTITIES, row_id)
                rows[row_id] = row
                continue
            entry = entries.get(row_id)
            if type(entry) is EntryRow:
                row_id = row.id = entry.id  # noqa: PLW2901 - the same text, held once
            rows[row_id] = row
            try:
                feed_id, link, title = row.names()
            except ValueError:
                self._unreadable.add(IDENTITIES, row_id)
                continue
            of_feed[feed_id].append(row_id)
            if row_id in with_hits:
                if link:
                    by_link(link, row_id)
                if title:
                    by_title(title, row_id)
        self._identities.fill(of_feed)
        table.clear()
        table.update(rows)

    def _identity_changed(self, row_id: str, before: Row | None, row: Row | None) -> None:
        old = self._names(before) if type(before) is IdentityRow else None
        new = self._names(row) if self._unreadable.admits(IDENTITIES, row_id, row, IdentityRow) else None
        was_in, is_in = old and old[0], new and new[0]
        if was_in is not None and was_in != is_in:
            self._identities.remove(was_in, row_id)
        if is_in is not None and was_in != is_in:
            self._identities.add(is_in, row_id)
        if row_id in self.lines.of_entry and old != new:
            self._stories.remove(row_id, old)
            self._stories.add(row_id, new)

    def _is_bound(self, row_id: str, row: Row | None) -> bool:
        """Whether a row of the hits' table is a hit that can be shown, with its entry at hand."""
        if not self._unreadable.admits(HITS, row_id, row, HitRow):
            return False
        hit = cast("HitRow", row)
        if not hit.is_whole:
            entry = self._watched[ENTRIES].get(hit.entry_id)
            if not isinstance(entry, EntryRow):
                self._unreadable.add(HITS, row_id)
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
                        self._unreadable.add(HITS, row_id)
                        continue
                    row.bind(entry)
                hits.append(row)
        self.lines.fill(hits)
        if len(hits) < len(table):
            self._unreadable.add_others(HITS, self._watched[HITS], HitRow)

    def _hit_changed(self, row_id: str, before: Row | None, row: Row | None) -> None:
        old = before if _is_shown(before) else None
        new = row if self._is_bound(row_id, row) else None
        old, new = cast("HitRow | None", old), cast("HitRow | None", new)
        self.lines.change(old, new)
        of_entry = self.lines.of_entry
        if old is not None and old.entry_id not in of_entry:
            self._stories.remove(old.entry_id, self._names_of_entry(old.entry_id))
        is_moved = old is None or new is None or old.entry_id != new.entry_id
        if new is not None and is_moved and of_entry.of(new.entry_id) == (new,):
            self._stories.add(new.entry_id, self._names_of_entry(new.entry_id))  # the first hit on its entry

    def _names_of_entry(self, entry_id: str) -> tuple[FeedId, str, str] | None:
        row = self._watched[IDENTITIES].get(entry_id)
        return self._names(row) if type(row) is IdentityRow else None

    def _names(self, row: Row | None) -> tuple[FeedId, str, str] | None:
        """The feed of an identity, and its digests; None, and counted, if it cannot be read."""
        identity = cast("IdentityRow", row)
        try:
            return identity.names()
        except ValueError:
            self._unreadable.add(IDENTITIES, identity.id)
            return None

    def take_plain(self, at_once: int, *, is_quiet: bool) -> list[EntryRow]:
        """Entries whose text is to be put into bundles, about so many bytes of them. They are given out once."""
        entries = self._watched[ENTRIES]
        return [row for row in self._plain.take(at_once, is_quiet=is_quiet) if entries.get(row.id) is row]

    # --- what is asked

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
        return self._newest_story(self._stories.by_link(digest, self._names_of_entry))

    def story_by_title(self, digest: str) -> tuple[StoryId, datetime] | None:
        """See `Store.story_by_title`."""
        return self._newest_story(self._stories.by_title(digest, self._names_of_entry))

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

    def article(self, entry_id: str) -> ArticleRow | None:
        """The article of one entry."""
        row = self._watched[ARTICLES].get(entry_id)
        return row if isinstance(row, ArticleRow) else None

    def stray_articles(self) -> list[str]:
        """The ids of articles on whose entries there is no hit any more."""
        return [row_id for row_id in self._watched[ARTICLES] if row_id not in self.lines.of_entry]


def _is_shown(row: Row | None) -> bool:
    """Whether it is a hit that can be found: the text that it matched is at hand."""
    return type(row) is HitRow and (row.is_whole or row.entry is not None)
