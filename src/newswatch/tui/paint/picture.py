"""A picture as lines of cells: half blocks of two colours, or cells that a terminal puts the picture on."""

from __future__ import annotations

from collections.abc import Iterable

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

UPPER_HALF = "▀"


def half_blocks(pixels: bytes, width: int) -> list[Strip]:
    """A line for every two rows of `width` pixels, three bytes each; a last row without another is left out."""
    row = 3 * width
    return [
        Strip(
            [
                Segment(UPPER_HALF, Style(color=_colour(pixels, at), bgcolor=_colour(pixels, at + row)))
                for at in range(top, top + row, 3)
            ],
            width,
        )
        for top in range(0, len(pixels) - 2 * row + 1, 2 * row)
    ]


def lines_of(segments: Iterable[Segment], width: int) -> list[Strip]:
    """Lines of `width` cells that were painted elsewhere, each ended by a line break."""
    return [Strip(line, width) for line in Segment.split_lines(segments)]


def _colour(pixels: bytes, at: int) -> Color:
    return Color.from_rgb(pixels[at], pixels[at + 1], pixels[at + 2])
