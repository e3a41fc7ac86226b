"""A second newswatch on one home: real processes, one of which writes while the other follows."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

from newswatch.engine.follower import FollowingEngine
from newswatch.engine.home import Home
from newswatch.store.tiny import TinyStore
from newswatch.testing.documents import Item, rss
from newswatch.testing.server import FeedServer, Reply
from tests.integration.conftest import HANG_S, RULES, write_opml
from tests.integration.terminal import opened
from tests.integration.test_crash import lines, rest, started

pytestmark = [
    pytest.mark.terminal,
    pytest.mark.skipif(not hasattr(os, "openpty"), reason="a pseudo-terminal is POSIX"),
]
SIZE = (120, 40)
ROUNDS = 3
WEATHER = Reply.feed(rss("Dnipro Wire", [Item("Weather", "https://dnipro-wire.example/weather")]))


def news(*numbers: int) -> Reply:
    items = [Item(f"North Korean troops, report {n}", f"https://dnipro-wire.example/{n}") for n in numbers]
    return Reply.feed(rss("Dnipro Wire", items))


def ready(home: Path, address: str) -> None:
    write_opml(home / "feeds.opml", [address], 'nw:interval="1s"')
    (home / "rules.toml").write_text(RULES, "utf-8")
    (home / "settings.toml").write_text("", "utf-8")


async def first_look(server: FeedServer) -> None:
    """What the first document of a feed holds is backlog: it comes and goes before there is any news."""
    await server.request(1)
    server.answer("/rss", news(1))


async def test_a_second_screen_follows_what_the_first_newswatch_stores_and_changes_nothing(tmp_path: Path) -> None:
    async with FeedServer() as server:
        server.answer("/rss", WEATHER)
        ready(tmp_path, server.url("/rss"))
        async with started(tmp_path) as writer:
            await first_look(server)
            await lines(writer, 1)
            async with opened(tmp_path, SIZE) as screen:
                await screen.until("report 1")
                assert "READ-ONLY" in screen.text
                assert f"process {writer.pid} writes" in screen.text
                server.answer("/rss", news(1, 2))
                await lines(writer, 1)
                await screen.until("report 2")
                screen.press("a")
                await screen.until(f"process {writer.pid} writes this history; it can be acked there")
                screen.press("q")
                assert await screen.ended() == 0
            writer.send_signal(signal.SIGTERM)
            told, _ = await rest(writer)
        assert told == []
    store = TinyStore.read(tmp_path)
    assert {(hit.state, hit.told_at is not None) for hit in store.hits()} == {("new", True)}
    store.close()


async def test_after_kill_9_of_the_writer_the_second_screen_says_so_and_takes_over_at_a_key(tmp_path: Path) -> None:
    async with FeedServer() as server:
        server.answer("/rss", WEATHER)
        ready(tmp_path, server.url("/rss"))
        async with started(tmp_path) as writer:
            await first_look(server)
            await lines(writer, 1)
            async with opened(tmp_path, SIZE) as screen:
                await screen.until("report 1")
                screen.press("T")  # not while another writes
                writer.send_signal(signal.SIGKILL)
                await screen.until("NOBODY ASKS THE FEEDS")
                assert "nobody writes" in screen.text
                await screen.until("T take over")
                server.answer("/rss", news(1, 2))
                screen.press("T")
                await screen.until("report 2")
                await screen.until("LIVE")
                await screen.until_gone("NOBODY ASKS")
                screen.press("a")
                await screen.until("acked")
                async with started(tmp_path) as third:
                    _, said = await rest(third)
                assert third.returncode == 5
                assert str(screen.process.pid) in said
                screen.press("q")
                await asyncio.sleep(0)
                if "still new" in await screen.until("new"):
                    screen.press("y")
                assert await screen.ended() == 0
    store = TinyStore.open(tmp_path)
    assert sorted(hit.entry.title for hit in store.hits()) == [f"North Korean troops, report {n}" for n in (1, 2)]
    store.close()


async def test_a_follower_outlives_writers_that_are_killed_and_shows_all_that_they_stored(tmp_path: Path) -> None:
    async with FeedServer() as server:
        server.answer("/rss", WEATHER)
        ready(tmp_path, server.url("/rss"))
        engine = FollowingEngine(Home(tmp_path, tmp_path / "rules.toml", tmp_path / "feeds.opml"))
        async with engine.opened():
            life = asyncio.ensure_future(engine.follow())
            for round_ in range(ROUNDS):
                server.answer("/rss", news(*range(5 * (round_ + 1))))
                async with started(tmp_path) as writer:
                    await lines(writer, 3)
                    writer.send_signal(signal.SIGKILL)
                    await rest(writer)
            store = TinyStore.open(tmp_path)  # cuts what the last kill left unfinished, and may compact
            stored = {hit.id: hit for hit in store.hits()}
            async with asyncio.timeout(HANG_S):
                async for _ in engine.watch(0):
                    shown = [hit for story in engine.snapshot().stories for hit in story.hits]
                    if {hit.id: hit for hit in shown} == stored:
                        break
            assert len(shown) == len(stored) >= 3 * ROUNDS
            store.close()
            await engine.quit()
            await life


@pytest.mark.parametrize("verb", [("run",), ("run", "--once"), ("db", "compact"), ("import", "backup.jsonl")])
async def test_verbs_that_would_write_end_with_5_and_the_pid_while_another_newswatch_does(
    tmp_path: Path, verb: tuple[str, ...]
) -> None:
    async with FeedServer() as server:
        server.answer("/rss", WEATHER)
        ready(tmp_path, server.url("/rss"))
        (tmp_path / "backup.jsonl").touch()
        async with started(tmp_path) as writer:
            await server.request(1)
            command = (sys.executable, "-m", "newswatch", "--home", str(tmp_path), *verb)
            second = await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=PIPE, cwd=tmp_path)
            out, said = await rest(second)
            assert (second.returncode, out) == (5, [])
            assert str(writer.pid) in said
            writer.send_signal(signal.SIGKILL)
            await rest(writer)
            after = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "newswatch", "--home", str(tmp_path), "db", "compact"), stdout=PIPE, stderr=PIPE
            )
            _, said = await rest(after)
            assert after.returncode == 0, said  # a lock that kill -9 left behind keeps nobody out


async def test_a_rule_that_is_written_at_the_second_screen_acts_in_the_first_newswatch(tmp_path: Path) -> None:
    async with FeedServer() as server:
        grain = Item("Grain talks resume", "https://dnipro-wire.example/grain")
        server.answer("/rss", Reply.feed(rss("Dnipro Wire", [grain])))
        ready(tmp_path, server.url("/rss"))
        async with started(tmp_path) as writer:
            await server.request(1)
            async with opened(tmp_path, SIZE) as screen:
                await screen.until("READ-ONLY")
                screen.press("3")
                await screen.until("dprk-troops")
                screen.press("n")
                await screen.until("save")
                screen.press("grain talks")
                screen.press("\x13")
                told = await lines(writer, 1)
                assert "Grain talks resume" in told[0]
                screen.press("1")
                screen.press("h")
                await screen.until("Grain talks resume")
            writer.send_signal(signal.SIGTERM)
            await rest(writer)
