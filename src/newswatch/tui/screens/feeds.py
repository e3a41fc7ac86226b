"""Feeds: where the news comes from, how each feed is doing, and what can be done about it.

Whatever changes feeds.opml goes through `Engine.feeds`; a line that was taken out can be put back.
"""

from __future__ import annotations

from collections.abc import Coroutine, Sequence

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.getters import query_one
from textual.widgets import Input

from newswatch.model.event import Liveness
from newswatch.model.feed import FeedHealth, FeedId, FeedStatus
from newswatch.text.urls import redact
from newswatch.tui.desk import Desk
from newswatch.tui.feed_order import Sorting, asks, listed
from newswatch.tui.keys import bindings
from newswatch.tui.outside import edit_feeds
from newswatch.tui.paint.feed import ANSWERS_TO_BELIEVE, feed_detail
from newswatch.tui.paint.feeds import Listed, no_feeds
from newswatch.tui.picking import at_hand
from newswatch.tui.places import FEEDS
from newswatch.tui.screens.ask import Ask
from newswatch.tui.screens.base import BaseScreen
from newswatch.tui.screens.browse import ask_to_open
from newswatch.tui.screens.feed_add import FeedAddScreen
from newswatch.tui.screens.feed_edit import FeedEditScreen
from newswatch.tui.screens.feed_gone import GoneScreen
from newswatch.tui.screens.feed_import import FeedImportScreen
from newswatch.tui.widgets.detail import Detail
from newswatch.tui.widgets.feed_list import FeedHead, FeedList, OfflineNote
from newswatch.tui.widgets.filter_line import FilterLine
from newswatch.tui.words import counted

NEEDS_FEED = frozenset({"check_feed", "edit_feed", "pause_feed", "remove_feed", "select", "select_all"})
FILTER_HINT = "name, folder, tag, state or error; ! for without; Esc clears"


class FeedsScreen(BaseScreen):
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
        self._removed: list[tuple[FeedId, str]] = []  # one of those that left together, and what they are called
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
            return self.is_composed and self.feeds.selected is not None
        match action:
            case "answer_feed":
                health = self.feeds.selected if self.is_composed else None
                return health is not None and bool(asks(health))
            case "put_back":
                return bool(self._removed)
            case "undo" if self._removed:
                return False  # the same key puts back what was removed here, first
            case "check_all" | "sort_feeds" | "filter":
                return bool(self.view.feeds)
            case "edit_feeds_file":
                return self.desk.feeds_file is not None
            case "only_failing":
                return self._only_failing or bool(self.view.feeds_failing or self.view.feeds_retrying)
            case "open_site":
                health = self.feeds.selected if self.is_composed else None
                return health is not None and health.feed.site is not None
            case "next_pane":
                return self.is_composed and self.detail.display and self.feeds.selected is not None
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
        if (health := self.feeds.selected) is None:
            return
        screen = FeedEditScreen(self.desk, health)

        def left(_: None) -> None:
            self.go_to(screen.edited)

        self.app.push_screen(screen, left)

    def action_add_feed(self) -> None:
        """Opens the form that finds feeds; its folder is that of the selected one."""
        health = self.feeds.selected
        screen = FeedAddScreen(self.desk, " / ".join(health.feed.folder) if health is not None else "")
        self.app.push_screen(screen, lambda _: self._came(screen.added))

    def action_import_feeds(self) -> None:
        """Opens the form that takes in a list."""
        screen = FeedImportScreen(self.desk)
        self.app.push_screen(screen, lambda _: self._came(screen.added))

    @property
    def at_hand(self) -> tuple[FeedHealth, ...]:
        """What an action is meant for: the marked feeds that are shown, else the selected one."""
        return at_hand(self._listed, self.feeds.index, self._marked, lambda health: health.feed.id)

    def action_select(self) -> None:
        """Marks the selected feed, or takes its mark away, and goes down."""
        if (health := self.feeds.selected) is not None:
            self._mark(self._marked ^ {health.feed.id})
            self.feeds.action_down()

    def action_select_all(self) -> None:
        """Marks every feed that is shown, or none if all of them are."""
        shown = frozenset(health.feed.id for health in self._listed)
        self._mark(frozenset() if shown <= self._marked else self._marked | shown)

    def action_edit_feeds_file(self) -> None:
        """Opens feeds.opml in the person's editor, at the selected feed; what is saved there is read by itself."""
        if self.desk.feeds_file is not None:
            health = self.feeds.selected
            self.perform(edit_feeds(self.app, self.desk.feeds_file, health.feed.url if health is not None else None))

    def action_pause_feed(self) -> None:
        """Pauses what is at hand; resumes it if all of it is paused."""
        if not (feeds := self.at_hand):
            return
        paused = not all(health.feed.is_paused for health in feeds)
        are = "is" if len(feeds) == 1 else "are"
        said = f"{_named(feeds)} {are} {f'paused: not asked; {_its(feeds)} history stays' if paused else 'asked again'}"
        self._act(self.engine.feeds.set_paused(_ids(feeds), paused=paused), said)

    def action_remove_feed(self) -> None:
        """Takes what is at hand out of feeds.opml; that can be undone."""
        if feeds := self.at_hand:
            self._act(self._remove(feeds), _removed(feeds))

    def action_put_back(self) -> None:
        """Puts back what was removed last."""
        if self._removed:
            feed_id, name = self._removed[-1]
            self.perform(self._put_back(feed_id), said=f"put back {name}")

    def action_answer_feed(self) -> None:
        """Asks what is to be done about a feed that moved, or is gone."""
        health = self.feeds.selected
        match asks(health) if health is not None else "":
            case "gone" if health is not None:
                self._ask_gone(health)
            case "moved" if health is not None:
                self._ask_moved(health)
            case _:
                return

    def action_check_feed(self) -> None:
        """Makes what is at hand due now."""
        if feeds := self.at_hand:
            said = f"checking {_named(feeds)}"
            if len(feeds) == 1 and feeds[0].status is FeedStatus.PAUSED:
                said += ", which is paused"
            self._act(self.engine.check_feeds(_ids(feeds)), said)

    def action_check_all(self) -> None:
        """Makes every feed due now."""
        self.perform(self.engine.check_feeds(None), said=f"checking {counted(len(self.view.feeds), 'feed')}")

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
        health = self.feeds.selected
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
            self._mark(frozenset())
        elif self._only_failing:
            self.action_only_failing()
        else:
            self.app.switch_mode(self.desk.places[0].name)

    def _ask_gone(self, health: FeedHealth) -> None:
        feed_id, label = health.feed.id, health.label

        def answered(answer: str | None) -> None:
            match answer:
                case "remove":
                    self.perform(self._remove((health,)), said=_removed((health,)))
                case "keep":
                    verb = self.engine.feeds.set_paused([feed_id], paused=True)
                    self.perform(verb, said=f"{label} keeps its line, paused")
                case "ask":
                    self.perform(self.engine.check_feeds([feed_id]), said=f"asking {label} once more")
                case _:
                    return

        self.app.push_screen(GoneScreen(self.looks, health), answered)

    def _ask_moved(self, health: FeedHealth) -> None:
        to = redact(health.state.moved_to or "")
        answers = min(health.state.moved_answers, ANSWERS_TO_BELIEVE)

        def answered(is_wanted: bool | None) -> None:  # noqa: FBT001  Textual calls it so
            if is_wanted:
                verb = self.engine.feeds.accept_move(health.feed.id)
                self.perform(verb, said=f"{health.label} has its new address; its history went along")

        least = ANSWERS_TO_BELIEVE
        said = f"{answers} of {least} answers said so; after {least} newswatch believes it by itself."
        details = [to, f"{said} The history goes along."]
        asked = f"{health.label} moved. Use its new address now?"
        question = Ask(self.looks, asked, details, yes="use it", no="wait", also_yes="a")
        self.app.push_screen(question, answered)

    def _mark(self, marked: frozenset[FeedId]) -> None:
        """These are marked, and no others."""
        self._marked = marked
        self.feeds.mark(marked)
        self._show_selected()

    def _act(self, verb: Coroutine[object, object, object], said: str) -> None:
        """Does something to what is at hand: the marks have done their work then."""
        self.perform(verb, said=said)
        self._mark(frozenset())

    async def _remove(self, feeds: Sequence[FeedHealth]) -> None:
        await self.engine.feeds.remove(_ids(feeds))
        self._removed.append((feeds[0].feed.id, _named(feeds)))
        self.refresh_bindings()

    async def _put_back(self, feed_id: FeedId) -> None:
        await self.engine.feeds.put_back(feed_id)
        self._removed = [removed for removed in self._removed if removed[0] != feed_id]
        self.go_to(feed_id)
        self.refresh_bindings()

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
        health = self.feeds.selected
        if health is None:
            self.detail.show(None, lambda _width: ())
        else:
            now = self.looks.now()
            self.detail.show(health.feed.id, lambda width: feed_detail(health, now, width, self.looks))


def _ids(feeds: Sequence[FeedHealth]) -> list[FeedId]:
    return [health.feed.id for health in feeds]


def _named(feeds: Sequence[FeedHealth]) -> str:
    """One feed by its name, several by their number."""
    return feeds[0].label if len(feeds) == 1 else counted(len(feeds), "feed")


def _its(feeds: Sequence[FeedHealth]) -> str:
    return "its" if len(feeds) == 1 else "their"


def _removed(feeds: Sequence[FeedHealth]) -> str:
    return f"removed {_named(feeds)}; {_its(feeds)} history stays. u puts {'it' if len(feeds) == 1 else 'them'} back"
