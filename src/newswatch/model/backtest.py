"""What a query does on the stored history, and what would change if it took the place of a saved rule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from newswatch.model.entry import Entry
from newswatch.model.hit import Mark


class Change(StrEnum):
    """What an entry would be to a rule that is edited."""

    SAME = "same"  # a hit before and after; every hit of a query that replaces nothing
    NEW = "new"  # a hit only after
    GONE = "gone"  # a hit only before


@dataclass(frozen=True, slots=True)
class Example:
    """An entry that the query matches, or that the saved rule does and the query would not (`GONE`, no marks)."""

    entry: Entry
    change: Change
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class NearMiss:
    """An entry for which all operands of the query held but one. `missing` is that one, as a person reads it."""

    entry: Entry
    missing: str


@dataclass(frozen=True, slots=True)
class Backtest:
    """How far a backtest has come. Numbers are over the `asked` of `entries`; the last of a series `is_complete`.

    `hits` would be hits, in `stories` stories. `saved_hits`, `saved_stories`, `added` and `gone` compare with the saved
    rule; None and 0 where there is none. `per_day` counts hits by day in UTC, each day of the span, oldest first;
    `sources` the most frequent first; of both a bounded number. `as_phrase` and `all_words` are the hits of the query's
    words as one phrase, and of all of them anywhere; None where the query is more than that, one way or the other.
    `examples` are the newest of each kind of change, `near_misses` the newest of the `near`; both newest first.
    """

    entries: int
    asked: int = 0
    since: datetime | None = None
    hits: int = 0
    stories: int = 0
    saved_hits: int | None = None
    saved_stories: int = 0
    added: int = 0
    gone: int = 0
    per_day: tuple[tuple[date, int], ...] = ()
    sources: tuple[tuple[str, int], ...] = ()
    as_phrase: int | None = None
    all_words: int | None = None
    near: int = 0
    examples: tuple[Example, ...] = ()
    near_misses: tuple[NearMiss, ...] = ()
    is_complete: bool = False
