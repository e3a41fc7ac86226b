"""Which rules all that is stored was matched with, so that a start searches for none of them again.

The store keeps a rule's *form*: a digest of all that decides what it matches. It stands there as long as each entry
that came in since was matched by the rule in that form. Whatever ends that takes it back with the next commit, in the
very transaction of the first entries that were matched otherwise: at no step does the journal say more than is true.
Docs: decision 19. Must never know how a search is done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from newswatch.engine.intake import scope_of
from newswatch.engine.roster import Roster
from newswatch.engine.rulebook import Rulebook
from newswatch.match.matcher import SEMANTICS, FeedScope, LiveRule, Matcher
from newswatch.model.digest import digest
from newswatch.model.feed import Feed, FeedId
from newswatch.model.rule import Rule, RuleId
from newswatch.model.ruleform import RuleForm
from newswatch.store.api import FeedCounts, Store, Transaction


class Reach:
    """Which feeds the `feeds` keys of rules mean, as feeds.opml is now."""

    def __init__(self, feeds: Mapping[FeedId, Feed]) -> None:
        self.scopes: dict[FeedId, FeedScope] = {feed_id: scope_of(feed) for feed_id, feed in feeds.items()}
        self._meant_by: dict[str, set[FeedId]] = {}
        for feed_id, scope in self.scopes.items():
            for name in (scope.address, *scope.earlier, *(f"tag:{tag}" for tag in scope.tags)):
                self._meant_by.setdefault(name, set()).add(feed_id)
        self._of: dict[tuple[str, ...], frozenset[FeedId]] = {}  # many rules have the same key
        self._digests: dict[tuple[str, ...], str] = {}

    def of(self, wanted: tuple[str, ...]) -> frozenset[FeedId]:
        """The feeds that such a key means."""
        found = self._of.get(wanted)
        if found is None:
            found = self._of[wanted] = frozenset().union(*(self._meant_by.get(name, ()) for name in wanted))
        return found

    def digest_of(self, wanted: tuple[str, ...]) -> str:
        """A digest of them; "" for a rule without such a key, which means all that ever come."""
        if not wanted:
            return ""
        found = self._digests.get(wanted)
        if found is None:
            found = self._digests[wanted] = digest("feeds", *sorted(self.of(wanted)))
        return found


def forms(
    matcher: Matcher, reach: Reach, kept_for: timedelta | int | None, now: datetime, only: Iterable[Rule] | None = None
) -> dict[RuleId, str]:
    """The forms of the rules that are live; of these only, if they are named and live.

    `kept_for` is how long hits are kept: what is older is not found by a search, so that a longer time is another form.
    A rule that is over finds nothing new, so being over is another form, too.
    """
    wanted = None if only is None else {rule.id for rule in only}
    return {
        live.rule.id: _form(live, reach, kept_for, now)
        for live in matcher.live
        if wanted is None or live.rule.id in wanted
    }


def _form(live: LiveRule, reach: Reach, kept_for: timedelta | int | None, now: datetime) -> str:
    rule = live.rule
    aliases = [part for name, entries in sorted(live.aliases) for part in (name, str(len(entries)), *entries)]
    is_over = str(rule.has_expired(now))
    feeds = reach.digest_of(rule.feeds)
    return digest("form", str(SEMANTICS), rule.version, str(kept_for), is_over, feeds, *aliases)


@dataclass(frozen=True, slots=True)
class Watch:
    """Rules as they were when their search began, and how often each had broken by then."""

    forms: Mapping[RuleId, str]
    breaks: Mapping[RuleId, int]


class Searched:
    """Keeps true what the store says of rules that were searched for.

    Until `begin` none of it is believed. `missed` is called with rules that mean other stored entries than before,
    because feeds.opml changed.
    """

    def __init__(self, store: Store, rulebook: Rulebook, roster: Roster) -> None:
        self.missed: Callable[[Iterable[Rule]], None] = lambda _rules: None
        self._store = store
        self._rulebook = rulebook
        self._roster = roster
        self._kept_for: timedelta | int | None = None
        self._reach = Reach({})
        self._roster_changes = roster.changes
        # Rules that mean other feeds, but no other entries, and how often they had broken by then.
        self._moved: dict[RuleId, int] = {}
        self._damage = store.damage()
        rulebook.breaks.note(store.searched())

    def begin(self, kept_for: timedelta | int | None, now: datetime) -> tuple[Rule, ...]:
        """The rules to search for, now that rules and feeds are in force and nothing was committed yet."""
        self._kept_for = kept_for
        self._reach, self._roster_changes = Reach(self._roster.feeds), self._roster.changes
        self._rulebook.look_at_time(now)
        stored, matcher = self._store.searched(), self._rulebook.matcher
        live = forms(matcher, self._reach, kept_for, now)
        self._rulebook.breaks.take()
        self._rulebook.breaks.note(rule_id for rule_id, form in stored.items() if live.get(rule_id) != form)
        return tuple(rule for rule in matcher.rules if stored.get(rule.id) != live[rule.id])

    def watch(self, rules: Iterable[Rule], now: datetime) -> Watch:
        """Rules whose search begins, with all that other forms of them matched stored: whoever calls holds `order`."""
        self.look_at_feeds()
        self._rulebook.look_at_time(now)
        live = forms(self._rulebook.matcher, self._reach, self._kept_for, now, rules)
        return Watch(live, {rule_id: self._rulebook.breaks.count_of(rule_id) for rule_id in live})

    def found_all(self, watch: Watch, rules: Iterable[Rule]) -> tuple[RuleForm, ...]:
        """What may be recorded of rules whose search has ended; whoever calls holds `order` until it is."""
        return tuple(
            RuleForm(rule.id, watch.forms[rule.id])
            for rule in rules
            if rule.id in watch.forms and self._rulebook.breaks.count_of(rule.id) == watch.breaks[rule.id]
        )

    def carried_by(self, transactions: Sequence[Transaction], now: datetime) -> Transaction:
        """The first of the transactions, with what holds no more taken back. If it fails, tell `not_carried`."""
        first, breaks = transactions[0], self._rulebook.breaks
        found = [(form, breaks.count_of(form.rule_id)) for form in first.searched]
        self._rulebook.look_at_time(now)
        self.look_at_feeds(entry.feed_id for transaction in transactions for entry in transaction.entries)
        if (damage := self._store.damage()) != self._damage:  # a row turned out bad: what it said may be found again
            self._damage = damage
            breaks.note(self._store.searched())
        self._look_at_pages(transactions)
        unbroken = (form for form, count in found if breaks.count_of(form.rule_id) == count)
        recorded = (*unbroken, *self._forms_of_moved(now))
        broken = breaks.take() - {form.rule_id for form in recorded}
        if not broken and recorded == first.searched:
            return first
        return replace(first, searched=recorded, unsearched=(*first.unsearched, *sorted(broken)))

    def not_carried(self, transaction: Transaction) -> None:
        """The disk may not have taken it."""
        breaks = self._rulebook.breaks
        breaks.give_back([*transaction.unsearched, *(form.rule_id for form in transaction.searched)])

    def look_at_feeds(self, bring: Iterable[FeedId] = ()) -> None:
        """Takes in that feeds.opml changed: rules that mean other feeds than before break.

        They are `missed` if anything is stored of those feeds, or comes now: entries of `bring` may have been matched
        while other feeds were in force.
        """
        if self._roster.changes == self._roster_changes:
            return
        self._roster_changes = self._roster.changes
        before, self._reach = self._reach, Reach(self._roster.feeds)
        has_rows = partial(self._has_rows, frozenset(bring))
        stored, missed = self._store.searched(), list[Rule]()
        moves: dict[tuple[str, ...], tuple[bool, bool]] = {}  # by key: whether it means other feeds, and other entries
        for rule in self._rulebook.on_some_feeds:
            if rule.feeds not in moves:
                others = before.of(rule.feeds) ^ self._reach.of(rule.feeds)
                moves[rule.feeds] = bool(others), any(map(has_rows, others))
            are_others, have_rows = moves[rule.feeds]
            if not are_others:
                continue
            is_true = self._is_told(rule, stored) and not have_rows
            self._rulebook.breaks.note([rule.id])
            if is_true:
                self._moved[rule.id] = self._rulebook.breaks.count_of(rule.id)
            else:
                missed.append(rule)
        if missed:
            self.missed(missed)

    def _look_at_pages(self, transactions: Sequence[Transaction]) -> None:
        """Takes in that pages come, or texts that have one are edited: rules on full text were asked of both, but not
        of what was there before a person watched its feed.
        """
        edited = (revision.entry for one in transactions for revision in one.revisions)
        names = {(entry.feed_id, entry.key) for entry in edited if self._store.has_hits(entry.feed_id, entry.key)}
        names.update((article.feed_id, article.key) for one in transactions for article in one.articles)
        if not names or not (rules := self._rulebook.on_full_text):
            return
        self._rulebook.breaks.disturb(rule.id for rule in rules)
        if any((entry := self._store.entry(*name)) is not None and entry.is_backlog for name in names):
            self._rulebook.breaks.note(rule.id for rule in rules)

    def _has_rows(self, bring: frozenset[FeedId], feed_id: FeedId) -> bool:
        return feed_id in bring or self._store.feed_counts(feed_id) != FeedCounts()

    def _is_told(self, rule: Rule, stored: Mapping[RuleId, str]) -> bool:
        """Whether what the store says of a rule is true, or will be with the next commit."""
        breaks = self._rulebook.breaks
        return rule.id in stored and (
            rule.id not in breaks.untold or self._moved.get(rule.id) == breaks.count_of(rule.id)
        )

    def _forms_of_moved(self, now: datetime) -> tuple[RuleForm, ...]:
        if not self._moved:
            return ()
        moved, self._moved = self._moved, {}
        breaks = self._rulebook.breaks
        rules = [rule for rule in self._rulebook.on_some_feeds if moved.get(rule.id) == breaks.count_of(rule.id)]
        live = forms(self._rulebook.matcher, self._reach, self._kept_for, now, rules)
        return tuple(RuleForm(rule_id, form) for rule_id, form in live.items())
