"""Under a query: the mistake in it with a caret at its column, or what else can be said of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from newswatch.engine.api import QueryCheck
from newswatch.tui.looks import Looks
from newswatch.tui.paint import Pieces
from newswatch.tui.paint.editor import verdict_rows
from newswatch.tui.widgets.lines import Lines


@dataclass(frozen=True, slots=True)
class Ruling:
    """What is said of a query. `caret` is the cell under which the caret stands where the mistake is in the row
    right above; None where that row is to be shown again. `refusal` is why saving failed.
    """

    query: str
    check: QueryCheck
    caret: int | None = None
    refusal: str = ""


class Verdict(Lines):
    """As tall as it needs to be."""

    def __init__(self, looks: Looks) -> None:
        super().__init__()
        self._looks = looks
        self._ruling = Ruling("", QueryCheck())

    def show(self, ruling: Ruling) -> None:
        """Shows a ruling."""
        self._ruling = ruling
        self.redraw()

    def draw(self, width: int) -> Sequence[Pieces]:
        """See `Lines.draw`."""
        ruling = self._ruling
        return verdict_rows(
            ruling.query, ruling.check, width, self._looks.signs, caret=ruling.caret, refusal=ruling.refusal
        )
