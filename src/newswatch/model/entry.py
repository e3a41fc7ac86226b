"""An entry: one item of a feed, before it has an identity (`ParsedEntry`) and after (`Entry`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, NewType

from newswatch.model.feed import FeedId
from newswatch.model.late import Late

EntryKey = NewType("EntryKey", str)


@dataclass(frozen=True, slots=True)
class ParsedEntry:
    """An item as its document gives it, cleaned. `id` is the guid, else what identifies it in its place.

    `has_guid` says whether `id` came from the document. `link` is absolute http(s) or None;
    `summary` and `content` are plain text (block elements became line breaks); `published` is None
    where the item gives no date that can be read.
    """

    id: str
    title: str
    link: str | None
    published: datetime | None
    author: str | None
    summary: str
    content: str = ""
    tags: tuple[str, ...] = ()
    lang: str | None = None
    has_guid: bool = True


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A document that was read. `error` says why it is no feed, and is None for a feed.

    `warnings` are short sentences for the Feeds screen; `dropped` counts items beyond the cap. `wish_s` is how
    many seconds lie between two checks if it goes by the document (`ttl`, `sy:updatePeriod`), None if it says nothing.
    """

    title: str
    entries: tuple[ParsedEntry, ...]
    warnings: tuple[str, ...] = ()
    error: str | None = None
    lang: str | None = None
    format: str = ""
    dropped: int = 0
    wish_s: float | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """The text fields that rules look at. A missing field is empty."""

    title: str = ""
    summary: str = ""
    content: str = ""
    author: str = ""
    source: str = ""
    tags: tuple[str, ...] = ()
    url: str = ""
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Entry(Late):
    """An item with its identity. `key` is fixed at first sight; content is never part of it.

    `source` is the feed's name in feeds.opml, else its own title. `is_backlog`: it stood in the
    first document ever read of its feed. `revised_at` is when the text last changed.
    """

    LEFT_OUT: ClassVar[frozenset[str]] = frozenset({"link", "summary", "content", "author", "tags", "lang"})
    feed_id: FeedId
    key: EntryKey
    title: str
    link: str | None
    summary: str
    content: str
    author: str | None
    tags: tuple[str, ...]
    lang: str | None
    source: str
    published_at: datetime | None
    seen_at: datetime
    is_backlog: bool = False
    revised_at: datetime | None = None

    @property
    def at(self) -> datetime:
        """The time to sort by: first seen; for backlog the published date, unless it lies in the future."""
        if self.is_backlog and self.published_at is not None and self.published_at < self.seen_at:
            return self.published_at
        return self.seen_at

    @property
    def document(self) -> Document:
        """The fields that rules look at."""
        return Document(
            title=self.title,
            summary=self.summary,
            content=self.content,
            author=self.author or "",
            source=self.source,
            tags=self.tags,
            url=self.link or "",
            lang=self.lang or "",
        )


@dataclass(frozen=True, slots=True)
class Identity:
    """What is remembered of an entry to know it again, as long as its feed lists it and 90 days after.

    All but the times are digests (`model.digest`), empty where the entry gives none: of its guid, its
    canonical link, its folded title, and its whole text. `published` is its date as ISO text in UTC, empty if it
    gives none. `listed_at` is refreshed at most once a day.
    """

    feed_id: FeedId
    key: EntryKey
    guid: str
    link: str
    title: str
    text: str
    listed_at: datetime
    published: str = ""


@dataclass(frozen=True, slots=True)
class Revision:
    """An earlier text of an entry, replaced at `replaced_at`."""

    entry: Entry
    replaced_at: datetime
