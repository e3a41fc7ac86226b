"""What the daily chore drops: in small pieces, off the screen too, and nothing that a person marked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from newswatch.engine import chores
from newswatch.engine.chores import PRUNE_EVERY_S, prune
from newswatch.engine.core import Core
from newswatch.engine.history_search import HistorySearch
from newswatch.engine.hub import Hub
from newswatch.engine.roster import Roster
from newswatch.engine.rulebook import Rulebook
from newswatch.engine.writer import Writer
from newswatch.model.event import HitsStored, Lagged
from newswatch.model.hit import Hit
from newswatch.model.rule import RuleBook
from newswatch.model.view import View
from newswatch.store.api import Keep, Transaction
from newswatch.store.memory import MemoryStore
from newswatch.testing import build
from newswatch.testing.clock import FakeClock

HANG_S = 20.0
COUNT = 6


class WaitingClock(FakeClock):
    """Says when somebody waits for it."""

    def __init__(self) -> None:
        super().__init__(build.at(COUNT))
        self.is_waited_for = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        """See `Clock.sleep`."""
        self.is_waited_for.set()
        await super().sleep(seconds)


class Kept:
    """A core whose memory holds six hits, a minute apart, the last found now; its chore has worked once."""

    def __init__(self, *changed: Hit) -> None:
        entries = [build.entry(f"Item {n}", seen_at=build.at(n)) for n in range(COUNT)]
        self.hits = [build.hit(entry, told_at=build.at(COUNT)) for entry in entries]
        changes = {hit.id: hit for hit in changed}
        self.hits = [changes.get(hit.id, hit) for hit in self.hits]
        self.store, self.hub, self.clock = MemoryStore(), Hub(View()), WaitingClock()
        self.core = Core(self.store, Writer(self.store), self.hub, self.clock, Roster(), Rulebook())
        self.core.rulebook.adopt(RuleBook(rules=(build.rule(),)))
        self.store.commit(Transaction(entries=tuple(entries), hits=tuple(self.hits)))
        self.core.rulebook.recount(self.store.rule_counts())
        self.hub.publish([HitsStored(tuple(self.hits))])

    @asynccontextmanager
    async def pruned(self, entries: timedelta | int | None, hits: timedelta | int | None) -> AsyncIterator[None]:
        work = asyncio.ensure_future(prune(self.core, entries, hits))
        try:
            await self.next_time()
            yield
        finally:
            work.cancel()
            await self.core.writer.close()

    async def next_time(self) -> None:
        """Until the chore has done its work."""
        async with asyncio.timeout(HANG_S):
            await self.clock.is_waited_for.wait()
        self.clock.is_waited_for.clear()


async def test_hits_older_than_is_kept_leave_the_history_the_numbers_and_the_screen() -> None:
    kept = Kept()
    seen = kept.hub.view.seq
    async with kept.pruned(None, timedelta(minutes=3)):
        assert list(kept.store.hits()) == kept.hits[3:]
        assert {hit for story in kept.hub.view.stories for hit in story.hits} == set(kept.hits[3:])
        assert kept.core.rulebook.statuses()[0].hits == kept.hub.view.totals.hits == 3
        assert kept.store.totals().entries == COUNT
        assert isinstance(await anext(kept.hub.watch(seen)), Lagged)


async def test_a_count_keeps_the_newest_and_what_a_person_marked() -> None:
    starred = replace(Kept().hits[0], is_starred=True)
    kept = Kept(starred)
    async with kept.pruned(None, 2):
        assert set(kept.store.hits()) == {starred, *kept.hits[-2:]}


async def test_entries_whose_hits_went_go_on_the_same_day() -> None:
    kept = Kept()
    async with kept.pruned(timedelta(minutes=1), timedelta(minutes=3)):
        assert [entry.title for entry in kept.store.newest_entries()] == ["Item 5", "Item 4", "Item 3"]
        assert kept.hub.view.totals.entries == 3


async def test_a_hit_that_grew_too_old_is_not_found_and_told_again_at_the_next_start() -> None:
    kept = Kept()
    kept.core.rulebook.adopt(RuleBook(rules=(build.rule("item"),)))
    async with kept.pruned(timedelta(days=14), timedelta(minutes=3)):
        search = HistorySearch(kept.core)
        search.kept_for = timedelta(minutes=3)
        search.add(kept.core.rulebook.matcher.rules)  # as every start does
        await search.catch_up()
        assert [hit.entry.title for hit in kept.store.newest_hits(COUNT)] == ["Item 5", "Item 4", "Item 3"]
        assert kept.store.untold(COUNT) == ()


async def test_a_hit_that_was_one_too_many_is_not_found_and_told_again_at_the_next_start() -> None:
    starred = replace(Kept().hits[0], is_starred=True)
    kept = Kept(starred)
    kept.core.rulebook.adopt(RuleBook(rules=(build.rule("item"),)))
    async with kept.pruned(timedelta(days=14), 2):
        left = set(kept.store.hits())
        search = HistorySearch(kept.core)
        search.kept_for = 2
        search.add(kept.core.rulebook.matcher.rules)
        await search.catch_up()
        assert {hit.id for hit in kept.store.hits()} == {hit.id for hit in left}
        assert kept.store.untold(COUNT) == ()


async def test_while_fewer_hits_are_there_than_are_kept_all_of_the_history_is_searched() -> None:
    kept = Kept()
    gone = kept.hits[0]
    kept.store.prune_hits(Keep(count=COUNT - 1))
    assert kept.store.hit(gone.id) is None
    kept.core.rulebook.adopt(RuleBook(rules=(build.rule("item"),)))
    async with kept.pruned(None, COUNT):
        search = HistorySearch(kept.core)
        search.kept_for = COUNT
        search.add(kept.core.rulebook.matcher.rules)
        await search.catch_up()
        assert kept.store.totals().hits == COUNT


async def test_without_bounds_nothing_goes_and_nobody_is_told() -> None:
    kept = Kept()
    seen = kept.hub.view.seq
    async with kept.pruned(None, None):
        assert kept.store.totals().hits == COUNT
        assert kept.hub.view.seq == seen


async def test_entries_are_bounded_by_number_too_where_an_age_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chores, "MOST_ENTRIES", 2)
    kept = Kept()
    kept.store.prune_hits(Keep(count=0))
    async with kept.pruned(timedelta(days=9), None):
        assert kept.store.totals().entries == 2


async def test_what_grows_old_later_goes_later() -> None:
    kept = Kept()
    async with kept.pruned(None, timedelta(days=1)):
        assert kept.store.totals().hits == COUNT
        await kept.clock.advance(PRUNE_EVERY_S)
        await kept.next_time()
        assert kept.store.totals().hits == 0


async def test_others_get_their_turn_between_the_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chores, "PRUNED_AT_ONCE", 1)
    kept = Kept()
    seen: list[int] = []

    async def somebody_else() -> None:
        while not kept.clock.is_waited_for.is_set():
            async with kept.core.order:
                seen.append(kept.store.totals().hits)
            await asyncio.sleep(0)

    other = asyncio.ensure_future(somebody_else())
    async with kept.pruned(None, 1):
        assert {2, 3, 4, 5} <= set(seen)
    await other


async def test_a_view_without_the_dropped_hits_is_a_new_one_only_if_it_had_any() -> None:
    kept = Kept()
    view = kept.hub.view
    kept.hub.drop_hits({build.hit(build.entry("Elsewhere")).id})
    assert kept.hub.view is view
    kept.hub.drop_hits({kept.hits[0].id})
    assert kept.hub.view.seq == view.seq + 1
    assert len(kept.hub.view.stories) == COUNT - 1
