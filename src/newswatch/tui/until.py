"""Times to come as a person types them: `3h`, `2d`, `14:30`, `tomorrow`, `mon 08:00`, `2026-12-01`. Pure."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

MORNING = time(8, 0)
TEACHES = "3h, 2d, 1w, 14:30, tomorrow, mon 08:00, 2026-12-01"
MOST = timedelta(days=3_660)
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SPAN = re.compile(r"(\d{1,6})\s*(minutes?|mins?|min|m|hours?|h|days?|d|weeks?|w)(?![a-z])")
_UNITS_S = {"m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_TIME = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)?")
_ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")


def read_until(text: str, now: datetime, zone: tzinfo) -> datetime | None:
    """The moment that is meant, in UTC and after `now`; None if none is. Times of day are those of `zone`.

    A day without a time is its morning, 08:00. A time of day alone is the next such moment.
    """
    said = " ".join(text.casefold().replace(",", " ").split()).removeprefix("in ").removeprefix("until ")
    try:
        at = _span(said, now) or _day(said, now.astimezone(zone), zone)
    except (ValueError, OverflowError):
        return None
    if at is None or not now < at <= now + MOST:
        return None
    return at.astimezone(UTC)


def tomorrow_morning(now: datetime, zone: tzinfo) -> datetime:
    """08:00 of the next day, in that zone."""
    day = now.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(day, MORNING, zone).astimezone(UTC)


def _span(said: str, now: datetime) -> datetime | None:
    """`1h30m`, `2 days`."""
    if not said or _SPAN.sub("", said).strip():
        return None
    seconds = sum(int(found[1]) * _UNITS_S[found[2][0]] for found in _SPAN.finditer(said))
    return now + timedelta(seconds=seconds)


def _day(said: str, here: datetime, zone: tzinfo) -> datetime | None:
    first, _, rest = said.partition(" ")
    day = _named_day(first, here.date())
    if day is not None:
        at = _time(rest.removeprefix("at ")) if rest else MORNING
        return datetime.combine(day, at, zone) if at is not None else None
    at = _time(said) if ":" in said or said.endswith(("am", "pm")) else None
    if at is None:
        return None
    moment = datetime.combine(here.date(), at, zone)
    return moment if moment > here else datetime.combine(here.date() + timedelta(days=1), at, zone)


def _named_day(word: str, today: date) -> date | None:
    if (found := _ISO_DAY.fullmatch(word)) is not None:
        return date(int(found[1]), int(found[2]), int(found[3]))
    if len(word) >= len("tom") and "tomorrow".startswith(word):
        return today + timedelta(days=1)
    for number, name in enumerate(_DAYS):
        if len(word) >= len("mon") and name.startswith(word):
            return today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)
    return None


def _time(said: str) -> time | None:
    found = _TIME.fullmatch(said.strip())
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3] is not None:
        hour = hour % 12 + (12 if found[3] == "pm" else 0)
    return time(hour, minute)
