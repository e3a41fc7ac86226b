"""The screen on a real pseudo-terminal, beside the least that Textual can do, in one run.

Processor time is that of the program alone (/proc), so that other work on the machine does not count; latencies are
times of the wall, as ratios of two that are taken turn by turn. Of several runs the least (first paint) or the median.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from bench._history import write_history
from bench._pty import Program, middle, on_pty, p95
from bench.figure import Figure

PROGRAMS = ("-m", "bench._screen_programs")
BARE = ("-m", "bench._bare_clock")
STORED = 100_000
SOME_STORED = 10_000
RATE = 200
STARTS = 5
KEYS = 120
IDLE_S = 20.0
BUSY_S = 15.0
SCROLLS = 300
ROUNDS = 3
DOWN, UP, HALF_DOWN, HALF_UP = b"j", b"k", b"\x04", b"\x15"


def measure() -> Iterator[Figure]:
    """First paint, keys, what it costs to be open, memory, long lists."""
    yield from _first_paint()
    yield from _keys()
    yield from _cost()
    yield from _scrolling()


def _first_paint() -> Iterator[Figure]:
    with TemporaryDirectory() as folder:
        home = _home(Path(folder), STORED)
        bare, ours = [], []
        for _ in range(STARTS + 1):
            bare.append(_cpu_until(b"ready", *BARE))
            ours.append(_cpu_until(b"STARTING", "-m", "newswatch", "--home", str(home)))
    # The first of each compiled what it loaded.
    beside = f"{min(ours) * 1000:.0f} ms beside an empty Textual app's {min(bare) * 1000:.0f}, CPU"
    yield Figure(f"first paint with {STORED:,} stored hits", min(ours) / min(bare), "×", 1.3, beside=beside)


def _keys() -> Iterator[Figure]:
    idle, busy = [], []
    for _ in range(ROUNDS):
        idle += _latencies(0)
        busy += _latencies(RATE)
    yield Figure("a key to its paint, idle: p95", p95(idle) * 1000, "ms")
    yield Figure(f"a key to its paint, {RATE} hits a second: p95", p95(busy) * 1000, "ms", 80.0)
    beside = f"medians {middle(busy) * 1000:.0f} and {middle(idle) * 1000:.0f} ms"
    yield Figure(
        f"a key to its paint, {RATE} hits a second: beside idle", p95(busy) / p95(idle), "×", 1.5, beside=beside
    )


def _cost() -> Iterator[Figure]:
    with on_pty(*PROGRAMS, "monitor", str(RATE)) as program:
        program.until(b"LIVE")
        program.rest(3.0)
        busy = _share(program, BUSY_S)
    yield Figure(f"processor at {RATE} hits a second", busy * 100, "%", 20.0)
    with TemporaryDirectory() as folder:
        home = _home(Path(folder), SOME_STORED)
        with on_pty("-m", "newswatch", "--home", str(home)) as ours, on_pty(*BARE) as bare:
            ours.until(b"LIVE")
            bare.until(b"ready")
            ours.rest(6.0)
            bare.rest(1.0)
            costs = [(_share(ours, IDLE_S / ROUNDS), _share(bare, IDLE_S / ROUNDS)) for _ in range(ROUNDS)]
            idle, least = middle([cost[0] for cost in costs]), middle([cost[1] for cost in costs])
            beside = f"{idle * 100:.2f} % beside a bare clock's {least * 100:.2f} %"
            yield Figure("processor while idle", idle / least, "×", 1.5, beside=beside)
            yield Figure(f"memory with {SOME_STORED:,} hits", ours.rss_mib, "MiB", 90.0)


def _scrolling() -> Iterator[Figure]:
    few, many = [], []
    for _ in range(ROUNDS):
        few.append(_scroll_cost(1_000))
        many.append(_scroll_cost(100_000))
    beside = f"{min(many) / SCROLLS * 1e3:.2f} ms beside {min(few) / SCROLLS * 1e3:.2f} a key, CPU"
    yield Figure("scrolling 100,000 rows beside 1,000", min(many) / min(few), "×", 1.1, beside=beside)


def _cpu_until(painted: bytes, *arguments: str) -> float:
    with on_pty(*arguments) as program:
        program.until(painted)
        return program.cpu_s


def _latencies(rate: int) -> list[float]:
    """Seconds from each key to the paint that shows it: the selected row's number in the head of the list."""
    chance = random.Random(rate)
    with on_pty(*PROGRAMS, "monitor", str(rate)) as program:
        program.until(b"LIVE")
        program.rest(2.0)
        row, taken = _settled(program), []
        for number in range(KEYS // ROUNDS):
            program.rest(chance.uniform(0.05, 0.25))
            key, row = (DOWN, row + 1) if number % 3 else (UP, row - 1)
            program.forget()
            begun = time.perf_counter()
            program.press(key)
            program.until(re.compile(rb"[ m]%s/[\d,]+" % f"{row:,}".encode()))
            taken.append(time.perf_counter() - begun)
    return taken


def _settled(program: Program) -> int:
    """Off the first row, where the list holds still; the number of the selected row."""
    for _ in range(20):
        program.press(DOWN)
        program.rest(0.15)
    program.forget()
    program.press(DOWN)
    program.rest(1.0)
    found = re.findall(rb"[ m]([\d,]+)/[\d,]+", program.said)
    return int(found[-1].replace(b",", b""))


def _share(program: Program, seconds: float) -> float:
    """Of one processor, over so many seconds."""
    begun, before = time.monotonic(), program.cpu_s
    program.rest(seconds)
    return (program.cpu_s - before) / (time.monotonic() - begun)


def _scroll_cost(rows: int) -> float:
    with on_pty(*PROGRAMS, "rows", str(rows)) as program:
        program.until(b"row 0")
        program.rest(1.0)
        before = program.cpu_s
        for number in range(SCROLLS):
            program.press(DOWN if number % 2 else HALF_DOWN if number % 4 else HALF_UP)
            program.rest(0.01)
        program.rest(0.5)
        return program.cpu_s - before


def _home(folder: Path, hits: int) -> Path:
    write_history(folder, hits)
    # Not the rules of that history: it is not matched anew, which would be another figure.
    rule = '[[rule]]\nid = "watched"\nquery = "North Korean troops"\n'
    (folder / "rules.toml").write_text(f"version = 1\n\n{rule}", "utf-8")
    (folder / "feeds.opml").write_text('<opml version="2.0"><body/></opml>', "utf-8")
    (folder / "settings.toml").write_text("", "utf-8")
    return folder
