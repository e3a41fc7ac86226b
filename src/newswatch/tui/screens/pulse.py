"""Pulse: how often each rule fires, where entries and hits went, and how the monitor itself is doing.

Every number that counts items opens them. It is asked for every two seconds, and only while it is on the screen.
"""

from __future__ import annotations

import math

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.geometry import Size
from textual.getters import query_one
from textual.widget import Widget

from newswatch.model.event import Liveness
from newswatch.model.pulse import LedgerLine, Pulse, Wanted
from newswatch.tui.desk import Desk
from newswatch.tui.keys import bindings
from newswatch.tui.paint import Piece, Pieces
from newswatch.tui.paint.palette import Ink
from newswatch.tui.paint.pulse import Rated, rate_words
from newswatch.tui.paint.rules import no_rules
from newswatch.tui.places import FEEDS, PULSE
from newswatch.tui.screens.base import BaseScreen
from newswatch.tui.screens.counted import CountedScreen
from newswatch.tui.widgets.painted import Painted
from newswatch.tui.widgets.pulse import HealthPane, LedgerPane, RateHead, RateList, Worries

ASK_EVERY_S = 2.0


class PulseScreen(BaseScreen):
    """Rates beside the ledger and the monitor's own health; on small screens one of them, and Tab to the next."""

    PLACE = PULSE
    AUTO_FOCUS = "RateList"
    BINDINGS = bindings("pulse.open", "pulse.edit", "rule.first", "pane.")

    worries = query_one(Worries)
    head = query_one(RateHead)
    rates = query_one(RateList)
    note = query_one("#rate-note", Painted)
    ledger = query_one(LedgerPane)
    health = query_one(HealthPane)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.pulse: Pulse | None = None
        self._asked_s = -math.inf
        self._is_asking = False
        self._shown: tuple[object, object, object] = (None, None, None)
        self._drawn_at = Size()

    def compose_body(self) -> ComposeResult:
        """What is wrong, then the panes; newswatch.tcss says how they share the room."""
        with Vertical(id="pulse"):
            yield Worries(self.looks)
            with Container(id="panes"):
                with Vertical(id="rates"):
                    yield RateHead(self.looks)
                    yield RateList(self.looks)
                    yield Painted(self._note, id="rate-note")
                with Vertical(id="side"):
                    yield LedgerPane(self.looks)
                    yield HealthPane(self.looks)

    def on_mount(self) -> None:
        """The rates come first."""
        self.add_class("-at-rates")

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """What is shown is of now."""
        super().on_screen_resume(event)
        self.show_time()

    def show_view(self) -> None:
        """Shows the rules that there are at the rates of the last pulse; most views change neither."""
        shown = (self.view.rules, self.pulse, self.view.liveness)
        if self.rates.size == self._drawn_at and all(
            one is other for one, other in zip(shown, self._shown, strict=True)
        ):
            return
        self._shown, self._drawn_at = shown, self.rates.size
        rates = {rate.rule_id: rate for rate in self.pulse.rates} if self.pulse is not None else {}
        is_starting = self.view.liveness is Liveness.STARTING
        empty = no_rules(self.rates.size.width, self.looks.signs, is_starting=is_starting)
        rows = self.rates.show_rates(self.view.rules, rates, empty)
        self.head.show(self.pulse, rows)
        self.note.redraw()

    def show_time(self) -> None:
        """Asks again, if it is time to."""
        now_s = self.looks.monotonic()
        if self.app.screen is self and not self._is_asking and now_s - self._asked_s >= ASK_EVERY_S:
            self._asked_s, self._is_asking = now_s, True
            self.run_worker(self._take(), group="pulse", exit_on_error=False)

    def on_resize(self, _event: events.Resize) -> None:
        """What a size has room for is shown with what it needs."""
        self.call_after_refresh(self._show)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done now is offered."""
        match action:
            case "open_items":
                return self._wanted() is not None
            case "edit_rule":
                return self.is_composed and self.rates.has_focus and self.rates.selected is not None
            case "new_rule":
                return self.is_composed and not self.view.rules and self.view.liveness is not Liveness.STARTING
            case "next_pane":
                return self.is_composed
            case _:
                return super().check_action(action, parameters)

    @on(RateList.Moved)
    @on(LedgerPane.Moved)
    def moved(self) -> None:
        """Another rule, or another number."""
        self.note.redraw()
        self.refresh_bindings()

    @on(events.DescendantFocus)
    def pane_changed(self) -> None:
        """Other keys are valid."""
        self.refresh_bindings()

    @on(RateList.Opened)
    @on(LedgerPane.Opened)
    def action_open_items(self) -> None:
        """Opens what the chosen number counts."""
        wanted = self._wanted()
        if wanted is None:
            return
        if wanted.line is LedgerLine.BEYOND_CAP:
            self.app.switch_mode(FEEDS.name)
            return
        self.app.push_screen(CountedScreen(self.desk, wanted))

    def action_edit_rule(self) -> None:
        """Opens the editor on the selected rule."""
        if (row := self.rates.selected) is not None:
            self.post_message(self.RuleWanted(row.status.rule.id))

    def action_new_rule(self) -> None:
        """Opens the editor on nothing: without a rule there is no rate to show."""
        self.post_message(self.RuleWanted(None))

    def action_next_pane(self) -> None:
        """From the rates to the ledger and back; by way of the health where that is hidden else."""
        panes: list[Widget] = [self.rates, self.ledger]
        if self.has_class("-narrow") or self.has_class("-short"):
            panes.append(self.health)
        at = next((number for number, pane in enumerate(panes) if pane.has_focus), len(panes) - 1)
        self._go(panes[(at + 1) % len(panes)])

    def action_back(self) -> None:
        """To the rates; from there home."""
        if self.rates.has_focus:
            self.app.switch_mode(self.desk.places[0].name)
        else:
            self._go(self.rates)

    def _go(self, pane: Widget) -> None:
        for name, one in (("rates", self.rates), ("ledger", self.ledger), ("health", self.health)):
            self.set_class(one is pane, f"-at-{name}")
        pane.focus()
        self.call_after_refresh(self._show)

    def _wanted(self) -> Wanted | None:
        """What Enter would open: None where there is nothing to."""
        if not self.is_composed or self.pulse is None:
            return None
        if self.ledger.has_focus:
            return self.ledger.chosen if self.ledger.count else None
        row = self.rates.selected
        if row is None or not self.rates.has_focus:
            return None
        rule_id = row.status.rule.id
        if row.rate.hits:
            return Wanted(LedgerLine.HITS, self.pulse.since, rule_id, is_live=True)
        return Wanted(LedgerLine.HITS, None, rule_id) if row.status.hits else None

    def _note(self, width: int) -> list[Pieces]:
        row: Rated | None = self.rates.selected
        if row is None or self.pulse is None:
            return [[]]
        is_grave = bool(row.rate.never) and row.status.is_live
        ink: Ink = "critical" if is_grave else "high" if row.rate.is_silent else "dim"
        return [[Piece(f" {rate_words(row, self.looks.now(), self.looks.signs)}"[: width * 2], ink)]]

    async def _take(self) -> None:
        try:
            pulse = await self.engine.pulse.look()
        except Exception as error:  # noqa: BLE001  the root of a task; `flash_error` logs what is our fault
            self.flash_error(error, "counting")
            return
        finally:
            self._is_asking = False
        self.pulse = pulse
        self._show()

    def _show(self) -> None:
        if not self.is_composed or self.pulse is None:
            return
        self.worries.show(self.pulse)
        self.ledger.show(self.pulse)
        self.health.show(self.pulse)
        self.show_view()
        self.refresh_bindings()
