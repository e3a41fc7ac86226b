"""Rules: what is watched for, how each rule is doing, and where one is broken."""

from __future__ import annotations

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.getters import query_one

from newswatch.model.event import Liveness
from newswatch.model.rule import RuleId, RuleStatus
from newswatch.tui.desk import Desk
from newswatch.tui.keys import bindings
from newswatch.tui.paint.rules import no_rules, rule_detail
from newswatch.tui.places import RULES
from newswatch.tui.screens.ask import Ask
from newswatch.tui.screens.base import BaseScreen
from newswatch.tui.widgets.detail import Detail
from newswatch.tui.widgets.rule_list import RuleHead, RuleList
from newswatch.tui.words import counted

NEEDS_RULE = frozenset({"edit_rule", "toggle_rule", "delete_rule"})


class RulesScreen(BaseScreen):
    """A list of rules over, or beside, the selected one in full."""

    PLACE = RULES
    AUTO_FOCUS = "RuleList"
    BINDINGS = bindings("rule.edit", "rule.new", "rule.toggle", "rule.delete", "pane.")

    head = query_one(RuleHead)
    rules = query_one(RuleList)
    detail = query_one(Detail)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._wanted: RuleId | None = None

    def compose_body(self) -> ComposeResult:
        """List and detail; newswatch.tcss says how they share the room."""
        with Container(id="pair"):
            with Vertical(id="listing"):
                yield RuleHead(self.looks)
                yield RuleList(self.looks)
            yield Detail()

    def on_mount(self) -> None:
        """Sizes follow the list's own."""
        self.call_after_refresh(self.show_view)

    def show_view(self) -> None:
        """Shows the rules in force, in file order."""
        is_starting = self.view.liveness is Liveness.STARTING
        self.rules.show(self.view.rules, no_rules(self.rules.size.width, self.looks.signs, is_starting=is_starting))
        if self._wanted is not None and any(status.rule.id == self._wanted for status in self.view.rules):
            self.rules.select(self._wanted)
            self._wanted = None
        self._show_selected()

    def go_to(self, rule_id: RuleId) -> None:
        """Selects a rule, as soon as it is there."""
        self._wanted = rule_id
        self.show_view()

    def show_time(self) -> None:
        """Ages grow."""
        self.rules.refresh_changed()
        self._show_detail()

    def on_resize(self, _event: events.Resize) -> None:
        """What a size has room for is shown with what it needs."""
        self.call_after_refresh(self.show_view)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done now is offered."""
        if action in NEEDS_RULE:
            return bool(self.view.rules)
        if action == "next_pane":
            return self.is_composed and self.detail.display and bool(self.view.rules)
        return super().check_action(action, parameters)

    @on(RuleList.Moved)
    def rule_selected(self) -> None:
        """Shows another rule in full."""
        self._show_selected()

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

    def action_next_pane(self) -> None:
        """From the list to the rule in full, and back."""
        (self.detail if self.rules.has_focus else self.rules).focus()

    def action_back(self) -> None:
        """From the rule in full to the list; from there home."""
        if self.rules.has_focus:
            self.app.switch_mode(self.desk.places[0].name)
        else:
            self.rules.focus()

    def _show_selected(self) -> None:
        self.head.show(self.view.rules, self.rules.index)
        self._show_detail()
        self.refresh_bindings()

    def _show_detail(self) -> None:
        status = self.rules.selected
        if status is None:
            self.detail.show(None, lambda _width: ())
        else:
            now = self.looks.now()
            self.detail.show(status.rule.id, lambda width: rule_detail(status, now, width, self.looks))


def _loss(status: RuleStatus) -> str:
    if not status.hits:
        return "It is taken out of rules.toml. It has no hits."
    return f"It is taken out of rules.toml. Its {counted(status.hits, 'hit')} can still be found in the history."
