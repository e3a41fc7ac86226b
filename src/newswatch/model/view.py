"""What a screen shows, as one value, and how events change it.

`reduce` is pure: given a view and a batch, the next view. A view holds a bounded window of the
history, newest first; older hits come by page.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import assert_never

from newswatch.model.event import (
    AlertsRaised,
    Batch,
    FeedChanged,
    FeedRemoved,
    FeedsOrdered,
    FeedTurned,
    HitsStored,
    Liveness,
    LivenessChanged,
    MutesChanged,
    NextCheckChanged,
    NoticeCleared,
    NoticeRaised,
    OtherWriter,
    PauseChanged,
    RuleChanged,
    RulesChanged,
    Totals,
    TotalsChanged,
)
from newswatch.model.feed import FeedHealth, FeedId
from newswatch.model.hit import Hit, HitId
from newswatch.model.mute import MuteStatus
from newswatch.model.rule import RuleStatus
from newswatch.model.story import Story
from newswatch.model.tally import FeedTally, StoryTally
from newswatch.model.window import Window, made, merged

# The events that change a view one by one; hits and feeds of a batch are taken in together.
_ByItself = (
    RulesChanged
    | RuleChanged
    | MutesChanged
    | PauseChanged
    | LivenessChanged
    | NextCheckChanged
    | TotalsChanged
    | NoticeRaised
    | NoticeCleared
    | AlertsRaised
    | FeedTurned
)


@dataclass(frozen=True, slots=True)
class View:
    """The state of the world as of event number `seq`. `stories` are newest first.

    `paused_until` is until when nothing rings.
    `writer` is the other process that writes while `liveness` is read-only; None then if nobody does.
    """

    seq: int = 0
    stories: tuple[Story, ...] = ()
    feeds: Mapping[FeedId, FeedHealth] = field(default_factory=dict)
    rules: tuple[RuleStatus, ...] = ()
    mutes: tuple[MuteStatus, ...] = ()
    paused_until: datetime | None = None
    liveness: Liveness = Liveness.STARTING
    writer: OtherWriter | None = None
    next_check_at: datetime | None = None
    totals: Totals = field(default_factory=Totals)
    notices: Mapping[str, NoticeRaised] = field(default_factory=dict)
    _feeds_counted: FeedTally | None = field(default=None, compare=False, repr=False)
    _stories_counted: StoryTally | None = field(default=None, compare=False, repr=False)
    _window: Window | None = field(default=None, compare=False, repr=False)

    @property
    def feed_tally(self) -> FeedTally:
        """How many feeds are how."""
        counted = self._feeds_counted
        return counted if counted is not None and counted.of is self.feeds else FeedTally.count(self.feeds)

    @property
    def story_tally(self) -> StoryTally:
        """How many stories are how."""
        counted = self._stories_counted
        return counted if counted is not None and counted.of is self.stories else StoryTally.count(self.stories)

    @property
    def new(self) -> int:
        """Stories that alert and that nobody has seen."""
        return self.story_tally.new

    @property
    def unacked(self) -> int:
        """Stories that alert and are not acked."""
        return self.story_tally.unacked

    @property
    def held(self) -> int:
        """Stories in the window that did not interrupt."""
        return self.story_tally.held

    @property
    def feeds_ok(self) -> int:
        """Feeds whose last check succeeded."""
        return self.feed_tally.ok

    @property
    def feeds_failing(self) -> int:
        """Feeds whose failing is news (`FeedState.is_failing`), or that the server ended."""
        return self.feed_tally.failing

    @property
    def feeds_retrying(self) -> int:
        """Feeds whose last check failed, which is no news yet."""
        return self.feed_tally.retrying


def reduce(view: View, batch: Batch) -> View:
    """The view after a batch of events."""
    changed_hits: list[Hit] = []
    changed_feeds: dict[FeedId, FeedHealth | None] = {}
    feed_order: tuple[FeedId, ...] = ()
    for event in batch.events:
        match event:
            case HitsStored(hits):
                changed_hits.extend(hits)
            case FeedChanged(health):
                changed_feeds[health.feed.id] = health
            case FeedRemoved(gone):
                changed_feeds[gone] = None
            case FeedsOrdered(order):
                feed_order = order
            case _:
                view = _apply(view, event)
    if changed_feeds or feed_order:
        view = _with_feeds(view, changed_feeds, feed_order)
    if changed_hits:
        view = _with_hits(view, changed_hits)
    return replace(view, seq=batch.seq)


def _with_feeds(view: View, changes: Mapping[FeedId, FeedHealth | None], order: Collection[FeedId] = ()) -> View:
    """Copies the feeds once for all changes: there may be thousands. Those that `order` names stand first, in it."""
    feeds = dict(view.feeds)
    for feed_id, health in changes.items():
        if health is None:
            feeds.pop(feed_id, None)
        else:
            feeds[feed_id] = health
    if order:
        feeds = {feed_id: feeds[feed_id] for feed_id in (*order, *feeds) if feed_id in feeds}
    return replace(view, feeds=feeds, _feeds_counted=view.feed_tally.after(changes, feeds))


def _apply(view: View, event: _ByItself) -> View:
    match event:
        case RulesChanged(rules):
            return replace(view, rules=rules)
        case RuleChanged(changed):
            rules = tuple(changed if rule.rule.id == changed.rule.id else rule for rule in view.rules)
            return replace(view, rules=rules)
        case MutesChanged(mutes):
            return replace(view, mutes=mutes)
        case PauseChanged(until):
            return replace(view, paused_until=until)
        case LivenessChanged(liveness, writer):
            return replace(view, liveness=liveness, writer=writer)
        case AlertsRaised() | FeedTurned():
            return view  # of the moment: who was not there has the hits and the states
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
    return merged(Window.over(stories), hits).window.of


def _with_hits(view: View, hits: Iterable[Hit]) -> View:
    known = view._window  # noqa: SLF001  its own
    change = merged(known if known is not None and known.of is view.stories else Window.over(view.stories), hits)
    stories = change.window.of
    counted = view.story_tally.after(change.left, change.came, stories)
    return replace(view, stories=stories, _stories_counted=counted, _window=change.window)


def without_hits(view: View, gone: Collection[HitId]) -> View:
    """The view without hits that were dropped from the history, and without the stories that were made of them only."""
    stories = tuple(
        made(story.id, {hit.id: hit for hit in story.hits if hit.id not in gone})
        if any(hit.id in gone for hit in story.hits)
        else story
        for story in view.stories
        if not all(hit.id in gone for hit in story.hits)
    )
    stories = tuple(sorted(stories, key=lambda story: story.order, reverse=True))
    return replace(view, stories=stories, _stories_counted=StoryTally.count(stories))
