"""How many feeds and stories of a view are in which state: counted when they change, not whenever a screen asks.

A tally names what it is of, so that one that is out of date can be told from one that holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from newswatch.model.feed import FeedHealth, FeedId, FeedStatus
from newswatch.model.hit import Triage
from newswatch.model.story import Story


@dataclass(frozen=True, slots=True)
class FeedTally:
    """Feeds whose last check succeeded, whose failing is news, and whose last check failed which is no news yet."""

    of: Mapping[FeedId, FeedHealth]
    ok: int = 0
    failing: int = 0
    retrying: int = 0

    @classmethod
    def count(cls, feeds: Mapping[FeedId, FeedHealth]) -> Self:
        """Counts all of them."""
        return cls({}).after(feeds, feeds)

    def after(self, changes: Mapping[FeedId, FeedHealth | None], feeds: Mapping[FeedId, FeedHealth]) -> Self:
        """The tally of `feeds`, which differ from those counted by these changes; None for a feed that left."""
        ok, failing, retrying = self.ok, self.failing, self.retrying
        for feed_id, health in changes.items():
            if (before := self.of.get(feed_id)) is not None:
                ok -= before.status is FeedStatus.OK
                failing -= before.is_failing
                retrying -= before.is_retrying
            if health is not None:
                ok += health.status is FeedStatus.OK
                failing += health.is_failing
                retrying += health.is_retrying
        return type(self)(feeds, ok, failing, retrying)


@dataclass(frozen=True, slots=True)
class StoryTally:
    """Stories that alert and nobody has seen, that alert and are not acked, and that did not interrupt."""

    of: tuple[Story, ...]
    new: int = 0
    unacked: int = 0
    held: int = 0

    @classmethod
    def count(cls, stories: tuple[Story, ...]) -> Self:
        """Counts all of them."""
        alerts = [story.state for story in stories if story.is_alert]
        new = sum(state is Triage.NEW for state in alerts)
        acked = sum(state is Triage.ACKED for state in alerts)
        return cls(stories, new, len(alerts) - acked, len(stories) - len(alerts))

    def after(self, left: Iterable[Story], came: Iterable[Story], stories: tuple[Story, ...]) -> Self:
        """The tally of `stories`, which differ from those counted by these that left and these that came."""
        less, more = self.count(tuple(left)), self.count(tuple(came))
        return type(self)(
            stories,
            self.new - less.new + more.new,
            self.unacked - less.unacked + more.unacked,
            self.held - less.held + more.held,
        )
