"""Feed health and gaps on real sockets and a real database: what is told, how often, and what outlives a restart."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from newswatch.engine.local import LocalEngine
from newswatch.model.event import AlertsRaised, Batch, Event, FeedTurn, FeedTurned
from newswatch.model.feed import FeedStatus
from newswatch.model.view import View
from newswatch.testing import build
from newswatch.testing.documents import Item, rss
from newswatch.testing.server import FeedServer, Reply
from tests.integration.conftest import RULES, World, until

HOURS = 3_600.0
GRAIN = '\n[[rule]]\nid = "grain"\nquery = "grain"\nseverity = "normal"\n'


class Diary:
    """Every event of an engine's life, as a screen hears them; alerts that were heard are marked as told."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    @property
    def alerts(self) -> list[AlertsRaised]:
        return [event for event in self.events if isinstance(event, AlertsRaised)]

    @property
    def turns(self) -> list[FeedTurn]:
        return [event.turn for event in self.events if isinstance(event, FeedTurned)]

    async def keep(self, engine: LocalEngine) -> None:
        async for news in engine.watch(engine.snapshot().seq):
            assert isinstance(news, Batch)
            self.events += news.events
            heard = [hit.id for event in news.events if isinstance(event, AlertsRaised) for hit in event.hits]
            if heard:
                await engine.mark_told(heard)


@asynccontextmanager
async def watched(world: World, diary: Diary) -> AsyncIterator[LocalEngine]:
    async with world.running() as engine:
        keeping = asyncio.ensure_future(diary.keep(engine))
        await asyncio.sleep(0)
        yield engine
    await keeping


def all_checked(view: View, feeds: int) -> bool:
    return sum(health.state.last_success_at is not None for health in view.feeds.values()) == feeds


def item(number: int, title: str) -> Item:
    return Item(f"{title} {number}", f"https://wire.example/{title[:5].strip()}-{number}")


async def test_eight_hours_asleep_ring_once_and_once_for_each_critical_alert_and_never_again(world: World) -> None:
    world.home.rules.write_text(RULES + GRAIN, "utf-8")
    async with FeedServer() as server:
        paths = [f"/{number}" for number in range(10)]
        for path in paths:
            server.answer(path, Reply.feed(rss(f"Wire {path}", [Item("Old news", f"https://old.example{path}")])))
        world.feeds(*map(server.url, paths))
        diary = Diary()
        async with watched(world, diary) as engine:
            await until(engine, lambda view: all_checked(view, 10))
            world.clock.jump(8 * HOURS)  # the lid was shut
            for number, path in enumerate(paths):
                new = [item(number * 10 + n, "Grain ship sails") for n in range(4)]
                if number < 2:
                    new[0] = item(number, "North Korean troops seen")
                server.answer(path, Reply.feed(rss(f"Wire {path}", new)))
            await world.clock.advance(16)
            # On loopback all feeds share a host: the catch-up asks one a second.
            for _ in range(40):
                await world.clock.advance(1)
                await asyncio.sleep(0.01)  # sockets do not live on this clock
                if len(engine.snapshot().stories) == 40:
                    break
            await until(engine, lambda view: len(view.stories) == 40)
            await world.clock.advance(11)
            await asyncio.sleep(0)
        assert [len(told.hits) for told in diary.alerts] == [1, 1, 38]
        assert [told.is_gap for told in diary.alerts] == [False, False, True]
        assert diary.alerts[-1].text == "38 alerts from 10 feeds, after a gap of 8 h"
        again = Diary()
        async with watched(world, again) as engine:
            await until(engine, lambda view: len(view.stories) == 40)
            await world.clock.advance(800)
        assert again.alerts == []


async def test_a_restart_after_a_night_rings_once_for_what_the_night_brought(world: World) -> None:
    async with FeedServer() as server:
        world.home.rules.write_text(RULES.replace("critical", "high"), "utf-8")
        server.answer("/rss", Reply.feed(rss("Wire", [Item("Old news", "https://old.example/1")])))
        world.feeds(server.url("/rss"))
        async with world.running() as engine:
            await until(engine, lambda view: all_checked(view, 1))
        await world.clock.advance(10 * HOURS)
        server.answer("/rss", Reply.feed(rss("Wire", [item(n, "North Korean troops") for n in range(3)])))
        diary = Diary()
        async with watched(world, diary) as engine:
            await until(engine, lambda view: view.new == 3)
            await world.clock.advance(15)
            server.answer("/rss", Reply.feed(rss("Wire", [item(9, "North Korean troops, live")])))
            await world.clock.advance(700)
            await until(engine, lambda view: view.new == 4)
        assert [told.text for told in diary.alerts] == [
            "3 alerts (3 high) from Feed 1, after a gap of 10 h",
            "North Korean troops, live 9 (Feed 1)",
        ]


async def test_a_feed_that_fails_for_hours_is_told_and_logged_once_and_so_is_its_recovery(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    async with FeedServer() as server:
        good = Reply.feed(rss("Wire", [Item("Old news", "https://old.example/1")]))
        server.answer("/rss", [good, *[Reply(status=500)] * 4, good])
        world.feeds(server.url("/rss"))
        diary = Diary()
        with caplog.at_level(logging.INFO, "newswatch.engine"):
            async with watched(world, diary) as engine:
                await until(engine, lambda view: all_checked(view, 1))
                for failures in range(1, 5):
                    while engine.snapshot().feeds_retrying + engine.snapshot().feeds_failing == 0 or all(
                        health.state.failures < failures for health in engine.snapshot().feeds.values()
                    ):
                        await world.clock.advance(120)
                        await asyncio.sleep(0.01)
                assert engine.snapshot().feeds_failing == 1
                while engine.snapshot().feeds_ok == 0:
                    await world.clock.advance(120)
                    await asyncio.sleep(0.01)
        assert diary.turns == [FeedTurn.FAILING, FeedTurn.RECOVERED]
        lines = [record.getMessage() for record in caplog.records if "Feed 1" in record.getMessage()]
        assert [line.split()[2] for line in lines] == ["fails,", "answers"]


async def test_a_feed_that_is_gone_is_told_once_over_restarts_and_never_asked_again(world: World) -> None:
    async with FeedServer() as server:
        server.answer("/rss", Reply(status=410))
        world.feeds(server.url("/rss"))
        diary = Diary()
        async with watched(world, diary) as engine:
            await until(engine, lambda view: view.feeds_failing == 1)
            await asyncio.sleep(0)
        again = Diary()
        async with watched(world, again) as engine:
            await until(engine, lambda view: bool(view.feeds))
            await world.clock.advance(24 * HOURS)
            (health,) = engine.snapshot().feeds.values()
            assert health.status is FeedStatus.STOPPED
        assert (diary.turns, again.turns) == ([FeedTurn.STOPPED], [])
        assert len(server.requests) == 1


async def test_figures_of_a_feed_outlive_a_restart(world: World) -> None:
    async with FeedServer() as server:
        first = Item("Old news", "https://old.example/1", published=build.at(-60))
        server.answer("/rss", Reply.feed(rss("Wire", [first])))
        world.feeds(server.url("/rss"))
        async with world.running() as engine:
            await until(engine, lambda view: all_checked(view, 1))
            late = Item("News", "https://old.example/2", published=build.at(6))
            server.answer("/rss", Reply.feed(rss("Wire", [late, first])))
            await world.clock.advance(700)
            view = await until(engine, lambda view: view.totals.entries == 2)
            (before,) = view.feeds.values()
        async with world.running() as engine:
            view = await until(engine, lambda view: bool(view.feeds))
            (after,) = view.feeds.values()
        assert after.state.vitals.lags == before.state.vitals.lags != b""
        assert after.state.vitals.format == "rss20"
        assert after.state.vitals.wire_bytes > 0
