"""The last step of a first run: the feeds as they come in."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.getters import query_one

from newswatch.engine.api.first_run import Written
from newswatch.model.feed import FeedHealth
from newswatch.model.view import View
from newswatch.tui.looks import Looks
from newswatch.tui.paint import Pieces
from newswatch.tui.paint.first_run import after_rows, load_head, load_order, load_row, loading_rows
from newswatch.tui.widgets.first_steps import Step
from newswatch.tui.widgets.painted import Fitted
from newswatch.tui.widgets.row_list import RowList


class LoadList(RowList[FeedHealth]):
    """The feeds as they come in, what came last at the top."""

    def id_of(self, item: FeedHealth) -> str:
        """See `RowList.id_of`."""
        return item.feed.id

    def draw_item(self, item: FeedHealth, width: int, *, is_selected: bool) -> Pieces:
        """See `RowList.draw_item`."""
        return load_row(item, width, self._looks.signs, is_selected=is_selected)

    def take(self, feeds: Sequence[FeedHealth]) -> None:
        """Shows these; the first row stays in sight until a person moves."""
        is_at_top = self.index == 0
        self.show(feeds)
        if is_at_top:
            self.action_top()


class LoadStep(Step):
    """The feeds as they come in, and the count of entries read and matched."""

    rows = query_one(LoadList)

    def __init__(self, looks: Looks) -> None:
        super().__init__(classes="step")
        self._looks = looks
        self._view = View()
        self.written: Sequence[Written] = ()

    def compose(self) -> ComposeResult:
        """The counts over the rows; under them what it means."""
        yield Fitted(
            self._looks,
            self._lay_counts,
            id="first-counts",
        )
        yield Fitted(self._looks, lambda width: [load_head(width, self._looks.signs)], id="first-columns")
        yield LoadList(self._looks)
        yield Fitted(self._looks, self._lay_after, id="first-after")

    def first_focus(self) -> None:
        """See `Step.first_focus`."""
        self.rows.focus()

    def take(self, view: View) -> None:
        """Shows how far it is."""
        self._view = view
        self.rows.take(load_order(view.feeds.values()))
        for painted in self.query(Fitted):
            painted.redraw()

    def _lay_counts(self, width: int) -> list[Pieces]:
        return loading_rows(self._view, width, self._looks.signs, is_short=self.is_short)

    def _lay_after(self, width: int) -> list[Pieces]:
        return after_rows(self._view, self.written, width, self._looks.signs, is_short=self.is_short)
