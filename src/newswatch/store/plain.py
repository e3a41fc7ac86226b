"""Which entries still have their whole text in memory: the newest few megabytes, which people look at most.

Knows rows, and how they are put into bundles; nothing of tables. Not thread-safe, but for `put_into_bundles`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence

from newswatch.store.bundles import BUNDLE_BYTES, MOST_TEXTS, bundle_of
from newswatch.store.historyrows import EntryRow

MOST_PLAIN_BYTES = 48 << 20
"""With less nothing is put into bundles: they cost processor time, 20 ms a megabyte."""
LEAST_PLAIN_BYTES = 4 << 20
"""As much stays as it is, of what came last."""


class PlainRows:
    """Rows that are not in a bundle, in the order they came. Those that were replaced since may be among them."""

    def __init__(self) -> None:
        self._rows: deque[EntryRow] = deque()
        self._bytes = 0
        self._has_many = False

    def fill(self, rows: Iterable[EntryRow]) -> None:
        """Makes these the content, the oldest first."""
        self._rows = deque(rows)
        self._bytes = sum(row.size for row in self._rows)

    def add(self, row: EntryRow) -> None:
        """Takes a row in, behind the others."""
        self._rows.append(row)
        self._bytes += row.size

    def take(self, at_once: int) -> list[EntryRow]:
        """The oldest rows, about so many bytes of them, once there are too many; they are let go of."""
        if self._bytes > MOST_PLAIN_BYTES:
            self._has_many = True
        taken: list[EntryRow] = []
        if self._has_many:
            until = max(self._bytes - at_once, LEAST_PLAIN_BYTES)
            while self._bytes > until:
                row = self._rows.popleft()
                self._bytes -= row.size
                taken.append(row)
            self._has_many = self._bytes > LEAST_PLAIN_BYTES
        return taken


def put_into_bundles(rows: Sequence[EntryRow]) -> None:
    """Deflates the texts of rows, as many together as fit. Others may read the rows meanwhile."""
    bundles = [(together, bundle_of([row.json for row in together])) for together in _together(rows)]
    for together, bundle in bundles:  # when all are made, so that what is let go of lies side by side
        for place, row in enumerate(together):
            row.put_into(bundle, place)


def _together(rows: Sequence[EntryRow]) -> Iterator[list[EntryRow]]:
    together: list[EntryRow] = []
    size = 0
    for row in rows:
        if together and (size + row.size > BUNDLE_BYTES or len(together) == MOST_TEXTS):
            yield together
            together, size = [], 0
        together.append(row)
        size += row.size
    if together:
        yield together
