"""Lines laid out for a width, with the places of matched words, and where in the text each line begins."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from newswatch.tui.paint.marks import marked
from newswatch.tui.paint.palette import Ink
from newswatch.tui.paint.piece import Piece, Pieces
from newswatch.tui.paint.wrap import wrapped

READING_CELLS = 72
MARGIN = 3  # cells before each line: for the number of a bullet, and air
BULLET_MARKS = 1_000_000
"""The number of a bullet is drawn as a mark: this and the number."""
NOWHERE = -1
"""The place of a line that is not of the text: a title, a blank line, a number of a link."""


@dataclass(slots=True)
class Layout:
    """The lines; for each matched word (by its number) the line it begins on; and each line's place in the text.

    Every line begins with `margin` cells, in which the number of a bullet stands. `bullet_lines` are where the
    sentences of bullets stand in the text.
    """

    margin: int = 0
    lines: list[Pieces] = field(default_factory=list)
    mark_lines: list[int] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    bullet_lines: dict[int, int] = field(default_factory=dict)

    def add(self, pieces: Pieces, at: int = NOWHERE, bullet: int = 0) -> None:
        """A line, perhaps the first one of a bullet or of the sentence that it is."""
        if self.margin and pieces:
            said = f"{bullet:>{self.margin - 1}} " if bullet else " " * self.margin
            mark = BULLET_MARKS + bullet if bullet else -1
            pieces = [Piece(said, "accent", bold=bool(bullet), mark=mark), *pieces]
        if bullet and at != NOWHERE:
            self.bullet_lines.setdefault(bullet, len(self.lines))
        self.lines.append(pieces)
        self.places.append(at)

    def blank(self) -> None:
        """An empty line, unless the last one is."""
        if self.lines and self.lines[-1]:
            self.add([])

    def paragraph(
        self, text: str, spans: Sequence[tuple[int, int]], width: int, ink: Ink = "text", *, bold: bool = False
    ) -> None:
        """A wrapped paragraph; its marks are numbered on from the last."""
        first_mark, first_line = len(self.mark_lines), len(self.lines)
        breaks = wrapped(text, width)
        for start, end in breaks:
            inside = [(max(a, start), min(b, end)) for a, b in spans if a < end and b > start]
            before = sum(b <= start for _, b in spans)
            self.add(marked(text, inside, ink, bold=bold, start=start, end=end, first_mark=first_mark + before))
        line_ends = [end for _, end in breaks]
        last = max(len(breaks) - 1, 0)
        self.mark_lines += [first_line + min(bisect_right(line_ends, start), last) for start, _ in spans]

    def line_at(self, place: int) -> int:
        """The last line that begins at or before a place in the text; 0 where there is none."""
        found = 0
        for number, at in enumerate(self.places):
            if at > place:
                break
            if at != NOWHERE:
                found = number
        return found

    def place_at(self, line: int) -> int:
        """The place of the first line of the text at or below a line; `NOWHERE` below its end and above its begin."""
        return next((at for at in self.places[line:] if at != NOWHERE), NOWHERE)


@dataclass(frozen=True, slots=True)
class Measure:
    """The column of text in a pane: how wide it is, and how far from the left."""

    width: int
    margin: int


def measure(cells: int, *, is_centred: bool = False) -> Measure:
    """The column for so many cells."""
    margin = min(MARGIN, max(cells - 8, 0))
    width = max(min(cells - margin, READING_CELLS), 1)
    if is_centred:
        margin = max(margin, (cells - width) // 2)
    return Measure(width, margin)
