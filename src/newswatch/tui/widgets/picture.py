"""A picture in the room that it has."""

from __future__ import annotations

import asyncio
import os

from rich.segment import Segment
from textual.app import App
from textual.strip import Strip
from textual.widget import Widget

from newswatch.model.picture import Picture
from newswatch.tui.faults import complaint
from newswatch.tui.latest import run_latest
from newswatch.tui.looks import Looks
from newswatch.tui.paint import Piece, Pieces, palette_of, strip
from newswatch.tui.paint.palette import Ink
from newswatch.tui.paint.wrap import wrapped
from newswatch.tui.pictures import Drawn, draw, way_for

NOTHING = Drawn((), 0)
REST_S = 0.08  # a window that is pulled larger is not drawn for at each step


class PictureView(Widget):
    """Says a sentence until there is a picture; draws it anew when the room changes."""

    ALLOW_SELECT = False

    def __init__(self, looks: Looks) -> None:
        super().__init__()
        self._looks = looks
        self._said = ""
        self._ink: Ink = "dim"
        self._picture: Picture | None = None
        self._drawn = NOTHING

    def say(self, said: str, ink: Ink = "dim") -> None:
        """Says something where the picture would be."""
        self._said, self._ink = said, ink
        self.refresh()

    def show(self, picture: Picture) -> None:
        """Draws a picture."""
        self._picture = picture
        run_latest(self, self._draw, "drawing")

    def on_mount(self) -> None:
        """A terminal that was left for a shell may have forgotten the picture."""
        self.app.app_resume_signal.subscribe(self, self._came_back)

    def on_resize(self) -> None:
        """Another room, another drawing."""
        if self._picture is not None:
            run_latest(self, self._draw_again, "drawing")

    def on_unmount(self) -> None:
        """The terminal need not keep the picture."""
        self._send(self._drawn.after)

    def render_line(self, y: int) -> Strip:
        """See `Widget.render_line`."""
        width, palette = self.size.width, palette_of(self.app.theme_variables)
        empty = strip((), width, palette)
        if self._picture is None:
            rows: list[Pieces] = [
                [Piece(self._said[start:end], self._ink)] for start, end in wrapped(self._said, max(width, 1))
            ]
            at = y - max((self.size.height - len(rows)) // 2, 0)
            return strip(rows[at], width, palette) if 0 <= at < len(rows) else empty
        drawn = self._drawn
        at = y - max((self.size.height - len(drawn.lines)) // 2, 0)
        if not 0 <= at < len(drawn.lines) or drawn.width > width:
            return empty
        left = (width - drawn.width) // 2
        right = width - drawn.width - left
        ground = palette.style("text")
        parts = [
            Strip([Segment(" " * left, ground)], left),
            drawn.lines[at],
            Strip([Segment(" " * right, ground)], right),
        ]
        return Strip.join(parts)

    async def _draw_again(self) -> None:
        await asyncio.sleep(REST_S)
        await self._draw()

    async def _draw(self) -> None:
        if self._picture is None or not self.size.area:
            return
        app = self.app
        has_true_colour = app.console.color_system == "truecolor" and not app.no_color
        way = way_for(os.environ, has_true_colour=has_true_colour)
        try:
            drawn = await asyncio.to_thread(draw, self._picture, self.size.width, self.size.height, way)
        except Exception as error:  # noqa: BLE001  another textual-image than ours: it is said, not shown
            self._picture = None
            self.say(complaint(error, "drawing a picture"), "high")
            return
        self._send(self._drawn.after)
        self._drawn = drawn
        self._send(drawn.before)
        self.refresh()

    def _came_back(self, _app: App[object]) -> None:
        self._send(self._drawn.before)

    def _send(self, sequence: str) -> None:
        driver = self.app._driver  # noqa: SLF001  no other way to the terminal that keeps the order of what is sent
        if sequence and driver is not None:
            driver.write(sequence)
