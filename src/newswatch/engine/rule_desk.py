"""The rules' side of the engine: rules.toml in and out, what an edit means for the history, questions about rules."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from newswatch.engine.api import QueryCheck, QueryTrial
from newswatch.engine.core import Core
from newswatch.engine.intake import scope_of
from newswatch.engine.rematch import Rematch
from newswatch.errors import FileInvalid, NewswatchError, QueryError
from newswatch.match.compile import compile_query
from newswatch.match.explain import explain
from newswatch.match.grammar import parse_query
from newswatch.match.hints import hints
from newswatch.match.matcher import FeedScope
from newswatch.match.rulefile import LoadedRules, delete_rule, load_rulebook, save_rule, set_enabled, write_missing_ids
from newswatch.model.clause import Clause
from newswatch.model.entry import Entry
from newswatch.model.event import NoticeCleared, NoticeLevel, NoticeRaised, RulesChanged
from newswatch.model.feed import FeedId
from newswatch.model.hit import Held, Hit, HitId
from newswatch.model.rule import Rule, RuleBook, RuleDraft, RuleId
from newswatch.store.api import Transaction

RULES_FILE = "rules.toml"
BROKEN_RULES = "broken rules"
TRIAL_EXAMPLES = 20
SLICE = 500

log = logging.getLogger(__name__)


class RuleDesk:
    """Edits, reloads and explains rules on a core."""

    def __init__(self, core: Core, path: Path, loaded: LoadedRules) -> None:
        self._core = core
        self._path = path
        self._fingerprint = loaded.fingerprint
        self._editing = asyncio.Lock()
        core.rulebook.count(core.store.hits())
        self._acting = core.rulebook.adopt(loaded.book)

    @property
    def path(self) -> Path:
        """rules.toml."""
        return self._path

    async def catch_up(self) -> None:
        """Holds the rules against what was stored before the start: they may have been edited meanwhile."""
        await self._rematch(self._acting)

    async def reload(self) -> None:
        """Takes over a file that changed on disk. A file that cannot be read keeps the last good set."""
        async with self._editing:
            try:
                loaded = await asyncio.to_thread(load_rulebook, self._path)
            except (FileInvalid, OSError) as error:
                self._warn(f"rules kept as they were: {error}")
                return
            if not loaded.text.strip() and self._core.rulebook.matcher.rules:
                # Emptied by a hand it would be a file without rules; half saved by an editor it looks the same.
                is_there = await asyncio.to_thread(self._path.exists)
                self._warn(f"rules kept as they were: {self._path} is {'empty' if is_there else 'gone'}")
                return
            self._core.hub.publish([NoticeCleared(RULES_FILE)] if RULES_FILE in self._core.hub.view.notices else [])
            if loaded.fingerprint != self._fingerprint:
                await self._adopt(await asyncio.to_thread(with_ids, self._path, loaded))

    async def save(self, draft: RuleDraft, replaces: RuleId | None) -> RuleId:
        """See `Engine.save_rule`."""
        parse_query(draft.query, self._core.rulebook.book.aliases)
        async with self._editing:
            rule_id, loaded = await asyncio.to_thread(save_rule, self._path, self._fingerprint, draft, replaces)
            await self._adopt(loaded)
        return rule_id

    async def set_enabled(self, rule_id: RuleId, *, enabled: bool) -> None:
        """See `Engine.set_rule_enabled`."""
        await self._edit(lambda: set_enabled(self._path, self._fingerprint, rule_id, enabled=enabled))

    async def delete(self, rule_id: RuleId) -> None:
        """See `Engine.delete_rule`."""
        await self._edit(lambda: delete_rule(self._path, self._fingerprint, rule_id))

    def check(self, query: str) -> QueryCheck:
        """See `Engine.check_query`."""
        return check_query(query, self._core.rulebook.book)

    async def try_query(self, query: str) -> QueryTrial:
        """See `Engine.try_query`."""
        book = self._core.rulebook.book
        compiled = compile_query(query, book.aliases, book.default_fields)
        entries = list(self._core.store.entries())

        def run() -> list[Entry]:
            return [entry for entry in entries if compiled.marks(entry.document) is not None]

        matched = await asyncio.to_thread(run)
        matched.sort(key=lambda entry: entry.at, reverse=True)
        return QueryTrial(len(entries), len(matched), tuple(entry.title for entry in matched[:TRIAL_EXAMPLES]))

    def explain(self, hit_id: HitId) -> Clause | None:
        """See `Engine.explain`."""
        hit = self._core.store.hit(hit_id)
        if hit is None:
            return None
        book = self._core.rulebook.book
        rule = self._core.rulebook.rule(hit.rule_id)
        try:
            return explain(hit.query, hit.entry.document, book.aliases, rule.fields if rule else book.default_fields)
        except QueryError:  # the aliases that the old rule spoke of are gone
            return None

    def show_problems(self) -> None:
        """Says on every screen, and in the log, that rules are broken; the Rules screen says how."""
        problems = self._core.rulebook.problems()
        if not problems:
            if BROKEN_RULES in self._core.hub.view.notices:
                self._core.hub.publish([NoticeCleared(BROKEN_RULES)])
            return
        for problem in problems:
            log.warning("rule %s: %s", problem.rule_id, problem.message)
        first, many = problems[0], len(problems)
        which = f"rule {first.rule_id} is broken" if many == 1 else f"{many} rules are broken, {first.rule_id} first"
        text = f"{which}: {first.message} · 3 shows it"
        self._core.hub.publish([NoticeRaised(BROKEN_RULES, NoticeLevel.WARNING, text)])

    def _warn(self, text: str) -> None:
        log.warning("%s", text)
        self._core.hub.publish([NoticeRaised(RULES_FILE, NoticeLevel.ERROR, text)])

    async def _edit(self, edit: Callable[[], LoadedRules]) -> None:
        async with self._editing:
            await self._adopt(await asyncio.to_thread(edit))

    async def _adopt(self, loaded: LoadedRules) -> None:
        self._fingerprint = loaded.fingerprint
        async with self._core.order:
            acting = await asyncio.to_thread(self._core.rulebook.adopt, loaded.book)
            self._core.hub.publish([RulesChanged(self._core.rulebook.statuses())])
            self.show_problems()
        await self._rematch(acting)

    async def _rematch(self, rules: tuple[Rule, ...]) -> None:
        """Matches what is stored already, slice by slice off the loop, so that nothing waits for the whole of it.

        The rules are live by now, so what comes in meanwhile is matched by them.
        """
        core = self._core
        if not rules:
            return
        scopes = {feed_id: scope_of(feed) for feed_id, feed in core.roster.feeds.items()}

        def scope(feed_id: FeedId) -> FeedScope:
            return scopes.get(feed_id, FeedScope(address="", tags=()))

        aliases = core.rulebook.book.aliases
        search = await asyncio.to_thread(Rematch, rules, aliases, scope, core.store, core.clock.now())
        entries = await asyncio.to_thread(lambda: list(core.store.entries()))
        for start in range(0, len(entries), SLICE):
            found = await asyncio.to_thread(search.of, entries[start : start + SLICE])
            if search.overruns and core.rulebook.pause(search.overruns):
                core.hub.publish([RulesChanged(core.rulebook.statuses())])
            await self._keep(found, rules)

    async def _keep(self, found: list[Hit], rules: tuple[Rule, ...]) -> None:
        """Stores and tells what a slice gave, but for rules that were edited again meanwhile."""
        core = self._core
        async with core.order:
            live = {rule.id for rule in rules if core.rulebook.is_live(rule)}
            fresh = (self._as_of_now(hit) for hit in found if hit.rule_id in live)
            hits = tuple(hit for hit in fresh if hit is not None)
            if hits:
                transaction = Transaction(hits=hits)
                new_hits = core.unknown(hits)
                await core.commit(transaction)
                core.tell(transaction, new_hits)

    def _as_of_now(self, hit: Hit) -> Hit | None:
        """The hit with what people and the poller did to it while the history was searched; None if nothing changes."""
        stored = self._core.store.hit(hit.id)
        if stored is None:
            return hit
        if hit.held is Held.RULE_CHANGE and stored.held is not Held.RULE_CHANGE:
            return None
        fresh = replace(
            stored,
            marks=hit.marks,
            rule_name=hit.rule_name,
            rule_version=hit.rule_version,
            query=hit.query,
            is_old_rule=hit.is_old_rule,
        )
        return None if fresh == stored else fresh


def with_ids(path: Path, loaded: LoadedRules) -> LoadedRules:
    """The rules with the ids that were derived from their names written back; where that fails, as they are."""
    try:
        return write_missing_ids(path, loaded.fingerprint)
    except (NewswatchError, OSError) as error:
        log.warning("the ids of rules without one could not be written back: %s", error)
        return loaded


def check_query(query: str, book: RuleBook) -> QueryCheck:
    """What can be said of a query with the aliases of a book."""
    try:
        node = parse_query(query, book.aliases)
    except QueryError as mistake:
        return QueryCheck(mistake.message, mistake.offset, mistake.hint)
    return QueryCheck(hints=hints(query, node))
