"""Which of a person's files changed on disk: told once each change is whole.

The files are looked at twice a second, on a thread of their own that wakes the loop only when one looks different: by
name, because editors write a new file and rename it over the old one; and by looking, because a network disk or a
link's other end tells nobody. Three files cost less so than any way to be told of them, and the journal beside them,
which is written all the time, costs nothing. A file that is gone or empty all of a sudden is given a moment: it is
probably being written. Must never know what is in a file.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Self

LOOK_EVERY_S = 0.5
QUIET_S = 0.1
"""How long a file must stay as it is to count as whole."""
PATIENCE_S = 1.0
"""How long a file that is gone, empty or still changing is waited for."""

_Look = Mapping[Path, tuple[int, ...] | None]


async def changes(
    paths: Collection[Path], stop: asyncio.Event, *, at_once: bool = False
) -> AsyncIterator[frozenset[Path]]:
    """Sets of the files (as they stand in `paths`) that changed, came or went since this was first asked.

    `at_once`: the first set comes without a change and holds all of them, so that who read them earlier misses nothing.
    Ends when `stop` is set. Files need not exist. A file that was written again with the same content counts.
    """
    seen = await _look(paths)
    if at_once:
        yield frozenset(paths)
    async with _Watch(paths, seen, stop) as watch:
        while await watch.differs():
            now = await _settled(seen, await _look(paths), stop)
            changed = frozenset(path for path in paths if now[path] != seen[path])
            watch.seen = seen = now
            if changed:
                yield changed


async def _settled(seen: _Look, now: _Look, stop: asyncio.Event) -> _Look:
    """How the files look when nobody writes to them any more, or patience is at an end."""
    for _ in range(round(PATIENCE_S / QUIET_S)):
        if await _is_stopped(stop, QUIET_S):
            break
        later = await _look(now)
        if later == now and not any(_is_half_saved(seen[path], later[path]) for path in later):
            break
        now = later
    return now


def _is_half_saved(before: tuple[int, ...] | None, after: tuple[int, ...] | None) -> bool:
    """Whether there was something, and now there is nothing."""
    return before is not None and before[0] > 0 and (after is None or after[0] == 0)


class _Watch:
    """Looks at the files on a thread while its block lasts. `seen` is how they looked when it was last told of them."""

    def __init__(self, paths: Collection[Path], seen: _Look, stop: asyncio.Event) -> None:
        self.seen = seen
        self._paths = tuple(paths)
        self._stop = stop
        self._differs = asyncio.Event()
        self._has_ended = threading.Event()

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        # A daemon: a disk that hangs must not keep the process.
        thread = threading.Thread(target=self._look_out, args=[loop], name="newswatch-files", daemon=True)
        thread.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._has_ended.set()

    async def differs(self) -> bool:
        """Waits until a file looks different; False once `stop` is set."""
        waits = [asyncio.ensure_future(event.wait()) for event in (self._differs, self._stop)]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        self._differs.clear()
        return not self._stop.is_set()

    def _look_out(self, loop: asyncio.AbstractEventLoop) -> None:
        while not self._has_ended.wait(LOOK_EVERY_S):
            if _looks(self._paths) != self.seen:
                with suppress(RuntimeError):  # the loop ended meanwhile
                    loop.call_soon_threadsafe(self._differs.set)


async def _is_stopped(stop: asyncio.Event, seconds: float) -> bool:
    """Whether `stop` was set within this time."""
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return False
    return True


async def _look(paths: Collection[Path]) -> _Look:
    """See `_looks`. Off the loop: disks hang."""
    return await asyncio.to_thread(_looks, paths)


def _looks(paths: Collection[Path]) -> _Look:
    """Size, times and identity of each file, links followed; None where there is none."""
    return {path: _signature(path) for path in paths}


def _signature(path: Path) -> tuple[int, ...] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_dev
