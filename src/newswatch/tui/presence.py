"""Whether a person is there: by their keys, and by what the terminal says of its focus. Pure; knows no clock."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

PAUSE = timedelta(minutes=10)  # without a key for so long somebody has left, though the terminal has the focus
BLUR = timedelta(seconds=30)  # without the focus for so long: to look something up elsewhere is not to leave


@dataclass(frozen=True, slots=True)
class Presence:
    """`since` is when the screen began. `touched_at` is the last key, None before the first; `blurred_at` is when the
    focus went elsewhere, None while it is here. `left_at` is when the person left who has come back since, or the
    start for one who never was away. `pace` is how many seconds these times pass in one of the person's life: more
    than one in the demo, where nobody has left because the day went by.
    """

    since: datetime
    left_at: datetime
    touched_at: datetime | None = None
    blurred_at: datetime | None = None
    pace: float = 1.0

    @classmethod
    def at(cls, now: datetime, pace: float = 1.0) -> Presence:
        """At the start."""
        return cls(now, now, pace=pace)

    def touched(self, now: datetime) -> Presence:
        """After a key: who pressed it is there."""
        return replace(self._back(now), touched_at=now, blurred_at=None)

    def blurred(self, now: datetime) -> Presence:
        """After the focus went to another window."""
        return self if self.blurred_at is not None else replace(self, blurred_at=now)

    def focused(self, now: datetime) -> Presence:
        """After the focus came back, which takes a person."""
        return replace(self._back(now), touched_at=now, blurred_at=None)

    def is_away(self, now: datetime) -> bool:
        """Whether nobody is taken to see what is shown."""
        return self.gone_at(now) is not None

    def gone_at(self, now: datetime) -> datetime | None:
        """When the person left who has not come back yet; None for one who is there. Before the first key nobody left:
        the screen was just opened.
        """
        if self.blurred_at is not None and now - self.blurred_at >= BLUR * self.pace:
            return self.blurred_at
        last = self.touched_at or self.since
        return last if now - last >= PAUSE * self.pace else None

    def away_since(self, now: datetime) -> datetime:
        """When the person last left, for "what happened since"."""
        return self.gone_at(now) or self.left_at

    def _back(self, now: datetime) -> Presence:
        gone_at = self.gone_at(now)
        return self if gone_at is None else replace(self, left_at=gone_at)
