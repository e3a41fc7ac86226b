"""One line to type a filter into, under the list."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.getters import query_one
from textual.message import Message
from textual.widgets import Input, Static


class FilterLine(Horizontal):
    """Shown while a filter is open. Up and down move through the rows without leaving it."""

    needle = query_one(Input)

    @dataclass
    class Stepped(Message):
        """A person wants to move by so many rows."""

        by: int

    def compose(self) -> ComposeResult:
        """A slash, and the field."""
        yield Static(Content("/"))
        yield Input(placeholder="headline, source or rule; ! turns it round; Esc clears", compact=True)

    @property
    def is_open(self) -> bool:
        """Whether a filter is open."""
        return self.has_class("-open")

    def open(self) -> None:
        """Shows the line, ready to type."""
        self.add_class("-open")
        self.needle.focus()

    def close(self) -> None:
        """Clears and hides the line."""
        self.needle.value = ""
        self.remove_class("-open")

    def on_key(self, event: events.Key) -> None:
        """Up and down are the list's."""
        steps = {"up": -1, "down": 1}
        if event.key in steps:
            event.stop()
            event.prevent_default()
            self.post_message(self.Stepped(steps[event.key]))
