"""The engine of one home in this process: opens it, polls, reloads files that change, and answers the screens.

Wiring only. What is heavy to import (HTTP, the database) is imported when the home is opened, after a
screen has had its first paint.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from newswatch.engine.clock import Clock, SystemClock
from newswatch.engine.core import Core
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
from newswatch.engine.poller import Checker, Poller
from newswatch.engine.secret_desk import SecretDesk
from newswatch.engine.verbs.articles import ArticleVerbs
from newswatch.engine.verbs.feeds import FeedVerbs
from newswatch.engine.verbs.history import HistoryVerbs
from newswatch.engine.verbs.pulse import PulseVerbs
from newswatch.engine.verbs.rules import RuleVerbs
from newswatch.engine.verbs.triage import TriageVerbs
from newswatch.errors import StoreError
from newswatch.model.event import (
    Batch,
    HitsStored,
    Lagged,
    Liveness,
    LivenessChanged,
    NoticeLevel,
    NoticeRaised,
    RulesChanged,
    TotalsChanged,
)
from newswatch.model.feed import FeedId
from newswatch.model.hit import Hit, HitId, Triage
from newswatch.model.view import View
from newswatch.store.api import Store

if TYPE_CHECKING:
    from newswatch.engine.article_desk import ArticleReader
    from newswatch.engine.feed_desk import FeedDesk
    from newswatch.engine.feed_editor import FeedEditor
    from newswatch.engine.history_desk import StoredHistory
    from newswatch.engine.page_rounds import PageRounds
    from newswatch.engine.pulse_desk import PulseDesk
    from newswatch.engine.rule_desk import RuleDesk
    from newswatch.engine.triage_desk import LocalTriage
    from newswatch.feeds.opml import LoadedFeeds

WINDOW_HITS = 5_000

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Session:
    """What exists while the home is open."""

    core: Core
    feed_desk: FeedDesk
    rule_desk: RuleDesk
    poller: Poller
    article_desk: ArticleReader
    page_rounds: PageRounds
    feed_editor: FeedEditor
    triage: LocalTriage
    history: StoredHistory
    pulse: PulseDesk


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
        self.triage = TriageVerbs(self._triage_desk)
        self._session: _Session | None = None
        self._opened = asyncio.Event()
        self._quitting = asyncio.Event()
        self.articles = ArticleVerbs(self._article_desk)
        self.pulse = PulseVerbs(self._pulse_desk)
        self.history = HistoryVerbs(self._history_desk)
        self.feeds = FeedVerbs(self._feed_editor)

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
                for name, work in self._chores(session).items()
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
        checking = asyncio.ensure_future(self._check_all(session))
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
        return self._session.feed_desk.notifier.unsaid if self._session is not None else ()

    def snapshot(self) -> View:
        """See `Engine.snapshot`."""
        return self._hub.view

    def watch(self, since: int) -> AsyncIterator[Batch | Lagged]:
        """See `Engine.watch`."""
        return self._hub.watch(since)

    async def untold(self, limit: int) -> tuple[Hit, ...]:
        """See `Engine.untold`."""
        await self._opened.wait()
        if self._session is None or not self._session.core.writer.is_saving:
            return ()  # what cannot be marked told is not told: it would be told again after a crash
        return self._session.core.store.untold(limit)

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
        await self._opened.wait()
        if self._session is not None:
            self._session.poller.check_now(feeds)

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

    @property
    def _open_rule_desk(self) -> RuleDesk | None:
        return self._session.rule_desk if self._session is not None else None

    async def _article_desk(self) -> ArticleReader:
        await self._opened.wait()
        if self._session is None:
            raise StoreError("newswatch has ended; nothing was done")
        return self._session.article_desk

    async def _history_desk(self) -> StoredHistory:
        await self._opened.wait()
        if self._session is None:
            raise StoreError("newswatch has ended; nothing was done")
        return self._session.history

    async def _feed_editor(self) -> FeedEditor:
        await self._opened.wait()
        if self._session is None:
            raise StoreError("newswatch has ended; nothing was done")
        return self._session.feed_editor

    async def _triage_desk(self) -> LocalTriage:
        await self._opened.wait()
        if self._session is None:
            raise StoreError("newswatch has ended; nothing was done")
        return self._session.triage

    async def _pulse_desk(self) -> PulseDesk:
        await self._opened.wait()
        if self._session is None:
            raise StoreError("newswatch has ended; nothing was done")
        return self._session.pulse

    async def _update(self, hits: Collection[HitId], change: Callable[[Hit], Hit]) -> None:
        if self._session is not None:
            await self._session.core.update_many(hits, change)

    async def _check_all(self, session: _Session) -> int:
        await session.rule_desk.history.catch_up()
        await session.triage.catch_up()
        answered = await session.poller.run_once()
        await session.page_rounds.run_once()
        await session.pulse.note_check()
        await session.core.save()
        return answered

    def _chores(self, session: _Session) -> dict[str, Callable[[], Awaitable[None]]]:
        from newswatch.engine.chores import follow_files, keep_backups, keep_saving, prune, save_health

        chores: dict[str, Callable[[], Awaitable[None]]] = {
            "saving the health of feeds": lambda: save_health(session.feed_desk, self._clock),
            "following a person's files": lambda: follow_files(
                session.rule_desk, session.feed_desk, self._secret_desk, session.poller, self._quitting
            ),
            "matching the history": session.rule_desk.history.run,
            "saving rules.toml": session.rule_desk.save_behind,
            "reading pages ahead": session.page_rounds.run,
            "measuring itself": session.pulse.run,
            "telling what a gap brought": session.feed_desk.notifier.run,
            "minding snoozes and mutes": session.triage.run,
            "saving what the disk refused": lambda: keep_saving(session.core),
            "making backups": lambda: keep_backups(session.core, self._home.journal),
        }
        chores["dropping what is old"] = lambda: prune(session.core, self._home.keep_entries, self._home.keep_hits)
        return chores

    def _required(self) -> _Session:
        if self._session is None:
            raise RuntimeError("the home is not open")
        return self._session

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Opens the home, tells what is in it, and closes it whatever happens.

        Raises StoreError, RulesInvalid, FeedsInvalid or SecretsInvalid if it cannot be opened, RuleRefused at the end
        if an edit of a rule could not be saved.
        """
        try:
            store = await asyncio.to_thread(self._open_store, self._home.data)
            checker: ClosableChecker | None = None
            session: _Session | None = None
            try:
                checker = await asyncio.to_thread(self._open_checker, self._home, self._clock)
                session = await self._assemble(store, checker)
                self._session = session
                self._opened.set()
                session.core.writer.pack()
                self._hub.publish([LivenessChanged(Liveness.LIVE)])
                yield
            finally:
                self._session = None
                try:
                    if session is not None:
                        await session.article_desk.aclose()
                    if checker is not None:
                        await checker.aclose()
                finally:
                    if session is None:
                        store.close()
                    else:
                        try:
                            await session.rule_desk.close()
                        finally:
                            await session.pulse.close()
                            await session.feed_desk.save_health()
                            await session.core.writer.close()
        finally:
            self._opened.set()
            self._hub.publish([LivenessChanged(Liveness.STOPPED)])
            self._hub.close()

    async def _assemble(self, store: Store, checker: Checker) -> _Session:
        # Off the loop with all that takes its time: these imports, the files, compiling the rules, counting their hits.
        await asyncio.to_thread(import_module, "newswatch.engine.chores")
        await asyncio.to_thread(import_module, "newswatch.engine.feed_editor")
        from newswatch.engine.article_desk import ArticleReader
        from newswatch.engine.chores import schedule_feeds
        from newswatch.engine.feed_desk import FeedDesk
        from newswatch.engine.feed_editor import FeedEditor
        from newswatch.engine.fulltext import FullText
        from newswatch.engine.history_desk import StoredHistory
        from newswatch.engine.page_rounds import PageRounds
        from newswatch.engine.pulse_desk import PulseDesk
        from newswatch.engine.roster import Roster
        from newswatch.engine.rule_desk import RuleDesk
        from newswatch.engine.rule_file import with_ids
        from newswatch.engine.rulebook import Rulebook
        from newswatch.engine.triage_desk import LocalTriage
        from newswatch.engine.waiting_pages import FILE_NAME as WAITING_FILE
        from newswatch.engine.waiting_pages import WaitingPages
        from newswatch.engine.writer import Writer
        from newswatch.feeds.opml import load_feeds
        from newswatch.match.rulefile import load_rulebook

        rules = self._home.rules
        loaded_rules = await asyncio.to_thread(lambda: with_ids(rules, load_rulebook(rules)))
        loaded_feeds = await asyncio.to_thread(load_feeds, self._home.feeds)
        await asyncio.to_thread(self._secret_desk.load)
        core = Core(store, Writer(store), self._hub, self._clock, Roster(), Rulebook())
        core.roster.load_states(store.feed_states())
        feed_desk = FeedDesk(core, self._home.pace, self._home.feeds, self._listings)
        rule_desk = await asyncio.to_thread(RuleDesk, core, self._home.rules, loaded_rules)
        rule_desk.history.kept_for = self._home.keep_hits
        triage = LocalTriage(core, rule_desk, feed_desk.notifier)
        await asyncio.to_thread(triage.load)
        hits = await asyncio.to_thread(_shown_at_start, store)
        self._hub.publish(
            [
                RulesChanged(core.rulebook.statuses()),
                HitsStored(tuple(hits.values())),
                TotalsChanged(store.totals()),
            ]
        )
        await feed_desk.adopt(loaded_feeds)
        await asyncio.to_thread(rule_desk.history.begin)
        triage.show()
        feed_desk.notifier.begin(tuple(hits.values()))
        if damage := store.damage():
            self._hub.publish([NoticeRaised("damage", NoticeLevel.WARNING, f"the history was damaged: {damage}")])
        rule_desk.show_problems()
        self._secret_desk.show_problems(feed_desk.feeds.values())
        poller = Poller(feed_desk, checker, self._clock)

        async def take(loaded: LoadedFeeds) -> None:
            await schedule_feeds(feed_desk, self._secret_desk, poller, *await feed_desk.adopt(loaded))

        pulse = PulseDesk(core, self._home.journal, self._own_clock)
        full_text = FullText(core, feed_desk.notifier.take)
        articles = ArticleReader(core, self._open_pages(checker, self._clock, self._secret_desk.of), full_text)
        waiting = WaitingPages(self._home.data / WAITING_FILE)
        rounds = PageRounds(core, articles, full_text, waiting)
        core.hears = rounds.hear
        return _Session(
            core,
            feed_desk,
            rule_desk,
            poller,
            articles,
            rounds,
            feed_editor=FeedEditor(self._home, core, take),
            triage=triage,
            history=StoredHistory(core),
            pulse=pulse,
        )


def _shown_at_start(store: Store) -> dict[HitId, Hit]:
    """The newest hits, and those that were not told yet."""
    return {hit.id: hit for hit in (*store.newest_hits(WINDOW_HITS), *store.late(store.untold(WINDOW_HITS)))}
