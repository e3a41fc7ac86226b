"""Mutes in the rule language: the query of a mute that was asked for, what a query mutes, and mutes as rules to match.

A mute is matched as a rule is, in the same words and fields, so that what it hides can be tried out and explained.
Pure. Must never know of hits, or of when a mute ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import assert_never

from newswatch.match.compile import compile_query
from newswatch.match.conditions import Overrun
from newswatch.match.matcher import Matcher
from newswatch.match.reading import Reading
from newswatch.match.ruleschema import MUTE_PREFIX
from newswatch.model.entry import Document
from newswatch.model.mute import MuteKind
from newswatch.model.rule import Rule, RuleBook, RuleId

_FEW = 20

_SIGNS = re.compile(r"([\\/^$.|?*+()\[\]{}])")
_SOURCE = re.compile(r"source:/\^((?:[^\\/^$.|?*+()\[\]{}]|\\.)+)\$/")
_PHRASE = re.compile(r'"((?:[^"\\]|\\")+)"')
_ESCAPED = re.compile(r"\\(.)")


def query_of(kind: MuteKind, subject: str) -> str:
    """The query that a `[[mute]]` of this kind has; that of a story or a rule has none, and is a ValueError.

    A source is named whole: muting "BBC" leaves "BBC Persian" be, which a phrase in `source:` would not.
    """
    match kind:
        case MuteKind.SOURCE:
            escaped = _SIGNS.sub(r"\\\1", subject.strip())
            return f"source:/^{escaped}$/"
        case MuteKind.PHRASE:
            escaped = " ".join(subject.replace("\\", " ").split()).replace('"', '\\"')
            return f'"{escaped}"'
        case MuteKind.QUERY:
            return subject
        case MuteKind.STORY | MuteKind.RULE:
            raise ValueError(f"a mute of a {kind} has no query")
        case _:
            assert_never(kind)


def kind_of(query: str) -> tuple[MuteKind, str]:
    """What a query mutes, and its subject: a source or a phrase if that is all it says, else the query itself."""
    if (source := _SOURCE.fullmatch(query)) is not None:
        return MuteKind.SOURCE, _ESCAPED.sub(r"\1", source[1])
    if (phrase := _PHRASE.fullmatch(query)) is not None:
        return MuteKind.PHRASE, _ESCAPED.sub(r"\1", phrase[1])
    return MuteKind.QUERY, query


def check_mute(query: str, book: RuleBook) -> None:
    """Raises QueryError unless the query, with the aliases of the book, can mute."""
    compile_query(query, book.aliases, book.default_fields)


def as_rules(book: RuleBook) -> RuleBook:
    """The mutes of a book as rules, by their ids. One that cannot be read is a problem still, by its id."""
    rules = tuple(Rule(RuleId(mute.id), query=mute.query, fields=book.default_fields) for mute in book.mutes)
    return RuleBook(rules=rules, aliases=book.aliases, default_fields=book.default_fields)


def mutes_on(matcher: Matcher, document: Document) -> Iterator[RuleId]:
    """The mutes of a matcher, made of `as_rules`, that match a document, in their order.

    One whose regular expression takes too long on it does not. There are few mutes, as a rule: those are asked one by
    one, which spares the index a look at every word of the document.
    """
    if len(matcher.live) > _FEW:
        yield from (matcher.rules[match.rule_index].id for match in matcher.match(document))
        return
    reading = Reading(document)
    for live in matcher.live:
        with suppress(Overrun):
            if live.condition.holds(reading):
                yield live.rule.id


def unread_ids(book: RuleBook) -> frozenset[str]:
    """The ids of mutes that stand in the file, but with a mistake."""
    return frozenset(
        problem.rule_id.removeprefix(MUTE_PREFIX)
        for problem in book.problems
        if problem.rule_id.startswith(MUTE_PREFIX)
    )
