"""The top row, and the banner under it: is it alive, what is new, what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from textual import events

from newswatch.model.event import NoticeRaised
from newswatch.model.view import View
from newswatch.tui.looks import Looks
from newswatch.tui.paint import Pieces
from newswatch.tui.paint.state import banner_line, state_line
from newswatch.tui.places import Place
from newswatch.tui.widgets.lines import Lines


class StateLine(Lines):
    """One row that says how the monitor is doing; the clock at its end ticks."""

    def __init__(self, looks: Looks, places: Sequence[Place], here: Place) -> None:
        super().__init__()
        self._looks = looks
        self._places = places
        self._here = here
        self._view = View()

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


class Banner(Lines):
    """The most severe notice, else how long nothing rings yet; not there when there is neither."""

    def __init__(self, looks: Looks) -> None:
        super().__init__()
        self.display = False
        self._looks = looks
        self._notices: tuple[NoticeRaised, ...] = ()
        self._paused_until: datetime | None = None

    def show(self, notices: Sequence[NoticeRaised], paused_until: datetime | None = None) -> None:
        """Shows these notices, and until when nothing rings."""
        self._notices = tuple(notices)
        self._paused_until = paused_until
        self.tick()

    def tick(self) -> None:
        """The pause goes by, and is over by itself."""
        if self._paused_until is not None and self._paused_until <= self._looks.now():
            self._paused_until = None
        self.display = bool(self._notices or self._paused_until)
        self.redraw()

    def draw(self, width: int) -> Sequence[Pieces]:
        """See `Lines.draw`."""
        if not (self._notices or self._paused_until):
            return []
        return [banner_line(self._notices, self._paused_until, self._looks, width)]
