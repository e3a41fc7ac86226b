"""From the tree of a query to conditions, and to the words that a match cannot do without.

Must never know of rule books or of the index that uses those words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import assert_never

from newswatch.errors import QueryError
from newswatch.match import finders, patterns, tree
from newswatch.match.conditions import (
    Absent,
    AllOf,
    AtSite,
    Condition,
    Counted,
    Found,
    HasHost,
    InLanguage,
    InUrl,
    Matched,
    NearBy,
    NotEmpty,
    Overrun,
    SomeOf,
)
from newswatch.match.finders import AnyOf, Finder
from newswatch.match.grammar import parse_query
from newswatch.match.reading import Place, Reading
from newswatch.model.entry import Document
from newswatch.model.hit import Mark
from newswatch.model.rule import DEFAULT_FIELDS

__all__ = ["CompiledQuery", "compile_node", "compile_query", "required_words", "word_fields"]

# The words that stand in most English news texts: poor signs that a rule might match.
_COMMON_TEXT = """
a about after all also an and are as at be been but by can for from had has have he her his how i if in into is
it its more new no not of on one or our out over said she so some than that the their them then there they this
to up was we were what when which who will with would you your two first last year years people government state
us president time says war world
"""
_COMMON = frozenset(_COMMON_TEXT.split())


@dataclass(frozen=True, slots=True)
class CompiledQuery:
    """One query, ready to be asked of documents."""

    text: str
    node: tree.Node
    fields: tuple[str, ...]
    condition: Condition

    def marks(self, document: Document) -> tuple[Mark, ...] | None:
        """What in the document satisfied the query; None if it does not match.

        Raises QueryError if a regular expression in it took too long on this document.
        """
        return self.marks_of(Reading(document))

    def marks_of(self, reading: Reading) -> tuple[Mark, ...] | None:
        """As `marks`, of a document that is being read already."""
        places: set[Place] = set()
        try:
            if not self.condition.holds(reading):
                return None
            self.condition.mark(reading, places)
        except Overrun as error:
            where = next((node.start for node in walk(self.node) if isinstance(node, tree.Pattern)), 0)
            raise QueryError(
                f"the regular expression takes longer than {patterns.TIMEOUT_S * 1000:.0f} ms on a text",
                where,
                "make it simpler: no repeats within repeats",
            ) from error
        return reading.marks(places)


def compile_query(
    text: str, aliases: Mapping[str, Sequence[str]], fields: tuple[str, ...] = DEFAULT_FIELDS
) -> CompiledQuery:
    """The query, ready to run; `fields` are its default fields. Raises QueryError."""
    node = parse_query(text, aliases)
    fields = word_fields(fields)
    return CompiledQuery(text, node, fields, compile_node(node, fields, fields))


def word_fields(fields: Sequence[str]) -> tuple[str, ...]:
    """The names of fields as documents call them (`body` is `content`), each once; unknown ones left out."""
    named = (tree.FIELD_NAMES.get(field.lower(), "") for field in fields)
    return tuple(dict.fromkeys(field for field in named if field in tree.FIELDS))


def compile_node(node: tree.Node, fields: tuple[str, ...], defaults: tuple[str, ...]) -> Condition:
    """The condition of a node that looks in `fields`; `defaults` are the rule's default fields."""
    match node:
        case tree.Phrase() | tree.Exact() | tree.Alias():
            return Found(fields, finder_of(node))
        case tree.Pattern(source, is_case_sensitive):
            return Matched(fields, patterns.compiled(source, is_case_sensitive=is_case_sensitive))
        case tree.UrlPart() | tree.Site() | tree.Lang() | tree.Filled():
            return _compile_value(node, defaults)
        case tree.InField(field, part):
            return compile_node(part, scope_of(field, defaults), defaults)
        case tree.Near(left, right, distance, is_ordered):
            return NearBy(fields, finder_of(left), finder_of(right), distance, is_ordered=is_ordered)
        case tree.AtLeast(count, part):
            return Counted(fields, finder_of(part), count)
        case tree.Not(part):
            return Absent(compile_node(part, fields, defaults))
        case tree.And(parts):
            # The order does not matter to the result; what is quick to refute is asked first.
            return AllOf(tuple(compile_node(part, fields, defaults) for part in sorted(parts, key=_effort)))
        case tree.Or(parts):
            return SomeOf(tuple(compile_node(part, fields, defaults) for part in parts))
        case _:
            assert_never(node)


def _effort(node: tree.Node) -> int:
    """How long a node may take, in steps of no unit."""
    match node:
        case tree.Phrase(words):
            return 3 if any("*" in word for word in words) else 1
        case tree.Pattern():
            return 9
        case tree.Not(part) | tree.InField(_, part):
            return _effort(part)
        case tree.Exact() | tree.Alias() | tree.Near() | tree.AtLeast() | tree.And() | tree.Or():
            return max((_effort(below) for below in walk(node)[1:]), default=1) + 1
        case _:
            return 0


def _compile_value(node: tree.UrlPart | tree.Site | tree.Lang | tree.Filled, defaults: tuple[str, ...]) -> Condition:
    match node:
        case tree.UrlPart(text):
            return InUrl(text)
        case tree.Site(host):
            return AtSite(host)
        case tree.Lang(tag):
            return InLanguage(tag)
        case tree.Filled(field):
            return HasHost() if field == "site" else NotEmpty(scope_of(field, defaults))
        case _:
            assert_never(node)


def scope_of(field: str, defaults: tuple[str, ...]) -> tuple[str, ...]:
    """The fields that a field prefix stands for."""
    match field:
        case "text":
            return defaults
        case "site":
            return ("url",)
        case _:
            return (field,)


def finder_of(node: tree.Node) -> Finder:
    """The finder of a node that `tree.is_placeable`."""
    match node:
        case tree.Phrase(words):
            return finders.phrase(words)
        case tree.Exact(words, forms):
            return finders.Exact(words, forms)
        case tree.Alias(_, phrases):
            return _any_of(phrases)
        case tree.Or(parts):
            return _any_of(parts)
        case _:
            raise TypeError(f"{type(node).__name__} has no occurrences")


def _any_of(nodes: Sequence[tree.Node]) -> Finder:
    return finder_of(nodes[0]) if len(nodes) == 1 else AnyOf(tuple(finder_of(node) for node in nodes))


def walk(node: tree.Node) -> list[tree.Node]:
    """The node and all below it, in the order of the query."""
    match node:
        case tree.And(parts) | tree.Or(parts):
            return [node, *(below for part in parts for below in walk(part))]
        case tree.Not(part) | tree.InField(_, part) | tree.AtLeast(_, part):
            return [node, *walk(part)]
        case tree.Near(left, right):
            return [node, *walk(left), *walk(right)]
        case _:
            return [node]


# What a match cannot do without.


@dataclass(frozen=True, slots=True)
class Required:
    """A document that matches has at least one of `keys` (words, perhaps with `*`) and every one of `words`."""

    keys: frozenset[str]
    words: frozenset[str]


def required_words(node: tree.Node, fields: tuple[str, ...], defaults: tuple[str, ...]) -> Required | None:
    """The words without which the node cannot hold; None if it may hold without any.

    Only words of the fields that are matched by words count: the index sees no others.
    """
    match node:
        case tree.Phrase(words) | tree.Exact(words):
            return _of_phrase(words) if set(fields) <= set(tree.WORD_FIELDS) else None
        case tree.Alias(_, phrases):
            return _any_required([required_words(phrase, fields, defaults) for phrase in phrases])
        case tree.InField(field, part):
            return required_words(part, scope_of(field, defaults), defaults)
        case tree.Near(left, right):
            return _all_required([required_words(part, fields, defaults) for part in (left, right)])
        case tree.AtLeast(_, part):
            return required_words(part, fields, defaults)
        case tree.And(parts):
            return _all_required([required_words(part, fields, defaults) for part in parts])
        case tree.Or(parts):
            return _any_required([required_words(part, fields, defaults) for part in parts])
        case tree.Pattern() | tree.UrlPart() | tree.Site() | tree.Lang() | tree.Filled() | tree.Not():
            return None
        case _:
            assert_never(node)


def _of_phrase(words: tuple[str, ...]) -> Required | None:
    real = [word for word in words if word != tree.ANY_WORD]
    key = min(real, key=_frequency)
    return Required(frozenset({key}), frozenset(word for word in real if "*" not in word and word != key))


def _all_required(parts: Sequence[Required | None]) -> Required | None:
    known = [part for part in parts if part is not None]
    if not known:
        return None
    best = min(known, key=lambda part: sum(_frequency(key) for key in part.keys))
    words = frozenset[str]().union(*(part.words for part in known))
    single = {key for part in known if part is not best and len(part.keys) == 1 for key in part.keys if "*" not in key}
    return Required(best.keys, (words | single) - best.keys)


def _any_required(parts: Sequence[Required | None]) -> Required | None:
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    if len(known) == 1:
        return known[0]
    return Required(frozenset[str]().union(*(part.keys for part in known)), frozenset())


@lru_cache(maxsize=16_384)
def _frequency(word: str) -> float:
    """A guess at how common a word, or all that fit a pattern, is: 1 for the commonest. Only the order matters."""
    if word in _COMMON:
        return 1.0
    letters = max(len(piece) for piece in word.split("*"))
    rarity = 2.0 ** -min(letters, 10) if word.isascii() else 4.0 ** -min(letters, 5)
    return rarity * (8.0 if "*" in word else 1.0)
