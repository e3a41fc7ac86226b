"""Thousands of feeds are taken in piece by piece: whatever else waits for the loop has its turn between."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from newswatch.engine.core import Core
from newswatch.engine.feed_desk import FEEDS_FILE, FeedDesk
from newswatch.engine.hub import Hub
from newswatch.engine.poller import Poller
from newswatch.engine.roster import Roster
from newswatch.engine.rulebook import Rulebook
from newswatch.engine.slices import AT_ONCE, in_turns
from newswatch.engine.step import CheckResult
from newswatch.engine.writer import Writer
from newswatch.feeds.due import Pace
from newswatch.feeds.opml import load_feeds
from newswatch.model.event import Batch, Event, FeedChanged, FeedsOrdered
from newswatch.model.feed import Feed, FeedState
from newswatch.model.view import View, reduce
from newswatch.store.memory import MemoryStore
from newswatch.testing import build
from newswatch.testing.clock import FakeClock

MANY = 5 * AT_ONCE + 1


class Asking:
    """A checker that is never asked here."""

    async def check(self, feed: Feed, state: FeedState) -> CheckResult:
        raise AssertionError(feed, state)


class Counting(Hub):
    """How many rows each piece of news brought."""

    def __init__(self) -> None:
        super().__init__(View())
        self.pieces: list[int] = []

    def publish(self, events: Sequence[Event]) -> None:
        self.pieces.append(sum(isinstance(event, FeedChanged) for event in events))
        super().publish(events)


@pytest.fixture
def hub() -> Counting:
    return Counting()


@pytest.fixture
def desk(tmp_path: Path, hub: Counting) -> FeedDesk:
    store = MemoryStore()
    core = Core(store, Writer(store), hub, FakeClock(), Roster(), Rulebook())
    return FeedDesk(core, Pace(), tmp_path / FEEDS_FILE)


def put(path: Path, number: int) -> None:
    lines = "".join(f'<outline type="rss" xmlUrl="https://site{one}.example/rss?key=1"/>' for one in range(number))
    path.write_text(f'<opml version="2.0"><body>{lines}</body></opml>', "utf-8")


async def turns_while(work: asyncio.Future[object]) -> int:
    """How many turns others had while the work lasted."""
    turns = 0
    while not work.done():
        await asyncio.sleep(0)
        turns += 1
    await work
    return turns


async def test_pieces_come_so_many_at_a_time_and_each_once() -> None:
    taken = [list(some) async for some in in_turns(range(7), at_once=3)]
    assert taken == [[0, 1, 2], [3, 4, 5], [6]]
    assert [some async for some in in_turns(tuple[int, ...]())] == []


async def test_thousands_of_feeds_are_shown_piece_by_piece_and_in_the_order_of_their_file(
    desk: FeedDesk, hub: Counting
) -> None:
    put(desk.path, MANY)
    turns = await turns_while(asyncio.ensure_future(desk.adopt(load_feeds(desk.path))))
    assert turns >= MANY // AT_ONCE
    assert max(hub.pieces) == AT_ONCE
    assert sum(hub.pieces) == MANY
    assert list(hub.view.feeds) == list(desk.feeds)


async def test_one_line_that_is_edited_is_one_row_however_many_feeds_there_are(desk: FeedDesk, hub: Counting) -> None:
    put(desk.path, MANY)
    await desk.adopt(load_feeds(desk.path))
    text = desk.path.read_text("utf-8").replace('xmlUrl="https://site7.', 'text="Seven" xmlUrl="https://site7.')
    desk.path.write_text(text, "utf-8")
    hub.pieces.clear()
    changed, gone = await desk.adopt(load_feeds(desk.path))
    assert [feed.name for feed in changed] == ["Seven"]
    assert gone == []
    assert sum(hub.pieces) == 1


async def test_who_follows_from_before_sees_the_same_feeds_in_the_same_order(desk: FeedDesk, hub: Counting) -> None:
    put(desk.path, MANY)
    await desk.adopt(load_feeds(desk.path))
    batch = await anext(hub.watch(0))
    assert isinstance(batch, Batch)
    assert reduce(View(), batch) == hub.view
    assert not any(isinstance(event, FeedsOrdered) for event in batch.events)  # they came as they stand


async def test_thousands_that_are_due_are_scheduled_piece_by_piece_and_let_out_as_ever(
    desk: FeedDesk, hub: Counting
) -> None:
    put(desk.path, MANY)
    await desk.adopt(load_feeds(desk.path))
    clock = FakeClock()
    poller = Poller(desk, Asking(), clock)
    turns = await turns_while(asyncio.ensure_future(poller.adopt_all(desk.feeds.values())))
    assert turns >= MANY // AT_ONCE
    assert len(poller._schedule.take_due()) == 50
    await clock.advance(1)
    assert len(poller._schedule.take_due()) == 50


async def test_a_feed_that_is_paused_while_thousands_are_scheduled_is_not_asked(desk: FeedDesk) -> None:
    put(desk.path, MANY)
    await desk.adopt(load_feeds(desk.path))
    last = list(desk.feeds.values())[-1]
    poller = Poller(desk, Asking(), FakeClock())
    scheduling = asyncio.ensure_future(poller.adopt_all(list(desk.feeds.values())))
    await asyncio.sleep(0)
    text = desk.path.read_text("utf-8").replace(
        f'xmlUrl="https://site{MANY - 1}.',
        f'nw:paused="yes" xmlns:nw="urn:newswatch:opml:1" xmlUrl="https://site{MANY - 1}.',
    )
    desk.path.write_text(text, "utf-8")
    await desk.adopt(load_feeds(desk.path))
    assert desk.feeds[last.id].is_paused
    await scheduling
    assert last.id not in poller._schedule


def test_a_row_shows_no_secret_and_is_made_anew_only_where_the_line_changed() -> None:
    roster = Roster()
    secret = build.feed("https://me:hidden@site.example/rss?key=hidden")
    roster.adopt([secret])
    counts = MemoryStore().feed_counts(secret.id)
    first = roster.health(secret.id, counts)
    assert "hidden" not in repr(first)
    assert roster.health(secret.id, counts).feed is first.feed
    plain = build.feed("https://site.example/rss", id=secret.id)
    roster.adopt([plain])
    assert roster.health(secret.id, counts).address == plain.url
