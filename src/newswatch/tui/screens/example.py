"""A hit becomes an example for a rule that fired: one the rule must find, or must not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.getters import query_one

from newswatch.model.example import example_text
from newswatch.model.hit import Hit
from newswatch.model.story import Story
from newswatch.tui.desk import Desk
from newswatch.tui.keys import bindings
from newswatch.tui.looks import Looks
from newswatch.tui.paint import Piece, Pieces, fit
from newswatch.tui.paint.wrap import wrapped
from newswatch.tui.screens.dialog import Dialog
from newswatch.tui.widgets.dialog import Choices, Row
from newswatch.tui.widgets.lines import Lines

TEXT_LINES = 6


@dataclass(frozen=True, slots=True)
class Wanted:
    """The hit whose text becomes an example of its rule, and which of the two."""

    hit: Hit
    matches: bool


class ExampleText(Lines):
    """The text that goes into rules.toml, and the rule that it is for."""

    def __init__(self, looks: Looks) -> None:
        super().__init__()
        self._looks = looks
        self._hit: Hit | None = None

    def show(self, hit: Hit | None) -> None:
        """Shows what would become of a hit."""
        self._hit = hit
        self.redraw()

    def draw(self, width: int) -> Sequence[Pieces]:
        """See `Lines.draw`."""
        if self._hit is None:
            return []
        text, ellipsis = example_text(self._hit), self._looks.signs.ellipsis
        lines: list[Pieces] = [[Piece(text[start:end], bold=True)] for start, end in wrapped(text, width)]
        if len(lines) > TEXT_LINES:
            lines = [*lines[: TEXT_LINES - 1], [Piece(ellipsis, "dim")]]
        query = " ".join(self._hit.query.split())
        return [*lines, [], fit([Piece(f"{self._hit.rule_id}  ", "accent"), Piece(query, "dim")], width, ellipsis)]


class ExampleScreen(Dialog[Wanted]):
    """Asks which of the two, and for which rule where several fired."""

    HEADING = "Make a test of it"
    FOOT = (("dialog.done", "add it"), ("choose.down", "others"), ("app.back", "leave it"))
    BINDINGS = bindings("dialog.done", "choose.down", "choose.up", "list.down", "list.up")
    AUTO_FOCUS = ""

    rows = query_one(Choices)
    text = query_one(ExampleText)

    def __init__(self, desk: Desk, story: Story) -> None:
        super().__init__(desk.looks)
        known = {status.rule.id: status for status in desk.latest().rules}
        by_rule: dict[str, Hit] = {}
        for hit in (story.lead, *story.hits):
            if hit.rule_id in known:
                by_rule.setdefault(hit.rule_id, hit)
        self._gone = story.lead.rule_id
        self._offers = {
            f"{word}/{rule_id}": Wanted(hit, matches=word == "must")
            for rule_id, hit in by_rule.items()
            for word in (("must_not", "must") if hit.is_old_rule else ("must", "must_not"))
        }

    def compose_fields(self) -> ComposeResult:
        """The text, and the ways to add it."""
        yield ExampleText(self.looks)
        yield Choices(self.looks)

    def on_mount(self) -> None:
        """What the rule says of it stands with each way."""
        rows = []
        for key, wanted in self._offers.items():
            is_so = wanted.matches is not wanted.hit.is_old_rule
            finds = "it does" if not wanted.hit.is_old_rule else "it does not"
            aside = f"as {finds} now" if is_so else f"{finds} now: edit its query first"
            words = "must find this" if wanted.matches else "must not find this"
            if len(self._offers) > 2:  # a pair a rule
                words = f"{wanted.hit.rule_id} {words}"
            rows.append(Row(key, words, aside, ink="text" if is_so else "dim"))
        self.rows.show(rows or [Row("", f"there is no rule {self._gone} any more", ink="critical")])
        if not rows:  # there is nothing to do but to leave
            self.text.display = False
            for key_id in ("dialog.done", "choose.down"):
                self.foot.say(key_id, "")
        self._show()

    @on(Choices.Moved)
    def moved(self) -> None:
        """Another rule may have found it elsewhere in the text."""
        self._show()

    @on(Choices.Opened)
    def action_done(self) -> None:
        """Adds it."""
        chosen = self.rows.selected
        if chosen is not None and chosen.id in self._offers:
            self.dismiss(self._offers[chosen.id])

    def action_down(self) -> None:
        """One row down."""
        self.rows.action_down()

    def action_up(self) -> None:
        """One row up."""
        self.rows.action_up()

    def _show(self) -> None:
        chosen = self.rows.selected
        wanted = self._offers.get(chosen.id) if chosen is not None else None
        self.text.show(wanted.hit if wanted is not None else None)
