"""What edited rules mean for what is stored already: new hits, held as `rule-change`, and marks of old ones. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from newswatch.engine.intake import Known, found_again, make_hit, still_true
from newswatch.engine.page_match import found_in_page, has_page
from newswatch.engine.placing import StoryPlaces
from newswatch.match.matcher import FeedScope, compile_book
from newswatch.match.operands import Operands, folded_texts
from newswatch.model.entry import Entry
from newswatch.model.feed import FeedId
from newswatch.model.hit import Held, Hit, Mark
from newswatch.model.rule import Rule, RuleBook, RuleId

FEW = 4
"""Rules whose words are looked for in the folded text before it is cut; with more the index is quicker."""


class Rematch:
    """One search of the history, slice by slice, by rules that take the place of their earlier forms.

    A stored hit that its rule no longer matches is marked as of an old rule, and unmarked when it does again.
    `overruns` are rules whose regular expression took too long on a text: they are left out from there on.
    """

    def __init__(
        self,
        rules: tuple[Rule, ...],
        aliases: Mapping[str, tuple[str, ...]],
        scope_of: Callable[[FeedId], FeedScope],
        known: Known,
        now: datetime,
    ) -> None:
        self._matcher = compile_book(RuleBook(rules=rules, aliases=aliases))
        self._look()
        self._rules = {rule.id: rule for rule in self._matcher.rules}
        self._aliases = aliases
        self._scope_of = scope_of
        self._known = known
        self._places = StoryPlaces(known)
        self._now = now
        self.overruns: list[RuleId] = []

    def of(self, entries: Iterable[Entry]) -> list[Hit]:
        """The hits on these entries that are new or changed."""
        return [hit for entry in entries for hit in self._of_entry(entry)]

    def leave_out(self, rule_ids: Iterable[RuleId]) -> None:
        """These rules are searched for no more."""
        for rule_id in rule_ids:
            self._rules.pop(rule_id, None)
        self._matcher = compile_book(
            RuleBook(rules=tuple(self._rules.values()), aliases=self._aliases), previous=self._matcher
        )
        self._look()

    def _look(self) -> None:
        """Which rules are matched with pages, too, and, where they are few and have some, their words."""
        live = self._matcher.live
        self._on_full_text = tuple([one for one in live if one.rule.fulltext])
        self._words = (
            tuple([Operands(one.query) for one in live]) if len(live) <= FEW and not self._matcher.slow else None
        )
        self._fields = frozenset[str]().union(*(words.fields for words in self._words or ()))

    def _may_match(self, entry: Entry) -> bool:
        """Whether any rule might match: looking for few words costs a fraction of cutting a text into all of its."""
        if self._words is None:
            return True
        folded = folded_texts(entry, self._fields)
        return any(words.may_match(folded) for words in self._words)

    def _of_entry(self, entry: Entry) -> list[Hit]:
        before = len(self.overruns)
        found: dict[RuleId, tuple[Mark, ...]] = {}
        if self._may_match(entry):
            matches = self._matcher.match(entry.document, self._scope_of(entry.feed_id), self.overruns)
            found = {self._matcher.rules[match.rule_index].id: match.marks for match in matches}
        found.update(self._in_page(entry, found))
        if len(self.overruns) > before:
            self.leave_out(self.overruns[before:])
        earlier = self._stored_hits(entry)
        if not (found or earlier) or is_edited_since(entry, self._known):
            return []
        changed = [
            found_again(replace(earlier[rule_id], entry=entry), self._rules[rule_id], marks)
            if rule_id in earlier
            else self._first(entry, self._rules[rule_id], marks)
            for rule_id, marks in found.items()
            if rule_id in earlier or not self._rules[rule_id].has_expired(self._now)
        ]
        lost = (hit for rule_id, hit in earlier.items() if rule_id not in found and not hit.is_old_rule)
        return [*changed, *(_lost(hit, entry) for hit in lost)]

    def _stored_hits(self, entry: Entry) -> dict[RuleId, Hit]:
        """The hits on the entry that these rules found before; no other is looked into."""
        stored = self._known.hit_ids_of_entry(entry.feed_id, entry.key)
        if not stored:
            return {}
        hits = (self._known.hit(hit) for rule_id, hit in stored.items() if rule_id in self._rules)
        return {hit.rule_id: hit for hit in hits if hit is not None}

    def _in_page(self, entry: Entry, found: Collection[RuleId]) -> Mapping[RuleId, tuple[Mark, ...]]:
        """What rules on full text match in the page behind the entry, where that is stored."""
        rules = [live for live in self._on_full_text if live.rule.id not in found and live.rule.id not in self.overruns]
        article = self._known.article(entry.feed_id, entry.key) if rules else None
        if article is None or not has_page(article):
            return {}
        in_page = found_in_page(rules, entry, self._scope_of(entry.feed_id), article.newest.text, self.overruns)
        return {live.rule.id: marks for live, marks in in_page}

    def _first(self, entry: Entry, rule: Rule, marks: tuple[Mark, ...]) -> Hit:
        hit = make_hit(rule, entry, marks, self._places.story_of(entry), self._now)
        return replace(hit, held=Held.RULE_CHANGE)


def _lost(hit: Hit, entry: Entry) -> Hit:
    marks = hit.marks if hit.entry == entry else still_true(hit.marks, entry)
    return replace(hit, entry=entry, marks=marks, is_old_rule=True)


def is_edited_since(entry: Entry, known: Known) -> bool:
    """Whether a feed edited an entry since it was read here: the rules in force were asked of its new text then."""
    stored = known.entry(entry.feed_id, entry.key)
    return stored is not None and stored != entry
