"""A list to choose from: a tick, a title, a note, a figure at the right."""

from __future__ import annotations

from dataclasses import dataclass

from newswatch.tui.paint.palette import Ink
from newswatch.tui.paint.piece import Piece, Pieces, cut, fit, width_of
from newswatch.tui.signs import Signs

NOTE_FROM = 12  # cells; less says nothing


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One thing to choose. `note` says more of it, `figure` stands at the right. A fixed one cannot be chosen."""

    id: str
    title: str
    note: str = ""
    figure: str = ""
    is_fixed: bool = False


def check_row(
    row: CheckRow, width: int, signs: Signs, *, title_cells: int, is_chosen: bool, is_selected: bool
) -> Pieces:
    """The row of a thing in exactly so many cells."""
    ticks = signs.held if row.is_fixed else signs.yes if is_chosen else signs.open
    sign_ink: Ink = "faint" if row.is_fixed or not is_chosen else "good"
    figure = f" {row.figure} " if row.figure else ""
    left = width - 5 - width_of([Piece(figure)])
    title = cut(row.title, max(min(title_cells, left), 0), signs.ellipsis)
    pieces = [
        Piece(signs.bar if is_selected else " ", "accent", bold=True),
        Piece(f" {ticks} ", sign_ink, bold=is_chosen),
        *fit(
            [Piece(title, "accent" if is_selected else "dim" if row.is_fixed or not is_chosen else "text")],
            max(min(title_cells, left), 0),
            signs.ellipsis,
        ),
    ]
    room = left - min(title_cells, left) - 1
    note = fit([Piece("  "), Piece(row.note, "faint")], room, signs.ellipsis) if room >= NOTE_FROM else []
    gap = max(width - width_of([*pieces, *note]) - width_of([Piece(figure)]), 0)
    return fit([*pieces, *note, Piece(" " * gap), Piece(figure, "dim")], width, signs.ellipsis)
