"""Rules that ask for the full text: what they find in a page that was read becomes hits, stored with it, once.

Such a rule is matched against the feed's text like any other. Where it does not match that, but could with some text
for `content`, the page stands in for it (`match.pages`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from newswatch.engine.core import Core
from newswatch.engine.holding import held_back
from newswatch.engine.intake import MAX_MARKS, make_hit, scope_of
from newswatch.engine.placing import StoryPlaces
from newswatch.errors import QueryError
from newswatch.match.matcher import FeedScope, LiveRule
from newswatch.match.pages import could_match, marks_with_page
from newswatch.model.article import Article, TextFrom
from newswatch.model.entry import Entry
from newswatch.model.event import RulesChanged
from newswatch.model.hit import Hit, Mark
from newswatch.model.rule import RuleId
from newswatch.store.api import Transaction

Take = Callable[[Sequence[Hit], datetime | None], None]
"""`Notifier.take`: raises the alerts among new hits."""


class FullText:
    """Matches pages. It fetches nothing."""

    def __init__(self, core: Core, take: Take) -> None:
        self._core = core
        self._take = take
        self._matcher = core.rulebook.matcher
        self._rules: tuple[LiveRule, ...] | None = None

    @property
    def has_rules(self) -> bool:
        """Whether any rule in force asks for the full text."""
        return bool(self._in_force())

    def is_asked_for(self, entry: Entry) -> bool:
        """Whether a rule asks for pages of entries like this one: by feed and language, which costs little to see."""
        return bool(self._waiting(entry))

    async def is_wanted(self, entry: Entry) -> bool:
        """Whether reading the entry's page could give a hit that there is not yet."""
        rules = self._waiting(entry)
        if not rules:
            return False
        return await asyncio.to_thread(lambda: any(could_match(live.query, entry.document) for live in rules))

    async def match(self, entry: Entry, article: Article) -> tuple[Hit, ...]:
        """Stores and tells the hits that the article's newest text gives beyond those there are; returns them.

        Raises StoreError if they could not be stored.
        """
        page = article.newest
        if page.text_from is TextFrom.FEED or not self._waiting(entry):
            return ()
        core = self._core
        async with core.order:
            now_stored = core.store.entry(entry.feed_id, entry.key) or entry
            rules, overruns = self._waiting(now_stored), list[RuleId]()
            found = await asyncio.to_thread(_found, rules, now_stored, page.text, overruns)
            if overruns and core.rulebook.pause(overruns):
                core.hub.publish([RulesChanged(core.rulebook.statuses())])
            if not found:
                return ()
            story = StoryPlaces(core.store).story_of(now_stored)
            now = core.clock.now()
            hits = [make_hit(live.rule, now_stored, marks, story, now) for live, marks in found]
            hits = list(held_back(hits, core.mutes, core.store, now))
            transaction = Transaction(hits=tuple(hits), articles=(article,))
            await core.commit(transaction)
            core.tell(transaction, hits)
            self._take(core.store.late(hits), None)
        return tuple(hits)

    def _in_force(self) -> tuple[LiveRule, ...]:
        """The rules that ask for the full text; looked for again only when the rules are others: they may be many."""
        if self._rules is None or self._matcher is not self._core.rulebook.matcher:
            self._matcher = self._core.rulebook.matcher
            self._rules = tuple(live for live in self._matcher.live if live.rule.fulltext)
        return self._rules

    def _waiting(self, entry: Entry) -> list[LiveRule]:
        """The rules that ask for the entry's page and have no hit on it."""
        core = self._core
        rules = self._in_force()
        if not rules or entry.is_backlog:
            return []
        feed = core.roster.feeds.get(entry.feed_id)
        scope = scope_of(feed) if feed is not None else FeedScope(address="")
        done = {hit.rule_id for hit in core.store.hits_of_entry(entry.feed_id, entry.key)}
        now = core.clock.now()
        return [
            live
            for live in rules
            if live.rule.id not in done and not live.rule.has_expired(now) and live.is_for(entry.document, scope)
        ]


def _found(
    rules: Sequence[LiveRule], entry: Entry, text: str, overruns: list[RuleId]
) -> list[tuple[LiveRule, tuple[Mark, ...]]]:
    """The rules that match, with what they found."""
    found: list[tuple[LiveRule, tuple[Mark, ...]]] = []
    for live in rules:
        try:
            marks = marks_with_page(live.query, entry.document, text)
        except QueryError:
            overruns.append(live.rule.id)
            continue
        if marks is not None:
            found.append((live, marks[:MAX_MARKS]))
    return found
