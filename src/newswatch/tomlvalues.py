"""What a value in a person's TOML file may be: one small reader for each kind.

A reader takes the raw value and returns what it means, or raises ValueError with what to write instead
("a whole number from 1 to 512"). Importable from anywhere, like `errors`. Must never know the key.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import TypeVar

from newswatch.tomlfile import nearest, shown
from newswatch.units import DURATION_HINT, SIZE_HINT, format_duration, format_size, parse_duration, parse_size

T = TypeVar("T")
Reader = Callable[[object], T]

_CLOCK_TIME = r"([01][0-9]|2[0-3]):[0-5][0-9]"


def text(value: object) -> str:
    """Text that is not blank."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError('text in quotes, like "…"')
    return value


def line(value: object) -> str:
    """One printable line; may be empty."""
    if not isinstance(value, str):
        raise ValueError('text in quotes, like "…"')  # noqa: TRY004 - readers speak through ValueError alone
    from newswatch.text.clean import clean_line  # the settings, which every start reads, have no such lines

    return clean_line(value, len(value) + 1)


def flag(value: object) -> bool:
    """true or false."""
    if not isinstance(value, bool):
        raise ValueError("true or false, without quotes")  # noqa: TRY004 - readers speak through ValueError alone
    return value


def count(least: int, most: int) -> Reader[int]:
    """A whole number in a range."""

    def read(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise ValueError(f"a whole number from {least} to {most}, without quotes")
        return value

    return read


def duration(least_s: float, most_s: float) -> Reader[float]:
    """Seconds, from "10m" and the like, in a range."""

    def read(value: object) -> float:
        if not isinstance(value, str):
            raise ValueError(DURATION_HINT)  # noqa: TRY004 - as above
        seconds = parse_duration(value)
        if not least_s <= seconds <= most_s:
            raise ValueError(f"a duration from {format_duration(least_s)} to {format_duration(most_s)}")
        return seconds

    return read


def size(least: int, most: int) -> Reader[int]:
    """Bytes, from "15MiB" and the like or a plain number, in a range."""

    def read(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, (str, int)):
            raise ValueError(SIZE_HINT)  # noqa: TRY004 - as above
        bytes_ = value if isinstance(value, int) else parse_size(value)
        if not least <= bytes_ <= most:
            raise ValueError(f"a size from {format_size(least)} to {format_size(most)}")
        return bytes_

    return read


def choice(choices: Sequence[str]) -> Reader[str]:
    """One word of a list, letter case aside."""

    def read(value: object) -> str:
        if isinstance(value, str) and value.casefold() in choices:
            return value.casefold()
        near = nearest(value, choices) if isinstance(value, str) else None
        listed = " or ".join(f'"{word}"' for word in choices)
        raise ValueError(listed + (f'; did you mean "{near}"?' if near else ""))

    return read


def lines(value: object) -> tuple[str, ...]:
    """A list of printable lines, none empty."""
    if isinstance(value, str):
        raise ValueError(f'a list: ["{shown(value)}"]')  # noqa: TRY004 - as above
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError('a list of texts: ["…", "…"]')
    cleaned = tuple(line(item) for item in value)
    if not all(cleaned):
        raise ValueError("a list without empty texts")
    return cleaned


def day(value: object) -> date | datetime:
    """A date, or a moment, which is in UTC where it names no zone."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value
    if isinstance(value, date):
        return value
    raise ValueError("a date without quotes, like 2027-06-30 or 2027-06-30T12:00:00Z")


def clock_time(value: object) -> str:
    """A time of day, "HH:MM"."""
    if not isinstance(value, str) or not re.fullmatch(_CLOCK_TIME, value):
        raise ValueError('a time from "00:00" to "23:59"')
    return value


def zone(value: object) -> str:
    """The name of a time zone that this machine knows."""
    if not isinstance(value, str):
        raise ValueError('a time zone, like "Europe/Kyiv"')  # noqa: TRY004 - as above
    if value.casefold() == "utc":
        return "UTC"
    from zoneinfo import ZoneInfo, available_timezones  # most people keep UTC

    try:
        ZoneInfo(value)
    except (ValueError, OSError, KeyError):  # an odd name; a folder of zones; no such zone
        near = nearest(value, available_timezones())
        raise ValueError('a time zone, like "Europe/Kyiv"' + (f'; did you mean "{near}"?' if near else "")) from None
    return value


def zone_or_local(value: object) -> str:
    """As `zone`, or "local"."""
    if isinstance(value, str) and value.casefold() == "local":
        return "local"
    try:
        return zone(value)
    except ValueError as mistake:
        raise ValueError(f'"UTC", "local" or {mistake}') from None
