"""Rules: what is watched for, how each rule is doing, and where one is broken; and the mutes under them."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping, Sequence

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.getters import query_one
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from newswatch.errors import NewswatchError
from newswatch.model.event import Liveness
from newswatch.model.pulse import RuleRate
from newswatch.model.rule import RuleId, RuleStatus
from newswatch.tui.desk import Desk
from newswatch.tui.keys import bindings
from newswatch.tui.paint import printable
from newswatch.tui.paint.mutes import what_lifting_does
from newswatch.tui.paint.rules import NO_RATES, no_rules, rule_detail
from newswatch.tui.places import ALERTS, RULES
from newswatch.tui.rule_filter import finds
from newswatch.tui.screens.ask import Ask
from newswatch.tui.screens.base import BaseScreen
from newswatch.tui.screens.rule_mutes import RuleMutes
from newswatch.tui.widgets.detail import Detail
from newswatch.tui.widgets.filter_line import FilterLine
from newswatch.tui.widgets.rule_list import RuleHead, RuleList
from newswatch.tui.widgets.section_line import SectionLine
from newswatch.tui.words import counted

NEEDS_RULE = frozenset({"edit_rule", "toggle_rule", "delete_rule"})
MOST_MUTES = 5
ASK_EVERY_S = 5.0
FILTER_HINT = "id, name, query or tag; is:broken; ! for without; Esc clears"

log = logging.getLogger(__name__)


class RulesScreen(BaseScreen):
    """A list of rules over, or beside, the selected one in full. How often they fire is asked for while it is shown."""

    PLACE = RULES
    AUTO_FOCUS = "RuleList"
    BINDINGS = bindings("rule.edit", "rule.new", "rule.toggle", "rule.delete", "rule.filter", "pane.")

    head = query_one(RuleHead)
    rules = query_one(RuleList)
    filter_line = query_one(FilterLine)
    mutes_head = query_one("#mutes-head", SectionLine)
    mutes = query_one(RuleMutes)
    detail = query_one(Detail)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._wanted: RuleId | None = None
        self._needle = ""
        self._listed: Sequence[RuleStatus] = ()
        self._rates: Mapping[RuleId, RuleRate] = NO_RATES
        self._asked_s = -math.inf
        self._is_asking = False
        self._mutes_shown: object = None

    def compose_body(self) -> ComposeResult:
        """List and detail; newswatch.tcss says how they share the room."""
        with Container(id="pair"):
            with Vertical(id="listing"):
                yield RuleHead(self.looks)
                yield RuleList(self.looks)
                yield FilterLine()
                yield SectionLine(self.looks, id="mutes-head")
                yield RuleMutes(self.looks)
            yield Detail()

    def on_mount(self) -> None:
        """Sizes follow the list's own."""
        self.filter_line.needle.placeholder = FILTER_HINT
        self.call_after_refresh(self.show_view)

    def show_view(self) -> None:
        """Shows the rules in force, in file order, or those of them that are asked for."""
        needle = self._needle if self.view.rules else ""
        self._listed = self.view.rules
        if needle:
            self._listed = [rule for rule in self.view.rules if finds(needle, rule, self._rates.get(rule.rule.id))]
        is_starting = self.view.liveness is Liveness.STARTING
        empty = no_rules(self.rules.size.width, self.looks.signs, is_starting=is_starting, needle=needle)
        self.rules.show(self._listed, empty)
        if self._wanted is not None and any(status.rule.id == self._wanted for status in self._listed):
            self.rules.select(self._wanted)
            self._wanted = None
        self._show_mutes()
        self._show_selected()

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """What is shown is of now."""
        super().on_screen_resume(event)
        self._ask()

    def go_to(self, rule_id: RuleId) -> None:
        """Selects a rule, as soon as it is there."""
        self._wanted = rule_id
        if self.filter_line.is_open and all(status.rule.id != rule_id for status in self._listed):
            self.filter_line.close()  # it may be among those that the filter keeps back
        self.show_view()

    def show_time(self) -> None:
        """Ages grow, and rates change."""
        self._ask()
        self.rules.refresh_changed()
        self.mutes.refresh_changed()
        self._show_detail()

    def on_resize(self, _event: events.Resize) -> None:
        """What a size has room for is shown with what it needs."""
        self.call_after_refresh(self.show_view)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done now is offered."""
        if action in NEEDS_RULE:
            return self.is_composed and self.rules.selected is not None and not self.mutes.has_focus
        if action == "filter":
            return bool(self.view.rules)
        if action == "next_pane":
            return self.is_composed and len(self._panes) > 1
        return super().check_action(action, parameters)

    @on(RuleList.Moved)
    def rule_selected(self) -> None:
        """Shows another rule in full."""
        self._show_selected()

    def rule_at_hand(self) -> RuleId | None:
        """The selected rule."""
        return None if (status := self.rules.selected) is None else status.rule.id

    @on(RuleList.Opened)
    def action_edit_rule(self) -> None:
        """Opens the editor on the selected rule."""
        if (status := self.rules.selected) is not None:
            self.post_message(self.RuleWanted(status.rule.id))

    def action_new_rule(self) -> None:
        """Opens the editor on nothing."""
        self.post_message(self.RuleWanted(None))

    def action_toggle_rule(self) -> None:
        """Switches the selected rule on or off."""
        if (status := self.rules.selected) is not None:
            enabled = not status.rule.enabled
            said = f"{status.rule.label} is {'on: what comes in is matched' if enabled else 'off; its hits stay'}"
            self.perform(self.engine.set_rule_enabled(status.rule.id, enabled=enabled), said=said)

    def action_delete_rule(self) -> None:
        """Deletes the selected rule, after asking."""
        status = self.rules.selected
        if status is None:
            return

        def answered(is_wanted: bool | None) -> None:  # noqa: FBT001  Textual calls it so
            if is_wanted:
                self.perform(self.engine.delete_rule(status.rule.id), said=f"deleted {status.rule.label}")

        question = Ask(self.looks, f"Delete the rule {status.rule.label}?", [_loss(status)], yes="delete", also_yes="d")
        self.app.push_screen(question, answered)

    def action_filter(self) -> None:
        """Opens the filter line."""
        self.filter_line.open()

    @on(Input.Changed)
    def filter_changed(self, changed: Input.Changed) -> None:
        """Filters as it is typed."""
        self._needle = changed.value.strip()
        self.show_view()

    @on(Input.Submitted)
    def filter_submitted(self) -> None:
        """To the rows that passed; the filter stays until Esc."""
        self.rules.focus()

    @on(FilterLine.Stepped)
    def filter_stepped(self, stepped: FilterLine.Stepped) -> None:
        """Moves the selection from within the filter line."""
        (self.rules.action_down if stepped.by > 0 else self.rules.action_up)()

    @on(RuleMutes.Lifting)
    def ask_to_lift(self) -> None:
        """Lifts the selected mute, after asking; `u` takes that back."""
        mute = self.mutes.selected
        if mute is None:
            return

        def answered(is_wanted: bool | None) -> None:  # noqa: FBT001  Textual calls it so
            if is_wanted:
                self.tell(self.desk.hand.unmute(mute, f"lifted the mute of {name}"))

        name = printable(mute.name or mute.subject)
        question = Ask(self.looks, f"Lift the mute of {name}?", what_lifting_does(mute), yes="lift", also_yes="d")
        self.app.push_screen(question, answered)

    @on(RuleMutes.Opened)
    @on(RuleMutes.Showing)
    def show_hidden(self, _event: Message) -> None:
        """Shows what the selected mute hid, among the alerts."""
        mute = self.mutes.selected
        if mute is not None and self.mutes.has_focus:
            self.app.switch_mode(ALERTS.name)
            if isinstance(self.app.screen, BaseScreen):
                self.app.screen.filter_by(f"mute:{mute.id}")

    @on(events.DescendantFocus)
    def pane_changed(self) -> None:
        """Other keys are valid."""
        self.refresh_bindings()

    def action_next_pane(self) -> None:
        """From the list to the mutes, to the rule in full, and back."""
        panes = self._panes
        at = next((number for number, pane in enumerate(panes) if pane.has_focus), len(panes) - 1)
        panes[(at + 1) % len(panes)].focus()

    def action_back(self) -> None:
        """Out of the filter; from the rule in full to the list; from there home."""
        if self.filter_line.is_open:
            self.filter_line.close()
            self.rules.focus()
        elif self.rules.has_focus:
            self.app.switch_mode(self.desk.places[0].name)
        else:
            self.rules.focus()

    @property
    def _panes(self) -> list[Widget]:
        panes: list[Widget] = [self.rules, *([self.mutes] if self.view.mutes else [])]
        return [*panes, self.detail] if self.detail.display and self.view.rules else panes

    def _show_mutes(self) -> None:
        mutes = self.view.mutes
        if mutes is self._mutes_shown:
            return
        self._mutes_shown = mutes
        self.mutes_head.display = self.mutes.display = bool(mutes)
        if not mutes and self.mutes.has_focus:
            self.rules.focus()
        hidden = counted(sum(mute.hidden for mute in mutes), "hit")
        self.mutes_head.show("Mutes", f"{len(mutes):,} in force {self.looks.signs.dot} {hidden} hidden")
        self.mutes.styles.height = min(len(mutes), MOST_MUTES)
        self.mutes.show(mutes)

    def _ask(self) -> None:
        now_s = self.looks.monotonic()
        if self.app.screen is self and not self._is_asking and now_s - self._asked_s >= ASK_EVERY_S:
            self._asked_s, self._is_asking = now_s, True
            self.run_worker(self._take_rates(), group="rates", exit_on_error=False)

    async def _take_rates(self) -> None:
        try:
            self._rates = await self.engine.pulse.rates()
        except NewswatchError as error:
            log.info("no rates: %s", error)  # the state line says what is the matter
            return
        except Exception as error:  # noqa: BLE001  the root of a task; `flash_error` logs what is our fault
            self.flash_error(error, "counting")
            return
        finally:
            self._is_asking = False
        if self.is_composed:
            self.rules.rate_at(self._rates)
            (self.show_view if self._needle else self._show_selected)()  # a filter may go by the rates

    def _show_selected(self) -> None:
        self.head.show(self._listed, self.rules.index, self._rates, needle=self._needle)
        self._show_detail()
        self.refresh_bindings()

    def _show_detail(self) -> None:
        status = self.rules.selected
        if status is None:
            self.detail.show(None, lambda _width: ())
        else:
            now, rate = self.looks.now(), self._rates.get(status.rule.id)
            self.detail.show(status.rule.id, lambda width: rule_detail(status, now, width, self.looks, rate))


def _loss(status: RuleStatus) -> str:
    if not status.hits:
        return "It is taken out of rules.toml. It has no hits."
    return f"It is taken out of rules.toml. Its {counted(status.hits, 'hit')} can still be found in the history."
