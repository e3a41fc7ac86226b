"""The first step of a first run: what to watch for."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.getters import query_one
from textual.widgets import Input

from newswatch.engine.api.first_run import FirstRun, Watch
from newswatch.tui.looks import Looks
from newswatch.tui.paint import Piece, Pieces
from newswatch.tui.paint.first_run import paragraph, watch_rows
from newswatch.tui.widgets.choice import Choice, Option
from newswatch.tui.widgets.first_steps import Line, Step
from newswatch.tui.widgets.painted import Fitted


class WatchStep(Step):
    """A field for words, and under it the rules that they make."""

    words = query_one("#first-words", Input)
    preview = query_one("#first-rules", Fitted)

    def __init__(self, looks: Looks, first_run: FirstRun) -> None:
        super().__init__(classes="step")
        self._looks = looks
        self._first_run = first_run
        self.watches: tuple[Watch, ...] = ()

    def compose(self) -> ComposeResult:
        """The question, the field, what it makes."""
        starter = f"and the {len(self._first_run.rules)} starter rules"
        yield Fitted(self._looks, lambda _: [[Piece("Watch for what?", bold=True)]], id="first-question")
        yield Line(placeholder="North Korean troops, Strait of Hormuz", compact=True, id="first-words")
        yield Fitted(
            self._looks,
            self._lay_rules,
            id="first-rules",
        )
        with Horizontal(id="first-beside"):
            yield Choice(
                self._looks, [Option("", "only these", "good"), Option("", starter, "good")], 0, id="first-starter"
            )
        yield Fitted(self._looks, self._lay_help, id="first-help")

    def on_mount(self) -> None:
        """Nothing is typed yet."""
        self.query_one("#first-beside").display = False

    def first_focus(self) -> None:
        """See `Step.first_focus`."""
        self.words.focus()

    @property
    def and_starter(self) -> bool:
        """Whether the starter rules are wanted beside those that are typed."""
        return self.query_one(Choice).index == 1

    @property
    def is_good(self) -> bool:
        """Whether all that is typed can be a rule."""
        return all(watch.is_good for watch in self.watches)

    @on(Input.Changed)
    def typed(self, changed: Input.Changed) -> None:
        """Shows what it makes, at each key."""
        self.watches = self._first_run.watches(changed.value)
        self.query_one("#first-beside").display = bool(self.watches)
        self.preview.redraw()
        self.post_message(self.Changed())

    def _lay_rules(self, width: int) -> list[Pieces]:
        return watch_rows(self.watches, self._first_run.rules, width, self._looks.signs)

    def _lay_help(self, width: int) -> list[Pieces]:
        if self.is_short:
            return []
        said = "Words side by side are one phrase; a comma ends a rule. AND, OR, NOT, “quotes” and troop* work, too."
        return paragraph(f"{said} All of it can be changed later.", width, "faint")
