"""What becomes of a row that is imported where the home has one of the same id. Pure.

Whatever a person did stands: triage only goes forward. Of two texts the one that was revised later stands, and
the other is kept as a revision. What was told anywhere was told. Nothing here depends on which file came first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar

from newswatch.model.article import Article
from newswatch.model.delivery import Delivery, RuleMute, StoryMute
from newswatch.model.entry import Entry, Identity, Revision
from newswatch.model.feed import FeedState
from newswatch.model.hit import Hit
from newswatch.store.articlerows import kept

_Item = TypeVar("_Item")
_Mute = TypeVar("_Mute", StoryMute, RuleMute)
_BEFORE_ALL = datetime.min.replace(tzinfo=UTC)


def merged_entry(ours: Entry | None, theirs: Entry) -> tuple[Entry, Revision | None]:
    """The entry in its newest text, and the older text if the two differ."""
    if ours is None or has_same_text(ours, theirs):
        return ours or theirs, None
    if _revised_at(theirs) <= _revised_at(ours):
        return ours, Revision(theirs, _revised_at(ours))
    fresh = replace(theirs, source=ours.source, seen_at=ours.seen_at, is_backlog=ours.is_backlog)
    return fresh, Revision(ours, _revised_at(theirs))


def has_same_text(ours: Entry, theirs: Entry) -> bool:
    """Whether two entries say the same, whenever and in whose name they were seen."""
    return _text(ours) == _text(theirs)


def merged_identity(ours: Identity | None, theirs: Identity) -> Identity:
    """The one that was listed later: it says how the feed lists the entry now."""
    return theirs if ours is None or theirs.listed_at > ours.listed_at else ours


def merged_hit(ours: Hit | None, theirs: Hit) -> Hit:
    """Our hit, with all that a person did with either: the further state, the star, tags, notes, the longer snooze.

    What hides our hit is ours alone: mutes are those of a home.
    """
    if ours is None:
        return theirs
    return replace(
        ours,
        state=max(ours.state, theirs.state, key=lambda state: state.rank),
        is_starred=ours.is_starred or theirs.is_starred,
        tags=_united(ours.tags, theirs.tags),
        notes=tuple(sorted(_united(ours.notes, theirs.notes), key=lambda note: note.at)),
        snoozed_until=_later(ours.snoozed_until, theirs.snoozed_until, max),
        told_at=_later(ours.told_at, theirs.told_at, min),
        page_changed_at=_later(ours.page_changed_at, theirs.page_changed_at, max),
    )


def merged_delivery(ours: Delivery | None, theirs: Delivery) -> Delivery:
    """The later attempt."""
    return theirs if ours is None or theirs.at > ours.at else ours


def merged_article(ours: Article | None, theirs: Article) -> Article:
    """The readings of both, by when each was made."""
    if ours is None:
        return theirs
    readings = {(reading.read_at, reading.text): reading for reading in (*theirs.readings, *ours.readings)}
    came = [article.came_in for article in (ours, theirs) if article.came_in is not None]
    return replace(
        ours,
        readings=kept([reading for _, reading in sorted(readings.items())]),
        came_in=min(came, key=lambda fetched: (fetched.at, fetched.sha256), default=None),
    )


def merged_mute(ours: _Mute | None, theirs: _Mute) -> _Mute:
    """The one that was made later."""
    return theirs if ours is None or theirs.made_at > ours.made_at else ours


def merged_feed(ours: FeedState | None, theirs: FeedState) -> FeedState:
    """The state of the later check; its validators fit the entries that come with it."""
    if ours is None or (theirs.last_checked_at or _BEFORE_ALL) > (ours.last_checked_at or _BEFORE_ALL):
        return theirs
    return ours


def _text(entry: Entry) -> tuple[object, ...]:
    return entry.title, entry.link, entry.summary, entry.content, entry.author, entry.tags


def _revised_at(entry: Entry) -> datetime:
    return entry.revised_at or entry.seen_at


def _united(ours: Iterable[_Item], theirs: Iterable[_Item]) -> tuple[_Item, ...]:
    return tuple(dict.fromkeys((*ours, *theirs)))


def _later(
    ours: datetime | None, theirs: datetime | None, choose: Callable[[datetime, datetime], datetime]
) -> datetime | None:
    return choose(ours, theirs) if ours is not None and theirs is not None else ours or theirs
