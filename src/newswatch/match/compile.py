"""From the tree of a query to conditions, and to the words that a match cannot do without.

Must never know of rule books or of the index that uses those words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never

from newswatch.errors import QueryError
from newswatch.match import finders, patterns, tree
from newswatch.match.addresses import AtSite, HasHost, InLanguage, InUrl
from newswatch.match.conditions import (
    Absent,
    AllOf,
    Condition,
    Counted,
    Found,
    Matched,
    NearBy,
    NotEmpty,
    Overrun,
    SomeOf,
)
from newswatch.match.finders import Finder
from newswatch.match.grammar import parse_query
from newswatch.match.reading import Place, Reading
from newswatch.model.entry import Document
from newswatch.model.hit import Mark
from newswatch.model.rule import DEFAULT_FIELDS

__all__ = ["CompiledQuery", "compile_node", "compile_query", "word_fields"]


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
            raise self.overrun() from error
        return reading.marks(places)

    def overrun(self) -> QueryError:
        """What to raise when one of its regular expressions took too long on a document."""
        where = next((node.start for node in tree.walk(self.node) if isinstance(node, tree.Pattern)), 0)
        return QueryError(
            f"the regular expression takes longer than {patterns.TIMEOUT_S * 1000:.0f} ms on a text",
            where,
            "make it simpler: no repeats within repeats",
        )


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
            return compile_node(part, tree.scope_of(field, defaults), defaults)
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
            # Those that are found in the same way are looked for together.
            placeable = [part for part in parts if tree.is_placeable(part)]
            others = [compile_node(part, fields, defaults) for part in parts if not tree.is_placeable(part)]
            if not placeable:
                return SomeOf(tuple(others))
            found = Found(fields, _any_of(placeable))
            return SomeOf((found, *others)) if others else found
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
            return max((_effort(below) for below in tree.walk(node)[1:]), default=1) + 1
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
            return HasHost() if field == "site" else NotEmpty(tree.scope_of(field, defaults))
        case _:
            assert_never(node)


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
    return finders.any_of(finder_of(node) for node in nodes)
