"""The rules in force: which are live and in what form, and the numbers of each. Bookkeeping only."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from newswatch.engine.breaks import Breaks
from newswatch.match.matcher import Matcher, compile_book
from newswatch.model.hit import Hit
from newswatch.model.rule import Rule, RuleBook, RuleId, RuleProblem, RuleStatus
from newswatch.store.api import RuleCounts


@dataclass(slots=True)
class _Tally:
    hits: int = 0
    held: int = 0
    last_hit_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Kinds:
    """Rules that are live and of whom more is to be asked than of others."""

    matcher: Matcher
    on_some_feeds: tuple[Rule, ...]
    on_full_text: tuple[Rule, ...]
    ending: tuple[Rule, ...]

    @classmethod
    def of(cls, matcher: Matcher) -> _Kinds:
        rules = matcher.rules
        return cls(
            matcher,
            tuple([rule for rule in rules if rule.feeds]),
            tuple([rule for rule in rules if rule.fulltext]),
            tuple([rule for rule in rules if rule.expires is not None]),
        )


@dataclass(frozen=True, slots=True)
class Prepared:
    """A book, compiled. `base` is the matcher that was in force then."""

    book: RuleBook
    matcher: Matcher
    base: Matcher


class Rulebook:
    """What rules.toml says, what of it is live, and how often each rule hit.

    A rule whose new form is broken stays live in its last good one and shows the mistake; one that never
    was good is off. `breaks` counts how often each ceased to act in the form that it had.
    """

    def __init__(self) -> None:
        self._book = RuleBook()
        self._live: dict[RuleId, Rule] = {}
        self._problems: dict[RuleId, RuleProblem] = {}
        self._paused: dict[RuleId, RuleProblem] = {}
        self._tallies: dict[RuleId, _Tally] = {}
        self._rows: dict[RuleId, RuleStatus] = {}
        self.matcher: Matcher = compile_book(self._book)
        self.breaks = Breaks()
        self._kinds = _Kinds.of(self.matcher)
        self._over: set[RuleId] = set()

    @property
    def book(self) -> RuleBook:
        """The book as its file has it."""
        return self._book

    def prepare(self, book: RuleBook) -> Prepared:
        """A book with its rules compiled: the part that takes time. Changes nothing, so it may be done on a thread."""
        base = self.matcher
        return Prepared(book, compile_book(book, base), base)

    def put(self, prepared: Prepared, *, unpause: bool = True) -> tuple[Rule, ...] | None:
        """Puts a book in force. Returns the rules that act from now on in a form they did not have before; None, and
        nothing is changed, if others were put in force since it was prepared.

        Without `unpause` rules that are paused stay so unless they were edited.
        """
        if prepared.base is not self.matcher:
            return None
        known = {rule.id: rule for rule in self._book.rules} if self._paused and not unpause else {}
        paused = {rule.id for rule in prepared.book.rules if rule.id in self._paused and known.get(rule.id) is rule}
        book, before, aliases_before = prepared.book, self._live, self._book.aliases
        self._book, self.matcher = book, prepared.matcher
        self._paused.clear()
        self._problems = {problem.rule_id: problem for problem in self.matcher.problems}
        self._live = {rule.id: rule for rule in self.matcher.rules}
        self._fill_rows()
        self.pause(paused)
        has_new_aliases = book.aliases is not aliases_before and book.aliases != aliases_before
        last = before.get
        replaced = [rule for rule in self.matcher.rules if last(rule.id) is not rule]
        acting = {rule.id for rule in replaced if rule.id not in before or _acts_otherwise(before[rule.id], rule)}
        if has_new_aliases:
            acting.update(rule.id for rule in self.matcher.rules if "@" in rule.text)
        self.breaks.note(acting)
        self.breaks.note(before.keys() - self._live.keys())
        return tuple(rule for rule in self.matcher.rules if rule.id in acting) if acting else ()

    def adopt(self, book: RuleBook) -> tuple[Rule, ...]:
        """Both at once, where nobody else is about."""
        return self.put(self.prepare(book)) or ()

    def pause(self, rule_ids: Iterable[RuleId]) -> bool:
        """Takes rules out until the file changes: their regular expressions took too long. True if any was in."""
        slow = {rule_id for rule_id in rule_ids if rule_id in self._live}
        for rule_id in slow:
            del self._live[rule_id]
            self._paused[rule_id] = RuleProblem(
                rule_id,
                "paused: its regular expression took longer than 50 ms on one text",
                hint="make it simpler, or use words and * instead",
            )
        if slow:
            self.breaks.note(slow)
            rules = tuple(rule for rule in self.matcher.rules if rule.id not in slow)
            self.matcher = compile_book(replace(self._book, rules=rules), self.matcher)
            self._refresh(slow)
        return bool(slow)

    @property
    def on_some_feeds(self) -> tuple[Rule, ...]:
        """The live rules that name feeds."""
        return self._kinds_now().on_some_feeds

    @property
    def on_full_text(self) -> tuple[Rule, ...]:
        """The live rules that are matched with pages, too."""
        return self._kinds_now().on_full_text

    def look_at_time(self, now: datetime) -> None:
        """Takes in which rules are over by now: they match nothing more that comes in, unless the clock is set back."""
        over = {rule.id for rule in self._kinds_now().ending if rule.has_expired(now)}
        if over != self._over:
            self.breaks.note(over ^ self._over)
            self._over = over

    def _kinds_now(self) -> _Kinds:
        if self._kinds.matcher is not self.matcher:
            self._kinds = _Kinds.of(self.matcher)
        return self._kinds

    def count(self, new_hits: Iterable[Hit]) -> set[RuleId]:
        """Adds hits that were not there before to the numbers. Returns the rules they are of."""
        touched = set()
        for hit in new_hits:
            tally = self._tallies.setdefault(hit.rule_id, _Tally())
            tally.hits += 1
            tally.held += not hit.is_alert
            tally.last_hit_at = max(tally.last_hit_at or hit.entry.at, hit.entry.at)
            touched.add(hit.rule_id)
        self._refresh(touched)
        return touched

    def count_held(self, changed: Iterable[tuple[Hit, Hit]]) -> set[RuleId]:
        """Takes in that hits, before and after, are held now or no longer. Returns the rules they are of."""
        touched = set()
        for before, after in changed:
            if before.is_alert is not after.is_alert and (tally := self._tallies.get(after.rule_id)) is not None:
                tally.held += before.is_alert - after.is_alert
                touched.add(after.rule_id)
        self._refresh(touched)
        return touched

    def recount(self, counts: Mapping[RuleId, RuleCounts]) -> None:
        """Makes these the numbers, whatever they were."""
        touched = {*self._tallies, *counts}
        self._tallies = {rule_id: _Tally(one.hits, one.held, one.last_at) for rule_id, one in counts.items()}
        self._refresh(touched)

    def statuses(self, only: Collection[RuleId] | None = None) -> tuple[RuleStatus, ...]:
        """The rows of the Rules screen in file order; of these rules only, in any order, if they are named."""
        if only is None:
            return tuple(self._rows.values())
        return tuple(self._rows[rule_id] for rule_id in only if rule_id in self._rows)

    def problems(self) -> tuple[RuleProblem, ...]:
        """What is wrong with rules, those that are switched off aside."""
        off = {rule.id for rule in self._book.rules if not rule.enabled}
        return tuple(problem for rule_id, problem in self._problems.items() if rule_id not in off)

    def is_live(self, rule: Rule) -> bool:
        """Whether the rule is being matched now, in this very form."""
        live = self._live.get(rule.id)
        return live is not None and live.version == rule.version

    def rule(self, rule_id: RuleId) -> Rule | None:
        """The rule as it is live, else as its file has it; None if there is none."""
        found = self._live.get(rule_id)
        return found or next((rule for rule in self._book.rules if rule.id == rule_id), None)

    def _fill_rows(self) -> None:
        """The rows of the book. Of 10,000 rules few changed: those of the others are taken over as they are."""
        before, live, problem_of = self._rows.get, self._live, self._problems.get
        rows: dict[RuleId, RuleStatus] = {}
        for rule in self._book.rules:
            rule_id = rule.id
            row = before(rule_id)
            if (
                row is not None
                and row.rule is rule
                and row.is_live is (rule_id in live)
                and row.problem is problem_of(rule_id)
            ):
                rows[rule_id] = row
            else:
                rows[rule_id] = self._status(rule)
        self._rows = rows
        for problem in self._book.problems:
            if problem.rule_id not in self._rows:
                last_good = self._live.get(problem.rule_id)
                rule = last_good or problem.rule or Rule(problem.rule_id, name=problem.rule_id)
                self._rows[problem.rule_id] = self._status(rule)

    def _refresh(self, rule_ids: Iterable[RuleId]) -> None:
        for rule_id in rule_ids:
            if (row := self._rows.get(rule_id)) is not None:
                self._rows[rule_id] = self._status(row.rule)

    def _status(self, rule: Rule) -> RuleStatus:
        tally = self._tallies.get(rule.id, _Tally())
        return RuleStatus(
            rule=rule,
            is_live=rule.id in self._live,
            problem=self._paused.get(rule.id) or self._problems.get(rule.id),
            hits=tally.hits,
            held=tally.held,
            last_hit_at=tally.last_hit_at,
        )


def _acts_otherwise(before: Rule, rule: Rule) -> bool:
    """Whether a rule matches, or finds, other entries than its form of before."""
    return before.version != rule.version or before.expires != rule.expires
