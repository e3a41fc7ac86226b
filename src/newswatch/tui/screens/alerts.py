"""Alerts, the home screen: the stories that matched, newest first, and why each is there."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.getters import query_one

from newswatch.model.feed import FeedId
from newswatch.model.hit import Triage
from newswatch.model.liveness import Liveness
from newswatch.model.story import Story
from newswatch.tui.filter import is_put_away
from newswatch.tui.keys import bindings
from newswatch.tui.listing import Scope
from newswatch.tui.paint import Pieces
from newswatch.tui.paint.empty import empty_list
from newswatch.tui.places import ALERTS
from newswatch.tui.reasons import Reason
from newswatch.tui.screens.live_list import LiveListScreen
from newswatch.tui.screens.sources import SourcesScreen
from newswatch.tui.screens.story import hits_of, named, preview
from newswatch.tui.widgets.article import ArticlePane
from newswatch.tui.widgets.filter_line import FilterLine
from newswatch.tui.widgets.pulse_strip import PulseStrip
from newswatch.tui.widgets.rules_rail import RulesRail
from newswatch.tui.widgets.story_list import ListHead, StoryList
from newswatch.tui.widgets.why_strip import WhyStrip
from newswatch.tui.words import counted


class AlertsScreen(LiveListScreen, SourcesScreen):
    """The list, and beside it what the size has room for: rules, why, the article, the pulse."""

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

    strip = query_one(WhyStrip)
    pane = query_one(ArticlePane)
    rail = query_one(RulesRail)
    _counted: tuple[Story, ...] = ()  # what the pulse was last told to count

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

    def show_view(self) -> None:
        """See `LiveListScreen.show_view`."""
        if self._counted is not self.view.stories:
            self._counted = self.view.stories
            self.query_one(PulseStrip).expect()
        super().show_view()

    @on(PulseStrip.Taken)
    def show_rates(self, taken: PulseStrip.Taken) -> None:
        """The rail shows how often each rule fires."""
        self.rail.show_rates(taken.pulse.rates)

    def show_reasons(self, story: Story | None, reasons: Sequence[Reason]) -> None:
        """In what the size has room for."""
        if self.strip.display:
            self.strip.show(story, reasons)
        if self.pane.display:
            self.pane.show(story, reasons)
        if self.rail.display:
            is_known = self.view.rules or self.view.liveness is not Liveness.STARTING
            self.rail.show(self.view.rules if is_known else None, story.rule_ids if story else ())

    def article_pane(self) -> ArticlePane | None:
        """The pane, where the size has room for it."""
        return self.pane if self.is_composed and self.pane.display else None

    def source_at_hand(self) -> FeedId | None:
        """The feed that the selected story leads with."""
        story = self.story_at_hand()
        return None if story is None else story.lead.entry.feed_id

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done now is offered."""
        match action:
            case "ack_all":
                return bool(self.listing.rows)
            case "toggle_held":
                return bool(self.view.held)
            case "new_rule":
                return not self.listing.rows and any(place.name == "rules" for place in self.desk.places)
            case "next_pane":
                return self.article_pane() is not None
            case _:
                return super().check_action(action, parameters)

    @on(StoryList.Opened)
    def action_open_story(self) -> None:
        """Opens the article, full screen."""
        from newswatch.tui.screens.article import ArticleScreen

        story = self.story_at_hand()
        if story is not None:
            self.advance(story, Triage.OPEN)
            self.app.push_screen(ArticleScreen(self.desk, story))

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
        from newswatch.tui.screens.ask import Ask

        shown = [story for story in self.listing.rows if story.state is not Triage.ACKED]
        if not shown:
            self.flash("all that is shown is acked")
            return

        def answered(is_wanted: bool | None) -> None:  # noqa: FBT001  Textual calls it so
            if is_wanted:
                self._do(self.desk.hand.set_acked(hits_of(shown), f"acked {named(shown)}", acked=True), shown)

        question = f"Ack all {counted(len(shown), 'story', 'stories')} shown?"
        self.app.push_screen(Ask(self.looks, question, preview(shown), yes="ack all", also_yes="A"), answered)

    def action_new_rule(self) -> None:
        """Opens the editor on nothing: the list is empty, so the first thing is a rule."""
        self.post_message(self.RuleWanted(None))

    def action_next_pane(self) -> None:
        """From the list to the article, and back."""
        self._hold_what_waits()
        (self.pane.text if self.stories.has_focus else self.stories).focus()

    def on_resize(self, _event: events.Resize) -> None:
        """What a size has room for is shown with what it needs."""
        self.call_after_refresh(self._show)

    def lines_of_empty(self) -> Sequence[Pieces]:
        """What is so, and the next key."""
        return empty_list(self.view, self.listing, self.stories.size, self.looks.signs, self.desk.places)
