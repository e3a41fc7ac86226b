"""A widget of a few painted lines that repaints only those that changed."""

from __future__ import annotations

from collections.abc import Sequence

from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from newswatch.tui.paint import Piece, Pieces, palette_of, strip, width_of


class Lines(Widget):
    """Draws what `draw` says. Call `redraw` when that may have changed: nothing happens if it has not."""

    DEFAULT_CSS = "Lines { height: 1; width: 1fr; }"
    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002  Textual's word
        super().__init__(id=id, classes=classes)
        self._drawn: tuple[Pieces, ...] = ()
        self._drawn_width = -1

    def draw(self, width: int) -> Sequence[Pieces]:
        """The lines for a width in cells."""
        raise NotImplementedError

    def redraw(self) -> None:
        """Repaints the lines that differ from what is on the screen."""
        width = self.size.width
        lines = tuple(self.draw(width))
        if width != self._drawn_width or len(lines) != len(self._drawn):
            is_taller = len(lines) != len(self._drawn)
            self._drawn, self._drawn_width = lines, width
            self.refresh(layout=is_taller and self.styles.is_auto_height)
            return
        changed = [y for y, line in enumerate(lines) if list(line) != list(self._drawn[y])]
        self._drawn = lines
        if changed:
            self.refresh(*(Region(0, y, width, 1) for y in changed))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002  the base class's
        """As many rows as there are lines, where the height is `auto`."""
        return len(self.draw(width))

    def piece_at(self, x: int, y: int) -> Piece | None:
        """The piece that was drawn in a cell."""
        at = 0
        for piece in self._drawn[y] if y < len(self._drawn) else ():
            at += width_of([piece])
            if x < at:
                return piece
        return None

    def on_resize(self) -> None:
        """Another width, other lines."""
        self.redraw()

    def render_line(self, y: int) -> Strip:
        """See `Widget.render_line`."""
        width = self.size.width
        if width != self._drawn_width:
            self._drawn, self._drawn_width = tuple(self.draw(width)), width
        pieces = self._drawn[y] if y < len(self._drawn) else ()
        return strip(pieces, width, palette_of(self.app.theme_variables))
