"""Where lines break. Works on offsets, so that marks keep their places."""

from __future__ import annotations

import re

from rich.cells import cell_len, get_character_cell_size

from newswatch.tui.paint.wall import printable

# Han, kana and full-width signs break anywhere, but closing signs never begin a line.
_WIDE = r"\u2e80-\u303f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uff60"
_CLOSING = r"\u3001\u3002\u300d\u300f\u3011\u3015\u30fc\uff01\uff09\uff0c\uff1a\uff1b\uff1f\u2026"
_TWO_CELLS = re.compile(r"[\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fcf]")  # the common ones, each of two cells
_CHUNK = re.compile(rf"[{_WIDE}][{_CLOSING}]*|[^\s{_WIDE}]+|\s+")


def wrapped(text: str, width: int) -> list[tuple[int, int]]:
    """The (start, end) of each line of one paragraph, in code points, each at most `width` cells (2 at least).

    Blanks at a break belong to no line. A word that is wider than a line is folded.
    """
    width = max(width, 2)
    lines: list[tuple[int, int]] = []
    start = end = used = 0
    for found in _CHUNK.finditer(text):
        chunk, at = found.group(), found.start()
        if chunk.isspace():
            used += _cells(chunk) if end > start else 0
            if end == start:
                start = end = found.end()
            continue
        cells = _cells(chunk)
        if used + cells > width and end > start:
            lines.append((start, end))
            start, used = at, 0
        if cells > width:
            folds = _folds(chunk, width)
            lines += [(at + first, at + last) for first, last in folds[:-1]]
            start, cells = at + folds[-1][0], _cells(chunk[folds[-1][0] :])
        end = found.end()
        used += cells
    if end > start:
        lines.append((start, end))
    return lines


def _cells(chunk: str) -> int:
    if _TWO_CELLS.match(chunk):
        return 2 * len(chunk)
    return len(chunk) if chunk.isascii() and chunk.isprintable() else cell_len(printable(chunk))


def _folds(chunk: str, width: int) -> list[tuple[int, int]]:
    """A long word in pieces of at most `width` cells."""
    folds: list[tuple[int, int]] = []
    first = used = 0
    for place, character in enumerate(chunk):
        cells = get_character_cell_size(character)
        if used + cells > width:
            folds.append((first, place))
            first, used = place, 0
        used += cells
    return [*folds, (first, len(chunk))]
