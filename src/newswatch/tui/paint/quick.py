"""The quick look: the few sentences of an article that say what it is about, each with its number and its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from newswatch.model.article import Bullet
from newswatch.tui.paint.layout import Layout
from newswatch.tui.paint.marks import marked
from newswatch.tui.paint.piece import Piece, width_of
from newswatch.tui.paint.wrap import wrapped
from newswatch.tui.signs import Signs


def lay_bullets(layout: Layout, bullets: Sequence[Bullet], words: Iterable[str], width: int, signs: Signs) -> None:
    """Adds the bullets, each with its number at the margin. `words` are those that matched in the article."""
    found = _finder(words)
    for number, bullet in enumerate(bullets, start=1):
        text = bullet.text
        spans = [match.span() for match in found.finditer(text)] if found is not None and bullet.has_match else []
        where = f"{signs.paragraph} {bullet.paragraph} of {bullet.paragraphs}"
        breaks = wrapped(text, width)
        for line, (start, end) in enumerate(breaks):
            pieces = marked(text, spans, start=start, end=end)
            if line == len(breaks) - 1:
                tail = Piece(f"  {where}", "faint")
                if width_of(pieces) + width_of([tail]) <= width:
                    pieces.append(tail)
                else:
                    layout.add(pieces, bullet=0 if line else number)
                    pieces = [Piece(where, "faint")]
                    line += 1  # noqa: PLW2901  the number stands at the first line only
            layout.add(pieces, bullet=0 if line else number)


def _finder(words: Iterable[str]) -> re.Pattern[str] | None:
    """Finds any of these in a sentence, the longest first."""
    distinct = sorted({word for word in words if word.strip()}, key=len, reverse=True)
    if not distinct:
        return None
    return re.compile("|".join(map(re.escape, distinct)), re.IGNORECASE)
