"""Over the results of a search: how far it is."""

from __future__ import annotations

from collections.abc import Sequence

from newswatch.tui.looks import Looks
from newswatch.tui.paint import Pieces
from newswatch.tui.paint.search import SearchState, search_line
from newswatch.tui.widgets.lines import Lines


class SearchHead(Lines):
    """One line."""

    def __init__(self, looks: Looks) -> None:
        super().__init__()
        self._looks = looks
        self._state = SearchState()
        self._position = ""

    def show(self, state: SearchState, position: str) -> None:
        """Shows a search, and which of its results is selected."""
        self._state, self._position = state, position
        self.redraw()

    def draw(self, width: int) -> Sequence[Pieces]:
        """See `Lines.draw`."""
        return [search_line(self._state, self._position, self._looks.now(), width, self._looks)]
