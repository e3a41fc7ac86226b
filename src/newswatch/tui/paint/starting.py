"""What stands in the place of the rows until there is a history: the first thing that a person reads.

Painted before the model is loaded: it must know nothing of it.
"""

from __future__ import annotations

from collections.abc import Sequence

from textual.geometry import Size

from newswatch.tui.paint.piece import Piece, Pieces, width_of
from newswatch.tui.signs import Signs


def starting_words(signs: Signs) -> list[Pieces]:
    """What newswatch is at."""
    return [
        [Piece("Opening the history and asking the feeds", "text", bold=True), Piece(signs.ellipsis, "dim")],
        [Piece("What matches your rules will stand here.", "dim")],
    ]


def in_the_middle(said: Sequence[Pieces], size: Size) -> list[Pieces]:
    """Lines in the middle of the room that a list has."""
    above = max((size.height - len(said)) // 3, 0)
    return [*([[]] * above), *(_centred(line, size.width) for line in said)]


def _centred(line: Pieces, width: int) -> Pieces:
    return [Piece(" " * max((width - width_of(line)) // 2, 1)), *line] if line else []
