"""The story that is selected in a list: why it is there, shown beside the list, and when it counts as seen."""

from __future__ import annotations

import math
from collections.abc import Sequence

from textual.timer import Timer

from newswatch.model.hit import Triage
from newswatch.model.story import Story
from newswatch.tui.desk import Desk
from newswatch.tui.latest import run_latest
from newswatch.tui.reasons import Reason
from newswatch.tui.screens.story import StoryScreen

SEEN_AFTER_S = 1.0
AWAY_S = 60.0  # without a key for so long, nobody is taken to have seen anything


class SelectedStoryScreen(StoryScreen):
    """A screen with a list of stories. Its subclass says which is selected (`story_at_hand`), and shows the reasons."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._shown: Story | None = None
        self._seen_timer: Timer | None = None
        self._touched_s = -math.inf  # nobody was here yet

    def show_reasons(self, story: Story | None, reasons: Sequence[Reason]) -> None:
        """Shows why a story is there, as far as it is known."""
        raise NotImplementedError

    @property
    def rest_s(self) -> float:
        """How long no key was pressed."""
        return self.looks.monotonic() - self._touched_s

    def touch(self) -> None:
        """A person is there: who was away has the selected story before the eye from now on."""
        was_away = self.rest_s >= AWAY_S
        super().touch()
        self._touched_s = self.looks.monotonic()
        if was_away and self.is_composed:
            self._await_seen()

    def show_selected(self) -> None:
        """Shows the selected story, another one or the same as it is now."""
        story = self.story_at_hand()
        if story != self._shown:
            is_other = (story and story.id) != (self._shown and self._shown.id)
            self._shown = story
            if is_other:
                self._await_seen()
            if story is not None and not self.desk.clauses.is_known(story.lead):
                run_latest(self, lambda: self._explain(story), "explain")
            self.refresh_bindings()
        self._show_reasons()

    def advance(self, story: Story, state: Triage) -> None:
        """Moves the hits of a story forward to a state, those that are not further already."""
        behind = [hit.id for hit in story.hits if hit.state.rank < state.rank]
        if behind and not self.engine.is_read_only:
            self.perform(self.engine.advance(behind, state))

    def _show_reasons(self) -> None:
        story = self._shown
        self.show_reasons(story, self.desk.clauses.essence(story.lead) if story else ())

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
        story = self.story_at_hand()
        if story is not None and self.app.screen is self and self.rest_s < AWAY_S and self.desk.has_focus:
            self.advance(story, Triage.SEEN)
