"""Stream: every entry as it comes in, newest first, what a rule matched marked: to see what the rules miss."""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.getters import query_one
from textual.widgets import Input

from newswatch.errors import NewswatchError
from newswatch.model.event import Liveness, Totals
from newswatch.model.feed import FeedId
from newswatch.model.stream import Listed
from newswatch.tui.desk import Desk
from newswatch.tui.entry_filter import ENTRY_STATES, EntryNeedle
from newswatch.tui.keys import bindings
from newswatch.tui.paint import Pieces
from newswatch.tui.paint.empty_stream import EmptyStream, empty_stream
from newswatch.tui.places import STREAM
from newswatch.tui.screens.entry import EntryActions
from newswatch.tui.screens.sources import SourcesScreen
from newswatch.tui.stream_listing import MOST_LET_IN, PAGE, StreamListing
from newswatch.tui.widgets.entry_list import EntryList, EntryStrip, StreamHead
from newswatch.tui.widgets.entry_pane import EntryPane
from newswatch.tui.widgets.filter_line import FilterLine

IDLE_S = 300.0
BUSY_S = 2.0  # under a hand that pressed a key this recently nothing slides: it acts on the row that is lit
NEAR_END = 20  # rows before the last at which the next page is asked for

log = logging.getLogger(__name__)


class StreamScreen(EntryActions, SourcesScreen):
    """Pulls the newest part of the history when it changed and is looked at, at most once a second.

    The list holds and follows as Alerts does: on the first row it follows, off it nothing moves.
    """

    PLACE = STREAM
    AUTO_FOCUS = "EntryList"
    BINDINGS = bindings("entry.open", "list.newest", "list.follow", "list.filter", "pane.")

    head = query_one(StreamHead)
    entries = query_one(EntryList)
    filter_line = query_one(FilterLine)
    strip = query_one(EntryStrip)
    pane = query_one(EntryPane)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.listing = StreamListing()
        self._pulled: Totals | None = None  # as of when the history was asked; None: it is to be asked
        self._is_pulling = False
        self._lets_in = False
        self._goes_to_top = False
        self._is_growing = False
        self._trouble = ""
        self._follows = True
        self._is_on_hold = False
        self._touched_s = -math.inf

    @property
    def is_following(self) -> bool:
        """Whether arrivals come in at once: not under a busy hand, and not over what is being read."""
        if self._is_on_hold or not self._follows or self.app.screen is not self:
            return False
        return self._rest_s >= IDLE_S or not (self._rest_s < BUSY_S or self._is_reading or self.filter_line.is_open)

    @property
    def _rest_s(self) -> float:
        return self.looks.monotonic() - self._touched_s

    @property
    def _is_reading(self) -> bool:
        return self.pane.display and (self.pane.has_focus or self.pane.scroll_offset.y > 0)

    def compose_body(self) -> ComposeResult:
        """List and entry; newswatch.tcss says how they share the room."""
        with Container(id="pair"):
            with Vertical(id="listing"):
                yield StreamHead(self.looks)
                yield EntryList(self.looks)
                yield FilterLine()
                yield EntryStrip(self.looks)
            yield EntryPane(self.looks)

    def on_mount(self) -> None:
        """Sizes follow the list's own."""
        self.filter_line.needle.placeholder = (
            "headline, source, rule:… is:hit is:unmatched; ! turns it round; Esc clears"
        )
        self.call_after_refresh(self._show)

    def show_view(self) -> None:
        """The first look at the history is taken at once; what changes in it is seen to within a second."""
        if self._pulled is None and not self._trouble:
            self._pull()

    def show_time(self) -> None:
        """What changed is asked for; after five minutes without a key following returns."""
        if self._rest_s >= IDLE_S and self.app.screen is self:
            self._follows = True
        if self._is_stale or (self.listing.waiting and self.is_following):
            self._pull()
        self.entries.refresh_changed()

    def on_screen_resume(self, _event: events.ScreenResume) -> None:
        """Back from an entry or another screen: what came meanwhile waits, unless the first row is selected."""
        self.view = self.desk.latest()
        if self._is_stale:
            self._pull()

    def touch(self) -> None:
        """A person is there."""
        super().touch()
        self._touched_s = self.looks.monotonic()

    def entry_at_hand(self) -> Listed | None:
        """The selected entry."""
        return self.entries.selected if self.is_composed else None

    def source_at_hand(self) -> FeedId | None:
        """The feed of the selected entry."""
        row = self.entry_at_hand()
        return None if row is None else row.entry.feed_id

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done now is offered."""
        match action:
            case "filter":
                return bool(self.listing.let_in)
            case "follow":
                return self.is_composed and bool(self.listing.let_in) and not self.filter_line.is_open
            case "newest":
                return bool(self.listing.waiting) or not self._is_at_top
            case "next_pane":
                return self.is_composed and self.pane.display and self.entry_at_hand() is not None
            case _:
                return super().check_action(action, parameters)

    @on(EntryList.Moved)
    def went_to_row(self) -> None:
        """On the first row the list follows, off it it holds; near the last the next page comes."""
        self._follows = self._is_at_top
        self._show_selected()
        self._grow()

    @on(EntryList.Opened)
    def opened(self) -> None:
        """With the mouse."""
        self.action_open_entry()

    def action_newest(self) -> None:
        """Shows what waits, and goes to the newest."""
        self._follows, self._is_on_hold, self._goes_to_top = True, False, True
        self._pull(lets_in=True)

    def action_follow(self) -> None:
        """Follows, where the list holds for whatever reason: what waited comes in above the selected entry, and more
        follows by itself. Else holds, until it is asked for again.
        """
        self._is_on_hold = self._follows and not self._is_on_hold
        if self._is_on_hold:
            self.flash("the list holds still: arrivals wait until f again")
        else:
            self._follows = True
            self._pull(lets_in=True)
            self.flash("the list follows: arrivals come in by themselves")
        self._show_head()

    def action_filter(self) -> None:
        """Opens the filter line."""
        self.filter_line.open()
        self.refresh_bindings()

    def action_next_pane(self) -> None:
        """From the list to the entry, and back."""
        (self.pane if self.entries.has_focus else self.entries).focus()

    def action_back(self) -> None:
        """From the entry to the list; out of the filter, the selection staying with its entry; then home."""
        if self.pane.has_focus:
            self.entries.focus()
        elif self.filter_line.is_open:
            self.entries.focus()
            self.filter_line.close()
            self._filter("")
        else:
            self.app.switch_mode(self.desk.places[0].name)

    @on(Input.Changed)
    def filter_changed(self, changed: Input.Changed) -> None:
        """Filters as it is typed."""
        self._filter(changed.value)

    @on(Input.Submitted)
    def filter_submitted(self) -> None:
        """To the rows that passed; the filter stays until Esc."""
        self.entries.focus()
        if self.listing.needle.is_empty:
            self.action_back()

    @on(FilterLine.Stepped)
    def filter_stepped(self, stepped: FilterLine.Stepped) -> None:
        """Moves the selection from within the filter line."""
        (self.entries.action_down if stepped.by > 0 else self.entries.action_up)()

    def on_resize(self, _event: events.Resize) -> None:
        """What a size has room for is shown with what it needs."""
        self.call_after_refresh(self._show)

    @property
    def _is_stale(self) -> bool:
        """Whether entries or hits were stored since the history was asked."""
        return self.view.totals is not self._pulled

    @property
    def _is_at_top(self) -> bool:
        return not self.is_composed or self.entries.index == 0

    def _filter(self, text: str) -> None:
        if text != self.listing.needle.text:
            self.listing = self.listing.filtered(EntryNeedle(text))
            self._show()
            self._grow()
            if self.listing.newer:
                self._pull()  # how many of those that wait pass

    def _pull(self, *, lets_in: bool = False) -> None:
        """Asks for the newest part of the history, unless it is being asked for already; then all of it comes in if a
        person wants it to (`lets_in`).
        """
        self._lets_in = self._lets_in or lets_in
        if self.is_composed and not self._is_pulling:
            self._is_pulling = True
            self.run_worker(self._pull_newest(), group="pull", exit_on_error=False)

    async def _pull_newest(self) -> None:
        totals, asked = self.view.totals, self.listing.wanted
        try:
            page = await self.engine.history.newest(asked)
        except NewswatchError as refused:
            self._trouble = str(refused)
        except Exception as error:  # the root of a task: a fault of ours must not end the monitor
            log.exception("the newest entries could not be read")
            self._trouble = f"that failed: {type(error).__name__}: {error}. It is in the log."
        else:
            self._trouble, self._pulled = "", totals
            if self._lets_in or self.is_following or not self.listing.let_in:
                self._goes_to_top = self._goes_to_top or (self.is_following and self._is_at_top)
                is_at_top = self._goes_to_top or self._is_at_top
                self._lets_in = False
                self.listing = self.listing.follow(page, asked, is_at_top=is_at_top)
            else:
                self.listing = self.listing.hold(page)
        finally:
            self._is_pulling = False
        self._show()

    def _grow(self) -> None:
        """Asks for a page of older entries where the end is near."""
        is_near_end = self.is_composed and self.entries.index >= len(self.listing.rows) - NEAR_END
        if is_near_end and self.listing.can_grow and not self._is_growing:
            self._is_growing = True
            self.run_worker(self._pull_older(), group="older", exit_on_error=False)

    async def _pull_older(self) -> None:
        last = self.listing.let_in[-1].entry
        try:
            page = await self.engine.history.newest(PAGE, last)
        except Exception as error:  # noqa: BLE001  the root of a task; `flash_error` logs what is our fault
            self.flash_error(error, "reading older entries")
            return
        finally:
            self._is_growing = False
        if self.listing.let_in and self.listing.let_in[-1].entry.key == last.key:
            self.listing = self.listing.with_older(page)
            self._show()
        self.call_later(self._grow)  # a filter may have left nothing of the page

    def _show(self) -> None:
        if not self.is_composed:
            return
        self.entries.show(self.listing.rows, self._empty())
        if self._goes_to_top:
            self._goes_to_top = False
            self.entries.action_top()
        self._show_selected()

    def _show_selected(self) -> None:
        row = self.entries.selected
        if self.strip.display:
            self.strip.show(row)
        if self.pane.display:
            self.pane.show_entry(row)
        self._show_head()
        self.refresh_bindings()

    def _show_head(self) -> None:
        listing, dot = self.listing, self.looks.signs.dot
        words = []
        if self._is_on_hold:
            words.append("on hold (f)")
        if self.filter_line.is_open:
            self.filter_line.say(listing.needle, len(listing.rows), len(listing.let_in), ENTRY_STATES)
        if listing.rows:
            of_all = listing.entries if listing.needle.is_empty else len(listing.rows)
            words.append(f"{self.entries.index + 1:,} of {of_all:,}")
        if len(listing.let_in) >= MOST_LET_IN and self.entries.index >= len(listing.rows) - 1:
            words = ["6 searches what is older", *words[-1:]]
        self.head.show(listing.waiting, f" {dot} ".join(words))

    def _empty(self) -> Sequence[Pieces]:
        is_starting = self.view.liveness is Liveness.STARTING or self._pulled is None
        state = EmptyStream(self.listing.needle.text.strip(), self._trouble, is_starting=is_starting)
        return empty_stream(state, self.view, self.entries.size, self.looks.signs)
