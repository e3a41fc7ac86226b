"""Tables: side by side where they fit, cells wrapped where they nearly do, else each row as lines of `head  cell`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rich.cells import cell_len

from newswatch.tui.paint.piece import Piece, fit
from newswatch.tui.paint.shown import Shown
from newswatch.tui.paint.wall import printable
from newswatch.tui.paint.wrap import wrapped
from newswatch.tui.signs import Signs

GAP = 2
LEAST_COLUMN = 8  # cells, below which a column is not worth reading
NO_ROW = -1
_NUMBER = re.compile(r"[-+−]?[\d.,\u00a0 ]*\d ?%?")


def table_rows(
    rows: Sequence[Sequence[Shown]], width: int, signs: Signs, *, has_head: bool
) -> Iterator[tuple[int, list[Piece]]]:
    """The lines, each with the number of its row; `NO_ROW` for one that is drawn between rows."""
    columns = _columns(rows, width)
    if columns is None:
        yield from _stacked(rows, width, signs, has_head=has_head)
    else:
        yield from _side_by_side(rows, columns, signs, has_head=has_head)


def _columns(rows: Sequence[Sequence[Shown]], width: int) -> list[int] | None:
    """How wide each column is; None where they have no room."""
    many = max(map(len, rows), default=0)
    natural = [max((_cells(row[at].text) for row in rows if at < len(row)), default=1) for at in range(many)]
    room = width - GAP * (many - 1)
    columns = [max(cells, 1) for cells in natural]
    if sum(columns) <= room:
        return columns
    if sum(min(cells, LEAST_COLUMN) for cells in columns) > room:
        return None
    while sum(columns) > room:
        widest = max(range(many), key=lambda at: columns[at])
        columns[widest] -= min(sum(columns) - room, max(columns[widest] - sorted([*columns, 0])[-2], 1))
        if columns[widest] < LEAST_COLUMN:
            columns[widest] = LEAST_COLUMN
            if sum(max(min(cells, LEAST_COLUMN), 0) for cells in columns) >= room and sum(columns) > room:
                return None
    return columns


def _side_by_side(
    rows: Sequence[Sequence[Shown]], columns: Sequence[int], signs: Signs, *, has_head: bool
) -> Iterator[tuple[int, list[Piece]]]:
    numeric = [
        all(_NUMBER.fullmatch(row[at].text) or not row[at].text for row in rows[has_head:] if at < len(row))
        for at in range(len(columns))
    ]
    for number, row in enumerate(rows):
        wraps = [wrapped(shown.text, cells) for shown, cells in zip(row, columns, strict=False)]
        for line in range(max(map(len, wraps), default=0)):
            pieces: list[Piece] = []
            for at, (shown, breaks) in enumerate(zip(row, wraps, strict=True)):
                pieces += [Piece(" " * GAP)] if at else []
                cell = shown.pieces(*breaks[line]) if line < len(breaks) else []
                if numeric[at]:
                    used = sum(_cells(piece.text) for piece in cell)
                    pieces.append(Piece(" " * max(columns[at] - used, 0)))
                    pieces += cell
                else:
                    pieces += fit(cell, columns[at], signs.ellipsis)
            yield number, pieces
        if has_head and number == 0:
            ruler: list[Piece] = []
            for at, cells in enumerate(columns):
                ruler += [Piece(" " * GAP)] if at else []
                ruler.append(Piece(signs.rule * cells, "line"))
            yield NO_ROW, ruler


def _stacked(
    rows: Sequence[Sequence[Shown]], width: int, signs: Signs, *, has_head: bool
) -> Iterator[tuple[int, list[Piece]]]:
    """Each row by itself: its first cell, and under it each other with the head of its column."""
    heads = [shown.text for shown in rows[0]] if has_head else []
    label_cells = min(max((_cells(head) for head in heads[1:]), default=0), width // 3)
    for number, row in enumerate(rows[has_head:], start=int(has_head)):
        if number > has_head:
            yield NO_ROW, [Piece(signs.rule * min(3, width), "line")]
        for at, shown in enumerate(row):
            indent = 2 if at else 0
            label = heads[at] if at and at < len(heads) else ""
            lead = indent + (label_cells + GAP if label_cells and at else 0)
            for line, (start, end) in enumerate(wrapped(shown.text, max(width - lead, 4))):
                pieces: list[Piece] = [Piece(" " * indent)] if indent else []
                if label_cells and at:
                    said = Piece(label if line == 0 else "", "dim")
                    pieces += [*fit([said], label_cells, signs.ellipsis), Piece(" " * GAP)]
                cell = shown.pieces(start, end)
                pieces += cell if at else [piece._replace(bold=True) for piece in cell]
                yield number, pieces


def _cells(text: str) -> int:
    return cell_len(printable(text))
