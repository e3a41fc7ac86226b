"""The engine of a home that another process may be writing: the writer where nobody else is, else a follower that can
become the writer.

What a writer or a follower is made of is loaded when it is known which it will be: after the first paint, and on a
thread, so that no key waits for it.
It takes the lock before anything else, so that of several only one can ever take over, and opens the history anew
under it. Screens see one engine all the time: one hub, one sequence of events. See docs/decisions/0008.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Collection, Coroutine, Sequence
from contextlib import aclosing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from newswatch.engine.api import Engine, QueryCheck
from newswatch.engine.clock import Clock, SystemClock
from newswatch.engine.home import ClosableChecker, Home, open_tiny_store
from newswatch.engine.hub import Hub
from newswatch.engine.verbs.articles import ArticleVerbs
from newswatch.engine.verbs.feeds import FeedVerbs
from newswatch.engine.verbs.history import HistoryVerbs
from newswatch.engine.verbs.pulse import PulseVerbs
from newswatch.engine.verbs.triage import TriageVerbs
from newswatch.errors import StoreError, StoreLocked
from newswatch.model.clause import Clause
from newswatch.model.event import Batch, Lagged, Liveness, LivenessChanged
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
    from newswatch.engine.follower import FollowingEngine
    from newswatch.engine.local import LocalEngine
    from newswatch.engine.mirror import History
    from newswatch.model.backtest import Backtest
    from newswatch.store.api import Store

log = logging.getLogger(__name__)


class StandbyEngine:
    """Implements `engine.api.Engine`. `run` is its life; verbs wait until it is known which of the two it is."""

    def __init__(
        self,
        home: Home,
        *,
        clock: Clock | None = None,
        open_store: Callable[[Path], Store] | None = None,
        open_history: Callable[[Path], History] | None = None,
        open_checker: Callable[[Home, Clock], ClosableChecker] | None = None,
    ) -> None:
        self._home = home
        self._clock = clock or SystemClock()
        self._open_store = open_store or open_tiny_store
        self._open_history = open_history
        self._open_checker = open_checker
        self._hub = Hub(View())
        self.triage = TriageVerbs(self._acting_triage)
        self._engine: Engine | None = None
        self._known = asyncio.Event()
        self._taking = asyncio.Lock()
        self._taken: Store | None = None  # under our lock, on its way to the writer's engine
        self._is_quitting = False
        self.articles = ArticleVerbs(self._acting_articles)
        self.pulse = PulseVerbs(self._acting_pulse)
        self.history = HistoryVerbs(self._acting_history)
        self.feeds = FeedVerbs(self._acting_feeds)

    async def run(self) -> None:
        """Writes, or follows until `take_over` or `quit`. Raises what keeps the home from being opened."""
        try:
            try:
                self._taken = await asyncio.to_thread(self._open_store, self._home.data)
            except StoreLocked as locked:
                log.info("%s; following it", locked)
                await self._follow()
            if self._taken is not None and not self._is_quitting:
                await self._write(self._taken)
        finally:
            self._is_quitting = True
            self._known.set()
            if self._taken is not None:
                self._taken.close()
            if self._hub.view.liveness is not Liveness.STOPPED:
                self._hub.publish([LivenessChanged(Liveness.STOPPED)])
            self._hub.close()

    @property
    def is_read_only(self) -> bool:
        """Whether another process writes, or wrote until nobody took over."""
        return self._engine is not None and self._engine.is_read_only

    @property
    def unsaid(self) -> Collection[HitId]:
        """See `Engine.unsaid`."""
        return self._engine.unsaid if self._engine is not None else ()

    def snapshot(self) -> View:
        """See `Engine.snapshot`."""
        return self._hub.view

    def watch(self, since: int) -> AsyncIterator[Batch | Lagged]:
        """See `Engine.watch`."""
        return self._hub.watch(since)

    async def untold(self, limit: int) -> tuple[Hit, ...]:
        """See `Engine.untold`."""
        return await (await self._acting()).untold(limit)

    async def mark_told(self, hits: Collection[HitId]) -> None:
        """See `Engine.mark_told`."""
        await (await self._acting()).mark_told(hits)

    async def advance(self, hits: Collection[HitId], state: Triage) -> None:
        """See `Engine.advance`."""
        await (await self._acting()).advance(hits, state)

    async def set_acked(self, hits: Collection[HitId], *, acked: bool) -> None:
        """See `Engine.set_acked`."""
        await (await self._acting()).set_acked(hits, acked=acked)

    async def set_starred(self, hits: Collection[HitId], *, starred: bool) -> None:
        """See `Engine.set_starred`."""
        await (await self._acting()).set_starred(hits, starred=starred)

    async def explain(self, hit: HitId, rule: RuleId | None = None) -> Clause | None:
        """See `Engine.explain`."""
        return await (await self._acting()).explain(hit, rule)

    def check_query(self, query: str) -> QueryCheck:
        """See `Engine.check_query`."""
        if self._engine is None:
            return QueryCheck("newswatch is still starting", 0)
        return self._engine.check_query(query)

    async def backtest(
        self, draft: RuleDraft, replaces: RuleId | None = None, *, since: datetime | None = None
    ) -> AsyncGenerator[Backtest, None]:
        """See `Engine.backtest`."""
        async with aclosing((await self._acting()).backtest(draft, replaces, since=since)) as snapshots:
            async for snapshot in snapshots:
                yield snapshot

    async def save_rule(self, draft: RuleDraft, replaces: RuleId | None = None) -> RuleId:
        """See `Engine.save_rule`."""
        return await (await self._acting()).save_rule(draft, replaces)

    async def set_rule_enabled(self, rule: RuleId, *, enabled: bool) -> None:
        """See `Engine.set_rule_enabled`."""
        await (await self._acting()).set_rule_enabled(rule, enabled=enabled)

    async def delete_rule(self, rule: RuleId) -> None:
        """See `Engine.delete_rule`."""
        await (await self._acting()).delete_rule(rule)

    async def add_example(self, example: Hit | str, rule: RuleId, *, matches: bool) -> str:
        """See `Engine.add_example`."""
        return await (await self._acting()).add_example(example, rule, matches=matches)

    async def drop_example(self, text: str, rule: RuleId, *, matches: bool) -> None:
        """See `Engine.drop_example`."""
        await (await self._acting()).drop_example(text, rule, matches=matches)

    async def rules_saved(self) -> None:
        """See `Engine.rules_saved`."""
        await (await self._acting()).rules_saved()

    async def check_feeds(self, feeds: Sequence[FeedId] | None = None) -> None:
        """See `Engine.check_feeds`."""
        await (await self._acting()).check_feeds(feeds)

    async def take_over(self) -> None:
        """See `Engine.take_over`. Returns when the lock is ours; the feeds are asked a moment later.

        Raises RuleRefused, too, where an edit of a rule cannot be written.
        """
        follower = await self._acting()
        async with self._taking:
            if self._is_quitting or not follower.is_read_only or self._taken is not None:
                return
            await follower.rules_saved()  # or say why not, while there is still somebody to tell
            opening = asyncio.ensure_future(asyncio.to_thread(self._open_store, self._home.data))
            try:
                store = await asyncio.shield(opening)
            except asyncio.CancelledError:
                opening.add_done_callback(_close_unwanted)
                raise
            self._taken = store
            self._known.clear()  # verbs wait until the writer's engine is there
            await follower.quit()

    async def quit(self) -> None:
        """See `Engine.quit`."""
        self._is_quitting = True
        if self._engine is not None:
            await self._engine.quit()

    async def _acting(self) -> Engine:
        await self._known.wait()
        if self._engine is None:
            raise StoreError("newswatch has ended; nothing was done")
        return self._engine

    async def _acting_triage(self) -> TriageDesk:
        return (await self._acting()).triage

    async def _acting_feeds(self) -> FeedEdits:
        return (await self._acting()).feeds

    async def _acting_pulse(self) -> PulseDesk:
        return (await self._acting()).pulse

    async def _acting_articles(self) -> ArticleDesk:
        return (await self._acting()).articles

    async def _acting_history(self) -> HistoryDesk:
        return (await self._acting()).history

    async def _follow(self) -> None:
        follower = (await asyncio.to_thread(_load_follower))(
            self._home, hub=self._hub, clock=self._clock, open_history=self._open_history
        )
        await self._act(follower, follower.run)

    async def _write(self, store: Store) -> None:
        writer = (await asyncio.to_thread(_load_writer))(
            self._home,
            clock=self._clock,
            open_store=lambda _: store,
            open_checker=self._open_checker,
            hub=self._hub,
        )
        await self._act(writer, writer.run)

    async def _act(self, engine: Engine, life: Callable[[], Coroutine[object, object, None]]) -> None:
        self._engine = engine
        self._known.set()
        if self._is_quitting:
            await engine.quit()
        await life()


def _load_writer() -> type[LocalEngine]:
    from newswatch.engine.local import LocalEngine

    return LocalEngine


def _load_follower() -> type[FollowingEngine]:
    from newswatch.engine.follower import FollowingEngine

    return FollowingEngine


def _close_unwanted(opening: asyncio.Future[Store]) -> None:
    """Gives a lock back that nobody waits for any more."""
    if not opening.cancelled() and opening.exception() is None:
        opening.result().close()
