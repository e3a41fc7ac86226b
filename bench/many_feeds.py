"""Thousands of feeds at once, and one line edited among them: how long the event loop is held.

A standstill is the time that newswatch itself kept the processor between two turns of the event loop (`LoopWatch`).
Each figure is the best of three runs: noise only adds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from bench._home import LoopWatch, running, write_home
from bench.figure import Figure
from newswatch.model.feed import Feed, feed_id

FEEDS = 5_000
RUNS = 3
MAX_STILL_MS = 20.0


def measure() -> Iterator[Figure]:
    """See the module."""
    runs = [asyncio.run(_run()) for _ in range(RUNS)]
    for name in runs[0]:
        yield Figure(f"{name}: standstill", min(run[name] for run in runs), "ms", MAX_STILL_MS)


async def _run() -> dict[str, float]:
    with TemporaryDirectory() as folder:
        feeds = [_feed(number) for number in range(FEEDS)]
        async with running(write_home(Path(folder), [], [])) as engine:
            verbs = engine.feeds
            return {
                f"{FEEDS:,} feeds added": await _still_ms(verbs.add(feeds)),
                f"one of {FEEDS:,} feeds paused": await _still_ms(verbs.set_paused([feeds[7].id], paused=True)),
                f"{FEEDS:,} feeds paused": await _still_ms(verbs.set_paused([feed.id for feed in feeds], paused=True)),
                f"all but one of {FEEDS:,} feeds removed": await _still_ms(
                    verbs.remove([feed.id for feed in feeds[1:]])
                ),
            }


async def _still_ms(verb: Coroutine[object, object, object]) -> float:
    """The longest standstill while a verb lasts, and while its file is read again."""
    watch = LoopWatch()
    async with watch.watching():
        await verb
        await asyncio.sleep(1.0)
    return watch.longest_ms


def _feed(number: int) -> Feed:
    address = f"https://site{number}.example/rss?key=secret{number}"
    return Feed(id=feed_id(address), url=address, name=f"Site {number}")
