"""Hit ids in the order of a time, then of the id."""

from __future__ import annotations

from bisect import bisect_left, insort
from datetime import datetime
from itertools import islice

from newswatch.model.hit import HitId

Moment = tuple[datetime, HitId]

_MANY = 50  # when more than one in so many moments changes, sorting anew is cheaper than one by one


class Timeline:
    """A sorted list. Not thread-safe."""

    __slots__ = ("_moments",)

    def __init__(self) -> None:
        self._moments: list[Moment] = []

    def __len__(self) -> int:
        return len(self._moments)

    def change(self, gone: list[Moment], come: list[Moment]) -> None:
        """Takes moments out, passing over those that are not there, and puts others in."""
        if (len(gone) + len(come)) * _MANY > len(self._moments):
            if gone:
                leaving = set(gone)
                self._moments = [moment for moment in self._moments if moment not in leaving]
            self._moments += come
            self._moments.sort()
            return
        for moment in gone:
            at = bisect_left(self._moments, moment)
            if at < len(self._moments) and self._moments[at] == moment:
                del self._moments[at]
        for moment in come:
            insort(self._moments, moment)

    def first(self, limit: int) -> list[HitId]:
        """The earliest ids, in order."""
        return [hit_id for _, hit_id in islice(self._moments, max(limit, 0))]

    def last(self, limit: int) -> list[HitId]:
        """The latest ids, latest first."""
        return [hit_id for _, hit_id in islice(reversed(self._moments), max(limit, 0))]
