"""Which entries still have their whole text in memory: the newest few megabytes, which people look at most.

Knows rows, and how they are put into bundles; nothing of tables. Not thread-safe, but for `put_into_bundles`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence

from newswatch.store.bundles import BUNDLE_BYTES, MOST_TEXTS, bundle_of
from newswatch.store.historyrows import EntryRow

MOST_PLAIN_BYTES = 16 << 20
"""What is more is put into bundles at once, whatever else is to be done: they cost processor time, 15 ms a megabyte."""
LEAST_PLAIN_BYTES = 512 << 10
"""As much at least stays as it is, of what came last, also while there is all the time in the world."""


class PlainRows:
    """Rows that are not in a bundle, in the order they came. Those that were replaced since may be among them."""

    def __init__(self) -> None:
        self._rows: deque[EntryRow] = deque()
        self._bytes = 0

    def fill(self, rows: Iterable[EntryRow]) -> None:
        """Makes these the content, the oldest first."""
        self._rows = deque(rows)
        self._bytes = sum(row.size for row in self._rows)

    def add(self, row: EntryRow) -> None:
        """Takes a row in, behind the others."""
        self._rows.append(row)
        self._bytes += row.size

    def take(self, at_once: int, *, is_quiet: bool) -> list[EntryRow]:
        """The oldest rows, about so many bytes of them, if as many are too many; they are let go of."""
        taken: list[EntryRow] = []
        until = self._bytes - at_once
        if until < (LEAST_PLAIN_BYTES if is_quiet else MOST_PLAIN_BYTES):
            return taken  # few would make a poor bundle
        while self._bytes > until:
            row = self._rows.popleft()
            self._bytes -= row.size
            taken.append(row)
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
