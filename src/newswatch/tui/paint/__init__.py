"""Paint: the only place that makes styled text.

Everything drawn is made of `Piece`s: text with the name of what its colour is for. `strip` turns them
into a line of exactly so many cells, and passes each through the wall of `wall.printable`. No markup is
parsed anywhere. Nothing here knows a widget, an event or the engine.
"""

from __future__ import annotations

from newswatch.tui.paint.palette import Palette, palette_of
from newswatch.tui.paint.piece import Piece, Pieces, cut, cut_inside, fit, strip, width_of
from newswatch.tui.paint.wall import TerminalWall, printable

__all__ = [
    "Palette",
    "Piece",
    "Pieces",
    "TerminalWall",
    "cut",
    "cut_inside",
    "fit",
    "palette_of",
    "printable",
    "strip",
    "width_of",
]
