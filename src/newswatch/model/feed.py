"""A feed: what a person asked to watch, what is known about it, and how it is doing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from newswatch.model.digest import digest

FeedId = NewType("FeedId", str)


def feed_id(address: str) -> FeedId:
    """The id of a feed, from the first address that was ever stored for it."""
    return FeedId(digest("feed", address))


@dataclass(frozen=True, slots=True)
class Feed:
    """One line of feeds.opml. `url` stands as the person wrote it and may hold a password: show `label`."""

    id: FeedId
    url: str
    name: str = ""
    site: str | None = None
    lang: str | None = None
    folder: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    interval_s: float | None = None
    is_paused: bool = False
    allow_private: bool = False


class FeedStatus(StrEnum):
    """How a feed is doing."""

    NEW = "new"  # never answered yet
    OK = "ok"
    FAILING = "failing"
    STOPPED = "stopped"  # the server said 410 Gone
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class FeedState:
    """What the last checks of a feed left behind; durable.

    `etag` and `last_modified` are kept verbatim, as the server sent them. `body_hash` is of the last
    document that was parsed, at `document_at`. `failures` counts those in a row.
    `not_before` is when the server wants to be asked again at the earliest, if it said so.
    `moved_to` is where permanent redirects point, `moved_answers` how many times in a row they did.
    `wish_s` is the period that the feed or its server last asked for (ttl, sy:, Cache-Control, Expires).
    `change_gap_s` is the usual time between two documents with something new, `changed_at` the last of them.
    """

    feed_id: FeedId
    status: FeedStatus = FeedStatus.NEW
    title: str = ""
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    document_at: datetime | None = None
    last_checked_at: datetime | None = None
    last_success_at: datetime | None = None
    next_check_at: datetime | None = None
    not_before: datetime | None = None
    failures: int = 0
    last_error: str = ""
    moved_to: str | None = None
    moved_answers: int = 0
    has_guid_churn: bool = False
    wish_s: float | None = None
    change_gap_s: float | None = None
    changed_at: datetime | None = None

    def is_asked_to_wait(self, now: datetime) -> bool:
        """Whether the server's Retry-After still runs."""
        return self.not_before is not None and now < self.not_before


@dataclass(frozen=True, slots=True)
class FeedHealth:
    """One row of the Feeds screen."""

    feed: Feed
    state: FeedState
    label: str  # the name to show: feeds.opml's, else the feed's own title, else its host
    address: str  # the address without its secrets
    entries: int = 0
    hits: int = 0
    is_checking: bool = False

    @property
    def status(self) -> FeedStatus:
        """The state's status, unless the person paused the feed."""
        return FeedStatus.PAUSED if self.feed.is_paused else self.state.status
