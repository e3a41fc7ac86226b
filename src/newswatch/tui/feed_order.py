"""Which feeds the Feeds screen lists, and in which order. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import Enum

from newswatch.model.feed import FeedHealth, FeedStatus
from newswatch.tui.filter_words import folded, holds


class Sorting(Enum):
    """What the list goes by; the value says it in words. `S` goes through them in this order."""

    FILE = "as in feeds.opml"
    NAME = "by name"
    STATE = "by state, the worst first"
    LAG = "by lag, the slowest first"
    RATE = "by entries a day, the most first"

    @property
    def after(self) -> Sorting:
        """The next one, round the end."""
        every = list(Sorting)
        return every[(every.index(self) + 1) % len(every)]


def listed(feeds: Iterable[FeedHealth], sorting: Sorting, needle: str, now: datetime) -> list[FeedHealth]:
    """The feeds that the needle finds, in order; those that are equal stand as in feeds.opml."""
    found = [health for health in feeds if finds(needle, health)] if needle else list(feeds)
    match sorting:
        case Sorting.FILE:
            return found
        case Sorting.NAME:
            return sorted(found, key=lambda health: folded(health.label))
        case Sorting.STATE:
            return sorted(found, key=_badness)
        case Sorting.LAG:
            return sorted(found, key=lambda health: -(health.state.vitals.lag_p50_s or -1.0))
        case Sorting.RATE:
            return sorted(found, key=lambda health: -(health.state.vitals.entries_per_day(now) or -1.0))


def finds(needle: str, health: FeedHealth) -> bool:
    """Whether what is known of the feed holds the needle; `is:failing` asks for a state."""
    feed, state = health.feed, health.state
    texts = (health.label, state.title, *feed.folder, *feed.tags, health.address, feed.lang or "", state.last_error)
    states = _states(health)
    return holds(needle, folded(" ".join((*texts, *states))), states)


def asks(health: FeedHealth) -> str:
    """What a feed wants an answer to: `gone`, `moved`, or nothing."""
    if health.status is FeedStatus.STOPPED:
        return "gone"
    moved_to = health.state.moved_to
    return "moved" if moved_to is not None and moved_to != health.feed.url else ""


def _states(health: FeedHealth) -> list[str]:
    """The words that find a feed by how it is doing."""
    marks = {
        "failing": health.is_failing,
        "retrying": health.is_retrying,
        "silent": health.is_silent,
        "moved": asks(health) == "moved",
        "gone": asks(health) == "gone",
    }
    return [health.status.value, *(word for word, is_so in marks.items() if is_so)]


def _badness(health: FeedHealth) -> int:
    """The place of a feed by its state: what needs a person first."""
    marks = (
        health.status is FeedStatus.STOPPED,
        health.is_failing,
        bool(asks(health)),
        health.is_retrying,
        health.is_silent,
        health.status is FeedStatus.NEW,
        health.status is FeedStatus.OK,
    )
    return next((place for place, is_so in enumerate(marks) if is_so), len(marks))
