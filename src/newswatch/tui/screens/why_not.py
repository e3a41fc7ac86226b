"""Why an entry is no hit, or is one: every rule with what it says of it, the closest first, and each of its clauses."""

from __future__ import annotations

import logging

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.getters import query_one
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from newswatch.errors import NewswatchError
from newswatch.model.rule import RuleId
from newswatch.model.stream import Listed
from newswatch.tui.desk import Desk
from newswatch.tui.keys import bindings
from newswatch.tui.paint import Piece, Pieces, cut
from newswatch.tui.paint.verdicts import verdict_detail
from newswatch.tui.verdicts import RuleVerdict, closest_first, judged
from newswatch.tui.widgets.detail import Detail
from newswatch.tui.widgets.verdict_list import VerdictList

MOST_ROWS = 12
SHOWN_AT_ONCE = 25
"""Verdicts between two looks at the list."""
log = logging.getLogger(__name__)
NO_RULE: tuple[Pieces, ...] = ([], [Piece("  No rule is called that.", "dim")])


class WhyNotScreen(ModalScreen[RuleId]):
    """Dismissed with the rule that a person wants to edit, None for none."""

    BINDINGS = bindings("why_not.edit", "choose.down", "choose.up", "list.page_down", "list.page_up", "app.back")
    AUTO_FOCUS = "Input"

    needle = query_one(Input)
    rows = query_one(VerdictList)
    detail = query_one(Detail)

    def __init__(self, desk: Desk, row: Listed) -> None:
        super().__init__()
        self._desk = desk
        self._row = row
        self._has_moved = False
        statuses = desk.latest().rules
        fired = set(row.rule_ids)
        self._verdicts = tuple(
            RuleVerdict(status) for status in sorted(statuses, key=lambda status: status.rule.id not in fired)
        )

    def compose(self) -> ComposeResult:
        """A field to find a rule by, the rules, and the clauses of the selected one."""
        with Vertical(id="why-not") as box:
            box.border_title = Content("Why, or why not")
            box.border_subtitle = Content("up down rule   enter edit it   esc close")
            yield Static(Content(cut(self._row.entry.title or "no title", 300)), id="why-not-title")
            with Horizontal():
                yield Static(Content("/"))
                yield Input(placeholder="a rule", compact=True)
            yield VerdictList(self._desk.looks)
            yield Detail()

    def on_mount(self) -> None:
        """Asks each rule."""
        self.call_after_refresh(self._show)
        self.run_worker(self._judge(), exit_on_error=False)

    def on_resize(self, event: events.Resize) -> None:
        """The clauses have at least as much room as the rules."""
        self.rows.styles.height = min(max(len(self._verdicts), 1), MOST_ROWS, max(event.size.height // 4, 2))
        self.call_after_refresh(self._show)

    @on(Input.Changed)
    def typed(self) -> None:
        """Finds rules as it is typed."""
        self._show()
        self.rows.action_top()
        self._show_detail()

    @on(VerdictList.Moved)
    def moved(self) -> None:
        """Shows what another rule says."""
        self._has_moved = True
        self._show_detail()

    @on(Input.Submitted)
    @on(VerdictList.Opened)
    def action_edit_rule(self) -> None:
        """Closes, and the editor opens on the rule."""
        if (verdict := self.rows.selected) is not None:
            self.dismiss(verdict.status.rule.id)

    def action_down(self) -> None:
        """One rule down."""
        self.rows.action_down()

    def action_up(self) -> None:
        """One rule up."""
        self.rows.action_up()

    def action_page_down(self) -> None:
        """A page of the clauses down."""
        self.detail.action_page_down()

    def action_page_up(self) -> None:
        """A page of the clauses up."""
        self.detail.action_page_up()

    def action_back(self) -> None:
        """Closes."""
        self.dismiss(None)

    async def _judge(self) -> None:
        """Asks each rule in turn; the closest come to the top when all were asked."""
        verdicts = list(self._verdicts)
        for number, verdict in enumerate(verdicts):
            try:
                clause = await self._desk.engine.history.explain_entry(self._row.entry, verdict.status.rule.id)
            except NewswatchError:
                continue  # the engine ends; what it said so far stays
            except Exception:  # the root of a task: a fault of ours in one rule must not hide what the others say
                log.exception("the rule %s could not be asked", verdict.status.rule.id)
                continue
            verdicts[number] = judged(verdict.status, clause)
            if number % SHOWN_AT_ONCE == 0:
                self._take(tuple(verdicts))
        self._take(closest_first(verdicts))
        if not self._has_moved:
            self.rows.action_top()

    def _take(self, verdicts: tuple[RuleVerdict, ...]) -> None:
        self._verdicts = verdicts
        if self.is_mounted and self.display:
            self._show()

    def _show(self) -> None:
        wanted = self.needle.value.casefold().split()
        self.rows.show(
            [
                verdict
                for verdict in self._verdicts
                if all(word in f"{verdict.status.rule.id} {verdict.status.rule.name}".casefold() for word in wanted)
            ],
            NO_RULE,
        )
        self._show_detail()

    def _show_detail(self) -> None:
        verdict = self.rows.selected
        if verdict is None:
            self.detail.show(None, lambda _width: ())
        else:
            signs = self._desk.looks.signs
            self.detail.show(verdict.status.rule.id, lambda width: verdict_detail(verdict, width, signs))
