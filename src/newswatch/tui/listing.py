"""Which stories the list shows, which wait, and which one is selected. Pure: the screen's manners, testable bare.

The selection belongs to a story, never to a row. `follow` lets everything in; `hold` lets nothing move:
what is shown changes in place, what is new waits and is counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from newswatch.model.hit import StoryId
from newswatch.model.story import Story


@dataclass(frozen=True, slots=True)
class Needle:
    """What the list is filtered by: plain text in headline, source or rule; a leading `!` turns it round."""

    text: str = ""

    def finds(self, story: Story) -> bool:
        """Whether the story passes the filter."""
        wanted = self.text.strip().casefold()
        is_inverse = wanted.startswith("!")
        wanted = wanted.removeprefix("!").strip()
        if not wanted:
            return True
        haystack = (
            text for hit in story.hits for text in (hit.entry.title, hit.entry.source, hit.rule_id, hit.rule_name)
        )
        return any(wanted in text.casefold() for text in haystack) is not is_inverse


@dataclass(frozen=True, slots=True)
class Listing:
    """What the list shows. `let_in` are the stories that are not waiting, in the order of their rows;
    `rows` are those of them that pass the filter and the `held` switch. `waiting` counts alerts that wait,
    `waiting_held` the held ones.
    """

    let_in: tuple[Story, ...] = ()
    rows: tuple[Story, ...] = ()
    selected: StoryId | None = None
    waiting: int = 0
    waiting_held: int = 0
    needle: Needle = Needle()
    shows_held: bool = True

    @property
    def index(self) -> int:
        """The row of the selected story; 0 when nothing is selected."""
        return next((row for row, story in enumerate(self.rows) if story.id == self.selected), 0)

    @property
    def story(self) -> Story | None:
        """The selected story."""
        return self.rows[self.index] if self.rows else None

    @property
    def is_at_top(self) -> bool:
        """Whether the first row is selected, or there is none."""
        return not self.rows or self.rows[0].id == self.selected

    def follow(self, stories: tuple[Story, ...]) -> Listing:
        """Everything is let in. A selection on the first row stays there; any other stays with its story."""
        was_at_top = self.is_at_top
        after = _sifted(replace(self, let_in=stories, waiting=0, waiting_held=0), self.index)
        return after.at_row(0) if was_at_top else after

    def hold(self, stories: tuple[Story, ...]) -> Listing:
        """Nothing moves: stories that are shown change in place, others wait."""
        fresh = {story.id: story for story in stories}
        let_in = tuple(fresh.pop(story.id, story) for story in self.let_in)
        waiting = [story for story in fresh.values() if self.passes(story)]
        alerts = sum(story.is_alert for story in waiting)
        after = replace(self, let_in=let_in, waiting=alerts, waiting_held=len(waiting) - alerts)
        return _sifted(after, self.index)

    def at_row(self, row: int) -> Listing:
        """With the story of that row selected; rows beyond the ends are the last and the first."""
        if not self.rows:
            return replace(self, selected=None)
        return replace(self, selected=self.rows[min(max(row, 0), len(self.rows) - 1)].id)

    def at_story(self, story_id: StoryId) -> Listing:
        """With that story selected, if it is shown."""
        return replace(self, selected=story_id) if any(story.id == story_id for story in self.rows) else self

    def filtered(self, needle: Needle, stories: Sequence[Story]) -> Listing:
        """With another filter. What waits is counted anew, from all `stories` there are."""
        return _sifted(replace(self, needle=needle), self.index).hold(tuple(stories))

    def showing_held(self, stories: Sequence[Story], *, shows_held: bool) -> Listing:
        """With held stories shown or not."""
        return _sifted(replace(self, shows_held=shows_held), self.index).hold(tuple(stories))

    def passes(self, story: Story) -> bool:
        """Whether the filter and the `held` switch let the story be shown."""
        return (self.shows_held or story.is_alert) and self.needle.finds(story)


def _sifted(listing: Listing, row_before: int) -> Listing:
    """The rows worked out anew; a selection that is not among them goes to the row where it was."""
    rows = tuple(story for story in listing.let_in if listing.passes(story))
    after = replace(listing, rows=rows)
    if any(story.id == listing.selected for story in rows):
        return after
    return after.at_row(row_before)
