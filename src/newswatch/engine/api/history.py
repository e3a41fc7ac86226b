"""The whole history, hits or not: leafed through, searched in the rule language, and held against any rule."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING, Protocol

from newswatch.model.clause import Clause
from newswatch.model.entry import Entry
from newswatch.model.rule import RuleId

if TYPE_CHECKING:
    from newswatch.model.found import Found
    from newswatch.model.stream import Page


class HistoryDesk(Protocol):
    """`Engine.history`. It only reads, so it answers where another instance is the writer, too."""

    async def newest(self, limit: int, before: Entry | None = None) -> Page:
        """The newest entries, at most `limit`, or those that follow on `before` in the order of `Entry.at`.

        Entries of one moment have an order of their own, always the same. `before` need not be stored any more.
        """

    def search(self, query: str, limit: int) -> AsyncGenerator[Found, None]:
        """The entries that a query matches, the newest `limit` of them as values, in the rules' default fields.

        Snapshots as it comes along, as `Engine.backtest` gives them: the first at once, several a second, the last
        complete; the first raises QueryError for a mistake in the query, any where a regular expression takes too
        long. Closing the iterator or cancelling who waits for it ends the work. Several take turns.
        """

    async def explain_entry(self, entry: Entry, rule: RuleId) -> Clause | None:
        """The clause tree of a rule as it is now over an entry, whether it matches or not; see `Engine.explain`.

        None if there is no such rule, or it is broken.
        """
