"""The live list on Textual's line API: rows are painted when they are seen, and again only when they change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from newswatch.model.story import Story
from newswatch.tui.listing import Listing
from newswatch.tui.looks import Looks
from newswatch.tui.paint import Pieces
from newswatch.tui.paint.stories import Columns, columns_for, list_head, story_row, waiting_line
from newswatch.tui.widgets.lines import Lines
from newswatch.tui.widgets.row_list import RowList
from newswatch.tui.words import age


class ListHead(Lines):
    """The names of the columns, and the line above the first row in which arrivals wait."""

    def __init__(self, looks: Looks) -> None:
        super().__init__()
        self._looks = looks
        self._listing = Listing()
        self._mode = ""
        self._columns = columns_for(0, ())

    def show(self, listing: Listing, columns: Columns, mode: str) -> None:
        """Shows the head of a listing; `mode` is a word on how it moves, empty while it follows."""
        self._listing, self._columns, self._mode = listing, columns, mode
        self.redraw()

    def draw(self, width: int) -> Sequence[Pieces]:
        """See `Lines.draw`; in one row only the line that says what waits."""
        listing = self._listing
        position = f"{listing.index + 1:,}/{len(listing.rows):,}" if listing.rows else ""
        aside = f" {self._looks.signs.dot} ".join(word for word in (self._mode, position) if word)
        waiting = waiting_line(width, listing.waiting, listing.waiting_held, aside, self._looks.signs)
        return [waiting] if self.size.height < 2 else [list_head(self._columns, self._looks.signs), waiting]

    async def on_click(self) -> None:
        """A click on what waits shows it."""
        if self._listing.waiting or self._listing.waiting_held:
            await self.run_action("screen.newest")


class StoryList(RowList[Story]):
    """Draws a `Listing`. Moving about is asked for as a message: the screen owns the listing."""

    @dataclass
    class Moved(RowList.Moved):
        """A person went to a row."""

        row: int

    def __init__(self, looks: Looks) -> None:
        super().__init__(looks)
        self._listing = Listing()
        self._rule_ids: tuple[str, ...] = ()
        self._columns = columns_for(-1, ())

    @property
    def columns(self) -> Columns:
        """The columns at the present width."""
        if self._columns.width != self.size.width:
            self._columns = columns_for(self.size.width, self._rule_ids)
        return self._columns

    @property
    def index(self) -> int:
        """See `RowList.index`."""
        return self._listing.index

    def show_listing(self, listing: Listing, rule_ids: Sequence[str], empty: Sequence[Pieces]) -> None:
        """Shows a listing; `empty` are the lines to show where it has no rows."""
        before, self._listing = self._listing, listing
        if tuple(rule_ids) != self._rule_ids:
            self._rule_ids = tuple(rule_ids)
            self._columns = columns_for(self.size.width, self._rule_ids)
        self._take(listing.rows, empty)
        self._selected = listing.selected
        # Rows that came in above a selection that stayed do not move it on the screen.
        stays = listing.selected == before.selected and not listing.is_at_top
        self._settle(listing.index - before.index if stays else 0)

    def id_of(self, item: Story) -> str:
        """The story's id."""
        return item.id

    def look_of(self, item: Story) -> object:
        """See `RowList.look_of`."""
        return age(item.at, self._looks.now()), item.id in self._listing.marked, self._rule_ids

    def draw_item(self, item: Story, width: int, *, is_selected: bool) -> Pieces:  # noqa: ARG002  in the columns
        """See `RowList.draw_item`."""
        is_marked = item.id in self._listing.marked
        now, signs = self._looks.now(), self._looks.signs
        return story_row(item, self.columns, now, signs, is_selected=is_selected, is_marked=is_marked)

    def _go(self, row: int) -> None:
        self.post_message(self.Moved(min(max(row, 0), max(len(self._listing.rows) - 1, 0))))
