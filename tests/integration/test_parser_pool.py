"""Promise T9: a document that hangs, swells or crashes its process costs nothing but itself."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from newswatch.parse import ParserPool, parse_document, read_document
from newswatch.workers.frames import READY

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="asks Linux's /proc for processes")

URL = "https://wire.example/feed.xml"
FEED = (
    "<rss version='2.0' xml:lang='ko'><channel><title>통신 &amp; wire</title>"
    "<item><guid>1</guid><title>One \u202e</title><link>/1</link><category>a</category><author>x</author>"
    "<pubDate>Tue, 04 Mar 2025 21:00:00 KST</pubDate><description>&lt;p>é&lt;p>b</description></item>"
    "<item><title>Two</title></item></channel></rss>"
).encode()
ENDLESS = b"<rss version='2.0'><channel>" + b"<a>" * 500_000  # keeps feedparser busy for minutes


def children() -> set[int]:
    """The processes that this one has started and that still run, as the kernel tells."""
    return {
        int(pid)
        for tasks in Path("/proc/self/task").iterdir()
        for pid in (tasks / "children").read_text().split()
        if "newswatch.parse.child" in Path(f"/proc/{pid}/cmdline").read_text()
    }


def open_files(pid: int) -> set[Path]:
    return {link.readlink() for link in Path(f"/proc/{pid}/fd").iterdir()}


@pytest.fixture
async def pool() -> AsyncIterator[ParserPool]:
    pool = ParserPool(1, time_limit_s=30.0)
    yield pool
    await pool.aclose()
    assert children() == set()


async def test_a_document_comes_back_as_if_it_were_read_here(pool: ParserPool) -> None:
    for body in (FEED, b"<html><title>x</title>", b"", b"\xff"):
        assert await pool.parse(body, URL, {"content-type": "text/xml"}) == parse_document(body, URL, {})


async def test_only_the_unseen_items_of_a_document_come_back(pool: ParserPool) -> None:
    whole = await pool.read(FEED, URL, {})
    assert whole == read_document(FEED, URL, {})
    part = await pool.read(FEED, URL, {}, whole.items[:1])
    assert part == read_document(FEED, URL, {}, whole.items[:1])
    assert (part.is_part, part.items, part.document.entries) == (True, whole.items, whole.document.entries[1:])


async def test_no_process_is_started_before_it_is_needed_and_it_is_used_again(pool: ParserPool) -> None:
    assert children() == set()
    await pool.parse(FEED, URL, {})
    first = children()
    assert len(first) == 1
    await pool.parse(FEED, URL, {})
    assert children() == first


async def test_a_document_that_takes_too_long_fails_alone() -> None:
    pool = ParserPool(1, time_limit_s=0.5)
    try:
        slow, *others = await asyncio.gather(
            pool.parse(ENDLESS, URL, {}), pool.parse(FEED, URL, {}), pool.parse(FEED, URL, {})
        )
    finally:
        await pool.aclose()
    assert slow.error == "this document took longer than 0.5 s to read"
    assert [len(feed.entries) for feed in others] == [2, 2]


async def test_a_document_that_takes_too_much_memory_fails_alone() -> None:
    pool = ParserPool(1, time_limit_s=30.0, memory_limit=128 * 2**20)
    try:
        big = await pool.parse(b"<rss version='2.0'><channel><title>" + b"x" * (60 * 2**20), URL, {})
        small = await pool.parse(FEED, URL, {})
    finally:
        await pool.aclose()
    assert big.error in {
        "this document needs more memory than one may take",
        "this document broke the process that read it",
    }
    assert small.error is None


async def test_a_process_that_was_killed_while_idle_costs_no_document(pool: ParserPool) -> None:
    await pool.parse(FEED, URL, {})
    (pid,) = children()
    os.kill(pid, signal.SIGKILL)
    assert (await pool.parse(FEED, URL, {})).error is None


async def test_a_process_that_dies_on_a_document_fails_that_document(pool: ParserPool) -> None:
    task = asyncio.create_task(pool.parse(ENDLESS, URL, {}))
    while not any(worker.requests for worker in pool._pool._workers):  # noqa: ASYNC110 - a process sets no event
        await asyncio.sleep(0)
    (pid,) = children()
    os.kill(pid, signal.SIGKILL)
    assert (await task).error == "this document broke the process that read it"
    assert (await pool.parse(FEED, URL, {})).error is None


async def test_a_cancelled_document_takes_its_process_with_it(pool: ParserPool) -> None:
    await pool.parse(FEED, URL, {})
    (busy,) = children()
    task = asyncio.create_task(pool.parse(ENDLESS, URL, {}))
    waiting = asyncio.create_task(pool.parse(FEED, URL, {}))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await waiting).error is None
    assert busy not in children()


async def test_waiting_callers_can_be_cancelled_too(pool: ParserPool) -> None:
    busy = asyncio.create_task(pool.parse(ENDLESS, URL, {}))
    waiting = [asyncio.create_task(pool.parse(FEED, URL, {})) for _ in range(20)]
    await asyncio.sleep(0)
    for task in [*waiting, busy]:
        task.cancel()
    await asyncio.gather(busy, *waiting, return_exceptions=True)
    assert (await pool.parse(FEED, URL, {})).error is None


async def test_a_closed_pool_says_so_and_closing_twice_does_no_harm() -> None:
    pool = ParserPool()
    await pool.parse(FEED, URL, {})
    await pool.aclose()
    await pool.aclose()
    with pytest.raises(RuntimeError, match="closed"):
        await pool.parse(FEED, URL, {})


async def test_processes_are_nice_deaf_to_ctrl_c_and_hold_no_file_of_ours(pool: ParserPool, tmp_path: Path) -> None:
    lock = os.open(tmp_path / "lock", os.O_CREAT | os.O_RDWR)
    os.set_inheritable(lock, True)
    try:
        await pool.parse(FEED, URL, {})
        (pid,) = children()
        assert tmp_path / "lock" not in open_files(pid)
        assert os.getpriority(os.PRIO_PROCESS, pid) > os.getpriority(os.PRIO_PROCESS, 0)
        os.kill(pid, signal.SIGINT)
        assert (await pool.parse(FEED, URL, {})).error is None
        assert children() == {pid}
    finally:
        os.close(lock)


def test_a_process_ends_when_its_parent_does() -> None:
    child = subprocess.Popen(
        [sys.executable, "-P", "-m", "newswatch.parse.child", str(512 * 2**20), "10"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert child.stdout is not None
    assert child.stdout.read(len(READY)) == READY
    child.communicate()  # closes its stdin, as the kernel does for a parent that was killed
    assert child.returncode == 0


def test_the_pool_itself_loads_neither_screen_nor_parser() -> None:
    code = "import sys, newswatch.parse; print([m for m in ('feedparser', 'textual', 'rich') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
