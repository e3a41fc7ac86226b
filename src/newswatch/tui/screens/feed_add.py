"""Adding feeds: an address is typed, the feeds behind it are looked for, and the chosen ones go into feeds.opml."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import replace

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.getters import query_one
from textual.widget import Widget
from textual.widgets import Input

from newswatch.engine.api.feeds import Candidate, Search
from newswatch.tui.desk import Desk
from newswatch.tui.faults import complaint
from newswatch.tui.paint import Pieces
from newswatch.tui.paint.adding import candidate_row, candidate_rows, search_rows
from newswatch.tui.screens.feed_bringing import FeedBringing, field_row
from newswatch.tui.widgets.check_list import CheckList
from newswatch.tui.widgets.painted import Fitted
from newswatch.tui.widgets.section_line import SectionLine
from newswatch.tui.words import counted


class FeedAddScreen(FeedBringing):
    """Where feeds are found. `folder` is what the folder's field begins with."""

    AUTO_FOCUS = "#feed-address"
    CALLED = "Add a feed"

    address = query_one("#feed-address", Input)
    folder = query_one("#feed-folder", Input)
    found = query_one(CheckList)
    about = query_one("#feed-about", Fitted)

    def __init__(self, desk: Desk, folder: str = "") -> None:
        super().__init__(desk)
        self._folder = folder
        self._search: Search | None = None
        self._mistake = ""
        self._candidates: dict[str, Candidate] = {}

    def compose_body(self) -> ComposeResult:
        """The address over what was found behind it."""
        with Vertical(id="form"):
            yield SectionLine(self.looks, id="form-title")
            yield field_row("address", Input(placeholder="https://example.org/", compact=True, id="feed-address"))
            folders = "none; or such as Wires / Sea"
            yield field_row("folder", Input(self._folder, placeholder=folders, compact=True, id="feed-folder"))
            yield Fitted(self.looks, self._lay_search, id="feed-search")
            yield CheckList(self.looks)
            yield Fitted(self.looks, lambda width: candidate_rows(self._selected, width, self.looks), id="feed-about")

    @property
    def results(self) -> Widget:
        """See `FeedBringing.results`."""
        return self.found

    def show_view(self) -> None:
        """What is found does not depend on the view; the heading stands there from the start."""
        self._show_choice()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done now is offered."""
        if action == "save":
            return self.is_composed and bool(self.found.chosen)
        return super().check_action(action, parameters)

    @property
    def unsaved(self) -> str:
        """See `BaseScreen.unsaved`."""
        return "Feeds that you chose are not added." if self.is_composed and self.found.chosen else ""

    @on(Input.Submitted, "#feed-address")
    def address_given(self) -> None:
        """Looks for the feeds behind it; where some were found already, goes on to them."""
        typed = self.address.value.strip()
        if self._has_new:
            self.found.focus()
        elif typed:
            self.run_worker(self._look(typed), group="search", exclusive=True, exit_on_error=False)

    @on(Input.Changed, "#feed-address")
    def address_changed(self) -> None:
        """What was found is of another address now."""
        self.workers.cancel_group(self, "search")
        if self._search is not None or self._mistake:
            self._search, self._mistake, self._candidates = None, "", {}
            self._show()

    @on(Input.Submitted, "#feed-folder")
    def folder_given(self) -> None:
        """On to what was found."""
        (self.found if self._candidates else self.address).focus()

    @on(CheckList.Changed)
    @on(CheckList.Moved)
    def choice_changed(self) -> None:
        """Says what would be added."""
        self._show_choice()

    def action_save(self) -> None:
        """Adds what is chosen; the one that is selected, if nothing is."""
        chosen = self.found.chosen
        if not chosen and self._selected is not None and not self._selected.known:
            chosen = (self._selected.feed.id,)
        if not chosen:
            self.flash("nothing is chosen: space chooses a feed" if self._candidates else "no feed was found yet")
        else:
            folder = tuple(name.strip() for name in self.folder.value.split("/") if name.strip())
            wanted = [self._candidates[one] for one in chosen if one in self._candidates]
            self.bring([replace(one.feed, name=one.title or one.feed.name, folder=folder) for one in wanted])

    @property
    def _selected(self) -> Candidate | None:
        row = self.found.selected if self.is_composed else None
        return self._candidates.get(row.id) if row is not None else None

    def _lay_search(self, width: int) -> list[Pieces]:
        return search_rows(self._search, self._mistake, width, self.looks)

    async def _look(self, typed: str) -> None:
        self._search, self._mistake = Search(), ""
        self._show()
        try:
            async with aclosing(self.engine.feeds.discover(typed)) as snapshots:
                async for search in snapshots:
                    self._search = search
                    self._show()
        except Exception as error:  # noqa: BLE001  the root of a task; `complaint` logs what is our fault
            self._search, self._mistake = None, complaint(error, "looking for feeds")
        self._show()

    @property
    def _has_new(self) -> bool:
        """Whether a feed was found that is not there already."""
        return any(not candidate.known for candidate in self._candidates.values())

    def _show(self) -> None:
        """Shows what was found until now. The first one is chosen; what a person chose since then stays."""
        if not self.is_composed:
            return
        had_new, chosen = self._has_new, self.found.chosen
        found = self._search.found if self._search is not None else ()
        self._candidates = {candidate.feed.id: candidate for candidate in found}
        if not had_new:
            chosen = tuple(candidate.feed.id for candidate in found if not candidate.known)[:1]
        self.found.offer([candidate_row(candidate) for candidate in found], chosen)
        if chosen and not had_new:
            self.found.focus()
            self.found.select(chosen[0])
        self.said.redraw()
        self._show_choice()

    def _show_choice(self) -> None:
        number = len(self.found.chosen)
        self.title_line.show("Add a feed", f"{counted(number, 'feed')} chosen" if self._candidates else "")
        self.about.redraw()
        self.refresh_bindings()
