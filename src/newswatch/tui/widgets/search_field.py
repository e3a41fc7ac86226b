"""The field of the Search screen: one query, with what was asked before above it and examples below."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.message import Message

from newswatch.tui.keys import bindings
from newswatch.tui.widgets.query_field import QueryField


class SearchField(QueryField):
    """Enter leads to the results instead of a new line; up and down at its ends lead to other queries."""

    BINDINGS = bindings("search.go", "search.back", "search.forth")

    @dataclass
    class Asked(Message):
        """A person wants to see what was found."""

    @dataclass
    class Recalled(Message):
        """A person wants another query: an older one, or (-1) a newer one."""

        by: int

    def on_key(self, event: events.Key) -> None:
        """Before TextArea makes a new line of Enter."""
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            self.action_to_results()

    def action_to_results(self) -> None:
        """To what was found."""
        self.post_message(self.Asked())

    def action_recall_up(self) -> None:
        """A row up; from the first to an older query."""
        if self.wrapped_document.location_to_offset(self.cursor_location).y > 0:
            self.action_cursor_up()
        else:
            self.post_message(self.Recalled(1))

    def action_recall_down(self) -> None:
        """A row down; from the last to a newer query."""
        if self.wrapped_document.location_to_offset(self.cursor_location).y < self.wrapped_document.height - 1:
            self.action_cursor_down()
        else:
            self.post_message(self.Recalled(-1))
