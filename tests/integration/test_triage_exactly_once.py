"""Each alert rings once, and none is lost: across snoozes, mutes, pauses, crashes and clocks that jump."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Coroutine
from datetime import timedelta
from pathlib import Path

import pytest

from newswatch.engine.core import CHANGED_AT_ONCE
from newswatch.model.event import Batch, HitsStored
from newswatch.model.handling import Handled
from newswatch.model.hit import Held, Triage
from newswatch.model.mute import MuteKind
from newswatch.model.view import View
from newswatch.tui.telling import Teller
from tests.integration.conftest import World, until
from tests.integration.test_triage import DNIPRO, FOOTBALL, KURSK, RAIL, SEOUL, News, Watched, mute, snooze, watched

QUARTER = timedelta(minutes=15)


@pytest.fixture
def news() -> News:
    return News()


def crashed(world: World, folder: Path) -> World:
    """The home as a kill -9 leaves it at this moment."""
    shutil.copytree(world.home.data, folder, ignore=shutil.ignore_patterns("*lock*"))
    after = World(folder)
    shutil.copy(world.home.rules, after.home.rules)
    after.clock = world.clock
    return after


async def show(desk: Watched) -> None:
    """The screen shows what there is, and has it marked as told."""
    marking: list[asyncio.Task[None]] = []

    def spawn(work: Coroutine[object, object, None]) -> None:
        marking.append(asyncio.ensure_future(work))

    Teller(desk.engine, spawn, lambda _seconds, _again: None).shown(desk.engine.snapshot())
    await asyncio.gather(*marking)


async def ticks_until(desk: Watched, holds: Callable[[View], bool]) -> None:
    """Time goes by until it is so, half a minute at a time."""
    for _ in range(10):
        if holds(desk.engine.snapshot()):
            return
        await desk.world.clock.advance(31)
        await asyncio.sleep(0.02)  # work on threads is not the clock's
    raise AssertionError(f"it never was so: {desk.engine.snapshot()}")


async def test_a_copy_of_an_alert_that_woke_does_not_ring_once_more(world: World, news: News) -> None:
    async with watched(world, news) as desk:
        hit = await desk.bring(KURSK)
        await show(desk)
        await snooze(desk, hit, 30)
    async with watched(world, news) as desk:
        await world.clock.advance(31 * 60)
        await desk.becomes(KURSK, None)
        await desk.rings(1)
        await desk.bring(KURSK, SEOUL)
        await world.clock.advance(200)
        await desk.rings(1)


async def test_a_copy_of_an_alert_whose_snooze_was_taken_back_does_not_ring_once_more(world: World, news: News) -> None:
    async with watched(world, news) as desk:
        hit = await desk.bring(KURSK)
        await show(desk)
        await snooze(desk, hit, 30)
    async with watched(world, news) as desk:
        await desk.engine.triage.set_handled({hit.id: Handled()})
        await desk.becomes(KURSK, None)
        await desk.bring(KURSK, SEOUL)
        await world.clock.advance(200)
        assert desk.rung == []


async def test_what_came_in_a_pause_that_a_crash_ended_is_told_at_the_next_start(
    world: World, news: News, tmp_path: Path
) -> None:
    async with watched(world, news) as desk:
        await desk.engine.triage.pause_alerts(world.clock.now() + QUARTER)
        await desk.bring(KURSK)
        await show(desk)
        await desk.engine.advance([(await desk.bring(RAIL)).id], Triage.SEEN)
        await show(desk)
        assert desk.rung == []
        after = crashed(world, tmp_path / "after")
    async with watched(after, news) as desk:
        await show(desk)
        await after.clock.advance(200)
        assert [one.entry.title for one in (await desk.rings(1)).hits] == [KURSK]
        assert desk.rung[0].is_gap
        await show(desk)
    async with watched(after, news) as desk:
        await after.clock.advance(200)
        assert desk.rung == []


async def test_a_pause_ends_in_its_time_though_the_clock_was_set_back(world: World, news: News) -> None:
    async with watched(world, news) as desk:
        await desk.engine.triage.pause_alerts(world.clock.now() + QUARTER)
        await desk.bring(KURSK)
        world.clock.jump(-86_400)
        await world.clock.advance(16 * 60)
        await ticks_until(desk, lambda view: view.paused_until is None)
        await desk.rings(1)


async def test_a_pause_ends_when_the_machine_has_slept_through_it(world: World, news: News) -> None:
    async with watched(world, news) as desk:
        await desk.engine.triage.pause_alerts(world.clock.now() + QUARTER)
        await desk.bring(KURSK)
        world.clock.jump(3_600)
        await ticks_until(desk, lambda view: view.paused_until is None)
        await desk.rings(1)


async def test_a_muted_hit_that_nobody_saw_rings_for_nothing_when_the_mute_is_lifted(
    world: World, news: News, tmp_path: Path
) -> None:
    async with watched(world, news) as desk:
        muted_by = await mute(desk, MuteKind.PHRASE, "play football")
        assert (await desk.bring(FOOTBALL)).held is Held.MUTED
        after = crashed(world, tmp_path / "after")
    async with watched(after, news) as desk:
        assert desk.hit(FOOTBALL).told_at is None
        await show(desk)
        await desk.engine.triage.unmute(muted_by)
        await desk.becomes(FOOTBALL, None)
        await after.clock.advance(200)
        assert desk.rung == []
    async with watched(after, news) as desk:
        await after.clock.advance(200)
        assert desk.rung == []


async def test_a_mute_that_ended_while_the_machine_slept_hides_nothing_that_came_since(
    world: World, news: News
) -> None:
    async with watched(world, news) as desk:
        await mute(desk, MuteKind.PHRASE, "play football")
        world.clock.jump(8 * 3_600)
        assert (await desk.bring(FOOTBALL)).held is None
        await ticks_until(desk, lambda view: view.mutes == ())
        await world.clock.advance(200)
        assert [one.entry.title for one in (await desk.rings(1)).hits] == [FOOTBALL]


async def test_a_snoozed_story_comes_up_though_a_mute_that_is_over_had_hidden_it(world: World, news: News) -> None:
    async with watched(world, news) as desk:
        hit = await desk.bring(KURSK)
        await desk.rings(1)
        await snooze(desk, hit, 8 * 60)
        await mute(desk, MuteKind.STORY, hit.story_id, 60)
        await world.clock.advance(9 * 3_600)
        woken = await desk.becomes(KURSK, None)
        assert (woken.state, woken.muted_by) == (Triage.NEW, "")
        await desk.rings(2)


async def test_a_snoozed_and_muted_hit_whose_rule_was_edited_is_neither_lost_nor_doubled(
    world: World, news: News
) -> None:
    async with watched(world, news) as desk:
        hit = await desk.bring(KURSK)
        await desk.rings(1)
        await snooze(desk, hit, 120)
        lifted = await mute(desk, MuteKind.RULE, "dprk-troops", 600)
        for query in ('"nothing of the kind"', "North Korean troops"):
            rules = world.home.rules.read_text("utf-8").splitlines()
            rules = [f"query = '{query}'" if line.startswith("query") else line for line in rules]
            world.home.rules.write_text("\n".join(rules) + "\n", "utf-8")
            await until(desk.engine, lambda view, query=query: view.rules[0].rule.text == query)  # type: ignore[misc]
            await until(desk.engine, lambda _, old=query != "North Korean troops": desk.hit(KURSK).is_old_rule is old)  # type: ignore[misc]
        assert desk.hit(KURSK).held is Held.MUTED
        await desk.engine.triage.unmute(lifted)
        await desk.becomes(KURSK, Held.SNOOZED)
        await world.clock.advance(121 * 60)
        await desk.becomes(KURSK, None)
        await desk.rings(2)


async def test_acks_of_hundreds_are_stored_in_pieces_that_hold_nobody_up(world: World, news: News) -> None:
    async with watched(world, news) as desk:
        news.listed[DNIPRO] += [f"North Korean troops seen, report {number}" for number in range(249)]
        await desk.bring(KURSK)
        hits = [hit.id for story in desk.engine.snapshot().stories for hit in story.hits]
        assert len(hits) == 250
        since, pieces = desk.engine.snapshot().seq, list[int]()
        await desk.engine.set_acked(hits, acked=True)
        async for batch in desk.engine.watch(since):
            assert isinstance(batch, Batch)
            pieces += [len(event.hits) for event in batch.events if isinstance(event, HitsStored)]
            if sum(pieces) == 250:
                break
        assert max(pieces) <= CHANGED_AT_ONCE
        assert all(story.state is Triage.ACKED for story in desk.engine.snapshot().stories)
