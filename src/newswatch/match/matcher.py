"""The matcher: all rules in force, asked at once of one document.

Each rule is indexed on the rarest words it cannot do without, so that only a few are evaluated. Pure
but for the time limit of regular expressions; must never know of files, feeds' documents or stores.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from newswatch.errors import QueryError
from newswatch.match import tree
from newswatch.match.addresses import is_within
from newswatch.match.compile import CompiledQuery, compile_query
from newswatch.match.conditions import Condition, Overrun, met
from newswatch.match.examples import trials
from newswatch.match.index import Index, Keys
from newswatch.match.reading import Reading
from newswatch.match.required import required_words
from newswatch.model.clause import RuleMatch
from newswatch.model.entry import Document
from newswatch.model.rule import Rule, RuleBook, RuleId, RuleProblem

__all__ = ["SEMANTICS", "FeedScope", "Matcher", "compile_book"]

Aliases = Mapping[str, tuple[str, ...]]

SEMANTICS = 1
"""Which documents the same rule matches: to be raised with whatever changes that, in `match` or in `text.fold`.

A history that was searched under another number is searched again (docs/decisions/0019).
"""


@dataclass(frozen=True, slots=True)
class FeedScope:
    """What a rule's `feeds` key is compared with: the feed's address as in feeds.opml, and its tags.

    `earlier` are addresses that it moved away from: a rule that names one still means this feed.
    """

    address: str
    tags: tuple[str, ...] = ()
    earlier: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LiveRule:
    """A rule that can be matched, with the alias entries it was compiled with and its place in the index."""

    rule: Rule
    query: CompiledQuery
    condition: Condition
    aliases: tuple[tuple[str, tuple[str, ...]], ...]
    keys: Keys  # none: asked of every document
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
            wanted.removeprefix("tag:") in feed.tags
            if wanted.startswith("tag:")
            else wanted in (feed.address, *feed.earlier)
            for wanted in self.rule.feeds
        )


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one rule of the book: `live` is what is matched of it, if it has a problem its last good form."""

    rule: Rule
    live: LiveRule | None
    problem: RuleProblem | None = None


@dataclass(frozen=True, slots=True)
class Matcher:
    """Rules in force. `rules` are those being matched, in the order of the book; a `RuleMatch` counts in them.

    `problems` are of rules that are off, or live in their last good form only; `slow` are rules that no
    word can stand for, so that every document asks them. The rest is the machinery that the next
    `compile_book` takes over: `places` maps a slot of the index to a place in `rules`, `always` are the slots of the
    slow ones, `verdicts` stand beside the rules of `book`, and `strays` are live though the book has them no more.
    """

    rules: tuple[Rule, ...]
    problems: tuple[RuleProblem, ...]
    slow: tuple[RuleId, ...]
    live: tuple[LiveRule, ...] = field(repr=False)
    places: Mapping[int, int] = field(repr=False)
    always: frozenset[int] = field(repr=False)
    index: Index = field(repr=False)
    next_slot: int = field(repr=False)
    book: RuleBook = field(repr=False)
    verdicts: tuple[Verdict, ...] = field(repr=False)
    strays: tuple[LiveRule, ...] = field(repr=False)

    def match(
        self, document: Document, feed: FeedScope | None = None, overruns: list[RuleId] | None = None
    ) -> tuple[RuleMatch, ...]:
        """Every rule that matches the document, in the order of `rules`.

        Without `feed` a rule's `feeds` are not looked at. Rules whose regular expression took too long
        count as not matching and are added to `overruns`.
        """
        reading = Reading(document)
        slots = self.index.candidates(reading.words()) | self.always
        matches: list[RuleMatch] = []
        for place in sorted([self.places[slot] for slot in slots]):
            live = self.live[place]
            if live.is_scoped and not live.is_for(document, feed):
                continue
            try:
                if (found := met(live.condition, reading)) is not None:
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
    if previous is None:
        previous = _assembled(RuleBook(), (), (), Index.empty(), frozenset(), 0)
    head, tail = _unchanged(previous.book, book)
    replaced = previous.verdicts[head : len(previous.verdicts) - tail]
    before = {verdict.rule.id: verdict for verdict in replaced if verdict.live is None}
    before.update((verdict.rule.id, verdict) for verdict in replaced if verdict.live is not None)
    before.update((live.rule.id, Verdict(live.rule, live)) for live in previous.strays)
    next_slot = previous.next_slot
    has_same_aliases = previous.book.aliases == book.aliases
    verdicts: list[Verdict] = []
    for rule in book.rules[head : len(book.rules) - tail]:
        last = before.pop(rule.id, None)
        if last is None or not _still_holds(last, rule, None if has_same_aliases else book.aliases):
            last = _judged(rule, book.aliases, last, next_slot)
            next_slot += 1
        verdicts.append(last)
    strays = _strays(book, before)
    kept = {live.slot: live for live in (*_live(verdicts), *strays)}
    gone = {live.slot: live.keys for live in (*_live(replaced), *previous.strays) if live.slot not in kept}
    new = {slot: live.keys for slot, live in kept.items() if slot >= previous.next_slot}
    return _assembled(
        book,
        (*previous.verdicts[:head], *verdicts, *previous.verdicts[len(previous.verdicts) - tail :]),
        strays,
        previous.index.changed(gone, new) if gone or new else previous.index,
        (previous.always - gone.keys()) | {slot for slot, keys in new.items() if not keys},
        next_slot,
    )


def _unchanged(before: RuleBook, book: RuleBook) -> tuple[int, int]:
    """How many rules at the head and at the tail of a book are the very ones that stood there before."""
    if before.aliases != book.aliases:
        return 0, 0
    fewer = min(len(before.rules), len(book.rules))
    pairs = zip(before.rules, book.rules, strict=False)
    head = next((place for place, (old, new) in enumerate(pairs) if old is not new), fewer)
    pairs = zip(reversed(before.rules), reversed(book.rules), strict=False)
    tail = next((place for place, (old, new) in enumerate(pairs) if old is not new), fewer)
    return head, min(tail, fewer - head)


def _still_holds(last: Verdict, rule: Rule, aliases: Aliases | None) -> bool:
    """Whether a rule is what it was when it was judged, and so are its aliases (None: all are)."""
    if last.rule is not rule and last.rule != rule:
        return False
    if aliases is None:
        return True
    if last.live is None or last.problem is not None:
        return False  # what it was compiled with is not known
    return all(tuple(aliases.get(name, ())) == entries for name, entries in last.live.aliases)


def _judged(rule: Rule, aliases: Aliases, last: Verdict | None, slot: int) -> Verdict:
    """What becomes of a rule that is new, or was something else before."""
    live, problem = _compiled(rule, aliases, slot)
    if problem is not None and last is not None:
        live = last.live
    return Verdict(rule, live if rule.enabled else None, problem)


def _strays(book: RuleBook, before: Mapping[RuleId, Verdict]) -> tuple[LiveRule, ...]:
    """The last good forms of rules that the book only has problems of."""
    if not book.problems:
        return ()
    present = {rule.id for rule in book.rules}
    broken = dict.fromkeys(problem.rule_id for problem in book.problems if problem.rule_id not in present)
    return _live(before[rule_id] for rule_id in broken if rule_id in before)


def _live(verdicts: Iterable[Verdict]) -> tuple[LiveRule, ...]:
    return tuple([verdict.live for verdict in verdicts if verdict.live is not None])


def _assembled(
    book: RuleBook,
    verdicts: tuple[Verdict, ...],
    strays: tuple[LiveRule, ...],
    index: Index,
    always: frozenset[int],
    next_slot: int,
) -> Matcher:
    live_rules = (*_live(verdicts), *strays)
    places = {live.slot: place for place, live in enumerate(live_rules)}
    return Matcher(
        rules=tuple([live.rule for live in live_rules]),
        problems=(*book.problems, *[verdict.problem for verdict in verdicts if verdict.problem is not None]),
        slow=tuple([live_rules[place].rule.id for place in sorted(places[slot] for slot in always)]),
        live=live_rules,
        places=places,
        always=always,
        index=index,
        next_slot=next_slot,
        book=book,
        verdicts=verdicts,
        strays=strays,
    )


def _compiled(rule: Rule, aliases: Aliases, slot: int) -> tuple[LiveRule | None, RuleProblem | None]:
    """The rule, or what is wrong with it."""
    try:
        live = _compile_rule(rule, aliases, slot)
        message = next((trial.fault for trial in trials(rule, live.query) if not trial.is_passed), "")
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
        keys=required.ways if required is not None else {},
        languages=tuple(tag.strip().lower().replace("_", "-") for tag in rule.languages),
        is_scoped=bool(rule.languages or rule.feeds),
        slot=slot,
    )


def _may_be(lang: str, tag: str) -> bool:
    """Whether a document in `lang` is not known to be in another language than `tag`: en may well be en-GB."""
    return is_within(lang, tag) or is_within(tag, lang.strip().lower().replace("_", "-"))
