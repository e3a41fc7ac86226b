"""Editing a feed: its name, folder, address, interval, tags, language, and whether it is asked at all."""

from __future__ import annotations

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.getters import query_one
from textual.widgets import Input, Static

from newswatch.engine.api.feeds import FeedDraft
from newswatch.model.feed import FeedHealth, FeedId
from newswatch.tui.desk import Desk
from newswatch.tui.faults import reason
from newswatch.tui.keys import bindings
from newswatch.tui.paint import Pieces
from newswatch.tui.paint.adding import said_rows
from newswatch.tui.places import FEEDS
from newswatch.tui.screens.ask import Ask
from newswatch.tui.screens.base import BaseScreen
from newswatch.tui.screens.feed_bringing import field_row
from newswatch.tui.screens.fields import Fields
from newswatch.tui.widgets.choice import Choice, Option
from newswatch.tui.widgets.painted import Fitted
from newswatch.tui.widgets.section_line import SectionLine
from newswatch.units import format_duration, parse_duration

# What is said under the fields of the one that has the keys.
HINTS = {
    "feed-name": "What you call it. Empty: its own title.",
    "feed-folder": "Folders in folders as in Wires / Sea. One that is new is made.",
    "feed-address": "A new address: the feed is asked there at once.",
    "feed-history": "A site that moved: the history goes along. Other news at the new address: another feed.",
    "feed-interval": "Such as 5m, 1h30m. Empty: newswatch goes by how often it changes, and by what it asks for.",
    "feed-tags": 'Words with commas between. Rules can be limited to them: feeds = ["tag:wires"].',
    "feed-language": "Such as en, uk, pt-BR: for entries that do not say theirs.",
    "feed-state": "A paused feed is not asked; its history stays.",
}
PAUSED = (False, True)
KEEPS = (True, False)


class FeedEditScreen(Fields, BaseScreen):
    """The line of one feed. What was typed is kept whatever the engine says of it."""

    PLACE = FEEDS
    CALLED = "Feed"
    AUTO_FOCUS = "#feed-name"
    BINDINGS = bindings("form.", "field.")

    title_line = query_one("#form-title", SectionLine)
    history = query_one("#feed-history", Choice)
    state = query_one("#feed-state", Choice)
    note = query_one("#form-note", Fitted)

    def __init__(self, desk: Desk, health: FeedHealth) -> None:
        super().__init__(desk)
        self._health = health
        feed = health.feed
        self._before = {
            "feed-name": feed.name,
            "feed-folder": " / ".join(feed.folder),
            "feed-address": health.address,
            "feed-interval": "" if feed.interval_s is None else format_duration(feed.interval_s),
            "feed-tags": ", ".join(feed.tags),
            "feed-language": feed.lang or "",
        }
        self._refusal = ""
        self._is_saving = False
        self.edited: FeedId = feed.id

    def compose_body(self) -> ComposeResult:
        """The fields, and a note on the one that has the keys."""
        with Vertical(id="form"):
            yield SectionLine(self.looks, id="form-title")
            for name in ("name", "folder", "address"):
                hint = self._health.state.title if name == "name" else ""
                yield self._row(name, hint)
            options = [Option("", "goes along", "good"), Option("", "stays behind: another feed", "normal")]
            with Horizontal(classes="field", id="history-row"):
                yield Static(Content("history"))
                yield Choice(self.looks, options, 0, id="feed-history")
            for name in ("interval", "tags", "language"):
                yield self._row(name)
            with Horizontal(classes="field"):
                yield Static(Content("state"))
                options = [Option("", "asked", "good"), Option("", "paused", "normal")]
                yield Choice(self.looks, options, PAUSED.index(self._health.feed.is_paused), id="feed-state")
            yield Fitted(self.looks, self._lay_note, id="form-note")

    def show_view(self) -> None:
        """Says if the feed left meanwhile."""
        has_left = self._health.feed.id not in self.view.feeds and not self._is_saving
        self.title_line.show(f"Edit {self._health.label}{', removed meanwhile' if has_left else ''}")
        self._show_history()

    @property
    def draft(self) -> FeedDraft:
        """The feed as it is typed now. Raises ValueError, with what to write, for what is no interval."""
        written = {name: self.query_one(f"#{name}", Input).value.strip() for name in self._before}
        interval = written["feed-interval"]
        return FeedDraft(
            name=written["feed-name"],
            folder=tuple(name for part in written["feed-folder"].split("/") if (name := part.strip())),
            tags=tuple(tag for part in written["feed-tags"].split(",") if (tag := part.strip())),
            interval_s=parse_duration(interval) if interval else None,
            lang=written["feed-language"],
            is_paused=PAUSED[self.state.index],
            address="" if written["feed-address"] == self._before["feed-address"] else written["feed-address"],
            keeps_history=KEEPS[self.history.index],
        )

    @property
    def unsaved(self) -> str:
        """See `BaseScreen.unsaved`."""
        if not self.is_composed:
            return ""
        written = {name: self.query_one(f"#{name}", Input).value for name in self._before}
        is_same = written == self._before and PAUSED[self.state.index] is self._health.feed.is_paused
        return "" if is_same else f"The feed {self._health.label} has changes that are not saved."

    @on(Input.Changed)
    def field_changed(self) -> None:
        """A refusal holds until something else is typed."""
        self._refusal = ""
        self._show_history()
        self.note.redraw()

    @on(Input.Submitted)
    def action_save(self) -> None:
        """Saves; what makes no sense is said under the fields."""
        if self._is_saving:
            return
        try:
            draft = self.draft
        except ValueError as mistake:
            self._refuse(f"an interval is {mistake}, or nothing", "feed-interval")
            return
        if not self.unsaved:
            self.dismiss(None)
            return
        self._is_saving = True
        self.app.run_worker(self._save(draft), group="verbs", exit_on_error=False)

    def on_descendant_focus(self, _event: events.DescendantFocus) -> None:
        """Another field, another note."""
        if self.is_composed:
            self.note.redraw()

    def action_back(self) -> None:
        """Leaves; asks if something was changed."""
        if not self.unsaved:
            self.dismiss(None)
            return

        def answered(is_wanted: bool | None) -> None:  # noqa: FBT001  Textual calls it so
            if is_wanted:
                self.dismiss(None)

        kept = "feeds.opml stays as it is."
        question = Ask(self.looks, "Throw away what you typed?", [kept], yes="throw it away", no="keep editing")
        self.app.push_screen(question, answered)

    def _row(self, name: str, hint: str = "") -> Horizontal:
        """A field by its name. A key typed by mistake adds to what stands there, and replaces none of it."""
        field = Input(
            self._before[f"feed-{name}"], placeholder=hint, compact=True, select_on_focus=False, id=f"feed-{name}"
        )
        return field_row(name, field)

    def _show_history(self) -> None:
        """The question about the history stands there once the address is another."""
        if self.is_composed:
            written = self.query_one("#feed-address", Input).value.strip()
            self.query_one("#history-row").display = written not in ("", self._before["feed-address"])

    def _lay_note(self, width: int) -> list[Pieces]:
        if self._refusal:
            return said_rows(self._refusal, "critical", width, self.looks.signs.broken)
        focused = self.focused
        hint = HINTS.get(focused.id or "", "") if focused is not None else ""
        return said_rows(hint, "dim", width) if hint else []

    def _refuse(self, text: str, field: str = "") -> None:
        self._refusal = text
        if self.is_composed:
            self.note.redraw()
            if field:
                self.query_one(f"#{field}").focus()

    async def _save(self, draft: FeedDraft) -> None:
        try:
            self.edited = await self.engine.feeds.change(self._health.feed.id, draft)
        except Exception as error:  # noqa: BLE001  the root of a task; `reason` logs what is our fault
            self._refuse(f"not saved: {reason(error, 'saving a feed')}")
        else:
            if self.is_current:
                self.dismiss(None)
        finally:
            self._is_saving = False
