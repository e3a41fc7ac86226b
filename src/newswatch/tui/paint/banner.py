"""The banner under the state line: the most severe notice, and how long nothing rings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from newswatch.model.event import NoticeLevel, NoticeRaised
from newswatch.tui.looks import Looks
from newswatch.tui.paint.palette import Ink
from newswatch.tui.paint.piece import Piece, fit, width_of
from newswatch.tui.words import countdown

LEVELS = {NoticeLevel.ERROR: 2, NoticeLevel.WARNING: 1, NoticeLevel.INFO: 0}


# The folders of an absolute path, blanks in their names included: what is before a file's name in a notice.
_FOLDERS = re.compile(r"""(?:(?<=[\s"'(“])|^)~?/(?:[^/:\n"”]*[^/:\s"”]/)+""")


def banner_line(
    notices: Sequence[NoticeRaised], paused_until: datetime | None, looks: Looks, width: int
) -> list[Piece]:
    """The most severe notice in one line, and how many more there are. Files without folders: the reason must fit.

    That nothing rings stands at its end, in few words where there is a notice too: a pause must not be forgotten.
    """
    pause = _pause(paused_until, looks, is_alone=not notices)
    if not notices:
        has_room = width_of(pause) <= width  # else how it ends matters more than what it is
        return fit(pause if has_room else [pause[0], *pause[2:]], width, looks.signs.ellipsis)
    worst, *others = sorted(notices, key=lambda notice: -LEVELS[notice.level])
    inks: dict[NoticeLevel, Ink] = {
        NoticeLevel.ERROR: "critical",
        NoticeLevel.WARNING: "high",
        NoticeLevel.INFO: "accent",
    }
    ink = inks[worst.level]
    more = [Piece(f" +{len(others)} more", "dim")] if others else []
    word = {NoticeLevel.ERROR: "ERROR", NoticeLevel.WARNING: "WARNING", NoticeLevel.INFO: "NOTE"}[worst.level]
    head = Piece(f" {looks.signs.warning} {word}  ", ink, bold=True)
    room = max(width - width_of(more) - width_of(pause) - 1, 0)
    return [*fit([head, Piece(_FOLDERS.sub("", worst.text))], room, looks.signs.ellipsis), *more, *pause]


def _pause(until: datetime | None, looks: Looks, *, is_alone: bool) -> list[Piece]:
    if until is None:
        return []
    left = countdown((until - looks.now()).total_seconds())
    head = Piece(f" {looks.signs.paused} SILENT {left}", "high", bold=True)
    if not is_alone:
        return [Piece("  "), head]
    return [
        head,
        Piece("  alerts do not ring; all is shown as ever", "dim"),
        Piece("   p", "accent", bold=True),
        Piece(" ends it", "dim"),
    ]
