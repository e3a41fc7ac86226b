"""What the rule editor says under the query: its mistake, and hints."""

from __future__ import annotations

from newswatch.engine.api import QueryCheck
from newswatch.tui.paint.piece import Piece, Pieces
from newswatch.tui.paint.query import caret_row, mistake_rows, query_rows
from newswatch.tui.paint.wrap import wrapped
from newswatch.tui.signs import Signs


def verdict_rows(
    query: str, check: QueryCheck, width: int, signs: Signs, *, caret: int | None, refusal: str
) -> list[Pieces]:
    """The caret and the mistake, or that the query is good, with hints. A refusal to save comes first."""
    room = max(width - 2, 1)
    rows: list[Pieces] = [
        [
            Piece(f"{signs.broken if number == 0 else ' '} ", "critical", bold=True),
            Piece(refusal[start:end], "critical"),
        ]
        for number, (start, end) in enumerate(wrapped(refusal, room - 2))
    ]
    if not query.strip():
        rows.append([Piece("words to watch for; a rule without a query cannot be saved", "faint")])
    elif not check.is_good:
        if check.offset is not None and caret is not None:
            rows.insert(0, caret_row(min(caret, room - 1)))
        elif check.offset is not None:
            rows += _row_with_caret(query, check.offset, room)
        rows += mistake_rows(query, check.offset, check.error, check.mend, room, signs)
    else:
        rows.append([Piece(f"{signs.yes} ", "good", bold=True), Piece("reads well", "good")])
        for hint in check.hints:
            rows += [[Piece("  "), Piece(hint[start:end], "dim")] for start, end in wrapped(hint, room - 2)]
    return [[Piece(" "), *row] for row in rows]


def _row_with_caret(query: str, offset: int, width: int) -> list[Pieces]:
    """The row of the mistake again, with the caret under it."""
    rows = query_rows(query, width, offset)
    at = next((number for number, row in enumerate(rows) if _is_caret(row)), len(rows))
    return rows[max(at - 1, 0) : at + 1]


def _is_caret(row: Pieces) -> bool:
    return len(row) == 2 and row[1] == caret_row(0)[1] and not row[0].text.strip()
