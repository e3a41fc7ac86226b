"""The pulse of an opened home: counts what is stored, and reads the meters, when somebody asks.

Counting goes over columns of rows on a thread, and again only when hits or entries came or changed; the meters run by
themselves (`PulseDesk.run`). Must never change anything but its own small file (`engine.watched`).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path

from newswatch.engine import rates as counting
from newswatch.engine.blind import why_blind
from newswatch.engine.clock import Clock
from newswatch.engine.core import Core
from newswatch.engine.intake import scope_of
from newswatch.engine.own_health import OwnHealth
from newswatch.engine.watched import Span, Watched
from newswatch.model.entry import Entry
from newswatch.model.event import Liveness, Totals
from newswatch.model.feed import FeedId
from newswatch.model.hit import Hit
from newswatch.model.pulse import (
    Ledger,
    LedgerLine,
    Pulse,
    RuleRate,
    Wanted,
    is_live,
    listed,
)
from newswatch.model.rule import Rule, RuleId, RuleStatus
from newswatch.model.story import Story
from newswatch.model.stream import Listed, severest_first
from newswatch.store.api import EntryTick, HitQuery, HitTick, LedgerCounts

SAVE_EVERY_S = 300.0
BLIND_WITHIN_S = 0.05
"""Of one look spent on rules that were not judged yet: ten thousand are, over some looks."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Counted:
    """What was counted of the store, and what it was when that was done."""

    stories: tuple[Story, ...]
    totals: Totals
    since: datetime
    hits: Sequence[HitTick]
    entries: Sequence[EntryTick]
    ever: LedgerCounts
    rhythms: Mapping[RuleId, Sequence[datetime]]


# What rates were worked out for: the counts, the rules, how many of them were judged, the minute.
_Shown = tuple[_Counted, Sequence[RuleStatus], int, datetime]


class PulseDesk:
    """Implements `engine.api.pulse.PulseDesk`. `own_clock` is the process's: it counts real seconds.

    `is_writer`: this process is the one that watches; else it reads when that did.
    """

    def __init__(self, core: Core, journal: Path, own_clock: Clock, *, is_writer: bool = True) -> None:
        self._core = core
        self._own_clock = own_clock
        self._is_writer = is_writer
        self._own = OwnHealth(core, journal, own_clock)
        self._watched = Watched(journal.parent)
        self._counted: _Counted | None = None
        self._rated: tuple[_Shown, tuple[RuleRate, ...]] | None = None
        self._blind: dict[RuleId, tuple[Rule, str]] = {}
        self._blind_for: tuple[object, object, object] = (None, None, None)
        self._wanted: set[str] = set()
        self._counting = asyncio.Lock()
        self._is_watching = False

    async def run(self) -> None:
        """Measures, and keeps what was watched, until cancelled."""
        await self._begin()
        saved_s = self._own_clock.monotonic()
        while True:
            await self._own.sample()
            self._note()
            if self._own_clock.monotonic() - saved_s >= SAVE_EVERY_S:
                saved_s = self._own_clock.monotonic()
                await asyncio.to_thread(self._watched.save if self._is_writer else self._watched.load)

    async def note_check(self) -> None:
        """Notes a moment in which the feeds were all asked, where `run` does not run."""
        await self._begin()
        self._note()

    async def close(self) -> None:
        """Saves what was watched."""
        if self._is_writer and self._is_watching:
            self._note()
            await asyncio.to_thread(self._watched.save)

    async def look(self) -> Pulse:
        """See `PulseDesk.look`."""
        now = self._core.clock.now()
        counted, found = await self._count(now)
        health = await self._own.look(now)
        spans, since = self._watched.spans, counted.since
        watched = counting.watched_hours(spans, since, now)
        live = (tick.at for tick in counted.entries if tick.is_live)
        return Pulse(
            at=now,
            since=since,
            watched=watched,
            rates=found,
            day=self._day(counted),
            ever=self._ever(counted),
            flow=replace(self._own.flow(now), entries_hours=counting.hourly(live, since, watched)),
            health=health,
        )

    async def rates(self) -> Mapping[RuleId, RuleRate]:
        """See `PulseDesk.rates`."""
        _, found = await self._count(self._core.clock.now())
        return {rate.rule_id: rate for rate in found}

    async def items(self, wanted: Wanted, limit: int) -> Sequence[Listed]:
        """See `PulseDesk.items`."""
        return await asyncio.to_thread(self._items, wanted, limit)

    def _items(self, wanted: Wanted, limit: int) -> Sequence[Listed]:
        """On a thread: a page of them is decoded."""
        store, line = self._core.store, wanted.line
        if line is LedgerLine.BEYOND_CAP:
            return ()
        if line.is_of_hits:
            query = HitQuery(rules=() if wanted.rule is None else (wanted.rule,), since=wanted.since)
            if line is LedgerLine.ALERTED:
                query = replace(query, is_alert=True)
            elif line.held is not None:
                query = replace(query, held=(line.held,))
            hits: Iterable[Hit] = store.find_hits(query)
            return listed(islice(filter(is_live, hits) if wanted.is_live else hits, limit))
        newest: Iterable[Entry] = store.newest_entries(wanted.since)
        if line is LedgerLine.UNMATCHED:
            newest = (entry for entry in newest if not store.has_hits(entry.feed_id, entry.key))
        elif line is LedgerLine.MATCHED:
            newest = _each_once(hit.entry for hit in store.find_hits(HitQuery(since=wanted.since)))
        return [
            Listed(entry, severest_first(store.hits_of_entry(entry.feed_id, entry.key)))
            for entry in islice(newest, limit)
        ]

    async def _begin(self) -> None:
        """From now on what is noted counts, beside what the file says."""
        if not self._is_watching:
            await asyncio.to_thread(self._watched.load)
            self._is_watching = True

    def _note(self) -> None:
        if self._is_writer and self._is_watching and self._core.hub.view.liveness is Liveness.LIVE:
            self._watched.note(self._core.clock.now())

    # --- what is counted

    async def _count(self, now: datetime) -> tuple[_Counted, tuple[RuleRate, ...]]:
        """What is stored, counted anew where it is not what it was; and the rates at this moment."""
        self._note()
        rules = self._core.hub.view.rules
        async with self._counting:  # of two screens that ask at once one counts for both
            counted = self._counted
            view, since = self._core.hub.view, counting.day_start(now)
            if (
                counted is None
                or counted.stories is not view.stories
                or counted.totals is not view.totals  # told anew whenever something is stored, the sums equal or not
                or counted.since != since
            ):
                counted = self._counted = await asyncio.to_thread(self._read, view.stories, view.totals, since)
            spans, blind = self._watched.spans, self._judged(rules, now)
            shown = (counted, rules, len(blind), now.replace(second=0, microsecond=0))
            if self._rated is None or not _is_same(self._rated[0], shown):
                self._rated = shown, await asyncio.to_thread(_rates_of, rules, counted, blind, spans, now)
            return counted, self._rated[1]

    def _read(self, stories: tuple[Story, ...], totals: Totals, since: datetime) -> _Counted:
        """On a thread."""
        store = self._core.store
        return _Counted(
            stories,
            totals,
            since,
            store.hit_ticks(since),
            store.entry_ticks(since),
            store.ledger_counts(),
            store.rule_rhythms(counting.ARRIVALS_KEPT),
        )

    def _judged(self, rules: Sequence[RuleStatus], now: datetime) -> Mapping[RuleId, tuple[Rule, str]]:
        """Why rules cannot fire, of those that were judged by now: of many some wait for the next look."""
        feeds, aliases = self._core.roster.feeds, self._core.rulebook.book.aliases
        about = (tuple(feeds.values()), aliases, now.date())
        if about != self._blind_for:
            self._blind = {}
            self._blind_for = about
            scopes = [scope_of(feed) for feed in feeds.values()]
            self._wanted = {name for scope in scopes for name in (scope.address, *scope.earlier)}
            self._wanted |= {f"tag:{tag}" for scope in scopes for tag in scope.tags}
        until_s = self._own_clock.monotonic() + BLIND_WITHIN_S
        for status in rules:
            rule = status.rule
            known = self._blind.get(rule.id)
            if known is None or known[0] is not rule:
                self._blind[rule.id] = (rule, why_blind(rule, aliases, self._wanted, now) if status.is_live else "")
                if self._own_clock.monotonic() > until_s:
                    break
        return self._blind

    def _day(self, counted: _Counted) -> Ledger:
        matched = sum(tick.is_matched for tick in counted.entries)
        held = {why: 0 for tick in counted.hits if (why := tick.held) is not None}
        for tick in counted.hits:
            if tick.held is not None:
                held[tick.held] += 1
        return Ledger(
            since=counted.since,
            entries=len(counted.entries),
            matched=matched,
            unmatched=sum(not tick.is_matched for tick in counted.entries),
            beyond_cap=self._beyond_cap(counted.since),
            hits=len(counted.hits),
            alerted=sum(tick.held is None for tick in counted.hits),
            held=held,
        )

    def _ever(self, counted: _Counted) -> Ledger:
        ever = counted.ever
        return Ledger(
            entries=ever.entries,
            matched=ever.matched,
            unmatched=ever.entries - ever.matched,
            beyond_cap=self._beyond_cap(None),
            hits=ever.alerted + sum(ever.held.values()),
            alerted=ever.alerted,
            held=ever.held,
        )

    def _beyond_cap(self, since: datetime | None) -> int:
        """Items that feeds listed in their last documents and that were not read: the oldest of too many."""
        states = (self._core.roster.state(feed_id) for feed_id in self._core.roster.feeds)
        return sum(
            state.vitals.dropped
            for state in states
            if since is None or (state.document_at is not None and state.document_at >= since)
        )


def _is_same(one: _Shown, other: _Shown) -> bool:
    return one[0] is other[0] and one[1] is other[1] and one[2:] == other[2:]


def _rates_of(
    rules: Sequence[RuleStatus],
    counted: _Counted,
    blind: Mapping[RuleId, tuple[Rule, str]],
    spans: Sequence[Span],
    now: datetime,
) -> tuple[RuleRate, ...]:
    """On a thread."""
    found = counting.rates((status.rule.id for status in rules), counted.hits, counted.rhythms, spans, now)
    return tuple(
        replace(rate, never=why) if (why := blind.get(rate.rule_id, (None, ""))[1]) else rate for rate in found
    )


def _each_once(entries: Iterator[Entry]) -> Iterator[Entry]:
    seen: set[tuple[FeedId, str]] = set()
    for entry in entries:
        name = entry.feed_id, entry.key
        if name not in seen:
            seen.add(name)
            yield entry
