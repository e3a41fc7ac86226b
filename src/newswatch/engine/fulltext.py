"""Rules that ask for the full text: what they find in a page that was read becomes hits, stored with it, once.

Such a rule is matched against the feed's text like any other. Where it does not match that, but could with some text
for `content`, the page stands in for it (`match.pages`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from newswatch.engine.core import Core
from newswatch.engine.holding import held_back
from newswatch.engine.intake import found_again, make_hit, scope_of
from newswatch.engine.page_match import found_in_page, has_page
from newswatch.engine.placing import StoryPlaces
from newswatch.match.matcher import FeedScope, LiveRule
from newswatch.match.pages import could_match
from newswatch.model.article import Article
from newswatch.model.entry import Entry
from newswatch.model.event import RulesChanged
from newswatch.model.hit import Hit
from newswatch.model.rule import RuleId

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

    async def found(self, entry: Entry, article: Article, earlier: Iterable[Hit]) -> tuple[Hit, ...]:
        """The hits that the article's newest text gives beyond those on the entry, and of `earlier`, which are those,
        the ones that it takes from their rule or gives back to it. Whoever calls holds `order` until they are stored.
        """
        core, page = self._core, article.newest
        if not has_page(article) or not self.has_rules:
            return ()
        now_stored = core.store.entry(entry.feed_id, entry.key) or entry
        # What a rule finds in the feed's text it finds there whatever the page says.
        known = {hit.rule_id: hit for hit in earlier if hit.is_in_full_text or hit.is_old_rule}
        rules = [*self._waiting(now_stored), *(live for live in self._in_force() if live.rule.id in known)]
        if not rules:
            return ()
        overruns = list[RuleId]()
        scope = self._scope_of(now_stored)
        matches = await asyncio.to_thread(found_in_page, rules, now_stored, scope, page.text, overruns)
        if overruns and core.rulebook.pause(overruns):
            core.hub.publish([RulesChanged(core.rulebook.statuses())])
        marks_of = {live.rule.id: marks for live, marks in matches}
        story, now = StoryPlaces(core.store).story_of(now_stored), core.clock.now()
        new = [
            make_hit(live.rule, now_stored, marks, story, now) for live, marks in matches if live.rule.id not in known
        ]
        changed = [
            found_again(hit, live.rule, marks_of[hit.rule_id])
            if hit.rule_id in marks_of
            else replace(hit, is_old_rule=True)
            for live in rules
            if (hit := known.get(live.rule.id)) is not None and hit.rule_id not in overruns
        ]
        return (*held_back(new, core.mutes, core.store, now), *changed)

    def raise_alerts(self, new_hits: Sequence[Hit]) -> None:
        """Raises the alerts among hits that were found, stored and told."""
        self._take(self._core.store.late(new_hits), None)

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
        scope = self._scope_of(entry)
        done = {hit.rule_id for hit in core.store.hits_of_entry(entry.feed_id, entry.key)}
        now = core.clock.now()
        return [
            live
            for live in rules
            if live.rule.id not in done and not live.rule.has_expired(now) and live.is_for(entry.document, scope)
        ]

    def _scope_of(self, entry: Entry) -> FeedScope:
        feed = self._core.roster.feeds.get(entry.feed_id)
        return scope_of(feed) if feed is not None else FeedScope(address="")
