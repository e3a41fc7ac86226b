"""A disk that takes nothing while newswatch runs: the monitor goes on, says so, and saves all of it when it can."""

from __future__ import annotations

import asyncio
import errno
import io
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from newswatch.engine.chores import LOOK_FOR_BACKUP_EVERY_S, SAVE_AGAIN_EVERY_S
from newswatch.engine.core import NOT_SAVING
from newswatch.engine.local import LocalEngine
from newswatch.errors import StoreError
from newswatch.headless import Printer, text_line
from newswatch.model.event import Liveness
from newswatch.model.hit import Hit, Triage
from newswatch.model.view import View
from newswatch.store.api import Transaction
from newswatch.store.backup import EVERY, backups_of
from newswatch.store.scan import scanned
from newswatch.store.tiny import FILE_NAME, TinyStore
from newswatch.testing import build
from newswatch.testing.documents import Item, rss
from newswatch.testing.server import FeedServer, Reply
from tests.failing_disk import FullDisk
from tests.integration.conftest import HANG_S, World, until

OLD = Item("Grain talks resume", "https://dnipro-wire.example/1")
KURSK = Item("North Korean troops seen in Kursk", "https://dnipro-wire.example/2")
KYIV = Item("North Korean troops near Kyiv, says nobody", "https://dnipro-wire.example/3")


@dataclass
class Run:
    """An engine on a disk that can be filled, and what its printer printed."""

    engine: LocalEngine
    disk: FullDisk
    out: io.StringIO
    ended_with: list[BaseException] = field(default_factory=list)

    @property
    def printed(self) -> list[str]:
        """The headlines on stdout."""
        return [line.split("dprk-troops  ")[1].split(" — ")[0] for line in self.out.getvalue().splitlines()]


@asynccontextmanager
async def running(world: World, error: int = errno.ENOSPC, out: io.StringIO | None = None) -> AsyncIterator[Run]:
    disk = FullDisk(error)
    engine = LocalEngine(world.home, clock=world.clock, open_store=lambda folder: TinyStore.open(folder, disk=disk))
    run = Run(engine, disk, out or io.StringIO())
    life = asyncio.ensure_future(engine.run())
    printer = Printer(engine, run.out, text_line)
    printing = asyncio.ensure_future(printer.follow())
    try:
        yield run
    finally:
        printer.stop()
        await engine.quit()
        async with asyncio.timeout(HANG_S):
            for task in (life, printing):
                try:
                    await task
                except StoreError as error_at_end:
                    run.ended_with.append(error_at_end)


def hits_of(view: View) -> list[Hit]:
    """The hits on the screen."""
    return [hit for story in view.stories for hit in story.hits]


def has_hits(count: int) -> Callable[[View], bool]:
    return lambda view: len(hits_of(view)) == count and not any(feed.is_checking for feed in view.feeds.values())


def is_saving(view: View) -> bool:
    return NOT_SAVING not in view.notices


async def again(run: Run, server: FeedServer, items: list[Item], hits: int) -> View:
    """The feed gets these items, and is asked."""
    server.answer("/rss", Reply.feed(rss("Dnipro Wire", items)))
    await run.engine.check_feeds()
    return await until(run.engine, has_hits(hits))


async def is_cut_back_to(before: bytes, path: Path) -> None:
    """A write that is being refused just now has its bytes in the file until the writer's thread has cut them off."""
    async with asyncio.timeout(HANG_S):
        while await asyncio.to_thread(path.read_bytes) != before:
            pass


async def printed(run: Run, count: int) -> list[str]:
    async with asyncio.timeout(HANG_S):
        while len(run.printed) < count:
            await asyncio.to_thread(lambda: None)  # it waits for the writer's thread
    return run.printed


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EROFS, errno.EIO, errno.EDQUOT])
async def test_a_full_disk_is_said_and_the_monitor_goes_on_and_saves_within_a_minute_of_space(
    world: World, error: int
) -> None:
    path = world.home.data / FILE_NAME
    async with FeedServer() as server:
        server.answer("/rss", Reply.feed(rss("Dnipro Wire", [OLD])))
        world.feeds(server.url("/rss"))
        async with running(world, error) as run:
            await until(run.engine, lambda view: view.totals.entries == 1 and has_hits(0)(view))
            before = path.read_bytes()
            run.disk.is_full = True
            view = await again(run, server, [KURSK, OLD], 1)
            assert "NOT SAVING" in view.notices[NOT_SAVING].text
            asked = len(server.requests)
            (hit,) = hits_of(view)
            await run.engine.set_starred([hit.id], starred=True)
            await run.engine.advance([hit.id], Triage.ACKED)
            await again(run, server, [KYIV, KURSK, OLD], 2)
            await world.clock.advance(SAVE_AGAIN_EVERY_S)
            await is_cut_back_to(before, path)
            assert run.printed == []  # what could not be marked told is not told
            run.disk.is_full = False
            await world.clock.advance(min(60.0, SAVE_AGAIN_EVERY_S))
            view = await until(run.engine, is_saving)
            assert sorted(await printed(run, 2)) == sorted([KURSK.title, KYIV.title])
            assert len(server.requests) == asked + 1  # nobody had to be asked again
        assert run.ended_with == []
    assert sorted(run.printed) == sorted([KURSK.title, KYIV.title])
    store = TinyStore.open(world.home.data)
    assert store.untold(9) == ()
    stored = store.hit(hit.id)
    assert stored is not None
    assert (stored.is_starred, stored.state) == (True, Triage.ACKED)
    assert store.totals().hits == 2
    store.close()


async def test_what_could_not_be_saved_before_the_end_is_said_and_found_again_at_the_next_start(world: World) -> None:
    async with FeedServer() as server:
        server.answer("/rss", Reply.feed(rss("Dnipro Wire", [OLD])))
        world.feeds(server.url("/rss"))
        async with running(world) as run:
            await until(run.engine, lambda view: view.totals.entries == 1 and has_hits(0)(view))
            before = (world.home.data / FILE_NAME).read_bytes()
            run.disk.is_full = True
            await again(run, server, [KURSK, OLD], 1)
        assert "No space left" in str(run.ended_with[0])
        assert "asked again" in str(run.ended_with[0])
        assert run.printed == []
        assert (world.home.data / FILE_NAME).read_bytes() == before
        async with running(world) as run:
            await until(run.engine, lambda view: view.liveness is Liveness.LIVE)
            await world.clock.advance(700)
            assert await printed(run, 1) == [KURSK.title]


async def test_a_telling_that_cannot_be_marked_is_not_repeated_while_newswatch_runs(world: World) -> None:
    async with FeedServer() as server:
        server.answer("/rss", Reply.feed(rss("Dnipro Wire", [OLD])))
        world.feeds(server.url("/rss"))
        async with running(world) as run:
            await until(run.engine, lambda view: view.totals.entries == 1 and has_hits(0)(view))
            await again(run, server, [KURSK, OLD], 1)
            assert await printed(run, 1) == [KURSK.title]
            await until(run.engine, lambda view: all(hit.told_at is not None for hit in hits_of(view)))
            run.disk.is_full = True
            await again(run, server, [KYIV, KURSK, OLD], 2)
            run.disk.is_full = False
            await world.clock.advance(SAVE_AGAIN_EVERY_S)
            assert await printed(run, 2) == [KURSK.title, KYIV.title]
        assert run.printed == [KURSK.title, KYIV.title]


async def test_a_disk_that_fills_between_two_tellings_keeps_the_second_back_until_it_can_be_marked(
    world: World,
) -> None:
    class Filling(io.StringIO):
        """Stdout on the disk that newswatch writes to."""

        disk: FullDisk | None = None

        def write(self, text: str) -> int:
            if self.disk is not None:
                self.disk.is_full = True
            return super().write(text)

    out = Filling()
    async with FeedServer() as server:
        server.answer("/rss", Reply.feed(rss("Dnipro Wire", [OLD])))
        world.feeds(server.url("/rss"))
        async with running(world, out=out) as run:
            await until(run.engine, lambda view: view.totals.entries == 1 and has_hits(0)(view))
            out.disk = run.disk
            await again(run, server, [KYIV, KURSK, OLD], 2)
            await until(run.engine, lambda view: not is_saving(view))
            assert len(await printed(run, 1)) == 1
            out.disk, run.disk.is_full = None, False
            await world.clock.advance(SAVE_AGAIN_EVERY_S)
            assert sorted(await printed(run, 2)) == sorted([KURSK.title, KYIV.title])
        assert len(run.printed) == 2


async def test_the_history_is_backed_up_once_a_day_while_the_monitor_runs(world: World) -> None:
    path: Path = world.home.journal
    assert path.name == FILE_NAME
    entry = build.entry(KURSK.title)
    store = TinyStore.open(world.home.data)
    store.commit(Transaction(entries=(entry,), hits=(build.hit(entry),)))
    store.close()
    world.feeds()
    async with world.running() as engine:
        await until(engine, has_hits(1))
        for count in (1, 2):
            await engine.set_starred([build.hit(entry).id], starred=count == 1)
            async with asyncio.timeout(HANG_S):
                while len(backups_of(path)) < count:
                    await world.clock.advance(LOOK_FOR_BACKUP_EVERY_S)
                    await asyncio.to_thread(lambda: None)  # it is made on a thread
    newest, first = backups_of(path)
    assert newest.at - first.at >= EVERY
    assert all(scanned(backup.path).is_whole for backup in (newest, first))
