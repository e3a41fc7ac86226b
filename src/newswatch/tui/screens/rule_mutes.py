"""The mutes in force, as they stand under the rules that they act on."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.message import Message

from newswatch.tui.keys import bindings
from newswatch.tui.screens.mutes import MuteList


class RuleMutes(MuteList):
    """A list with keys of its own. The screen does what they ask for."""

    BINDINGS = bindings("mute.")

    @property
    def is_lit(self) -> bool:
        """See `RowList.is_lit`: the rules over it have a selection of their own."""
        return self.has_focus

    def on_focus(self, _event: events.Focus) -> None:
        """The selected mute stands out."""
        self.refresh_changed()

    def on_blur(self, _event: events.Blur) -> None:
        """It does not."""
        self.refresh_changed()

    @dataclass
    class Lifting(Message):
        """A person wants the selected mute lifted."""

    @dataclass
    class Showing(Message):
        """A person wants to see what the selected mute hid."""

    def action_lift(self) -> None:
        """Asks the screen."""
        self.post_message(self.Lifting())

    def action_show_hidden(self) -> None:
        """Asks the screen."""
        self.post_message(self.Showing())
