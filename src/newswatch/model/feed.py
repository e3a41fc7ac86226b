"""A feed: what a person asked to watch, what is known about it, and how it is doing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from newswatch.model.digest import digest
from newswatch.model.fetched import Fetched
from newswatch.model.vitals import NOTHING_KNOWN, FeedVitals

FAILURES_TO_BELIEVE = 3
FAILURES_IN_AN_HOUR = 2

FeedId = NewType("FeedId", str)


def feed_id(address: str) -> FeedId:
    """The id of a feed, from the first address that was ever stored for it."""
    return FeedId(digest("feed", address))


def address_digest(address: str) -> str:
    """Names an address without giving away what is secret in it."""
    return digest("address", address)


@dataclass(frozen=True, slots=True)
class Feed:
    """One line of feeds.opml. `url` stands as the person wrote it and may hold a password: show `label`.

    `earlier` are the addresses that it moved away from, oldest first: what a person wrote of it elsewhere still means
    it.
    """

    id: FeedId
    url: str = field(repr=False)
    name: str = ""
    site: str | None = field(default=None, repr=False)
    lang: str | None = None
    folder: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    interval_s: float | None = None
    is_paused: bool = False
    allow_private: bool = False
    earlier: tuple[str, ...] = field(default=(), repr=False)


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
    `vitals` are how it does over time.
    `address_digest` is of the address that the feed had then (`address_digest`); None where nobody noted it.
    `document_came` is how that document came that was parsed last.
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
    moved_to: str | None = field(default=None, repr=False)
    moved_answers: int = 0
    has_guid_churn: bool = False
    wish_s: float | None = None
    change_gap_s: float | None = None
    changed_at: datetime | None = None
    vitals: FeedVitals = NOTHING_KNOWN
    address_digest: str | None = None
    document_came: Fetched | None = None

    @property
    def is_failing(self) -> bool:
        """Whether its failing is news: three checks in a row failed, or two and its last answer is an hour old.

        One failed check is none: a server that restarts or a lost packet fails one in a hundred, and is well at the
        next. Three in a row take half an hour at the usual pace; with a long interval an hour is told after two.
        """
        if self.status is not FeedStatus.FAILING:
            return False
        if self.failures >= FAILURES_TO_BELIEVE or self.last_success_at is None or self.last_checked_at is None:
            return self.failures >= FAILURES_TO_BELIEVE
        is_long = self.last_checked_at - self.last_success_at >= timedelta(hours=1)
        return self.failures >= FAILURES_IN_AN_HOUR and is_long

    @property
    def is_silent(self) -> bool:
        """Whether it answers, but has been quiet for far longer than it ever is."""
        return self.status is FeedStatus.OK and self.vitals.is_silent(self.last_success_at)

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

    @property
    def is_failing(self) -> bool:
        """Whether its failing is news (`FeedState.is_failing`), or its server ended it; a paused feed never fails."""
        return not self.feed.is_paused and (self.state.is_failing or self.state.status is FeedStatus.STOPPED)

    @property
    def is_retrying(self) -> bool:
        """Whether its last check failed and that is no news yet."""
        return self.status is FeedStatus.FAILING and not self.state.is_failing

    @property
    def is_silent(self) -> bool:
        """Whether it is quiet for far longer than it ever is; a paused feed never is."""
        return not self.feed.is_paused and self.state.is_silent

    @property
    def is_unreached(self) -> bool:
        """Whether it was asked, but never reached: there was no network."""
        return self.status is FeedStatus.NEW and bool(self.state.last_error)
