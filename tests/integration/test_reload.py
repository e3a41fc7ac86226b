from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from newswatch.atomic import write_atomically
from newswatch.engine import reload
from newswatch.engine.reload import changes

HANG_S = 30.0


def put(path: Path, text: str) -> None:
    """Writes the file in place, as many editors do: it is empty for a moment."""
    path.write_text(text)


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "rules.toml"
    put(path, "version = 1\n")
    return path


@asynccontextmanager
async def following(*paths: Path) -> AsyncIterator[asyncio.Queue[frozenset[Path]]]:
    """The sets that `changes` gives, from when it has taken its first look."""
    stop = asyncio.Event()
    told: asyncio.Queue[frozenset[Path]] = asyncio.Queue()
    looked = asyncio.Event()
    real_look = reload._look

    async def look(asked: object) -> object:
        seen = await real_look(asked)  # type: ignore[arg-type]  # passed through
        looked.set()
        return seen

    async def follow() -> None:
        async for changed in changes(paths, stop):
            told.put_nowait(changed)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reload, "_look", look)
        async with asyncio.timeout(HANG_S), asyncio.TaskGroup() as tasks:
            task = tasks.create_task(follow())
            await looked.wait()
            yield told
            stop.set()
            await task


async def test_a_file_that_is_edited_in_place_is_told(rules: Path) -> None:
    async with following(rules) as told:
        put(rules, "version = 1\n# more\n")
        assert await told.get() == {rules}


async def test_an_editors_rename_over_the_file_is_told(rules: Path) -> None:
    async with following(rules) as told:
        for text in ("one", "two"):
            other = rules.with_name("rules.toml~")
            put(other, text)
            other.replace(rules)
            assert await told.get() == {rules}


async def test_our_own_way_of_writing_is_told_as_the_file_and_its_temporary_one_never(rules: Path) -> None:
    async with following(rules) as told:
        write_atomically(rules, b"version = 1 # new\n")
        assert await told.get() == {rules}
        put(rules.with_name(".rules.toml.x.newswatch-tmp"), "litter")
        put(rules.with_name("history.journal"), "noise")
        put(rules, "last")
        assert await told.get() == {rules}
        assert told.empty()


async def test_a_file_that_does_not_exist_yet_is_told_when_it_comes(tmp_path: Path, rules: Path) -> None:
    feeds = tmp_path / "feeds.opml"
    async with following(rules, feeds) as told:
        put(feeds, "<opml/>")
        assert await told.get() == {feeds}


async def test_two_files_in_two_folders_are_followed(tmp_path: Path, rules: Path) -> None:
    (tmp_path / "other").mkdir()
    feeds = tmp_path / "other" / "feeds.opml"
    async with following(rules, feeds) as told:
        put(feeds, "<opml/>")
        assert await told.get() == {feeds}
        put(rules, "x")
        assert await told.get() == {rules}


async def test_a_link_is_followed_to_the_file_it_points_to(tmp_path: Path) -> None:
    (tmp_path / "dotfiles").mkdir()
    target = tmp_path / "dotfiles" / "mine.toml"
    put(target, "one")
    link = tmp_path / "rules.toml"
    link.symlink_to(target)
    async with following(link) as told:
        put(target, "two and more")
        assert await told.get() == {link}


async def test_a_file_in_a_folder_that_does_not_exist_is_told_when_it_comes(tmp_path: Path) -> None:
    path = tmp_path / "later" / "rules.toml"
    async with following(path) as told:
        path.parent.mkdir()
        put(path, "x")
        assert await told.get() == {path}


async def test_while_no_file_changes_the_loop_is_left_alone(rules: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = threading.Semaphore(0)
    asked: list[object] = []

    def looks(paths: Iterable[Path]) -> dict[Path, tuple[int, ...] | None]:
        looked.release()
        return {path: reload._signature(path) for path in paths}

    monkeypatch.setattr(reload, "LOOK_EVERY_S", 0.01)
    monkeypatch.setattr(reload, "_looks", looks)
    async with following(rules) as told:
        monkeypatch.setattr(asyncio.get_running_loop(), "call_soon_threadsafe", lambda *call: asked.append(call))
        for _ in range(5):
            looked.acquire(timeout=HANG_S)  # the loop stands still meanwhile
        monkeypatch.undo()
        put(rules, "version = 1\n# more\n")
        assert await told.get() == {rules}
    assert not asked


async def test_a_half_saved_file_is_waited_for(rules: Path) -> None:
    async with following(rules) as told:
        put(rules, "")  # an editor that writes in place empties the file first
        await asyncio.sleep(0)
        put(rules, "version = 1\n# whole again\n")
        assert await told.get() == {rules}
        assert told.empty()


async def test_an_empty_file_is_given_time_before_it_counts(rules: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = iter(["empty", "empty", "whole", "whole"])
    waits: list[float] = []

    async def look(_: object) -> dict[Path, tuple[int, ...]]:
        return {rules: (0, 2)} if next(looks) == "empty" else {rules: (12, 3)}

    async def is_stopped(_: asyncio.Event, seconds: float) -> bool:
        waits.append(seconds)
        return False

    monkeypatch.setattr(reload, "_look", look)
    monkeypatch.setattr(reload, "_is_stopped", is_stopped)
    assert await reload._settled({rules: (12, 1)}, {rules: (0, 2)}, asyncio.Event()) == {rules: (12, 3)}
    assert len(waits) == 4


async def test_a_file_that_stays_empty_counts_in_the_end(rules: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []

    async def look(_: object) -> dict[Path, tuple[int, ...]]:
        return {rules: (0, 2)}

    async def is_stopped(_: asyncio.Event, seconds: float) -> bool:
        waits.append(seconds)
        return False

    monkeypatch.setattr(reload, "_look", look)
    monkeypatch.setattr(reload, "_is_stopped", is_stopped)
    assert await reload._settled({rules: (12, 1)}, {rules: (0, 2)}, asyncio.Event()) == {rules: (0, 2)}
    assert sum(waits) <= reload.PATIENCE_S < 2.0  # the promise: reloaded within two seconds


async def test_a_cancelled_follower_does_not_stop_the_others(rules: Path) -> None:
    stop = asyncio.Event()

    async def follow() -> None:
        async for _ in changes((rules,), stop):
            pass

    task = asyncio.create_task(follow())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not stop.is_set()
