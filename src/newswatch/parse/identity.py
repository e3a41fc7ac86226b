"""Which items of a document are new, known, or a revision. Pure; knows nothing of how documents are read.

The rules, each a test:

* The key of an entry is fixed at first sight: its guid, else its canonical link, else title and day. Only where that
  does not tell two items of one document apart, their texts do.
* An item is known when its guid is known in that feed,
* or when its canonical link is, and no other item of the document has that link (guid churn), unless title and date
  both say that the link was given to other news,
* or, where it has no link of its own, when title and day are (guid churn again).
* What an item of the document claims by its guid is no other item's.
* The same guid with another link *and* another title is a new entry; with another text it is a revision.
* An identity is remembered as long as the feed lists it and 90 days after.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import Enum

from newswatch.model.digest import digest
from newswatch.model.entry import EntryKey, Identity, ParsedEntry
from newswatch.model.feed import FeedId
from newswatch.text.fold import fold
from newswatch.text.urls import canonical_link

REMEMBERED = timedelta(days=90)
REFRESH_AFTER = timedelta(days=1)
_DAY = len("2024-10-25")


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
    memory = _Memory(known.values(), prints)
    sightings: dict[EntryKey, Sighting] = {}
    has_churn = False
    for item, print_ in zip(items, prints, strict=True):
        found, is_churn = memory.find(print_)
        has_churn = has_churn or is_churn
        sighting = _new(item, print_, memory) if found is None else _again(item, print_, found, now)
        if sighting.identity.key not in sightings:
            sightings[sighting.identity.key] = sighting
            memory.learn(sighting.identity)
            memory.claim(sighting.identity.key)
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
    published = item.published.astimezone(UTC).isoformat() if item.published is not None else ""
    # An item may have a text and no title: then that is what tells it from the others.
    name = item.title if title else item.summary or item.content
    key = guid or link or digest("title-day", name, published[:_DAY])
    text = text_digest(item.title, item.summary, item.content)
    return Identity(feed_id, EntryKey(key), guid, link, title, text, now, published)


class _Memory:
    """The identities of one feed, to be asked by guid, link and title; grows with the document."""

    def __init__(self, known: Iterable[Identity], document: Sequence[Identity]) -> None:
        self._links = Counter(item.link for item in document if item.link)
        self._keys = Counter(item.key for item in document)
        self._names = Counter((item.link, item.title) for item in document if not item.guid)
        self._by_key: dict[EntryKey, Identity] = {}
        self._by_guid: dict[str, list[Identity]] = {}
        self._by_link: dict[str, list[Identity]] = {}
        self._by_title: dict[str, list[Identity]] = {}
        for identity in known:
            self.learn(identity)
        claims = (self._of_guid(item) for item in document)
        self._claimed = {one.key for one in claims if one is not None}

    def learn(self, identity: Identity) -> None:
        """Takes an identity in, once."""
        if identity.key in self._by_key:
            return
        self._by_key[identity.key] = identity
        for index, name in (
            (self._by_guid, identity.guid),
            (self._by_link, identity.link),
            (self._by_title, identity.title),
        ):
            if name:
                index.setdefault(name, []).append(identity)

    def claim(self, key: EntryKey) -> None:
        """An item of the document is this entry: no other may become it by its link or title."""
        self._claimed.add(key)

    def find(self, item: Identity) -> tuple[Identity | None, bool]:
        """The identity that the item has, and whether it was found although its guid is another (churn)."""
        if (by_guid := self._of_guid(item)) is not None:
            return by_guid, False
        if (by_link := self._of_link(item)) is not None:
            return by_link, bool(item.guid)
        if item.guid:
            by_title = self._of_title_and_day(item)
            return by_title, by_title is not None
        return self._of_name(item), False

    def key_of(self, item: Identity) -> EntryKey:
        """The key for an item seen for the first time."""
        if item.guid:
            is_reused = item.guid in self._by_guid
            return EntryKey(digest("reused", item.guid, item.link, item.title)) if is_reused else item.key
        if self._names[item.link, item.title] > 1 and self._keys[item.key] > 1:
            return EntryKey(digest("same-name", item.link, item.title, item.text))
        if self._links[item.link] > 1:
            return EntryKey(digest("shared-link", item.link, item.title))
        return item.key

    def _of_guid(self, item: Identity) -> Identity | None:
        same_guid = self._by_guid.get(item.guid, []) if item.guid else []
        alike = [one for one in same_guid if one.link == item.link or one.title == item.title]
        return max(alike, key=lambda one: (one.link == item.link, one.title == item.title), default=None)

    def _of_link(self, item: Identity) -> Identity | None:
        same_link = self._free(self._by_link.get(item.link, []))
        if len(same_link) != 1 or self._links[item.link] != 1:
            return None
        return None if item.guid and _is_other_news(same_link[0], item) else same_link[0]

    def _of_title_and_day(self, item: Identity) -> Identity | None:
        alike = [
            one
            for one in self._free(self._by_title.get(item.title, []))
            if one.link == item.link and one.published[:_DAY] == item.published[:_DAY]
        ]
        return alike[0] if len(alike) == 1 else None

    def _of_name(self, item: Identity) -> Identity | None:
        """Without a guid and a link of its own: by its key, else by link and title, the same text first."""
        if (same_key := self._by_key.get(self.key_of(item))) is not None:
            return same_key
        same_name = [
            one
            for one in self._by_link.get(item.link, []) or self._by_title.get(item.title, [])
            if _has_name_of(one, item)
        ]
        if self._names[item.link, item.title] > 1:
            same_name = [one for one in same_name if one.text == item.text]
        return same_name[0] if same_name else None

    def _free(self, identities: Iterable[Identity]) -> list[Identity]:
        return [one for one in identities if one.key not in self._claimed]


def _is_other_news(known: Identity, item: Identity) -> bool:
    """Whether title and date both say that the link now leads to something else."""
    has_other_date = bool(known.published and item.published) and known.published != item.published
    return has_other_date and known.title != item.title


def _has_name_of(known: Identity, item: Identity) -> bool:
    is_same_day = bool(item.link) or known.published[:_DAY] == item.published[:_DAY]
    return known.link == item.link and known.title == item.title and bool(item.title) and is_same_day


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
