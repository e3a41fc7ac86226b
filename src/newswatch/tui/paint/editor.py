"""What the rule editor says under the query: its mistake, hints, and what it would have matched."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from newswatch.engine.api import QueryCheck, QueryTrial
from newswatch.tui.paint.palette import Ink
from newswatch.tui.paint.piece import Piece, Pieces, cut
from newswatch.tui.paint.query import caret_row, mistake_rows, query_rows
from newswatch.tui.paint.why import section
from newswatch.tui.paint.wrap import wrapped
from newswatch.tui.signs import Signs
from newswatch.tui.words import counted


@dataclass(frozen=True, slots=True)
class Trial:
    """How far a trial is: `found` by the query as it is now, or as it was when `is_running`; or why it failed."""

    found: QueryTrial | None = None
    is_running: bool = False
    error: str = ""


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


def trial_rows(trial: Trial, width: int, height: int, signs: Signs) -> list[Pieces]:
    """A heading, the count, and as many headlines as there is room for."""
    aside = "trying" if trial.is_running else "newest first" if trial.found and trial.found.examples else ""
    rows: list[Pieces] = [
        section("In the history", f"{aside}{signs.ellipsis if trial.is_running else ''}", width, signs)
    ]
    found = trial.found
    if trial.error:
        rows += [[Piece(f" {trial.error[start:end]}", "critical")] for start, end in wrapped(trial.error, width - 2)]
    elif found is None:
        if not trial.is_running:
            rows.append([Piece(" What the query would have matched so far stands here.", "faint")])
    else:
        ink: Ink = "dim" if trial.is_running else "text"
        rows.append(
            [
                Piece(" matches ", "dim"),
                Piece(f"{found.matched:,}", "accent" if found.matched and not trial.is_running else ink, bold=True),
                Piece(f" of {counted(found.entries, 'stored entry', 'stored entries')}", "dim"),
            ]
        )
        room = max(height - len(rows), 0)
        copies = Counter(found.examples)  # it keeps their order
        for title, times in list(copies.items())[:room]:
            more = Piece(f" {signs.times}{times}" if times > 1 else "", "dim")
            headline = Piece(cut(title or "no title", max(width - 3 - len(more.text), 1), signs.ellipsis), ink)
            rows.append([Piece(f" {signs.dot} ", "faint"), headline, more])
    return rows


def _row_with_caret(query: str, offset: int, width: int) -> list[Pieces]:
    """The row of the mistake again, with the caret under it."""
    rows = query_rows(query, width, offset)
    at = next((number for number, row in enumerate(rows) if _is_caret(row)), len(rows))
    return rows[max(at - 1, 0) : at + 1]


def _is_caret(row: Pieces) -> bool:
    return len(row) == 2 and row[1] == caret_row(0)[1] and not row[0].text.strip()
