"""Ink: the names of what a colour is for, and the styles that the theme gives them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Literal, get_args

from rich.style import Style
from textual.color import Color

Ink = Literal[
    "text", "dim", "faint", "line", "accent", "mark", "critical", "high", "normal", "low", "good", "background"
]
INKS: tuple[Ink, ...] = get_args(Ink)
_VARIABLES = {"text": "foreground", "background": "background"}


class Palette:
    """The styles of one theme."""

    def __init__(self, colours: Mapping[str, str]) -> None:
        self._colours = {ink: Color.parse(colours[ink]).rich_color for ink in (*INKS, "selection")}
        # The sixteen colours of a terminal are anybody's guess: no ground but its own is legible under all of them.
        self._selects_in_reverse = colours["selection"] == "ansi_default"
        self._styles: dict[tuple[str, bool, bool, bool, str], Style] = {}

    def style(
        self, ink: Ink, *, bold: bool = False, italic: bool = False, reverse: bool = False, ground: str = "background"
    ) -> Style:
        """The style of an ink on a ground (`background` or `selection`)."""
        key = (ink, bold, italic, reverse, ground)
        if key not in self._styles and ground == "selection" and self._selects_in_reverse:
            self._styles[key] = Style(bold=bold or None, italic=italic or None, reverse=not reverse or None)
        if key not in self._styles:
            self._styles[key] = Style(
                color=self._colours[ink],
                bgcolor=self._colours[ground],
                bold=bold or None,
                italic=italic or None,
                reverse=reverse or None,
            )
        return self._styles[key]


def palette_of(theme_variables: Mapping[str, str]) -> Palette:
    """The palette of an app's `theme_variables`."""
    wanted = ((name, _VARIABLES.get(name, f"nw-{name}")) for name in (*INKS, "selection"))
    return _palette(tuple((name, theme_variables[variable]) for name, variable in wanted))


@lru_cache(maxsize=8)
def _palette(colours: tuple[tuple[str, str], ...]) -> Palette:
    return Palette(dict(colours))
