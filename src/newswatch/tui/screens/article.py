"""An article, full screen."""

from __future__ import annotations

from textual.app import ComposeResult

from newswatch.model.hit import StoryId
from newswatch.model.story import Story
from newswatch.tui.desk import Desk
from newswatch.tui.keys import bindings
from newswatch.tui.places import ALERTS
from newswatch.tui.screens.story import StoryScreen
from newswatch.tui.widgets.article import ArticlePane


class ArticleScreen(StoryScreen):
    """One story to read; it stays the same one, whatever comes in."""

    PLACE = ALERTS
    BINDINGS = bindings("app.back")

    def __init__(self, desk: Desk, story: Story) -> None:
        super().__init__(desk)
        self._story = story

    def compose_body(self) -> ComposeResult:
        """The article."""
        yield ArticlePane(self.looks)

    def story_at_hand(self) -> Story | None:
        """The story that is open."""
        return self._story

    def article_pane(self) -> ArticlePane | None:
        """The whole body."""
        return self.query_one(ArticlePane) if self.is_composed else None

    def on_mount(self) -> None:
        """Asks why, if that is not known yet."""
        self.run_worker(self._explain(), exit_on_error=False)

    def show_view(self) -> None:
        """Shows the story as it is now."""
        self._story = story_of(self.view.stories, self._story.id) or self._story
        self.query_one(ArticlePane).show(self._story, self.desk.clauses.essence(self._story.lead))
        self.refresh_bindings()

    def action_back(self) -> None:
        """Back to the list."""
        self.dismiss(None)

    async def _explain(self) -> None:
        await self.desk.clauses.fetch(self._story.lead)
        if self.is_composed:
            self.show_view()


def story_of(stories: tuple[Story, ...], story_id: StoryId) -> Story | None:
    """The story with that id, if it is in the window."""
    return next((story for story in stories if story.id == story_id), None)
