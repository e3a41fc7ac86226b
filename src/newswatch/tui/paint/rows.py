"""What rows of any list share: the line under the names of the columns, facts under a heading, short numbers."""

from __future__ import annotations

from collections.abc import Iterable

from newswatch.tui.paint.piece import Piece, Pieces, fit, width_of
from newswatch.tui.paint.wrap import wrapped
from newswatch.tui.signs import Signs

FACT_CELLS = 11


def short_count(number: int) -> str:
    """A count in at most five cells: 9,999, 12k, 3M."""
    if number < 10_000:
        return f"{number:,}"
    if number < 1_000_000:
        return f"{number // 1_000}k"
    return f"{min(number // 1_000_000, 9_999)}M"


def gutter(signs: Signs, *, is_selected: bool, is_marked: bool = False) -> Piece:
    """The first cell of a row: where the cursor is, and what is picked; both at once shows without colours, too."""
    if is_marked:
        return Piece(signs.marked, "accent", bold=True, reverse=is_selected)
    return Piece(signs.bar if is_selected else " ", "accent", bold=True)


def count_line(words: Iterable[Pieces], aside: str, width: int, signs: Signs) -> list[Piece]:
    """The thin line above the first row: what there is to count at its left, the position at its right."""
    head = [Piece(signs.rule * 2, "line"), Piece(" ")]
    for number, said in enumerate(words):
        head += [Piece(f" {signs.dot} " if number else "", "faint"), *said]
    head.append(Piece(" "))
    tail = [Piece(f" {aside} ", "faint"), Piece(signs.rule * 2, "line")] if aside else []
    room = width - width_of(head) - width_of(tail)
    if room < 0:
        tail, room = [], width - width_of(head)
    return fit([*head, Piece(signs.rule * max(room, 0), "line"), *tail], width, signs.ellipsis)


def none_passes(what: str, needle: str) -> list[Pieces]:
    """What stands in a list of which a filter lets nothing through."""
    return [
        [],
        [Piece(f"   No {what} here passes the filter ", "dim"), Piece(needle, bold=True)],
        [Piece("   "), Piece("esc", "accent", bold=True), Piece(" shows all again", "dim")],
    ]


def fact_rows(label: str, value: Pieces | str, width: int) -> list[Pieces]:
    """A fact of a detail: its name in a column of its own, and its value; text is wrapped, pieces are cut."""
    name = Piece(f" {label:<{FACT_CELLS}}", "dim")
    if not isinstance(value, str):
        return [[name, *value]]
    rows: list[Pieces] = []
    for start, end in wrapped(value, max(width - FACT_CELLS - 2, 1)):
        rows.append([name if not rows else Piece(" " * (FACT_CELLS + 1)), Piece(value[start:end])])
    return rows
