"""The rules in force: which are live and in what form, and the numbers of each. Bookkeeping only."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from newswatch.match.matcher import Matcher, compile_book
from newswatch.model.hit import Hit
from newswatch.model.rule import Rule, RuleBook, RuleId, RuleProblem, RuleStatus


@dataclass(slots=True)
class _Tally:
    hits: int = 0
    held: int = 0
    last_hit_at: datetime | None = None


class Rulebook:
    """What rules.toml says, what of it is live, and how often each rule hit.

    A rule whose new form is broken stays live in its last good one and shows the mistake; one that never
    was good is off.
    """

    def __init__(self) -> None:
        self._book = RuleBook()
        self._live: dict[RuleId, Rule] = {}
        self._problems: dict[RuleId, RuleProblem] = {}
        self._paused: dict[RuleId, RuleProblem] = {}
        self._tallies: dict[RuleId, _Tally] = {}
        self.matcher: Matcher = compile_book(self._book)

    @property
    def book(self) -> RuleBook:
        """The book as its file has it."""
        return self._book

    def adopt(self, book: RuleBook) -> tuple[Rule, ...]:
        """Puts a book in force. Returns the rules that act from now on in a form they did not have before."""
        before, aliases_before = self._live, self._book.aliases
        self._book = book
        self._paused.clear()
        self.matcher = compile_book(book, self.matcher)
        self._problems = {problem.rule_id: problem for problem in self.matcher.problems}
        self._live = {rule.id: rule for rule in self.matcher.rules}
        has_new_aliases = book.aliases != aliases_before
        return tuple(
            rule
            for rule in self._live.values()
            if rule.id not in before
            or before[rule.id].version != rule.version
            or (has_new_aliases and "@" in rule.text)
        )

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
            rules = tuple(rule for rule in self.matcher.rules if rule.id not in slow)
            self.matcher = compile_book(replace(self._book, rules=rules), self.matcher)
        return bool(slow)

    def count(self, new_hits: Iterable[Hit]) -> set[RuleId]:
        """Adds hits that were not there before to the numbers. Returns the rules they are of."""
        touched = set()
        for hit in new_hits:
            tally = self._tallies.setdefault(hit.rule_id, _Tally())
            tally.hits += 1
            tally.held += not hit.is_alert
            tally.last_hit_at = max(tally.last_hit_at or hit.entry.at, hit.entry.at)
            touched.add(hit.rule_id)
        return touched

    def statuses(self, only: Collection[RuleId] | None = None) -> tuple[RuleStatus, ...]:
        """The rows of the Rules screen in file order; of these rules only, if they are named."""
        in_file = {rule.id: rule for rule in self._book.rules}
        broken = {
            problem.rule_id: self._live.get(problem.rule_id) or Rule(problem.rule_id, name=problem.rule_id)
            for problem in self._book.problems
            if problem.rule_id not in in_file
        }
        rows = {**in_file, **broken}
        return tuple(self._status(rule) for rule_id, rule in rows.items() if only is None or rule_id in only)

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
