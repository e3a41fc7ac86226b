"""One item in full, laid out again when the width changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from newswatch.tui.paint import Pieces
from newswatch.tui.widgets.sheet import Sheet

Lay = Callable[[int], Sequence[Pieces]]


class Detail(Sheet):
    """Shows what a function lays out for its width; from the top when it is of another item."""

    def __init__(self) -> None:
        super().__init__()
        self._item_id: str | None = None
        self._lay: Lay = lambda _width: ()

    def show(self, item_id: str | None, lay: Lay) -> None:
        """Shows an item; nothing for None."""
        is_other = item_id != self._item_id
        self._item_id, self._lay = item_id, lay
        self._show(is_other=is_other)

    def on_resize(self) -> None:
        """Another width, other lines."""
        self._show(is_other=False)

    def _show(self, *, is_other: bool) -> None:
        width = self.text_width
        lines = self._lay(width) if self._item_id is not None and width > 0 else ()
        self.show_lines(lines, is_other=is_other)
