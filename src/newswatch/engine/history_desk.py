"""The stored history, for a person who leafs through it, searches it, or asks why a rule did not match.

All of it on worker threads, and in slices where it takes long. Must never change anything.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Iterable

from newswatch.engine.core import Core
from newswatch.engine.placing import scopes_of
from newswatch.engine.rule_questions import explain_entry
from newswatch.engine.walk import Walk
from newswatch.match.search import Search
from newswatch.model.clause import Clause
from newswatch.model.entry import Entry
from newswatch.model.found import Found
from newswatch.model.hit import Mark
from newswatch.model.rule import RuleId
from newswatch.model.stream import Listed, Page, severest_first
from newswatch.store.api import Store


class StoredHistory:
    """Implements `engine.api.history.HistoryDesk` on a core."""

    def __init__(self, core: Core, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._core = core
        self._monotonic = monotonic
        self._turn = asyncio.Lock()

    async def newest(self, limit: int, before: Entry | None = None) -> Page:
        """See `HistoryDesk.newest`."""
        return await asyncio.to_thread(_page, self._core.store, limit, before)

    async def search(self, query: str, limit: int) -> AsyncGenerator[Found, None]:
        """See `HistoryDesk.search`."""
        book = self._core.rulebook.book
        search = await asyncio.to_thread(Search, query, book.aliases, book.default_fields)
        work = await asyncio.to_thread(_Work, self._core.store, search, limit)
        try:
            found = work.result()
            yield found
            while not found.is_complete:
                async with self._turn:
                    found = await asyncio.to_thread(work.slice, self._monotonic)
                yield found
        finally:
            work.stop()

    async def explain_entry(self, entry: Entry, rule: RuleId) -> Clause | None:
        """See `HistoryDesk.explain_entry`."""
        rulebook = self._core.rulebook
        known = rulebook.rule(rule)
        if known is None:
            return None
        scope = scopes_of(self._core.roster.feeds)(entry.feed_id)
        return await asyncio.to_thread(explain_entry, entry, scope, known, rulebook.book)


class _Work:
    """One search, and how far it has come. `stop` may be called from another thread."""

    def __init__(self, store: Store, search: Search, limit: int) -> None:
        self._store = store
        self._search = search
        self._limit = limit
        entries = store.newest_entries()
        self._since = next((entry.at for entry in entries[max(len(entries) - 1, 0) :]), None)
        self._walk = Walk(entries)
        self._matches = 0
        self._rows: list[Listed] = []

    def stop(self) -> None:
        """Ends the slice that is being worked on, if any."""
        self._walk.stop()

    def result(self) -> Found:
        """How far it has come."""
        walk = self._walk
        return Found(len(walk), self._since, walk.asked, self._matches, tuple(self._rows), walk.is_done)

    def slice(self, monotonic: Callable[[], float]) -> Found:
        """Asks the next entries for a while. Raises QueryError if a regular expression takes too long on one."""
        self._walk.slice(self._take, monotonic)
        return self.result()

    def _take(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            reading = self._search.reading(entry)
            if reading is not None:
                self._matches += 1
                if len(self._rows) < self._limit:
                    self._rows.append(_listed(self._store, entry, self._search.marks(reading)))


def _page(store: Store, limit: int, before: Entry | None) -> Page:
    entries = store.newest_entries(before=before)[:limit]
    return Page(tuple(_listed(store, entry) for entry in entries), store.totals().entries)


def _listed(store: Store, entry: Entry, found: tuple[Mark, ...] = ()) -> Listed:
    return Listed(entry, severest_first(store.hits_of_entry(entry.feed_id, entry.key)), found)
