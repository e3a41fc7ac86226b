"""An outlet and what it published: frozen values, and the reader of its file. No clock and no network here.

An outlet's day is a list of items, each as it stood from `updated_at` on. A correction is a later item
with the same guid, so the feed as of an instant is the newest item of each guid that is not from later.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

MAX_ITEMS = 40
"""A feed lists its newest items only, like most feeds do."""

_OFFSET = re.compile(r"([+-])(\d\d):(\d\d)")
_FORBIDDEN_IN_XML = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")
_KEYS = frozenset({"at", "slug", "title", "summary", "content", "author", "tags", "language", "correction"})
_CORRECTION_KEYS = frozenset({"at", "title", "summary", "content"})


class FeedFormat(StrEnum):
    """The four kinds of feed that the demo's outlets speak."""

    RSS = "rss"  # RSS 2.0
    RDF = "rdf"  # RSS 1.0
    ATOM = "atom"  # Atom 1.0, RFC 4287
    JSON = "json"  # JSON Feed 1.1


@dataclass(frozen=True, slots=True)
class Item:
    """One text of one item. `content` is its paragraphs; `updated_at` is when it began to read like this."""

    guid: str
    link: str
    title: str
    summary: str
    published_at: datetime
    updated_at: datetime
    content: tuple[str, ...] = ()
    author: str = ""
    tags: tuple[str, ...] = ()
    language: str = ""

    @property
    def is_correction(self) -> bool:
        """Whether an earlier text of this item was published."""
        return self.updated_at > self.published_at


@dataclass(frozen=True, slots=True)
class Outage:
    """A while in which the outlet's server answers every request with `status`."""

    start: datetime
    end: datetime
    status: int

    def covers(self, now: datetime) -> bool:
        """Whether it lasts at this instant."""
        return self.start <= now < self.end


@dataclass(frozen=True, slots=True)
class Edition:
    """The feed as it stands at an instant: newest first, and when it last changed."""

    items: tuple[Item, ...]
    changed_at: datetime


@dataclass(frozen=True)  # no slots: cached_property keeps its value in the instance's dict
class Outlet:
    """One outlet. `name` is what feeds.opml calls it, `title` what the outlet calls itself.

    `items` holds every text in the order of `updated_at`; `offset` is the outlet's own zone.
    """

    id: str
    name: str
    title: str
    tagline: str
    site: str
    language: str
    folder: str
    format: FeedFormat
    offset: timezone
    encoding: str
    items: tuple[Item, ...]
    outage: Outage | None = None

    @property
    def path(self) -> str:
        """Where the server keeps the feed."""
        match self.format:
            case FeedFormat.RSS:
                return f"/{self.id}/rss.xml"
            case FeedFormat.RDF:
                return f"/{self.id}/index.rdf"
            case FeedFormat.ATOM:
                return f"/{self.id}/atom.xml"
            case FeedFormat.JSON:
                return f"/{self.id}/feed.json"

    @cached_property
    def first_texts(self) -> tuple[Item, ...]:
        """Each item once, as it first read."""
        return tuple(item for item in self.items if not item.is_correction)

    def edition(self, now: datetime) -> Edition:
        """The feed as of an instant."""
        published = [item for item in self.items if item.updated_at <= now]
        texts = {item.guid: item for item in published}
        newest = sorted(texts.values(), key=lambda item: item.published_at, reverse=True)[:MAX_ITEMS]
        changed_at = published[-1].updated_at if published else self.items[0].published_at
        return Edition(tuple(newest), changed_at)

    def is_out(self, now: datetime) -> bool:
        """Whether the outlet's server fails at this instant."""
        return self.outage is not None and self.outage.covers(now)


def read_outlet(toml: str) -> Outlet:
    """The outlet that a file of `demo/recorded` tells of.

    Raises ValueError (tomllib.TOMLDecodeError is one) naming the outlet and the item for a file that
    breaks the day's own rules: order of time, one guid each, characters that the format cannot carry.
    """
    table = tomllib.loads(toml)
    site, language = str(table["site"]), str(table["language"])
    outlet = Outlet(
        id=str(table["id"]),
        name=str(table["name"]),
        title=str(table.get("title", table["name"])),
        tagline=str(table["tagline"]),
        site=site,
        language=language,
        folder=str(table["folder"]),
        format=FeedFormat(table["format"]),
        offset=_offset(str(table["utc_offset"])),
        encoding=str(table.get("encoding", "utf-8")),
        items=_items(table["item"], site, language),
        outage=_outage(table.get("outage")),
    )
    _check(outlet)
    return outlet


def _items(tables: list[dict[str, Any]], site: str, language: str) -> tuple[Item, ...]:
    items: list[Item] = []
    for table in tables:
        item = _item(table, site, language)
        if items and item.published_at < items[-1].published_at:
            raise ValueError(f"{item.guid}: stands after an item that is newer; the file is not in the order of time")
        items.append(item)
        for correction in table.get("correction", ()):
            item = _corrected(item, correction)
            items.append(item)
    return tuple(sorted(items, key=lambda item: item.updated_at))


def _item(table: Mapping[str, Any], site: str, language: str) -> Item:
    slug, at = str(table["slug"]), _instant(table["at"])
    if unknown := table.keys() - _KEYS:
        raise ValueError(f"{site} {slug}: unknown keys {sorted(unknown)}")
    return Item(
        guid=f"tag:{urlsplit(site).netloc},{at:%Y-%m-%d}:{slug}",
        link=f"{site}{at:%Y/%m/%d}/{slug}",
        title=str(table["title"]),
        summary=_one_line(str(table["summary"])),
        content=_paragraphs(str(table.get("content", ""))),
        author=str(table.get("author", "")),
        tags=tuple(str(tag) for tag in table.get("tags", ())),
        language=str(table.get("language", language)),
        published_at=at,
        updated_at=at,
    )


def _corrected(item: Item, table: Mapping[str, Any]) -> Item:
    if unknown := table.keys() - _CORRECTION_KEYS:
        raise ValueError(f"{item.guid}: unknown keys in the correction {sorted(unknown)}")
    return replace(
        item,
        title=str(table.get("title", item.title)),
        summary=_one_line(str(table["summary"])) if "summary" in table else item.summary,
        content=_paragraphs(str(table["content"])) if "content" in table else item.content,
        updated_at=_instant(table["at"]),
    )


def _outage(table: Mapping[str, Any] | None) -> Outage | None:
    if table is None:
        return None
    return Outage(_instant(table["from"]), _instant(table["until"]), int(table["status"]))


def _instant(value: object) -> datetime:
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise ValueError(f"{value!r} is no instant: write it as 2024-10-25T07:04:00Z")
    return value.astimezone(UTC)


def _offset(written: str) -> timezone:
    found = _OFFSET.fullmatch(written)
    if found is None:
        raise ValueError(f"utc_offset {written!r} is not of the form +03:00")
    sign, hours, minutes = found.groups()
    span = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-span if sign == "-" else span)


def _one_line(text: str) -> str:
    return " ".join(text.split("\n")).strip()


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(_one_line(block) for block in text.split("\n\n") if block.strip())


def _check(outlet: Outlet) -> None:
    guids = [item.guid for item in outlet.first_texts]
    if doubled := {guid for guid in guids if guids.count(guid) > 1}:
        raise ValueError(f"{outlet.id}: used twice: {sorted(doubled)}")
    for item in outlet.items:
        text = "\n".join((item.title, item.summary, *item.content, item.author, *item.tags))
        if outlet.format is not FeedFormat.JSON and _FORBIDDEN_IN_XML.search(text):
            raise ValueError(f"{item.guid}: holds a character that XML 1.0 cannot carry")
        if outlet.format is FeedFormat.RSS and item.language != outlet.language:
            raise ValueError(f"{item.guid}: RSS 2.0 cannot say that one item is in another language")
