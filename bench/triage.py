"""Triage in a history of 100,000 alerts, none of them acked: what counting, mutes and bulk actions cost.

Times are of the processor; a standstill is the time that newswatch itself kept the processor between two turns of
the event loop (`LoopWatch`). Each figure is the best of three runs: noise only adds.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from bench._history import write_history
from bench._home import LoopWatch, running
from bench.figure import Figure
from newswatch.engine.api.triage import TriageDesk
from newswatch.engine.home import Home
from newswatch.engine.local import LocalEngine
from newswatch.model.handling import Handled
from newswatch.model.hit import Held, Hit, Triage
from newswatch.model.mute import MuteDraft, MuteKind
from newswatch.store.api import HitQuery, Store, Transaction
from newswatch.store.tiny import TinyStore

HITS = 100_000
BULK = 1_000
RUNS = 3
MAX_STILL_MS = 20.0
NOT_ACKED = (Triage.NEW, Triage.SEEN, Triage.OPEN)


def measure() -> Iterator[Figure]:
    """See the module."""
    with TemporaryDirectory() as folder:
        home = Home(Path(folder), Path(folder, "rules.toml"), Path(folder, "feeds.opml"), keep_entries=None)
        home.rules.write_text("version = 1\n", "utf-8")
        home.feeds.write_text('<opml version="2.0"><body/></opml>', "utf-8")
        write_history(home.data, HITS)
        store = TinyStore.open(home.data)
        _make_all_alert(store)
        yield from _counts(store)
        bulk = list(islice(store.find_hits(HitQuery()), BULK))
        store.close()
        yield from asyncio.run(_verbs(home, bulk))


def _make_all_alert(store: Store) -> None:
    hits = (replace(hit, state=Triage.NEW, held=None) for hit in store.hits())
    while page := tuple(islice(hits, BULK)):
        store.commit(Transaction(hits=page))


def _counts(store: Store) -> Iterator[Figure]:
    since = next(store.find_hits(HitQuery())).entry.at - timedelta(days=30)
    for name, query in (
        ("alerts of a month", HitQuery(is_alert=True, since=since)),
        ("muted hits", HitQuery(held=(Held.MUTED,))),
        ("alerts that are not acked", HitQuery(is_alert=True, states=NOT_ACKED)),
    ):
        counted_ms = min(_cpu_s(partial(store.count_hits, query)) for _ in range(RUNS)) * 1_000
        yield Figure(f"{name} counted among {HITS:,}", counted_ms, "ms", at_most=MAX_STILL_MS)


async def _verbs(home: Home, bulk: list[Hit]) -> list[Figure]:
    source, rule = bulk[0].entry.source, bulk[0].rule_id
    snoozed = {hit.id: replace(Handled.of(hit), snoozed_until=hit.found_at + timedelta(days=9_999)) for hit in bulk}
    before = {hit.id: Handled.of(hit) for hit in bulk}
    async with running(home) as engine:
        until = bulk[0].found_at + timedelta(days=9_999)
        phrase = MuteDraft(MuteKind.PHRASE, bulk[0].entry.title.split()[0], until)
        triage = engine.triage
        verbs: list[tuple[str, Callable[[], Awaitable[object]], Callable[[], Awaitable[object]]]] = [
            (f"{BULK:,} hits snoozed", partial(triage.set_handled, snoozed), partial(triage.set_handled, before)),
            ("a phrase previewed", partial(triage.preview_mute, phrase), _nothing),
            ("a source muted", partial(triage.mute, MuteDraft(MuteKind.SOURCE, source, until)), partial(_lift, engine)),
            ("a rule muted", partial(triage.mute, MuteDraft(MuteKind.RULE, rule, until)), partial(_lift, engine)),
        ]
        figures: list[Figure] = []
        for name, verb, undo in verbs:
            seconds, still_ms = await _measured(verb, undo)
            figures.append(Figure(f"{name} among {HITS:,}", seconds, "s"))
            figures.append(Figure(f"{name}: the loop's longest standstill", still_ms, "ms", at_most=MAX_STILL_MS))
        return figures


async def _measured(
    verb: Callable[[], Awaitable[object]], undo: Callable[[], Awaitable[object]]
) -> tuple[float, float]:
    """Seconds of the processor, and the longest standstill in ms; what was done is taken back each time."""
    seconds: list[float] = []
    stills: list[float] = []
    for _ in range(RUNS):
        watch = LoopWatch()
        async with watch.watching():
            begun = time.process_time()
            await verb()
            seconds.append(time.process_time() - begun)
        stills.append(watch.longest_ms)
        await undo()
    return min(seconds), min(stills)


async def _lift(engine: LocalEngine) -> None:
    triage: TriageDesk = engine.triage
    for mute in engine.snapshot().mutes:
        await triage.unmute(mute.id)


async def _nothing() -> None:
    """There is nothing to take back."""


def _cpu_s(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun
