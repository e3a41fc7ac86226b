"""50,000 stored entries of 60 words: how long a backtest takes, and whether the event loop stands still meanwhile.

Times are of the processor, because other programs share it; a standstill is the time that newswatch itself kept
the processor between two turns of the loop. Each figure is the best of three runs: noise only adds.
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
from newswatch.match.compile import compile_query
from newswatch.model.backtest import Backtest
from newswatch.model.entry import Entry
from newswatch.model.rule import RuleDraft, RuleId

ENTRIES = 50_000
RULES = 500
RUNS = 3
MAX_S = 10.0
MAX_STILL_MS = 50.0
SAVED = RuleId("rule-0")


def measure() -> Iterator[Figure]:
    """A rare pair of words, and words that stand in almost every text."""
    language = Invented(11)
    queries = language.rules(RULES)
    entries = invented_entries(ENTRIES)
    rare = f"({queries[1]}) AND ({queries[2]})"
    with TemporaryDirectory() as folder:
        home = write_home(Path(folder), queries, entries)
        naive_s = _naive_s(entries, rare, queries[0])
        del entries
        for name, query in (("a rare query", rare), ("words of every text", "the AND said AND NOT government")):
            seconds, still_ms, found = asyncio.run(_measured(home, query))
            told = f"{found.hits:,} hits, {found.near:,} near misses, compared with a saved rule"
            yield Figure(f"{name}: {ENTRIES:,} entries backtested", seconds, "s", at_most=MAX_S, beside=told)
            yield Figure(f"{name}: the loop's longest standstill", still_ms, "ms", at_most=MAX_STILL_MS)
            if query is rare:
                yield Figure(f"{name}: faster than asking both rules of every entry", naive_s / seconds, "×")


async def _measured(home: Home, query: str) -> tuple[float, float, Backtest]:
    """Seconds of the processor, the longest standstill in ms, and what was found."""
    seconds: list[float] = []
    stills: list[float] = []
    last = Backtest(0)
    async with running(home) as engine:
        for _ in range(RUNS):
            watch = LoopWatch()
            async with watch.watching():
                begun = time.process_time()
                async with aclosing(engine.backtest(RuleDraft(query), SAVED)) as snapshots:
                    async for snapshot in snapshots:
                        last = snapshot
                seconds.append(time.process_time() - begun)
            stills.append(watch.longest_ms)
    return min(seconds), min(stills), last


def _naive_s(entries: list[Entry], query: str, saved: str) -> float:
    """A loop without short cuts, examples or near misses, over a tenth of the entries."""
    some = entries[::10]
    one, other = compile_query(query, {}), compile_query(saved, {})
    begun = time.process_time()
    for entry in some:
        one.marks(entry.document)
        other.marks(entry.document)
    return (time.process_time() - begun) * len(entries) / len(some)
