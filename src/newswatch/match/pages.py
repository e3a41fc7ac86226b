"""Rules and the page behind an entry: whether fetching it could make a rule match, and what it finds in it. Pure.

The page's text stands in for the field `content` (docs/rules-semantics.md knows no other field for it); what is found
there is marked in the field `page`, with places in the text as it is shown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import assert_never

from newswatch.errors import QueryError
from newswatch.match import tree
from newswatch.match.compile import CompiledQuery, compile_node, compile_query
from newswatch.match.conditions import Overrun
from newswatch.match.explain import explain
from newswatch.match.reading import Reading
from newswatch.model.clause import Clause
from newswatch.model.entry import Document
from newswatch.model.hit import PAGE_FIELD, Mark
from newswatch.text.markdown import unmarked

PAGE_STANDS_FOR = "content"
MOST_WORDS = 50


def could_match(query: CompiledQuery, document: Document) -> bool:
    """Whether there is any text of the page with which the query would match a document."""
    return _could_be(query.node, query.fields, query.fields, Reading(replace(document, content="")), wanted=True)


def page_marks(
    text: str, aliases: Mapping[str, Sequence[str]], fields: tuple[str, ...], document: Document, page: str
) -> tuple[Mark, ...] | None:
    """What a query finds with a page (our Markdown) for content; None if it does not match, is broken or too slow."""
    try:
        return marks_with_page(compile_query(text, aliases, fields), document, page)
    except QueryError:
        return None


def marks_with_page(query: CompiledQuery, document: Document, page: str) -> tuple[Mark, ...] | None:
    """The same of a compiled query. Raises QueryError if a regular expression in it took too long."""
    plain = unmarked(page)
    marks = query.marks(replace(document, content=plain.text))
    if marks is None:
        return None
    return tuple(_in_page(mark, *plain.places(mark.start, mark.end)) for mark in marks)


def explain_with_page(
    text: str, document: Document, page: str, aliases: Mapping[str, Sequence[str]], fields: tuple[str, ...]
) -> Clause:
    """Why a query matches a document with a page for content, or why not. Raises QueryError."""
    plain = unmarked(page)

    def placed(clause: Clause) -> Clause:
        marks = tuple(_in_page(mark, *plain.places(mark.start, mark.end)) for mark in clause.marks)
        return replace(clause, marks=marks, parts=tuple(map(placed, clause.parts)))

    return placed(explain(text, replace(document, content=plain.text), aliases, fields))


def same_words(marks: Sequence[Mark], page: str) -> tuple[Mark, ...]:
    """Where the very words that were found elsewhere stand in a page: for a page that the query does not match."""
    wanted = sorted(
        {mark.text for mark in marks if mark.field in tree.WORD_FIELDS and mark.text}, key=len, reverse=True
    )
    if not wanted:
        return ()
    plain = unmarked(page)
    words = "|".join(_whole(text) for text in wanted[:MOST_WORDS])
    return tuple(
        Mark(PAGE_FIELD, *plain.places(found.start(), found.end()), found[0])
        for found in re.finditer(words, plain.text, re.IGNORECASE)
    )


def _whole(text: str) -> str:
    """A piece of text, not within a longer word; scripts without spaces have no words to be within."""
    before = r"(?<!\w)" if text[0].isascii() else ""
    behind = r"(?!\w)" if text[-1].isascii() else ""
    return f"{before}{re.escape(text)}{behind}"


def _in_page(mark: Mark, start: int, end: int) -> Mark:
    return replace(mark, field=PAGE_FIELD, start=start, end=end) if mark.field == PAGE_STANDS_FOR else mark


def _could_be(
    node: tree.Node, fields: tuple[str, ...], defaults: tuple[str, ...], reading: Reading, *, wanted: bool
) -> bool:
    """Whether a node could hold (`wanted`), or could fail to, with some text for content. Says yes where in doubt."""
    match node:
        case tree.And(parts) | tree.Or(parts):
            each = (_could_be(part, fields, defaults, reading, wanted=wanted) for part in parts)
            return all(each) if isinstance(node, tree.And) is wanted else any(each)
        case tree.Not(part):
            return _could_be(part, fields, defaults, reading, wanted=not wanted)
        case tree.InField(field, part):
            return _could_be(part, tree.scope_of(field, defaults), defaults, reading, wanted=wanted)
        case tree.Filled(field):
            looks = tree.scope_of(field, defaults) if field != "site" else ()
        case tree.UrlPart() | tree.Site() | tree.Lang():
            looks = ()
        case tree.Phrase() | tree.Exact() | tree.Alias() | tree.Pattern() | tree.Near() | tree.AtLeast():
            looks = fields
        case _:
            assert_never(node)
    try:
        holds = compile_node(node, fields, defaults).holds(reading)
    except Overrun:
        return False  # it would take too long on the page, too
    return (holds or PAGE_STANDS_FOR in looks) if wanted else not holds
