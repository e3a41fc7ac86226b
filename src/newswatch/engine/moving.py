"""Feeds that moved for good: feeds.opml gets their new addresses, and a person is told once.

A feed moved when permanent redirects led to the same place in so many answers in a row as `step` wants. Its id and so
its history stay, its line keeps all else that stands in it. Where the file cannot be written, polling goes on at the
new address and it is tried again later.

A new address is the server's word and not the person's: never a private one and never from https to http, and the
right to a private address stays behind unless host and port are the same.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from newswatch.engine.core import Core
from newswatch.engine.step import MOVED_AFTER_ANSWERS
from newswatch.errors import FeedsInvalid, FileChanged
from newswatch.feeds.addresses import feed_at, shown
from newswatch.feeds.opml import LoadedFeeds, OpmlDocument, change_feeds, edit_feeds
from newswatch.fetch.guard import kind_of_host
from newswatch.model.event import NoticeCleared, NoticeLevel, NoticeRaised
from newswatch.model.feed import FAILURES_TO_BELIEVE, Feed, FeedId, FeedState, FeedStatus, address_digest

MOVED = "moved"
"""The notice that says what moved."""
NOT_MOVED = "moved: not written"
"""The notice that feeds.opml could not be written."""
TOLD_FOR_S = 3_600.0
AGAIN_AFTER_S = 300.0

_PORTS = {"http": 80, "https": 443}
_NAMED = 3  # feeds named in a notice; the rest are counted

log = logging.getLogger(__name__)


class Verdict(StrEnum):
    """What is to be done about where a feed's answers point."""

    STAYS = "stays"  # nothing that is believed
    MOVES = "moves"
    ARRIVED = "arrived"  # its address is the new one already
    TAKEN = "taken"  # another feed has that address
    UNFIT = "unfit"  # an address that no redirect may put into a person's file


@dataclass(frozen=True, slots=True)
class Move:
    """A feed whose line in feeds.opml is to get another address. `was` is its address as it was polled."""

    feed_id: FeedId
    label: str
    was: str = field(repr=False)
    to: str = field(repr=False)


def verdict(feed: Feed, state: FeedState, feeds: Iterable[Feed]) -> Verdict:
    """What to do about a feed after an answer; `feeds` are all in force."""
    if state.moved_to is None or state.moved_answers < MOVED_AFTER_ANSWERS:
        return Verdict.STAYS
    if state.moved_to == feed.url:
        return Verdict.ARRIVED
    if not may_replace(feed.url, state.moved_to):
        return Verdict.UNFIT
    if feed_at((other for other in feeds if other.id != feed.id), state.moved_to) is not None:
        return Verdict.TAKEN
    return Verdict.MOVES


def may_replace(address: str, by: str) -> bool:
    """Whether a permanent redirect may put one address in the place of another in a person's file."""
    old, new = _server_of(address), _server_of(by)
    if new is None or (address.lower().startswith("https:") and not by.lower().startswith("https:")):
        return False
    return new == old or kind_of_host(new[0]) is None


def is_same_server(address: str, other: str) -> bool:
    """Whether host and port are the same: then a right to a private address holds for both."""
    server = _server_of(address)
    return server is not None and server == _server_of(other)


def moved(feed: Feed, to: str) -> Feed:
    """The feed at its new address."""
    return replace(feed, url=to, allow_private=feed.allow_private and is_same_server(feed.url, to))


def is_readdressed(feed: Feed, state: FeedState) -> bool:
    """Whether a person gave the feed another address since this was learned of it; now, or while nothing ran."""
    is_elsewhere = state.address_digest is not None and state.address_digest != address_digest(feed.url)
    # What `write_moves` wrote just before the end is no person's; but it writes for nobody who was ended.
    return is_elsewhere and (state.moved_to != feed.url or state.status is FeedStatus.STOPPED)


def readdressed(feed: Feed, state: FeedState) -> FeedState:
    """The state of a feed to which a person gave another address: what was learned at the old one counts no more.

    It is asked at once, also if its old server had ended it, but for what a server wants to be left alone: that may
    still be the same one.
    """
    is_ended = state.status is FeedStatus.STOPPED
    return replace(
        at_home(feed, state),
        status=FeedStatus.FAILING if is_ended else state.status,
        failures=max(state.failures, FAILURES_TO_BELIEVE) if is_ended else state.failures,
        etag=None,
        last_modified=None,
        next_check_at=state.not_before,
    )


def at_home(feed: Feed, state: FeedState) -> FeedState:
    """The state of a feed that is where its line says: there is nowhere that it moves to."""
    return replace(state, moved_to=None, moved_answers=0, address_digest=address_digest(feed.url))


def write_moves(path: Path, moves: Collection[Move]) -> tuple[Feed, ...]:
    """Gives these feeds their new addresses in feeds.opml, and returns them as they stand there now.

    Whoever is not in the file any more, has another address by now, or would get one that is there already, is left
    as it is. Raises FeedsInvalid, FileChanged. Blocks for the disk.
    """
    wanted = {move.feed_id: move for move in moves}
    written: list[FeedId] = []

    def change(loaded: LoadedFeeds) -> OpmlDocument:
        fresh = _moving(loaded.feeds, wanted)
        written[:] = [feed.id for feed in fresh]
        return change_feeds(loaded.document, fresh) if fresh else loaded.document

    after = edit_feeds(path, change)
    return tuple(feed for feed in after.feeds if feed.id in written)


def _moving(feeds: tuple[Feed, ...], wanted: Mapping[FeedId, Move]) -> list[Feed]:
    found: list[Feed] = []
    for feed in feeds:
        move = wanted.get(feed.id)
        if move is None or feed.url != move.was:
            continue
        if feed_at((*found, *(other for other in feeds if other.id != feed.id)), move.to) is None:
            found.append(moved(feed, move.to))
    return found


class MovedFeeds:
    """Follows feeds that moved, in one home. `follow` is called after each answer of a feed."""

    def __init__(self, core: Core, path: Path) -> None:
        self._core = core
        self._path = path
        self._writing = asyncio.Lock()
        self._waiting: dict[FeedId, Move] = {}
        self._told: set[tuple[FeedId, str]] = set()  # of feeds that moved to where another one is
        self._told_at_s: float | None = None  # when something was said that may be on the screen still
        self._again_at_s = 0.0

    async def follow(self, feed_id: FeedId) -> None:
        """Does what is to be done about a feed now. Raises nothing that is expected: what failed is said."""
        core = self._core
        self._clear_old_notices()
        feed = core.roster.feeds.get(feed_id)
        if feed is None:
            return
        state = core.roster.state(feed_id)
        match verdict(feed, state, core.roster.feeds.values()):
            case Verdict.ARRIVED:
                self._settle_in(feed_id)
            case Verdict.TAKEN if state.moved_to is not None and (feed_id, state.moved_to) not in self._told:
                self._told.add((feed_id, state.moved_to))
                self._tell_taken(feed, state.moved_to)
            case Verdict.MOVES if state.moved_to is not None:
                self._waiting[feed_id] = Move(feed_id, self._core.roster.label(feed), feed.url, state.moved_to)
                await self._write()
            case _:
                pass

    def look_at(self, feeds: Iterable[Feed]) -> None:
        """Looks at feeds that a person may have given another address: what was learned at the old one is forgotten."""
        roster = self._core.roster
        for feed in feeds:
            if is_readdressed(feed, state := roster.state(feed.id)):
                roster.put_state(readdressed(feed, state), is_saved=False)

    async def _write(self) -> None:
        """Writes all that wait, at once; feeds that come meanwhile are written together by the next."""
        async with self._writing:
            moves, self._waiting = list(self._waiting.values()), {}
            if not moves or self._core.clock.monotonic() < self._again_at_s:
                return
            try:
                feeds = await asyncio.to_thread(write_moves, self._path, moves)
            except (FeedsInvalid, FileChanged) as error:
                self._again_at_s = self._core.clock.monotonic() + AGAIN_AFTER_S
                self._tell_not_written(moves, str(error))
                return
            self._adopt(feeds, {move.feed_id: move for move in moves})
            moved_ids = {feed.id for feed in feeds}
            self._tell_moved([move for move in moves if move.feed_id in moved_ids])

    def _adopt(self, feeds: Iterable[Feed], moves: Mapping[FeedId, Move]) -> None:
        """Puts the new addresses in force; whatever else changed in the file comes in as any edit does."""
        core = self._core
        in_force = core.roster.feeds
        fresh = {
            feed.id: feed
            for feed in feeds
            # Whoever has yet another address by now got it by hand, a moment after ours was written.
            if feed.id in in_force and in_force[feed.id].url in (moves[feed.id].was, feed.url)
        }
        core.roster.adopt(
            replace(feed, url=new.url, allow_private=new.allow_private, earlier=new.earlier)
            if (new := fresh.get(feed.id)) is not None
            else feed
            for feed in core.roster.feeds.values()
        )
        for feed_id in fresh:
            self._settle_in(feed_id)

    def _settle_in(self, feed_id: FeedId) -> None:
        """The feed is at home at its address: there is nowhere that it moves to."""
        core = self._core
        feed, state = core.roster.feeds[feed_id], core.roster.state(feed_id)
        core.roster.put_state(at_home(feed, state), is_saved=False)
        core.hub.publish(core.feed_changed(feed_id))

    def _tell_moved(self, moves: list[Move]) -> None:
        for move in moves:
            log.info("%s moved for good: %s is now %s in feeds.opml", move.label, shown(move.was), shown(move.to))
        if moves:
            one = f"{moves[0].label} moved for good: feeds.opml has its new address, {shown(moves[0].to)}"
            text = one if len(moves) == 1 else f"{_names(moves)} moved for good: feeds.opml has their new addresses"
            self._tell(NoticeLevel.INFO, text)
        if NOT_MOVED in self._core.hub.view.notices:
            self._core.hub.publish([NoticeCleared(NOT_MOVED)])

    def _tell_taken(self, feed: Feed, to: str) -> None:
        other = feed_at((one for one in self._core.roster.feeds.values() if one.id != feed.id), to)
        name = f" as {self._core.roster.label(other)}" if other is not None else ""
        text = (
            f"{self._core.roster.label(feed)} moved to {shown(to)}, which you have already{name}: one of the two can go"
        )
        log.info("%s", text)
        self._tell(NoticeLevel.INFO, text)

    def _tell(self, level: NoticeLevel, text: str) -> None:
        self._told_at_s = self._core.clock.monotonic()
        self._core.hub.publish([NoticeRaised(MOVED, level, text)])

    def _tell_not_written(self, moves: list[Move], why: str) -> None:
        text = f"{_names(moves)} moved for good, but feeds.opml could not be changed: {why}"
        notice = NoticeRaised(NOT_MOVED, NoticeLevel.WARNING, text)
        self._told_at_s = self._core.clock.monotonic()
        if self._core.hub.view.notices.get(NOT_MOVED) != notice:
            log.warning("%s", text)
            self._core.hub.publish([notice])

    def _clear_old_notices(self) -> None:
        """What is news no more goes; a file that still cannot be written is told again."""
        if self._told_at_s is not None and self._core.clock.monotonic() - self._told_at_s > TOLD_FOR_S:
            self._told_at_s = None
            notices = self._core.hub.view.notices
            self._core.hub.publish([NoticeCleared(key) for key in (MOVED, NOT_MOVED) if key in notices])


def _names(moves: list[Move]) -> str:
    names = ", ".join(move.label for move in moves[:_NAMED])
    return names if len(moves) <= _NAMED else f"{names} and {len(moves) - _NAMED} more feeds"


def _server_of(address: str) -> tuple[str, int] | None:
    """Host and port; None for what is no address of the web."""
    try:
        parts = urlsplit(address)
        port = parts.port or _PORTS[parts.scheme.lower()]
    except (ValueError, KeyError):
        return None
    return (parts.hostname, port) if parts.hostname else None
