"""What a person does to feeds.opml from a screen: finds feeds, adds, edits, pauses and removes them.

The file is written before a verb returns, every byte that was not edited as it was, and what it says then is in
force at once. Where it changed meanwhile the edit is made on what it says now. Feeds that are handed out to be
added (`Feed`) hold their addresses in full: show `Candidate.address`.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Collection, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from newswatch.model.feed import Feed, FeedId


@dataclass(frozen=True, slots=True)
class Candidate:
    """A feed that answered. `known` is the label of the feed of feeds.opml that it is already, or empty."""

    feed: Feed
    address: str
    title: str
    format: str = ""
    entries: int = 0
    newest: tuple[str, ...] = ()  # headlines, as the document orders them
    known: str = ""


@dataclass(frozen=True, slots=True)
class Search:
    """How far looking for the feeds behind an address came. `asking` is what is asked now, the `asked`-th address.

    `found` are the feeds that answered until now, the surest first. Complete: all of them, or `failure` in words.
    `page` is the page that led there, if it was one.
    """

    asking: str = ""
    asked: int = 0
    found: tuple[Candidate, ...] = ()
    page: str = ""
    failure: str = ""
    is_unreached: bool = False
    is_complete: bool = False


@dataclass(frozen=True, slots=True)
class Skipped:
    """An outline of somebody's list that is not taken, and why. `address` is safe to show."""

    line: int
    address: str
    reason: str


@dataclass(frozen=True, slots=True)
class ListedFeeds:
    """What somebody's list of feeds would bring. `known` counts those that are there already."""

    title: str
    fresh: tuple[Feed, ...]
    known: int = 0
    skipped: tuple[Skipped, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FeedDraft:
    """What a person says of a feed. `address` is empty where it stays; `keeps_history`: a new one is of the same feed,
    so its entries and hits stay with it; else it is another feed from then on.
    """

    name: str = ""
    folder: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    interval_s: float | None = None
    lang: str = ""
    is_paused: bool = False
    address: str = field(default="", repr=False)
    keeps_history: bool = True


class FeedEdits(Protocol):
    """`Engine.feeds`.

    Verbs that write raise FeedsInvalid where feeds.opml cannot be read or written, FileChanged where it keeps
    changing, FeedRefused for what makes no sense; then nothing was written. They work where another instance is the
    writer too: that one takes the file over.
    """

    def discover(self, typed: str) -> AsyncGenerator[Search, None]:
        """The feeds behind an address that a person typed: snapshots as it comes along, the last complete.

        Raises UsageError if it is no address. Closing the iterator ends the search.
        """

    async def read_list(self, source: str) -> ListedFeeds:
        """What a list (OPML) in a file, or at an address, would bring. Nothing in it is executed or fetched.

        Raises UsageError, NetworkDown or FeedsInvalid if it cannot be read.
        """

    async def add(self, feeds: Sequence[Feed]) -> Sequence[FeedId]:
        """Adds feeds at the end of their folders. Returns the ids of those that were not there already."""

    async def change(self, feed: FeedId, draft: FeedDraft) -> FeedId:
        """Makes the line of a feed say what the draft says. Returns its id, another one only if its history stays
        behind.
        """

    async def set_paused(self, feeds: Collection[FeedId], *, paused: bool) -> None:
        """Pauses feeds, or resumes them."""

    async def accept_move(self, feed: FeedId) -> str:
        """Gives a feed the address that its server says is the new one, without waiting for more answers. Returns that
        address, safe to show.
        """

    async def remove(self, feeds: Collection[FeedId]) -> None:
        """Takes the lines of feeds out, in one edit; their history stays. Those that left meanwhile are passed over."""

    async def put_back(self, feed: FeedId) -> None:
        """Puts a line that was taken out since the start back to where it was, as it was; so are those that were taken
        out together with it.
        """
