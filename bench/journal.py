"""The journal beside what it could be at best, a bare append and fsync, and beside stock TinyDB.

Durable writes wait for the disk, so these times are of the clock, and beside them stands the processor's time alone.
Each kind is done in turn, round by round, and the median of all rounds taken, so that a disk that is slow for a while
is slow for all. Each round begins with another kind: what comes behind a write of another file is a little dearer.
Stock TinyDB waits for no disk: the best of each is compared, since what other programs write makes only ours slower. A
standstill of the loop is the time that this process itself kept the processor between two turns; the best of three
runs: noise only adds.
"""

from __future__ import annotations

import asyncio
import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from tinydb import TinyDB

from bench._home import LoopWatch
from bench.figure import Figure
from newswatch.store.disk import Disk
from newswatch.store.journal import JournalDB, open_db
from newswatch.store.lines import frame

FEW, MANY, STOCK = 1_000, 100_000, 50_000
ROUNDS = 400
STOCK_ROUNDS = 3
COMPACTIONS = 3
MAX_TIMES_RAW = 1.5
MAX_GROWTH = 1.2
MIN_TIMES_STOCK = 1_000.0
MAX_STILL_MS = 20.0
GROUP = 16


def measure() -> Iterator[Figure]:
    """Inserts at 1,000 and at 100,000 rows, a group of commits, stock TinyDB, and a compaction beside an event loop."""
    with TemporaryDirectory() as name, ExitStack() as open_files:
        folder = Path(name)
        few = open_files.enter_context(filled(folder / "few.journal", FEW))
        many = open_files.enter_context(filled(folder / "many.journal", MANY))
        raw = RawFile(folder / "raw", open_files)
        times = interleaved({"raw": raw.append, "few": lambda: insert(few), "many": lambda: insert(many)}, ROUNDS)
        took = {name: median(turn.wall_s for turn in turns) for name, turns in times.items()}
        worked = {name: median(turn.cpu_s for turn in turns) for name, turns in times.items()}
        groups = interleaved({"group": lambda: insert_group(many)}, ROUNDS // 4)["group"]
        grouped = median(turn.wall_s for turn in groups) / GROUP
        beside = f"append + fsync: {took['raw'] * 1e3:.2f} ms, insert: {took['many'] * 1e3:.2f} ms"
        yield Figure(
            f"a durable insert at {MANY:,} rows, times append + fsync", took["many"] / took["raw"], "×",
            at_most=MAX_TIMES_RAW, beside=beside,
        )  # fmt: skip
        ratio = took["many"] / took["few"]
        yield Figure(f"the same, times that at {FEW:,} rows", ratio, "×", at_most=MAX_GROWTH)
        yield Figure(f"and the other way round: {FEW:,} rows", 1 / ratio, "×", at_most=MAX_GROWTH)
        yield Figure(
            "… in CPU time, without the wait", worked["many"] / worked["few"], "×", at_most=MAX_GROWTH,
            beside=f"{worked['many'] * 1e6:.0f} µs beside {worked['few'] * 1e6:.0f} µs",
        )  # fmt: skip
        yield Figure(f"{GROUP} commits that wait together: one of them", grouped * 1e3, "ms")
        stock = stock_insert_s(folder / "stock.json")
        best = min(turn.wall_s for turn in times["many"])
        yield Figure(
            f"faster than stock TinyDB at {STOCK:,} rows", stock / best, "×", at_least=MIN_TIMES_STOCK,
            beside=f"stock: {stock:.2f} s, ours: {best * 1e3:.2f} ms",
        )  # fmt: skip
        stills, slowest = zip(*(asyncio.run(compacted(many)) for _ in range(COMPACTIONS)), strict=True)
        yield Figure(
            f"compaction of {MANY:,} rows: the loop's longest standstill", min(stills), "ms", at_most=MAX_STILL_MS
        )
        yield Figure("the slowest commit beside it", min(slowest), "ms")


def document(number: int) -> dict[str, Any]:
    """A row as an entry is one, of about 800 bytes."""
    return {
        "id": f"{number:016x}",
        "rule": f"rule-{number % 50}",
        "title": "North Korean troops seen near Kursk, say residents of three villages",
        "summary": "Three columns moved along the river at night. " * 13,
        "found": "2026-11-22T14:30:00Z",
        "state": "new",
    }


def filled(path: Path, rows: int) -> JournalDB:
    """An open database with that many rows."""
    db = open_db(path)
    for start in range(0, rows, 1_000):
        db.insert_multiple(document(number) for number in range(start, start + 1_000))
    return db


def insert(db: JournalDB) -> None:
    """One durable insert."""
    db.insert(document(7))


def insert_group(db: JournalDB) -> None:
    """Commits that share one wait for the disk."""
    with db.journal.group():
        for _ in range(GROUP):
            with db.transaction():
                db.insert(document(7))


class RawFile:
    """What no database can do without: the bytes of a line at the end of a file, and on the medium."""

    def __init__(self, path: Path, open_files: ExitStack) -> None:
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        open_files.callback(os.close, self._fd)
        self._line = frame(json.dumps([["put", "_default", {"100007": document(7)}]], separators=(",", ":")).encode())
        self._disk = Disk()
        self._length = 0

    def append(self) -> None:
        """Once."""
        self._length += self._disk.write(self._fd, self._line, self._length)
        self._disk.sync(self._fd)


@dataclass(frozen=True, slots=True)
class Turn:
    """The seconds that a deed took once: of the clock, and of the processor."""

    wall_s: float
    cpu_s: float


def interleaved(deeds: dict[str, Callable[[], object]], rounds: int) -> dict[str, list[Turn]]:
    """What each deed took, round by round; each round begins with the next of them."""
    took: dict[str, list[Turn]] = {name: [] for name in deeds}
    names = list(deeds)
    for number in range(rounds):
        first = number % len(names)
        for name in (*names[first:], *names[:first]):
            worked, begun = time.thread_time(), time.perf_counter()
            deeds[name]()
            took[name].append(Turn(time.perf_counter() - begun, time.thread_time() - worked))
    return took


def stock_insert_s(path: Path) -> float:
    """The best seconds of an insert into stock TinyDB, which does not even wait for the disk."""
    path.write_text(json.dumps({"_default": {str(number): document(number) for number in range(STOCK)}}), "utf-8")
    with TinyDB(path) as db:
        turns = interleaved({"stock": lambda: db.insert(document(7))}, STOCK_ROUNDS)["stock"]
        return min(turn.wall_s for turn in turns)


async def compacted(db: JournalDB) -> tuple[float, float]:
    """The longest standstill of an event loop while the database is compacted and written to; and the slowest of these
    writes; both in ms.
    """
    watch = LoopWatch()
    slowest = 0.0
    is_done = threading.Event()

    def write() -> None:
        nonlocal slowest
        while not is_done.wait(0.02):
            begun = time.perf_counter()
            db.insert(document(7))
            slowest = max(slowest, time.perf_counter() - begun)

    async with watch.watching():
        writing = asyncio.ensure_future(asyncio.to_thread(write))
        await asyncio.to_thread(db.compact)
        is_done.set()
        await writing
    return watch.longest_ms, slowest * 1_000
