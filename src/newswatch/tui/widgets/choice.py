"""A field with a few choices, all of them in sight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.message import Message

from newswatch.tui.keys import bindings
from newswatch.tui.looks import Looks
from newswatch.tui.paint import Piece, Pieces, width_of
from newswatch.tui.paint.palette import Ink
from newswatch.tui.widgets.lines import Lines


@dataclass(frozen=True, slots=True)
class Option:
    """One choice: the letter that chooses it, its word, and the ink it is drawn in while it is chosen."""

    letter: str
    word: str
    ink: Ink


class Choice(Lines, can_focus=True):
    """One of several; space and the arrows go round, a letter chooses."""

    BINDINGS = bindings("choice.")

    @dataclass
    class Changed(Message):
        """A person chose."""

        index: int

    def __init__(self, looks: Looks, options: Sequence[Option], index: int, *, id: str) -> None:  # noqa: A002  Textual's word
        super().__init__(id=id)
        self._looks = looks
        self._options = tuple(options)
        self.index = index

    def draw(self, width: int) -> Sequence[Pieces]:
        """See `Lines.draw`."""
        line: list[Piece] = []
        signs = self._looks.signs
        for number, option in enumerate(self._options):
            if number == self.index:
                line.append(Piece(f" {signs.new} {option.word} ", option.ink, bold=True, reverse=self.has_focus))
            else:
                line.append(Piece(f" {signs.open} {option.word} ", "dim"))
        if width_of(line) <= width:
            return [line]
        chosen = self._options[self.index]
        return [[Piece(f" {signs.new} {chosen.word} ", chosen.ink, bold=True, reverse=self.has_focus)]]

    def watch_has_focus(self, _has_focus: bool) -> None:  # noqa: FBT001  Textual calls it so
        """Shows whether keys go here."""
        super().watch_has_focus(_has_focus)
        self.redraw()

    def on_key(self, event: events.Key) -> None:
        """A letter chooses."""
        letters = [option.letter for option in self._options]
        if event.character is not None and event.character in letters:
            event.stop()
            self._choose(letters.index(event.character))

    def on_click(self) -> None:
        """The next choice."""
        self.action_next_choice()

    def action_next_choice(self) -> None:
        """The next one, round the end."""
        self._choose((self.index + 1) % len(self._options))

    def action_previous_choice(self) -> None:
        """The one before, round the end."""
        self._choose((self.index - 1) % len(self._options))

    def _choose(self, index: int) -> None:
        if index != self.index:
            self.index = index
            self.redraw()
            self.post_message(self.Changed(index))
