"""Which hits are snoozed, and when the next of them is to come up again. Bookkeeping only: no clock, no store."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from newswatch.model.hit import Hit, HitId


class Asleep:
    """The snoozed hits of a home, kept in step by `note`."""

    def __init__(self) -> None:
        self._until: dict[HitId, datetime] = {}

    def note(self, hits: Iterable[Hit]) -> bool:
        """Takes in when these hits are to come up again, if at all. True if that is news."""
        is_news = False
        for hit in hits:
            if hit.snoozed_until is not None:
                is_news = is_news or self._until.get(hit.id) != hit.snoozed_until
                self._until[hit.id] = hit.snoozed_until
            elif self._until.pop(hit.id, None) is not None:
                is_news = True
        return is_news

    def forget(self, hits: Iterable[HitId]) -> None:
        """These are not stored any more."""
        for hit_id in hits:
            self._until.pop(hit_id, None)

    def ended(self, now: datetime) -> dict[HitId, datetime]:
        """Those whose time has come, and when it was; the earliest first."""
        ended = sorted((until, hit_id) for hit_id, until in self._until.items() if until <= now)
        return {hit_id: until for until, hit_id in ended}

    def next_end(self) -> datetime | None:
        """When the next is due; None if nothing sleeps."""
        return min(self._until.values(), default=None)
