"""From the lines of an export to transactions: what each line brings, and what of it is new to this home.

Must never know where the lines come from, nor when a transaction is written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import assert_never

from newswatch.cli.history.door import Door
from newswatch.cli.history.exchange import KINDS, Fault, Line
from newswatch.cli.history.files import PersonFile, incoming
from newswatch.cli.history.merging import (
    has_same_text,
    merged_article,
    merged_delivery,
    merged_entry,
    merged_feed,
    merged_hit,
    merged_identity,
    merged_mute,
)
from newswatch.model.article import Article
from newswatch.model.delivery import Delivery, RuleMute, StoryMute
from newswatch.model.entry import Entry, EntryKey, Identity, Revision
from newswatch.model.feed import FeedId, FeedState
from newswatch.model.hit import Hit
from newswatch.store.api import Store, Transaction

Stored = Entry | Revision | Identity | Hit | Delivery | Article | StoryMute | RuleMute | FeedState
Value = PersonFile | Stored

_NAMES = {
    "entry": "entries",
    "revision": "revisions",
    "identity": "identities",
    "hit": "hits",
    "delivery": "deliveries",
    "article": "articles",
    "mute": "mutes",
    "feed": "feeds",
}


@dataclass(frozen=True, slots=True)
class Arrival:
    """The value of a line. `is_first`: nothing before it belongs to it. `size` is that of its line."""

    value: Value
    is_first: bool
    size: int


def arrivals(lines: Iterable[Line | Fault], now: datetime) -> Iterator[Arrival | Fault]:
    """The values of the lines, cleaned; a fault in place of each line that has none. Raises what `lines` raise."""
    door = Door(now)
    entry: Entry | None = None
    hit: Hit | None = None
    for line in lines:
        if isinstance(line, Fault):
            yield line
            continue
        try:
            value = _value(line, door, entry, hit)
        except ValueError as fault:
            yield Fault(str(fault), line.number)
            continue
        match value:
            case Entry():
                entry, hit = value, None
            case Hit():
                hit = value
        yield Arrival(value, not _belongs(value, entry), line.size)


def _belongs(value: Value, entry: Entry | None) -> bool:
    """Whether a value is a part of what stands above it."""
    match value:
        case Revision() | Hit() | Delivery() | Article():
            return True
        case Identity():
            return entry is not None and (value.feed_id, value.key) == (entry.feed_id, entry.key)
        case _:
            return False


def _value(line: Line, door: Door, entry: Entry | None, hit: Hit | None) -> Value:
    """The value of a line below this entry and this hit. Raises ValueError."""
    match line.kind:
        case "file":
            return incoming(line.row.get("name"), line.row.get("text"))
        case "entry":
            return door.entry(line.row)
        case "revision":
            revision = door.revision(line.row)
            if entry is None or (revision.entry.feed_id, revision.entry.key) != (entry.feed_id, entry.key):
                raise ValueError("the entry that it is an earlier text of does not stand above it")
            return revision
        case "identity":
            return door.identity(line.row)
        case "hit":
            return door.hit(line.row, entry)
        case "delivery":
            delivery = door.delivery(line.row)
            if hit is None or delivery.hit_id != hit.id:
                raise ValueError("the hit that it is of does not stand above it")
            return delivery
        case "article":
            article = door.article(line.row)
            if hit is None or (article.feed_id, article.key) != (hit.entry.feed_id, hit.entry.key):
                raise ValueError("no hit on the entry that it is the page of stands above it")
            return article
        case "mute":
            return door.mute(line.row)
        case _:
            return door.feed(line.row)


@dataclass(slots=True)
class Counts:
    """Rows by kind: new to the home, changed by what came, the same as before."""

    new: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    same: Counter[str] = field(default_factory=Counter)

    def add(self, kind: str, before: object, after: object) -> bool:
        """Counts a row. Returns whether there is anything to write."""
        (self.new if before is None else self.same if before == after else self.changed)[kind] += 1
        return before != after

    def fields(self) -> dict[str, object]:
        """As JSON: `{"new": {"entries": 12, …}, "changed": {…}, "same": {…}}`."""
        return {
            name: {_NAMES[kind]: counter[kind] for kind in KINDS if kind in _NAMES}
            for name, counter in (("new", self.new), ("changed", self.changed), ("same", self.same))
        }

    def sentence(self) -> str:
        """For people: what came, what changed, what was there."""
        parts = [f"{self.new['entry']:,} entries and {self.new['hit']:,} hits"]
        if self.changed["hit"] or self.changed["entry"]:
            parts.append(f"{self.changed['entry']:,} entries and {self.changed['hit']:,} hits changed")
        if self.same["hit"] or self.same["entry"]:
            parts.append(f"{self.same['entry']:,} entries and {self.same['hit']:,} hits were there already")
        return "; ".join(parts)


class Intake:
    """Holds what comes against what a store has."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.counts = Counts()
        self._theirs: Entry | None = None  # the entry that came last, and what it is in this home
        self._ours: Entry | None = None
        self._feed_id: FeedId | None = None  # whose identities were asked for last: rows come feed by feed
        self._identities: Mapping[EntryKey, Identity] = {}

    def transaction(self, values: Iterable[Value]) -> Transaction:
        """What is to be written so that the store has these values, too."""
        made = _Rows()
        for value in values:
            if not isinstance(value, PersonFile):  # of a home, not of its history: see `files.settle`
                self._add(value, made)
        return Transaction(
            entries=tuple(made.entries),
            revisions=tuple(made.revisions),
            identities=tuple(made.identities),
            hits=tuple(made.hits),
            feed_states=tuple(made.feed_states),
            deliveries=tuple(made.deliveries),
            articles=tuple(made.articles),
            mutes=tuple(made.mutes),
            rule_mutes=tuple(made.rule_mutes),
        )

    def _add(self, value: Stored, made: _Rows) -> None:
        match value:
            case Entry():
                self._add_entry(value, made)
            case Revision():
                self._add_revision(value, made)
            case Identity():
                known = self._identities_of(value.feed_id).get(value.key)
                identity = merged_identity(known, value)
                if self.counts.add("identity", known, identity):
                    made.identities.append(identity)
            case Hit():
                self._add_hit(value, made)
            case Delivery():
                self._add_delivery(value, made)
            case Article():
                known_article = self.store.article(value.feed_id, value.key)
                if self.counts.add("article", known_article, article := merged_article(known_article, value)):
                    made.articles.append(article)
            case StoryMute() | RuleMute():
                self._add_mute(value, made)
            case FeedState():
                before = self.store.feed_states().get(value.feed_id)
                state = merged_feed(before, value)
                if self.counts.add("feed", before, state):
                    made.feed_states.append(state)
            case _:
                assert_never(value)

    def _add_delivery(self, theirs: Delivery, made: _Rows) -> None:
        ours = {delivery.sink: delivery for delivery in self.store.deliveries(theirs.hit_id)}.get(theirs.sink)
        if self.counts.add("delivery", ours, delivery := merged_delivery(ours, theirs)):
            made.deliveries.append(delivery)

    def _add_mute(self, theirs: StoryMute | RuleMute, made: _Rows) -> None:
        if isinstance(theirs, StoryMute):
            story = self.store.mutes().get(theirs.story_id)
            if self.counts.add("mute", story, mute := merged_mute(story, theirs)):
                made.mutes.append(mute)
        else:
            rule = self.store.rule_mutes().get(theirs.rule_id)
            if self.counts.add("mute", rule, rule_mute := merged_mute(rule, theirs)):
                made.rule_mutes.append(rule_mute)

    def _add_entry(self, theirs: Entry, made: _Rows) -> None:
        ours = self.store.entry(theirs.feed_id, theirs.key)
        entry, older = merged_entry(ours, theirs)
        self._theirs, self._ours = theirs, entry
        if self.counts.add("entry", ours, entry):
            made.entries.append(entry)
        if older is not None:
            self._add_revision(older, made)

    def _add_revision(self, revision: Revision, made: _Rows) -> None:
        """One of the same moment is the same."""
        known = self.store.revisions(revision.entry.feed_id, revision.entry.key)
        before = next((one for one in known if one.replaced_at == revision.replaced_at), None)
        if self.counts.add("revision", before, before or revision):
            made.revisions.append(revision)

    def _identities_of(self, feed_id: FeedId) -> Mapping[EntryKey, Identity]:
        if feed_id != self._feed_id:
            self._feed_id, self._identities = feed_id, self.store.identities(feed_id)
        return self._identities

    def _add_hit(self, theirs: Hit, made: _Rows) -> None:
        """A hit on a text that this home has is one on this home's entry."""
        ours = self.store.hit(theirs.id)
        if theirs.entry is self._theirs and self._ours is not None and has_same_text(self._ours, theirs.entry):
            theirs = replace(theirs, entry=self._ours)
        hit = merged_hit(ours, theirs)
        if self.counts.add("hit", ours, hit):
            made.hits.append(hit)


@dataclass(slots=True)
class _Rows:
    """The rows of a transaction that is being made."""

    entries: list[Entry] = field(default_factory=list)
    revisions: list[Revision] = field(default_factory=list)
    identities: list[Identity] = field(default_factory=list)
    hits: list[Hit] = field(default_factory=list)
    feed_states: list[FeedState] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    articles: list[Article] = field(default_factory=list)
    mutes: list[StoryMute] = field(default_factory=list)
    rule_mutes: list[RuleMute] = field(default_factory=list)
