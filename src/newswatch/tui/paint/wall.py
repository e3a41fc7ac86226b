"""The wall before the terminal: what it must never be sent, and what no two terminals draw alike.

Text was cleaned at the door already (`text.clean`); this is the second wall, for whatever came by
another way: a rule's text, a file name, an error.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

# C0, DEL, C1, bidi marks, overrides and isolates, line separators, surrogates, the tags block.
_HARMFUL = r"\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\U000e0000-\U000e007f"
# Joiners, variation selectors, skin tones, soft hyphens and invisible fillers: a terminal either makes one
# picture of what they join or draws the parts, so the width of a line that holds them cannot be known.
_UNSTEADY = (
    r"\u00ad\u115f\u1160\u180e\u200b\u200d\u2060-\u2065\u206a-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0"
    r"\ufff9-\ufffb\U0001f3fb-\U0001f3ff\U000e0080-\U000e0fff"
)
# What a terminal that is not UTF-8 shows in place of our own punctuation.
_PLAIN = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "~", "×": "x", "·": "|"})
# Lines, bars and arrows that widgets draw, Textual's own included, for a screen that is to be ASCII.
_DRAWN = str.maketrans(
    {
        **{chr(code): "+" for code in range(0x2500, 0x2580)},
        **dict.fromkeys("─┄┅┈┉╌╍╴╶╸╺╼╾▀▔", "-"),
        **dict.fromkeys("━═", "="),
        **dict.fromkeys("│┃┆┇┊┋╎╏║╵╷╹╻╽╿▁▂▃▄▅▆▇▌▍▎▏▕", "|"),
        **dict.fromkeys("█▉▊▋▐░▒▓", "#"),
        **dict(zip("←↑→↓▲▼◀▶", "<^>v^v<>", strict=True)),
    }
)
_BLANKS = re.compile(r"[\t\n\v\f\r\u0085\u2028\u2029]+")
_DROPPED = re.compile(f"[{_HARMFUL}{_UNSTEADY}]")
_HARMFUL_ONLY = re.compile(f"[{_HARMFUL}]")


def printable(text: str) -> str:
    """The text as one line that every terminal draws with the same width, harmless ones only."""
    if text.isascii() and text.isprintable():
        return text
    return _DROPPED.sub("", _BLANKS.sub(" ", text))


class TerminalWall(LineFilter):
    """Drops harmful characters from every line of every widget, stock ones included.

    With an `encoding` other than UTF-8, what the terminal cannot show becomes as many `?` as it is wide.
    With `draws_ascii`, as then too, lines, scroll bars and arrows are drawn with + - | and their like.
    A style's link (OSC 8) is sent only if `lets_link` says so of its address; without that none is.
    """

    def __init__(
        self,
        encoding: str = "utf-8",
        *,
        draws_ascii: bool = False,
        lets_link: Callable[[str], bool] | None = None,
    ) -> None:
        super().__init__()
        self._lets_link = lets_link
        self._encoding = encoding
        self._draws_ascii = draws_ascii or encoding != "utf-8"

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002  the base class's
        """See `LineFilter.apply`."""
        return [self._passed(segment) for segment in segments]

    def _passed(self, segment: Segment) -> Segment:
        text, style, control = segment
        if style is not None and style.link is not None and not (self._lets_link and self._lets_link(style.link)):
            style = style.update_link(None)
            segment = Segment(text, style, control)
        if control or (text.isascii() and text.isprintable()):
            return segment
        # As wide as the widget took it to be, or the line would be short: a lone surrogate counts as one cell.
        passed = _HARMFUL_ONLY.sub(lambda found: " " * cell_len(found[0]), text)
        if self._draws_ascii:
            passed = passed.translate(_DRAWN)
        if self._encoding != "utf-8":
            passed = "".join(
                character if self._can_show(character) else "?" * cell_len(character)
                for character in passed.translate(_PLAIN)
            )
        return segment if passed == text else Segment(passed, style)

    def _can_show(self, character: str) -> bool:
        try:
            character.encode(self._encoding)
        except UnicodeEncodeError:
            return False
        return True
