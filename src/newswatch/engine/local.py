"""The engine of one home in this process: opens it, polls, reloads files that change, and answers the screens.

Wiring only. What is heavy to import (HTTP, the database) is imported when the home is opened, after a
screen has had its first paint.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from newswatch.engine.clock import Clock, SystemClock
from newswatch.engine.home import (
    ClosableChecker,
    Home,
    OpenPages,
    open_http_checker,
    open_http_pages,
    open_tiny_store,
)
from newswatch.engine.hub import Hub
from newswatch.engine.listings import Listings
from newswatch.engine.secret_desk import SecretDesk
from newswatch.engine.verbs.articles import ArticleVerbs
from newswatch.engine.verbs.feeds import FeedVerbs
from newswatch.engine.verbs.history import HistoryVerbs
from newswatch.engine.verbs.pulse import PulseVerbs
from newswatch.engine.verbs.rules import RuleVerbs
from newswatch.engine.verbs.triage import TriageVerbs
from newswatch.engine.whileopen import WhileOpen
from newswatch.model.event import (
    Batch,
    Lagged,
    Liveness,
    LivenessChanged,
    NoticeLevel,
    NoticeRaised,
)
from newswatch.model.feed import FeedId
from newswatch.model.hit import Hit, HitId, Triage
from newswatch.model.view import View
from newswatch.store.api import Store

if TYPE_CHECKING:
    from newswatch.engine.session import Session


class LocalEngine(RuleVerbs):
    """Implements `engine.api.Engine`. `run` is its life; verbs of a person wait until the home is open.

    `own_clock` counts the seconds of this process, where `clock` is not life's.
    """

    def __init__(
        self,
        home: Home,
        *,
        clock: Clock | None = None,
        open_store: Callable[[Path], Store] | None = None,
        open_checker: Callable[[Home, Clock], ClosableChecker] | None = None,
        hub: Hub | None = None,
        own_clock: Clock | None = None,
        open_pages: OpenPages | None = None,
    ) -> None:
        self._home = home
        self._clock = clock or SystemClock()
        self._own_clock = own_clock or self._clock
        self._open_pages = open_pages or open_http_pages
        self._open_store = open_store or open_tiny_store
        self._hub = hub or Hub(View())
        self._secret_desk = SecretDesk(home.secrets, self._hub)
        self._listings = Listings()
        self._open_checker = open_checker or partial(
            open_http_checker, secrets=self._secret_desk.of, listings=self._listings
        )
        self._quitting = asyncio.Event()
        self._open: WhileOpen[Session] = WhileOpen()
        self.triage = TriageVerbs(self._open.part(lambda session: session.triage))
        self.articles = ArticleVerbs(self._open.part(lambda session: session.article_desk))
        self.pulse = PulseVerbs(self._open.part(lambda session: session.pulse))
        self.history = HistoryVerbs(self._open.part(lambda session: session.history))
        self.feeds = FeedVerbs(self._open.part(lambda session: session.feed_editor))

    async def run(self) -> None:
        """Opens the home and polls until `quit`. Raises what keeps the home from being opened."""
        async with self.opened():
            await self.poll()

    async def poll(self) -> None:
        """Polls until `quit`; between `opened` and its end."""
        from newswatch.engine.chores import keep_at

        session = self._required()
        async with asyncio.TaskGroup() as tasks:
            chores = [
                tasks.create_task(keep_at(session.core, name, work), name=name)
                for name, work in session.chores(self._quitting).items()
            ]
            polling = tasks.create_task(session.poller.run(), name="poll")
            await self._quitting.wait()
            session.poller.stop()
            await polling
            for chore in chores:
                chore.cancel()

    async def poll_once(self) -> int:
        """Checks every feed once; between `opened` and its end. Returns how many answered with a feed.

        `quit` ends it early.
        """
        session = self._required()
        checking = asyncio.ensure_future(session.check_once())
        quitting = asyncio.ensure_future(self._quitting.wait())
        try:
            await asyncio.wait((checking, quitting), return_when=asyncio.FIRST_COMPLETED)
            return checking.result() if checking.done() else 0
        finally:
            quitting.cancel()
            checking.cancel()
            await asyncio.gather(checking, quitting, return_exceptions=True)

    @property
    def is_read_only(self) -> bool:
        """Never: this engine is the writer of its home."""
        return False

    @property
    def unsaid(self) -> Collection[HitId]:
        """See `Engine.unsaid`."""
        session = self._open.now
        return session.feed_desk.notifier.unsaid if session is not None else ()

    def snapshot(self) -> View:
        """See `Engine.snapshot`."""
        return self._hub.view

    def watch(self, since: int) -> AsyncIterator[Batch | Lagged]:
        """See `Engine.watch`."""
        return self._hub.watch(since)

    async def untold(self, limit: int) -> tuple[Hit, ...]:
        """See `Engine.untold`."""
        session = await self._open.awaited()
        if session is None or not session.core.writer.is_saving:
            return ()  # what cannot be marked told is not told: it would be told again after a crash
        return session.core.store.untold(limit)

    async def mark_told(self, hits: Collection[HitId]) -> None:
        """See `Engine.mark_told`."""
        now = self._clock.now()
        await self._update(hits, lambda hit: hit if hit.told_at is not None else replace(hit, told_at=now))

    async def advance(self, hits: Collection[HitId], state: Triage) -> None:
        """See `Engine.advance`."""
        await self._update(hits, lambda hit: replace(hit, state=max(hit.state, state, key=lambda one: one.rank)))

    async def set_acked(self, hits: Collection[HitId], *, acked: bool) -> None:
        """See `Engine.set_acked`."""

        def change(hit: Hit) -> Hit:
            if acked:
                return replace(hit, state=Triage.ACKED)
            return replace(hit, state=Triage.OPEN) if hit.state is Triage.ACKED else hit

        await self._update(hits, change)

    async def set_starred(self, hits: Collection[HitId], *, starred: bool) -> None:
        """See `Engine.set_starred`."""
        await self._update(hits, lambda hit: replace(hit, is_starred=starred))

    async def check_feeds(self, feeds: Sequence[FeedId] | None = None) -> None:
        """See `Engine.check_feeds`."""
        if (session := await self._open.awaited()) is not None:
            session.poller.check_now(feeds)

    async def take_over(self) -> None:
        """See `Engine.take_over`: this engine is the writer of its home."""

    async def quit(self) -> None:
        """See `Engine.quit`."""
        self.request_quit()

    def say(self, key: str, text: str) -> None:
        """Puts a note under the state line."""
        self._hub.publish([NoticeRaised(key, NoticeLevel.INFO, text)])

    def request_quit(self) -> None:
        """The same from a signal handler."""
        self._quitting.set()

    async def _update(self, hits: Collection[HitId], change: Callable[[Hit], Hit]) -> None:
        if (session := self._open.now) is not None:
            await session.core.update_many(hits, change)

    def _required(self) -> Session:
        if (session := self._open.now) is None:
            raise RuntimeError("the home is not open")
        return session

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Opens the home, tells what is in it, and closes it whatever happens.

        Raises StoreError, RulesInvalid, FeedsInvalid or SecretsInvalid if it cannot be opened, RuleRefused at the end
        if an edit of a rule could not be saved.
        """
        try:
            store = await asyncio.to_thread(self._open_store, self._home.data)
            checker: ClosableChecker | None = None
            session: Session | None = None
            try:
                checker = await asyncio.to_thread(self._open_checker, self._home, self._clock)
                session = await self._assembled(store, checker)
                self._open.begin(session)
                session.core.writer.pack()
                self._hub.publish([LivenessChanged(Liveness.LIVE)])
                yield
            finally:
                self._open.end()
                try:
                    if session is not None:
                        await session.article_desk.aclose()
                    if checker is not None:
                        await checker.aclose()
                finally:
                    if session is None:
                        store.close()
                    else:
                        await session.aclose()
        finally:
            self._open.end()
            self._hub.publish([LivenessChanged(Liveness.STOPPED)])
            self._hub.close()

    async def _assembled(self, store: Store, checker: ClosableChecker) -> Session:
        await asyncio.to_thread(import_module, "newswatch.engine.session")
        from newswatch.engine.session import assembled

        return await assembled(
            self._home,
            store,
            checker,
            self._hub,
            self._secret_desk,
            self._listings,
            self._open_pages,
            self._clock,
            self._own_clock,
        )
