"""Search: everything that came in, in the language of the rules; found as it is typed."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import replace
from functools import partial

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical
from textual.content import Content
from textual.getters import query_one
from textual.timer import Timer
from textual.widgets import Static, TextArea
from textual.worker import Worker

from newswatch.engine.api import QueryCheck
from newswatch.errors import QueryError
from newswatch.model.found import Found
from newswatch.model.story import Story
from newswatch.model.stream import Listed, with_hits_of_now
from newswatch.tui.desk import Desk
from newswatch.tui.faults import complaint
from newswatch.tui.keys import bindings
from newswatch.tui.paint import Pieces
from newswatch.tui.paint.search import EXAMPLES, SearchState, search_empty
from newswatch.tui.places import SEARCH
from newswatch.tui.recall import Recall
from newswatch.tui.screens.entry import EntryActions, EntryScreen
from newswatch.tui.widgets.entry_list import EntryList, EntryStrip
from newswatch.tui.widgets.entry_pane import EntryPane
from newswatch.tui.widgets.search_field import SearchField
from newswatch.tui.widgets.search_head import SearchHead
from newswatch.tui.widgets.verdict import Ruling, Verdict

SEARCH_AFTER_S = 0.25
"""So long the fingers rest before the history is searched."""
MOST_SHOWN = 1_000
PROMPT_CELLS = 2


class FoundScreen(EntryScreen):
    """An entry that was searched for, full screen."""

    PLACE = SEARCH


class SearchScreen(EntryActions):
    """A query over what it finds. Each key ends the search that is under way."""

    PLACE = SEARCH
    AUTO_FOCUS = "SearchField"
    BINDINGS = bindings("entry.open", "query.", "search.query", "search.new_rule", "pane.")

    query_field = query_one(SearchField)
    verdict = query_one(Verdict)
    head = query_one(SearchHead)
    entries = query_one(EntryList)
    strip = query_one(EntryStrip)
    pane = query_one(EntryPane)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._recall = Recall.of([query for query, _ in EXAMPLES])
        self._check = QueryCheck()
        self._search = SearchState()
        self._stories: tuple[Story, ...] | None = None  # as what was found shows them
        self._timer: Timer | None = None
        self._worker: Worker[None] | None = None

    def compose_body(self) -> ComposeResult:
        """The query over list and entry."""
        with Vertical(id="search"):
            with Vertical(id="asking"):
                with Horizontal():
                    yield Static(Content("/"))
                    yield SearchField("")
                yield Verdict(self.looks)
            with Container(id="pair"):
                with Vertical(id="listing"):
                    yield SearchHead(self.looks)
                    yield EntryList(self.looks)
                    yield EntryStrip(self.looks)
                yield EntryPane(self.looks)

    def on_mount(self) -> None:
        """Sizes follow the list's own."""
        self.call_after_refresh(self._show)

    def show_view(self) -> None:
        """Says how much came in since."""
        found = self._search.found
        newer = max(self.view.totals.entries - found.entries, 0) if found is not None and found.is_complete else 0
        if newer != self._search.newer:
            self._search = replace(self._search, newer=newer)
            if self.is_composed and found is not None and not found.rows:
                self._show()
            else:
                self._show_head()

    def show_time(self) -> None:
        """What was found shows what became of it: acked, held, watched for; and a time of day becomes a day."""
        found = self._search.found
        if found is not None and found.rows and self.view.stories is not self._stories:
            self._stories = self.view.stories
            rows = with_hits_of_now(found.rows, self.view.stories, may_grow=True)
            if rows != found.rows:
                self._search = replace(self._search, found=replace(found, rows=rows))
                self._show()
        self.entries.refresh_changed()

    def entry_at_hand(self) -> Listed | None:
        """The selected entry."""
        return self.entries.selected if self.is_composed else None

    def entry_screen(self, row: Listed) -> EntryScreen:
        """See `EntryActions.entry_screen`."""
        return FoundScreen(self.desk, row)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done now is offered."""
        match action:
            case "open_entry":
                return self.is_composed and not self.query_field.has_focus and self.entry_at_hand() is not None
            case "to_query":
                return self.is_composed and not self.query_field.has_focus
            case "rule_of_query":
                return self.is_composed and bool(self._query) and self._check.is_good
            case "switch_words":
                return bool(self._query and self._check.otherwise)
            case "next_pane":
                return self.is_composed and self.entry_at_hand() is not None
            case _:
                return super().check_action(action, parameters)

    @on(TextArea.Changed)
    def query_changed(self) -> None:
        """Ends what is being searched for; the new query is searched for once the fingers rest."""
        if self._worker is not None:
            self._worker.cancel()
        if self._timer is not None:
            self._timer.stop()
        self._check = self.engine.check_query(self._query) if self._query else QueryCheck()
        self._rule()
        if not self._query or not self._check.is_good:
            self._search = SearchState() if not self._query else replace(self._search, is_running=False, is_old=True)
            self._show()
            return
        self._search = replace(self._search, is_running=True, error="", is_old=False)
        self._show_head()
        self._timer = self.set_timer(SEARCH_AFTER_S, self._begin)

    @on(SearchField.Asked)
    def asked(self) -> None:
        """To what was found; the query is remembered. One that found nothing is asked again."""
        self._recall = self._recall.remembered(self._query)
        if self.entries.selected is not None:
            self.entries.focus()
        if self._query and self._check.is_good and (self._search.newer or not self._search.is_running):
            self._begin()

    @on(SearchField.Recalled)
    def recalled(self, recalled: SearchField.Recalled) -> None:
        """To another query; below the last one are the results."""
        typed = self.query_field.text
        after = self._recall.up(typed) if recalled.by > 0 else self._recall.down(typed)
        if after.text == typed and recalled.by < 0 and self.entries.selected is not None:
            self.entries.focus()
            return
        self._recall = after
        if after.text != typed:
            self.query_field.text = after.text
            self.query_field.move_cursor(self.query_field.document.end)

    @on(EntryList.Moved)
    def went_to_row(self) -> None:
        """Shows another entry."""
        self._show_selected()

    @on(EntryList.Opened)
    def opened(self) -> None:
        """With the mouse."""
        self.action_open_entry()

    def action_to_query(self) -> None:
        """Back to the query."""
        self.query_field.focus()

    def action_next_pane(self) -> None:
        """From the query to the results, to the entry, and round."""
        panes = [self.query_field, self.entries, *([self.pane] if self.pane.display else [])]
        at = next((number for number, pane in enumerate(panes) if pane.has_focus), 0)
        panes[(at + 1) % len(panes)].focus()

    def action_switch_words(self) -> None:
        """The words as one phrase, or all of them anywhere."""
        if self._check.otherwise:
            self.query_field.put(self._check.otherwise)

    def action_rule_of_query(self) -> None:
        """Opens the editor on a new rule with this query."""
        if self._query and self._check.is_good:
            self._recall = self._recall.remembered(self._query)
            self.post_message(self.RuleWanted(None, self._query))

    def action_back(self) -> None:
        """From the query to the results, from the entry to the list; from there home."""
        if self.pane.has_focus or (self.query_field.has_focus and self.entries.selected is not None):
            self.entries.focus()
        else:
            self.app.switch_mode(self.desk.places[0].name)

    def on_resize(self, _event: events.Resize) -> None:
        """What a size has room for is shown with what it needs."""
        self.call_after_refresh(self._rule)
        self.call_after_refresh(self._show)

    @property
    def _query(self) -> str:
        return self.query_field.text.strip() if self.is_composed else ""

    def _begin(self) -> None:
        """Searches for what is typed now."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if self.is_composed and self._query and self._check.is_good:
            self._search = replace(self._search, is_running=True, error="", newer=0)
            self._show_head()
            find = partial(self._find, self.query_field.text)
            self._worker = self.run_worker(find, group="search", exclusive=True, exit_on_error=False)

    async def _find(self, query: str) -> None:
        is_first = True
        try:
            async with aclosing(self.engine.history.search(query, MOST_SHOWN)) as snapshots:
                async for found in snapshots:
                    if found.asked or found.is_complete:
                        self._take(found, is_first=is_first)
                        is_first = False
        except QueryError as mistake:
            self._check = QueryCheck(mistake.message, mistake.offset, mistake.hint)
            self._stop("", query)
        except Exception as error:  # noqa: BLE001  the root of a task; `complaint` logs what is our fault
            self._stop(complaint(error, "a search"), query)

    def _take(self, found: Found, *, is_first: bool) -> None:
        """Shows what was found so far; the first of it from its top."""
        before = self._search.found
        self._search = SearchState(found, is_running=not found.is_complete)
        if not self.is_composed:
            return
        if is_first or before is None or found.rows != before.rows or found.is_complete:
            self._show(from_top=is_first)
        else:
            self._show_head()

    def _stop(self, error: str, query: str) -> None:
        self._search = replace(self._search, is_running=False, error=error)
        if self.is_composed and query == self.query_field.text:
            self._rule()
            self._show()

    def _rule(self) -> None:
        """What is wrong with the query, with a caret under it; what else can be said of it."""
        if not self.is_composed:
            return
        field, check = self.query_field, self._check
        offset = check.offset if not check.is_good and self._query else None
        field.mark_mistake(offset)
        has_more = bool(self._query) and (not check.is_good or bool(check.hints))
        self.verdict.display = has_more or bool(self._search.error)
        if not self.verdict.display:
            return
        caret: int | None = None
        if offset is not None:
            place = field.cell_of(offset)
            caret = place.x + PROMPT_CELLS if place.y == field.scroll_offset.y + field.size.height - 1 else None
        self.verdict.show(Ruling(field.text, check, caret, self._search.error))

    def _show(self, *, from_top: bool = False) -> None:
        if not self.is_composed:
            return
        found = self._search.found
        rows = found.rows if found is not None and self._query else ()
        self.entries.show(rows, self._empty())
        if from_top and not self.entries.has_focus:
            self.entries.action_top()
        self._show_selected()

    def _show_selected(self) -> None:
        row = self.entries.selected
        self.set_class(row is None, "-empty")
        if self.strip.display:
            self.strip.show(row)
        if self.pane.display:
            self.pane.show_entry(row)
        self._show_head()
        self.refresh_bindings()

    def _show_head(self) -> None:
        found = self._search.found
        position = f"{self.entries.index + 1:,}/{len(found.rows):,}" if found is not None and found.rows else ""
        self.head.show(self._search if self._query else SearchState(), position)

    def _empty(self) -> Sequence[Pieces]:
        size = self.entries.size
        is_phrase = bool(self._check.otherwise) and not self._check.otherwise.startswith('"')
        return search_empty(self._search, self._query, size.width, size.height, is_phrase=is_phrase)
