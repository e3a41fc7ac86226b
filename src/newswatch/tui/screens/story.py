"""What a person can do to stories, on any screen that has one before the eye: ack, star, tag, note, snooze, mute.

The dialogs are loaded when they are first opened: the first paint needs none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from newswatch.model.hit import Hit, Note, Triage
from newswatch.model.mute import MuteDraft
from newswatch.model.story import Story
from newswatch.tui.keys import bindings
from newswatch.tui.paint import cut
from newswatch.tui.screens.story_reading import StoryReadingScreen
from newswatch.tui.words import counted, minute

if TYPE_CHECKING:
    from newswatch.tui.screens.example import Wanted
    from newswatch.tui.screens.note import Noted
    from newswatch.tui.screens.tag import Tagging

MANY = 10  # stories; to act on more is asked for
NAMED = 5  # of them are named in the question
NAME_CELLS = 48
NEEDS_STORY = frozenset({"ack", "star", "open_story"})
NEEDS_WRITER = frozenset({"tag", "note", "snooze", "mute", "add_example"})


class StoryScreen(StoryReadingScreen):
    """A screen with a story. Each action takes the story as it is when the key is pressed."""

    BINDINGS = bindings("hit.ack", "hit.star", "hit.tag", "hit.note", "hit.snooze", "hit.mute", "hit.add_example")

    def stories_at_hand(self) -> tuple[Story, ...]:
        """The stories that an action on several is meant for, now."""
        story = self.story_at_hand()
        return () if story is None else (story,)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done now is offered."""
        if action in NEEDS_STORY:
            return self.story_at_hand() is not None
        if action in NEEDS_WRITER:
            return not self.engine.is_read_only and self.story_at_hand() is not None
        return super().check_action(action, parameters)

    def action_ack(self) -> None:
        """Acks what is at hand, or takes the acks back where all of it is acked."""
        stories = self.stories_at_hand()
        if not stories:
            return
        is_acked = all(story.state is Triage.ACKED for story in stories)
        words = f"{'unacked' if is_acked else 'acked'} {named(stories)}"

        def do() -> None:
            self._do(self.desk.hand.set_acked(hits_of(stories), words, acked=not is_acked), stories)

        self._ask_if_many(
            stories, "Take the acks of {} back?" if is_acked else "Ack {}?", "ack" if not is_acked else "unack", do
        )

    def action_star(self) -> None:
        """Stars what is at hand, or unstars it where all of it is starred."""
        stories = self.stories_at_hand()
        if not stories:
            return
        is_starred = all(story.is_starred for story in stories)
        words = f"{'unstarred' if is_starred else 'starred'} {named(stories)}"

        def do() -> None:
            self._do(self.desk.hand.set_starred(hits_of(stories), words, starred=not is_starred), stories)

        self._ask_if_many(stories, "Unstar {}?" if is_starred else "Star {}?", "unstar" if is_starred else "star", do)

    def action_tag(self) -> None:
        """Gives tags, or takes them away."""
        from newswatch.tui.screens.tag import TagScreen

        stories = self.stories_at_hand()
        if not stories:
            return

        def chosen(tagging: Tagging | None) -> None:
            if tagging is not None:
                words = f"tagged {named(stories)}"
                verb = self.desk.hand.set_handled(
                    hits_of(stories), lambda handled: replace(handled, tags=tagging.on(handled.tags)), words
                )
                self._do(verb, stories)

        self.app.push_screen(TagScreen(self.looks, stories, self.view.stories), chosen)

    def action_note(self) -> None:
        """Writes a note, which stands with the lead of each story, or changes one that is there."""
        from newswatch.tui.screens.note import NoteScreen

        stories = self.stories_at_hand()
        if not stories:
            return

        def chosen(noted: Noted | None) -> None:
            if noted is not None and noted.instead_of is not None:
                words = f"note {'changed' if noted.text else 'deleted'} on {named(stories)}"
                after = noted.on
                verb = self.desk.hand.set_handled(
                    hits_of(stories), lambda handled: replace(handled, notes=after(handled.notes)), words
                )
                self._do(verb, stories, is_said=True)
            elif noted is not None:
                note = Note(self.looks.now(), noted.text)
                verb = self.desk.hand.set_handled(
                    [story.lead for story in stories],
                    lambda handled: replace(handled, notes=(*handled.notes, note)),
                    f"noted on {named(stories)}",
                )
                self._do(verb, stories, is_said=True)

        self.app.push_screen(NoteScreen(self.looks, stories), chosen)

    def action_snooze(self) -> None:
        """Puts stories away until later, with what came for them while the time was chosen. One that was acked comes
        up again, too: that is what is asked for.
        """
        from newswatch.tui.screens.snooze import SnoozeScreen

        stories = self.stories_at_hand()
        if not stories:
            return

        def chosen(until: datetime | None) -> None:
            if until is not None:
                verb = self.desk.hand.set_handled(
                    hits_of(self._as_now(stories)),
                    lambda handled: replace(
                        handled,
                        snoozed_until=until,
                        state=Triage.OPEN if handled.state is Triage.ACKED else handled.state,
                    ),
                    f"snoozed {named(stories)} until {minute(until, self.looks.now(), self.looks.zone)}",
                )
                self._do(verb, stories, is_said=True)

        self.app.push_screen(SnoozeScreen(self.looks, stories), chosen)

    def action_mute(self) -> None:
        """Mutes the story, its source, a phrase or its rule, for a while."""
        from newswatch.tui.screens.mute import MuteScreen, muted_in_words

        stories = self.stories_at_hand()
        if not stories:
            return

        def chosen(drafts: tuple[MuteDraft, ...] | None) -> None:
            if drafts:
                self._do(self.desk.hand.mute(drafts, muted_in_words(drafts)), stories, is_said=True)

        self.app.push_screen(MuteScreen(self.looks, self.engine, stories), chosen)

    def action_add_example(self) -> None:
        """Makes a must or must_not of the story's headline, for the rule that fired."""
        from newswatch.tui.screens.example import ExampleScreen

        if (story := self.story_at_hand()) is not None:

            def chosen(example: Wanted | None) -> None:
                if example is not None:
                    self.tell(self.desk.hand.add_example(example.hit, matches=example.matches), hint="u undoes")

            self.app.push_screen(ExampleScreen(self.desk, story), chosen)

    def _as_now(self, stories: Sequence[Story]) -> list[Story]:
        """The same stories, as the world has them by now."""
        wanted = {story.id for story in stories}
        now = {story.id: story for story in self.desk.latest().stories if story.id in wanted}
        return [now.get(story.id, story) for story in stories]

    def acted(self, stories: Sequence[Story]) -> None:
        """Called when something was begun with these stories."""

    def _do(self, verb: Coroutine[object, object, str], stories: Sequence[Story], *, is_said: bool = False) -> None:
        """Does it; says so where the rows do not show it, and where there are several."""
        self.tell(verb, is_said=is_said or len(stories) > 1, hint="u undoes")
        self.acted(stories)

    def _ask_if_many(self, stories: Sequence[Story], question: str, yes: str, do: Callable[[], None]) -> None:
        if len(stories) <= MANY:
            do()
            return
        from newswatch.tui.screens.ask import Ask

        def answered(is_wanted: bool | None) -> None:  # noqa: FBT001  Textual calls it so
            if is_wanted:
                do()

        asked = question.format(counted(len(stories), "story", "stories"))
        self.app.push_screen(Ask(self.looks, asked, preview(stories), yes=yes), answered)


def hits_of(stories: Sequence[Story]) -> tuple[Hit, ...]:
    """All hits of some stories."""
    return tuple(hit for story in stories for hit in story.hits)


def named(stories: Sequence[Story]) -> str:
    """What is acted on: one story by its headline, several by their number."""
    if len(stories) != 1:
        return counted(len(stories), "story", "stories")
    return cut(stories[0].lead.entry.title, NAME_CELLS) or "a story"


def preview(stories: Sequence[Story]) -> list[str]:
    """What a question about many stories names: the first of them, and how many are held."""
    said = [cut(story.lead.entry.title, 2 * NAME_CELLS) for story in stories[:NAMED]]
    if len(stories) > NAMED:
        said.append(f"and {len(stories) - NAMED:,} more")
    held = sum(not story.is_alert for story in stories)
    return [*said, f"{counted(held, 'of them is', 'of them are')} held."] if held else said
