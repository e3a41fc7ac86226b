"""An entry in full, under or beside its list, or alone."""

from __future__ import annotations

from newswatch.model.stream import Listed
from newswatch.tui.looks import Looks
from newswatch.tui.paint.entry import entry_rows
from newswatch.tui.widgets.detail import Detail


class EntryPane(Detail):
    """The text with the matched words in it; `is_alone` on a screen of its own, where it stands in the middle."""

    def __init__(self, looks: Looks, *, is_alone: bool = False) -> None:
        super().__init__()
        self._looks = looks
        self._is_alone = is_alone
        self._row: Listed | None = None

    def show_entry(self, row: Listed | None) -> None:
        """Shows an entry; nothing for None."""
        if row is not None and row == self._row:
            return
        self._row = row
        if row is None:
            self.show(None, lambda _width: ())
        else:
            now, is_alone = self._looks.now(), self._is_alone
            self.show(row.id, lambda width: entry_rows(row, now, width, self._looks, is_centred=is_alone))
