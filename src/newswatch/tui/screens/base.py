"""What every numbered screen has: a state line, a banner, a body, a footer; and how verbs are asked for.

A new screen subclasses `BaseScreen`, sets `PLACE`, yields its body in `compose_body` and shows the view in
`show_view`. It changes the world only through `perform`.
"""

from __future__ import annotations

import logging
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Container
from textual.getters import query_one
from textual.message import Message
from textual.screen import Screen

from newswatch.errors import NewswatchError
from newswatch.model.rule import RuleId
from newswatch.model.view import View
from newswatch.tui.desk import Desk
from newswatch.tui.keys import Key, bindings
from newswatch.tui.places import Place
from newswatch.tui.widgets.key_line import KeyLine
from newswatch.tui.widgets.state_line import Banner, StateLine

log = logging.getLogger(__name__)


class BaseScreen(Screen[None]):
    """A screen that shows a View. The app hands it each new one through `receive`."""

    PLACE: ClassVar[Place]
    BINDINGS = bindings("app.back")

    state_line = query_one(StateLine)
    banner = query_one(Banner)
    key_line = query_one(KeyLine)

    @dataclass
    class RuleWanted(Message):
        """A person wants to edit this rule, or (None) to write a new one. The app opens the editor."""

        rule_id: RuleId | None

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.engine = desk.engine
        self.looks = desk.looks
        self.view = desk.latest()
        self._has_widgets = False

    @property
    def is_composed(self) -> bool:
        """Whether there are widgets to show things in: from the mount until the screen is being taken away."""
        return self._has_widgets and self.display

    def compose(self) -> ComposeResult:
        """The frame round the body."""
        yield StateLine(self.looks, self.desk.places, self.PLACE)
        yield Banner(self.looks)
        with Container(id="body"):
            yield from self.compose_body()
        yield KeyLine(self.looks)

    def on_mount(self) -> None:
        """Shows the view there is."""
        self._has_widgets = True
        self.receive(self.desk.latest())

    def compose_body(self) -> ComposeResult:
        """The widgets between banner and footer."""
        raise NotImplementedError

    def show_view(self) -> None:
        """Shows `self.view`. Called at every new view, and when the screen comes back."""
        raise NotImplementedError

    @property
    def unsaved(self) -> str:
        """What would be lost if the screen ended now, in words; empty if nothing would."""
        return ""

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
            self.banner.show(tuple(view.notices.values()))
            self.show_view()

    def tick(self) -> None:
        """A second went by."""
        if self.is_composed:
            self.state_line.redraw()
            self.show_time()

    def touch(self) -> None:
        """A person pressed a key somewhere. The last word in passing has been read."""
        if self.is_composed:
            self.key_line.unflash()

    def flash(self, text: str, *, is_alarm: bool = False) -> None:
        """Says something in passing, in the footer's place."""
        if self.is_composed:
            self.key_line.flash(text, is_alarm=is_alarm)

    def perform(self, verb: Coroutine[object, object, object], said: str = "") -> None:
        """Runs an engine verb to its end whatever becomes of the screen, then flashes `said`; a refusal is shown."""
        self.app.run_worker(self._performed(verb, said), group="verbs", exit_on_error=False)

    async def _performed(self, verb: Coroutine[object, object, object], said: str) -> None:
        try:
            await verb
        except NewswatchError as refused:
            self.flash(str(refused), is_alarm=True)
        except Exception as error:  # the root of a task: a fault of ours must not end the monitor
            log.exception("a verb failed")
            self.flash(f"that failed: {type(error).__name__}: {error}. It is in the log.", is_alarm=True)
        else:
            if said:
                self.flash(said)

    def on_screen_resume(self, _event: events.ScreenResume) -> None:
        """Shows what came meanwhile."""
        self.receive(self.desk.latest())

    def action_back(self) -> None:
        """Nothing is open."""
