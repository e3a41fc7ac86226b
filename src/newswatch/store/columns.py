"""What the rows of `codec` are made of: a value as a column of JSON, and a column as that value or a ValueError.

Knows no table and no model value.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from math import isfinite
from typing import Any, TypeVar

Row = dict[str, Any]
_Word = TypeVar("_Word", bound=StrEnum)


def compact(**columns: Any) -> Row:
    """The columns that say something. Callers hand over None for a default; an empty text that is none stays."""
    return {name: value for name, value in columns.items() if value is not None}


def time_text(at: datetime | None) -> str | None:
    """A time as text, in UTC; None for none. Raises ValueError for one without a zone."""
    if at is None:
        return None
    if at.tzinfo is None:
        raise ValueError("a time without a zone cannot be stored")
    in_utc = at if at.tzinfo is UTC else at.astimezone(UTC)
    return in_utc.isoformat()[:-6] + "Z"


def time_of(text: str) -> datetime:
    """The time of a text. Raises ValueError, or TypeError for what is no text."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("a time without a zone")
    return at if at.tzinfo is UTC else at.astimezone(UTC)


def optional_time(text: str | None) -> datetime | None:
    """The same, None for a column that is missing."""
    return None if text is None else time_of(text)


def optional_number(value: float | None) -> float | None:
    """A finite number, or None."""
    if value is not None and (type(value) not in {int, float} or not isfinite(value)):
        raise ValueError(f"{value!r} is no number")
    return value


def word_of(words: type[_Word], text: str) -> _Word:
    """The word of an enum. Raises ValueError for one that it does not have."""
    return words(text)


def list_of(value: list[Any]) -> list[Any]:
    """A list, and nothing like one."""
    if type(value) is not list:
        raise ValueError(f"{value!r} is no list")
    return value


def text_of(value: str) -> str:
    """A text."""
    check_texts(value)
    return value


def count_of(value: int) -> int:
    """A whole number; True is none."""
    if type(value) is not int:
        raise ValueError(f"{value!r} is no whole number")
    return value


def check_texts(*values: object) -> None:
    """Raises ValueError unless all are texts."""
    for value in values:
        if type(value) is not str:
            raise ValueError(f"{value!r} is no text")


def check_optional_texts(*values: object) -> None:
    """Raises ValueError unless all are texts or None."""
    for value in values:
        if value is not None and type(value) is not str:
            raise ValueError(f"{value!r} is no text")
