"""A box over whatever is open: a title, fields, and its keys at the foot. Dismissed with what was chosen, or None."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.getters import query_one
from textual.screen import ModalScreen

from newswatch.tui.keys import bindings
from newswatch.tui.looks import Looks
from newswatch.tui.widgets.dialog import Foot

ResultT = TypeVar("ResultT")


class Dialog(ModalScreen[ResultT]):
    """A subclass names it, yields its fields, and says which keys do what."""

    HEADING: ClassVar[str]
    FOOT: ClassVar[Sequence[tuple[str, str]]]
    BINDINGS = bindings("app.back")

    foot = query_one(Foot)

    def __init__(self, looks: Looks) -> None:
        super().__init__()
        self.looks = looks

    def compose(self) -> ComposeResult:
        """The box."""
        with Vertical(classes="dialog") as box:
            box.border_title = Content(self.HEADING)
            yield from self.compose_fields()
            yield Foot(self.looks, self.FOOT)

    def compose_fields(self) -> ComposeResult:
        """What stands in the box."""
        raise NotImplementedError

    def action_back(self) -> None:
        """Leaves all as it is."""
        self.dismiss(None)
