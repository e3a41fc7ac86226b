"""A walk over stored entries on a worker thread, a slice at a time, so that a person types on and the news comes in.

Knows nothing of what is done with an entry.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable

from newswatch.model.entry import Entry
from newswatch.store.api import EntryView

SLICE_S = 0.1
"""How long a slice takes: ten snapshots a second."""
SLICE_ENTRIES = 5_000
_FEW = 20  # entries between two looks at the time
_BREATH_EVERY_S = 0.004
_BREATH_S = 0.0002
"""A thread that never waits hands the interpreter over only when made to, 5 ms later; these pauses let the loop in."""


class Walk:
    """Where it is among the entries. `stop` may be called from another thread."""

    def __init__(self, entries: EntryView) -> None:
        self._entries = entries
        self._at = 0
        self._stopped = threading.Event()

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def asked(self) -> int:
        """How many entries it has gone past."""
        return self._at

    @property
    def is_done(self) -> bool:
        """Whether there are no more."""
        return self._at >= len(self._entries)

    def stop(self) -> None:
        """Ends the slice that is being worked on, if any."""
        self._stopped.set()

    def slice(self, take: Callable[[Iterable[Entry]], object], monotonic: Callable[[], float]) -> None:
        """Hands the next entries to `take`, a few at a time, for a while."""
        breath_at = now = monotonic()
        ends_at, ends_before = now + SLICE_S, min(self._at + SLICE_ENTRIES, len(self._entries))
        while self._at < ends_before and now < ends_at and not self._stopped.is_set():
            few = self._entries[self._at : min(self._at + _FEW, ends_before)]
            take(few)
            self._at += len(few)
            now = monotonic()
            if now - breath_at >= _BREATH_EVERY_S:
                time.sleep(_BREATH_S)  # on a worker thread: lets the event loop have the interpreter
                breath_at = now
