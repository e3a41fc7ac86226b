"""kill -9 of the real program, again and again, while the world goes on: nothing lost, nothing stored twice."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from newswatch.store.tiny import TinyStore
from newswatch.testing.documents import Item, rss
from newswatch.testing.server import FeedServer, Reply
from tests.integration.conftest import HANG_S, RULES, write_opml

ROUNDS = int(os.environ.get("NEWSWATCH_KILLS", "6"))  # kills; the longer the time, the more
MOST_LINES = 5  # that a round waits for before the kill
MOST_SECONDS = 0.3  # that it waits after them


def entry(number: int) -> Item:
    return Item(f"North Korean troops, report {number}", f"https://dnipro-wire.example/{number}")


def unrelated(number: int) -> Item:
    return Item(f"Weather, report {number}", f"https://dnipro-wire.example/weather/{number}")


@asynccontextmanager
async def started(home: Path, *more: str) -> AsyncIterator[Process]:
    """The real program; whatever the test does, it is gone afterwards."""
    command = (sys.executable, "-m", "newswatch", "--home", str(home), "run", "--json", *more)
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=PIPE)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def lines(process: Process, count: int) -> list[str]:
    """That many whole lines of the program's stdout."""
    assert process.stdout is not None
    async with asyncio.timeout(HANG_S):
        return [(await process.stdout.readline()).decode() for _ in range(count)]


async def rest(process: Process) -> tuple[list[str], str]:
    """What is left on stdout and stderr once the program has ended."""
    async with asyncio.timeout(HANG_S):
        out, err = await process.communicate()
    return out.decode().splitlines(keepends=True), err.decode()


@pytest.mark.timeout(60 + 10 * ROUNDS)
async def test_after_kill_9_and_restart_every_due_entry_is_told_and_none_is_stored_twice(tmp_path: Path) -> None:
    write_ready_home(tmp_path, "http://127.0.0.1:1/rss")
    seed = random.Random(ROUNDS)
    async with FeedServer() as server:
        write_opml(tmp_path / "feeds.opml", [server.url("/rss")], 'nw:interval="1s"')
        published = [entry(number) for number in range(20)]
        told: list[str] = []
        for round_ in range(ROUNDS):
            server.answer("/rss", Reply.feed(rss("Dnipro Wire", [*published, unrelated(round_)])))
            async with started(tmp_path) as process:
                told += await lines(process, seed.randint(0, MOST_LINES))
                await asyncio.sleep(seed.uniform(0, MOST_SECONDS))  # a kill comes at no event that could be awaited
                process.send_signal(signal.SIGKILL)
                told += [line for line in (await rest(process))[0] if line.endswith("\n")]
            published += [entry(100 * (round_ + 1) + number) for number in range(5)]
        server.answer("/rss", Reply.feed(rss("Dnipro Wire", published)))
        async with started(tmp_path) as process:
            while len({json.loads(line)["id"] for line in told}) < len(published):
                told += await lines(process, 1)
            process.send_signal(signal.SIGTERM)
            told += (await rest(process))[0]
            assert process.returncode == 128 + signal.SIGTERM
    titles = [json.loads(line)["title"] for line in told]
    assert set(titles) == {item.title for item in published}
    assert len(titles) - len(set(titles)) <= ROUNDS  # at most the line that each kill cut off
    store = TinyStore.open(tmp_path)
    try:
        stored = [hit.entry.title for hit in store.hits()]
        assert sorted(stored) == sorted({item.title for item in published})
        assert store.untold(1) == ()
    finally:
        store.close()


async def test_a_second_run_ends_at_once_with_5_and_names_the_pid(tmp_path: Path) -> None:
    async with FeedServer() as server:
        server.answer("/rss", Reply.feed(rss("Dnipro Wire", [entry(1)])))
        write_ready_home(tmp_path, server.url("/rss"))
        async with started(tmp_path) as first:
            await lines(first, 1)
            async with started(tmp_path) as second:
                _, said = await rest(second)
            assert second.returncode == 5
            assert str(first.pid) in said
            first.send_signal(signal.SIGINT)
            await rest(first)
            assert first.returncode == 128 + signal.SIGINT


async def test_once_ends_with_0_when_a_feed_answered_and_with_4_when_none_did(tmp_path: Path) -> None:
    async with FeedServer() as server:
        server.answer("/rss", Reply.feed(rss("Dnipro Wire", [entry(1), entry(2)])))
        write_ready_home(tmp_path, server.url("/rss"))
        out, err, code = await once(tmp_path)
        assert code == 0, err
        assert len(out) == 2
        out, err, code = await once(tmp_path)
        assert (out, code) == ([], 0), err
        server.answer("/rss", Reply(status=404))
        out, err, code = await once(tmp_path)
        assert (out, code) == ([], 4)
        assert "demo" in err


async def test_a_full_stdout_loses_no_line_and_tells_why_in_a_sentence(tmp_path: Path) -> None:
    async with FeedServer() as server:
        server.answer("/rss", Reply.feed(rss("Dnipro Wire", [entry(1), entry(2)])))
        write_ready_home(tmp_path, server.url("/rss"))
        full = os.open("/dev/full", os.O_WRONLY)
        command = (sys.executable, "-m", "newswatch", "--home", str(tmp_path), "run", "--json", "--once")
        process = await asyncio.create_subprocess_exec(*command, stdout=full, stderr=PIPE)
        os.close(full)
        _, err = await rest_of(process)
        assert process.returncode == 2
        assert "No space left" in err
        assert "Traceback" not in err
        out, _, code = await once(tmp_path)
        assert (len(out), code) == (2, 0)


async def test_a_server_that_asked_us_to_wait_and_one_that_ended_its_feed_are_not_asked_by_once(tmp_path: Path) -> None:
    async with FeedServer() as server:
        server.answer("/busy", Reply(status=429, headers={"Retry-After": "7200"}))
        server.answer("/gone", Reply(status=410))
        write_ready_home(tmp_path, server.url("/busy"))
        write_opml(tmp_path / "feeds.opml", [server.url("/busy"), server.url("/gone")])
        for _ in range(2):
            assert (await once(tmp_path))[2] == 4
        assert [request.path for request in server.requests] in (["/busy", "/gone"], ["/gone", "/busy"])


async def test_a_signal_while_once_is_checking_is_no_network_failure(tmp_path: Path) -> None:
    async with FeedServer() as server:
        server.answer("/rss", Reply.never())
        write_ready_home(tmp_path, server.url("/rss"))
        async with started(tmp_path, "--once") as process:
            await server.request(1)
            process.send_signal(signal.SIGTERM)
            _, err = await rest(process)
        assert (process.returncode, err) == (128 + signal.SIGTERM, "")


async def rest_of(process: Process) -> tuple[str, str]:
    """stdout and stderr of a program that ends by itself."""
    async with asyncio.timeout(HANG_S):
        out, err = await process.communicate()
    return (out or b"").decode(), err.decode()


async def once(home: Path) -> tuple[list[str], str, int | None]:
    async with started(home, "--once") as process:
        out, err = await rest(process)
    return out, err, process.returncode


def write_ready_home(home: Path, address: str) -> None:
    write_opml(home / "feeds.opml", [address])
    (home / "rules.toml").write_text(RULES, "utf-8")
    (home / "settings.toml").write_text("", "utf-8")
