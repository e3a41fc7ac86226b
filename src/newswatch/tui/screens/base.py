"""What every numbered screen has in its frame: a view, a banner, words in passing; and how verbs are asked for.

A new screen subclasses `BaseScreen`, sets `PLACE`, yields its body in `compose_body` and shows the view in
`show_view`. It changes the world only through `perform`.
"""

from __future__ import annotations

import os
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.getters import query_one
from textual.message import Message

from newswatch.model.hit import StoryId
from newswatch.model.mute import MuteStatus
from newswatch.model.rule import RuleId
from newswatch.model.view import View
from newswatch.tui import clipboard
from newswatch.tui.desk import Desk
from newswatch.tui.faults import complaint
from newswatch.tui.keys import Key, bindings
from newswatch.tui.paint import printable
from newswatch.tui.places import ALERTS
from newswatch.tui.screens.frame import FramedScreen
from newswatch.tui.widgets.banner import Banner


class BaseScreen(FramedScreen):
    """A screen that shows a View. The app hands it each new one through `receive`."""

    BINDINGS = bindings("app.back", "triage.", "rules.file")
    CALLED: ClassVar[str] = ""
    """What help calls it, where it is no place but stands in one."""

    banner = query_one(Banner)

    @dataclass
    class RuleWanted(Message):
        """A person wants to edit this rule, or (None) to write a new one that begins with `query`. The app opens the
        editor.
        """

        rule_id: RuleId | None
        query: str = ""

    @dataclass
    class StoryWanted(Message):
        """A person wants to read this story, wherever it stands. The app opens it."""

        story_id: StoryId

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.looks, desk.places)
        self.desk = desk
        self.engine = desk.engine
        self.view = desk.latest()
        self._has_widgets = False

    @property
    def is_composed(self) -> bool:
        """Whether there are widgets to show things in: from the mount until the screen is being taken away."""
        return self._has_widgets and self.display

    def compose_head(self) -> ComposeResult:
        """The banner."""
        yield Banner(self.looks)

    def on_mount(self) -> None:
        """Shows the view there is."""
        self._has_widgets = True
        self.receive(self.desk.latest())

    def show_view(self) -> None:
        """Shows `self.view`. Called at every new view, and when the screen comes back."""
        raise NotImplementedError

    @property
    def unsaved(self) -> str:
        """What would be lost if the screen ended now, in words; empty if nothing would."""
        return ""

    def has_use_for(self, key: Key) -> bool:  # noqa: ARG002  for subclasses
        """Whether help lists the key here: it does something, or may do so later."""
        return True

    def name_of(self, key: Key) -> str:
        """What the palette calls a key on this screen."""
        return key.name or key.label

    def show_time(self) -> None:
        """Called once a second, for what reads differently as time goes by; the state line is seen to."""

    def receive(self, view: View) -> None:
        """Takes a new view, and shows it."""
        self.view = view
        if self.is_composed:
            self.state_line.show(view)
            self.banner.show(view)
            self.show_view()

    def tick(self) -> None:
        """A second went by."""
        if self.is_composed:
            self.state_line.redraw()
            self.banner.tick()
            self.show_time()

    def touch(self) -> None:
        """A person pressed a key somewhere. The last word in passing has been read."""
        if self.is_composed:
            self.key_line.unflash()

    def flash(self, text: str, *, is_alarm: bool = False) -> None:
        """Says something in passing, in the footer's place."""
        if self.is_composed:
            self.key_line.flash(text, is_alarm=is_alarm)

    def flash_error(self, error: Exception, what: str) -> None:
        """Says what went wrong with something that was asked for; what is no refusal is a fault of ours, and logged."""
        self.flash(complaint(error, what), is_alarm=True)

    def copy(self, text: str, what: str = "") -> None:
        """Copies a text and says what was copied; where nothing leads to a clipboard the text itself is shown."""
        if clipboard.takes_osc52(os.environ) or clipboard.commands(os.environ):
            self.app.copy_to_clipboard("\n".join(map(printable, text.split("\n"))))
            self.flash(f"copied {what or text}")
        else:
            self.flash(f"not copied, this terminal has no clipboard: {text}", is_alarm=True)

    def filter_by(self, text: str) -> None:
        """Shows only what passes that filter, on a screen that has one."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done now is offered."""
        match action:
            case "undo":
                return bool(self.desk.hand.to_undo)
            case "redo":
                return bool(self.desk.hand.to_redo)
            case "edit_rules_file":
                return self.desk.rules_file is not None
            case _:
                return super().check_action(action, parameters)

    def action_undo(self) -> None:
        """Takes back what was done last to hits and mutes."""
        self.tell(self.desk.hand.undo())

    def action_redo(self) -> None:
        """Does again what was taken back."""
        self.tell(self.desk.hand.redo())

    def rule_at_hand(self) -> RuleId | None:
        """The rule that the file is to be opened at, if one is meant."""
        return None

    def action_edit_rules_file(self) -> None:
        """Opens rules.toml in the person's editor; what is saved there is read again by itself."""
        from newswatch.tui.outside import edit_rules

        if self.desk.rules_file is not None:
            self.perform(edit_rules(self.app, self.desk.rules_file, self.rule_at_hand()))

    def action_mutes(self) -> None:
        """Shows the mutes in force; then, if one is chosen, what it hid."""
        from newswatch.tui.screens.mutes import MutesScreen

        def chosen(mute: MuteStatus | None) -> None:
            if mute is not None:
                self.app.switch_mode(ALERTS.name)
                if isinstance(self.app.screen, BaseScreen):
                    self.app.screen.filter_by(f"mute:{mute.id}")

        self.app.push_screen(MutesScreen(self.desk, self.tell), chosen)

    def tell(self, verb: Coroutine[object, object, str], *, is_said: bool = True, hint: str = "") -> None:
        """Runs a verb of the hand to its end, and flashes what it gives and a hint; a refusal is always shown."""

        async def told() -> None:
            said = await verb
            if is_said:
                self.flash(f"{said} {self.looks.signs.dot} {hint}" if hint else said)
            if self.is_composed:
                self.refresh_bindings()

        self.perform(told())

    def perform(self, verb: Coroutine[object, object, object], said: str = "") -> None:
        """Runs an engine verb to its end whatever becomes of the screen, then flashes `said`; a refusal is shown."""
        self.app.run_worker(self._performed(verb, said), group="verbs", exit_on_error=False)

    async def _performed(self, verb: Coroutine[object, object, object], said: str) -> None:
        try:
            await verb
        except Exception as error:  # noqa: BLE001  the root of a task; `flash_error` logs what is our fault
            self.flash_error(error, "a verb")
        else:
            if said:
                self.flash(said)

    def on_screen_resume(self, _event: events.ScreenResume) -> None:
        """Shows what came meanwhile."""
        self.receive(self.desk.latest())

    def action_back(self) -> None:
        """Nothing is open."""
