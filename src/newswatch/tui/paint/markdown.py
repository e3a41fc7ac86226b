"""An article's text well set: headings, lists, quotes, tables, code, images as captions, links with their numbers.

Laid out a block at a time, so that a long text never holds up the screen: `lay` is asked for the next step until it
has no more.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import assert_never

from rich.cells import cell_len, get_character_cell_size

from newswatch.tui.blocks import QUOTE, Block, Kind
from newswatch.tui.paint.layout import Layout
from newswatch.tui.paint.palette import Ink
from newswatch.tui.paint.piece import Piece, width_of
from newswatch.tui.paint.shown import Shown, Spans
from newswatch.tui.paint.tables import table_rows
from newswatch.tui.paint.wall import printable
from newswatch.tui.paint.wrap import wrapped
from newswatch.tui.signs import Signs

LEAST_TEXT = 12  # cells that quotes and items leave for their text
TAB = "    "


@dataclass(frozen=True, slots=True)
class Setting:
    """What blocks are set with: the width, the signs, what links lead to, the `spans` to mark (in order, none
    overlapping), and where the sentences of the bullets stand in the text.
    """

    width: int
    signs: Signs
    targets: Sequence[str] = ()
    spans: Spans = ()
    bullets: Sequence[int] = ()


def lay(layout: Layout, blocks: Iterable[Block], setting: Setting) -> Iterator[None]:
    """Adds the blocks to a layout, one a step."""
    typesetter = _Typesetter(layout, setting)
    for block in blocks:
        typesetter.add(block)
        yield
    typesetter.end()


class _Typesetter:
    def __init__(self, layout: Layout, setting: Setting) -> None:
        self._layout = layout
        self._setting = setting
        self._signs = setting.signs
        self._first_mark = len(layout.mark_lines)
        self._numbers: dict[int, int] = {}  # of spans, by their place among them
        self._ends = [end for _, end in setting.spans]
        self._starts = [start for start, _ in setting.spans]
        self._bullets = sorted(((at, number) for number, at in enumerate(setting.bullets, start=1)), reverse=True)
        self._inset = ""

    def add(self, block: Block) -> None:
        if block.is_apart:
            self._gap(block)
        self._inset = block.inset
        match block.kind:
            case Kind.PARAGRAPH | Kind.HEADING | Kind.ITEM:
                self._text(block)
            case Kind.CODE:
                self._code(block)
            case Kind.TABLE:
                self._table(block)
            case _:
                assert_never(block.kind)

    def end(self) -> None:
        """Marks that stand in nothing that is seen lead to where the one before them does."""
        lines = self._layout.mark_lines
        lines += [-1] * (len(self._setting.spans) - len(self._numbers))
        for number in range(self._first_mark, len(lines)):
            if lines[number] < 0:
                lines[number] = max(lines[number - 1], 0) if number > self._first_mark else 0

    def _gap(self, block: Block) -> None:
        """A blank line; within a quote its bars go on."""
        lines = self._layout.lines
        if not lines or not lines[-1]:
            return
        shared = 0
        for mine, theirs in zip(block.inset, self._inset, strict=False):
            if mine != theirs:
                break
            shared += 1
        bars = self._bars(block.inset[:shared])
        self._layout.add(bars if QUOTE in block.inset[:shared] else [])

    def _bars(self, inset: str) -> list[Piece]:
        if not inset:
            return []
        return [Piece(f"{self._signs.column} " if one == QUOTE else "  ", "line") for one in inset]

    def _room(self, used: int) -> int:
        return max(self._setting.width - used, min(LEAST_TEXT, self._setting.width), 1)

    def _text(self, block: Block) -> None:
        ink: Ink = "text"
        if block.kind is Kind.HEADING:
            ink = "accent" if block.level <= 2 else "text"
        sign = f"{block.sign if block.sign != '•' else self._signs.bullet} " if block.sign else ""
        bars = self._bars(block.inset)
        hang = Piece(" " * width_of([Piece(sign)]))
        room = self._room(width_of(bars) + width_of([hang]))
        for line in block.lines:
            shown = Shown(line, self._setting.targets, ink, is_bold=block.kind is Kind.HEADING)
            places = self._marked(shown)
            is_caption = bool(line) and all(run.is_image or not run.text.strip() for run in line)
            for number, (start, end) in enumerate(wrapped(shown.text, room)):
                lead = [*bars, Piece(sign, "accent") if not number else hang] if sign else bars
                if is_caption and not number:
                    lead = [*lead, Piece(f"{self._signs.image} ", "faint")]
                self._line([*lead, *shown.pieces(start, end)], shown, start, end, places)

    def _code(self, block: Block) -> None:
        bars = [*self._bars(block.inset), Piece(f"{self._signs.column} ", "faint")]
        room = self._room(width_of(bars))
        for line in block.lines:
            shown = Shown(line)
            places = self._marked(shown)
            for start, end in _folded(shown.text, room):
                pieces = [
                    piece._replace(text=printable(piece.text.replace("\t", TAB))) for piece in shown.pieces(start, end)
                ]
                self._line([*bars, *pieces], shown, start, end, places)

    def _table(self, block: Block) -> None:
        bars = self._bars(block.inset)
        cells = [
            [Shown(cell, self._setting.targets, is_bold=block.has_head and number == 0) for cell in row]
            for number, row in enumerate(block.rows)
        ]
        first = len(self._layout.lines)
        for row in cells:
            for shown in row:
                for number, _ in self._marked(shown):
                    self._layout.mark_lines[number] = first
        room = self._room(width_of(bars))
        starts = [next((shown.extent[0] for shown in row if shown.text), block.at) for row in cells]
        for number, pieces in table_rows(cells, room, self._signs, has_head=block.has_head):
            if 0 <= number < len(starts):
                for mark in {piece.mark for piece in pieces if piece.mark >= 0}:
                    if self._layout.mark_lines[mark] == first:
                        self._layout.mark_lines[mark] = len(self._layout.lines)
            at = starts[number] if 0 <= number < len(starts) else block.at
            self._layout.add([*bars, *pieces], at)

    def _marked(self, shown: Shown) -> list[tuple[int, int]]:
        """Marks a line, and numbers its marks; gives (number, letter) of each."""
        start, end = shown.extent
        low, high = bisect_left(self._ends, start + 1), bisect_left(self._starts, end)
        spans = [(*self._setting.spans[place], place) for place in range(low, high)]
        numbered = []
        for first, last, place in spans:
            number = self._numbers.setdefault(place, len(self._layout.mark_lines))
            if number == len(self._layout.mark_lines):
                self._layout.mark_lines.append(-1)
            numbered.append((first, last, number))
        return shown.mark(numbered)

    def _line(self, pieces: list[Piece], shown: Shown, start: int, end: int, places: Sequence[tuple[int, int]]) -> None:
        row = len(self._layout.lines)
        for number, at in places:
            if at < end and self._layout.mark_lines[number] < 0:  # blanks at a break are on no line
                self._layout.mark_lines[number] = row
        first, last = shown.source(start), shown.source(end)
        bullet = 0
        while self._bullets and self._bullets[-1][0] < last:
            number = self._bullets.pop()[1]
            bullet = bullet or number
            self._layout.bullet_lines.setdefault(number, row)
        self._layout.add(pieces, first, bullet)


def _folded(text: str, width: int) -> list[tuple[int, int]]:
    """A line of code in lines of a width, its blanks kept."""
    clean = text.replace("\t", TAB)
    if cell_len(printable(clean)) <= width:
        return [(0, len(text))]
    folds: list[tuple[int, int]] = []
    first = used = 0
    for place, letter in enumerate(text):
        cells = len(TAB) if letter == "\t" else get_character_cell_size(letter)
        if used + cells > width and place > first:
            folds.append((first, place))
            first, used = place, 0
        used += cells
    return [*folds, (first, len(text))]
