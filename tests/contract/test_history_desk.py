"""Leafing through the stored history, searching it, and asking rules about an entry, over each store."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import aclosing
from pathlib import Path

import pytest

from newswatch.engine.core import Core
from newswatch.engine.history_desk import StoredHistory
from newswatch.engine.hub import Hub
from newswatch.engine.roster import Roster
from newswatch.engine.rulebook import Rulebook
from newswatch.engine.walk import SLICE_ENTRIES
from newswatch.engine.writer import Writer
from newswatch.errors import QueryError
from newswatch.model.entry import Entry
from newswatch.model.found import Found
from newswatch.model.hit import Hit
from newswatch.model.rule import RuleBook, RuleId, Severity
from newswatch.model.stream import Listed, Page
from newswatch.model.view import View
from newswatch.store.api import Keep, Store, Transaction
from newswatch.store.memory import MemoryStore
from newswatch.store.tiny import TinyStore
from newswatch.testing import build
from newswatch.testing.clock import FakeClock

HORMUZ = build.rule("tanker AND hormuz", id=RuleId("hormuz"))
BOARDED = build.rule("boarded", id=RuleId("boarded"), severity=Severity.CRITICAL)
GERMAN = build.rule("tanker", id=RuleId("german"), languages=("de",))
BOOK = RuleBook(rules=(HORMUZ, BOARDED, GERMAN), aliases={"gulf": ("Hormuz", "Oman")})
ALL = 1_000
SLOW, SLOW_TEXT = "/(a|aa)+$/", f"{'a' * 4_000}b"


class Room:
    """A desk on a core of its own, and its store."""

    def __init__(self, store: Store) -> None:
        self.store = store
        rulebook = Rulebook()
        rulebook.adopt(BOOK)
        core = Core(store, Writer(store), Hub(View()), FakeClock(), Roster(), rulebook)
        self.desk = StoredHistory(core)

    def holds(self, *entries: Entry, hits: Sequence[Hit] = ()) -> None:
        """Stores these."""
        self.store.commit(
            Transaction(entries=entries, identities=tuple(map(build.identity, entries)), hits=tuple(hits))
        )

    async def searched(self, query: str, limit: int = ALL) -> list[Found]:
        """Every snapshot of a search."""
        async with aclosing(self.desk.search(query, limit)) as snapshots:
            return [snapshot async for snapshot in snapshots]


@pytest.fixture(params=["memory", "tiny"])
def room(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Room]:
    store: Store = MemoryStore() if request.param == "memory" else TinyStore.open(tmp_path / "home")
    yield Room(store)
    store.close()


def entries_of(*titles: str) -> tuple[Entry, ...]:
    """Entries with these titles, the first the newest."""
    return tuple(build.entry(title, seen_at=build.at(-number)) for number, title in enumerate(titles))


def titles(rows: Sequence[Listed]) -> list[str]:
    return [row.entry.title for row in rows]


async def test_an_empty_history_has_no_page_and_nothing_to_find(room: Room) -> None:
    assert await room.desk.newest(10) == Page((), 0)
    *_, last = await room.searched("tanker")
    assert last == Found(0, is_complete=True)


async def test_the_newest_entries_come_first_with_the_hits_on_each_the_most_severe_first(room: Room) -> None:
    boarded, ferry, chess = entries_of("Tanker boarded off Hormuz", "Ferry delayed", "Chess open begins")
    room.holds(boarded, ferry, chess, hits=(build.hit(boarded, HORMUZ), build.hit(boarded, BOARDED)))
    page = await room.desk.newest(2)
    assert (titles(page.rows), page.entries) == ([boarded.title, ferry.title], 3)
    assert page.rows[0].rule_ids == (BOARDED.id, HORMUZ.id)
    assert (page.rows[0].severity, page.rows[1].severity) == (Severity.CRITICAL, None)


async def test_pages_follow_each_other_without_a_gap_also_where_all_came_in_one_moment(room: Room) -> None:
    entries = tuple(build.entry(f"Item {number}") for number in range(25))
    room.holds(*entries)
    seen: list[str] = []
    page = await room.desk.newest(10)
    while page.rows:
        seen += titles(page.rows)
        page = await room.desk.newest(10, page.rows[-1].entry)
    assert len(seen) == len(set(seen)) == len(entries)
    assert seen == titles((await room.desk.newest(ALL)).rows)


async def test_a_page_goes_on_where_an_entry_was_that_was_dropped_meanwhile(room: Room) -> None:
    entries = entries_of("First", "Second", "Third", "Fourth")
    room.holds(*entries)
    room.store.prune_entries(Keep(count=2))
    assert titles((await room.desk.newest(ALL)).rows) == ["First", "Second"]
    assert titles((await room.desk.newest(ALL, build.entry("Before", seen_at=build.at(-0.5)))).rows) == ["Second"]


async def test_a_search_finds_the_newest_first_with_the_words_that_were_found_and_the_hits(room: Room) -> None:
    boarded, ferry, second = entries_of("Tanker boarded off Hormuz", "Ferry delayed", "Second TÁNKER turns back")
    room.holds(boarded, ferry, second, hits=(build.hit(boarded, HORMUZ),))
    first, *_, last = await room.searched("tanker")
    assert (first.asked, first.entries, first.is_complete) == (0, 3, False)
    assert (titles(last.rows), last.matches, last.asked, last.since) == (
        [boarded.title, second.title], 2, 3, second.at,
    )  # fmt: skip
    assert [mark.text for row in last.rows for mark in row.found] == ["Tanker", "TÁNKER"]
    assert [row.rule_ids for row in last.rows] == [(HORMUZ.id,), ()]


async def test_a_search_speaks_the_language_of_the_rules_with_their_aliases_and_fields(room: Room) -> None:
    ship, author = build.entry("Ship leaves Oman"), build.entry("Nothing", author="Oman")
    room.holds(ship, author)
    assert titles((await room.searched("ship NEAR/3 @gulf"))[-1].rows) == [ship.title]
    assert titles((await room.searched("author:oman"))[-1].rows) == [author.title]
    assert titles((await room.searched("nothing NOT ship"))[-1].rows) == [author.title]


async def test_a_search_keeps_so_many_rows_and_counts_the_rest(room: Room) -> None:
    room.holds(*entries_of(*(f"Tanker {number}" for number in range(30))))
    last = (await room.searched("tanker", 10))[-1]
    assert (len(last.rows), last.matches) == (10, 30)
    assert titles(last.rows)[0] == "Tanker 0"


async def test_a_mistake_in_the_query_is_told_with_its_place(room: Room) -> None:
    with pytest.raises(QueryError) as mistake:
        await room.searched("tanker AND (")
    assert mistake.value.offset is not None


async def test_a_regular_expression_that_takes_too_long_says_so(room: Room) -> None:
    room.holds(build.entry(SLOW_TEXT))
    with pytest.raises(QueryError, match="takes longer"):
        await room.searched(f"title:{SLOW}")


async def test_a_search_that_is_left_ends_and_the_next_one_takes_its_turn(room: Room) -> None:
    room.holds(*(build.entry(f"Tanker {number}", seen_at=build.at(-number)) for number in range(SLICE_ENTRIES + 1)))
    async with aclosing(room.desk.search("tanker", 5)) as snapshots:
        async for snapshot in snapshots:
            if snapshot.asked:
                break
    waiting = asyncio.ensure_future(room.searched("tanker", 5))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    last = (await room.searched("tanker", 5))[-1]
    assert (last.matches, last.is_complete) == (SLICE_ENTRIES + 1, True)


async def test_any_rule_says_of_any_entry_what_held_and_what_was_missing(room: Room) -> None:
    entry = build.entry("Tanker leaves Oman")
    room.holds(entry)
    clause = await room.desk.explain_entry(entry, HORMUZ.id)
    assert clause is not None
    assert (clause.is_held, [part.is_held for part in clause.parts]) == (False, [True, False])
    german = await room.desk.explain_entry(entry, GERMAN.id)
    assert german is not None
    assert not german.is_held, "it is in English"
    assert await room.desk.explain_entry(entry, RuleId("nobody")) is None
