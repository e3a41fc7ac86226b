"""What exists while a home is open to be written, and how it is put together.

With it comes all that the engine imports: import this off the loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from newswatch.engine import chores
from newswatch.engine.article_desk import ArticleReader
from newswatch.engine.clock import Clock
from newswatch.engine.core import Core
from newswatch.engine.feed_desk import FeedDesk
from newswatch.engine.feed_editor import FeedEditor
from newswatch.engine.fulltext import FullText
from newswatch.engine.history_desk import StoredHistory
from newswatch.engine.home import ClosableChecker, Home, OpenPages
from newswatch.engine.hub import Hub
from newswatch.engine.listings import Listings
from newswatch.engine.page_rounds import PageRounds
from newswatch.engine.poller import Poller
from newswatch.engine.pulse_desk import PulseDesk
from newswatch.engine.roster import Roster
from newswatch.engine.rule_desk import RuleDesk
from newswatch.engine.rule_file import with_ids
from newswatch.engine.rulebook import Rulebook
from newswatch.engine.secret_desk import SecretDesk
from newswatch.engine.triage_desk import LocalTriage
from newswatch.engine.waiting_pages import FILE_NAME as WAITING_FILE
from newswatch.engine.waiting_pages import WaitingPages
from newswatch.engine.writer import Writer
from newswatch.feeds.opml import LoadedFeeds, load_feeds
from newswatch.match.rulefile import load_rulebook
from newswatch.model.event import HitsStored, NoticeLevel, NoticeRaised, RulesChanged, TotalsChanged
from newswatch.model.hit import Hit, HitId
from newswatch.model.window import WINDOW_STORIES
from newswatch.store.api import Store


@dataclass(frozen=True, slots=True)
class Session:
    """The desks of an open home, the poller, and what they share."""

    home: Home
    core: Core
    secret_desk: SecretDesk
    feed_desk: FeedDesk
    rule_desk: RuleDesk
    poller: Poller
    article_desk: ArticleReader
    page_rounds: PageRounds
    feed_editor: FeedEditor
    triage: LocalTriage
    history: StoredHistory
    pulse: PulseDesk

    async def check_once(self) -> int:
        """Every feed once, with what belongs to it. Returns how many answered with a feed."""
        await self.rule_desk.history.catch_up()
        await self.triage.catch_up()
        answered = await self.poller.run_once()
        await self.page_rounds.run_once()
        await self.pulse.note_check()
        await self.core.save()
        return answered

    def chores(self, stop: asyncio.Event) -> dict[str, Callable[[], Awaitable[None]]]:
        """What goes on beside polling, by its name, until `stop` is set or it is cancelled."""
        core, home = self.core, self.home
        return {
            "saving the health of feeds": lambda: chores.save_health(self.feed_desk, core.clock),
            "following a person's files": lambda: chores.follow_files(
                self.rule_desk, self.feed_desk, self.secret_desk, self.poller, stop
            ),
            "matching the history": self.rule_desk.history.run,
            "saving rules.toml": self.rule_desk.save_behind,
            "reading pages ahead": self.page_rounds.run,
            "measuring itself": self.pulse.run,
            "telling what a gap brought": self.feed_desk.notifier.run,
            "minding snoozes and mutes": self.triage.run,
            "saving what the disk refused": lambda: chores.keep_saving(core),
            "making backups": lambda: chores.keep_backups(core, home.journal),
            "dropping what is old": lambda: chores.prune(core, home.keep_entries, home.keep_hits),
        }

    async def aclose(self) -> None:
        """Writes what is not on disk yet and closes the history, whatever fails.

        Raises RuleRefused if an edit of a rule could not be saved.
        """
        try:
            await self.rule_desk.close()
        finally:
            await self.pulse.close()
            await self.feed_desk.save_health()
            await self.core.writer.close()


async def assembled(
    home: Home,
    store: Store,
    checker: ClosableChecker,
    hub: Hub,
    secret_desk: SecretDesk,
    listings: Listings,
    open_pages: OpenPages,
    clock: Clock,
    own_clock: Clock,
) -> Session:
    """Reads the person's files, fills the desks and tells the hub what there is.

    Raises RulesInvalid, FeedsInvalid or SecretsInvalid.
    """
    # Off the loop what takes its time: the files, compiling the rules, counting their hits.
    loaded_rules = await asyncio.to_thread(lambda: with_ids(home.rules, load_rulebook(home.rules)))
    loaded_feeds = await asyncio.to_thread(load_feeds, home.feeds)
    await asyncio.to_thread(secret_desk.load)
    core = Core(store, Writer(store), hub, clock, Roster(), Rulebook())
    core.roster.load_states(store.feed_states())
    feed_desk = FeedDesk(core, home.pace, home.feeds, listings)
    rule_desk = await asyncio.to_thread(RuleDesk, core, home.rules, loaded_rules)
    rule_desk.history.kept_for = home.keep_hits
    triage = LocalTriage(core, rule_desk, feed_desk.notifier)
    await asyncio.to_thread(triage.load)
    hits = await asyncio.to_thread(_shown_at_start, store)
    hub.publish(
        [RulesChanged(core.rulebook.statuses()), HitsStored(tuple(hits.values())), TotalsChanged(store.totals())]
    )
    await feed_desk.adopt(loaded_feeds)
    await asyncio.to_thread(rule_desk.history.begin)
    triage.show()
    feed_desk.notifier.begin(tuple(hits.values()))
    if damage := store.damage():
        hub.publish([NoticeRaised("damage", NoticeLevel.WARNING, f"the history was damaged: {damage}")])
    rule_desk.show_problems()
    secret_desk.show_problems(feed_desk.feeds.values())
    poller = Poller(feed_desk, checker, clock)

    async def take(loaded: LoadedFeeds) -> None:
        await chores.schedule_feeds(feed_desk, secret_desk, poller, *await feed_desk.adopt(loaded))

    full_text = FullText(core, feed_desk.notifier.take)
    articles = ArticleReader(core, open_pages(checker, clock, secret_desk.of), full_text)
    rounds = PageRounds(core, articles, full_text, WaitingPages(home.data / WAITING_FILE))
    core.hears = rounds.hear
    return Session(
        home=home,
        core=core,
        secret_desk=secret_desk,
        feed_desk=feed_desk,
        rule_desk=rule_desk,
        poller=poller,
        article_desk=articles,
        page_rounds=rounds,
        feed_editor=FeedEditor(home, core, take),
        triage=triage,
        history=StoredHistory(core),
        pulse=PulseDesk(core, home.journal, own_clock),
    )


def _shown_at_start(store: Store) -> dict[HitId, Hit]:
    """As many of the newest hits as fill a window, and of those that were not told yet."""
    return {hit.id: hit for hit in (*store.newest_hits(WINDOW_STORIES), *store.late(store.untold(WINDOW_STORIES)))}
