"""Rules that were edited, matched against what is stored: a chore beside polling, in slices that nothing waits for.

A rule that is edited again meanwhile is left out from there on, and its new form goes first. Must never know
files, nor what an edit is.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from newswatch.engine.collector import Grown
from newswatch.engine.core import Core
from newswatch.engine.holding import held_back
from newswatch.engine.placing import scopes_of
from newswatch.engine.rematch import Rematch, is_edited_since
from newswatch.engine.searched import Watch
from newswatch.errors import StoreError
from newswatch.model.entry import Entry
from newswatch.model.event import RulesChanged
from newswatch.model.hit import Held, Hit
from newswatch.model.rule import Rule, RuleId
from newswatch.store.api import Transaction

SLICE_S = 0.05
"""How long a slice is searched, off the loop."""
KEPT_AT_ONCE = 200
"""Hits that are stored and told in one piece: the loop's share of it takes some 10 ms."""
_FEW = 25  # entries between two looks at the time


class HistorySearch:
    """The rules that are still to be held against the history, and the search.

    `kept_for` is how long hits are kept, or how many: what is older was dropped, and is not to be found and told again.
    """

    def __init__(self, core: Core, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.kept_for: timedelta | int | None = None
        self._core = core
        self._monotonic = monotonic
        self._waiting: dict[RuleId, Rule] = {}
        self._turns: dict[RuleId, int] = {}  # how often each was to be searched for: only the last time counts
        self._has_waiting = asyncio.Event()
        self._grown = Grown()
        core.searched.missed = self.add

    def begin(self) -> None:
        """Forgets what was added of rules that all that is stored was matched with before this start."""
        core = self._core
        self._waiting.clear()
        self.add(core.searched.begin(self.kept_for, core.clock.now()))

    def add(self, rules: Iterable[Rule]) -> None:
        """These rules act in a form that the history was not matched with."""
        for rule in rules:
            self._waiting[rule.id] = rule
            self._turns[rule.id] = self._turns.get(rule.id, 0) + 1
        if self._waiting:
            self._has_waiting.set()

    async def run(self) -> None:
        """Searches whenever there is something to search for."""
        while True:
            await self.catch_up()
            self._has_waiting.clear()
            await self._has_waiting.wait()

    async def catch_up(self) -> None:
        """Searches for what is waiting now."""
        while self._waiting:
            rules = tuple(self._waiting.values())
            self._waiting.clear()
            try:
                await self._search(rules)
            except BaseException:  # cancelled, or the disk is full: what was not found yet is searched for again
                self._waiting = {rule.id: rule for rule in rules} | self._waiting
                raise

    async def _search(self, rules: tuple[Rule, ...]) -> None:
        """The rules are live by now, so what comes in meanwhile is matched by them."""
        core = self._core
        scope_of, aliases = scopes_of(core.roster.feeds), core.rulebook.book.aliases
        turns = {rule.id: self._turns[rule.id] for rule in rules}
        since = await asyncio.to_thread(self._reaches_back_to)
        search = await asyncio.to_thread(Rematch, rules, aliases, scope_of, core.store, core.clock.now())
        async with core.order:  # what was being matched by the rules of before is stored by now
            watch = core.searched.watch(rules, core.clock.now())
            entries = await asyncio.to_thread(core.store.entries)
        left = rules
        while True:
            found, is_done = await asyncio.to_thread(self._slice, search, entries)
            if search.overruns and core.rulebook.pause(search.overruns):
                core.hub.publish([RulesChanged(core.rulebook.statuses())])
            for start in range(0, len(found), KEPT_AT_ONCE):
                await self._keep(found[start : start + KEPT_AT_ONCE], left, turns, since)
            still = tuple(rule for rule in left if self._is_as_searched(rule, turns))
            if is_done or not still:
                await self._record(watch, still)
                return
            if len(still) < len(left):
                gone = {rule.id for rule in left} - {rule.id for rule in still}
                await asyncio.to_thread(search.leave_out, gone)
                left = still
            await self.catch_up()  # an edit of this moment goes before the rest

    def _slice(self, search: Rematch, entries: Iterator[Entry]) -> tuple[list[Hit], bool]:
        """What the next entries give, and whether they were the last."""
        ends_at = self._monotonic() + SLICE_S
        found: list[Hit] = []
        for number, entry in enumerate(entries, 1):
            found += search.of((entry,))
            if len(found) >= KEPT_AT_ONCE or (number % _FEW == 0 and self._monotonic() >= ends_at):
                return found, False
        return found, True

    def _is_as_searched(self, rule: Rule, turns: Mapping[RuleId, int]) -> bool:
        """Whether the rule acts in the form that is searched for; its version says nothing of its aliases."""
        return self._turns[rule.id] == turns[rule.id] and self._core.rulebook.is_live(rule)

    def _reaches_back_to(self) -> datetime | None:
        """From when on hits are kept: the entries of those that were dropped are all older."""
        match self.kept_for:
            case None:
                return None
            case timedelta():
                return self._core.clock.now() - self.kept_for
            case count:
                return self._core.store.hits_reach_back_to(count)

    async def _keep(
        self, found: list[Hit], rules: tuple[Rule, ...], turns: Mapping[RuleId, int], since: datetime | None
    ) -> None:
        """Stores and tells what a slice gave, but for rules that were edited again meanwhile."""
        core = self._core
        async with core.order:
            live = {rule.id for rule in rules if self._is_as_searched(rule, turns)}
            fresh = (self._as_of_now(hit, since) for hit in found if hit.rule_id in live)
            if hits := [hit for hit in fresh if hit is not None]:
                new_hits = await self._held_back(core.unknown(hits))
                now = {hit.id: hit for hit in new_hits}
                transaction = Transaction(hits=tuple(now.get(hit.id, hit) for hit in hits))
                await core.commit(transaction)
                core.tell(transaction, new_hits)
                self._grown.by(len(new_hits))

    async def _held_back(self, new_hits: list[Hit]) -> list[Hit]:
        """The hits with what mutes hide of them: an edit of a rule brings back nothing that is hidden."""
        core = self._core
        facts = (new_hits, core.mutes, core.store, core.clock.now())
        return list(await asyncio.to_thread(held_back, *facts) if core.mutes.must_read else held_back(*facts))

    async def _record(self, watch: Watch, rules: tuple[Rule, ...]) -> None:
        """Says on the disk that these rules were searched for, so that no start does it again."""
        core = self._core
        async with core.order:
            with suppress(StoreError):  # the screen says so already; the next start searches for them again
                await core.commit(Transaction(searched=core.searched.found_all(watch, rules)))

    def _as_of_now(self, hit: Hit, since: datetime | None) -> Hit | None:
        """The hit with what people and the poller did to it while the history was searched; None if nothing changes."""
        if is_edited_since(hit.entry, self._core.store):
            return None
        stored = self._core.store.hit(hit.id)
        if stored is None:
            return None if since is not None and hit.entry.seen_at < since else hit
        if hit.held is Held.RULE_CHANGE and Held.RULE_CHANGE not in (stored.held, stored.was_held):
            return None
        fresh = replace(
            stored,
            entry=hit.entry,
            marks=hit.marks,
            rule_name=hit.rule_name,
            rule_version=hit.rule_version,
            query=hit.query,
            is_old_rule=hit.is_old_rule,
        )
        return None if fresh == stored else fresh
