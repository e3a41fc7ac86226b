"""Entries, one a row: the stream, and what a search found; the head above them, and a strip under them."""

from __future__ import annotations

from collections.abc import Sequence

from newswatch.model.stream import Listed
from newswatch.tui.looks import Looks
from newswatch.tui.paint import Pieces
from newswatch.tui.paint.stories import waiting_line
from newswatch.tui.paint.stream import StreamColumns, entry_strip, stream_columns, stream_head, stream_row, when
from newswatch.tui.widgets.lines import Lines
from newswatch.tui.widgets.row_list import RowList


class EntryList(RowList[Listed]):
    """The newest first."""

    def __init__(self, looks: Looks) -> None:
        super().__init__(looks)
        self._columns = stream_columns(0)

    @property
    def columns(self) -> StreamColumns:
        """The columns at the present width."""
        if self._columns.width != self.size.width:
            self._columns = stream_columns(self.size.width)
        return self._columns

    def id_of(self, item: Listed) -> str:
        """Feed and key."""
        return item.id

    def look_of(self, item: Listed) -> object:
        """See `RowList.look_of`: a time of day becomes a day."""
        return when(item.entry.at, self._looks.now(), self._looks.zone)

    def draw_item(self, item: Listed, width: int, *, is_selected: bool) -> Pieces:  # noqa: ARG002  in the columns
        """See `RowList.draw_item`."""
        return stream_row(item, self.columns, self._looks.now(), self._looks, is_selected=is_selected)


class StreamHead(Lines):
    """The names of the columns, and the line above the first row in which arrivals wait."""

    def __init__(self, looks: Looks) -> None:
        super().__init__()
        self._looks = looks
        self._waiting = 0
        self._aside = ""

    def show(self, waiting: int, aside: str) -> None:
        """Shows how many wait, and where one is."""
        self._waiting, self._aside = waiting, aside
        self.redraw()

    def draw(self, width: int) -> Sequence[Pieces]:
        """See `Lines.draw`; in one row only the line that says what waits."""
        line = waiting_line(width, self._waiting, 0, self._aside, self._looks.signs)
        return [line] if self.size.height < 2 else [stream_head(stream_columns(width)), line]

    async def on_click(self) -> None:
        """A click on what waits shows it."""
        if self._waiting:
            await self.run_action("screen.newest")


class EntryStrip(Lines):
    """The beginning of the selected entry."""

    def __init__(self, looks: Looks) -> None:
        super().__init__()
        self._looks = looks
        self._row: Listed | None = None

    def show(self, row: Listed | None) -> None:
        """Shows an entry; nothing for None."""
        self._row = row
        self.redraw()

    def draw(self, width: int) -> Sequence[Pieces]:
        """See `Lines.draw`."""
        return entry_strip(self._row, self._looks.now(), width, self._looks)
