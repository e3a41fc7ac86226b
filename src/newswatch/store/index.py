"""The history in memory: model values, found by id, by entry, by story, by time. What both stores read from.

`apply` cannot fail, so that a durable store can write first. Not thread-safe; never knows rows or files.

A hit holds the entry as it was committed with it: when the entry gets a new text later, the hit keeps the
one that its marks point into.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from newswatch.model.entry import Entry, EntryKey, Identity, Revision
from newswatch.model.event import Totals
from newswatch.model.feed import FeedId, FeedState
from newswatch.model.hit import Hit, HitId, StoryId
from newswatch.store.api import FeedCounts
from newswatch.store.changes import Changes, EntryName, named
from newswatch.store.timeline import Moment, Timeline


class _Place:
    """All that is known under one entry's name."""

    __slots__ = ("entry", "hits", "identity", "revisions")

    def __init__(self) -> None:
        self.entry: Entry | None = None
        self.identity: Identity | None = None
        self.revisions: tuple[Revision, ...] = ()
        self.hits: tuple[Hit, ...] = ()

    @property
    def is_empty(self) -> bool:
        return self.entry is None and self.identity is None and not self.hits


class _FeedShelf:
    """The places of one feed, and how many of its rows there are."""

    __slots__ = ("entries", "hits", "places")

    def __init__(self) -> None:
        self.places: dict[EntryKey, _Place] = {}
        self.entries = 0
        self.hits = 0


class _Story:
    """The hits of a story, and the newest time that one of its entries was first seen."""

    __slots__ = ("fed_at", "hit_ids")

    def __init__(self, fed_at: datetime) -> None:
        self.hit_ids: tuple[HitId, ...] = ()
        self.fed_at = fed_at


class Index:
    """Every value of the history, and the ways to find it."""

    def __init__(self) -> None:
        self._shelves: dict[FeedId, _FeedShelf] = {}
        self._feed_states: dict[FeedId, FeedState] = {}
        self._hits: dict[HitId, Hit] = {}
        self._newest = Timeline()
        self._untold = Timeline()
        self._stories: dict[StoryId, _Story] = {}
        self._by_link: dict[str, tuple[EntryName, ...]] = {}  # only of entries that have hits
        self._by_title: dict[str, tuple[EntryName, ...]] = {}
        self._held = 0

    def apply(self, changes: Changes) -> None:
        """Makes the changes. Cannot fail."""
        for name, entry in changes.entries.items():
            shelf, place = self._made_place(name)
            shelf.entries += place.entry is None
            place.entry = entry
        for revision in changes.revisions.values():
            _, place = self._made_place(named(revision.entry))
            others = (r for r in place.revisions if r.replaced_at != revision.replaced_at)
            place.revisions = tuple(sorted((*others, revision), key=lambda r: r.replaced_at))
        for name, identity in changes.identities.items():
            self._set_identity(name, identity)
        self._set_hits(changes.hits.values())
        self._feed_states.update(changes.feed_states)
        for name in changes.gone_identities:
            self._set_identity(name, None)
        for name in changes.gone_entries:
            shelf, place = self._made_place(name)
            shelf.entries -= place.entry is not None
            place.entry, place.revisions = None, ()
        for revision in changes.gone_revisions:
            if (place_ := self._place(named(revision.entry))) is not None:
                place_.revisions = tuple(r for r in place_.revisions if r != revision)
        for feed_id, key in {*changes.gone_identities, *changes.gone_entries}:
            shelf = self._shelves[feed_id]
            if shelf.places[key].is_empty:
                del shelf.places[key]

    def _place(self, name: EntryName) -> _Place | None:
        shelf = self._shelves.get(name[0])
        return shelf.places.get(name[1]) if shelf is not None else None

    def _made_place(self, name: EntryName) -> tuple[_FeedShelf, _Place]:
        shelf = self._shelves.get(name[0])
        if shelf is None:
            shelf = self._shelves[name[0]] = _FeedShelf()
        place = shelf.places.get(name[1])
        if place is None:
            place = shelf.places[name[1]] = _Place()
        return shelf, place

    def _set_identity(self, name: EntryName, identity: Identity | None) -> None:
        _, place = self._made_place(name)
        if place.hits:
            self._unlist(name, place.identity)
            self._list(name, identity)
        place.identity = identity

    def _set_hits(self, hits: Iterable[Hit]) -> None:
        added: list[Moment] = []
        removed: list[Moment] = []
        untold: list[Moment] = []
        told: list[Moment] = []
        for hit in hits:
            old = self._hits.get(hit.id)
            if old is not None and old.told_at is None:
                told.append((old.found_at, old.id))
            if hit.told_at is None:
                untold.append((hit.found_at, hit.id))
            if old is not None and old.entry is hit.entry and old.story_id == hit.story_id:
                self._swap_hit(old, hit)
                continue
            if old is not None:
                self._take_hit(old)
                removed.append((old.entry.at, old.id))
            self._add_hit(hit)
            added.append((hit.entry.at, hit.id))
        self._newest.change(removed, added)
        self._untold.change(told, untold)

    def _swap_hit(self, old: Hit, hit: Hit) -> None:
        """Replaces a hit by one that differs in nothing by which it is found."""
        _, place = self._made_place(named(hit.entry))
        place.hits = tuple(hit if other is old else other for other in place.hits)
        self._held += (hit.held is not None) - (old.held is not None)
        self._hits[hit.id] = hit

    def _add_hit(self, hit: Hit) -> None:
        name = named(hit.entry)
        shelf, place = self._made_place(name)
        if not place.hits:
            self._list(name, place.identity)
        place.hits += (hit,)
        shelf.hits += 1
        self._held += hit.held is not None
        self._hits[hit.id] = hit
        self._join_story(hit)

    def _take_hit(self, hit: Hit) -> None:
        name = named(hit.entry)
        shelf, place = self._made_place(name)
        place.hits = tuple(other for other in place.hits if other is not hit)
        if not place.hits:
            self._unlist(name, place.identity)
        shelf.hits -= 1
        self._held -= hit.held is not None
        del self._hits[hit.id]
        self._leave_story(hit)

    def _join_story(self, hit: Hit) -> None:
        story = self._stories.get(hit.story_id)
        if story is None:
            story = self._stories[hit.story_id] = _Story(hit.entry.seen_at)
        story.hit_ids += (hit.id,)
        story.fed_at = max(story.fed_at, hit.entry.seen_at)

    def _leave_story(self, hit: Hit) -> None:
        story = self._stories[hit.story_id]
        story.hit_ids = tuple(other for other in story.hit_ids if other != hit.id)
        if not story.hit_ids:
            del self._stories[hit.story_id]
        elif story.fed_at == hit.entry.seen_at:
            story.fed_at = max(self._hits[other].entry.seen_at for other in story.hit_ids)

    def _list(self, name: EntryName, identity: Identity | None) -> None:
        if identity is not None:
            for names, digest in ((self._by_link, identity.link), (self._by_title, identity.title)):
                if digest:
                    names[digest] = (*names.get(digest, ()), name)

    def _unlist(self, name: EntryName, identity: Identity | None) -> None:
        if identity is not None:
            for names, digest in ((self._by_link, identity.link), (self._by_title, identity.title)):
                rest = tuple(other for other in names.pop(digest, ()) if other != name)
                if rest:
                    names[digest] = rest

    def feed_state(self, feed_id: FeedId) -> FeedState | None:
        """The state of one feed."""
        return self._feed_states.get(feed_id)

    def feed_states(self) -> dict[FeedId, FeedState]:
        """See `Store.feed_states`."""
        return dict(self._feed_states)

    def identities(self, feed_id: FeedId) -> dict[EntryKey, Identity]:
        """See `Store.identities`."""
        shelf = self._shelves.get(feed_id)
        places = shelf.places if shelf is not None else {}
        return {key: place.identity for key, place in places.items() if place.identity is not None}

    def identity(self, feed_id: FeedId, key: EntryKey) -> Identity | None:
        """What is remembered of one entry."""
        place = self._place((feed_id, key))
        return place.identity if place is not None else None

    def entry(self, feed_id: FeedId, key: EntryKey) -> Entry | None:
        """See `Store.entry`."""
        place = self._place((feed_id, key))
        return place.entry if place is not None else None

    def entries(self) -> Iterator[Entry]:
        """Every entry, while nothing changes."""
        for shelf in self._shelves.values():
            for place in shelf.places.values():
                if place.entry is not None:
                    yield place.entry

    def revisions(self, feed_id: FeedId, key: EntryKey) -> tuple[Revision, ...]:
        """See `Store.revisions`."""
        place = self._place((feed_id, key))
        return place.revisions if place is not None else ()

    def hit(self, hit_id: HitId) -> Hit | None:
        """See `Store.hit`."""
        return self._hits.get(hit_id)

    def hits(self) -> Iterator[Hit]:
        """Every hit, while nothing changes."""
        return iter(self._hits.values())

    def hits_of_entry(self, feed_id: FeedId, key: EntryKey) -> tuple[Hit, ...]:
        """See `Store.hits_of_entry`."""
        place = self._place((feed_id, key))
        return place.hits if place is not None else ()

    def story_by_link(self, digest: str) -> tuple[StoryId, datetime] | None:
        """See `Store.story_by_link`."""
        return self._newest_story(self._by_link.get(digest, ()))

    def story_by_title(self, digest: str) -> tuple[StoryId, datetime] | None:
        """See `Store.story_by_title`."""
        return self._newest_story(self._by_title.get(digest, ()))

    def _newest_story(self, names: Iterable[EntryName]) -> tuple[StoryId, datetime] | None:
        story_ids = {hit.story_id for name in names for hit in self.hits_of_entry(*name)}
        fed = ((self._stories[story_id].fed_at, story_id) for story_id in story_ids)
        newest = max(fed, default=None)
        return None if newest is None else (newest[1], newest[0])

    def untold(self, limit: int) -> tuple[Hit, ...]:
        """See `Store.untold`."""
        return tuple(self._hits[hit_id] for hit_id in self._untold.first(limit))

    def newest_hits(self, limit: int) -> tuple[Hit, ...]:
        """See `Store.newest_hits`."""
        return tuple(self._hits[hit_id] for hit_id in self._newest.last(limit))

    def totals(self) -> Totals:
        """See `Store.totals`."""
        entries = sum(shelf.entries for shelf in self._shelves.values())
        return Totals(entries=entries, hits=len(self._hits), held=self._held, untold=len(self._untold))

    def feed_counts(self, feed_id: FeedId) -> FeedCounts:
        """See `Store.feed_counts`."""
        shelf = self._shelves.get(feed_id)
        return FeedCounts(entries=shelf.entries, hits=shelf.hits) if shelf is not None else FeedCounts()
