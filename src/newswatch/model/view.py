"""What a screen shows, as one value, and how events change it.

`reduce` is pure: given a view and a batch, the next view. A view holds a bounded window of the
history, newest first; older hits come by page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import assert_never

from newswatch.model.event import (
    Batch,
    Event,
    FeedChanged,
    FeedRemoved,
    HitsStored,
    Liveness,
    LivenessChanged,
    NextCheckChanged,
    NoticeCleared,
    NoticeRaised,
    RuleChanged,
    RulesChanged,
    Totals,
    TotalsChanged,
)
from newswatch.model.feed import FeedHealth, FeedId, FeedStatus
from newswatch.model.hit import Hit, HitId, StoryId, Triage
from newswatch.model.rule import RuleStatus
from newswatch.model.story import Story

WINDOW_STORIES = 5_000


@dataclass(frozen=True, slots=True)
class View:
    """The state of the world as of event number `seq`. `stories` are newest first."""

    seq: int = 0
    stories: tuple[Story, ...] = ()
    feeds: Mapping[FeedId, FeedHealth] = field(default_factory=dict)
    rules: tuple[RuleStatus, ...] = ()
    liveness: Liveness = Liveness.STARTING
    next_check_at: datetime | None = None
    totals: Totals = field(default_factory=Totals)
    notices: Mapping[str, NoticeRaised] = field(default_factory=dict)

    @property
    def new(self) -> int:
        """Stories that alert and that nobody has seen."""
        return sum(story.is_alert and story.state is Triage.NEW for story in self.stories)

    @property
    def unacked(self) -> int:
        """Stories that alert and are not acked."""
        return sum(story.is_alert and story.state is not Triage.ACKED for story in self.stories)

    @property
    def held(self) -> int:
        """Stories in the window that did not interrupt."""
        return sum(not story.is_alert for story in self.stories)

    @property
    def feeds_ok(self) -> int:
        """Feeds whose last check succeeded."""
        return sum(health.status is FeedStatus.OK for health in self.feeds.values())

    @property
    def feeds_failing(self) -> int:
        """Feeds whose last check failed, or that the server ended."""
        bad = (FeedStatus.FAILING, FeedStatus.STOPPED)
        return sum(health.status in bad for health in self.feeds.values())


def reduce(view: View, batch: Batch) -> View:
    """The view after a batch of events."""
    changed_hits: list[Hit] = []
    for event in batch.events:
        if isinstance(event, HitsStored):
            changed_hits.extend(event.hits)
        else:
            view = _apply(view, event)
    if changed_hits:
        view = replace(view, stories=merge_hits(view.stories, changed_hits))
    return replace(view, seq=batch.seq)


def _apply(view: View, event: Event) -> View:
    match event:
        case HitsStored():
            return replace(view, stories=merge_hits(view.stories, event.hits))
        case FeedChanged(health):
            return replace(view, feeds={**view.feeds, health.feed.id: health})
        case FeedRemoved(gone):
            return replace(view, feeds={key: feed for key, feed in view.feeds.items() if key != gone})
        case RulesChanged(rules):
            return replace(view, rules=rules)
        case RuleChanged(changed):
            rules = tuple(changed if rule.rule.id == changed.rule.id else rule for rule in view.rules)
            return replace(view, rules=rules)
        case LivenessChanged(liveness):
            return replace(view, liveness=liveness)
        case NextCheckChanged(at):
            return replace(view, next_check_at=at)
        case TotalsChanged(totals):
            return replace(view, totals=totals)
        case NoticeRaised(key):
            return replace(view, notices={**view.notices, key: event})
        case NoticeCleared(key):
            return replace(view, notices={k: v for k, v in view.notices.items() if k != key})
        case _:
            assert_never(event)


def merge_hits(stories: tuple[Story, ...], hits: Iterable[Hit]) -> tuple[Story, ...]:
    """The stories with these hits added or replaced, newest first, at most `WINDOW_STORIES` of them."""
    arriving: dict[StoryId, dict[HitId, Hit]] = {}
    for hit in hits:
        arriving.setdefault(hit.story_id, {})[hit.id] = hit
    merged: list[Story] = []
    for story in stories:
        fresh = arriving.pop(story.id, None)
        merged.append(story if fresh is None else _grown(story, fresh))
    merged.extend(_story(story_id, fresh) for story_id, fresh in arriving.items())
    merged.sort(key=lambda story: story.order, reverse=True)
    return tuple(merged[:WINDOW_STORIES])


def _grown(story: Story, fresh: Mapping[HitId, Hit]) -> Story:
    return _story(story.id, {**{hit.id: hit for hit in story.hits}, **fresh})


def _story(story_id: StoryId, hits: Mapping[HitId, Hit]) -> Story:
    return Story(id=story_id, hits=tuple(sorted(hits.values(), key=lambda hit: (hit.entry.at, hit.id))))
