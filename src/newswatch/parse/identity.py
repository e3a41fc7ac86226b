"""Which items of a document are new, known, or a revision. Pure; knows nothing of how documents are read.

The rules, each a test:

* The key of an entry is fixed at first sight: its guid, else its canonical link, else title and day. Only where that
  does not tell two items of one document apart, their texts do.
* An item is known when its guid is known in that feed,
* or when its canonical link is, and no other item of the document has that link (guid churn), unless title and date
  both say that the link was given to other news,
* or, where it has no link of its own, when title and day are (guid churn again).
* What an item of the document claims by its guid, or by standing exactly as it is remembered, is no other item's.
* The same guid with another link *and* another title is a new entry; with another text it is a revision.
* An identity is remembered as long as the feed lists it and 90 days after.

An item that stands as it is remembered, to the letter, is worth knowing: as long as its part of the document stays
the same it need not be read again. The next document is then recognised from its unseen items and what is remembered of
the others, with the same result.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import Enum

from newswatch.model.digest import digest, digest_of, framed
from newswatch.model.entry import EntryKey, Identity, ParsedEntry
from newswatch.model.feed import FeedId
from newswatch.text.fold import fold
from newswatch.text.urls import canonical_link

REMEMBERED = timedelta(days=90)
REFRESH_AFTER = timedelta(days=1)
_DAY = len("2024-10-25")
_GUID, _LINK, _TITLE = map(framed, ("guid", "link", "title"))  # how their digests begin

_Looks = tuple[str, str, str, str, str]


class Novelty(Enum):
    """What an item is to the feed's history."""

    NEW = "new"
    KNOWN = "known"
    REVISED = "revised"


@dataclass(frozen=True, slots=True)
class Sighting:
    """One item of a document, recognised. `is_stale`: the identity is worth writing again.

    `parsed` is None for an item that was not read again; it is known.
    """

    parsed: ParsedEntry | None
    identity: Identity
    novelty: Novelty
    is_stale: bool = False

    @property
    def read(self) -> ParsedEntry:
        """The item, of a sighting that is not known only. Raises ValueError for one that was not read again."""
        if self.parsed is None:
            raise ValueError("an item that was not read again has no text")
        return self.parsed


@dataclass(frozen=True, slots=True)
class Recognition:
    """A whole document, recognised, in document order; an item listed twice is there once.

    `keys` has one for each item of the document: its entry's, if it now stands exactly as it is remembered, else None.
    """

    sightings: tuple[Sighting, ...]
    forgotten: tuple[EntryKey, ...]
    has_guid_churn: bool
    keys: tuple[EntryKey | None, ...] = ()


def recognise(
    feed_id: FeedId,
    items: Sequence[ParsedEntry | Identity],
    known: Mapping[EntryKey, Identity],
    now: datetime,
    previous_document_at: datetime | None = None,
    last_success_at: datetime | None = None,
) -> Recognition:
    """Holds the items against what is remembered of the feed.

    An identity among the items stands for one that was not read again, since it still stands as it is remembered.
    `previous_document_at` is when the last document was read, `last_success_at` when the server last
    said that it still stands: what that document listed was listed until then.
    """
    prints = [item if isinstance(item, Identity) else _fingerprint(feed_id, item, now) for item in items]
    memory = _Memory(known, prints, [item for item in items if isinstance(item, Identity)])
    sightings: dict[EntryKey, Sighting] = {}
    keys: list[EntryKey | None] = []
    has_churn = False
    for item, print_ in zip(items, prints, strict=True):
        if isinstance(item, Identity):
            sighting = _listed(item, now)
        else:
            found, is_churn = memory.find(print_)
            has_churn = has_churn or is_churn
            sighting = _new(item, print_, memory) if found is None else _again(item, print_, found, now)
        key = sighting.identity.key
        if key not in sightings:
            sightings[key] = sighting
            memory.learn(_named(print_, key, print_.guid or sighting.identity.guid))
            memory.claim(key)
        is_remembered = _looks(sightings[key].identity) == _looks(print_) and _is_named(print_)
        keys.append(key if is_remembered else None)
    old = now - REMEMBERED
    forgotten = tuple(
        identity.key
        for identity in known.values()
        if identity.listed_at < old
        and identity.key not in sightings
        and _last_listed(identity, previous_document_at, last_success_at) < old
    )
    return Recognition(tuple(sightings.values()), forgotten, has_churn, tuple(keys))


def link_digest(link: str | None) -> str:
    """The digest of a canonical link; empty for none."""
    return digest_of(_LINK + framed(canonical_link(link))) if link else ""


def title_digest(title: str) -> str:
    """The digest of a folded title; empty for a title without any text."""
    return _title_digest(_folded(title))


def text_digest(title: str, summary: str, content: str) -> str:
    """The digest of all that a reader sees, letter case, accents and blanks aside."""
    return digest("text", *map(_folded, (title, summary, content)))


def _title_digest(folded: str) -> str:
    return digest_of(_TITLE + framed(folded)) if folded else ""


def _folded(text: str) -> str:
    """What a reader sees of a text, letter case, accents and blanks aside."""
    folded = fold(text).replace("\n", " ")
    if not folded.isprintable():  # it may have blanks of other kinds
        return " ".join(folded.split())
    while "  " in folded:
        folded = folded.replace("  ", " ")
    return folded.strip(" ")


def _fingerprint(feed_id: FeedId, item: ParsedEntry, now: datetime) -> Identity:
    guid = digest_of(_GUID + framed(item.id)) if item.has_guid and item.id else ""
    link = link_digest(item.link)
    folded_title = _folded(item.title)
    title = _title_digest(folded_title)
    published = item.published.astimezone(UTC).isoformat() if item.published is not None else ""
    # An item may have a text and no title: then that is what tells it from the others.
    name = item.title if title else item.summary or item.content
    key = guid or link or digest("title-day", name, published[:_DAY])
    text = digest("text", folded_title, _folded(item.summary), _folded(item.content))
    return Identity(feed_id, EntryKey(key), guid, link, title, text, now, published)


class _Memory:
    """The identities of one feed, to be asked by guid, link and title; grows with the document.

    Of a long memory only what has a guid, a link or a title in common with an item that was read is looked at.
    """

    def __init__(
        self, known: Mapping[EntryKey, Identity], document: Sequence[Identity], listed: Sequence[Identity]
    ) -> None:
        not_read = {id(item) for item in listed}
        read = [item for item in document if id(item) not in not_read]
        self._links = Counter(item.link for item in document if item.link)
        self._keys = Counter(item.guid or item.link or item.key for item in document)
        self._names = Counter((item.link, item.title) for item in document if not item.guid)
        self._known = known
        self._by_key: dict[EntryKey, Identity] = {}
        self._by_guid: dict[str, list[Identity]] = {}
        self._by_link: dict[str, list[Identity]] = {}
        self._by_title: dict[str, list[Identity]] = {}
        self._by_looks: dict[_Looks, Identity] = {}
        for identity in _alike(known, read):
            self.learn(identity)
        claims = (self._of_looks(item) or self._of_guid(item) for item in read)
        self._claimed = {*(one.key for one in listed), *(one.key for one in claims if one is not None)}

    def learn(self, identity: Identity) -> None:
        """Takes an identity in, in place of what was known of the same entry."""
        before = self._by_key.get(identity.key)
        if before is not None:
            self._unlearn(before)
        self._by_key[identity.key] = identity
        alike = self._by_looks.setdefault(_looks(identity), identity)
        if identity.key < alike.key:
            self._by_looks[_looks(identity)] = identity
        for index, name in (
            (self._by_guid, identity.guid),
            (self._by_link, identity.link),
            (self._by_title, identity.title),
        ):
            if name:
                index.setdefault(name, []).append(identity)

    def _unlearn(self, identity: Identity) -> None:
        if self._by_looks.get(_looks(identity)) is identity:
            del self._by_looks[_looks(identity)]
        for index, name in (
            (self._by_guid, identity.guid),
            (self._by_link, identity.link),
            (self._by_title, identity.title),
        ):
            if name and (rest := [one for one in index[name] if one is not identity]):
                index[name] = rest
            elif name:
                del index[name]

    def claim(self, key: EntryKey) -> None:
        """An item of the document is this entry: no other may become it by its link or title."""
        self._claimed.add(key)

    def find(self, item: Identity) -> tuple[Identity | None, bool]:
        """The identity that the item has, and whether it was found although its guid is another (churn)."""
        if (by_looks := self._of_looks(item)) is not None:
            return by_looks, False
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

    def _of_looks(self, item: Identity) -> Identity | None:
        return self._by_looks.get(_looks(item))

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
        key = self.key_of(item)
        if (same_key := self._by_key.get(key) or self._known.get(key)) is not None:
            return same_key
        same_name = [
            one
            for one in self._by_link.get(item.link, []) or self._by_title.get(item.title, [])
            if _has_name_of(one, item) and one.key not in self._claimed
        ]
        if self._names[item.link, item.title] > 1:
            same_name = [one for one in same_name if one.text == item.text]
        return same_name[0] if same_name else None

    def _free(self, identities: Iterable[Identity]) -> list[Identity]:
        return [one for one in identities if one.key not in self._claimed]


def _alike(known: Mapping[EntryKey, Identity], items: Sequence[Identity]) -> Iterator[Identity]:
    """What is remembered and has a guid, a link or a title in common with one of the items, or has none of them."""
    if not items:
        return
    guids, links, titles = ({getattr(item, part) for item in items} for part in ("guid", "link", "title"))
    for one in known.values():
        if (
            (one.guid in guids and one.guid)
            or (one.link in links and one.link)
            or (one.title in titles and one.title)
            or not (one.guid or one.link or one.title)
        ):
            yield one


def _looks(identity: Identity) -> _Looks:
    """All that is remembered of an item as its document gave it."""
    return identity.guid, identity.link, identity.title, identity.text, identity.published


def _named(print_: Identity, key: EntryKey, guid: str) -> Identity:
    """The same under that key and guid, which are its own as a rule."""
    return print_ if print_.key == key and print_.guid == guid else replace(print_, key=key, guid=guid)


def _is_named(print_: Identity) -> bool:
    """Whether guid or link name it: of an item with neither, what is remembered does not tell its first name."""
    return bool(print_.guid or print_.link)


def _is_other_news(known: Identity, item: Identity) -> bool:
    """Whether title and date both say that the link now leads to something else."""
    has_other_date = bool(known.published and item.published) and known.published != item.published
    return has_other_date and known.title != item.title


def _has_name_of(known: Identity, item: Identity) -> bool:
    is_same_day = bool(item.link) or known.published[:_DAY] == item.published[:_DAY]
    return known.link == item.link and known.title == item.title and bool(item.title) and is_same_day


def _new(item: ParsedEntry, print_: Identity, memory: _Memory) -> Sighting:
    return Sighting(item, _named(print_, memory.key_of(print_), print_.guid), Novelty.NEW, is_stale=True)


def _again(item: ParsedEntry, print_: Identity, known: Identity, now: datetime) -> Sighting:
    is_revised = print_.text != known.text
    is_stale = is_revised or now - known.listed_at >= REFRESH_AFTER
    identity = _named(print_, known.key, print_.guid or known.guid) if is_stale else known
    return Sighting(item, identity, Novelty.REVISED if is_revised else Novelty.KNOWN, is_stale)


def _listed(known: Identity, now: datetime) -> Sighting:
    is_stale = now - known.listed_at >= REFRESH_AFTER
    return Sighting(None, replace(known, listed_at=now) if is_stale else known, Novelty.KNOWN, is_stale)


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
