"""Alerts, the home screen: the stories that matched, newest first, and why each is there."""

from __future__ import annotations

import math
from collections.abc import Sequence

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.getters import query_one
from textual.timer import Timer
from textual.widgets import Input

from newswatch.model.hit import Triage
from newswatch.model.story import Story
from newswatch.tui.desk import Desk
from newswatch.tui.keys import bindings
from newswatch.tui.listing import Listing, Needle
from newswatch.tui.paint import Pieces
from newswatch.tui.paint.empty import empty_list
from newswatch.tui.places import ALERTS
from newswatch.tui.screens.article import ArticleScreen
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
AWAY_S = 60.0  # without a key for so long, nobody is taken to have seen anything
BUSY_S = 2.0  # under a hand that pressed a key this recently nothing slides: it acts on the row that is lit


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
        self._taken: tuple[Story, ...] | None = None  # what the listing is made of
        self._follows = True  # as long as the selection is on the first row, or by idleness
        self._is_on_hold = False  # by `f`
        self._shown: Story | None = None
        self._seen_timer: Timer | None = None
        self._touched_s = -math.inf  # nobody was here yet

    @property
    def is_following(self) -> bool:
        """Whether arrivals come in at once: not under a busy hand, and not over what is being read."""
        if self._is_on_hold or self._is_covered or not self._follows:
            return False
        return self._is_idle or not (self._is_busy or self._is_reading or self.filter_line.is_open)

    @property
    def _has_waiting(self) -> bool:
        return bool(self.listing.waiting or self.listing.waiting_held)

    @property
    def _is_reading(self) -> bool:
        """Whether the eye is in the article beside the list: it has the keys, or was scrolled."""
        pane = self.article_pane()
        return pane is not None and (pane.text.has_focus or pane.text.scroll_offset.y > 0)

    @property
    def _is_covered(self) -> bool:
        """Whether a dialog or an article is open over the list."""
        return self.app.screen is not self and self in self.app.screen_stack

    @property
    def _is_idle(self) -> bool:
        return self._rest_s >= IDLE_S

    @property
    def _is_busy(self) -> bool:
        return self._rest_s < BUSY_S

    @property
    def _rest_s(self) -> float:
        """How long no key was pressed."""
        return self.looks.monotonic() - self._touched_s

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
        """Lets the view's stories in, or has them wait. Most views bring none, but a feed that was checked."""
        if self._taken is self.view.stories and not (self._has_waiting and self.is_following):
            self._show()
        else:
            self._take(follow=self.is_following)

    def show_time(self) -> None:
        """Ages grow; what waited for a busy hand comes in; after five minutes without a key following returns."""
        if self._is_idle and not self._is_covered:
            self._follows = True
        if self._has_waiting and self.is_following:
            self.show_view()
        self.stories.refresh_ages()

    def touch(self) -> None:
        """A person is there."""
        was_idle, was_away = self._is_idle, self._rest_s >= AWAY_S
        super().touch()
        self._touched_s = self.looks.monotonic()
        if was_idle and self.is_composed:
            self._follows = self._follows and self.listing.is_at_top
        if was_away and self.is_composed:
            self._await_seen()

    def on_screen_resume(self, _event: events.ScreenResume) -> None:
        """Back from an article or a dialog: what came meanwhile waits on, and the story just read stays selected."""
        self._hold_what_waits()

    def story_at_hand(self) -> Story | None:
        """The selected story."""
        return self.listing.story

    def article_pane(self) -> ArticlePane | None:
        """The pane, where the size has room for it."""
        return self.pane if self.is_composed and self.pane.display else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done now is offered."""
        match action:
            case "ack_all":
                return bool(self.listing.rows)
            case "filter":
                return bool(self.listing.rows or self.listing.needle.text)
            case "follow":
                return self.is_composed and not self.filter_line.is_open
            case "newest":
                return self._has_waiting or not self.listing.is_at_top
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
        self._follows = self.listing.is_at_top
        if self._follows and self._has_waiting and not (self._is_on_hold or self.filter_line.is_open):
            # What waited comes in above; the story the person went to stays selected.
            self._let_in()
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
        self._follows, self._is_on_hold = True, False
        self.listing = self.listing.follow(self.view.stories).at_row(0)
        self._show()

    def action_follow(self) -> None:
        """Holds by hand; again: what waited comes in above the selected story, and more follows by itself."""
        self._is_on_hold = not self._is_on_hold
        if self._is_on_hold:
            self.flash("the list holds still: arrivals wait until f again")
        else:
            self._follows = True
            self._let_in()
            self.flash("the list follows: arrivals come in by themselves")
        self._show()

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
        self._hold_what_waits()
        (self.pane.text if self.stories.has_focus else self.stories).focus()

    def action_back(self) -> None:
        """From the article to the list; from the list out of the filter, the selection staying with its story."""
        is_in_article = self.pane.text.has_focus
        self.stories.focus()
        self._hold_what_waits()
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
            self._hold_what_waits()
            self.show_view()

    def _take(self, *, follow: bool) -> None:
        self._taken = self.view.stories
        if not follow:
            self.listing = self.listing.hold(self.view.stories)
        elif self.filter_line.is_open or self._is_reading:
            self._let_in()
        else:
            self.listing = self.listing.follow(self.view.stories)
        self._show()

    def _let_in(self) -> None:
        """Everything comes in; the selection stays with its story."""
        selected = self.listing.selected
        self.listing = self.listing.follow(self.view.stories)
        if selected is not None:
            self.listing = self.listing.at_story(selected)

    def _hold_what_waits(self) -> None:
        """What came while a person read waits until it is asked for, though the first row be selected."""
        if self._has_waiting:
            self._follows = False

    def _show(self) -> None:
        if not self.is_composed:
            return
        rule_ids = [status.rule.id for status in self.view.rules]
        self.stories.show(self.listing, rule_ids, self._empty())
        mode = "on hold (f)" if self._is_on_hold else ""
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
        if story is not None and self.app.screen is self and self._rest_s < AWAY_S:
            self._advance(story, Triage.SEEN)

    def _advance(self, story: Story, state: Triage) -> None:
        behind = [hit.id for hit in story.hits if hit.state.rank < state.rank]
        if behind and not self.engine.is_read_only:
            self.perform(self.engine.advance(behind, state))
