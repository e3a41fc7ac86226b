"""The Engine protocol: all that a screen, or the headless printer, may ask.

`snapshot` gives a View with a sequence number, `watch(since)` the batches after it. Verbs change the
world; what they change comes back as events like everything else. A verb returns when its effect is
durable. `ScriptedEngine` in `newswatch.testing` is a small real implementation for tests.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from newswatch.model.clause import Clause
from newswatch.model.event import Batch, Lagged
from newswatch.model.feed import FeedId
from newswatch.model.hit import Hit, HitId, Triage
from newswatch.model.rule import RuleDraft, RuleId
from newswatch.model.view import View


@dataclass(frozen=True, slots=True)
class QueryCheck:
    """What can be said of a query while it is typed: the mistake, if any, and hints that never change its meaning.

    `offset` counts code points into the query.
    """

    error: str = ""
    offset: int | None = None
    mend: str = ""
    hints: tuple[str, ...] = ()

    @property
    def is_good(self) -> bool:
        """Whether it could be saved."""
        return not self.error


@dataclass(frozen=True, slots=True)
class QueryTrial:
    """What a query would have matched in the stored history: how many entries were asked, and newest hits first."""

    entries: int
    matched: int
    examples: tuple[str, ...]


class Engine(Protocol):
    """A running monitor."""

    @property
    def is_read_only(self) -> bool:
        """Whether verbs that change the history are refused, because another instance is the writer."""

    def snapshot(self) -> View:
        """The world now, with the number of the last event in it."""

    def watch(self, since: int) -> AsyncIterator[Batch | Lagged]:
        """Batches of the events after number `since`, as they come; `Lagged` when some were lost on the way.

        After `Lagged` take a new snapshot and watch again from its number. Ends when the engine does.
        """

    async def untold(self, limit: int) -> tuple[Hit, ...]:
        """Stored hits that nobody has been told of, oldest first."""

    async def mark_told(self, hits: Collection[HitId]) -> None:
        """Remembers that these were shown or printed."""

    async def advance(self, hits: Collection[HitId], state: Triage) -> None:
        """Moves hits forward to a state; those that are further already stay."""

    async def set_acked(self, hits: Collection[HitId], *, acked: bool) -> None:
        """Acks, or takes an ack back (to open)."""

    async def set_starred(self, hits: Collection[HitId], *, starred: bool) -> None:
        """Stars or unstars."""

    async def explain(self, hit: HitId) -> Clause | None:
        """The clause tree of the hit's rule over its entry; None if the hit or its rule's text is unknown."""

    def check_query(self, query: str) -> QueryCheck:
        """Parses a query with the aliases in force. Quick and without effect: call it at each key."""

    async def try_query(self, query: str) -> QueryTrial:
        """Runs a query over the stored entries, off the event loop. Raises QueryError."""

    async def save_rule(self, draft: RuleDraft, replaces: RuleId | None = None) -> RuleId:
        """Adds a rule, or replaces one. It acts at once, also on what is stored (held as `rule-change`).

        Raises RuleRefused (QueryError for a mistake in the query), RulesInvalid, FileChanged.
        """

    async def set_rule_enabled(self, rule: RuleId, *, enabled: bool) -> None:
        """Switches a rule on or off. Raises RuleRefused if there is no such rule, RulesInvalid, FileChanged."""

    async def delete_rule(self, rule: RuleId) -> None:
        """Takes a rule out of rules.toml; its hits stay. Raises as `set_rule_enabled`."""

    async def check_feeds(self, feeds: Sequence[FeedId] | None = None) -> None:
        """Makes these feeds due now (None: all). Returns at once; results come as events."""

    async def quit(self) -> None:
        """Asks the engine to end; `watch` ends when it has."""
