"""A rule's query as a person reads it: its signs in ink, wrapped, with a caret under a mistake.

Works on offsets in code points, as the engine tells mistakes; columns on the screen are cells.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len

from newswatch.tui.paint.palette import Ink
from newswatch.tui.paint.piece import Piece, Pieces
from newswatch.tui.paint.wall import printable
from newswatch.tui.paint.wrap import wrapped
from newswatch.tui.signs import Signs

CARET = "^"
_SIGNS = re.compile(
    r"""
    (?P<quoted>["“”„«»](?:\\.|[^"“”„«»\\])*["“”„«»]?)
    | (?P<exact>\{[^{}]*\}?)
    | (?P<pattern>(?<![^\s(:])/(?:\\.|[^/\\\n])+/\w*)
    | (?P<alias>@[\w-]+)
    | (?P<operator>(?<![\w@])(?:AND|OR|NOT|(?:O?NEAR|ATLEAST)(?:/\d+)?)(?![\w/:]))
    | (?P<field>(?<![\w@])[a-z]+:)
    | (?P<group>[()])
    """,
    re.VERBOSE,
)
_INKS: dict[str, Ink] = {"alias": "low", "operator": "accent", "field": "dim", "group": "dim"}
_SLASH = re.compile(r"(?<!NEAR)(?<!ATLEAST)/")
_LINE = re.compile(r"[^\r\n]*")


class Span(NamedTuple):
    """Code points `start`:`end` of a query, and their ink."""

    start: int
    end: int
    ink: Ink


def spans_of_signs(query: str) -> list[Span]:
    """The operators, aliases, fields and parentheses of a query, in order; all else is plain text."""
    return [
        Span(found.start(), found.end(), _INKS[found.lastgroup])
        for found in _SIGNS.finditer(query)
        if found.lastgroup in _INKS
    ]


def outdented(query: str) -> str:
    """The query without the blanks that a file has before its further lines, where they surely mean nothing: a regular
    expression may stand on several lines.
    """
    return query if _SLASH.search(query) else "\n".join(line.strip() for line in query.split("\n"))


def place_of(query: str, offset: int) -> str:
    """`column 5`, or `line 2, column 5` where the query has more than one line; both count from 1."""
    before = query[: max(offset, 0)]
    column = len(before) - before.rfind("\n")
    return f"line {before.count(chr(10)) + 1}, column {column}" if "\n" in query.strip() else f"column {column}"


def query_line(query: str, ink: Ink = "dim", *, longest: int = 400) -> Pieces:
    """The query on one line, at most so many code points of it, for a list."""
    text = " ".join(query[:longest].split())
    return _inked(text, 0, len(text), spans_of_signs(text), ink)


def query_rows(query: str, width: int, mistake: int | None = None) -> list[Pieces]:
    """The query wrapped; under the row of the mistake a row with a caret at its column."""
    spans = spans_of_signs(query)
    rows = _rows(query, width)
    at = _row_of(rows, mistake) if mistake is not None else -1
    drawn: list[Pieces] = []
    for number, (start, end) in enumerate(rows):
        drawn.append(_inked(query, start, end, spans, "text", mistake if number == at else None))
        if number == at and mistake is not None:
            cells = cell_len(printable(query[start : min(max(mistake, start), end)]))
            drawn.append(caret_row(min(cells, max(width - 1, 0))))
    return drawn


def caret_row(cells: int) -> Pieces:
    """A caret after so many blank cells."""
    return [Piece(" " * cells), Piece(CARET, "critical", bold=True)]


def mistake_rows(query: str, offset: int | None, message: str, mend: str, width: int, signs: Signs) -> list[Pieces]:
    """What is wrong, where, and what would mend it, wrapped."""
    where = f"{place_of(query, offset)}: " if offset is not None else ""
    rows: list[Pieces] = []
    text = f"{where}{message}"
    for number, (start, end) in enumerate(wrapped(text, max(width - 2, 1))):
        sign = Piece(f"{signs.broken} " if number == 0 else "  ", "critical", bold=True)
        rows.append([sign, Piece(text[start:end], "critical")])
    rows += [[Piece("  "), Piece(mend[start:end], "text")] for start, end in wrapped(mend, max(width - 2, 1))]
    return rows


def _rows(query: str, width: int) -> list[tuple[int, int]]:
    """The (start, end) of each row; a line of the query that is blank gives none."""
    rows: list[tuple[int, int]] = []
    for line in _LINE.finditer(query):
        rows += [(line.start() + start, line.start() + end) for start, end in wrapped(line.group(), width)]
    return rows or [(0, 0)]


def _row_of(rows: Sequence[tuple[int, int]], offset: int) -> int:
    """The row an offset is on: the last that begins at or before it."""
    return max((number for number, (start, _) in enumerate(rows) if start <= offset), default=0)


def _inked(text: str, start: int, end: int, spans: Sequence[Span], ink: Ink, mistake: int | None = None) -> list[Piece]:
    pieces: list[Piece] = []
    at = start
    for span in spans:
        if span.end <= at or span.start >= end:
            continue
        if span.start > at:
            pieces.append(Piece(text[at : span.start], ink))
        inside = min(span.end, end)
        pieces.append(Piece(text[max(span.start, at) : inside], span.ink))
        at = inside
    if at < end:
        pieces.append(Piece(text[at:end], ink))
    return pieces if mistake is None else _reddened(pieces, mistake - start)


def _reddened(pieces: Sequence[Piece], offset: int) -> list[Piece]:
    """The pieces with the one that holds the offset in red from there on."""
    drawn: list[Piece] = []
    for piece in pieces:
        if 0 <= offset < len(piece.text):
            word = re.match(r"\S+|.", piece.text[offset:], re.DOTALL)
            end = offset + (len(word[0]) if word else 1)
            drawn += [
                piece._replace(text=piece.text[:offset]),
                piece._replace(text=piece.text[offset:end], ink="critical", bold=True),
                piece._replace(text=piece.text[end:]),
            ]
        else:
            drawn.append(piece)
        offset -= len(piece.text)
    return [piece for piece in drawn if piece.text]
