"""Which entries the stream shows and how many wait. Pure: the screen's manners, testable bare.

What is asked of the history is always its newest part, as far down as is shown and a page more: `follow` lets all of
it in, `hold` lets nothing move. The selection belongs to an entry, and is the list's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from newswatch.model.stream import Listed, Page
from newswatch.tui.entry_filter import EntryNeedle

PAGE = 200
"""How many entries are asked for at once."""
MOST_LET_IN = 5_000
"""Beyond it nobody scrolls: Search goes through all there is."""


@dataclass(frozen=True, slots=True)
class StreamListing:
    """`let_in` are the entries that are not waiting, newest first; `rows` those of them that pass the filter.
    `newer` counts those that are not let in, `waiting` those of them that pass. `entries` counts the whole history;
    `is_whole`: there are none older than those let in.
    """

    let_in: tuple[Listed, ...] = ()
    rows: tuple[Listed, ...] = ()
    newer: int = 0
    waiting: int = 0
    entries: int = 0
    is_whole: bool = False
    needle: EntryNeedle = field(default_factory=EntryNeedle)

    @property
    def wanted(self) -> int:
        """How many of the newest entries to ask for, to see all that may have changed."""
        return min(len(self.let_in) + self.newer + PAGE, 2 * MOST_LET_IN)

    @property
    def can_grow(self) -> bool:
        """Whether a page more may be asked for."""
        return bool(self.let_in) and not self.is_whole and len(self.let_in) < MOST_LET_IN

    def follow(self, page: Page, asked: int, *, is_at_top: bool) -> StreamListing:
        """All of the newest page is let in, as far down as it went before; at the top no further than a page, unless a
        filter has been through more.
        """
        is_at_top = is_at_top and self.needle.is_empty
        keep = PAGE if is_at_top else max(PAGE, len(self.let_in))
        is_whole = len(page.rows) < asked and len(page.rows) <= keep
        let_in = page.rows[:keep]
        if not is_at_top and let_in and self.let_in and self.let_in[-1].id not in {row.id for row in let_in}:
            let_in, is_whole = _joined(let_in, self.let_in), self.is_whole
        return _sifted(replace(self, let_in=let_in, newer=0, waiting=0, entries=page.entries, is_whole=is_whole))

    def hold(self, page: Page) -> StreamListing:
        """Nothing moves: entries that are shown change in place, newer ones wait."""
        fresh = {row.id: row for row in page.rows}
        let_in = tuple(fresh.pop(row.id, row) for row in self.let_in)
        last = self.let_in[-1].entry.at if self.let_in else None
        newer = [row for row in fresh.values() if last is None or row.entry.at > last]
        waiting = sum(map(self.needle.finds, newer))
        return _sifted(replace(self, let_in=let_in, newer=len(newer), waiting=waiting, entries=page.entries))

    def with_older(self, page: Page) -> StreamListing:
        """With a page of older entries at the end."""
        known = {row.id for row in self.let_in}
        older = tuple(row for row in page.rows if row.id not in known)
        is_whole = len(page.rows) < PAGE
        return _sifted(replace(self, let_in=self.let_in + older, entries=page.entries, is_whole=is_whole))

    def filtered(self, needle: EntryNeedle) -> StreamListing:
        """With another filter."""
        return _sifted(replace(self, needle=needle))


def _joined(newer: tuple[Listed, ...], older: Sequence[Listed]) -> tuple[Listed, ...]:
    """The newer rows, and those of the older ones that come after them."""
    ids, last = {row.id for row in newer}, newer[-1].entry.at
    return newer + tuple(row for row in older if row.id not in ids and row.entry.at < last)


def _sifted(listing: StreamListing) -> StreamListing:
    needle = listing.needle
    rows = listing.let_in if needle.is_empty else tuple(row for row in listing.let_in if needle.finds(row))
    return replace(listing, rows=rows)
