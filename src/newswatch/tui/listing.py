"""Which stories the list shows, which wait, and which one is selected. Pure: the screen's manners, testable bare.

The selection belongs to a story, never to a row. `follow` lets everything in; `hold` lets nothing move:
what is shown changes in place, what is new waits and is counted.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from operator import is_

from newswatch.model.hit import StoryId
from newswatch.model.story import Story
from newswatch.tui.filter import Needle, is_put_away
from newswatch.tui.picking import at_hand

__all__ = ["Listing", "Needle", "Scope"]


class Scope(Enum):
    """How much of what did not interrupt stands among the alerts."""

    NONE = "alerts only"
    HELD = "held ones too, but what was muted or snoozed"
    ALL = "everything"

    def after(self, *, has_put_away: bool) -> Scope:
        """The next one round; what was muted or snoozed has one of its own where there is any."""
        match self:
            case Scope.HELD:
                return Scope.NONE
            case Scope.NONE:
                return Scope.ALL if has_put_away else Scope.HELD
            case Scope.ALL:
                return Scope.HELD


@dataclass(frozen=True, slots=True)
class Listing:
    """What the list shows. `let_in` are the stories that are not waiting, in the order of their rows;
    `rows` are those of them that pass the filter and the scope. `index` is the row of the selected story, 0 when
    nothing is. `waiting` counts alerts that wait, `waiting_held` the held ones. `marked` are the stories a person
    picked to act on together, whether they are shown at the moment or not.
    """

    let_in: tuple[Story, ...] = ()
    rows: tuple[Story, ...] = ()
    selected: StoryId | None = None
    index: int = 0
    waiting: int = 0
    waiting_held: int = 0
    needle: Needle = field(default_factory=Needle)
    scope: Scope = Scope.HELD
    marked: frozenset[StoryId] = frozenset()

    @property
    def story(self) -> Story | None:
        """The selected story."""
        return self.rows[self.index] if self.rows else None

    @property
    def at_hand(self) -> tuple[Story, ...]:
        """What an action is meant for: the marked stories that are shown, else the selected one."""
        return at_hand(self.rows, self.index, self.marked, lambda story: story.id)

    @property
    def unfiltered(self) -> int:
        """How many rows there would be without the filter."""
        return sum(self._is_in_scope(story) or self.needle.tells_of_put_away for story in self.let_in)

    @property
    def is_at_top(self) -> bool:
        """Whether the first row is selected, or there is none."""
        return not self.rows or self.rows[0].id == self.selected

    @property
    def shows_held(self) -> bool:
        """Whether any held stories are shown."""
        return self.scope is not Scope.NONE

    def follow(self, stories: tuple[Story, ...]) -> Listing:
        """Everything is let in. A selection on the first row stays there; any other stays with its story."""
        was_at_top = self.is_at_top
        after = _sifted(replace(self, let_in=stories, waiting=0, waiting_held=0), self.index)
        return after.at_row(0) if was_at_top else after

    def hold(self, stories: tuple[Story, ...], *, lets_back: bool = False) -> Listing:
        """Nothing moves: stories that are shown change in place, others wait.

        So does one that was put away and now is to be shown again: it would push the rows under the eye apart. But a
        person who has just asked for it back (`lets_back`) finds it where it was.
        """
        fresh = {story.id: story for story in stories}
        let_in = [fresh.pop(story.id, story) for story in self.let_in]
        is_as_before = all(map(is_, let_in, self.let_in))  # most arrivals are new: then the rows are what they were
        if not (is_as_before or lets_back):
            for place, story in enumerate(self.let_in):
                now = let_in[place]
                if now is not story and not self.passes(story) and self.passes(now):
                    fresh[now.id] = now
            let_in = [story for story in let_in if story.id not in fresh]
        waiting = _passing(self, fresh.values())
        alerts = sum(story.is_alert for story in waiting)
        held = replace(self, waiting=alerts, waiting_held=len(waiting) - alerts)
        return held if is_as_before else _sifted(replace(held, let_in=tuple(let_in)), self.index)

    def at_row(self, row: int) -> Listing:
        """With the story of that row selected; rows beyond the ends are the last and the first."""
        if not self.rows:
            return replace(self, selected=None, index=0)
        row = min(max(row, 0), len(self.rows) - 1)
        return replace(self, selected=self.rows[row].id, index=row)

    def at_story(self, story_id: StoryId) -> Listing:
        """With that story selected, if it is shown."""
        row = _row_of(self.rows, story_id)
        return self if row is None else replace(self, selected=story_id, index=row)

    def filtered(self, needle: Needle, stories: Sequence[Story]) -> Listing:
        """With another filter. What waits is counted anew, from all `stories` there are."""
        return _sifted(replace(self, needle=needle), self.index).hold(tuple(stories))

    def scoped(self, scope: Scope, stories: Sequence[Story]) -> Listing:
        """With more or fewer held stories shown."""
        return _sifted(replace(self, scope=scope), self.index).hold(tuple(stories))

    def with_marked(self, marked: Collection[StoryId]) -> Listing:
        """With these stories marked, and no others."""
        return replace(self, marked=frozenset(marked))

    def passes(self, story: Story) -> bool:
        """Whether the filter and the scope let the story be shown. A filter that asks for muted ones shows them."""
        return (self._is_in_scope(story) or self.needle.tells_of_put_away) and self.needle.finds(story)

    def _is_in_scope(self, story: Story) -> bool:
        match self.scope:
            case Scope.NONE:
                return story.is_alert
            case Scope.HELD:
                return not is_put_away(story)
            case Scope.ALL:
                return True


def _row_of(rows: tuple[Story, ...], story_id: StoryId | None) -> int | None:
    return next((row for row, story in enumerate(rows) if story.id == story_id), None)


def _sifted(listing: Listing, row_before: int) -> Listing:
    """The rows worked out anew; a selection that is not among them goes to the row where it was."""
    rows = _passing(listing, listing.let_in)
    row = _row_of(rows, listing.selected)
    after = replace(listing, rows=rows)
    return after.at_row(row_before) if row is None else replace(after, index=row)


def _passing(listing: Listing, stories: Collection[Story]) -> tuple[Story, ...]:
    """Those of the stories that pass. Without a filter it is asked at each batch of arrivals, of thousands of them."""
    if not listing.needle.is_empty:
        return tuple(story for story in stories if listing.passes(story))
    match listing.scope:
        case Scope.NONE:
            return tuple([story for story in stories if story.is_alert])
        case Scope.HELD:
            return tuple([story for story in stories if story.is_alert or not is_put_away(story)])
        case Scope.ALL:
            return tuple(stories)
