"""The engine of a home that another process writes: shows what that one stores, and changes nothing of it.

It follows the journal, and a person's files. Rules can be edited here: rules.toml is a file like any other, and the
writer takes it over when it changes. What is shown here does not count as told, and rings for nothing: the writer
tells. When the writer ends, this says so and goes on looking for another. See docs/decisions/0008.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from newswatch.engine.clock import Clock, SystemClock
from newswatch.engine.core import Core
from newswatch.engine.home import Home
from newswatch.engine.hub import Hub
from newswatch.engine.mirror import History, Mirror
from newswatch.engine.verbs.articles import ArticleVerbs
from newswatch.engine.verbs.feeds import FeedVerbs
from newswatch.engine.verbs.history import HistoryVerbs
from newswatch.engine.verbs.pulse import PulseVerbs
from newswatch.engine.verbs.rules import RuleVerbs
from newswatch.engine.verbs.triage import TriageVerbs
from newswatch.engine.whileopen import WhileOpen
from newswatch.errors import ReadOnly, StoreError
from newswatch.model.event import (
    Batch,
    Event,
    Lagged,
    Liveness,
    LivenessChanged,
    NoticeCleared,
    NoticeLevel,
    NoticeRaised,
    OtherWriter,
)
from newswatch.model.feed import FeedId
from newswatch.model.hit import Hit, HitId, Triage
from newswatch.model.view import View

if TYPE_CHECKING:
    from newswatch.engine.article_desk import StoredArticles
    from newswatch.engine.feed_editor import FeedEditor
    from newswatch.engine.history_desk import StoredHistory
    from newswatch.engine.pulse_desk import PulseDesk
    from newswatch.engine.rule_desk import RuleDesk
    from newswatch.engine.triage_following import FollowingTriage

LOOK_EVERY_S = 0.5
AGAIN_AFTER_S = 5.0
NO_WRITER = "no writer"
CANNOT_READ = "cannot read"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Session:
    """What exists while the home is followed."""

    core: Core
    mirror: Mirror
    rule_desk: RuleDesk
    article_desk: StoredArticles
    feed_editor: FeedEditor
    triage: FollowingTriage
    history: StoredHistory
    pulse: PulseDesk


class FollowingEngine(RuleVerbs):
    """Implements `engine.api.Engine` without the right to write. `run` is its life; it leaves the hub open."""

    def __init__(
        self,
        home: Home,
        *,
        hub: Hub | None = None,
        clock: Clock | None = None,
        open_history: Callable[[Path], History] | None = None,
        writer_of: Callable[[Path], OtherWriter | None] | None = None,
    ) -> None:
        self._home = home
        self._hub = hub or Hub(View())
        self._clock = clock or SystemClock()
        self._open_history = open_history or open_followed_history
        self._writer_of = writer_of or other_writer
        self._writer: OtherWriter | None = None
        self._quitting = asyncio.Event()
        self._open: WhileOpen[_Session] = WhileOpen()
        self.triage = TriageVerbs(self._open.part(lambda session: session.triage))
        self.articles = ArticleVerbs(self._open.part(lambda session: session.article_desk))
        self.pulse = PulseVerbs(self._open.part(lambda session: session.pulse))
        self.history = HistoryVerbs(self._open.part(lambda session: session.history))
        self.feeds = FeedVerbs(self._open.part(lambda session: session.feed_editor))

    async def run(self) -> None:
        """Opens the home and follows it until `quit`. Raises what keeps it from being opened."""
        async with self.opened():
            await self.follow()

    async def follow(self) -> None:
        """Follows until `quit`; between `opened` and its end."""
        from newswatch.engine.chores import keep_at

        if (session := self._open.now) is None:
            raise RuntimeError("the home is not open")
        async with asyncio.TaskGroup() as tasks:
            chores = [
                tasks.create_task(keep_at(session.core, name, work), name=name)
                for name, work in {
                    "following the history": lambda: self._follow_history(session),
                    "following a person's files": lambda: self._follow_files(session),
                    "saving rules.toml": session.rule_desk.save_behind,
                    "measuring itself": session.pulse.run,
                }.items()
            ]
            await self._quitting.wait()
            for chore in chores:
                chore.cancel()

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Opens the home to read, and shows what is in it.

        Raises StoreError, RulesInvalid or FeedsInvalid if it cannot be opened, RuleRefused at the end if an edit of a
        rule could not be saved.
        """
        try:
            history = await asyncio.to_thread(self._open_history, self._home.data)
            session: _Session | None = None
            try:
                self._writer = await asyncio.to_thread(self._writer_of, self._home.data)
                session = await self._assemble(history)
                self._open.begin(session)
                yield
            finally:
                self._open.end()
                self._clear(NO_WRITER)
                self._clear(CANNOT_READ)
                try:
                    if session is not None:
                        await session.rule_desk.close()
                finally:
                    if session is not None:
                        await session.core.writer.close()
                    await asyncio.to_thread(history.close)
        finally:
            self._open.end()

    @property
    def is_read_only(self) -> bool:
        """Always."""
        return True

    @property
    def unsaid(self) -> Collection[HitId]:
        """See `Engine.unsaid`: what is told is the writer's."""
        return ()

    @property
    def writer(self) -> OtherWriter | None:
        """Who writes the home, as far as was seen; None if nobody does."""
        return self._writer

    def snapshot(self) -> View:
        """See `Engine.snapshot`."""
        return self._hub.view

    def watch(self, since: int) -> AsyncIterator[Batch | Lagged]:
        """See `Engine.watch`."""
        return self._hub.watch(since)

    async def untold(self, limit: int) -> tuple[Hit, ...]:
        """See `Engine.untold`: the writer will tell them."""
        session = await self._open.awaited()
        return session.core.store.untold(limit) if session is not None else ()

    async def mark_told(self, _hits: Collection[HitId]) -> None:
        """Refused: see `Engine.mark_told`."""
        raise self._refusal()

    async def advance(self, _hits: Collection[HitId], _state: Triage) -> None:
        """Refused: see `Engine.advance`."""
        raise self._refusal()

    async def set_acked(self, _hits: Collection[HitId], *, acked: bool) -> None:
        """Refused: see `Engine.set_acked`."""
        raise self._refusal("acked there" if acked else "taken back there")

    async def set_starred(self, _hits: Collection[HitId], *, starred: bool) -> None:
        """Refused: see `Engine.set_starred`."""
        raise self._refusal("starred there" if starred else "unstarred there")

    async def check_feeds(self, _feeds: Sequence[FeedId] | None = None) -> None:
        """Refused: the writer asks the feeds."""
        raise self._refusal("checked there")

    async def take_over(self) -> None:
        """Refused: this one only follows. `StandbyEngine` can."""
        raise self._refusal()

    async def quit(self) -> None:
        """See `Engine.quit`."""
        self._quitting.set()

    def _refusal(self, deed: str = "done there") -> ReadOnly:
        if self._writer is not None:
            why = f"{self._writer} writes this history; it can be {deed}"
            return ReadOnly(self._home.data, self._writer.pid, why)
        return ReadOnly(self._home.data, None, "no newswatch writes this history now. Take over first")

    async def _assemble(self, history: History) -> _Session:
        # Off the loop with all that takes its time: these imports, the files, compiling the rules, counting their hits.
        await asyncio.to_thread(import_module, "newswatch.engine.chores")
        await asyncio.to_thread(import_module, "newswatch.engine.feed_editor")
        from newswatch.engine.article_desk import StoredArticles
        from newswatch.engine.feed_editor import FeedEditor
        from newswatch.engine.history_desk import StoredHistory
        from newswatch.engine.pulse_desk import PulseDesk
        from newswatch.engine.roster import Roster
        from newswatch.engine.rule_desk import RuleDesk
        from newswatch.engine.rulebook import Rulebook
        from newswatch.engine.triage_following import FollowingTriage
        from newswatch.engine.writer import Writer
        from newswatch.feeds.opml import load_feeds
        from newswatch.match.rulefile import load_rulebook

        store = history.store
        loaded_rules = await asyncio.to_thread(load_rulebook, self._home.rules)
        loaded_feeds = await asyncio.to_thread(load_feeds, self._home.feeds)
        core = Core(store, Writer(store), self._hub, self._clock, Roster(), Rulebook())
        rule_desk = await asyncio.to_thread(RuleDesk, core, self._home.rules, loaded_rules)
        await asyncio.to_thread(core.mutes.load, store)
        mirror = Mirror(core, history, self._home.feeds)
        self._hub.publish(self._writer_events(None))
        await mirror.begin(loaded_feeds)
        rule_desk.show_problems()
        editor = FeedEditor(self._home, core, mirror.take_feeds)
        pulse = PulseDesk(core, self._home.journal, self._clock, is_writer=False)
        return _Session(
            core,
            mirror,
            rule_desk,
            StoredArticles(core),
            feed_editor=editor,
            triage=FollowingTriage(core, self._refusal),
            history=StoredHistory(core),
            pulse=pulse,
        )

    async def _follow_history(self, session: _Session) -> None:
        while True:
            wait_s = AGAIN_AFTER_S
            try:
                is_more = await session.mirror.look()
            except StoreError as error:  # half replaced, or by a newer version: what is shown stands still meanwhile
                self._raise(CANNOT_READ, NoticeLevel.ERROR, f"NOT UP TO DATE: {error} Trying again.")
            else:
                self._clear(CANNOT_READ)
                wait_s = 0.0 if is_more else LOOK_EVERY_S
            await self._look_for_writer()
            await self._clock.sleep(wait_s)

    async def _follow_files(self, session: _Session) -> None:
        from newswatch.engine.reload import changes

        home = self._home
        async for changed in changes((home.rules, home.feeds), self._quitting, at_once=True):
            if home.rules in changed:
                await session.rule_desk.reload()
            if home.feeds in changed:
                await session.mirror.reload_feeds()

    async def _look_for_writer(self) -> None:
        """Says who writes, when that is another one than before."""
        writer = await asyncio.to_thread(self._writer_of, self._home.data)
        if writer != self._writer:
            before, self._writer = self._writer, writer
            self._hub.publish(self._writer_events(before))

    def _writer_events(self, before: OtherWriter | None) -> list[Event]:
        """Who writes now; that nobody does is said aloud, and who did `before`."""
        events: list[Event] = [LivenessChanged(Liveness.READ_ONLY, self._writer)]
        if self._writer is None:
            log.warning("nobody writes %s any more", self._home.data)
            who = "the newswatch that did has ended" if before is None else f"{before} has ended"
            text = f"NOBODY ASKS THE FEEDS: {who}. T takes over: this newswatch asks them then"
            events.append(NoticeRaised(NO_WRITER, NoticeLevel.ERROR, text))
        elif NO_WRITER in self._hub.view.notices:
            events.append(NoticeCleared(NO_WRITER))
        return events

    def _raise(self, key: str, level: NoticeLevel, text: str) -> None:
        notice = NoticeRaised(key, level, text)
        if self._hub.view.notices.get(key) != notice:
            log.warning("%s", text)
            self._hub.publish([notice])

    def _clear(self, key: str) -> None:
        if key in self._hub.view.notices:
            self._hub.publish([NoticeCleared(key)])


def open_followed_history(folder: Path) -> History:
    """The durable history in a folder, to follow. Raises StoreError."""
    from newswatch.store.follow import FollowedHistory

    return FollowedHistory(folder)


def other_writer(folder: Path) -> OtherWriter | None:
    """The process that holds the lock of a folder; None if none does."""
    from newswatch.store.lock import holder_of

    holder = holder_of(folder)
    return OtherWriter(holder.pid, holder.host) if holder is not None else None
