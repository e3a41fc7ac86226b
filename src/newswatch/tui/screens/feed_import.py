"""Taking in somebody's list of feeds: it shows what that would bring, and all that is skipped and why, then adds it."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.getters import query_one
from textual.widget import Widget
from textual.widgets import Input

from newswatch.engine.api.feeds import ListedFeeds
from newswatch.tui.desk import Desk
from newswatch.tui.faults import complaint
from newswatch.tui.paint import Pieces
from newswatch.tui.paint.adding import list_rows, said_rows
from newswatch.tui.screens.feed_bringing import FeedBringing, field_row
from newswatch.tui.widgets.detail import Detail
from newswatch.tui.widgets.painted import Fitted
from newswatch.tui.widgets.section_line import SectionLine
from newswatch.tui.words import counted


class FeedImportScreen(FeedBringing):
    """A list (OPML) from a file or an address."""

    AUTO_FOCUS = "#feed-list"
    CALLED = "Import feeds"

    source = query_one("#feed-list", Input)
    detail = query_one(Detail)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._found: ListedFeeds | None = None
        self._mistake = ""
        self._is_reading = False

    def compose_body(self) -> ComposeResult:
        """The name of the list over what it would bring."""
        with Vertical(id="form"):
            yield SectionLine(self.looks, id="form-title")
            named = "~/subscriptions.opml, or its address"
            yield field_row("list", Input(placeholder=named, compact=True, id="feed-list"))
            yield Fitted(self.looks, self._lay_said, id="feed-search")
            yield Detail()

    @property
    def results(self) -> Widget:
        """See `FeedBringing.results`."""
        return self.detail

    def show_view(self) -> None:
        """What a list would bring was worked out when it was read; the heading stands there from the start."""
        self._show_title()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done now is offered."""
        if action == "save":
            return self._found is not None and bool(self._found.fresh)
        return super().check_action(action, parameters)

    @on(Input.Submitted)
    def list_named(self) -> None:
        """Reads it; once that was done, adds what it brings."""
        if self._found is not None and self._found.fresh:
            self.action_save()
        elif typed := self.source.value.strip():
            self.run_worker(self._read(typed), group="search", exclusive=True, exit_on_error=False)

    @on(Input.Changed)
    def list_changed(self) -> None:
        """What was read is another list now."""
        self.workers.cancel_group(self, "search")
        self._found, self._mistake, self._is_reading = None, "", False
        self._show()

    def action_save(self) -> None:
        """Adds what the list brings."""
        if self._found is not None and self._found.fresh:
            self.bring(self._found.fresh)

    def _lay_said(self, width: int) -> list[Pieces]:
        signs = self.looks.signs
        if self._mistake:
            return said_rows(self._mistake, "critical", width, signs.broken)
        if self._is_reading:
            return said_rows(f"reading the list{signs.ellipsis}", "accent", width, signs.checking)
        if self._found is None:
            hint = "A list of feeds as other readers export it (OPML). Nothing in it is executed, nothing overwritten."
            return said_rows(hint, "dim", width)
        if not self._found.fresh:
            return said_rows("This list brings nothing new.", "normal", width, signs.held)
        return []

    async def _read(self, source: str) -> None:
        self._is_reading = True
        self._show()
        try:
            self._found = await self.engine.feeds.read_list(source)
        except Exception as error:  # noqa: BLE001  the root of a task; `complaint` logs what is our fault
            self._mistake = complaint(error, "reading a list of feeds")
        self._is_reading = False
        self._show()

    def _show_title(self) -> None:
        number = len(self._found.fresh) if self._found is not None else 0
        aside = f"{self.looks.signs.enter} adds {counted(number, 'feed')}" if number else ""
        self.title_line.show("Take in a list of feeds", aside)

    def _show(self) -> None:
        if not self.is_composed:
            return
        self._show_title()
        self.said.redraw()
        found = self._found
        if found is None:
            self.detail.show(None, lambda _width: ())
        else:
            self.detail.show(f"{id(found)}", lambda width: list_rows(found, width, self.looks))
        self.refresh_bindings()
