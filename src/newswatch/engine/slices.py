"""Long work on a worker thread, cut into slices: none lasts long, and each lets the event loop in while it lasts.

A thread that never waits hands the interpreter over only when made to, 5 ms later; short pauses let the loop in sooner.
"""

from __future__ import annotations

import time
from collections.abc import Callable

SLICE_S = 0.05
_FEW = 10  # pieces between two looks at the time
_BREATH_EVERY_S = 0.004
_BREATH_S = 0.0002


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
