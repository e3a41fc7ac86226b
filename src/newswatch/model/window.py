"""The stories of a view, newest first: hits come into them at the cost of those hits, however many stories there are.

At two hundred hits a second the engine and each screen do this dozens of times a second, over thousands of stories.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from newswatch.model.hit import Hit, HitId, StoryId
from newswatch.model.story import Story

WINDOW_STORIES = 5_000
FEW = 64  # changes up to which each is put in its place; more are sorted in


@dataclass(frozen=True, slots=True)
class Window:
    """What finds a story by its id. It names what it is of, so that one that is out of date can be told."""

    of: tuple[Story, ...]
    by_id: Mapping[StoryId, Story]

    @classmethod
    def over(cls, stories: tuple[Story, ...]) -> Self:
        """The window of these stories, the newest first."""
        return cls(stories, {story.id: story for story in stories})


@dataclass(frozen=True, slots=True)
class Merged:
    """The window after hits came; `left` are stories that are not in it any more as they were, `came` those that are
    new in it or have changed.
    """

    window: Window
    left: Sequence[Story]
    came: Sequence[Story]


def merged(window: Window, hits: Iterable[Hit]) -> Merged:
    """The window with these hits added or replaced, at most `WINDOW_STORIES` stories."""
    arriving: dict[StoryId, dict[HitId, Hit]] = {}
    for hit in hits:
        arriving.setdefault(hit.story_id, {})[hit.id] = hit
    by_id = dict(window.by_id)
    left = [by_id[story_id] for story_id in arriving if story_id in by_id]
    came = [_grown(by_id.get(story_id), story_id, fresh) for story_id, fresh in arriving.items()]
    by_id.update((story.id, story) for story in came)
    rows = _placed(window.of, left, came) if len(came) <= FEW else _sorted_in(window.of, by_id, came)
    for story in rows[WINDOW_STORIES:]:
        del by_id[story.id]
        if story.id in arriving:
            came.remove(story)
        else:
            left.append(story)
    return Merged(Window(tuple(rows[:WINDOW_STORIES]), by_id), left, came)


def made(story_id: StoryId, hits: Mapping[HitId, Hit]) -> Story:
    """The story of these hits, which are in the order they came."""
    return Story(id=story_id, hits=tuple(sorted(hits.values(), key=lambda hit: (hit.entry.at, hit.id))))


def _grown(story: Story | None, story_id: StoryId, fresh: Mapping[HitId, Hit]) -> Story:
    before = {hit.id: hit for hit in story.hits} if story is not None else {}
    return made(story_id, {**before, **fresh})


def _placed(stories: Sequence[Story], left: Iterable[Story], came: Iterable[Story]) -> list[Story]:
    """Each taken from its place, and put into its place."""
    rows = list(stories)
    for story in left:
        del rows[_row_of(rows, story)]
    for story in came:
        rows.insert(_row_of(rows, story), story)
    return rows


def _sorted_in(stories: Iterable[Story], by_id: Mapping[StoryId, Story], came: Iterable[Story]) -> list[Story]:
    known = {story.id for story in stories}
    rows = [by_id[story.id] for story in stories]
    rows += [story for story in came if story.id not in known]
    rows.sort(key=lambda story: story.order, reverse=True)
    return rows


def _row_of(rows: Sequence[Story], story: Story) -> int:
    """The row where it stands, or would: by halves, since orders fall from row to row and none is there twice."""
    low, high = 0, len(rows)
    while low < high:
        middle = (low + high) // 2
        if rows[middle].order > story.order:
            low = middle + 1
        else:
            high = middle
    return low
