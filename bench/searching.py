"""100,000 stored entries of 60 words: how long a search takes, how soon it shows something, and whether the event
loop stands still meanwhile; and what it takes to show the newest of them again.

Times are of the processor, because other programs share it; a standstill is the time that newswatch itself kept the
processor between two turns of the loop. Each figure is the best of three runs: noise only adds.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import aclosing
from pathlib import Path
from tempfile import TemporaryDirectory

from bench._home import LoopWatch, invented_entries, running, write_home
from bench._invented import Invented
from bench.figure import Figure
from newswatch.engine.home import Home
from newswatch.engine.local import LocalEngine
from newswatch.model.found import Found

ENTRIES = 100_000
RULES = 100
RUNS = 3
LIMIT = 1_000
PAGE = 400
MAX_S = 10.0
MAX_FIRST_S = 0.5
MAX_STILL_MS = 20.0
MAX_PAGE_MS = 30.0


def measure() -> Iterator[Figure]:
    """A rare word, words that stand in almost every text, and a regular expression."""
    queries = Invented(11).rules(RULES)
    with TemporaryDirectory() as folder:
        entries = invented_entries(ENTRIES)
        words = (word for word in entries[ENTRIES // 2].title.split() if word.isalpha())
        rare = max(words, key=len, default="government")
        home = write_home(Path(folder), queries, entries)
        del entries
        asked = {
            "a rare word": rare,
            "words of every text": "the AND said AND NOT government",
            "a regular expression": r"/\bsa[a-z]d\b/",
        }
        yield from asyncio.run(_measured(home, asked))


async def _measured(home: Home, asked: dict[str, str]) -> list[Figure]:
    figures: list[Figure] = []
    async with running(home) as engine:
        for name, query in asked.items():
            runs = [await _searched(engine, query) for _ in range(RUNS)]
            matches = runs[0][3].matches
            figures += [
                Figure(
                    f"{name}: {ENTRIES:,} entries searched",
                    min(run[0] for run in runs),
                    "s",
                    at_most=MAX_S,
                    beside=f"{matches:,} found",
                ),
                Figure(f"{name}: until it shows how far it is", min(run[1] for run in runs), "s", at_most=MAX_FIRST_S),
                Figure(
                    f"{name}: the loop's longest standstill", min(run[2] for run in runs), "ms", at_most=MAX_STILL_MS
                ),
            ]
        pages: list[float] = []
        for _ in range(RUNS):
            begun = time.process_time()
            await engine.history.newest(PAGE)
            pages.append((time.process_time() - begun) * 1_000)
        figures.append(Figure(f"the newest {PAGE} of {ENTRIES:,}", min(pages), "ms", at_most=MAX_PAGE_MS))
    return figures


async def _searched(engine: LocalEngine, query: str) -> tuple[float, float, float, Found]:
    """Seconds of the processor to the end and to the first snapshot that says something; the longest standstill in ms;
    what was found.
    """
    watch, last, first_s = LoopWatch(), Found(0), 0.0
    async with watch.watching():
        begun = time.process_time()
        async with aclosing(engine.history.search(query, LIMIT)) as snapshots:
            async for last in snapshots:
                if last.asked and not first_s:
                    first_s = time.process_time() - begun
        return time.process_time() - begun, first_s, watch.longest_ms, last
