"""What a person picked in a list, to act on several at once. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TypeVar

RowT = TypeVar("RowT")
IdT = TypeVar("IdT", bound=str)


def at_hand(
    rows: Sequence[RowT], index: int, marked: Collection[IdT], id_of: Callable[[RowT], IdT]
) -> tuple[RowT, ...]:
    """What an action is meant for: the marked rows that are shown, else the one at `index`; none of no rows."""
    if marked and (picked := tuple(row for row in rows if id_of(row) in marked)):
        return picked
    return (rows[index],) if rows else ()
