"""The frame that every numbered screen stands in: the state line above, the body, the keys below.

The first frame is painted before anything else is loaded: this must know neither the model nor the engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Container
from textual.getters import query_one
from textual.screen import Screen

from newswatch.tui.looks import Looks
from newswatch.tui.places import Place
from newswatch.tui.widgets.key_line import KeyLine
from newswatch.tui.widgets.state_line import StateLine


class FramedScreen(Screen[None]):
    """A subclass sets `PLACE`, where it is among `places`, and yields its body in `compose_body`."""

    PLACE: ClassVar[Place]

    state_line = query_one(StateLine)
    key_line = query_one(KeyLine)

    def __init__(self, looks: Looks, places: Sequence[Place]) -> None:
        super().__init__()
        self.looks = looks
        self._places = places

    def compose(self) -> ComposeResult:
        """The frame round the body."""
        self._know_size()
        yield StateLine(self.looks, self._places, self.PLACE)
        yield from self.compose_head()
        with Container(id="body"):
            yield from self.compose_body()
        yield KeyLine(self.looks)

    def compose_head(self) -> ComposeResult:
        """What stands between the state line and the body; nothing, unless a subclass has something."""
        yield from ()

    def compose_body(self) -> ComposeResult:
        """The widgets between state line and footer."""
        raise NotImplementedError

    def _know_size(self) -> None:
        """Takes the classes of its size before it is laid out. Textual gives them afterwards: all would be laid out
        twice, and what stands elsewhere at that size be seen to jump.
        """
        width, height = self.app.size
        for cells, breakpoints in (width, self.app.HORIZONTAL_BREAKPOINTS), (height, self.app.VERTICAL_BREAKPOINTS):
            fitting = [name for least, name in breakpoints or () if cells >= least]
            self.add_class(*fitting[-1:])
