"""Which items of a document are new, known, or a revision. Pure; knows nothing of how documents are read.

The rules, each a test:

* The key of an entry is fixed at first sight: its guid, else its canonical link, else title and day.
* An item is known when its guid is known in that feed,
* or when its canonical link is, and no other item of the document has that link (guid churn).
* The same guid with another link *and* another title is a new entry; with another text it is a revision.
* An identity is remembered as long as the feed lists it and 90 days after.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

from newswatch.model.digest import digest
from newswatch.model.entry import EntryKey, Identity, ParsedEntry
from newswatch.model.feed import FeedId
from newswatch.text.fold import fold
from newswatch.text.urls import canonical_link

REMEMBERED = timedelta(days=90)
REFRESH_AFTER = timedelta(days=1)


class Novelty(Enum):
    """What an item is to the feed's history."""

    NEW = "new"
    KNOWN = "known"
    REVISED = "revised"


@dataclass(frozen=True, slots=True)
class Sighting:
    """One item of a document, recognised. `is_stale`: the identity is worth writing again."""

    parsed: ParsedEntry
    identity: Identity
    novelty: Novelty
    is_stale: bool = False


@dataclass(frozen=True, slots=True)
class Recognition:
    """A whole document, recognised, in document order; an item listed twice is there once."""

    sightings: tuple[Sighting, ...]
    forgotten: tuple[EntryKey, ...]
    has_guid_churn: bool


def recognise(
    feed_id: FeedId,
    items: Sequence[ParsedEntry],
    known: Mapping[EntryKey, Identity],
    now: datetime,
    previous_document_at: datetime | None = None,
    last_success_at: datetime | None = None,
) -> Recognition:
    """Holds the items against what is remembered of the feed.

    `previous_document_at` is when the last document was read, `last_success_at` when the server last
    said that it still stands: what that document listed was listed until then.
    """
    prints = [_fingerprint(feed_id, item, now) for item in items]
    memory = _Memory(known.values(), Counter(print_.link for print_ in prints if print_.link))
    sightings: dict[EntryKey, Sighting] = {}
    has_churn = False
    for item, print_ in zip(items, prints, strict=True):
        found, is_churn = memory.find(print_, has_guid=item.has_guid)
        has_churn = has_churn or is_churn
        sighting = _new(item, print_, memory) if found is None else _again(item, print_, found, now)
        if sighting.identity.key not in sightings:
            sightings[sighting.identity.key] = sighting
            memory.learn(sighting.identity)
    forgotten = tuple(
        identity.key
        for identity in known.values()
        if identity.key not in sightings
        and now - _last_listed(identity, previous_document_at, last_success_at) > REMEMBERED
    )
    return Recognition(tuple(sightings.values()), forgotten, has_churn)


def link_digest(link: str | None) -> str:
    """The digest of a canonical link; empty for none."""
    return digest("link", canonical_link(link)) if link else ""


def title_digest(title: str) -> str:
    """The digest of a folded title; empty for a title without any text."""
    folded = " ".join(fold(title).split())
    return digest("title", folded) if folded else ""


def text_digest(title: str, summary: str, content: str) -> str:
    """The digest of all that a reader sees, letter case, accents and blanks aside."""
    return digest("text", *(" ".join(fold(part).split()) for part in (title, summary, content)))


def _fingerprint(feed_id: FeedId, item: ParsedEntry, now: datetime) -> Identity:
    guid = digest("guid", item.id) if item.has_guid and item.id else ""
    link = link_digest(item.link)
    title = title_digest(item.title)
    day = item.published.date().isoformat() if item.published is not None else ""
    key = guid or link or digest("title-day", item.title, day)
    text = text_digest(item.title, item.summary, item.content)
    return Identity(feed_id, EntryKey(key), guid, link, title, text, listed_at=now)


class _Memory:
    """The identities of one feed, to be asked by guid and by link; grows with the document."""

    def __init__(self, known: Iterable[Identity], links_in_document: Counter[str]) -> None:
        self._links_in_document = links_in_document
        self._by_key: dict[EntryKey, Identity] = {}
        self._by_guid: dict[str, list[Identity]] = {}
        self._by_link: dict[str, list[Identity]] = {}
        for identity in known:
            self.learn(identity)

    def learn(self, identity: Identity) -> None:
        if identity.key in self._by_key:
            return
        self._by_key[identity.key] = identity
        if identity.guid:
            self._by_guid.setdefault(identity.guid, []).append(identity)
        if identity.link:
            self._by_link.setdefault(identity.link, []).append(identity)

    def find(self, item: Identity, *, has_guid: bool) -> tuple[Identity | None, bool]:
        """The identity that the item has, and whether only its link told so although it has a guid."""
        same_guid = self._by_guid.get(item.guid, []) if has_guid else []
        alike = [one for one in same_guid if one.link == item.link or one.title == item.title]
        if alike:
            return max(alike, key=lambda one: (one.link == item.link, one.title == item.title)), False
        by_link = self._by_link.get(item.link, [])
        if len(by_link) == 1 and self._links_in_document[item.link] == 1:
            return by_link[0], has_guid
        if item.guid:
            return None, False
        same_title = [one for one in by_link if one.title == item.title]
        return (same_title[0] if same_title else self._by_key.get(self.key_of(item))), False

    def key_of(self, item: Identity) -> EntryKey:
        """The key for an item seen for the first time."""
        if item.guid:
            is_reused = item.guid in self._by_guid
            return EntryKey(digest("reused", item.guid, item.link, item.title)) if is_reused else item.key
        if item.link and self._links_in_document[item.link] > 1:
            return EntryKey(digest("shared-link", item.link, item.title))
        return item.key


def _new(item: ParsedEntry, print_: Identity, memory: _Memory) -> Sighting:
    return Sighting(item, replace(print_, key=memory.key_of(print_)), Novelty.NEW, is_stale=True)


def _again(item: ParsedEntry, print_: Identity, known: Identity, now: datetime) -> Sighting:
    is_revised = print_.text != known.text
    is_stale = is_revised or now - known.listed_at >= REFRESH_AFTER
    identity = replace(print_, key=known.key, guid=print_.guid or known.guid) if is_stale else known
    return Sighting(item, identity, Novelty.REVISED if is_revised else Novelty.KNOWN, is_stale)


def _last_listed(
    identity: Identity, previous_document_at: datetime | None, last_success_at: datetime | None
) -> datetime:
    """When the feed last listed it: what the last document held stood until the last answer.

    `listed_at` is written once a day at most, hence the slack.
    """
    if previous_document_at is None or last_success_at is None:
        return identity.listed_at
    was_in_last_document = identity.listed_at >= previous_document_at - REFRESH_AFTER
    return max(identity.listed_at, last_success_at) if was_in_last_document else identity.listed_at
