"""Why a story is here, in full: every rule that fired, with what decided, its query and each of its clauses."""

from __future__ import annotations

from enum import StrEnum

from textual.app import ComposeResult
from textual.content import Content
from textual.screen import ModalScreen

from newswatch.model.hit import Hit
from newswatch.model.story import Story
from newswatch.tui.desk import Desk
from newswatch.tui.keys import bindings
from newswatch.tui.paint import Pieces
from newswatch.tui.paint.why_full import why_in_full
from newswatch.tui.widgets.sheet import Sheet


class Next(StrEnum):
    """Where a person wants to go from here."""

    EDIT = "edit"
    TEST = "test"
    OTHERS = "others"


class WhyScreen(ModalScreen[Next]):
    """A sheet over the list; Esc or `w` closes it. Dismissed with what is wanted next, if anything."""

    BINDINGS = bindings("why.", "app.back")

    def __init__(self, desk: Desk, story: Story) -> None:
        super().__init__()
        self._desk = desk
        self._story = story
        self._bindings.bind("w,q", "back", show=False)

    def compose(self) -> ComposeResult:
        """The sheet."""
        sheet = Sheet()
        sheet.border_subtitle = Content("j scroll   / other rules   e edit the rule   T make a test   esc close")
        yield sheet

    def on_mount(self) -> None:
        """Asks the engine for what is not known yet."""
        self.run_worker(self._fetch(), exit_on_error=False)

    def on_resize(self) -> None:
        """Another width, other lines."""
        self.call_after_refresh(self._show)

    def action_back(self) -> None:
        """Closes."""
        self.dismiss(None)

    def action_edit_rule(self) -> None:
        """To the editor, on the rule of the lead."""
        self.dismiss(Next.EDIT)

    def action_add_example(self) -> None:
        """To making a test of it."""
        self.dismiss(Next.TEST)

    def action_other_rules(self) -> None:
        """To what every rule says, near misses too."""
        self.dismiss(Next.OTHERS)

    async def _fetch(self) -> None:
        for hit in self._hits():
            await self._desk.clauses.fetch(hit)
        self._show()

    def _hits(self) -> list[Hit]:
        """One hit a rule, the lead's first."""
        by_rule: dict[str, Hit] = {}
        for hit in (self._story.lead, *self._story.hits):
            by_rule.setdefault(hit.rule_id, hit)
        return [by_rule[rule_id] for rule_id in self._story.rule_ids]

    def _show(self) -> None:
        if not (self.is_mounted and self.display):
            return
        sheet, looks = self.query_one(Sheet), self._desk.looks
        lines: list[Pieces] = []
        for hit in self._hits():
            essence, clauses = self._desk.clauses.essence(hit), self._desk.clauses.tree(hit)
            lines += why_in_full(hit, essence, clauses, looks.now(), max(sheet.text_width, 1), looks)
        sheet.show_lines(lines, is_other=False)
