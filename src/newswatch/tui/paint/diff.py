"""What became of a text, word by word: what is gone and what is new, each with its sign and its colour.

Paragraphs that stayed as they were are counted, not shown: what changed is what is looked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from newswatch.model.diff import Change
from newswatch.model.diff import Piece as Changed
from newswatch.tui.paint.palette import Ink
from newswatch.tui.paint.piece import Piece, Pieces
from newswatch.tui.paint.wrap import wrapped
from newswatch.tui.signs import Signs
from newswatch.tui.words import counted

_INKS: dict[Change, Ink] = {Change.SAME: "text", Change.GONE: "critical", Change.NEW: "good"}


@dataclass(slots=True)
class _Paragraph:
    """One line of both texts: its letters, and how each stretch of them changed."""

    text: str
    stretches: list[tuple[int, Change]]  # where it begins, in order

    @property
    def is_changed(self) -> bool:
        return any(change is not Change.SAME for _, change in self.stretches)


def diff_rows(pieces: Sequence[Changed], width: int, signs: Signs) -> list[Pieces]:
    """The changed paragraphs, wrapped: `[−gone] [+new]`."""
    rows: list[Pieces] = []
    same = 0
    for paragraph in _paragraphs(pieces, signs):
        if not paragraph.is_changed:
            same += bool(paragraph.text.strip())
            continue
        rows += _unchanged(same, signs)
        same = 0
        if rows:
            rows.append([])
        rows += [_line(paragraph, start, end) for start, end in wrapped(paragraph.text, width)]
    return [*rows, *_unchanged(same, signs)] if rows else [[Piece("no word differs", "dim")]]


def _unchanged(many: int, signs: Signs) -> list[Pieces]:
    if not many:
        return []
    line = [Piece(f"{signs.ellipsis} {counted(many, 'paragraph')} as before", "faint")]
    return [[], line]


def _paragraphs(pieces: Sequence[Changed], signs: Signs) -> Iterator[_Paragraph]:
    text, stretches = "", [(0, Change.SAME)]
    for piece in pieces:
        sign = {Change.SAME: "", Change.GONE: signs.minus, Change.NEW: "+"}[piece.change]
        for number, part in enumerate(piece.text.split("\n")):
            if number:
                yield _Paragraph(text, stretches)
                text, stretches = "", [(0, Change.SAME)]
            if not part:
                continue
            if not sign or not part.strip():
                text += part
                continue
            bare = part.strip()
            lead, tail = part[: len(part) - len(part.lstrip())], part[len(part.rstrip()) :]
            beside = " " if text.endswith("]") and not lead else ""
            text += beside + lead
            stretches.append((len(text), piece.change))
            text += f"[{sign}{bare}]"
            stretches.append((len(text), Change.SAME))
            text += tail
    yield _Paragraph(text, stretches)


def _line(paragraph: _Paragraph, start: int, end: int) -> list[Piece]:
    line: list[Piece] = []
    ends = [at for at, _ in paragraph.stretches[1:]] + [len(paragraph.text)]
    for (first, change), last in zip(paragraph.stretches, ends, strict=True):
        low, high = max(first, start), min(last, end)
        if low < high:
            line.append(Piece(paragraph.text[low:high], _INKS[change], change is not Change.SAME))
    return line
