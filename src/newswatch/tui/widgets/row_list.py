"""A list on Textual's line API whose selection belongs to an item, not to a row. Every list of the screen is one.

What it costs to move, to scroll or to repaint goes by the rows in sight, never by the items there are. It must never
know what an item is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Generic, NamedTuple, TypeVar

from textual import events
from textual.binding import BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from newswatch.tui.keys import bindings
from newswatch.tui.looks import Looks
from newswatch.tui.paint import Palette, Pieces, palette_of, strip

ItemT = TypeVar("ItemT")

CACHED_ROWS = 1_000


class Drawn(NamedTuple):
    """What stands in a line of the screen: the row, what its look depends on, and the look, once it was drawn."""

    row: int
    look: object
    pieces: Pieces | None


class RowList(ScrollView, Generic[ItemT], can_focus=True):
    """Draws items one a row. A subclass says what an item's id is, and how its row is painted.

    Ids are unique in a list. The items are taken as they are: show another sequence when one changed.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings(
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
        self._hint = 0  # the row where the selected item was last found
        self._rows_by_id: Mapping[str, int] | None = None
        self._drawn: dict[int, Drawn] = {}
        self._strips: dict[str, tuple[object, Strip]] = {}

    def id_of(self, item: ItemT) -> str:
        """What the selection holds on to."""
        raise NotImplementedError

    def draw_item(self, item: ItemT, width: int, *, is_selected: bool) -> Pieces:
        """The row of an item."""
        raise NotImplementedError

    def look_of(self, item: ItemT) -> object:  # noqa: ARG002  for subclasses
        """What the row of an item depends on beside the item, the width and the selection, such as its age in words.

        A row is drawn again only when it is equal no more. None, unless a subclass says better: it may depend on
        anything, so the row is drawn to see whether it looks different.
        """
        return None

    def has_ground(self, *, is_selected: bool) -> bool:
        """Whether a row stands on the ground of a selected one."""
        return is_selected

    @property
    def is_lit(self) -> bool:
        """Whether the selected row stands out; a list among others may say: only while it has the keys."""
        return True

    @property
    def index(self) -> int:
        """The row of the selected item; 0 when nothing is selected."""
        if self._selected is None or not self._items:
            return 0
        if self._hint >= len(self._items) or self.id_of(self._items[self._hint]) != self._selected:
            self._hint = self._row_of(self._selected) or 0
        return self._hint

    @property
    def selected(self) -> ItemT | None:
        """The selected item, None in an empty list."""
        return self._items[self.index] if self._items else None

    def show(self, items: Sequence[ItemT], empty: Sequence[Pieces] = ()) -> None:
        """Shows these items; a selection that is gone goes to the row where it was. `empty` is for no items."""
        before_id, before = self._selected, self.index
        self._take(items, empty)
        if self._selected is None or self._row_of(self._selected) is None:
            self._selected = self.id_of(self._items[min(before, len(self._items) - 1)]) if self._items else None
        # Rows that came in above a selection that stayed do not move it on the screen.
        self._settle(self.index - before if self._selected == before_id else 0)

    def select(self, item_id: str) -> None:
        """Selects an item, if it is there."""
        row = self._row_of(item_id)
        if row is not None:
            self._go(row)

    def refresh_changed(self) -> None:
        """Repaints the rows that read differently by now."""
        if not self._items:
            self._drawn.clear()
            self.refresh()
            return
        width, height, top = self.size.width, self.size.height, self.scroll_offset.y
        rows = {y: self._drawn_at(y + top) for y in range(min(height, len(self._items) - top))}
        changed = [y for y in range(height) if _look(rows.get(y)) != _look(self._drawn.get(y))]
        self._drawn = rows
        if changed:
            self.refresh(*(Region(0, y, width, 1) for y in changed))

    def render_line(self, y: int) -> Strip:
        """See `Widget.render_line`."""
        width, palette = self.size.width, palette_of(self.app.theme_variables)
        if not self._items:
            pieces = self._empty[y] if y < len(self._empty) else ()
            return strip(pieces, width, palette, ellipsis=self._looks.signs.ellipsis)
        row = y + self.scroll_offset.y
        if row >= len(self._items):
            return strip((), width, palette)
        drawn = self._drawn.get(y)
        if drawn is None or drawn.row != row:
            drawn = self._drawn[y] = self._drawn_at(row)
        return self._strip_of(drawn, width, palette)

    def on_resize(self) -> None:
        """The selection stays in sight."""
        self._drawn.clear()
        self._resize_virtual()
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
        """A person wants that row selected; rows beyond the ends are the ends."""
        if not self._items:
            return
        row = min(max(row, 0), len(self._items) - 1)
        chosen = self.id_of(self._items[row])
        if chosen != self._selected:
            self._selected, self._hint = chosen, row
            self._keep_in_sight(0)
            self.refresh_changed()
            self.post_message(self.Moved())

    def _take(self, items: Sequence[ItemT], empty: Sequence[Pieces]) -> None:
        taken = tuple(items)
        if taken is not self._items:
            self._items, self._rows_by_id = taken, None
        self._empty = tuple(empty)

    def _settle(self, moved_by: int) -> None:
        """After other items, or another selection, were taken: the size, the place and the rows follow."""
        self._resize_virtual()
        self._keep_in_sight(moved_by)
        self.refresh_changed()

    def _row_of(self, item_id: str) -> int | None:
        if self._rows_by_id is None:
            self._rows_by_id = {self.id_of(item): row for row, item in enumerate(self._items)}
        return self._rows_by_id.get(item_id)

    def _drawn_at(self, row: int) -> Drawn:
        item = self._items[row]
        item_id = self.id_of(item)
        is_selected = item_id == self._selected and self.is_lit
        depends_on = self.look_of(item)
        if depends_on is not None:
            return Drawn(row, (item_id, item, is_selected, depends_on), None)
        pieces = self.draw_item(item, self.size.width, is_selected=is_selected)
        return Drawn(row, (item_id, pieces, self.has_ground(is_selected=is_selected)), pieces)

    def _strip_of(self, drawn: Drawn, width: int, palette: Palette) -> Strip:
        item = self._items[drawn.row]
        item_id = self.id_of(item)
        look = (drawn.look, width, palette)
        cached = self._strips.get(item_id)
        if cached is not None and cached[0] == look:
            return cached[1]
        if len(self._strips) > CACHED_ROWS:
            self._strips.clear()
        is_selected = item_id == self._selected and self.is_lit
        pieces = drawn.pieces
        if pieces is None:
            pieces = self.draw_item(item, width, is_selected=is_selected)
        ground = "selection" if self.has_ground(is_selected=is_selected) else "background"
        line = strip(pieces, width, palette, ground=ground, ellipsis=self._looks.signs.ellipsis)
        self._strips[item_id] = (look, line)
        return line

    def _resize_virtual(self) -> None:
        size = Size(self.size.width, len(self._items))
        if size != self.virtual_size:
            self.virtual_size = size

    def _keep_in_sight(self, moved_by: int) -> None:
        height, index = max(self.size.height, 1), self.index
        top = self.scroll_offset.y + moved_by
        top = min(max(top, index - height + 1), index)
        top = min(max(top, 0), max(len(self._items) - height, 0))
        if top != self.scroll_offset.y:
            self.scroll_to(y=top, animate=False, immediate=True, force=True)


def _look(drawn: Drawn | None) -> object:
    return None if drawn is None else drawn.look
