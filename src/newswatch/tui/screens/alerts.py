"""Alerts, the home screen: the stories that matched, newest first, and why each is there."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.getters import query_one
from textual.widgets import Input

from newswatch.model.hit import Triage
from newswatch.model.story import Story
from newswatch.tui.desk import Desk
from newswatch.tui.filter import Needle, is_put_away
from newswatch.tui.keys import bindings
from newswatch.tui.listing import Listing, Scope
from newswatch.tui.paint import Pieces
from newswatch.tui.paint.empty import empty_list
from newswatch.tui.places import ALERTS
from newswatch.tui.reasons import Reason
from newswatch.tui.screens.article import ArticleScreen
from newswatch.tui.screens.ask import Ask
from newswatch.tui.screens.selected import SelectedStoryScreen
from newswatch.tui.screens.story import hits_of, named, preview
from newswatch.tui.widgets.article import ArticlePane
from newswatch.tui.widgets.filter_line import FilterLine
from newswatch.tui.widgets.pulse_strip import PulseStrip
from newswatch.tui.widgets.rules_rail import RulesRail
from newswatch.tui.widgets.story_list import ListHead, StoryList
from newswatch.tui.widgets.why_strip import WhyStrip
from newswatch.tui.words import counted

IDLE_S = 300.0
BUSY_S = 2.0  # under a hand that pressed a key this recently nothing slides: it acts on the row that is lit


class AlertsScreen(SelectedStoryScreen):
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
        "list.select",
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
        self._taken_at = 0  # the number of the view's last event then
        self._follows = True  # as long as the selection is on the first row, or by idleness
        self._is_on_hold = False  # by `f`

    @property
    def is_following(self) -> bool:
        """Whether arrivals come in at once: not under a busy hand, and not over what is being read."""
        if self._is_on_hold or self._is_covered or not self._follows:
            return False
        return self._is_idle or not (
            self._is_busy or self._is_reading or self.filter_line.is_open or self.listing.marked
        )

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
        return self.rest_s >= IDLE_S or self.desk.is_away

    @property
    def _is_busy(self) -> bool:
        return self.rest_s < BUSY_S

    def compose_body(self) -> ComposeResult:
        """Rail, list, article and pulse; newswatch.tcss says which of them a size has room for."""
        yield RulesRail(self.looks)
        with Container(id="pair"):
            with Vertical(id="listing"):
                yield ListHead(self.looks)
                yield StoryList(self.looks)
                yield FilterLine()
                yield WhyStrip(self.looks)
            yield ArticlePane(self.desk)
        yield PulseStrip(self.desk)

    @on(PulseStrip.Taken)
    def show_rates(self, taken: PulseStrip.Taken) -> None:
        """The rail shows how often each rule fires."""
        self.rail.show_rates(taken.pulse.rates)

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
        self.stories.refresh_changed()

    def touch(self) -> None:
        """A person is there: what followed because nobody was holds again where the eye is."""
        was_idle = self._is_idle
        super().touch()
        if was_idle and self.is_composed:
            self._follows = self._follows and self.listing.is_at_top

    def on_screen_resume(self, _event: events.ScreenResume) -> None:
        """Back from an article or a dialog: what came meanwhile waits on, and the story just read stays selected."""
        self._hold_what_waits()

    def story_at_hand(self) -> Story | None:
        """The selected story."""
        return self.listing.story

    def stories_at_hand(self) -> tuple[Story, ...]:
        """The marked stories that are shown, else the selected one."""
        return self.listing.at_hand

    def acted(self, stories: Sequence[Story]) -> None:
        """What was marked was acted on: the marks have done their work."""
        done = {story.id for story in stories}
        if self.listing.marked & done:
            self.listing = self.listing.with_marked(self.listing.marked - done)
            self._show()

    def filter_by(self, text: str) -> None:
        """Shows only what passes that filter."""
        self.filter_line.open(text)
        self._filter(text)
        self.stories.focus()

    def show_reasons(self, story: Story | None, reasons: Sequence[Reason]) -> None:
        """In what the size has room for."""
        if self.strip.display:
            self.strip.show(story, reasons)
        if self.pane.display:
            self.pane.show(story, reasons)
        if self.rail.display:
            self.rail.show(self.view.rules, story.rule_ids if story else ())

    def article_pane(self) -> ArticlePane | None:
        """The pane, where the size has room for it."""
        return self.pane if self.is_composed and self.pane.display else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done now is offered."""
        match action:
            case "ack_all" | "select":
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
                return self.is_composed and (
                    self.filter_line.is_open or self.pane.text.has_focus or bool(self.listing.marked)
                )
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
            self.advance(story, Triage.OPEN)
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
        has_put_away = any(is_put_away(story) for story in self.view.stories)
        self.listing = self.listing.scoped(self.listing.scope.after(has_put_away=has_put_away), self.view.stories)
        held = counted(self.view.held, "held story", "held stories")
        match self.listing.scope:
            case Scope.NONE:
                self.flash(f"{held} hidden, h shows them")
            case Scope.ALL:
                self.flash("everything is shown, what was muted and snoozed too; h puts that away again")
            case Scope.HELD:
                self.flash("muted and snoozed stories are put away" if has_put_away else f"{held} shown")
        self.show_view()

    def action_ack_all(self) -> None:
        """Acks all that is shown, after asking with the count."""
        shown = [story for story in self.listing.rows if story.state is not Triage.ACKED]
        if not shown:
            self.flash("all that is shown is acked")
            return

        def answered(is_wanted: bool | None) -> None:  # noqa: FBT001  Textual calls it so
            if is_wanted:
                self._do(self.desk.hand.set_acked(hits_of(shown), f"acked {named(shown)}", acked=True), shown)

        question = f"Ack all {counted(len(shown), 'story', 'stories')} shown?"
        self.app.push_screen(Ask(self.looks, question, preview(shown), yes="ack all", also_yes="A"), answered)

    def action_select(self) -> None:
        """Marks the selected story, or takes its mark away, and goes down."""
        story = self.listing.story
        if story is None:
            return
        self.listing = self.listing.with_marked(self.listing.marked ^ {story.id})
        self.go_to_row(StoryList.Moved(self.listing.index + 1))
        self.refresh_bindings()

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
        """From the article to the list; there the marks go first, then the filter. The selection stays."""
        is_in_list = self.stories.has_focus
        is_in_article = self.pane.text.has_focus
        self.stories.focus()
        self._hold_what_waits()
        if is_in_list and self.listing.marked:
            self.listing = self.listing.with_marked(())
            self._show()
            self.refresh_bindings()
        elif not is_in_article:
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
        taken_at, self._taken, self._taken_at = self._taken_at, self.view.stories, self.view.seq
        if not follow:
            # What this hand has just brought back, by undo or by lifting a mute, is not an arrival.
            lets_back = taken_at < self.desk.hand.acted_at <= self.view.seq
            self.listing = self.listing.hold(self.view.stories, lets_back=lets_back)
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
        self.stories.show_listing(self.listing, rule_ids, self._empty())
        mode = "on hold (f)" if self._is_on_hold else ""
        if self.listing.needle.text:
            mode = "filtered"
        if self.listing.marked:
            mode = f"{len(self.listing.at_hand):,} selected"
        if self.filter_line.is_open:
            self.filter_line.say(self.listing.needle, len(self.listing.rows), self.listing.unfiltered)
        self.head.show(self.listing, self.stories.columns, mode)
        self.show_selected()

    def _empty(self) -> Sequence[Pieces]:
        return empty_list(self.view, self.listing, self.stories.size, self.looks.signs, self.desk.places)
