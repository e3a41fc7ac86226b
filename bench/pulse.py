"""100,000 stored entries, half of them hits: what the pulse costs a screen that asks for it, and one that does not.

Times are of the processor, because other programs share it; a standstill is the time that newswatch itself kept the
processor between two turns of the loop. Each figure is the best of several runs: noise only adds.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from bench._home import LoopWatch
from bench.figure import Figure
from newswatch.engine.clock import SystemClock
from newswatch.engine.core import Core
from newswatch.engine.hub import Hub
from newswatch.engine.meters import ASK_EVERY_S, Meters
from newswatch.engine.pulse_desk import PulseDesk
from newswatch.engine.roster import Roster
from newswatch.engine.rulebook import Rulebook
from newswatch.engine.writer import Writer
from newswatch.model.event import Liveness, LivenessChanged, RulesChanged, TotalsChanged
from newswatch.model.hit import Held
from newswatch.model.rule import RuleBook, RuleId
from newswatch.model.view import View
from newswatch.store.api import Transaction
from newswatch.store.memory import MemoryStore
from newswatch.testing import build

ENTRIES = 100_000
DAYS = 14
RULES = 200
RUNS = 5
ASK_S = 2.0
SAMPLES = 2_000
MAX_SHARE = 2.0
MAX_STILL_MS = 20.0
MAX_IDLE_SHARE = 0.05


def measure() -> Iterator[Figure]:
    """Counting anew, asking again when nothing came, and the meters that run whether anybody looks or not."""
    with TemporaryDirectory() as folder:
        anew_s, again_s, still_ms = asyncio.run(_measured(Path(folder)))
    size = f"{ENTRIES:,} entries, {ENTRIES // 2:,} hits, {RULES} rules"
    yield Figure("counted anew", 1_000 * anew_s, "ms", beside=size)
    yield Figure("looked at again, nothing having come", 1_000 * again_s, "ms")
    yield Figure("share of a processor while the screen is shown", 100 * again_s / ASK_S, "%", at_most=MAX_SHARE)
    yield Figure("the loop's longest standstill while it counts", still_ms, "ms", at_most=MAX_STILL_MS)
    sample_s = min(asyncio.run(_sampled()) for _ in range(RUNS))
    share = 100 * sample_s / ASK_EVERY_S
    yield Figure("share of a processor of the meters, always", share, "%", at_most=MAX_IDLE_SHARE)


async def _measured(folder: Path) -> tuple[float, float, float]:
    clock = SystemClock()
    now = clock.now()
    store = MemoryStore()
    helds = (None, None, Held.BACKLOG, Held.MUTED)
    rules = [build.rule(id=RuleId(f"rule-{number}")) for number in range(RULES)]
    entries = [
        build.entry(f"Item {number}", seen_at=now - timedelta(days=DAYS) * number / ENTRIES)
        for number in range(ENTRIES)
    ]
    hits = tuple(
        build.hit(entry, rules[number % RULES], held=helds[number % 4]) for number, entry in enumerate(entries[::2])
    )
    store.commit(Transaction(entries=tuple(entries), hits=hits))
    rulebook = Rulebook()
    rulebook.adopt(RuleBook(rules=tuple(rules)))
    hub = Hub(View())
    core = Core(store, Writer(store), hub, clock, Roster(), rulebook)
    desk = PulseDesk(core, folder / "history.journal", clock)
    hub.publish([RulesChanged(rulebook.statuses()), LivenessChanged(Liveness.LIVE)])
    await desk.look()
    watch, anew, again = LoopWatch(), [], []
    totals = store.totals()
    async with watch.watching():
        for untold in count(1):
            hub.publish([TotalsChanged(replace(totals, untold=untold))])
            anew.append(await _cpu_s(desk))
            again.append(await _cpu_s(desk))
            if untold == RUNS:
                break
    await core.writer.close()
    return min(anew), min(again), watch.longest_ms


async def _cpu_s(desk: PulseDesk) -> float:
    """Seconds of the processor that a look takes, threads included."""
    began_s = time.process_time()
    await desk.look()
    return time.process_time() - began_s


async def _sampled() -> float:
    """Seconds of the processor that one sample takes."""
    meters = Meters(_Hurried())
    began_s = time.process_time()
    for _ in range(SAMPLES):
        await meters.sample()
    return (time.process_time() - began_s) / SAMPLES


class _Hurried(SystemClock):
    """A clock on which nobody waits, and each wait has passed."""

    def __init__(self) -> None:
        self._passed_s = 0.0

    def monotonic(self) -> float:
        """See `Clock.monotonic`."""
        return self._passed_s

    async def sleep(self, seconds: float) -> None:
        """See `Clock.sleep`."""
        self._passed_s += seconds
        await asyncio.sleep(0)
