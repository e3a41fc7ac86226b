"""The command palette: everything that can be done, every rule, feed and recent story, found by typing."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.getters import query_one
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from newswatch.tui.commands import Command, matching
from newswatch.tui.keys import bindings
from newswatch.tui.looks import Looks
from newswatch.tui.paint import Piece, Pieces
from newswatch.tui.widgets.command_list import CommandList

NOTHING: tuple[Pieces, ...] = ([], [Piece("  Nothing here is called that.", "dim")])


class PaletteScreen(ModalScreen[Command]):
    """Dismissed with the command that was chosen, None for none. The app runs it."""

    BINDINGS = bindings("choose.", "list.page_down", "list.page_up", "app.back")
    AUTO_FOCUS = "Input"

    needle = query_one(Input)
    rows = query_one(CommandList)

    def __init__(self, looks: Looks, commands: Sequence[Command]) -> None:
        super().__init__()
        self._looks = looks
        self._commands = tuple(commands)
        self._found_for: str | None = None
        self._has_moved = False

    def compose(self) -> ComposeResult:
        """A field over the commands that match it."""
        with Vertical(id="palette") as box:
            box.border_subtitle = Content(f"up/down choose   {self._looks.signs.enter} do it   esc close")
            with Horizontal():
                yield Static(Content(":"))
                yield Input(placeholder="a command, a screen, a rule, a feed, a headline", compact=True)
            yield CommandList(self._looks)

    def on_mount(self) -> None:
        """All commands, until something is typed."""
        self._show()
        self.call_after_refresh(self.rows.refresh_changed)

    def on_key(self, event: events.Key) -> None:
        """What is typed before the field has the focus is not lost: `:feeds` may come in one breath."""
        if not self.needle.has_focus and event.is_printable and event.character is not None:
            event.stop()
            self.needle.insert_text_at_cursor(event.character)

    @on(Input.Changed)
    def typed(self) -> None:
        """Finds as it is typed; the best is selected."""
        self._show()

    @on(CommandList.Opened)
    def opened(self) -> None:
        """A person chose a row with the mouse."""
        self.dismiss(self.rows.selected)

    @on(Input.Submitted)
    def action_run(self) -> None:
        """Does what is selected, once a person has typed or moved: an Enter that came too early does nothing."""
        self._show()
        if self.needle.value.strip() or self._has_moved:
            self.dismiss(self.rows.selected)

    @on(CommandList.Moved)
    def moved(self) -> None:
        """A person chose a row."""
        self._has_moved = True

    def action_down(self) -> None:
        """One row down."""
        self.rows.action_down()

    def action_up(self) -> None:
        """One row up."""
        self.rows.action_up()

    def action_page_down(self) -> None:
        """A page down."""
        self.rows.action_page_down()

    def action_page_up(self) -> None:
        """A page up."""
        self.rows.action_page_up()

    def action_back(self) -> None:
        """Closes."""
        self.dismiss(None)

    def _show(self) -> None:
        """The commands for what is typed by now, if they are not shown yet."""
        if self.needle.value != self._found_for:
            self._found_for = self.needle.value
            self.rows.show(matching(self._commands, self._found_for), NOTHING)
            self.rows.action_top()
