"""Long work cut into slices: none lasts long, and the event loop is let in between.

On a worker thread (`Slice`): one that never waits hands the interpreter over only when made to, 5 ms later; short
pauses let the loop in sooner. On the loop itself (`in_turns`): so many pieces, then whoever else waits.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from itertools import islice
from typing import TypeVar

SLICE_S = 0.05
AT_ONCE = 200
"""Feeds that are seen to on the loop in one piece: that takes some 3 ms."""
_FEW = 10  # pieces between two looks at the time
_BREATH_EVERY_S = 0.004
_BREATH_S = 0.0002


PieceT = TypeVar("PieceT")


async def in_turns(pieces: Iterable[PieceT], at_once: int = AT_ONCE) -> AsyncIterator[Sequence[PieceT]]:
    """The pieces, `at_once` of them at a time; whatever else waits for the loop has its turn between two times."""
    left = iter(pieces)
    slice_ = tuple(islice(left, at_once))
    while slice_:
        yield slice_
        if slice_ := tuple(islice(left, at_once)):
            await asyncio.sleep(0)


class Slice:
    """One slice; made when it begins, on its thread."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._breath_at = monotonic()
        self._ends_at = self._breath_at + SLICE_S
        self._pieces = 0

    def is_over(self) -> bool:
        """Whether it lasted long enough; ask after each piece of the work."""
        self._pieces += 1
        if self._pieces % _FEW:
            return False
        now = self._monotonic()
        if now - self._breath_at >= _BREATH_EVERY_S:
            time.sleep(_BREATH_S)  # on a worker thread: lets the event loop have the interpreter
            self._breath_at = now
        return now >= self._ends_at
