"""What the stream says when it has no rows: never nothing, always the next step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.geometry import Size

from newswatch.model.view import View
from newswatch.tui.paint.piece import Piece, Pieces, width_of
from newswatch.tui.signs import Signs
from newswatch.tui.words import counted


@dataclass(frozen=True, slots=True)
class EmptyStream:
    """Why there are no rows: a filter, something that went wrong, a start, or that nothing came in yet."""

    needle: str = ""
    trouble: str = ""
    is_starting: bool = False


def empty_stream(state: EmptyStream, view: View, size: Size, signs: Signs) -> Sequence[Pieces]:
    """A few lines in the middle of the list."""
    said = _said(state, view, signs)
    above = max((size.height - len(said)) // 3, 0)
    return [*([[]] * above), *([Piece(" " * max((size.width - width_of(line)) // 2, 1)), *line] for line in said)]


def _said(state: EmptyStream, view: View, signs: Signs) -> list[list[Piece]]:
    if state.trouble:
        return [[Piece(state.trouble, "critical")]]
    if state.needle:
        return [
            [Piece("Nothing that is loaded holds ", "dim"), Piece(state.needle, "text", bold=True)],
            _keys(("esc", "shows all again"), ("6", "searches everything")),
        ]
    if state.is_starting:
        return [[Piece("Opening the history", "text", bold=True), Piece(signs.ellipsis, "dim")]]
    if not view.feeds:
        return [
            [Piece("Nothing comes in: there are no feeds yet.", "text", bold=True)],
            _keys(("4", "feeds"), ("?", "help")),
        ]
    return [
        [Piece("Nothing has come in yet.", "text", bold=True)],
        [Piece(f"{counted(len(view.feeds), 'feed')} will be asked; all they give stands here, hit or not.", "dim")],
        _keys(("4", "feeds"), ("R", "there checks all now")),
    ]


def _keys(*keys: tuple[str, str]) -> list[Piece]:
    pieces: list[Piece] = []
    for key, label in keys:
        pieces += [Piece("   " if pieces else ""), Piece(key, "accent", bold=True), Piece(f" {label}", "dim")]
    return pieces
