"""What a number of the pulse counts, item by item: the same ones, however much comes in meanwhile."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.getters import query_one

from newswatch.model.pulse import Wanted
from newswatch.model.story import Story
from newswatch.model.stream import Listed, with_hits_of_now
from newswatch.tui.desk import Desk
from newswatch.tui.keys import bindings
from newswatch.tui.paint import Piece, Pieces
from newswatch.tui.paint.ledger import items_title
from newswatch.tui.paint.stream import stream_columns, stream_head
from newswatch.tui.places import PULSE
from newswatch.tui.screens.entry import EntryActions
from newswatch.tui.widgets.entry_list import EntryList
from newswatch.tui.widgets.painted import Painted

PAGE = 500


class CountedScreen(EntryActions):
    """A list of entries, newest first. At its end more come, as long as there are."""

    PLACE = PULSE
    AUTO_FOCUS = "EntryList"
    BINDINGS = bindings("entry.open", "app.back")

    head = query_one("#counted-head", Painted)
    entries = query_one(EntryList)

    def __init__(self, desk: Desk, wanted: Wanted) -> None:
        super().__init__(desk)
        self._wanted = wanted
        self._rows: tuple[Listed, ...] | None = None
        self._stories: tuple[Story, ...] | None = None  # as the rows show them
        self._asked = PAGE
        self._is_asking = False

    def compose_body(self) -> ComposeResult:
        """The list under its heading."""
        with Vertical(id="listing"):
            yield Painted(self._heading, id="counted-head")
            yield EntryList(self.looks)

    def on_mount(self) -> None:
        """Asks for the first of them."""
        self._ask()

    def entry_at_hand(self) -> Listed | None:
        """The selected entry."""
        return self.entries.selected if self.is_composed else None

    def show_view(self) -> None:
        """What was counted stays; it shows what became of it, acked, say."""
        if not self.is_composed:
            return
        if self._rows and self.view.stories is not self._stories:
            self._stories = self.view.stories
            rows = with_hits_of_now(self._rows, self._stories, may_grow=False)
            if rows != self._rows:
                self._rows = rows
                self.entries.show(rows)
        self.head.redraw()

    def show_time(self) -> None:
        """A time of day becomes a day."""
        self.entries.refresh_changed()

    @on(EntryList.Moved)
    def moved(self) -> None:
        """Another entry; near the end more are asked for."""
        self.head.redraw()
        self.refresh_bindings()
        rows = self._rows or ()
        if self._may_have_more and self.entries.index >= len(rows) - self.entries.size.height:
            self._asked += 4 * PAGE
            self._ask()

    @on(EntryList.Opened)
    def opened(self) -> None:
        """With the mouse."""
        self.action_open_entry()

    def action_back(self) -> None:
        """Back to the numbers."""
        self.dismiss(None)

    @property
    def _may_have_more(self) -> bool:
        rows = self._rows or ()
        items = sum(len(row.hits) for row in rows) if self._wanted.line.is_of_hits else len(rows)
        return not self._is_asking and items >= self._asked

    def _heading(self, width: int) -> list[Pieces]:
        rows = self._rows
        title = items_title(self._wanted, rows, width, self.looks, has_more=self._may_have_more)
        under = (
            [Piece("   There is nothing of it any more.", "dim")] if rows == () else stream_head(stream_columns(width))
        )
        return [title, under]

    def _ask(self) -> None:
        self._is_asking = True
        self.run_worker(self._take(), group="items", exit_on_error=False)

    async def _take(self) -> None:
        try:
            rows = tuple(await self.engine.pulse.items(self._wanted, self._asked))
        except Exception as error:  # noqa: BLE001  the root of a task; `flash_error` logs what is our fault
            self.flash_error(error, "listing what was counted")
            return
        finally:
            self._is_asking = False
        self._rows = rows
        if self.is_composed:
            self.entries.show(rows)
            self.head.redraw()
            self.refresh_bindings()
