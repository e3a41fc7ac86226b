"""What a query would have matched, while it is being written: the numbers, and the headlines to go through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.getters import query_one
from textual.message import Message

from newswatch.tui.keys import bindings
from newswatch.tui.looks import Looks
from newswatch.tui.paint import Pieces
from newswatch.tui.paint.trial import Trial, TrialRow, trial_head, trial_items, trial_row
from newswatch.tui.widgets.lines import Lines
from newswatch.tui.widgets.row_list import RowList


class TrialHead(Lines):
    """How far the trial is, and its numbers."""

    def __init__(self, looks: Looks) -> None:
        super().__init__()
        self._looks = looks
        self._trial = Trial()

    def show(self, trial: Trial) -> None:
        """Shows a trial."""
        self._trial = trial
        self.redraw()

    def draw(self, width: int) -> Sequence[Pieces]:
        """See `Lines.draw`."""
        return trial_head(self._trial, width, self._looks.signs)


class TrialList(RowList[TrialRow]):
    """The headlines. `tests` are those that are to become examples of the rule, by the ids of their rows."""

    FIRST_KEYS: ClassVar[Mapping[str, str]] = {
        "trial.test": "make a test of it",
        "editor.save": "save",
        "editor.cancel": "query",
    }
    BINDINGS: ClassVar[list[BindingType]] = bindings("trial.")

    @dataclass
    class Tested(Message):
        """A person wants this one to stay as it is: found, or not found."""

        row: TrialRow

    def __init__(self, looks: Looks) -> None:
        super().__init__(looks)
        self.tests: Mapping[str, bool] = {}

    def id_of(self, item: TrialRow) -> str:
        """See `RowList.id_of`."""
        return item.id

    def draw_item(self, item: TrialRow, width: int, *, is_selected: bool) -> Pieces:
        """See `RowList.draw_item`."""
        is_here = is_selected and self.has_focus
        return trial_row(item, width, self._looks.signs, is_selected=is_here, test=self.tests.get(item.id))

    def has_ground(self, *, is_selected: bool) -> bool:
        """Only where the keys go is a row lit."""
        return is_selected and self.has_focus

    def watch_has_focus(self, _has_focus: bool) -> None:  # noqa: FBT001  Textual calls it so
        """Shows whether keys go here."""
        super().watch_has_focus(_has_focus)
        self.refresh_changed()

    def action_test(self) -> None:
        """Makes a test of the selected row, or takes that back."""
        if (row := self.selected) is not None:
            self.post_message(self.Tested(row))


class TrialPane(Vertical):
    """What `paint.trial` draws of a backtest."""

    head = query_one(TrialHead)
    rows = query_one(TrialList)

    def __init__(self, looks: Looks) -> None:
        super().__init__()
        self._looks = looks
        self._trial = Trial()

    def compose(self) -> ComposeResult:
        """The numbers over the headlines."""
        yield TrialHead(self._looks)
        yield TrialList(self._looks)

    def show(self, trial: Trial, tests: Mapping[str, bool]) -> None:
        """Shows a trial, and which of its rows are to become tests."""
        self._trial = trial
        self.head.show(trial)
        self.rows.tests = dict(tests)
        room = max(self.size.height - len(trial_head(trial, max(self.size.width, 1), self._looks.signs)), 0)
        self.rows.show(trial_items(trial, room))
