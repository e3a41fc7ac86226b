"""How a picture gets onto this terminal: by kitty's graphics protocol, or in half blocks. The only module that knows
textual-image and, beside `article.picture`, Pillow: both come with the extra `images`, and are loaded when a picture is
drawn. What is drawn is plain pixels, never a file.

What the terminal can do is read off its environment. It is not asked: Textual reads all that it answers.
"""

from __future__ import annotations

import io
import logging
import sys
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec
from random import randint
from threading import Lock
from typing import TYPE_CHECKING

from textual.strip import Strip

from newswatch.model.picture import Picture
from newswatch.tui.looks import Looks
from newswatch.tui.paint.picture import half_blocks, lines_of
from newswatch.tui.signs import ASCII

if TYPE_CHECKING:
    from PIL.Image import Image

EXTRA = ("textual_image", "PIL")
MOST_CELLS = 200  # a side: kitty's cells have numbers up to 296
LARGER = 2.0  # than its pixels a picture is drawn at most
CHUNK = 4_096  # bytes of a picture in one message, by kitty's protocol
SHARES_A_TERMINAL = ("TMUX", "STY", "ZELLIJ")  # set where another program stands between us and the terminal

_importing = Lock()


class Way(StrEnum):
    """How a picture is drawn."""

    BLOCKS = "blocks"  # two pixels a cell, one over the other
    KITTY = "kitty"  # https://sw.kovidgoyal.net/kitty/graphics-protocol/, with Unicode placeholders


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture for so many cells. `before` is to be sent to the terminal before the lines are, `after` when they are
    gone.
    """

    lines: Sequence[Strip]
    width: int
    before: str = ""
    after: str = ""


def obstacle(looks: Looks) -> str:
    """Why no picture can be shown here, in words; empty if one can."""
    if looks.signs == ASCII:
        return "this terminal shows letters only; the captions stand in the text"
    if not all(find_spec(name) for name in EXTRA):
        return "pictures come with an extra: pipx install --force '.[images]'"
    return ""


def way_for(environ: Mapping[str, str], *, has_true_colour: bool) -> Way:
    """How pictures are drawn on a terminal. Kitty's way names a picture by a colour, so each colour must arrive."""
    if not has_true_colour or any(environ.get(name) for name in SHARES_A_TERMINAL):
        return Way.BLOCKS
    names = environ.get("TERM", "")
    return Way.KITTY if names in {"xterm-kitty", "xterm-ghostty"} else Way.BLOCKS


def draw(picture: Picture, columns: int, rows: int, way: Way) -> Drawn:
    """The picture in at most so many cells. Takes tens of milliseconds: to be called in a thread."""
    from PIL import Image

    image = Image.frombytes("RGB", (picture.width, picture.height), picture.pixels)
    match way:
        case Way.BLOCKS:
            width, height = fitted(picture, columns, rows, (1, 2))
            return Drawn(half_blocks(image.resize((width, 2 * height)).tobytes(), width), width)
        case Way.KITTY:
            return _for_kitty(picture, image, columns, rows)


def fitted(picture: Picture, columns: int, rows: int, cell: tuple[int, int]) -> tuple[int, int]:
    """The columns and rows that a picture takes in its own proportions; `cell` is the size of one in pixels."""
    columns, rows = min(max(columns, 1), MOST_CELLS), min(max(rows, 1), MOST_CELLS)
    scale = min(columns * cell[0] / picture.width, rows * cell[1] / picture.height, LARGER)
    width, height = round(picture.width * scale / cell[0]), round(picture.height * scale / cell[1])
    return min(max(width, 1), columns), min(max(height, 1), rows)


def _for_kitty(picture: Picture, image: Image, columns: int, rows: int) -> Drawn:
    from rich.console import Console

    logging.getLogger("textual_image").setLevel(logging.ERROR)  # it warns that the terminal said nothing
    with _nothing_asked():
        from textual_image._terminal import get_cell_size
        from textual_image.renderable.tgp import Image as Placed

        cell = get_cell_size()
    width, height = fitted(picture, columns, rows, cell)
    seen = width * cell[0], height * cell[1]
    if seen[0] < image.width:  # no more goes over the line than there is room for
        image = image.resize(seen)
    number = randint(1 << 24, (1 << 32) - 1)
    placed = Placed(image, width, height)
    placed.terminal_image_id = number  # then it sends nothing by itself, past Textual's queue
    console = Console(file=io.StringIO(), force_terminal=True, color_system="truecolor", width=width, height=height)
    lines = lines_of(console.render(placed), width)
    return Drawn(lines, width, _sent(image, number, width, height), f"\x1b_Ga=d,d=I,i={number},q=2\x1b\\")


def _sent(image: Image, number: int, width: int, height: int) -> str:
    """The picture for kitty, then that it belongs on so many cells. `q=2`: it is to say nothing to that."""
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=1)
    data = b64encode(file.getvalue()).decode("ascii")
    messages = [
        f"\x1b_G{'' if at else f'f=100,i={number},'}q=2,m={int(at + CHUNK < len(data))};{data[at : at + CHUNK]}\x1b\\"
        for at in range(0, len(data), CHUNK)
    ]
    return "".join([*messages, f"\x1b_Ga=p,U=1,i={number},c={width},r={height},q=2\x1b\\"])


@contextmanager
def _nothing_asked() -> Iterator[None]:
    """Keeps textual-image from asking the terminal what it can, which it does when it is imported: the answers would
    be typed into our screen. Without a standard input it asks nothing.
    """
    with _importing:
        stdin, sys.__stdin__ = sys.__stdin__, None  # type: ignore[misc]  # Final, and put back at once
        try:
            yield
        finally:
            sys.__stdin__ = stdin  # type: ignore[misc]  # as above
