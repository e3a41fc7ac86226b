"""The row under the top one, where there is something to say: what is wrong, and how long nothing rings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from newswatch.model.event import NoticeRaised
from newswatch.model.view import View
from newswatch.tui.looks import Looks
from newswatch.tui.paint import Pieces, width_of
from newswatch.tui.paint.banner import banner_line
from newswatch.tui.paint.state import state_in_short
from newswatch.tui.widgets.lines import Lines

NOTIFIED = "-notified"
"""The class of a screen whose banner is there: what stands above its rows makes room, so that the rows stay."""
SHORT = "-short"
"""The class of a screen of few rows, on which it stands in the place of the state line, and says the most of that."""


class Banner(Lines):
    """The most severe notice, else how long nothing rings yet; not there when there is neither."""

    def __init__(self, looks: Looks) -> None:
        super().__init__()
        self.display = False
        self._looks = looks
        self._notices: tuple[NoticeRaised, ...] = ()
        self._paused_until: datetime | None = None
        self._view = View()

    def show(self, view: View) -> None:
        """Shows its notices, and until when nothing rings."""
        self._view = view
        self._notices = tuple(view.notices.values())
        self._paused_until = view.paused_until
        self.tick()

    def tick(self) -> None:
        """The pause goes by, and is over by itself."""
        if self._paused_until is not None and self._paused_until <= self._looks.now():
            self._paused_until = None
        self.display = bool(self._notices or self._paused_until)
        self.screen.set_class(self.display, NOTIFIED)
        self.redraw()

    def draw(self, width: int) -> Sequence[Pieces]:
        """See `Lines.draw`."""
        if not (self._notices or self._paused_until):
            return []
        state = state_in_short(self._view, self._looks) if self.screen.has_class(SHORT) else []
        said = banner_line(self._notices, self._paused_until, self._looks, width - width_of(state))
        return [[*state, *said]]
