"""Values that live as long as the monitor, kept out of the cycle collector's sight.

A full collection stops every thread while it walks all there is: 0.5 s with 10,000 compiled rules, 0.1 s with
50,000 hits. Both are in no cycles, so that it would find nothing; what becomes superfluous goes by itself.
"""

from __future__ import annotations

import gc

MANY = 10_000
"""Fewer new values than this are not worth it: what is garbage at that very moment, and in a cycle, stays for ever."""


class Grown:
    """Counts long-lived values as they come, and hides them when there are many."""

    def __init__(self) -> None:
        self._seen = 0

    def by(self, values: int) -> None:
        """So many more."""
        self._seen += values
        if self._seen >= MANY:
            gc.freeze()
            self._seen = 0
