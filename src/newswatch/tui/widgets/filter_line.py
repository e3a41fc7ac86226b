"""One line to type a filter into, under the list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.getters import query_one
from textual.message import Message
from textual.widgets import Input, Static

from newswatch.tui.entry_filter import EntryNeedle
from newswatch.tui.filter import STATES, Needle
from newswatch.tui.paint import Piece, Pieces, width_of
from newswatch.tui.widgets.lines import Lines

PLACEHOLDER = "words  !without  rule:  source:  tag:  is:starred"


class Passed(Lines):
    """How many pass, at the end of the line."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: Pieces = ()

    def show(self, pieces: Pieces) -> None:
        """Shows it in as many cells as it takes."""
        self._pieces = pieces
        self.styles.width = width_of(pieces)
        self.redraw()

    def draw(self, width: int) -> Sequence[Pieces]:  # noqa: ARG002  the line has its width from the pieces
        """See `Lines.draw`."""
        return [self._pieces]


class FilterLine(Horizontal):
    """Shown while a filter is open. Up and down move through the rows without leaving it."""

    needle = query_one(Input)
    passed = query_one(Passed)

    @dataclass
    class Stepped(Message):
        """A person wants to move by so many rows."""

        by: int

    def compose(self) -> ComposeResult:
        """A slash, the field, and how many pass."""
        yield Static(Content("/"))
        yield Input(placeholder=PLACEHOLDER, compact=True)
        yield Passed()

    @property
    def is_open(self) -> bool:
        """Whether a filter is open."""
        return self.has_class("-open")

    def open(self, text: str = "") -> None:
        """Shows the line, ready to type; with a text that is the filter from now on."""
        self.add_class("-open")
        if text:
            self.needle.value = text
        self.needle.focus()

    def close(self) -> None:
        """Clears and hides the line."""
        self.needle.value = ""
        self.remove_class("-open")

    def say(self, needle: Needle | EntryNeedle, shown: int, there: int, states: Sequence[str] = tuple(STATES)) -> None:
        """Says how many of those there are pass; or, where the word after `is:` is none, some of the `states`."""
        if needle.unknown_state:
            self.passed.show([Piece(f"is: {' '.join(states[:6])} ", "high")])
        elif needle.is_empty:
            self.passed.show([])
        else:
            self.passed.show(
                [Piece(f" {shown:,}", "accent" if shown else "high", bold=True), Piece(f" of {there:,} ", "dim")]
            )

    def on_key(self, event: events.Key) -> None:
        """Up and down are the list's."""
        steps = {"up": -1, "down": 1}
        if event.key in steps:
            event.stop()
            event.prevent_default()
            self.post_message(self.Stepped(steps[event.key]))
