"""Which of a person's files changed on disk: told once each change is whole.

Folders are watched, not files, because editors write a new file and rename it over the old one; and all files
are looked at once a second, because a network disk or a link's other end tells nobody. A file that is gone or
empty all of a sudden is given a moment: it is probably being written. Must never know what is in a file.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncGenerator, AsyncIterator, Collection, Mapping
from contextlib import aclosing
from pathlib import Path

LOOK_EVERY_S = 1.0
QUIET_S = 0.1
"""How long a file must stay as it is to count as whole."""
PATIENCE_S = 1.0
"""How long a file that is gone, empty or still changing is waited for."""

_DEBOUNCE_MS = 200
_STEP_MS = 200

_log = logging.getLogger(__name__)

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
    async with aclosing(_wakes(paths, stop)) as wakes:
        async for _ in wakes:
            now = await _look(paths)
            if now == seen:
                continue
            now = await _settled(seen, now, stop)
            changed = frozenset(path for path in paths if now[path] != seen[path])
            seen = now
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


async def _wakes(paths: Collection[Path], stop: asyncio.Event) -> AsyncGenerator[None, None]:
    """Wakes up whenever one of the files may have changed, at least once a `LOOK_EVERY_S`."""
    try:
        from watchfiles import awatch

        names = {name for path in paths for name in (path.name, _real(path).name)}
        watching = awatch(
            *{folder for path in paths for folder in (path.parent, _real(path).parent)},
            watch_filter=lambda _, changed: os.path.basename(changed) in names,  # noqa: PTH119 - for each write to the folder, the database's too
            debounce=_DEBOUNCE_MS,
            step=_STEP_MS,
            stop_event=_Stop(stop),
            rust_timeout=round(LOOK_EVERY_S * 1_000),
            yield_on_timeout=True,
            recursive=False,
        )
        async with aclosing(watching):
            async for _ in watching:
                yield
    except (ImportError, OSError, RuntimeError) as fault:  # no such folder, no watches left, no such platform
        _log.warning("files are looked at once a second, because their folders cannot be watched: %s", fault)
    while not await _is_stopped(stop, LOOK_EVERY_S):
        yield


class _Stop(asyncio.Event):
    """Set when the outer one is, and not the other way round: `awatch` sets its event when it is cancelled."""

    def __init__(self, outer: asyncio.Event) -> None:
        super().__init__()
        self._outer = outer

    def is_set(self) -> bool:
        """See `asyncio.Event`."""
        return super().is_set() or self._outer.is_set()


async def _is_stopped(stop: asyncio.Event, seconds: float) -> bool:
    """Whether `stop` was set within this time."""
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return False
    return True


async def _look(paths: Collection[Path]) -> _Look:
    """Size, times and identity of each file, links followed; None where there is none. Off the loop: disks hang."""
    return await asyncio.to_thread(lambda: {path: _signature(path) for path in paths})


def _signature(path: Path) -> tuple[int, ...] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_dev


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))
