"""Hits and entries as marks on a line of time: what rates and sums are counted from, read off the rows' columns.

Nothing is decoded, so that a hundred thousand are counted in a moment.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Sequence

from newswatch.model.hit import Held
from newswatch.store.api import EntryTick, HitTick, LedgerCounts
from newswatch.store.historyrows import EntryRow
from newswatch.store.hitrows import HELD_SHIFT, HELDS, HitRow


def hit_ticks(rows: Iterable[HitRow]) -> tuple[HitTick, ...]:
    """The marks of hits."""
    helds = ((row, HELDS[row.flags >> HELD_SHIFT]) for row in rows)
    return tuple(
        HitTick(row.rule_id, row.at, held, row.at == row.seen_at and held is not Held.BACKLOG) for row, held in helds
    )


def entry_ticks(rows: Iterable[EntryRow], matched: Container[str]) -> tuple[EntryTick, ...]:
    """The marks of entries; `matched` has the ids of those with hits."""
    return tuple(EntryTick(row.at, row.id in matched, row.at == row.seen_at) for row in rows)


def ledger_counts(entries: int, matched: int, hits: Sequence[HitRow]) -> LedgerCounts:
    """The sums over so many entries, and these hits."""
    by_place = Counter([row.flags >> HELD_SHIFT for row in hits])
    held = {why: by_place[place] for place, why in enumerate(HELDS) if why is not None and by_place[place]}
    return LedgerCounts(entries, matched, by_place[HELDS.index(None)], held)
