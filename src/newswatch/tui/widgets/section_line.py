"""A heading in a thin line."""

from __future__ import annotations

from collections.abc import Sequence

from newswatch.tui.looks import Looks
from newswatch.tui.paint import Pieces
from newswatch.tui.paint.why import section
from newswatch.tui.widgets.lines import Lines


class SectionLine(Lines):
    """A title at the left, what is to be said of it at the right."""

    def __init__(self, looks: Looks, *, id: str | None = None) -> None:  # noqa: A002  Textual's word
        super().__init__(id=id)
        self._looks = looks
        self._title = ""
        self._aside = ""

    def show(self, title: str, aside: str = "") -> None:
        """Shows a heading."""
        self._title, self._aside = title, aside
        self.redraw()

    def draw(self, width: int) -> Sequence[Pieces]:
        """See `Lines.draw`."""
        return [section(self._title, self._aside, width, self._looks.signs)] if self._title else []
