"""The feeds' desk: what a check leaves in memory, on disk and on the screen when something comes between its steps."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event as Gate
from typing import Any

import pytest

from newswatch.engine import moving
from newswatch.engine.core import Core
from newswatch.engine.feed_desk import FEEDS_FILE, FeedDesk
from newswatch.engine.hub import Hub
from newswatch.engine.roster import Roster
from newswatch.engine.rulebook import Rulebook
from newswatch.engine.step import CheckResult, Failed, Parsed, Unchanged
from newswatch.engine.writer import Writer
from newswatch.errors import StoreError
from newswatch.feeds.due import Pace
from newswatch.feeds.opml import load_feeds
from newswatch.match.rulefile import load_rulebook
from newswatch.model.entry import ParsedEntry
from newswatch.model.event import AlertsRaised, Batch, Event, FeedTurn, FeedTurned
from newswatch.model.feed import Feed, FeedState, FeedStatus
from newswatch.model.hit import Held, Triage
from newswatch.model.rule import Mute
from newswatch.model.view import View
from newswatch.store.api import Transaction
from newswatch.store.memory import MemoryStore
from newswatch.store.operations import Operation
from newswatch.testing import build
from newswatch.testing.clock import FakeClock
from tests.integration.conftest import RULES

FEED = build.feed("https://dnipro-wire.example/rss")
OLD = build.parsed_entry("Grain talks resume")
TROOPS = build.parsed_entry("North Korean troops seen in Kursk")
GONE = Failed("410 Gone", is_answer=True, is_gone=True)
BUSY = Failed("503", is_answer=True, retry_after_s=3_600.0)
HANG_S = 20.0


def line(feed: Feed, attributes: str = "") -> str:
    """A feed's line in feeds.opml."""
    return f'<outline type="rss" text="{feed.name}" xmlUrl="{feed.url}" {attributes}/>'


class Disk(MemoryStore):
    """A store whose writes a test can hold up, or refuse."""

    def __init__(self) -> None:
        super().__init__()
        self.is_open = Gate()
        self.is_open.set()
        self.asked = Gate()
        self.refused = ""

    def _persist(self, operations: Sequence[Operation]) -> None:
        self.asked.set()
        self.is_open.wait(HANG_S)
        if self.refused and any(operation.table == self.refused for operation in operations):
            raise StoreError("no space left on device")
        super()._persist(operations)

    @contextmanager
    def held_up(self) -> Iterator[None]:
        """Nothing becomes durable inside."""
        self.asked.clear()
        self.is_open.clear()
        try:
            yield
        finally:
            self.is_open.set()


class Office:
    """A desk on a core of its own."""

    def __init__(self, folder: Path, store: Disk) -> None:
        self.store = store
        self.clock = FakeClock()
        self.hub = Hub(View())
        self.core = Core(store, Writer(store), self.hub, self.clock, Roster(), Rulebook())
        self.core.roster.load_states(store.feed_states())
        rules = folder / "rules.toml"
        rules.write_text(RULES, "utf-8")
        self.core.rulebook.put(self.core.rulebook.prepare(load_rulebook(rules).book))
        self.path = folder / FEEDS_FILE
        self.desk = FeedDesk(self.core, Pace(), self.path)

    async def adopt(self, *lines: str) -> None:
        """Puts a feeds.opml of these lines in force, as after an edit by hand."""
        text = f'<opml version="2.0" xmlns:nw="urn:newswatch:opml:1"><body>{"".join(lines)}</body></opml>'
        self.path.write_text(text, "utf-8")
        await self.desk.adopt(load_feeds(self.path))

    async def gives(self, entry: ParsedEntry | None = None, result: CheckResult | None = None) -> None:
        """The feed as it is now gives an item, or another result."""
        document = Parsed(build.parsed_feed(*([entry] if entry else [])), str(self.clock.monotonic()), etag='"1"')
        await self.desk.settle(self.desk.feeds[FEED.id], result or document)

    @property
    def state(self) -> FeedState:
        """What is known of the feed."""
        return self.desk.state(FEED.id)

    def is_ended(self) -> bool:
        """Whether it is not asked any more."""
        return self.state.status is FeedStatus.STOPPED

    @property
    def on_disk(self) -> FeedState:
        """What is stored of it."""
        return self.store.feed_states()[FEED.id]

    async def events(self) -> Sequence[Event]:
        """All that was said so far."""
        batch = await anext(self.hub.watch(0))
        assert isinstance(batch, Batch)
        return batch.events

    async def alerts(self) -> list[str]:
        """What rang."""
        return [event.text for event in await self.events() if isinstance(event, AlertsRaised)]

    async def turns(self) -> list[FeedTurn]:
        """How the health of feeds turned."""
        return [event.turn for event in await self.events() if isinstance(event, FeedTurned)]


@asynccontextmanager
async def office(folder: Path, *lines: str, store: Disk | None = None) -> AsyncIterator[Office]:
    made = Office(folder, store or Disk())
    await made.adopt(*(lines or [line(FEED)]))
    yield made
    await made.core.save()


async def asked(store: Disk) -> None:
    """Waits until something is to be written."""
    assert await asyncio.to_thread(store.asked.wait, HANG_S)
    await asyncio.sleep(0)


async def test_health_that_is_saved_while_a_check_is_stored_does_not_bring_its_old_state_back(tmp_path: Path) -> None:
    async with office(tmp_path) as room:
        await room.gives(OLD)
        await room.gives(result=Unchanged())  # health that waits for the minute
        with room.store.held_up():
            settling = asyncio.ensure_future(room.gives(result=BUSY))
            await asked(room.store)
            saving = asyncio.ensure_future(room.desk.save_health())
            await asyncio.sleep(0)
        await asyncio.gather(settling, saving)
        assert room.on_disk.not_before is not None
        assert room.on_disk == room.state


async def test_the_end_of_the_monitor_while_a_check_is_stored_does_not_bring_its_old_state_back(tmp_path: Path) -> None:
    async with office(tmp_path) as room:
        await room.gives(OLD)
        await room.gives(result=Unchanged())
        with room.store.held_up():
            settling = asyncio.ensure_future(room.gives(result=GONE))
            await asked(room.store)
            settling.cancel()
        await asyncio.gather(settling, return_exceptions=True)
        await room.desk.save_health()
        assert room.on_disk.status is FeedStatus.STOPPED


async def test_hits_that_were_stored_ring_though_the_state_behind_them_could_not_be(tmp_path: Path) -> None:
    async with office(tmp_path) as room:
        await room.gives(OLD)
        room.store.refused = "feeds"
        result = Parsed(build.parsed_feed(TROOPS), "2")
        try:
            await room.gives(result=result)
        except StoreError:
            room.store.refused = ""
            await room.gives(result=result)
        assert [hit.entry.title for hit in room.store.untold(9)] == [TROOPS.title]
        assert len(await room.alerts()) == 1
        assert len(room.hub.view.stories) == 1


async def test_a_wait_that_a_server_asked_for_is_kept_though_the_disk_refuses_to_hold_it(tmp_path: Path) -> None:
    async with office(tmp_path) as room:
        await room.gives(OLD)
        room.store.refused = "feeds"
        await room.gives(result=BUSY)
        assert room.state.is_asked_to_wait(room.clock.now())
        room.store.refused = ""
        await room.desk.save_health()
        assert room.on_disk.is_asked_to_wait(room.clock.now())


async def test_what_a_feed_gives_that_was_taken_out_meanwhile_is_let_go(tmp_path: Path) -> None:
    async with office(tmp_path) as room:
        await room.gives(OLD)
        feed = room.desk.feeds[FEED.id]
        await room.adopt(line(build.feed("https://amber-post.example/rss")))
        await room.desk.settle(feed, Parsed(build.parsed_feed(TROOPS), "2"))
        assert room.store.totals().hits == 0
        assert room.on_disk.body_hash != "2"


MOVED = f'nw:first-address="{FEED.url}"'
NEW_HOME = build.feed("https://new-home.example/rss")
BY_HAND = build.feed("https://by-hand.example/rss")


async def test_a_feed_that_is_gone_and_gets_another_address_by_hand_is_asked_there(tmp_path: Path) -> None:
    async with office(tmp_path, line(NEW_HOME, MOVED)) as room:
        await room.gives(OLD)
        await room.gives(result=GONE)
        assert room.is_ended()
        await room.adopt(line(BY_HAND, MOVED))
        assert not room.is_ended()
        assert (room.state.next_check_at, room.state.etag) == (None, None)
        await room.gives(TROOPS)
        assert await room.turns() == [FeedTurn.STOPPED, FeedTurn.RECOVERED]
        assert len(await room.alerts()) == 1  # its history stayed, so this is no backlog


async def test_a_feed_that_is_gone_and_gets_another_address_while_nothing_runs_is_asked_there(tmp_path: Path) -> None:
    store = Disk()
    async with office(tmp_path, line(NEW_HOME, MOVED), store=store) as room:
        await room.gives(OLD)
        await room.gives(result=GONE)
    async with office(tmp_path, line(NEW_HOME, MOVED), store=store) as room:
        assert room.is_ended()
    async with office(tmp_path, line(BY_HAND, MOVED), store=store) as room:
        assert not room.is_ended()
        assert room.state.next_check_at is None


async def test_an_address_by_hand_while_the_old_one_is_asked_is_not_overruled_by_its_answer(tmp_path: Path) -> None:
    async with office(tmp_path, line(NEW_HOME, MOVED)) as room:
        for _ in range(2):
            await room.gives(result=Unchanged(permanent_url="https://third.example/rss"))
        feed = room.desk.feeds[FEED.id]
        await room.adopt(line(BY_HAND, MOVED))
        await room.desk.settle(feed, Unchanged(permanent_url="https://third.example/rss"))
        assert room.desk.feeds[FEED.id].url == BY_HAND.url
        assert (room.state.moved_to, room.state.moved_answers, room.state.next_check_at) == (None, 0, None)
        await room.desk.settle(feed, GONE)
        assert not room.is_ended()


async def test_an_offline_time_makes_no_feed_fail_in_silence(tmp_path: Path) -> None:
    async with office(tmp_path) as room:
        await room.gives(OLD)
        for _ in range(2):
            await room.gives(result=Failed("host not found", is_network=True))
        await room.clock.advance(7_200)
        room.desk.note_unreached(room.desk.feeds[FEED.id], "host not found")
        assert not room.state.is_failing
        await room.gives(result=Unchanged())
        assert await room.turns() == []


async def test_an_override_that_makes_no_sense_is_said(tmp_path: Path) -> None:
    async with office(tmp_path) as room:
        await room.adopt(line(FEED, 'nw:interval="5 bananas"'))
        assert "5 bananas" in room.hub.view.notices[FEEDS_FILE].text
        await room.adopt(line(FEED))
        assert FEEDS_FILE not in room.hub.view.notices


async def test_a_feed_that_was_gone_and_fails_when_it_is_asked_by_hand_recovers_once(tmp_path: Path) -> None:
    async with office(tmp_path) as room:
        await room.gives(OLD)
        await room.gives(result=GONE)
        await room.gives(result=Failed("500", is_answer=True))
        await room.gives(result=Unchanged())
        assert await room.turns() == [FeedTurn.STOPPED, FeedTurn.RECOVERED]


async def test_how_an_old_address_does_is_not_said_of_one_that_came_while_it_was_stored(tmp_path: Path) -> None:
    async with office(tmp_path, line(NEW_HOME, MOVED)) as room:
        await room.gives(OLD)
        with room.store.held_up():
            settling = asyncio.ensure_future(room.gives(result=GONE))
            await asked(room.store)
            await room.adopt(line(BY_HAND, MOVED))
        await settling
        assert not room.is_ended()
        assert await room.turns() == []
        await room.desk.save_health()
        assert room.on_disk == room.state


async def test_an_address_by_hand_a_moment_after_a_move_was_written_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with office(tmp_path, line(NEW_HOME, MOVED)) as room:
        loop, write_moves = asyncio.get_running_loop(), moving.write_moves

        def written_and_edited(path: Path, moves: Collection[moving.Move]) -> tuple[Feed, ...]:
            feeds = write_moves(path, moves)
            asyncio.run_coroutine_threadsafe(room.adopt(line(BY_HAND, MOVED)), loop)
            return feeds

        monkeypatch.setattr(moving, "write_moves", written_and_edited)
        for _ in range(3):
            await room.gives(result=Unchanged(permanent_url="https://third.example/rss"))
        assert room.desk.feeds[FEED.id].url == BY_HAND.url
        assert load_feeds(room.path).feeds[0].url == BY_HAND.url
        assert (room.state.moved_to, room.state.moved_answers) == (None, 0)


def troops(title: str) -> ParsedEntry:
    """The item about troops, with this headline."""
    return build.parsed_entry(title, id=TROOPS.id, link=TROOPS.link)


def mute(room: Office, query: str, **changes: Any) -> None:
    """A mute by a query is in force."""
    book = replace(room.core.rulebook.book, mutes=(Mute("sport", "", query, **changes),))
    room.core.mutes.put(room.core.mutes.prepare(book))


def held(room: Office) -> list[Held | None]:
    """What holds the hits that are stored."""
    return [hit.held for hit in room.store.hits()]


async def test_an_alert_that_is_edited_out_of_a_mute_is_shown_and_rings_once(tmp_path: Path) -> None:
    async with office(tmp_path) as room:
        mute(room, "match")
        await room.gives(OLD)
        await room.gives(troops("North Korean troops at a match"))
        assert (held(room), await room.alerts()) == ([Held.MUTED], [])
        await room.gives(troops("North Korean troops at the border"))
        await room.gives(troops("North Korean troops on the border"))
        assert held(room) == [None]
        assert len(await room.alerts()) == 1
        (status,) = room.core.rulebook.statuses()
        assert (status.hits, status.held) == (1, 0)


async def test_an_alert_that_is_edited_into_a_mute_is_hidden_unless_it_is_acked(tmp_path: Path) -> None:
    async with office(tmp_path) as room:
        mute(room, "match")
        await room.gives(OLD)
        await room.gives(TROOPS)
        await room.gives(troops("North Korean troops at a match"))
        assert held(room) == [Held.MUTED]
        (hit,) = room.store.hits()
        shown = replace(hit, state=Triage.ACKED, held=None, muted_by="")
        room.store.commit(Transaction(hits=(shown,)))
        await room.gives(troops("North Korean troops at another match"))
        assert held(room) == [None]


async def test_what_is_hidden_stays_so_where_its_edit_leaves_nothing_to_show_or_its_mute_is_over(
    tmp_path: Path,
) -> None:
    async with office(tmp_path) as room:
        mute(room, "match", expires=room.clock.now() + timedelta(days=1))
        await room.gives(OLD)
        await room.gives(troops("North Korean troops at a match"))
        await room.gives(troops("Nobody at all"))
        assert held(room) == [Held.MUTED]
        room.clock.jump(2 * 86_400.0)
        await room.gives(troops("North Korean troops at the border"))
        assert held(room) == [Held.MUTED]
        assert await room.alerts() == []


async def test_backlog_that_is_edited_out_of_a_mute_is_backlog_and_rings_not(tmp_path: Path) -> None:
    async with office(tmp_path) as room:
        mute(room, "match")
        await room.gives(troops("North Korean troops at a match"))
        assert held(room) == [Held.MUTED]
        await room.gives(TROOPS)
        assert (held(room), await room.alerts()) == ([Held.BACKLOG], [])
