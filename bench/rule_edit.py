"""An edit of a rule: until it acts among 10,000, and what the loop feels of it and of a rule that matches everything.

Times are of the processor, because other programs share it; a standstill is the time that newswatch itself kept
the processor between two turns of the loop. Until an edit acts: the median of nine; standstills: the best of three.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench._home import LoopWatch, invented_entries, running, write_home
from bench._invented import Invented
from bench.figure import Figure
from newswatch.engine.home import Home
from newswatch.engine.local import LocalEngine
from newswatch.model.rule import RuleDraft, RuleId

RULES = 10_000
EDITS = 9
ENTRIES = 50_000
RUNS = 3
MAX_MS = 20.0
MAX_STILL_MS = 50.0


def measure() -> Iterator[Figure]:
    """A big file of rules, then a big history."""
    language = Invented(5)
    queries, others = language.rules(RULES), language.rules(EDITS)
    with TemporaryDirectory() as folder:
        home = write_home(Path(folder), queries, invented_entries(100))
        acting_ms, saving_s, still_ms = asyncio.run(_edited(home, others))
        beside = f"on disk {median(saving_s):.2g} s later"
        yield Figure(f"one edit among {RULES:,} rules, until it acts", median(acting_ms), "ms", MAX_MS, beside=beside)
        yield Figure("the loop's longest standstill, file written behind", min(still_ms), "ms", MAX_STILL_MS)
    with TemporaryDirectory() as folder:
        home = write_home(Path(folder), queries[:100], invented_entries(ENTRIES))
        seconds, still_ms = asyncio.run(_matched_all(home))
        beside = f"in {min(seconds):.2g} s, each hit stored and shown"
        name = f"a new rule that matches all of {ENTRIES:,} entries: standstill"
        yield Figure(name, min(still_ms), "ms", MAX_STILL_MS, beside=beside)


async def _edited(home: Home, queries: list[str]) -> tuple[list[float], list[float], list[float]]:
    acting_ms: list[float] = []
    saving_s: list[float] = []
    still_ms: list[float] = []
    async with running(home) as engine:
        for number, query in enumerate(queries):
            rule = RuleId(f"rule-{number * 1_000}")
            watch = LoopWatch()
            async with watch.watching():
                begun = time.process_time()
                await engine.save_rule(RuleDraft(query, id=rule), rule)
                acted = time.process_time()
                await engine.rules_saved()
            acting_ms.append((acted - begun) * 1_000)
            saving_s.append(time.process_time() - acted)
            still_ms.append(watch.longest_ms)
    return acting_ms, saving_s, still_ms


async def _matched_all(home: Home) -> tuple[list[float], list[float]]:
    seconds: list[float] = []
    still_ms: list[float] = []
    async with running(home) as engine:
        for number in range(RUNS):
            rule = RuleId(f"all-{number}")
            watch = LoopWatch()
            async with watch.watching():
                begun = time.process_time()
                await engine.save_rule(RuleDraft("title:*", id=rule))
                await _has_hits(engine, rule)
            seconds.append(time.process_time() - begun)
            still_ms.append(watch.longest_ms)
    return seconds, still_ms


async def _has_hits(engine: LocalEngine, rule: RuleId) -> None:
    """Waits until the rule has found every entry."""
    async for _ in engine.watch(engine.snapshot().seq):
        status = next(status for status in engine.snapshot().rules if status.rule.id == rule)
        if status.hits >= ENTRIES:
            return
        await asyncio.sleep(0.1)
