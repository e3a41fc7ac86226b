"""The running monitor with 5,000 feeds that are asked every five minutes: what it costs, and how late it asks.

What is measured is the whole program, without a screen and with one, as a person runs it: its processes are watched
from outside. Its home knows 5,000 feeds of 20 items already and each was checked within the last five
minutes, so the start is no burst; from then on about 17 are due each second, one in ten with something new. CPU time
is that of the main process, and of the main process and its workers, over `WINDOW_S`. A feed is late by the time from
when it was due (by its stored state) until the server has read the request. The server is a process of its own.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import pty
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import urlopen

from bench import _loopback
from bench._serving import serving
from bench.figure import Figure
from bench.skip import Skipped
from newswatch.engine.step import Parsed, step
from newswatch.feeds.due import Pace
from newswatch.feeds.opml import load_feeds
from newswatch.match.matcher import Matcher, compile_book
from newswatch.match.rulefile import load_rulebook
from newswatch.model.entry import ParsedEntry, ParsedFeed
from newswatch.model.feed import Feed, FeedState
from newswatch.parse import parse_document
from newswatch.store.api import Transaction
from newswatch.store.tiny import TinyStore

FEEDS = 5_000
INTERVAL_S = 300.0
LEAD_S = 25.0  # from the start of the program to the window
WINDOW_S = 60.0
_FEEDS_A_TRANSACTION = 250
_LATEST_S = 8.0  # after the window, until what is still missing counts as never asked
_RULES = ("borana kaled", "miryet NEAR/3 ulwerk", "sonula teved mirist", "kal* borwerk ulana", "tevon sonist")


def measure() -> Iterator[Figure]:
    """The figures without a screen, then with one."""
    if not Path("/proc/self/stat").exists():
        raise Skipped("CPU time of other processes is read from /proc, which this system has not")
    with TemporaryDirectory(prefix="newswatch-bench-") as folder, serving("bench._loopback", Path(folder)) as address:
        home = Path(folder) / "home"
        _make_home(home, address)
        yield from _watched(home, address, 1, "without a screen", with_screen=False)
        yield from _watched(home, address, 2, "with its screen", with_screen=True)


def _watched(home: Path, address: str, turn: int, how: str, *, with_screen: bool) -> Iterator[Figure]:
    begin_s = time.time() + LEAD_S
    due_s = _put_due_times(home, begin_s)
    _ask(f"{address}/turn/{turn}")
    with _monitor(home, with_screen=with_screen) as pid:
        _sleep_until(begin_s)
        before = _cpu(pid)
        _sleep_until(begin_s + WINDOW_S)
        after, rss = _cpu(pid), _rss(pid)
        _sleep_until(begin_s + WINDOW_S + _LATEST_S)
        asked_s = {int(feed): at_s for feed, at_s in json.loads(_ask(f"{address}/log")).items()}
    window = [feed for feed, at_s in due_s.items() if begin_s <= at_s < begin_s + WINDOW_S]
    lateness = sorted(asked_s.get(feed, begin_s + WINDOW_S + _LATEST_S) - due_s[feed] for feed in window)
    main = (after.main_s - before.main_s) / WINDOW_S * 100
    workers = (after.workers_s - before.workers_s) / WINDOW_S * 100
    rate = f"{len(window) / WINDOW_S:.1f} checks a second of {FEEDS} feeds"
    yield Figure(f"CPU of one core {how}, workers too", main + workers, "%", at_most=35, beside=rate)
    yield Figure(f"CPU of one core {how}, main process", main, "%", beside=f"workers {workers:.1f} %")
    if not with_screen:
        each_ms = (main + workers) / 100 * WINDOW_S / len(window) * 1000
        yield Figure("CPU of one check, nine in ten of them 304", each_ms, "ms", at_most=5)
    late = lateness[round(0.99 * (len(lateness) - 1))]
    median = lateness[len(lateness) // 2]
    beside = f"p50 {median:.2f}, worst {lateness[-1]:.2f}; early {sum(one < -0.05 for one in lateness)}"
    yield Figure(f"lateness p99 {how}", late, "s", at_most=5, beside=beside)
    yield Figure(f"RSS of the main process {how}", rss / 2**20, "MiB", beside=f"{FEEDS * _loopback.ITEMS} entries kept")


# The home.


def _make_home(home: Path, address: str) -> None:
    home.mkdir(mode=0o700)
    outlines = "".join(f'<outline type="rss" text="Outlet {n}" xmlUrl="{address}/feed/{n}"/>\n' for n in range(FEEDS))
    (home / "feeds.opml").write_text(f'<opml version="2.0"><head/><body>\n{outlines}</body></opml>\n', "utf-8")
    rules = "".join(f"[[rule]]\nid = \"rule-{n}\"\nquery = '''{query}'''\n\n" for n, query in enumerate(_RULES))
    (home / "rules.toml").write_text(f"version = 1\n\n{rules}", "utf-8")
    (home / "settings.toml").write_text(f'[polling]\ninterval = "{INTERVAL_S:g}s"\n', "utf-8")
    if parse_document(_loopback.document(0, 0), f"{address}/feed/0", {}).entries != _parsed(0).entries:
        raise AssertionError("the home would be made of other entries than the server's")
    store = TinyStore.open(home)
    try:
        _fill(store, load_feeds(home / "feeds.opml").feeds, compile_book(load_rulebook(home / "rules.toml").book))
    finally:
        store.close()


def _fill(store: TinyStore, feeds: tuple[Feed, ...], matcher: Matcher) -> None:
    """What one check of each feed leaves behind."""
    now = datetime.now(UTC) - timedelta(hours=1)
    for start in range(0, len(feeds), _FEEDS_A_TRANSACTION):
        parts: list[Transaction] = []
        for number, feed in enumerate(feeds[start : start + _FEEDS_A_TRANSACTION], start):
            parsed = Parsed(_parsed(number), "", etag=_loopback.etag(number, 0))
            outcome = step(feed, FeedState(feed.id), parsed, store, matcher, Pace(INTERVAL_S), now)
            parts.append(replace(outcome.memory, feed_states=(outcome.state,)))
        store.commit(
            Transaction(
                entries=tuple(entry for part in parts for entry in part.entries),
                identities=tuple(identity for part in parts for identity in part.identities),
                hits=tuple(replace(hit, told_at=now) for part in parts for hit in part.hits),
                feed_states=tuple(state for part in parts for state in part.feed_states),
            )
        )


def _parsed(feed: int) -> ParsedFeed:
    entries = []
    for number in range(_loopback.ITEMS - 1, -1, -1):
        title, link, text, date = _loopback.item(feed, number)
        entries.append(ParsedEntry(f"{feed}-{number}", title, link, date, None, text))
    return ParsedFeed(f"Outlet {feed}", tuple(entries))


def _put_due_times(home: Path, begin_s: float) -> Mapping[int, float]:
    """Spreads the next checks over one interval, as jitter does with time. Returns when each feed is due, by number."""
    feeds = load_feeds(home / "feeds.opml").feeds
    due_s = {number: begin_s - 5 + number * INTERVAL_S / FEEDS for number in range(FEEDS)}
    store = TinyStore.open(home)
    try:
        known = store.feed_states()
        states = []
        for number, feed in enumerate(feeds):
            due_at = datetime.fromtimestamp(due_s[number], UTC)
            checked_at = due_at - timedelta(seconds=INTERVAL_S)
            states.append(replace(known[feed.id], next_check_at=due_at, last_checked_at=checked_at))
        store.commit(Transaction(feed_states=tuple(states)))
    finally:
        store.close()
    return due_s


# The processes.


@contextmanager
def _monitor(home: Path, *, with_screen: bool) -> Iterator[int]:
    """The program on that home, in a terminal that is read as fast as it is written to, or without one."""
    command = [sys.executable, "-m", "newswatch", "--home", str(home)]
    if not with_screen:
        program = subprocess.Popen([*command, "run"], stdout=subprocess.DEVNULL)
        try:
            yield program.pid
        finally:
            program.send_signal(signal.SIGTERM)
            program.wait()
        return
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 140, 0, 0))
    environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    program = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=subprocess.DEVNULL, env=environment, start_new_session=True
    )
    os.close(theirs)
    threading.Thread(target=_drain, args=(ours,), daemon=True).start()
    try:
        yield program.pid
    finally:
        program.send_signal(signal.SIGTERM)
        program.wait()


def _drain(terminal: int) -> None:
    with contextlib.suppress(OSError):  # the program has ended
        while os.read(terminal, 65_536):
            pass


@dataclass(frozen=True, slots=True)
class _Cpu:
    """Seconds of CPU time so far: of the main process, and of the processes it started."""

    main_s: float
    workers_s: float


def _cpu(pid: int) -> _Cpu:
    ticks = os.sysconf("SC_CLK_TCK")
    main = workers = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it ended meanwhile
            fields = stat.read_text("utf-8", "replace").rpartition(")")[2].split()
            own, reaped = int(fields[11]) + int(fields[12]), int(fields[13]) + int(fields[14])
            if stat.parent.name == str(pid):
                main += own
                workers += reaped
            elif fields[1] == str(pid):
                workers += own
    return _Cpu(main / ticks, workers / ticks)


def _rss(pid: int) -> int:
    """Bytes of memory that the process holds now."""
    return int(Path(f"/proc/{pid}/statm").read_text("utf-8").split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _ask(url: str) -> bytes:
    with urlopen(url, timeout=30) as answer:  # noqa: S310 - the address is that of our own server
        body: bytes = answer.read()
    return body


def _sleep_until(moment_s: float) -> None:
    time.sleep(max(0.0, moment_s - time.time()))
