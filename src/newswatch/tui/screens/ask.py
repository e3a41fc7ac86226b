"""A question with two answers, over whatever is open."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.screen import ModalScreen

from newswatch.tui.keys import bindings
from newswatch.tui.looks import Looks
from newswatch.tui.paint import Piece, Pieces
from newswatch.tui.paint.wrap import wrapped
from newswatch.tui.widgets.lines import Lines


class Question(Lines):
    """The question, what is to be said with it, and the two answers."""

    def __init__(self, looks: Looks, question: str, details: Sequence[str], yes: str, no: str) -> None:
        super().__init__()
        self._looks = looks
        self._question = question
        self._details = details
        self._yes = yes
        self._no = no

    def draw(self, width: int) -> Sequence[Pieces]:
        """See `Lines.draw`."""
        lines: list[Pieces] = [
            [Piece(self._question[start:end], bold=True)] for start, end in wrapped(self._question, width)
        ]
        for detail in self._details:
            lines += [[Piece(detail[start:end], "dim")] for start, end in wrapped(detail, width)]
        answers = [
            Piece(self._looks.signs.enter, "accent", bold=True),
            Piece(f" {self._yes}    ", "text"),
            Piece("esc", "accent", bold=True),
            Piece(f" {self._no}", "text"),
        ]
        return [*lines, [], answers]


class Ask(ModalScreen[bool]):
    """Asks; dismissed with the answer. `also_yes` is a key that means yes here too, such as the one that asked."""

    BINDINGS = bindings("answer.")

    def __init__(
        self,
        looks: Looks,
        question: str,
        details: Sequence[str] = (),
        *,
        yes: str,
        no: str = "leave it",
        also_yes: str = "",
    ) -> None:
        super().__init__()
        self._question = Question(looks, question, details, yes, no)
        if also_yes:
            self._bindings.bind(also_yes, "yes", show=False)

    def compose(self) -> ComposeResult:
        """The question in a box of its own."""
        yield self._question

    def action_yes(self) -> None:
        """Yes."""
        self.dismiss(result=True)

    def action_no(self) -> None:
        """No."""
        self.dismiss(result=False)
