"""Until when to put a story away: one of the usual times, or one that is typed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from textual import on
from textual.app import ComposeResult
from textual.getters import query_one
from textual.widgets import Input

from newswatch.model.story import Story
from newswatch.tui.keys import bindings
from newswatch.tui.looks import Looks
from newswatch.tui.screens.dialog import Dialog
from newswatch.tui.until import TEACHES, read_until, tomorrow_morning
from newswatch.tui.widgets.dialog import Choices, Row, Subject
from newswatch.tui.words import minute, roughly

USUAL = (("30 min", timedelta(minutes=30)), ("2 h", timedelta(hours=2)))


class SnoozeScreen(Dialog[datetime]):
    """Dismissed with the moment, which is to come."""

    HEADING = "Snooze"
    FOOT = (("dialog.done", "snooze"), ("choose.down", "others"), ("app.back", "leave it"))
    BINDINGS = bindings("dialog.done", "choose.down", "choose.up")
    AUTO_FOCUS = "Input"

    field = query_one(Input)
    rows = query_one(Choices)

    def __init__(self, looks: Looks, stories: Sequence[Story]) -> None:
        super().__init__(looks)
        self._stories = tuple(stories)

    def compose_fields(self) -> ComposeResult:
        """What it is about, the field, and the usual times under it."""
        yield Subject(self.looks, self._stories)
        yield Input(placeholder=TEACHES, compact=True)
        yield Choices(self.looks)

    def on_mount(self) -> None:
        """The usual times, the shortest selected."""
        self._show()

    @on(Input.Changed)
    def typed(self) -> None:
        """Says what was understood."""
        self._show()

    @on(Input.Submitted)
    @on(Choices.Opened)
    def action_done(self) -> None:
        """Snoozes until the selected time."""
        chosen = self.rows.selected
        until = {row_id: at for row_id, _, at in self._offers()}.get(chosen.id) if chosen is not None else None
        if until is not None:
            self.dismiss(until)

    def action_down(self) -> None:
        """One row down."""
        self.rows.action_down()

    def action_up(self) -> None:
        """One row up."""
        self.rows.action_up()

    def _offers(self) -> list[tuple[str, str, datetime]]:
        """What can be chosen now: an id, words, and the moment."""
        now, zone = self.looks.now(), self.looks.zone
        typed = self.field.value.strip()
        if typed:
            at = read_until(typed, now, zone)
            return [] if at is None else [("typed", typed, at)]
        usual = [(words, words, now + length) for words, length in USUAL]
        return [*usual, ("tomorrow", "tomorrow 08:00", tomorrow_morning(now, zone))]

    def _show(self) -> None:
        now = self.looks.now()
        rows = [
            Row(row_id, words, f"until {minute(at, now, self.looks.zone)}, in {roughly((at - now).total_seconds())}")
            for row_id, words, at in self._offers()
        ]
        self.rows.show(rows or [Row("none", f"not a time to come; try {TEACHES}", ink="critical")])
        self.foot.say("dialog.done", "snooze" if rows else "")
