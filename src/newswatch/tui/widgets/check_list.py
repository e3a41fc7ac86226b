"""A list of things to choose from, any number of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.message import Message

from newswatch.tui.keys import bindings
from newswatch.tui.looks import Looks
from newswatch.tui.paint import Piece, Pieces, width_of
from newswatch.tui.paint.checks import CheckRow, check_row
from newswatch.tui.widgets.row_list import RowList

MOST_TITLE = 44


class CheckList(RowList[CheckRow]):
    """Space chooses a row or leaves it; a click on its tick, too."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("check.")

    @dataclass
    class Changed(Message):
        """A person chose otherwise."""

    def __init__(self, looks: Looks, *, id: str | None = None) -> None:  # noqa: A002  Textual's word
        super().__init__(looks)
        if id is not None:
            self.id = id
        self._chosen: frozenset[str] = frozenset()
        self._title_cells = 0

    def id_of(self, item: CheckRow) -> str:
        """See `RowList.id_of`."""
        return item.id

    def offer(self, rows: Sequence[CheckRow], chosen: Collection[str], empty: Sequence[Pieces] = ()) -> None:
        """Shows these to choose from, with those of these ids chosen."""
        self._chosen = frozenset(row.id for row in rows if row.id in chosen and not row.is_fixed)
        self._title_cells = min(max((width_of([Piece(row.title)]) for row in rows), default=0), MOST_TITLE)
        self.show(rows, empty)
        self.repaint()

    @property
    def chosen(self) -> tuple[str, ...]:
        """The ids that are chosen, in the order of their rows."""
        return tuple(row.id for row in self._items if row.id in self._chosen)

    def draw_item(self, item: CheckRow, width: int, *, is_selected: bool) -> Pieces:
        """See `RowList.draw_item`."""
        return check_row(
            item,
            width,
            self._looks.signs,
            title_cells=self._title_cells,
            is_chosen=item.id in self._chosen,
            is_selected=is_selected and self.has_focus,
        )

    def look_of(self, item: CheckRow) -> object:
        """See `RowList.look_of`."""
        return item, item.id in self._chosen, self.has_focus, self._title_cells

    def repaint(self) -> None:
        """Draws what may look different by now."""
        self.refresh_changed()

    def watch_has_focus(self, _has_focus: bool) -> None:  # noqa: FBT001  Textual calls it so
        """Shows whether keys go here."""
        super().watch_has_focus(_has_focus)
        self.repaint()

    def on_click(self, event: events.Click) -> None:
        """A click selects a row; one on its tick chooses it."""
        super().on_click(event)
        if event.x < 4 and event.y + self.scroll_offset.y < len(self._items):
            self.action_toggle_check()

    def action_toggle_check(self) -> None:
        """Chooses the selected row, or leaves it."""
        row = self.selected
        if row is not None and not row.is_fixed:
            self._choose(self._chosen ^ {row.id})

    def action_toggle_all(self) -> None:
        """Chooses all, or none if all are."""
        every = frozenset(row.id for row in self._items if not row.is_fixed)
        self._choose(frozenset() if self._chosen == every else every)

    def _choose(self, chosen: frozenset[str]) -> None:
        self._chosen = chosen
        self.repaint()
        self.post_message(self.Changed())
