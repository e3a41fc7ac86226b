"""What a person can do with one story, on any screen that has one before the eye."""

from __future__ import annotations

from datetime import UTC

from newswatch.model.hit import Triage
from newswatch.model.story import Story
from newswatch.tui.keys import Key, bindings
from newswatch.tui.paint import printable
from newswatch.tui.screens.base import BaseScreen
from newswatch.tui.screens.browse import ask_to_open
from newswatch.tui.screens.why import WhyScreen
from newswatch.tui.widgets.article import ArticlePane

NEEDS_STORY = frozenset({"ack", "star", "why", "edit_rule", "copy_citation", "open_story"})
NEEDS_LINK = frozenset({"open_link", "copy_link"})
NEEDS_MARKS = frozenset({"next_mark", "previous_mark"})


class StoryScreen(BaseScreen):
    """A screen with a story. Each action takes the story as it is when the key is pressed."""

    BINDINGS = bindings(
        "hit.ack", "hit.star", "hit.why", "hit.edit_rule", "hit.open_link", "hit.copy_link", "hit.copy_citation",
        "mark.",
    )  # fmt: skip

    def story_at_hand(self) -> Story | None:
        """The story that an action is meant for, now."""
        raise NotImplementedError

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
        if action in NEEDS_STORY:
            return self.story_at_hand() is not None
        if action in NEEDS_LINK:
            story = self.story_at_hand()
            return story is not None and story.lead.entry.link is not None
        if action in NEEDS_MARKS:
            pane = self.article_pane()
            return pane is not None and pane.is_mounted and pane.display and pane.text.has_marks
        return super().check_action(action, parameters)

    def action_ack(self) -> None:
        """Acks the story, or takes the ack back."""
        if (story := self.story_at_hand()) is not None:
            is_acked = story.state is Triage.ACKED
            self.perform(self.engine.set_acked(story.hit_ids, acked=not is_acked))

    def action_star(self) -> None:
        """Stars the story, or unstars it."""
        if (story := self.story_at_hand()) is not None:
            self.perform(self.engine.set_starred(story.hit_ids, starred=not story.is_starred))

    def action_why(self) -> None:
        """Shows why in full."""
        if (story := self.story_at_hand()) is not None:
            self.app.push_screen(WhyScreen(self.desk, story))

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
            self.app.copy_to_clipboard(printable(story.lead.entry.link))
            self.flash(f"copied {story.lead.entry.link}")

    def action_copy_citation(self) -> None:
        """Copies title, source, time and link."""
        if (story := self.story_at_hand()) is not None:
            self.app.copy_to_clipboard(citation(story))
            self.flash(f"copied {citation(story)}")

    def action_open_link(self) -> None:
        """Opens the link, after its real host was shown; without a browser the address is shown and copied."""
        story = self.story_at_hand()
        if story is not None and story.lead.entry.link is not None:
            ask_to_open(self, story.lead.entry.link, also_yes="o")


def citation(story: Story) -> str:
    """`Title. Source, 22 Nov 2026 14:30 UTC. https://…`, of the story's lead entry, on one line."""
    entry = story.lead.entry
    at = (entry.published_at or entry.seen_at).astimezone(UTC)
    said = [entry.title.rstrip(".") or "(no title)", f"{entry.source}, {at.day} {at:%b} {at.year:04d} {at:%H:%M} UTC"]
    return printable(". ".join([*said, entry.link] if entry.link else said))
