"""Pieces of text with their ink, cut and filled to exactly so many cells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rich.cells import cell_len, get_character_cell_size
from rich.segment import Segment
from textual.strip import Strip

from newswatch.tui.paint.palette import Ink, Palette
from newswatch.tui.paint.wall import printable


class Piece(NamedTuple):
    """Text in one ink. `mark` numbers the matched word it belongs to, -1 for none. `link` is an address that it leads
    to where the terminal knows such links (`links.hyperlink`), empty for none.
    """

    text: str
    ink: Ink = "text"
    bold: bool = False
    mark: int = -1
    italic: bool = False
    reverse: bool = False
    link: str = ""


Pieces = Sequence[Piece]


def width_of(pieces: Iterable[Piece]) -> int:
    """The cells that the pieces take when drawn."""
    return sum(cell_len(printable(piece.text)) for piece in pieces)


def cut(text: str, width: int, ellipsis: str = "…") -> str:
    """The printable text in at most `width` cells, ending in the ellipsis (one cell) where something is missing."""
    clean = printable(text[: _reach(width)])
    if len(clean) * 2 <= width or cell_len(clean) <= width:
        return clean
    if width <= 0:
        return ""
    kept, used = 0, 0
    for character in clean:
        used += get_character_cell_size(character)
        if used > width - 1:
            break
        kept += 1
    return clean[:kept].rstrip(" ") + ellipsis


def cut_inside(text: str, width: int, ellipsis: str = "…") -> str:
    """The printable text in at most `width` cells; of one that is too long the last third stays: a path ends in its
    file, a refusal in what to do. Of a sentence it begins with a whole word.
    """
    clean = printable(text[: _reach(width)])
    if len(text) <= _reach(width) and cell_len(clean) <= width:
        return clean
    ending = printable(text[-_reach(width) :])
    kept, used = len(ending), 0
    while kept and (used := used + get_character_cell_size(ending[kept - 1])) <= (width - 1) // 3:
        kept -= 1
    end = ending[kept:]
    end = end[max(end.find(" "), 0) :]
    return cut(clean, width - cell_len(end), ellipsis) + end


def _reach(width: int) -> int:
    """How many code points hold all that so many cells can show: a long text is not read to its end."""
    return 16 * width + 64


def fit(pieces: Iterable[Piece], width: int, ellipsis: str = "…") -> list[Piece]:
    """The pieces in exactly `width` cells: cut with an ellipsis, or filled up with blanks."""
    fitted: list[Piece] = []
    left = width
    source = iter(pieces)
    for piece in source:
        text = printable(piece.text[: _reach(left)])
        cells = cell_len(text)
        if cells > left or (cells == left and any(printable(later.text).strip() for later in source)):
            shorter = cut(text, left, ellipsis) if cells > left else cut(text + " ", left, ellipsis)
            fitted.append(piece._replace(text=shorter))
            left -= cell_len(shorter)
            break
        fitted.append(piece._replace(text=text))
        left -= cells
    if left > 0:
        fitted.append(Piece(" " * left))
    return fitted


def strip(
    pieces: Iterable[Piece],
    width: int,
    palette: Palette,
    *,
    ground: str = "background",
    current_mark: int = -1,
    ellipsis: str = "…",
) -> Strip:
    """A line of exactly `width` cells. The matched word number `current_mark` is drawn in reverse."""
    segments: list[Segment] = []
    for piece in fit(pieces, max(width, 0), ellipsis):
        if piece.text:
            is_current = piece.mark >= 0 and piece.mark == current_mark
            style = palette.style(
                piece.ink, bold=piece.bold, italic=piece.italic, reverse=piece.reverse or is_current, ground=ground
            )
            segments.append(Segment(piece.text, style.update_link(piece.link) if piece.link else style))
    return Strip(segments, max(width, 0))
