"""One line to type a filter into, under the list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.getters import query_one
from textual.message import Message
from textual.widgets import Input, Static

from newswatch.tui.entry_filter import EntryNeedle
from newswatch.tui.filter import STATES, Needle
from newswatch.tui.keys import bindings
from newswatch.tui.paint import Piece, Pieces, width_of
from newswatch.tui.widgets.lines import Lines

HINT_FROM = 60  # cells
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


class FilterField(Input):
    """The field; the footer says what leads out of it."""

    FIRST_KEYS: ClassVar[Mapping[str, str]] = {"filter.done": "to the rows", "app.back": "clear"}

    BINDINGS = bindings("filter.done")


class FilterLine(Horizontal):
    """Shown while a filter is open. Up and down move through the rows without leaving it."""

    needle = query_one(Input)
    passed = query_one(Passed)

    @dataclass
    class Stepped(Message):
        """A person wants to move by so many rows."""

        by: int

    def __init__(self) -> None:
        super().__init__()
        self._passed: list[Piece] = []

    def compose(self) -> ComposeResult:
        """A slash, the field, and how many pass."""
        yield Static(Content("/"))
        yield FilterField(placeholder=PLACEHOLDER, compact=True)
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

    def on_descendant_focus(self) -> None:
        """The footer says how to clear it."""
        self._show_passed()

    def on_descendant_blur(self) -> None:
        """From the rows it is said here how to clear it: the footer has the keys of the rows."""
        self._show_passed()

    def say(self, needle: Needle | EntryNeedle, shown: int, there: int, states: Sequence[str] = tuple(STATES)) -> None:
        """Says how many of those there are pass; or, where the word after `is:` is none, some of the `states`."""
        if needle.unknown_state:
            self._passed = [Piece(f"is: {' '.join(states[:6])} ", "high")]
        elif needle.is_empty:
            self._passed = []
        else:
            self._passed = [
                Piece(f" {shown:,}", "accent" if shown else "high", bold=True),
                Piece(f" of {there:,} ", "dim"),
            ]
        self._show_passed()

    def _show_passed(self) -> None:
        hint = [Piece("  esc", "accent", bold=True), Piece(" clears ", "dim")]
        is_typing = self.needle.has_focus or self.size.width < HINT_FROM
        self.passed.show(self._passed if is_typing or not self._passed else [*self._passed, *hint])

    def on_key(self, event: events.Key) -> None:
        """Up and down are the list's."""
        steps = {"up": -1, "down": 1}
        if event.key in steps:
            event.stop()
            event.prevent_default()
            self.post_message(self.Stepped(steps[event.key]))
