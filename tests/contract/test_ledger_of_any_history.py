"""Whatever becomes of a history, the pulse's sums are whole, and each number opens as many items as it says.

Entries come, are revised and forgotten; rules find them, then and later; hits are muted, put away and shown again; and
both are dropped as they grow old.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newswatch.engine.core import Core
from newswatch.engine.hub import Hub
from newswatch.engine.pulse_desk import PulseDesk
from newswatch.engine.roster import Roster
from newswatch.engine.rulebook import Rulebook
from newswatch.engine.writer import Writer
from newswatch.model.event import HitsStored, RulesChanged, TotalsChanged
from newswatch.model.hit import Held
from newswatch.model.pulse import Ledger, LedgerLine, Pulse, Wanted
from newswatch.model.rule import RuleBook, RuleId
from newswatch.model.view import View
from newswatch.store.api import Keep, Store, Transaction
from newswatch.store.memory import MemoryStore
from newswatch.store.tiny import TinyStore
from newswatch.testing import build
from newswatch.testing.clock import FakeClock

RULES = tuple(build.rule(id=RuleId(name)) for name in ("dprk-troops", "hormuz", "grain"))
NOW_MINUTE = 3_000
HELD = (None, *Held)
DEEDS = ("entry", "entry", "rule change", "held", "held", "revised", "forgotten", "hits dropped", "entries dropped")


@dataclass(frozen=True)
class Deed:
    """Something that happens; `at` chooses what it happens to, `by` how."""

    what: str
    at: int
    by: int
    is_backlog: bool


def deeds() -> st.SearchStrategy[list[Deed]]:
    one = st.builds(Deed, st.sampled_from(DEEDS), st.integers(0, NOW_MINUTE), st.integers(0, 63), st.booleans())
    return st.lists(one, max_size=24)


class Home:
    """A history that things happen to, as the engine does them: committed, then told."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.clock = FakeClock(build.at(NOW_MINUTE))
        rulebook = Rulebook()
        rulebook.adopt(RuleBook(rules=RULES))
        self.core = Core(store, Writer(store), Hub(View()), self.clock, Roster(), rulebook)
        self.core.hub.publish([RulesChanged(rulebook.statuses())])
        self.made = 0

    def happens(self, deed: Deed) -> None:
        entries = sorted(self.store.entries(), key=lambda entry: entry.key)
        hits = sorted(self.store.hits(), key=lambda hit: hit.id)
        entry = entries[deed.at % len(entries)] if entries else None
        transaction = Transaction()
        match deed.what:
            case "entry":
                transaction = self._came(deed)
            case "rule change" if entry is not None:
                hit = build.hit(entry, RULES[deed.by % len(RULES)], held=Held.RULE_CHANGE)
                transaction = Transaction(hits=(hit,) if self.store.hit(hit.id) is None else ())
            case "held" if hits:
                transaction = Transaction(hits=(replace(hits[deed.at % len(hits)], held=HELD[deed.by % len(HELD)]),))
            case "revised" if entry is not None:
                revised = replace(entry, title=f"{entry.title} again", revised_at=self.clock.now())
                transaction = Transaction(entries=(revised,))
            case "forgotten" if entry is not None:
                transaction = Transaction(forgotten=((entry.feed_id, entry.key),))
            case "hits dropped":
                gone = self.store.prune_hits(Keep(since=build.at(deed.at)))
                self.core.hub.drop_hits(gone)
            case "entries dropped":
                self.store.prune_entries(Keep(count=deed.by))
        self.store.commit(transaction)
        told = [HitsStored(transaction.hits)] if transaction.hits else []
        self.core.hub.publish([*told, TotalsChanged(self.store.totals())])

    def _came(self, deed: Deed) -> Transaction:
        self.made += 1
        at = build.at(deed.at)
        entry = build.entry(
            f"Item {self.made}",
            published_at=at,
            seen_at=build.at(NOW_MINUTE) if deed.is_backlog else at,
            is_backlog=deed.is_backlog,
        )
        found = [rule for number, rule in enumerate(RULES) if deed.by >> number & 1]
        held = Held.BACKLOG if deed.is_backlog else HELD[deed.by % len(HELD)]
        hits = tuple(build.hit(entry, rule, held=held, found_at=entry.seen_at, told_at=entry.seen_at) for rule in found)
        return Transaction(entries=(entry,), hits=hits)


async def check(desk: PulseDesk, pulse: Pulse) -> None:
    everything = 10_000
    for ledger in (pulse.day, pulse.ever):
        assert ledger.is_balanced, ledger
        for line in LedgerLine:
            items = await desk.items(Wanted(line, ledger.since), everything)
            found = sum(len(item.hits) for item in items) if line.is_of_hits else len(items)
            assert found == ledger.count(line), (line, ledger)
    for rate in pulse.rates:
        assert rate.hits == sum(hour or 0 for hour in rate.hours)
        items = await desk.items(Wanted(LedgerLine.HITS, pulse.since, rate.rule_id, is_live=True), everything)
        assert sum(len(item.hits) for item in items) == rate.hits
    assert _at_most(pulse.day, pulse.ever)


def _at_most(day: Ledger, ever: Ledger) -> bool:
    return all(day.count(line) <= ever.count(line) for line in LedgerLine)


@pytest.mark.parametrize("kind", ["memory", "tiny"])
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(history=deeds())
def test_the_pulse_of_any_history_adds_up(kind: str, history: list[Deed]) -> None:
    def opened(folder: Path) -> Store:
        return MemoryStore() if kind == "memory" else TinyStore.open(folder)

    with TemporaryDirectory() as folder:
        asyncio.run(_lived(opened, Path(folder), history))


async def _lived(opened: Callable[[Path], Store], folder: Path, history: list[Deed]) -> None:
    home = Home(opened(folder))
    desk = PulseDesk(home.core, folder / "history.journal", home.clock)
    try:
        for number, deed in enumerate(history):
            home.happens(deed)
            if number % 5 == 4 or number == len(history) - 1:
                await check(desk, await desk.look())
        totals = home.store.totals()
        ever = (await desk.look()).ever
        assert (ever.entries, ever.hits, ever.hits - ever.alerted) == (totals.entries, totals.hits, totals.held)
    finally:
        home.store.close()
