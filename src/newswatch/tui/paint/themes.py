"""The list of themes, and a sample of every ink."""

from __future__ import annotations

from dataclasses import dataclass

from newswatch.tui.paint.piece import Piece, Pieces, fit
from newswatch.tui.signs import Signs


@dataclass(frozen=True, slots=True)
class ThemeRow:
    """A theme by its name. `is_ansi`: it has the terminal's own sixteen colours. `is_kept`: it was there before."""

    name: str
    is_dark: bool
    is_ansi: bool
    is_kept: bool


def theme_row(row: ThemeRow, width: int, signs: Signs, *, is_selected: bool) -> list[Piece]:
    """The name, and what kind it is."""
    bar = Piece(signs.bar if is_selected else " ", "accent", bold=True)
    kind = "dark" if row.is_dark else "light"
    if row.is_ansi:
        kind = "terminal"
    kept = Piece(f" {signs.yes}" if row.is_kept else "", "good", bold=True)
    name = fit([Piece(row.name, "text", bold=is_selected), kept], max(width - 12, 1), signs.ellipsis)
    return [bar, Piece(" "), *name, Piece(f"{kind:>8}", "dim"), Piece("  ")]


def sample_rows(width: int, signs: Signs) -> list[Pieces]:
    """Severities, a headline with a matched word, and quieter inks; then the keys."""
    return [
        [Piece(signs.rule * width, "line")],
        [
            Piece(" C ", "critical", bold=True),
            Piece("H ", "high", bold=True),
            Piece("N ", "normal"),
            Piece("L ", "low"),
            Piece(f" {signs.acked} good ", "good"),
            Piece(" accent", "accent", bold=True),
        ],
        [
            Piece(" new ", bold=True),
            Piece("matched", "mark", bold=True),
            Piece(" read ", "text"),
            Piece("dim ", "dim"),
            Piece("faint", "faint"),
        ],
        [Piece(signs.rule * width, "line")],
        [
            Piece(f" {signs.enter}", "accent", bold=True),
            Piece(" keep   ", "dim"),
            Piece("esc", "accent", bold=True),
            Piece(" as it was", "dim"),
        ],
    ]
