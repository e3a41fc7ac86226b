"""Following a history of 100,000 hits that another process writes at 1,000 hits a second, and compacts meanwhile.

What the event loop of the follower feels of it: the longest time that newswatch itself kept the processor between two
turns (other programs share the machine, so it is no time of the wall); the better of two runs.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from bench._history import RULES, history, write_history
from bench._home import NOW, LoopWatch, identity_of
from bench.figure import Figure
from newswatch.engine.follower import FollowingEngine
from newswatch.engine.home import Home
from newswatch.model.digest import digest
from newswatch.model.entry import Entry
from newswatch.model.hit import Hit, StoryId, hit_id
from newswatch.store.api import Transaction
from newswatch.store.tiny import TinyStore

HITS = 100_000
RATE = 1_000
SECONDS = 12
COMMITTED = 10
"""Hits in a transaction, as a busy document brings them."""
RUNS = 2
MAX_STILL_MS = 50.0
MAX_OPEN_S = 3.0


def measure() -> Iterator[Figure]:
    """Opening beside a writer, then following it."""
    runs: list[tuple[float, float, int]] = []
    for _ in range(RUNS):
        with TemporaryDirectory() as folder:
            runs.append(_run(Path(folder)))
    opening_s, still_ms, shown = min(runs, key=lambda run: run[1])
    yield Figure(f"open a history of {HITS:,} hits to follow it: CPU", opening_s, "s", MAX_OPEN_S)
    beside = f"{shown:,} of {RATE * SECONDS:,} shown, a compaction among them"
    yield Figure(f"follow {RATE:,} hits a second: standstill", still_ms, "ms", MAX_STILL_MS, beside=beside)


def write(folder: Path) -> None:
    """The other process: waits to be told to, writes at its pace, compacts halfway."""
    sys.stdin.readline()
    store = TinyStore.open(folder)
    patterns = list(history(2_000))
    begun, written, is_compacted = time.monotonic(), 0, False
    while written < RATE * SECONDS:
        wanted = min(int((time.monotonic() - begun) * RATE), RATE * SECONDS)
        while written < wanted:
            hits = [_hit(*patterns[number % len(patterns)], number) for number in range(written, written + COMMITTED)]
            entries = tuple(hit.entry for hit in hits)
            store.commit(Transaction(entries=entries, identities=tuple(map(identity_of, entries)), hits=tuple(hits)))
            written += COMMITTED
        if not is_compacted and written >= RATE * SECONDS // 2:
            store.compact()
            is_compacted = True
        time.sleep(0.005)
    store.close()


def _hit(pattern: Entry, sample: Hit, number: int) -> Hit:
    at = NOW + timedelta(milliseconds=number)
    key = type(pattern.key)(digest("live", str(number)))
    entry = replace(pattern, key=key, title=f"{pattern.title} live", published_at=at, seen_at=at)
    rule_id = type(sample.rule_id)(f"rule-{number % RULES}")
    return replace(
        sample,
        id=hit_id(rule_id, entry.feed_id, key),
        rule_id=rule_id,
        entry=entry,
        story_id=StoryId(digest("live", str(number // 2))),
        found_at=at,
        told_at=at,
    )


def _run(folder: Path) -> tuple[float, float, int]:
    write_history(folder, HITS)
    rules = "\n".join(f'[[rule]]\nid = "rule-{number}"\nquery = "troops{number}"\n' for number in range(RULES))
    (folder / "rules.toml").write_text(f"version = 1\n\n{rules}", "utf-8")
    (folder / "feeds.opml").write_text('<opml version="2.0"><body/></opml>', "utf-8")
    code = "import sys; from pathlib import Path; from bench.following import write; write(Path(sys.argv[1]))"
    command = (sys.executable, "-c", code, str(folder))
    with subprocess.Popen(command, stdin=subprocess.PIPE) as writer:
        return asyncio.run(_followed(Home(folder, folder / "rules.toml", folder / "feeds.opml"), writer))


async def _followed(home: Home, writer: subprocess.Popen[bytes]) -> tuple[float, float, int]:
    engine = FollowingEngine(home)
    begun = time.process_time()
    async with engine.opened():
        opening_s = time.process_time() - begun
        before = engine.snapshot().totals.hits
        life = asyncio.ensure_future(engine.follow())
        watch = LoopWatch()
        await asyncio.sleep(1)
        async with watch.watching():
            await asyncio.to_thread(writer.communicate, b"go\n")
            await asyncio.sleep(2)
        shown = engine.snapshot().totals.hits - before
        await engine.quit()
        await life
    return opening_s, watch.longest_ms, shown
