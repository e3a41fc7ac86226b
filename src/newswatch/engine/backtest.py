"""Backtests on the running monitor: on a thread, in short slices, so that a person types on and the news comes in.

Must never change anything.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from dataclasses import replace
from datetime import datetime

from newswatch.engine.core import Core
from newswatch.engine.placing import StoryPlaces, scopes_of
from newswatch.engine.walk import Walk
from newswatch.match.backtest import Backtester
from newswatch.match.grammar import parse_query
from newswatch.match.matcher import FeedScope
from newswatch.model.backtest import Backtest
from newswatch.model.feed import FeedId
from newswatch.model.rule import Rule, RuleBook, RuleDraft, RuleId


class Backtests:
    """Runs backtests; several take turns, slice by slice."""

    def __init__(self, core: Core, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._core = core
        self._monotonic = monotonic
        self._turn = asyncio.Lock()

    async def run(
        self, draft: RuleDraft, replaces: RuleId | None, since: datetime | None
    ) -> AsyncGenerator[Backtest, None]:
        """See `Engine.backtest`."""
        scope_of = scopes_of(self._core.roster.feeds)
        work = await asyncio.to_thread(_Work, self._core, scope_of, draft, replaces, since)
        try:
            snapshot = work.result(is_complete=False)
            yield snapshot
            while not snapshot.is_complete:
                async with self._turn:
                    snapshot = await asyncio.to_thread(work.slice, self._monotonic)
                yield snapshot
        finally:
            work.stop()


class _Work:
    """One backtest: what it asks, and how far it has come. `stop` may be called from another thread."""

    def __init__(
        self,
        core: Core,
        scope_of: Callable[[FeedId], FeedScope],
        draft: RuleDraft,
        replaces: RuleId | None,
        since: datetime | None,
    ) -> None:
        book = core.rulebook.book
        parse_query(draft.query, book.aliases)  # before anything long: it says what is wrong
        saved = core.rulebook.rule(replaces) if replaces is not None else None
        self._tester = Backtester(
            drafted(draft, saved, book),
            saved,
            aliases=book.aliases,
            scope_of=scope_of,
            story_of=StoryPlaces(core.store).story_of,
            since=since,
        )
        self._walk = Walk(core.store.newest_entries(since))

    def stop(self) -> None:
        """Ends the slice that is being worked on, if any."""
        self._walk.stop()

    def result(self, *, is_complete: bool) -> Backtest:
        """How far it has come."""
        return self._tester.result(entries=len(self._walk), is_complete=is_complete)

    def slice(self, monotonic: Callable[[], float]) -> Backtest:
        """Asks the next entries for a while."""
        self._walk.slice(self._tester.take, monotonic)
        return self.result(is_complete=self._walk.is_done)


def drafted(draft: RuleDraft, saved: Rule | None, book: RuleBook) -> Rule:
    """The rule as it would be: the saved one with another query, or a new one with the defaults of the book."""
    if saved is None:
        return Rule(RuleId(draft.id), draft.name, draft.query, fields=book.default_fields)
    return replace(saved, query=draft.query, keywords=())
