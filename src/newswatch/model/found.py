"""What a search of the history has found so far."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from newswatch.model.stream import Listed


@dataclass(frozen=True, slots=True)
class Found:
    """How far a search has come: it asked `asked` of `entries` entries, the newest first, and `matches` of them match.

    `rows` are the newest of those, a bounded number, newest first. `since` is the time of the oldest entry there is,
    None in an empty history. The last of a series `is_complete`.
    """

    entries: int
    since: datetime | None = None
    asked: int = 0
    matches: int = 0
    rows: tuple[Listed, ...] = ()
    is_complete: bool = False
