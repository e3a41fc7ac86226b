"""The first frame: the home screen before it is loaded, with what it will have in the same places.

It must load nothing that it does not show: a person waits for it. Its keys are those that Alerts has over an empty
list; what is typed meanwhile is kept for Alerts (`tui.start`).
"""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Container

from newswatch.tui.keys import bindings
from newswatch.tui.looks import Looks
from newswatch.tui.paint import Pieces
from newswatch.tui.paint.starting import in_the_middle, starting_words
from newswatch.tui.places import ALERTS
from newswatch.tui.screens.frame import FramedScreen
from newswatch.tui.widgets.lines import Lines


class Starting(Lines):
    """Stands where the list of stories will; frame.tcss says where that is."""

    def __init__(self, looks: Looks) -> None:
        super().__init__()
        self._looks = looks

    def draw(self, width: int) -> Sequence[Pieces]:  # noqa: ARG002  the size has the height too
        """See `Lines.draw`."""
        return in_the_middle(starting_words(self._looks.signs), self.size)


class StartingScreen(FramedScreen):
    """What newswatch is at, and how to leave."""

    PLACE = ALERTS
    BINDINGS = bindings("rule.first", "list.follow", "triage.mutes")

    def compose_body(self) -> ComposeResult:
        """The words, and at some sizes the room below them."""
        yield Starting(self.looks)
        yield Container(id="starting-rest")
