"""What a query would have matched, while it is being written."""

from __future__ import annotations

from collections.abc import Sequence

from newswatch.tui.looks import Looks
from newswatch.tui.paint import Pieces
from newswatch.tui.paint.trial import Trial, trial_rows
from newswatch.tui.widgets.lines import Lines


class TrialPane(Lines):
    """What `paint.trial` draws of a backtest."""

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
        return trial_rows(self._trial, width, max(self.size.height, 1), self._looks.signs)
