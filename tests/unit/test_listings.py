"""What a feed listed is held against its next document, but only once all of it is stored."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from newswatch.engine.core import Core
from newswatch.engine.feed_desk import FeedDesk
from newswatch.engine.hub import Hub
from newswatch.engine.listings import Listing, Listings
from newswatch.engine.roster import Roster
from newswatch.engine.rulebook import Rulebook
from newswatch.engine.step import Failed, Outcome, Parsed, step
from newswatch.engine.writer import Writer
from newswatch.errors import StoreError
from newswatch.feeds.due import Pace
from newswatch.match.matcher import compile_book
from newswatch.model.entry import EntryKey, ParsedEntry
from newswatch.model.feed import FeedState
from newswatch.model.rule import RuleBook
from newswatch.model.view import View
from newswatch.store.api import Transaction
from newswatch.store.memory import MemoryStore
from newswatch.testing import build
from newswatch.testing.clock import FakeClock

FEED = build.feed()
ONE, TWO, THREE = (build.parsed_entry(title) for title in ("One", "Two", "Three"))
NAMES = {entry: entry.title.encode().ljust(16) for entry in (ONE, TWO, THREE)}


class FullDisk(MemoryStore):
    """Refuses everything while it is full, and holds nothing either."""

    is_full = False

    def commit_all(self, callers: Sequence[Sequence[Transaction]]) -> list[Exception | None]:
        return [StoreError("the disk is full")] * len(callers) if self.is_full else super().commit_all(callers)

    def hold(self, _: Transaction) -> None:
        raise StoreError("the memory is full too")


def parsed(*entries: ParsedEntry, seen: dict[bytes, EntryKey] | None = None) -> Parsed:
    """A document; what is in `seen` was not read again."""
    items = tuple(NAMES[entry] for entry in entries)
    read = [entry for entry in entries if NAMES[entry] not in (seen or {})]
    return Parsed(build.parsed_feed(*read), str(items), items=items, seen=seen or {})


def decide(store: MemoryStore, state: FeedState, result: Parsed, minutes: float = 0) -> Outcome:
    return step(FEED, state, result, store, compile_book(RuleBook()), Pace(), build.at(minutes))


def test_a_listing_is_small_and_comes_back_as_it_was() -> None:
    names = {b"%016d" % number: EntryKey(str(number)) for number in range(30)}
    listing = Listing.of(names.items())
    assert listing.by_name() == names
    assert len(listing.names) == 480


def test_the_next_document_is_stored_without_its_seen_items_as_with_them() -> None:
    outcomes = []
    for skips in (False, True):
        store = MemoryStore()
        first = decide(store, FeedState(FEED.id), parsed(ONE, TWO))
        store.commit(first.memory)
        assert first.listing is not None
        seen = first.listing.by_name() if skips else None
        outcomes.append(decide(store, first.state, parsed(THREE, ONE, TWO, seen=seen), 60 * 25))
    whole, part = outcomes
    assert part.memory == whole.memory
    assert part.state == whole.state
    assert part.listing == whole.listing
    assert [entry.title for entry in part.memory.entries] == ["Three"]
    assert part.state.vitals.listed == 3


def test_what_memory_lost_is_not_listed_and_read_again() -> None:
    outcome = decide(MemoryStore(), FeedState(FEED.id), parsed(ONE, TWO, seen={NAMES[TWO]: EntryKey("gone")}))
    assert [entry.title for entry in outcome.memory.entries] == ["One"]
    assert outcome.listing == Listing.of(())


def test_a_document_that_cannot_be_taken_apart_lists_nothing() -> None:
    outcome = decide(MemoryStore(), FeedState(FEED.id), replace(parsed(ONE, TWO), items=()))
    assert outcome.listing == Listing.of(())


async def test_nothing_is_skipped_that_could_not_be_stored(tmp_path: Path) -> None:
    store, listings = FullDisk(), Listings()
    writer = Writer(store)
    core = Core(store, writer, Hub(View()), FakeClock(), Roster(), Rulebook())
    core.roster.adopt([FEED])
    desk = FeedDesk(core, Pace(), tmp_path / "feeds.opml", listings)
    try:
        await desk.settle(FEED, parsed(ONE))
        assert set(listings.seen(FEED.id)) == {NAMES[ONE]}
        await desk.settle(FEED, Failed("no answer"))
        assert set(listings.seen(FEED.id)) == {NAMES[ONE]}
        store.is_full = True
        with pytest.raises(StoreError):
            await desk.settle(FEED, parsed(TWO, ONE))
        assert listings.seen(FEED.id) == {}
        store.is_full = False
        await desk.settle(FEED, parsed(TWO, ONE))
        assert set(listings.seen(FEED.id)) == {NAMES[ONE], NAMES[TWO]}
        await asyncio.sleep(0)
    finally:
        await writer.close()
