"""What a person can do with the story that is read: why it is there, its words, its versions, and taking it along."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newswatch.model.rule import RuleId
from newswatch.model.story import Story
from newswatch.model.stream import Listed
from newswatch.tui.citation import citation_of
from newswatch.tui.keys import Key, bindings
from newswatch.tui.paint.why import copies_of
from newswatch.tui.screens.base import BaseScreen
from newswatch.tui.widgets.article import ArticlePane

if TYPE_CHECKING:
    from newswatch.tui.exporting import Format
    from newswatch.tui.screens.why import Next

NEEDS_STORY = frozenset({"why", "edit_rule", "copy_citation"})
NEEDS_LINK = frozenset({"open_link", "copy_link"})
NEEDS_MARKS = frozenset({"next_mark", "previous_mark"})


class StoryReadingScreen(BaseScreen):
    """A screen with a story to read. Each action takes the story as it is when the key is pressed."""

    BINDINGS = bindings(
        "hit.why", "hit.edit_rule", "hit.open_link", "hit.copy_link", "hit.copy_citation", "hit.versions",
        "hit.copies", "hit.export", "mark.",
    )  # fmt: skip

    def story_at_hand(self) -> Story | None:
        """The story that an action is meant for, now."""
        raise NotImplementedError

    def rule_at_hand(self) -> RuleId | None:
        """The rule that fired."""
        story = self.story_at_hand()
        return None if story is None else story.lead.rule_id

    def article_pane(self) -> ArticlePane | None:
        """The article on the screen, if one is shown."""
        raise NotImplementedError

    def name_of(self, key: Key) -> str:
        """With the rule by its id, where a key means the rule that fired."""
        story = self.story_at_hand()
        name = super().name_of(key)
        return f"{name} {story.lead.rule_id}" if key.id == "hit.edit_rule" and story is not None else name

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done now is offered."""
        story = self.story_at_hand()
        if action in NEEDS_STORY:
            return story is not None
        if action in NEEDS_LINK:
            return story is not None and story.lead.entry.link is not None
        if action in NEEDS_MARKS:
            pane = self.article_pane()
            return pane is not None and pane.is_mounted and pane.display and pane.text.has_marks
        if action == "versions":
            return story is not None and (story.lead.is_revised or bool(self.desk.readings.of(story).edits))
        if action == "copies":
            return story is not None and len(copies_of(story)) > 1
        if action == "export":
            return story is not None and self.desk.exports is not None
        return super().check_action(action, parameters)

    def action_why(self) -> None:
        """Shows why in full; from there to the rule, to a test of it, or to what other rules say."""
        from newswatch.tui.screens.why import Next, WhyScreen

        story = self.story_at_hand()
        if story is None:
            return

        def chosen(wanted: Next | None) -> None:
            match wanted:
                case Next.EDIT:
                    self.post_message(self.RuleWanted(story.lead.rule_id))
                case Next.TEST:
                    self.app.call_next(self.run_action, "add_example")
                case Next.OTHERS:
                    self._why_not(story)
                case None:
                    pass

        self.app.push_screen(WhyScreen(self.desk, story), chosen)

    def _why_not(self, story: Story) -> None:
        """Shows what every rule says of the story's lead; then the editor, if one is chosen there."""
        from newswatch.tui.screens.why_not import WhyNotScreen

        entry = story.lead.entry
        hits = tuple(hit for hit in story.hits if (hit.entry.feed_id, hit.entry.key) == (entry.feed_id, entry.key))

        def answered(wanted: RuleId | None) -> None:
            if wanted is not None:
                self.post_message(self.RuleWanted(wanted))

        self.app.push_screen(WhyNotScreen(self.desk, Listed(entry, hits)), answered)

    def action_edit_rule(self) -> None:
        """Opens the editor on the rule that fired."""
        if (story := self.story_at_hand()) is not None:
            self.post_message(self.RuleWanted(story.lead.rule_id))

    def action_next_mark(self) -> None:
        """To the next matched word."""
        if (pane := self.article_pane()) is not None:
            pane.text.go_to_mark(1)

    def action_previous_mark(self) -> None:
        """To the previous matched word."""
        if (pane := self.article_pane()) is not None:
            pane.text.go_to_mark(-1)

    def action_copy_link(self) -> None:
        """Copies the link."""
        story = self.story_at_hand()
        if story is not None and story.lead.entry.link is not None:
            self.copy(story.lead.entry.link)

    def action_copy_citation(self) -> None:
        """Copies title, source, time and link."""
        if (story := self.story_at_hand()) is not None:
            self.copy(citation(story))

    def action_open_link(self) -> None:
        """Opens the link, after its real host was shown; without a browser the address is shown and copied."""
        from newswatch.tui.screens.browse import ask_to_open

        story = self.story_at_hand()
        if story is not None and story.lead.entry.link is not None:
            ask_to_open(self, story.lead.entry.link, also_yes="o")

    def action_versions(self) -> None:
        """Shows what became of the texts, word by word."""
        from newswatch.tui.screens.revisions import RevisionsScreen

        story = self.story_at_hand()
        if story is None:
            return

        async def shown() -> None:
            await self.desk.readings.look_up(story.lead)
            if len(self.desk.readings.versions(story.lead)) > 1:
                self.app.push_screen(RevisionsScreen(self.desk, story))
            else:
                self.flash("there is one version of it, as far as newswatch saw")

        self.perform(shown())

    def action_copies(self) -> None:
        """Shows who else has the story; the one that is chosen is opened, and Esc leads back here."""
        from newswatch.tui.screens.copies import CopiesScreen, CopyScreen

        def chosen(copy: Listed | None) -> None:
            if copy is not None:
                self.app.push_screen(CopyScreen(self.desk, copy))

        if (story := self.story_at_hand()) is not None:
            self.app.push_screen(CopiesScreen(self.looks, story), chosen)

    def action_export(self) -> None:
        """Writes the article to a file, and says where."""
        from newswatch.tui.screens.export import ExportScreen, export

        story, folder, preferences = self.story_at_hand(), self.desk.exports, self.desk.preferences
        if story is None or folder is None or preferences is None:
            return

        async def written(form: Format) -> None:
            path = await export(self.desk, story, form, folder)
            self.flash(preferences.wrote(path))

        def chosen(form: Format | None) -> None:
            if form is not None:
                self.perform(written(form))

        self.app.push_screen(ExportScreen(self.desk, story), chosen)


def citation(story: Story) -> str:
    """The story's lead entry, cited on one line."""
    return citation_of(story.lead.entry)
