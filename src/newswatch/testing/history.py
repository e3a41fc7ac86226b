"""The history in memory, for `ScriptedEngine`: the entries of its hits and those a test adds, searched by title."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Callable, Sequence
from typing import Protocol

from newswatch.model.clause import Clause
from newswatch.model.entry import Entry
from newswatch.model.event import Event, TotalsChanged
from newswatch.model.found import Found
from newswatch.model.hit import Hit, Mark
from newswatch.model.rule import RuleId
from newswatch.model.stream import Listed, Page
from newswatch.model.view import View


class Stage(Protocol):
    """What of a scripted engine the desk looks at."""

    @property
    def view(self) -> View:
        """The world now."""

    def publish(self, *events: Event) -> None:
        """Lets these events happen."""


class ScriptedHistory:
    """A `HistoryDesk`. `called` notes a verb and its arguments, and raises what the test wants it to fail with.

    A query finds the entries whose titles hold it, in any letter case, unless `searches` has the snapshots for it;
    `gate` makes a search wait before its last snapshot. `clauses` is what `explain_entry` answers, by title and rule.
    """

    def __init__(self, stage: Stage, called: Callable[..., None], refuse_mistakes: Callable[[str], None]) -> None:
        self.searches: dict[str, Sequence[Found]] = {}
        self.clauses: dict[tuple[str, RuleId], Clause] = {}
        self.gate: asyncio.Event | None = None
        self._stage = stage
        self._called = called
        self._refuse_mistakes = refuse_mistakes
        self._entries: dict[tuple[str, str], Entry] = {}

    def add(self, *entries: Entry) -> None:
        """Lets these entries come in, matched by no rule."""
        self._entries |= {(entry.feed_id, entry.key): entry for entry in entries}
        totals = self._stage.view.totals
        self._stage.publish(TotalsChanged(type(totals)(len(self._listed()), totals.hits, totals.held, totals.untold)))

    async def newest(self, limit: int, before: Entry | None = None) -> Page:
        """See `HistoryDesk.newest`."""
        self._called("newest", limit, before)
        rows = self._listed()
        later = rows if before is None else [row for row in rows if _place(row.entry) < _place(before)]
        return Page(tuple(later[:limit]), len(rows))

    async def search(self, query: str, limit: int) -> AsyncGenerator[Found, None]:
        """See `HistoryDesk.search`."""
        self._called("search", query, limit)
        self._refuse_mistakes(query)
        rows = self._listed()
        since = rows[-1].entry.at if rows else None
        found = [Listed(row.entry, row.hits, marks) for row in rows if (marks := _marks(row.entry, query))]
        done = Found(len(rows), since, len(rows), len(found), tuple(found[:limit]), is_complete=True)
        snapshots = self.searches.get(query, (Found(len(rows), since), done))
        for snapshot in snapshots:
            if snapshot.is_complete and self.gate is not None:
                await self.gate.wait()
            yield snapshot
            await asyncio.sleep(0)

    async def explain_entry(self, entry: Entry, rule: RuleId) -> Clause | None:
        """See `HistoryDesk.explain_entry`."""
        self._called("explain_entry", entry, rule)
        return self.clauses.get((entry.title, rule))

    def _listed(self) -> list[Listed]:
        """All there is, the newest first."""
        hits: dict[tuple[str, str], list[Hit]] = {place: [] for place in self._entries}
        entries = dict(self._entries)
        for story in self._stage.view.stories:
            for hit in story.hits:
                place = (hit.entry.feed_id, hit.entry.key)
                entries[place] = hit.entry
                hits.setdefault(place, []).append(hit)
        rows = [
            Listed(entry, tuple(sorted(hits[place], key=lambda hit: (-hit.severity.rank, hit.rule_id))))
            for place, entry in entries.items()
        ]
        return sorted(rows, key=lambda row: _place(row.entry), reverse=True)


def _place(entry: Entry) -> tuple[object, ...]:
    return (entry.at, entry.feed_id, entry.key)


def _marks(entry: Entry, query: str) -> tuple[Mark, ...]:
    found = re.finditer(re.escape(query), entry.title, re.IGNORECASE)
    return tuple(Mark("title", one.start(), one.end(), one.group()) for one in found)
