"""The matcher: all rules in force, asked at once of one document.

Each rule is indexed on the rarest words it cannot do without, so that only a few are evaluated. Pure
but for the time limit of regular expressions; must never know of files, feeds' documents or stores.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from newswatch.errors import QueryError
from newswatch.match import tree
from newswatch.match.addresses import is_within
from newswatch.match.compile import CompiledQuery, compile_query
from newswatch.match.conditions import Condition, Overrun
from newswatch.match.index import Index
from newswatch.match.reading import Place, Reading
from newswatch.match.required import required_words
from newswatch.model.clause import RuleMatch
from newswatch.model.entry import Document
from newswatch.model.rule import Rule, RuleBook, RuleId, RuleProblem

__all__ = ["FeedScope", "Matcher", "compile_book"]

Aliases = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class FeedScope:
    """What a rule's `feeds` key is compared with: the feed's address as in feeds.opml, and its tags."""

    address: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LiveRule:
    """A rule that can be matched, with the alias entries it was compiled with and its place in the index."""

    rule: Rule
    query: CompiledQuery
    condition: Condition
    aliases: tuple[tuple[str, tuple[str, ...]], ...]
    keys: frozenset[str]  # none: asked of every document
    words: frozenset[str]
    languages: tuple[str, ...]
    is_scoped: bool  # for some languages or feeds only
    slot: int

    def is_for(self, document: Document, feed: FeedScope | None) -> bool:
        """Whether the rule's languages and feeds include this document's."""
        if self.languages and document.lang and not any(_may_be(document.lang, tag) for tag in self.languages):
            return False
        if not self.rule.feeds or feed is None:
            return True
        return any(
            wanted.removeprefix("tag:") in feed.tags if wanted.startswith("tag:") else wanted == feed.address
            for wanted in self.rule.feeds
        )


@dataclass(frozen=True, slots=True)
class Matcher:
    """Rules in force. `rules` are those being matched, in the order of the book; a `RuleMatch` counts in them.

    `problems` are of rules that are off, or live in their last good form only; `slow` are rules that no
    word can stand for, so that every document asks them. The rest is the machinery that the next
    `compile_book` takes over: `needs` maps a slot of the index to a place in `rules` and the words that rule
    needs besides its key, `always` are the places of the slow ones.
    """

    rules: tuple[Rule, ...]
    problems: tuple[RuleProblem, ...]
    slow: tuple[RuleId, ...]
    live: tuple[LiveRule, ...] = field(repr=False)
    needs: Mapping[int, tuple[int, frozenset[str]]] = field(repr=False)
    always: tuple[int, ...] = field(repr=False)
    index: Index = field(repr=False)
    next_slot: int = field(repr=False)

    def match(
        self, document: Document, feed: FeedScope | None = None, overruns: list[RuleId] | None = None
    ) -> tuple[RuleMatch, ...]:
        """Every rule that matches the document, in the order of `rules`.

        Without `feed` a rule's `feeds` are not looked at. Rules whose regular expression took too long
        count as not matching and are added to `overruns`.
        """
        reading = Reading(document)
        words = reading.words()
        needs = self.needs
        places = list(self.always)
        for slot in self.index.candidates(words):
            place, needed = needs[slot]
            if needed <= words:
                places.append(place)
        places.sort()
        matches: list[RuleMatch] = []
        for place in places:
            live = self.live[place]
            if live.is_scoped and not live.is_for(document, feed):
                continue
            condition = live.condition
            try:
                if condition.holds(reading):
                    found: set[Place] = set()
                    condition.mark(reading, found)
                    matches.append(RuleMatch(place, reading.marks(found)))
            except Overrun:
                if overruns is not None:
                    overruns.append(live.rule.id)
        return tuple(matches)


def compile_book(book: RuleBook, previous: Matcher | None = None) -> Matcher:
    """The rules of a book, ready to be matched.

    A rule that cannot be matched becomes a problem and the others live. With `previous`, rules that did
    not change are taken over as they are, and a rule that is broken now stays in its last good form.
    """
    before = {live.rule.id: live for live in previous.live} if previous is not None else {}
    next_slot = previous.next_slot if previous is not None else 0
    live_rules: list[LiveRule] = []
    problems = list(book.problems)
    for rule in book.rules:
        last = before.pop(rule.id, None)
        if (
            last is not None
            and rule.enabled
            and (last.rule is rule or last.rule == rule)
            and _has_same_aliases(last, book.aliases)
        ):
            live_rules.append(last)
            continue
        live, problem = _compiled(rule, book.aliases, next_slot)
        if problem is not None:
            problems.append(problem)
            live = last
        elif live is not None:
            next_slot += 1
        if live is not None and rule.enabled:
            live_rules.append(live)
    present = {rule.id for rule in book.rules}
    broken = dict.fromkeys(problem.rule_id for problem in book.problems if problem.rule_id not in present)
    live_rules.extend(before[rule_id] for rule_id in broken if rule_id in before)
    return _assembled(live_rules, tuple(problems), next_slot, previous)


def _assembled(
    live_rules: list[LiveRule], problems: tuple[RuleProblem, ...], next_slot: int, previous: Matcher | None
) -> Matcher:
    old = {live.slot: live for live in previous.live} if previous is not None else {}
    kept = {live.slot for live in live_rules}
    removed = {slot: live.keys for slot, live in old.items() if slot not in kept}
    added = {live.slot: live.keys for live in live_rules if live.slot not in old}
    index = previous.index if previous is not None else Index()
    if removed or added:
        index = index.changed(removed, added)
    slow = [place for place, live in enumerate(live_rules) if not live.keys]
    return Matcher(
        rules=tuple(live.rule for live in live_rules),
        problems=problems,
        slow=tuple(live_rules[place].rule.id for place in slow),
        live=tuple(live_rules),
        needs={live.slot: (place, live.words) for place, live in enumerate(live_rules)},
        always=tuple(slow),
        index=index,
        next_slot=next_slot,
    )


def _compiled(rule: Rule, aliases: Aliases, slot: int) -> tuple[LiveRule | None, RuleProblem | None]:
    """The rule, or what is wrong with it."""
    try:
        live = _compile_rule(rule, aliases, slot)
        message = _failed_example(live)
    except QueryError as error:
        return None, RuleProblem(rule.id, error.message, error.offset, error.hint)
    return (live, None) if not message else (None, RuleProblem(rule.id, message))


def _compile_rule(rule: Rule, aliases: Aliases, slot: int) -> LiveRule:
    query = compile_query(rule.text, aliases, rule.fields)
    required = required_words(query.node, query.fields, query.fields)
    used = {node.name: tuple(aliases[node.name]) for node in tree.walk(query.node) if isinstance(node, tree.Alias)}
    return LiveRule(
        rule=rule,
        query=query,
        condition=query.condition,
        aliases=tuple(used.items()),
        keys=required.keys if required is not None else frozenset(),
        words=required.words if required is not None else frozenset(),
        languages=tuple(tag.strip().lower().replace("_", "-") for tag in rule.languages),
        is_scoped=bool(rule.languages or rule.feeds),
        slot=slot,
    )


def _failed_example(live: LiveRule) -> str:
    """What is wrong with the rule by its examples, or "". They are titles, or the first field it looks at."""
    for example in live.rule.must:
        if live.query.marks(_as_document(example, live.query.fields)) is None:
            return f"it does not match its must example: {example}"
    for example in live.rule.must_not:
        if live.query.marks(_as_document(example, live.query.fields)) is not None:
            return f"it matches its must_not example: {example}"
    return ""


def _as_document(example: str, fields: tuple[str, ...]) -> Document:
    match "title" if "title" in fields else (*fields, "title")[0]:
        case "summary":
            return Document(summary=example)
        case "content":
            return Document(content=example)
        case "author":
            return Document(author=example)
        case "source":
            return Document(source=example)
        case "tags":
            return Document(tags=(example,))
        case _:
            return Document(title=example)


def _has_same_aliases(live: LiveRule, aliases: Aliases) -> bool:
    return all(tuple(aliases.get(name, ())) == entries for name, entries in live.aliases)


def _may_be(lang: str, tag: str) -> bool:
    """Whether a document in `lang` is not known to be in another language than `tag`: en may well be en-GB."""
    return is_within(lang, tag) or is_within(tag, lang.strip().lower().replace("_", "-"))
