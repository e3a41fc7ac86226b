"""The Engine protocol: all that a screen, or the headless printer, may ask.

`snapshot` gives a View with a sequence number, `watch(since)` the batches after it. Verbs change the
world; what they change comes back as events like everything else. A verb returns when its effect is
durable, but for edits of rules: see `save_rule`. `ScriptedEngine` in `newswatch.testing` is a small real
implementation for tests.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from newswatch.model.clause import Clause
from newswatch.model.event import Batch, Lagged
from newswatch.model.feed import FeedId
from newswatch.model.hit import Hit, HitId, Triage
from newswatch.model.rule import RuleDraft, RuleId
from newswatch.model.view import View

if TYPE_CHECKING:
    from newswatch.engine.api.articles import ArticleDesk
    from newswatch.engine.api.feeds import FeedEdits
    from newswatch.engine.api.history import HistoryDesk
    from newswatch.engine.api.pulse import PulseDesk
    from newswatch.engine.api.triage import TriageDesk
    from newswatch.model.backtest import Backtest


@dataclass(frozen=True, slots=True)
class QueryCheck:
    """What can be said of a query while it is typed: the mistake, if any, and hints that never change its meaning.

    `offset` counts code points into the query. `otherwise` is a phrase as all of its words anywhere, or words joined by
    AND as a phrase; empty for any other query.
    """

    error: str = ""
    offset: int | None = None
    mend: str = ""
    hints: tuple[str, ...] = ()
    otherwise: str = ""

    @property
    def is_good(self) -> bool:
        """Whether it could be saved."""
        return not self.error


class Engine(Protocol):
    """A running monitor."""

    @property
    def is_read_only(self) -> bool:
        """Whether verbs that change the history are refused, because another instance is the writer."""

    @property
    def unsaid(self) -> Collection[HitId]:
        """Alerts that are to be told in one message, as soon as all that a gap brought is in: not told yet, though they
        are shown. Who marked them as told would lose the message if the process ended before.
        """

    @property
    def triage(self) -> TriageDesk:
        """What a person does with hits, beside acking and starring: snoozes, tags, notes, mutes, a pause."""

    @property
    def articles(self) -> ArticleDesk:
        """The pages behind hits."""

    @property
    def history(self) -> HistoryDesk:
        """The whole history, hits or not: leafed through and searched."""

    @property
    def pulse(self) -> PulseDesk:
        """How often rules fire, where entries went, and how the monitor itself is doing."""

    @property
    def feeds(self) -> FeedEdits:
        """What a person does to feeds.opml."""

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

    async def explain(self, hit: HitId, rule: RuleId | None = None) -> Clause | None:
        """The clause tree of the hit's rule, as it was when it hit, over its entry; None if either is unknown.

        With `rule`: of that rule as it is now, whether it matches the hit's entry or not. Where its `languages` or
        `feeds` leave the entry out, a clause says so.
        """

    def check_query(self, query: str) -> QueryCheck:
        """Parses a query with the aliases in force. Quick and without effect: call it at each key."""

    def backtest(
        self, draft: RuleDraft, replaces: RuleId | None = None, *, since: datetime | None = None
    ) -> AsyncGenerator[Backtest, None]:
        """What the draft's query does on the stored entries (those not older than `since`), and what would change if it
        took the place of the rule it replaces, whose other keys it has then.

        Snapshots as it comes along: the first at once, several a second, the last complete. The first raises QueryError
        for a mistake in the query, any where a regular expression takes too long. Closing the iterator (`aclose`, best
        by `contextlib.aclosing`) or cancelling who waits for it ends the work. Several take turns.
        """

    async def save_rule(self, draft: RuleDraft, replaces: RuleId | None = None) -> RuleId:
        """Adds a rule, or replaces one.

        It acts when this returns, on all that comes in; what is stored is matched from then on, beside all else (held
        as `rule-change`). It is on disk a moment later: `rules_saved` waits for that, `quit` does too, a crash between
        the two loses the edit. Where the file cannot be written, a notice says so and what became of the edit
        (docs/decisions/0010). Raises RuleRefused (QueryError for a mistake in the query); then nothing has changed.
        """

    async def set_rule_enabled(self, rule: RuleId, *, enabled: bool) -> None:
        """Switches a rule on or off; acts and reaches the disk as `save_rule`. Raises RuleRefused if there is none."""

    async def delete_rule(self, rule: RuleId) -> None:
        """Takes a rule out of rules.toml; its hits stay. Acts, reaches the disk and raises as `set_rule_enabled`."""

    async def add_example(self, example: Hit | str, rule: RuleId, *, matches: bool) -> str:
        """Adds a text to the `must` (or `must_not`) examples of a rule; acts and reaches the disk as `save_rule`.

        Of a hit it is `model.example.example_text`. Returns the text; one that is there already is not added again.
        Raises RuleRefused, and nothing has changed, if the rule is not as the example wants it: one that fails its
        examples would be off. Change its query first.
        """

    async def drop_example(self, text: str, rule: RuleId, *, matches: bool) -> None:
        """Takes a text out of the `must` (or `must_not`) examples of a rule; acts and reaches the disk as `save_rule`.

        Raises RuleRefused if the rule has no such example.
        """

    async def rules_saved(self) -> None:
        """Waits until every edit of a rule so far is on disk. Raises RuleRefused, which says why, if one cannot be."""

    async def check_feeds(self, feeds: Sequence[FeedId] | None = None) -> None:
        """Makes these feeds due now (None: all). Returns at once; results come as events."""

    async def take_over(self) -> None:
        """Makes this instance the writer, where `is_read_only` and nobody else is; nothing to do where it is already.

        Raises StoreLocked while another instance writes, StoreError if the history cannot be opened; then all is as
        before.
        """

    async def quit(self) -> None:
        """Asks the engine to end; `watch` ends when it has."""
