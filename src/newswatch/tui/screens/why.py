"""Why a story is here, in full: every rule that fired, with its query and each of its clauses."""

from __future__ import annotations

from enum import StrEnum

from textual.app import ComposeResult
from textual.content import Content
from textual.screen import ModalScreen

from newswatch.model.hit import Hit
from newswatch.model.story import Story
from newswatch.tui.desk import Desk
from newswatch.tui.keys import bindings
from newswatch.tui.paint import Piece, Pieces
from newswatch.tui.paint.why import HELD_WORDS, reason_rows, section
from newswatch.tui.paint.wrap import wrapped
from newswatch.tui.widgets.sheet import Sheet
from newswatch.tui.words import moment


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
        sheet.border_subtitle = Content("/ other rules   e edit the rule   T make a test   esc close")
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
        sheet = self.query_one(Sheet)
        lines: list[Pieces] = []
        for hit in self._hits():
            lines += self._of(hit, max(sheet.text_width, 1))
        sheet.show_lines(lines, is_other=False)

    def _of(self, hit: Hit, width: int) -> list[Pieces]:
        looks = self._desk.looks
        signs = looks.signs
        now = looks.now()
        lines: list[Pieces] = [section(f"Why {hit.rule_id}", hit.severity.value, width, signs)]
        said = [
            f"fired {moment(hit.found_at, now, looks.zone)} on {hit.entry.source}",
            f"version {hit.rule_version[:7]}",
        ]
        if hit.rule_name != hit.rule_id:
            said.insert(0, hit.rule_name)
        if hit.is_old_rule:
            said.append("old rule: edited since, it no longer matches")
        if hit.held is not None:
            said.append(HELD_WORDS[hit.held])
        lines += self._paragraph(f" {signs.dot} ".join(said), width, is_dim=True)
        lines.append([])
        for row in hit.query.splitlines():
            lines += self._paragraph(row.strip(), width, is_dim=False)
        lines.append([])
        lines += reason_rows(self._desk.clauses.tree(hit), width, signs)
        lines.append([])
        for mark in hit.marks:
            lines.append([Piece(f"{mark.field:<8} ", "dim"), Piece(mark.text, "mark", bold=True)])
        return [*lines, []]

    def _paragraph(self, text: str, width: int, *, is_dim: bool) -> list[Pieces]:
        return [[Piece(text[start:end], "dim" if is_dim else "text")] for start, end in wrapped(text, width)]
