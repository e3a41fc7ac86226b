"""Why a query matches a document, or why not: its tree, each clause with what satisfied it.

For people, one document at a time; speed does not matter here. Must never decide anything: the
conditions it asks are those that the matcher runs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import assert_never

from newswatch.match import tree
from newswatch.match.compile import compile_node, word_fields
from newswatch.match.conditions import Overrun
from newswatch.match.grammar import parse_query
from newswatch.match.lexer import QUOTES
from newswatch.match.reading import Place, Reading
from newswatch.model.clause import Clause
from newswatch.model.entry import Document
from newswatch.model.rule import DEFAULT_FIELDS

__all__ = ["deciding", "explain", "label"]


def explain(
    text: str, document: Document, aliases: Mapping[str, Sequence[str]], fields: tuple[str, ...] = DEFAULT_FIELDS
) -> Clause:
    """The query as a tree of clauses, each held or not by the document. Raises QueryError."""
    defaults = word_fields(fields)
    return _Explainer(text, Reading(document), defaults).clause(parse_query(text, aliases), defaults)


class _Explainer:
    def __init__(self, text: str, reading: Reading, defaults: tuple[str, ...]) -> None:
        self._text = text
        self._reading = reading
        self._defaults = defaults

    def clause(self, node: tree.Node, fields: tuple[str, ...]) -> Clause:
        condition = compile_node(node, fields, self._defaults)
        places: set[Place] = set()
        shown = label(self._text, node)
        try:
            is_held = condition.holds(self._reading)
            if is_held:
                condition.mark(self._reading, places)
        except Overrun:
            is_held = False
            shown += " (took too long)"
        within = tree.scope_of(node.field, self._defaults) if isinstance(node, tree.InField) else fields
        parts = tuple(self.clause(part, within) for part in _parts(node))
        return Clause(shown, is_held, node.start, node.end, self._reading.marks(places), parts)


def label(text: str, node: tree.Node) -> str:
    """A clause of the query `text` as a person reads it, without what is in it: "word “troops”", "any of"."""
    match node:
        case tree.Phrase(words):
            return f"{'phrase' if len(words) > 1 else 'word'} “{_written(text, node, QUOTES)}”"
        case tree.Exact():
            return f"exactly “{_written(text, node, '{}')}”"
        case tree.Near(_, _, distance, is_ordered):
            return f"{'onear' if is_ordered else 'near'}/{distance}"
        case tree.AtLeast(count):
            return f"at least {count} times"
        case tree.Not():
            return "not"
        case tree.And():
            return "all of"
        case tree.Or():
            return "any of"
        case tree.InField(field) if field in ("url", "site", "lang"):
            return f"{field}:"
        case tree.InField(field):
            return f"{'tag' if field == 'tags' else field}:"
        case tree.Filled(field):
            return f"{'tag' if field == 'tags' else field}: is not empty"
        case tree.Pattern() | tree.Alias() | tree.UrlPart() | tree.Site() | tree.Lang():
            return _written(text, node, "")
        case _:
            assert_never(node)


def deciding(clause: Clause) -> tuple[Clause, ...]:
    """The clauses that made the whole hold or not: the alternatives that held, the parts that did not."""
    match clause.label:
        case "all of" if not clause.is_held:
            return tuple(one for part in clause.parts if not part.is_held for one in deciding(part))
        case "any of" if clause.is_held:
            return tuple(one for part in clause.parts if part.is_held for one in deciding(part))
        case _:
            return (clause,)


def _written(text: str, node: tree.Node, signs: str) -> str:
    return " ".join(text[node.start : node.end].strip(signs).split())


def _parts(node: tree.Node) -> tuple[tree.Node, ...]:
    match node:
        case tree.And(parts) | tree.Or(parts):
            return parts
        case tree.Near(left, right):
            return (left, right)
        case tree.Not(part) | tree.InField(_, part) | tree.AtLeast(_, part):
            return (part,)
        case _:
            return ()
