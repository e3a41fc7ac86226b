"""Feeds: where the news comes from, and how each feed is doing. What can be done about it: `feed_verbs`."""

from __future__ import annotations

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.getters import query_one
from textual.widgets import Input

from newswatch.model.event import Liveness
from newswatch.model.feed import FeedHealth, FeedId
from newswatch.tui.desk import Desk
from newswatch.tui.feed_order import Sorting, listed
from newswatch.tui.keys import bindings
from newswatch.tui.outside import edit_feeds
from newswatch.tui.paint.feed import feed_detail
from newswatch.tui.paint.feeds import Listed, no_feeds
from newswatch.tui.picking import at_hand
from newswatch.tui.places import FEEDS
from newswatch.tui.screens.browse import ask_to_open
from newswatch.tui.screens.feed_add import FeedAddScreen
from newswatch.tui.screens.feed_edit import FeedEditScreen
from newswatch.tui.screens.feed_import import FeedImportScreen
from newswatch.tui.screens.feed_verbs import FeedVerbs
from newswatch.tui.widgets.detail import Detail
from newswatch.tui.widgets.feed_list import FeedHead, FeedList, OfflineNote
from newswatch.tui.widgets.filter_line import FilterLine
from newswatch.tui.words import counted

NEEDS_FEED = frozenset({"edit_feed", "select", "select_all"})
FILTER_HINT = "name, folder, tag, state or error; ! for without; Esc clears"


class FeedsScreen(FeedVerbs):
    """A list of feeds over, or beside, the selected one in full."""

    PLACE = FEEDS
    AUTO_FOCUS = "FeedList"
    BINDINGS = bindings("feed.", "pane.", "triage.undo")

    note = query_one(OfflineNote)
    head = query_one(FeedHead)
    feeds = query_one(FeedList)
    filter_line = query_one(FilterLine)
    detail = query_one(Detail)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._only_failing = False
        self._sorting = Sorting.FILE
        self._needle = ""
        self._listed: list[FeedHealth] = []
        self._marked: frozenset[FeedId] = frozenset()
        self._wanted: FeedId | None = None

    def compose_body(self) -> ComposeResult:
        """List and detail; newswatch.tcss says how they share the room."""
        with Container(id="pair"):
            with Vertical(id="listing"):
                yield OfflineNote()
                yield FeedHead(self.looks)
                yield FeedList(self.looks)
                yield FilterLine()
            yield Detail()

    def on_mount(self) -> None:
        """Sizes follow the list's own."""
        self.filter_line.needle.placeholder = FILTER_HINT
        self.call_after_refresh(self.show_view)

    def show_view(self) -> None:
        """Shows the feeds in their order, or those of them that are asked for."""
        self.note.display = self.view.liveness is Liveness.OFFLINE
        is_filtered = bool(self.view.feeds) and (self._only_failing or bool(self._needle))
        empty = no_feeds(
            self.view.liveness, self.looks.signs, is_filtered=is_filtered, needle=self._needle if is_filtered else ""
        )
        self._listed = self._shown()
        self.feeds.show(self._listed, empty)
        if self._wanted is not None and self._wanted in self.view.feeds:
            self.feeds.select(self._wanted)
            self._wanted = None
        self._show_selected()

    def show_time(self) -> None:
        """Ages grow, and what is due comes nearer."""
        self.feeds.refresh_changed()
        self._show_detail()

    def on_resize(self, _event: events.Resize) -> None:
        """What a size has room for is shown with what it needs."""
        self.call_after_refresh(self.show_view)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done now is offered."""
        if action in NEEDS_FEED:
            return self.selected is not None
        match action:
            case "sort_feeds" | "filter":
                return bool(self.view.feeds)
            case "edit_feeds_file":
                return self.desk.feeds_file is not None
            case "only_failing":
                return self._only_failing or bool(self.view.feeds_failing or self.view.feeds_retrying)
            case "open_site":
                return self.selected is not None and self.selected.feed.site is not None
            case "next_pane":
                return self.selected is not None and self.detail.display
            case _:
                return super().check_action(action, parameters)

    def go_to(self, feed_id: FeedId) -> None:
        """Selects a feed, as soon as it is there."""
        self._wanted = feed_id
        if self.is_composed:
            self.show_view()

    @on(FeedList.Moved)
    def feed_selected(self) -> None:
        """Shows another feed in full."""
        self._show_selected()

    @on(FeedList.Opened)
    def action_edit_feed(self) -> None:
        """Opens the form with the selected feed."""
        if (health := self.selected) is None:
            return
        screen = FeedEditScreen(self.desk, health)

        def left(_: None) -> None:
            self.go_to(screen.edited)

        self.app.push_screen(screen, left)

    def action_add_feed(self) -> None:
        """Opens the form that finds feeds; its folder is that of the selected one."""
        health = self.selected
        screen = FeedAddScreen(self.desk, " / ".join(health.feed.folder) if health is not None else "")
        self.app.push_screen(screen, lambda _: self._came(screen.added))

    def action_import_feeds(self) -> None:
        """Opens the form that takes in a list."""
        screen = FeedImportScreen(self.desk)
        self.app.push_screen(screen, lambda _: self._came(screen.added))

    @property
    def at_hand(self) -> tuple[FeedHealth, ...]:
        """The marked feeds that are shown, else the selected one."""
        return at_hand(self._listed, self.feeds.index, self._marked, lambda health: health.feed.id)

    @property
    def selected(self) -> FeedHealth | None:
        """See `FeedVerbs.selected`."""
        return self.feeds.selected if self.is_composed else None

    def unmark(self) -> None:
        """See `FeedVerbs.unmark`."""
        self._mark(frozenset())

    def action_select(self) -> None:
        """Marks the selected feed, or takes its mark away, and goes down."""
        if (health := self.selected) is not None:
            self._mark(self._marked ^ {health.feed.id})
            self.feeds.action_down()

    def action_select_all(self) -> None:
        """Marks every feed that is shown, or none if all of them are."""
        shown = frozenset(health.feed.id for health in self._listed)
        self._mark(frozenset() if shown <= self._marked else self._marked | shown)

    def action_edit_feeds_file(self) -> None:
        """Opens feeds.opml in the person's editor, at the selected feed; what is saved there is read by itself."""
        if self.desk.feeds_file is not None:
            health = self.selected
            self.perform(edit_feeds(self.app, self.desk.feeds_file, health.feed.url if health is not None else None))

    def action_only_failing(self) -> None:
        """Shows the failing feeds only, or all again."""
        self._only_failing = not self._only_failing
        self.show_view()

    def action_sort_feeds(self) -> None:
        """Another order."""
        self._sorting = self._sorting.after
        self.show_view()
        self.flash(f"feeds {self._sorting.value}")

    def action_filter(self) -> None:
        """Opens the filter line."""
        self.filter_line.open()

    @on(Input.Changed)
    def filter_changed(self, changed: Input.Changed) -> None:
        """Filters as it is typed."""
        self._needle = changed.value.strip()
        self.show_view()

    @on(Input.Submitted)
    def filter_submitted(self) -> None:
        """To the rows that passed; the filter stays until Esc."""
        self.feeds.focus()

    @on(FilterLine.Stepped)
    def filter_stepped(self, stepped: FilterLine.Stepped) -> None:
        """Moves the selection from within the filter line."""
        (self.feeds.action_down if stepped.by > 0 else self.feeds.action_up)()

    def action_open_site(self) -> None:
        """Opens the feed's site in the browser, after its real host was shown."""
        health = self.selected
        if health is not None and health.feed.site is not None:
            ask_to_open(self, health.feed.site, also_yes="o")

    def action_next_pane(self) -> None:
        """From the list to the feed in full, and back."""
        (self.detail if self.feeds.has_focus else self.feeds).focus()

    def action_back(self) -> None:
        """Out of the filter; from the feed in full to the list; there the marks go; then to all feeds; then home."""
        if self.filter_line.is_open:
            self.filter_line.close()
            self.feeds.focus()
        elif not self.feeds.has_focus:
            self.feeds.focus()
        elif self._marked:
            self.unmark()
        elif self._only_failing:
            self.action_only_failing()
        else:
            self.app.switch_mode(self.desk.places[0].name)

    def _mark(self, marked: frozenset[FeedId]) -> None:
        """These are marked, and no others."""
        self._marked = marked
        self.feeds.mark(marked)
        self._show_selected()

    def _came(self, added: tuple[FeedId, ...]) -> None:
        """Goes to what was added, and says it."""
        if added:
            self.go_to(added[0])
            self.call_after_refresh(self.flash, f"added {counted(len(added), 'feed')}; asked now")

    def _shown(self) -> list[FeedHealth]:
        feeds = listed(self.view.feeds.values(), self._sorting, self._needle, self.looks.now())
        return [health for health in feeds if not self._only_failing or health.is_failing or health.is_retrying]

    def _show_selected(self) -> None:
        number = len(self.at_hand) if self._marked else 0
        aside = (
            f"{number:,} selected" if number else "",
            "failing only" if self._only_failing else "",
            f"/{self._needle}" if self._needle else "",
        )
        how = Listed(self._sorting, " ".join(word for word in aside if word))
        self.head.show(tuple(self.view.feeds.values()), self.feeds, how)
        self._show_detail()
        self.refresh_bindings()

    def _show_detail(self) -> None:
        health = self.selected
        if health is None:
            self.detail.show(None, lambda _width: ())
        else:
            now = self.looks.now()
            self.detail.show(health.feed.id, lambda width: feed_detail(health, now, width, self.looks))
