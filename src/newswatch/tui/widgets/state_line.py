"""The top row: is it alive, what is new, where am I."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import events

from newswatch.tui.looks import Looks
from newswatch.tui.paint import Pieces
from newswatch.tui.paint.state import state_line
from newswatch.tui.places import Place
from newswatch.tui.widgets.lines import Lines

if TYPE_CHECKING:
    from newswatch.model.view import View


class StateLine(Lines):
    """One row that says how the monitor is doing; the clock at its end ticks."""

    def __init__(self, looks: Looks, places: Sequence[Place], here: Place) -> None:
        super().__init__()
        self._looks = looks
        self._places = places
        self._here = here
        self._view: View | None = None

    def show(self, view: View) -> None:
        """Shows a view, as of now."""
        self._view = view
        self.redraw()

    def draw(self, width: int) -> Sequence[Pieces]:
        """See `Lines.draw`."""
        return [state_line(self._view, self._looks.now(), width, self._looks, self._places, self._here)]

    async def on_click(self, event: events.Click) -> None:
        """A click on a place goes there."""
        piece = self.piece_at(event.x, event.y)
        for place in self._places:
            if piece is not None and piece.text.strip() == f"[{place.number}] {place.title}":
                await self.run_action(f"app.go('{place.name}')")
