"""A feed whose server ended it: keep its line, take it out, or ask once more?"""

from __future__ import annotations

from textual.app import ComposeResult
from textual.screen import ModalScreen

from newswatch.model.feed import FeedHealth
from newswatch.tui.keys import bindings
from newswatch.tui.looks import Looks
from newswatch.tui.paint.adding import gone_rows
from newswatch.tui.widgets.painted import Fitted


class GoneScreen(ModalScreen[str]):
    """Dismissed with `remove`, `keep` or `ask`, or empty to decide later."""

    BINDINGS = bindings("gone.")

    def __init__(self, looks: Looks, health: FeedHealth) -> None:
        super().__init__()
        self._looks = looks
        self._health = health

    def compose(self) -> ComposeResult:
        """The question in a box of its own."""
        yield Fitted(self._looks, lambda width: gone_rows(self._health, width, self._looks.signs), id="gone")

    def action_answer(self, answer: str) -> None:
        """One of the answers."""
        self.dismiss(answer)
