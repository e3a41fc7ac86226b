"""Alerts, the home screen: the stories that matched, newest first, and why each is there."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.getters import query_one
from textual.timer import Timer
from textual.widgets import Input

from newswatch.model.hit import StoryId, Triage
from newswatch.model.story import Story
from newswatch.tui.desk import Desk
from newswatch.tui.keys import bindings
from newswatch.tui.listing import Listing, Needle
from newswatch.tui.paint import Pieces
from newswatch.tui.paint.empty import empty_list
from newswatch.tui.places import ALERTS
from newswatch.tui.screens.article import ArticleScreen, story_of
from newswatch.tui.screens.ask import Ask
from newswatch.tui.screens.story import StoryScreen
from newswatch.tui.widgets.article import ArticlePane
from newswatch.tui.widgets.filter_line import FilterLine
from newswatch.tui.widgets.rules_rail import RulesRail
from newswatch.tui.widgets.story_list import ListHead, StoryList
from newswatch.tui.widgets.why_strip import WhyStrip
from newswatch.tui.words import counted

SEEN_AFTER_S = 1.0
IDLE_S = 300.0
EYE_S = 0.25  # what slid under the selection less than this ago is not what a busy finger was aimed at
BUSY_S = 5.0  # a hand that pressed a key this recently is at work; a later one acts on what it sees


class AlertsScreen(StoryScreen):
    """Owns the listing: which stories are shown, which wait, which is selected."""

    PLACE = ALERTS
    AUTO_FOCUS = "StoryList"
    BINDINGS = bindings(
        "hit.open",
        "hit.ack_all",
        "list.newest",
        "list.follow",
        "list.held",
        "list.filter",
        "pane.",
        "mark.next",
        "rule.first",
    )

    head = query_one(ListHead)
    stories = query_one(StoryList)
    filter_line = query_one(FilterLine)
    strip = query_one(WhyStrip)
    pane = query_one(ArticlePane)
    rail = query_one(RulesRail)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.listing = Listing()
        self._follows = True  # as long as the selection is on the first row, or by idleness
        self._by_hand: bool | None = None  # what `f` said, if it said something
        self._slid_from: tuple[StoryId, float] | None = None  # what following moved the selection off, and when
        self._shown: Story | None = None
        self._seen_timer: Timer | None = None
        self._touched_s = self.looks.monotonic()

    @property
    def is_following(self) -> bool:
        """Whether arrivals come in at once."""
        if self._by_hand is not None:
            return self._by_hand
        is_reading = self._is_covered or self.filter_line.is_open
        return self._follows and (self._is_idle or not is_reading)

    @property
    def _is_covered(self) -> bool:
        """Whether a dialog or an article is open over the list."""
        return self.app.screen is not self and self in self.app.screen_stack

    @property
    def _is_idle(self) -> bool:
        return self.looks.monotonic() - self._touched_s >= IDLE_S

    def compose_body(self) -> ComposeResult:
        """Rail, list and article; newswatch.tcss says which of them a size has room for."""
        yield RulesRail(self.looks)
        with Container(id="pair"):
            with Vertical(id="listing"):
                yield ListHead(self.looks)
                yield StoryList(self.looks)
                yield FilterLine()
                yield WhyStrip(self.looks)
            yield ArticlePane(self.looks)

    def show_view(self) -> None:
        """Lets the view's stories in, or has them wait."""
        self._take(follow=self.is_following)

    def show_time(self) -> None:
        """Ages grow; after five minutes without a key following returns."""
        if self._is_idle and self._by_hand is None and not self._follows:
            self._follows = True
            self.show_view()
        self.stories.refresh_ages()

    def touch(self) -> None:
        """A person is there."""
        was_idle = self._is_idle
        super().touch()
        self._touched_s = self.looks.monotonic()
        if was_idle and self.is_composed:
            self._follows = self.listing.is_at_top
            self._await_seen()

    def story_at_hand(self) -> Story | None:
        """The selected story."""
        return self.listing.story

    def story_aimed_at(self) -> Story | None:
        """The selected story; the one before it, if following slid another under a busy finger just now."""
        if self._slid_from is not None:
            story_id, at_s = self._slid_from
            if self.looks.monotonic() - at_s < EYE_S and (story := story_of(self.listing.rows, story_id)) is not None:
                return story
        return self.listing.story

    def article_pane(self) -> ArticlePane | None:
        """The pane, where the size has room for it."""
        return self.pane if self.is_composed and self.pane.display else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done now is offered."""
        match action:
            case "ack_all" | "filter":
                return bool(self.listing.rows or self.listing.needle.text)
            case "newest":
                return bool(self.listing.waiting or self.listing.waiting_held or not self.listing.is_at_top)
            case "toggle_held":
                return bool(self.view.held)
            case "new_rule":
                return not self.listing.rows and any(place.name == "rules" for place in self.desk.places)
            case "next_pane":
                return self.article_pane() is not None
            case "back":
                return self.is_composed and (self.filter_line.is_open or self.pane.text.has_focus)
            case _:
                return super().check_action(action, parameters)

    @on(StoryList.Moved)
    def go_to_row(self, moved: StoryList.Moved) -> None:
        """A person moved: on the first row the list follows, off it the list holds."""
        self.listing = self.listing.at_row(moved.row)
        self._slid_from = None
        self._follows = self.listing.is_at_top
        if self.is_following and (self.listing.waiting or self.listing.waiting_held):
            # What waited comes in above; the story the person went to stays selected.
            selected = self.listing.selected
            self._take(follow=True)
            self.listing = self.listing.at_story(selected) if selected is not None else self.listing
            self._slid_from = None
            self._follows = self.listing.is_at_top
        self._show()

    @on(StoryList.Opened)
    def action_open_story(self) -> None:
        """Opens the article, full screen."""
        story = self.story_at_hand()
        if story is not None:
            self._advance(story, Triage.OPEN)
            self.app.push_screen(ArticleScreen(self.desk, story))

    def action_newest(self) -> None:
        """Shows what waits, and goes to the newest."""
        self._follows, self._by_hand = True, None
        self.listing = self.listing.at_row(0)
        self._take(follow=True)
        self._slid_from = None
        self.listing = self.listing.at_row(0)
        self._show()

    def action_follow(self) -> None:
        """Holds, or follows, by hand."""
        self._by_hand = not self.is_following
        self.flash(
            "the list follows: arrivals come in at once" if self._by_hand else "the list holds still: arrivals wait"
        )
        self.show_view()

    def action_toggle_held(self) -> None:
        """Shows or hides held stories."""
        self.listing = self.listing.showing_held(self.view.stories, shows_held=not self.listing.shows_held)
        if not self.listing.shows_held:
            self.flash(f"{counted(self.view.held, 'held story', 'held stories')} hidden, h shows them")
        self.show_view()

    def action_ack_all(self) -> None:
        """Acks all that is shown, after asking with the count."""
        shown = [story for story in self.listing.rows if story.state is not Triage.ACKED]
        if not shown:
            self.flash("all that is shown is acked")
            return
        hits = [hit_id for story in shown for hit_id in story.hit_ids]
        held = sum(not story.is_alert for story in shown)
        details = [f"{counted(held, 'of them is', 'of them are')} held."] if held else []

        def answered(is_wanted: bool | None) -> None:  # noqa: FBT001  Textual calls it so
            if is_wanted:
                self.perform(
                    self.engine.set_acked(hits, acked=True), said=f"acked {counted(len(shown), 'story', 'stories')}"
                )

        question = f"Ack all {counted(len(shown), 'story', 'stories')} shown?"
        self.app.push_screen(Ask(self.looks, question, details, yes="ack all", also_yes="A"), answered)

    def action_new_rule(self) -> None:
        """Opens the editor on nothing: the list is empty, so the first thing is a rule."""
        self.post_message(self.RuleWanted(None))

    def action_filter(self) -> None:
        """Opens the filter line."""
        self.filter_line.open()
        self.refresh_bindings()

    def action_next_pane(self) -> None:
        """From the list to the article, and back."""
        (self.pane.text if self.stories.has_focus else self.stories).focus()

    def action_back(self) -> None:
        """From the article to the list; from the list out of the filter, the selection staying with its story."""
        is_in_article = self.pane.text.has_focus
        self.stories.focus()
        if not is_in_article:
            self.filter_line.close()
            self._filter("")

    @on(Input.Changed)
    def filter_changed(self, changed: Input.Changed) -> None:
        """Filters as it is typed."""
        self._filter(changed.value)

    @on(Input.Submitted)
    def filter_submitted(self) -> None:
        """To the rows that passed; the filter stays until Esc."""
        self.stories.focus()
        if not self.listing.needle.text:
            self.action_back()

    @on(FilterLine.Stepped)
    def filter_stepped(self, stepped: FilterLine.Stepped) -> None:
        """Moves the selection from within the filter line."""
        self.go_to_row(StoryList.Moved(self.listing.index + stepped.by))

    def on_resize(self, _event: events.Resize) -> None:
        """What a size has room for is shown with what it needs."""
        self.call_after_refresh(self._show)

    def _filter(self, text: str) -> None:
        if text != self.listing.needle.text:
            self.listing = self.listing.filtered(Needle(text), self.view.stories)
            self._follows = self.listing.is_at_top
            self.show_view()

    def _take(self, *, follow: bool) -> None:
        before = self.listing
        self.listing = before.follow(self.view.stories) if follow else before.hold(self.view.stories)
        if before.selected is not None and before.is_at_top and self.listing.selected != before.selected:
            is_busy = self.looks.monotonic() - self._touched_s < BUSY_S
            self._slid_from = (before.selected, self.looks.monotonic()) if is_busy else None
        self._show()

    def _show(self) -> None:
        if not self.is_composed:
            return
        rule_ids = [status.rule.id for status in self.view.rules]
        self.stories.show(self.listing, rule_ids, self._empty())
        mode = "held by f" if self._by_hand is False else "following by f" if self._by_hand else ""
        if self.listing.needle.text:
            mode = "filtered"
        self.head.show(self.listing, self.stories.columns, mode)
        self._show_story()

    def _empty(self) -> Sequence[Pieces]:
        return empty_list(self.view, self.listing, self.stories.size, self.looks.signs, self.desk.places)

    def _show_story(self) -> None:
        story = self.listing.story
        if story != self._shown:
            is_other = (story and story.id) != (self._shown and self._shown.id)
            self._shown = story
            if is_other:
                self._await_seen()
            if story is not None and not self.desk.clauses.is_known(story.lead):
                self.run_worker(self._explain(story), group="explain", exclusive=True, exit_on_error=False)
            self.refresh_bindings()
        self._show_reasons()

    def _show_reasons(self) -> None:
        story = self._shown
        if self.strip.display:
            self.strip.show(story, self.desk.clauses.essence(story.lead) if story else ())
        if self.pane.display:
            self.pane.show(story, self.desk.clauses.essence(story.lead) if story else ())
        if self.rail.display:
            self.rail.show(self.view.rules, story.rule_ids if story else ())

    async def _explain(self, story: Story) -> None:
        await self.desk.clauses.fetch(story.lead)
        if self.is_composed and self._shown is not None and self._shown.id == story.id:
            self._show_reasons()

    def _await_seen(self) -> None:
        if self._seen_timer is not None:
            self._seen_timer.stop()
        self._seen_timer = self.set_timer(SEEN_AFTER_S, self._saw)

    def _saw(self) -> None:
        """The selected story was before the eye for a second: unless nobody was there, or something lay over it."""
        story = self.listing.story
        if story is not None and self.app.screen is self and not self._is_idle:
            self._advance(story, Triage.SEEN)

    def _advance(self, story: Story, state: Triage) -> None:
        behind = [hit.id for hit in story.hits if hit.state.rank < state.rank]
        if behind and not self.engine.is_read_only:
            self.perform(self.engine.advance(behind, state))
