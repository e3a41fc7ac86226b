"""A list on Textual's line API whose selection belongs to an item, not to a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from newswatch.tui.keys import bindings
from newswatch.tui.looks import Looks
from newswatch.tui.paint import Pieces, palette_of, strip

ItemT = TypeVar("ItemT")


class RowList(ScrollView, Generic[ItemT], can_focus=True):
    """Draws items one a row. A subclass says what an item's id is, and how its row is painted."""

    BINDINGS = bindings(
        "list.down", "list.up", "list.top", "list.bottom", "list.half_down", "list.half_up", "list.page_down",
        "list.page_up",
    )  # fmt: skip
    ALLOW_SELECT = False

    @dataclass
    class Moved(Message):
        """A person selected another row."""

    @dataclass
    class Opened(Message):
        """A person opened the selected row with the mouse."""

    def __init__(self, looks: Looks) -> None:
        super().__init__()
        self._looks = looks
        self._items: tuple[ItemT, ...] = ()
        self._selected: str | None = None
        self._empty: tuple[Pieces, ...] = ()
        self._drawn: dict[int, tuple[Pieces, bool]] = {}

    def id_of(self, item: ItemT) -> str:
        """What the selection holds on to."""
        raise NotImplementedError

    def draw_item(self, item: ItemT, width: int, *, is_selected: bool) -> Pieces:
        """The row of an item."""
        raise NotImplementedError

    @property
    def index(self) -> int:
        """The row of the selected item; 0 when nothing is selected."""
        return next((row for row, item in enumerate(self._items) if self.id_of(item) == self._selected), 0)

    @property
    def selected(self) -> ItemT | None:
        """The selected item, None in an empty list."""
        return self._items[self.index] if self._items else None

    def show(self, items: Sequence[ItemT], empty: Sequence[Pieces] = ()) -> None:
        """Shows these items; a selection that is gone goes to the row where it was. `empty` is for no items."""
        before_id, before = self._selected, self.index
        self._items, self._empty = tuple(items), tuple(empty)
        if all(self.id_of(item) != self._selected for item in self._items):
            self._selected = self.id_of(self._items[min(before, len(self._items) - 1)]) if self._items else None
        self.virtual_size = Size(self.size.width, len(self._items))
        # Rows that came in above a selection that stayed do not move it on the screen.
        self._keep_in_sight(self.index - before if self._selected == before_id else 0)
        self.refresh_changed()

    def select(self, item_id: str) -> None:
        """Selects an item, if it is there."""
        row = next((row for row, item in enumerate(self._items) if self.id_of(item) == item_id), None)
        if row is not None:
            self._go(row)

    def refresh_changed(self) -> None:
        """Repaints the rows that read differently by now."""
        if not self._items:
            self._drawn.clear()
            self.refresh()
            return
        width, top = self.size.width, self.scroll_offset.y
        rows = {y: self._look_of(y + top) for y in range(self.size.height) if y + top < len(self._items)}
        changed = [y for y in range(self.size.height) if rows.get(y) != self._drawn.get(y)]
        self._drawn = rows
        if changed:
            self.refresh(*(Region(0, y, width, 1) for y in changed))

    def render_line(self, y: int) -> Strip:
        """See `Widget.render_line`."""
        width, palette = self.size.width, palette_of(self.app.theme_variables)
        ellipsis = self._looks.signs.ellipsis
        if not self._items:
            return strip(self._empty[y] if y < len(self._empty) else (), width, palette, ellipsis=ellipsis)
        row = y + self.scroll_offset.y
        if row >= len(self._items):
            return strip((), width, palette)
        pieces, is_selected = self._drawn[y] = self._look_of(row)
        return strip(pieces, width, palette, ground="selection" if is_selected else "background", ellipsis=ellipsis)

    def on_resize(self) -> None:
        """The selection stays in sight."""
        self.virtual_size = Size(self.size.width, len(self._items))
        self._keep_in_sight(0)
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """A click selects, a second one opens."""
        row = event.y + self.scroll_offset.y
        if row < len(self._items):
            self._go(row)
            if event.chain == 2:
                self.post_message(self.Opened())

    def action_down(self) -> None:
        """One row down."""
        self._go(self.index + 1)

    def action_up(self) -> None:
        """One row up."""
        self._go(self.index - 1)

    def action_top(self) -> None:
        """To the first row."""
        self._go(0)

    def action_bottom(self) -> None:
        """To the last row."""
        self._go(len(self._items) - 1)

    def action_half_down(self) -> None:
        """Half a page down."""
        self._go(self.index + max(self.size.height // 2, 1))

    def action_half_up(self) -> None:
        """Half a page up."""
        self._go(self.index - max(self.size.height // 2, 1))

    def action_page_down(self) -> None:
        """A page down."""
        self._go(self.index + max(self.size.height - 1, 1))

    def action_page_up(self) -> None:
        """A page up."""
        self._go(self.index - max(self.size.height - 1, 1))

    def _go(self, row: int) -> None:
        if not self._items:
            return
        chosen = self.id_of(self._items[min(max(row, 0), len(self._items) - 1)])
        if chosen != self._selected:
            self._selected = chosen
            self._keep_in_sight(0)
            self.refresh_changed()
            self.post_message(self.Moved())

    def _look_of(self, row: int) -> tuple[Pieces, bool]:
        item = self._items[row]
        is_selected = self.id_of(item) == self._selected
        return self.draw_item(item, self.size.width, is_selected=is_selected), is_selected

    def _keep_in_sight(self, moved_by: int) -> None:
        height, index = max(self.size.height, 1), self.index
        top = self.scroll_offset.y + moved_by
        top = min(max(top, index - height + 1), index)
        top = min(max(top, 0), max(len(self._items) - height, 0))
        if top != self.scroll_offset.y:
            self.scroll_to(y=top, animate=False, immediate=True, force=True)
