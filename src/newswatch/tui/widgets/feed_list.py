"""The feeds, one a row, and the head above them."""

from __future__ import annotations

from collections.abc import Sequence

from newswatch.model.feed import FeedHealth, FeedId
from newswatch.tui.looks import Looks
from newswatch.tui.paint import Pieces
from newswatch.tui.paint.feeds import (
    Listed,
    Longest,
    feed_columns,
    feed_row,
    feeds_head,
    feeds_line,
    longest_of,
    offline_rows,
)
from newswatch.tui.widgets.lines import Lines
from newswatch.tui.widgets.row_list import RowList


class FeedHead(Lines):
    """The names of the columns, and how many feeds are well."""

    def __init__(self, looks: Looks) -> None:
        super().__init__()
        self._looks = looks
        self._feeds: tuple[FeedHealth, ...] = ()
        self._shown = 0
        self._longest = Longest()
        self._index = 0
        self._how = Listed()

    def show(self, feeds: Sequence[FeedHealth], shown: FeedList, how: Listed) -> None:
        """Shows the head of a list that shows all these feeds, or some of them."""
        self._feeds, self._shown, self._longest = tuple(feeds), shown.number, shown.longest
        self._index, self._how = shown.index, how
        self.redraw()

    def draw(self, width: int) -> Sequence[Pieces]:
        """See `Lines.draw`; in one row only the counts."""
        line = feeds_line(self._feeds, self._shown, self._index, width, self._looks.signs, self._how)
        head = feeds_head(feed_columns(width, self._longest), self._how.sorting)
        return [line] if self.size.height < 2 else [head, line]


class FeedList(RowList[FeedHealth]):
    """The feeds, in the order they are given."""

    def __init__(self, looks: Looks) -> None:
        super().__init__(looks)
        self.longest = Longest()
        self._columns = feed_columns(0, self.longest)
        self._marked: frozenset[FeedId] = frozenset()

    @property
    def number(self) -> int:
        """How many are shown."""
        return len(self._items)

    def id_of(self, item: FeedHealth) -> str:
        """The feed's id."""
        return item.feed.id

    def mark(self, marked: frozenset[FeedId]) -> None:
        """Shows these as picked, and no others."""
        if marked != self._marked:
            self._marked = marked
            self.refresh_changed()

    def show(self, items: Sequence[FeedHealth], empty: Sequence[Pieces] = ()) -> None:
        """See `RowList.show`."""
        self.longest = longest_of(items)
        self._columns = feed_columns(self.size.width, self.longest)
        super().show(items, empty)

    def draw_item(self, item: FeedHealth, width: int, *, is_selected: bool) -> Pieces:
        """See `RowList.draw_item`."""
        if self._columns.width != width:
            self._columns = feed_columns(width, self.longest)
        is_marked = item.feed.id in self._marked
        now, signs = self._looks.now(), self._looks.signs
        return feed_row(item, self._columns, now, signs, is_selected=is_selected, is_marked=is_marked)


class OfflineNote(Lines):
    """Says why nothing comes in while no feed can be reached; not there otherwise."""

    def draw(self, width: int) -> Sequence[Pieces]:
        """See `Lines.draw`."""
        return offline_rows(width)
