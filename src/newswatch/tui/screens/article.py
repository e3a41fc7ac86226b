"""An article, full screen."""

from __future__ import annotations

from textual.app import ComposeResult

from newswatch.model.hit import StoryId
from newswatch.model.story import Story
from newswatch.tui.desk import Desk
from newswatch.tui.keys import bindings
from newswatch.tui.places import ALERTS
from newswatch.tui.screens.article_links import LinksScreen
from newswatch.tui.screens.browse import ask_to_open
from newswatch.tui.screens.story import StoryScreen
from newswatch.tui.widgets.article import ArticlePane

ZEN = "-zen"


class ArticleScreen(StoryScreen):
    """One story to read; it stays the same one, whatever comes in. The page behind it is read meanwhile."""

    PLACE = ALERTS
    CALLED = "Article"
    AUTO_FOCUS = "ArticleText"
    BINDINGS = bindings("article.", "app.back")

    def __init__(self, desk: Desk, story: Story) -> None:
        super().__init__(desk)
        self._story = story
        self._is_zen = False

    def compose_body(self) -> ComposeResult:
        """The article."""
        yield ArticlePane(self.desk, is_full_screen=True)

    def story_at_hand(self) -> Story | None:
        """The story that is open."""
        return self._story

    def article_pane(self) -> ArticlePane | None:
        """The whole body."""
        return self.query_one(ArticlePane) if self.is_composed else None

    def on_mount(self) -> None:
        """Asks why, if that is not known yet, and for the page."""
        self.run_worker(self._explain(), exit_on_error=False)
        self.perform(self._read(again=False))

    def show_view(self) -> None:
        """Shows the story as it is now."""
        self._story = story_of(self.view.stories, self._story.id) or self._story
        reasons = self.desk.clauses.essence(self._story.lead)
        self.query_one(ArticlePane).show(self._story, reasons, is_bare=self._is_zen)
        if not self.desk.readings.is_current(self._story.lead) and not self._is_reading:
            self.perform(self._look_up())
        self.refresh_bindings()

    def show_time(self) -> None:
        """How long a page has been asked for."""
        if self._is_reading:
            self.show_view()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done now is offered."""
        match action:
            case "read_again":
                return self._story.lead.entry.link is not None and not (self.engine.is_read_only or self._is_reading)
            case "to_bullet" | "next_bullet":
                return self.is_composed and bool(self.query_one(ArticlePane).text.body.bullets) and not self._is_zen
            case "links":
                return self.is_composed and bool(self.query_one(ArticlePane).text.body.links)
            case "pictures":
                return self.is_composed and bool(self.query_one(ArticlePane).text.body.pictures)
            case _:
                return super().check_action(action, parameters)

    def action_read_again(self) -> None:
        """Fetches the page and reads it again."""
        self.perform(self._read(again=True))

    def action_to_bullet(self, number: int) -> None:
        """To where a bullet stands in the text."""
        text = self.query_one(ArticlePane).text
        if number <= len(text.body.bullets):
            text.go_to_bullet(number)

    def action_next_bullet(self) -> None:
        """To the bullets one after the other."""
        self.query_one(ArticlePane).text.go_to_bullet(0)

    def action_links(self) -> None:
        """Shows where the links lead; the one that is chosen is opened after its host was shown."""

        def chosen(link: str | None) -> None:
            if link is not None:
                ask_to_open(self, link)

        body = self.query_one(ArticlePane).text.body
        self.app.push_screen(LinksScreen(self.looks, body), chosen)

    def action_pictures(self) -> None:
        """Shows which pictures there are and where they come from; the one that is chosen is fetched and drawn."""
        from newswatch.tui.pictures import obstacle

        if said := obstacle(self.looks):
            self.flash(said, is_alarm=True)
            return
        from newswatch.tui.screens.pictures import PictureScreen, PicturesScreen

        body = self.query_one(ArticlePane).text.body

        def chosen(link: str | None) -> None:
            if link is not None:
                caption = body.pictures[body.links.index(link) + 1]
                self.app.push_screen(PictureScreen(self.desk, self._story.lead.id, link, caption))

        self.app.push_screen(PicturesScreen(self.looks, body), chosen)

    def action_zen(self) -> None:
        """Only the text, or all of it again."""
        self._is_zen = not self._is_zen
        self.set_class(self._is_zen, ZEN)
        self.key_line.whisper({"article.zen": "all of it again"} if self._is_zen else None)
        self.show_view()

    def action_back(self) -> None:
        """Out of zen, then back to the list."""
        if self._is_zen:
            self.action_zen()
            return
        self.desk.readings.leave(self._story.lead, self.query_one(ArticlePane).text.place)
        self.dismiss(None)

    @property
    def _is_reading(self) -> bool:
        return self.desk.readings.of(self._story).doing is not None

    async def _explain(self) -> None:
        await self.desk.clauses.fetch(self._story.lead)
        self._show_again()

    async def _look_up(self) -> None:
        await self.desk.readings.look_up(self._story.lead)
        self._show_again()

    async def _read(self, *, again: bool) -> None:
        """What is stored is shown at once; the page when it was read."""
        readings, hit = self.desk.readings, self._story.lead
        if not again:
            await self._look_up()
        before = readings.of(self._story).shown
        await readings.read(hit, again=again)
        self._show_again()
        reading = readings.of(self._story)
        if again and reading.trouble:
            self.flash(reading.trouble, is_alarm=True)
        elif again:
            after = reading.shown
            is_same = before is not None and after is not None and before.text == after.text
            self.flash("read again: the same text" if is_same else "read again")

    def _show_again(self) -> None:
        if self.is_composed:
            self.show_view()


def story_of(stories: tuple[Story, ...], story_id: StoryId) -> Story | None:
    """The story with that id, if it is in the window."""
    return next((story for story in stories if story.id == story_id), None)
