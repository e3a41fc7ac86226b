"""Which hits interrupt a person. Pure: a fact about a hit in, the reason it is held back out, or None."""

from __future__ import annotations

from newswatch.model.entry import Entry
from newswatch.model.hit import Held


def held_on_arrival(entry: Entry, *, is_revision: bool = False) -> Held | None:
    """Why a hit on an entry that just came in is held: it is backlog, unless its new text is what matched."""
    return Held.BACKLOG if entry.is_backlog and not is_revision else None
