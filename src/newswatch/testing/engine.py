"""An engine in memory: it keeps what it is told on a real hub, acts on verbs, and remembers who asked what.

For tests of screens and for trying a screen out by hand. It polls nothing and stores nothing; time
comes from the `now` it was given. It must never know a screen.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from newswatch.engine.api import QueryCheck
from newswatch.engine.hub import Hub
from newswatch.errors import NewswatchError, QueryError, RuleRefused, StoreLocked
from newswatch.model.backtest import Backtest, Change, Example
from newswatch.model.clause import Clause
from newswatch.model.digest import digest
from newswatch.model.entry import Entry
from newswatch.model.event import (
    Batch,
    Event,
    FeedChanged,
    HitsStored,
    Lagged,
    Liveness,
    LivenessChanged,
    OtherWriter,
    RulesChanged,
)
from newswatch.model.example import example_text
from newswatch.model.feed import FeedHealth, FeedId
from newswatch.model.hit import Hit, HitId, Triage
from newswatch.model.rule import Rule, RuleDraft, RuleId, RuleStatus
from newswatch.model.view import View
from newswatch.testing.articles import ScriptedArticles
from newswatch.testing.build import EPOCH
from newswatch.testing.feeds import ScriptedFeeds
from newswatch.testing.history import ScriptedHistory
from newswatch.testing.pulse import ScriptedPulse
from newswatch.testing.triage import ScriptedTriage

_WRITERS_VERBS = frozenset(
    ("mark_told", "advance", "set_acked", "set_starred", "set_handled", "mute", "unmute", "pause_alerts", "check_feeds")
)


@dataclass(frozen=True, slots=True)
class Call:
    """One verb that was asked for: its name, and its arguments in the order of the protocol."""

    verb: str
    arguments: tuple[object, ...]


class ScriptedEngine:
    """An `engine.api.Engine` that does what the test says.

    `publish` makes things happen; `calls` tells which verbs came, oldest first. A verb named in
    `failures` raises that error instead of acting, every time until it is taken out again. `clauses`
    is what `explain` answers (`clauses_by_rule`, when it is asked for a rule), `checks` what `check_query`
    answers for a query (else it is good), `backtests` the snapshots that `backtest` gives for one.
    """

    def __init__(
        self,
        *,
        hits: Sequence[Hit] = (),
        feeds: Sequence[FeedHealth] = (),
        rules: Sequence[RuleStatus] = (),
        liveness: Liveness = Liveness.LIVE,
        is_read_only: bool = False,
        writer: OtherWriter | None = None,
        now: Callable[[], datetime] = lambda: EPOCH,
        ring: int = 10_000,
    ) -> None:
        self.calls: list[Call] = []
        self.failures: dict[str, NewswatchError] = {}
        self.unsaid: Collection[HitId] = ()
        self.clauses: dict[HitId, Clause] = {}
        self.clauses_by_rule: dict[tuple[HitId, RuleId], Clause] = {}
        self.checks: dict[str, QueryCheck] = {}
        self.backtests: dict[str, Sequence[Backtest]] = {}
        self._now = now
        self._is_read_only = is_read_only
        self.articles = ScriptedArticles(self.hit, self._called, now)
        self.history = ScriptedHistory(self, self._called, self._refuse_mistakes)
        self.triage = ScriptedTriage(self, self._called, now)
        self.pulse = ScriptedPulse(self.snapshot, self._called, now)
        self.feeds = ScriptedFeeds(self.snapshot, self.publish, self._called)
        self._hub = Hub(View(), ring)
        self.publish(RulesChanged(tuple(rules)), *(FeedChanged(health) for health in feeds))
        self.publish(LivenessChanged(liveness, writer))
        if hits:
            self.publish(HitsStored(tuple(hits)))

    @property
    def is_read_only(self) -> bool:
        """See `Engine.is_read_only`."""
        return self._is_read_only

    @property
    def view(self) -> View:
        """What a new snapshot would say."""
        return self._hub.view

    def publish(self, *events: Event) -> None:
        """Lets these events happen now, as one batch."""
        self._hub.publish(events)

    def calls_of(self, verb: str) -> list[tuple[object, ...]]:
        """The arguments of each call of one verb, oldest first."""
        return [call.arguments for call in self.calls if call.verb == verb]

    def hit(self, hit_id: HitId) -> Hit:
        """The hit as it stands now. Raises KeyError if there is none."""
        return {hit.id: hit for story in self.view.stories for hit in story.hits}[hit_id]

    def snapshot(self) -> View:
        """See `Engine.snapshot`."""
        return self._hub.view

    def watch(self, since: int) -> AsyncIterator[Batch | Lagged]:
        """See `Engine.watch`."""
        return self._hub.watch(since)

    async def untold(self, limit: int) -> tuple[Hit, ...]:
        """See `Engine.untold`."""
        hits = [hit for story in self.view.stories for hit in story.hits if hit.told_at is None]
        return tuple(sorted(hits, key=lambda hit: (hit.found_at, hit.id))[:limit])

    async def mark_told(self, hits: Collection[HitId]) -> None:
        """See `Engine.mark_told`."""
        self._called("mark_told", tuple(hits))
        self._change([replace(hit, told_at=self._now()) for hit in self._hits(hits) if hit.told_at is None])

    async def advance(self, hits: Collection[HitId], state: Triage) -> None:
        """See `Engine.advance`."""
        self._called("advance", tuple(hits), state)
        self._change([replace(hit, state=state) for hit in self._hits(hits) if hit.state.rank < state.rank])

    async def set_acked(self, hits: Collection[HitId], *, acked: bool) -> None:
        """See `Engine.set_acked`."""
        self._called("set_acked", tuple(hits), acked)
        state = Triage.ACKED if acked else Triage.OPEN
        self._change([replace(hit, state=state) for hit in self._hits(hits)])

    async def set_starred(self, hits: Collection[HitId], *, starred: bool) -> None:
        """See `Engine.set_starred`."""
        self._called("set_starred", tuple(hits), starred)
        self._change([replace(hit, is_starred=starred) for hit in self._hits(hits)])

    async def explain(self, hit: HitId, rule: RuleId | None = None) -> Clause | None:
        """See `Engine.explain`; with `rule` from `clauses_by_rule`."""
        self.calls.append(Call("explain", (hit,) if rule is None else (hit, rule)))
        return self.clauses.get(hit) if rule is None else self.clauses_by_rule.get((hit, rule))

    def check_query(self, query: str) -> QueryCheck:
        """See `Engine.check_query`; an empty query is a mistake."""
        if not query.strip():
            return QueryCheck(error="a rule needs a query", offset=0, mend="type a word or a “phrase”")
        return self.checks.get(query, QueryCheck())

    async def backtest(
        self, draft: RuleDraft, replaces: RuleId | None = None, *, since: datetime | None = None
    ) -> AsyncGenerator[Backtest, None]:
        """See `Engine.backtest`: the snapshots that `backtests` holds for the query; else a plain search for it, and
        for the query it would replace, in the titles of the hits' entries.
        """
        self._called("backtest", draft, replaces, since)
        self._refuse_mistakes(draft.query)
        if draft.query in self.backtests:
            for snapshot in self.backtests[draft.query]:
                yield snapshot
                await asyncio.sleep(0)
            return
        known = {(hit.entry.feed_id, hit.entry.key): hit.entry for story in self.view.stories for hit in story.hits}
        entries = [entry for entry in known.values() if since is None or entry.at >= since]
        saved = next((status.rule for status in self.view.rules if status.rule.id == replaces), None)
        found = [_searched(entry, draft.query) for entry in entries]
        before = [saved is not None and _searched(entry, saved.text) for entry in entries]
        yield Backtest(len(entries), since=since)
        yield Backtest(
            len(entries),
            asked=len(entries),
            since=since,
            hits=sum(found),
            stories=sum(found),
            saved_hits=None if saved is None else sum(before),
            saved_stories=sum(before),
            added=0 if saved is None else sum(new and not old for new, old in zip(found, before, strict=True)),
            gone=sum(old and not new for new, old in zip(found, before, strict=True)),
            examples=tuple(
                Example(entry, Change.GONE if not new else Change.NEW if saved and not old else Change.SAME)
                for entry, new, old in zip(entries, found, before, strict=True)
                if new or old
            ),
            is_complete=True,
        )

    async def save_rule(self, draft: RuleDraft, replaces: RuleId | None = None) -> RuleId:
        """See `Engine.save_rule`; nothing stored is matched again."""
        self._called("save_rule", draft, replaces)
        self._refuse_mistakes(draft.query)
        rule_id = RuleId(draft.id or "-".join((draft.name or draft.query).casefold().split()) or digest(draft.query))
        rule = Rule(rule_id, draft.name, draft.query, severity=draft.severity, enabled=draft.enabled)
        status = RuleStatus(rule, is_live=draft.enabled)
        rules = list(self.view.rules)
        places = [place for place, old in enumerate(rules) if old.rule.id == (replaces or rule_id)]
        if places:
            rules[places[0]] = status
        else:
            rules.append(status)
        self.publish(RulesChanged(tuple(rules)))
        return rule_id

    async def set_rule_enabled(self, rule: RuleId, *, enabled: bool) -> None:
        """See `Engine.set_rule_enabled`."""
        self._called("set_rule_enabled", rule, enabled)
        self._refuse_unknown(rule)
        rules = tuple(
            replace(status, rule=replace(status.rule, enabled=enabled), is_live=enabled)
            if status.rule.id == rule
            else status
            for status in self.view.rules
        )
        self.publish(RulesChanged(rules))

    async def delete_rule(self, rule: RuleId) -> None:
        """See `Engine.delete_rule`."""
        self._called("delete_rule", rule)
        self._refuse_unknown(rule)
        self.publish(RulesChanged(tuple(status for status in self.view.rules if status.rule.id != rule)))

    async def add_example(self, example: Hit | str, rule: RuleId, *, matches: bool) -> str:
        """See `Engine.add_example`: the rule matches what `backtest` would find."""
        text = example if isinstance(example, str) else example_text(example)
        self._called("add_example", example, rule, matches)
        self._refuse_unknown(rule)
        known = next(status.rule for status in self.view.rules if status.rule.id == rule)
        if text in (known.must if matches else known.must_not):
            return text
        if matches is not (known.text.casefold() in text.casefold()):
            raise RuleRefused(f"the rule {'does not match' if matches else 'still matches'} this text: {text}")
        must, must_not = ((text,), ()) if matches else ((), (text,))
        after = replace(known, must=(*known.must, *must), must_not=(*known.must_not, *must_not))
        statuses = (replace(status, rule=after) if status.rule is known else status for status in self.view.rules)
        self.publish(RulesChanged(tuple(statuses)))
        return text

    async def drop_example(self, text: str, rule: RuleId, *, matches: bool) -> None:
        """See `Engine.drop_example`."""
        self._called("drop_example", text, rule, matches)
        self._refuse_unknown(rule)
        known = next(status.rule for status in self.view.rules if status.rule.id == rule)
        if text not in (known.must if matches else known.must_not):
            raise RuleRefused(f"the rule {rule} has no such example")
        must, must_not = (tuple(one for one in texts if one != text) for texts in (known.must, known.must_not))
        after = replace(known, must=must) if matches else replace(known, must_not=must_not)
        statuses = (replace(status, rule=after) if status.rule is known else status for status in self.view.rules)
        self.publish(RulesChanged(tuple(statuses)))

    async def rules_saved(self) -> None:
        """See `Engine.rules_saved`: there is no disk."""
        self._called("rules_saved")

    async def check_feeds(self, feeds: Sequence[FeedId] | None = None) -> None:
        """See `Engine.check_feeds`: the feeds are shown as being checked until the test publishes a result."""
        self._called("check_feeds", None if feeds is None else tuple(feeds))
        asked = self.view.feeds if feeds is None else feeds
        known = [self.view.feeds[feed] for feed in asked if feed in self.view.feeds]
        self.publish(*(FeedChanged(replace(health, is_checking=True)) for health in known))

    async def take_over(self) -> None:
        """See `Engine.take_over`: from then on it is the writer."""
        self._called("take_over")
        self._is_read_only = False
        self.publish(LivenessChanged(Liveness.LIVE))

    async def quit(self) -> None:
        """See `Engine.quit`."""
        self._called("quit")
        self._hub.close()

    def _called(self, verb: str, *arguments: object) -> None:
        self.calls.append(Call(verb, arguments))
        if verb in self.failures:
            raise self.failures[verb]
        is_writers = verb in _WRITERS_VERBS
        if self._is_read_only and (is_writers or (verb == "take_over" and self.view.writer is not None)):
            raise StoreLocked(Path("newswatch"), self.view.writer.pid if self.view.writer is not None else None)

    def _hits(self, wanted: Collection[HitId]) -> list[Hit]:
        known = {hit.id: hit for story in self.view.stories for hit in story.hits}
        return [known[hit_id] for hit_id in wanted if hit_id in known]

    def _change(self, hits: Sequence[Hit]) -> None:
        if hits:
            self.publish(HitsStored(tuple(hits)))

    def _refuse_mistakes(self, query: str) -> None:
        check = self.check_query(query)
        if not check.is_good:
            raise QueryError(check.error, check.offset or 0, check.mend)

    def _refuse_unknown(self, rule: RuleId) -> None:
        if all(status.rule.id != rule for status in self.view.rules):
            raise RuleRefused(f"there is no rule {rule!r}; see the Rules screen for those there are")


def _searched(entry: Entry, query: str) -> bool:
    return query.casefold() in entry.title.casefold()
