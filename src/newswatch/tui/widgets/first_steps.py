"""What the steps of a first run have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.binding import BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input

from newswatch.tui.keys import bindings

SHORT_ROWS = 20


class Line(Input):
    """A line to type in. It leaves Enter to the screen, which says in the footer what that does."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("first.next")


class Step(Vertical):
    """One step. Enter in it is the screen's."""

    @dataclass
    class Changed(Message):
        """A person typed or chose something."""

    @property
    def is_short(self) -> bool:
        """Whether there are few rows: then only what has to be said is."""
        return self.app.size.height < SHORT_ROWS

    def first_focus(self) -> None:
        """The keys go to where this step begins."""
        raise NotImplementedError
