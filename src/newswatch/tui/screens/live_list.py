"""A live list of stories: what comes in at once, what waits, what is selected, marked and filtered.

The rules of it are `tui.listing`'s; here is when each applies: under which key, after which rest.
"""

from __future__ import annotations

from collections.abc import Sequence

from textual import events, on
from textual.getters import query_one
from textual.widgets import Input

from newswatch.model.story import Story
from newswatch.tui.desk import Desk
from newswatch.tui.filter import Needle
from newswatch.tui.listing import Listing
from newswatch.tui.paint import Pieces
from newswatch.tui.screens.selected import SelectedStoryScreen
from newswatch.tui.widgets.filter_line import FilterLine
from newswatch.tui.widgets.story_list import ListHead, StoryList

IDLE_S = 300.0
BUSY_S = 2.0  # under a hand that pressed a key this recently nothing slides: it acts on the row that is lit


class LiveListScreen(SelectedStoryScreen):
    """Owns the listing. Its subclass yields a ListHead, a StoryList and a FilterLine, and says what else is shown."""

    head = query_one(ListHead)
    stories = query_one(StoryList)
    filter_line = query_one(FilterLine)

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
    def _is_in_article(self) -> bool:
        """Whether the article beside the list has the keys."""
        pane = self.article_pane()
        return pane is not None and pane.text.has_focus

    @property
    def _is_reading(self) -> bool:
        """Whether the eye is in the article beside the list: it has the keys, or was scrolled."""
        pane = self.article_pane()
        return pane is not None and (self._is_in_article or pane.text.scroll_offset.y > 0)

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

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done now is offered."""
        match action:
            case "select":
                return bool(self.listing.rows)
            case "filter":
                return bool(self.listing.rows or self.listing.needle.text)
            case "follow":
                return self.is_composed and not self.filter_line.is_open
            case "newest":
                return self._has_waiting or not self.listing.is_at_top
            case "back":
                return self.is_composed and (
                    self.filter_line.is_open or self._is_in_article or bool(self.listing.marked)
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

    def action_newest(self) -> None:
        """Shows what waits, and goes to the newest."""
        self._follows, self._is_on_hold = True, False
        self.listing = self.listing.follow(self.view.stories).at_row(0)
        self._show()

    def action_follow(self) -> None:
        """Follows, where the list holds for whatever reason: what waited comes in above the selected story, and more by
        itself. Else holds, until it is asked for again.
        """
        self._is_on_hold = self._follows and not self._is_on_hold
        if self._is_on_hold:
            self.flash("the list holds still: arrivals wait until f again")
        else:
            self._follows = True
            self._let_in()
            self.flash("the list follows: arrivals come in by themselves")
        self._show()

    def action_select(self) -> None:
        """Marks the selected story, or takes its mark away, and goes down."""
        story = self.listing.story
        if story is None:
            return
        self.listing = self.listing.with_marked(self.listing.marked ^ {story.id})
        self.go_to_row(StoryList.Moved(self.listing.index + 1))
        self.refresh_bindings()

    def action_filter(self) -> None:
        """Opens the filter line."""
        self.filter_line.open()
        self.refresh_bindings()

    def action_back(self) -> None:
        """From the article to the list; there the marks go first, then the filter. The selection stays."""
        is_in_list = self.stories.has_focus
        is_in_article = self._is_in_article
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
        self.stories.show_listing(self.listing, rule_ids, self.lines_of_empty())
        mode = "on hold (f)" if self._is_on_hold else ""
        if self.listing.needle.text:
            mode = "filtered"
        if self.listing.marked:
            mode = f"{len(self.listing.at_hand):,} selected"
        if self.filter_line.is_open:
            self.filter_line.say(self.listing.needle, len(self.listing.rows), self.listing.unfiltered)
        self.head.show(self.listing, self.stories.columns, mode)
        self.show_selected()

    def lines_of_empty(self) -> Sequence[Pieces]:
        """What stands in the place of the rows where there are none."""
        raise NotImplementedError
