"""Matched words made visible: marks of hits, as pieces of a text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from newswatch.model.hit import Mark
from newswatch.tui.paint.palette import Ink
from newswatch.tui.paint.piece import Piece

Spans = Sequence[tuple[int, int]]


def spans_of(marks: Iterable[Mark], field: str, length: int, part: int = 0) -> list[tuple[int, int]]:
    """The marked places of one field (of tag number `part`) in a text of that length: in order, none overlapping."""
    places = sorted(
        (max(mark.start, 0), min(mark.end, length)) for mark in marks if mark.field == field and mark.part == part
    )
    spans: list[tuple[int, int]] = []
    for start, end in places:
        if start >= end:
            continue
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return spans


def marked(
    text: str,
    spans: Spans,
    ink: Ink = "text",
    *,
    bold: bool = False,
    start: int = 0,
    end: int | None = None,
    first_mark: int = -1,
    mark_ink: Ink = "mark",
    mark_bold: bool = True,
) -> list[Piece]:
    """`text[start:end]` in `ink`, the spans in `mark_ink`. With `first_mark` the spans are numbered from there."""
    end = len(text) if end is None else end
    pieces: list[Piece] = []
    at = start
    for number, (span_start, span_end) in enumerate(spans):
        if span_end <= start or span_start >= end:
            continue
        inside_start, inside_end = max(span_start, start), min(span_end, end)
        if inside_start > at:
            pieces.append(Piece(text[at:inside_start], ink, bold))
        mark = first_mark + number if first_mark >= 0 else -1
        pieces.append(Piece(text[inside_start:inside_end], mark_ink, mark_bold, mark))
        at = inside_end
    if at < end:
        pieces.append(Piece(text[at:end], ink, bold))
    return pieces
