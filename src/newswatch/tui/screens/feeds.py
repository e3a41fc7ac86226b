"""Feeds: where the news comes from, how each feed is doing, and what is wrong with one in words."""

from __future__ import annotations

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.getters import query_one

from newswatch.model.event import Liveness
from newswatch.model.feed import FeedHealth, FeedStatus
from newswatch.tui.desk import Desk
from newswatch.tui.keys import bindings
from newswatch.tui.paint.feed import feed_detail
from newswatch.tui.paint.feeds import no_feeds
from newswatch.tui.places import FEEDS
from newswatch.tui.screens.base import BaseScreen
from newswatch.tui.screens.browse import ask_to_open
from newswatch.tui.widgets.detail import Detail
from newswatch.tui.widgets.feed_list import FeedHead, FeedList, OfflineNote
from newswatch.tui.words import counted


class FeedsScreen(BaseScreen):
    """A list of feeds over, or beside, the selected one in full."""

    PLACE = FEEDS
    AUTO_FOCUS = "FeedList"
    BINDINGS = bindings("feed.", "pane.")

    note = query_one(OfflineNote)
    head = query_one(FeedHead)
    feeds = query_one(FeedList)
    detail = query_one(Detail)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._only_failing = False

    def compose_body(self) -> ComposeResult:
        """List and detail; newswatch.tcss says how they share the room."""
        with Container(id="pair"):
            with Vertical(id="listing"):
                yield OfflineNote()
                yield FeedHead(self.looks)
                yield FeedList(self.looks)
            yield Detail()

    def on_mount(self) -> None:
        """Sizes follow the list's own."""
        self.call_after_refresh(self.show_view)

    def show_view(self) -> None:
        """Shows the feeds in file order, or those of them that fail."""
        self.note.display = self.view.liveness is Liveness.OFFLINE
        empty = no_feeds(self.view.liveness, self.looks.signs, is_filtered=self._only_failing and bool(self.view.feeds))
        self.feeds.show(self._shown(), empty)
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
        match action:
            case "check_feed":
                return self.is_composed and self.feeds.selected is not None
            case "check_all":
                return bool(self.view.feeds)
            case "only_failing":
                return self._only_failing or bool(self.view.feeds_failing or self.view.feeds_retrying)
            case "open_site":
                health = self.feeds.selected if self.is_composed else None
                return health is not None and health.feed.site is not None
            case "next_pane":
                return self.is_composed and self.detail.display and self.feeds.selected is not None
            case _:
                return super().check_action(action, parameters)

    @on(FeedList.Moved)
    def feed_selected(self) -> None:
        """Shows another feed in full."""
        self._show_selected()

    def action_check_feed(self) -> None:
        """Makes the selected feed due now."""
        if (health := self.feeds.selected) is not None:
            said = f"checking {health.label}"
            if health.status is FeedStatus.PAUSED:
                said += ", which is paused"
            self.perform(self.engine.check_feeds([health.feed.id]), said=said)

    def action_check_all(self) -> None:
        """Makes every feed due now."""
        self.perform(self.engine.check_feeds(None), said=f"checking {counted(len(self.view.feeds), 'feed')}")

    def action_only_failing(self) -> None:
        """Shows the failing feeds only, or all again."""
        self._only_failing = not self._only_failing
        self.show_view()

    def action_open_site(self) -> None:
        """Opens the feed's site in the browser, after its real host was shown."""
        health = self.feeds.selected
        if health is not None and health.feed.site is not None:
            ask_to_open(self, health.feed.site, also_yes="o")

    def action_next_pane(self) -> None:
        """From the list to the feed in full, and back."""
        (self.detail if self.feeds.has_focus else self.feeds).focus()

    def action_back(self) -> None:
        """From the feed in full to the list; then to all feeds; then home."""
        if not self.feeds.has_focus:
            self.feeds.focus()
        elif self._only_failing:
            self.action_only_failing()
        else:
            self.app.switch_mode(self.desk.places[0].name)

    def _shown(self) -> list[FeedHealth]:
        feeds = self.view.feeds.values()
        return [health for health in feeds if not self._only_failing or health.is_failing or health.is_retrying]

    def _show_selected(self) -> None:
        shown = self._shown()
        self.head.show(tuple(self.view.feeds.values()), shown, self.feeds.index, is_filtered=self._only_failing)
        self._show_detail()
        self.refresh_bindings()

    def _show_detail(self) -> None:
        health = self.feeds.selected
        if health is None:
            self.detail.show(None, lambda _width: ())
        else:
            now = self.looks.now()
            self.detail.show(health.feed.id, lambda width: feed_detail(health, now, width, self.looks))
