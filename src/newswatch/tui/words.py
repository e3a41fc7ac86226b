"""Times and counts in words, as short as a column is wide. Pure; knows no styles and no clock."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

MINUTE_S = 60
HOUR_S = 60 * MINUTE_S
DAY_S = 24 * HOUR_S
WEEK_S = 7 * DAY_S
YEAR_S = 365 * DAY_S


def age(at: datetime, now: datetime) -> str:
    """How long ago, in at most three cells: now, 7m, 23h, 6d, 51w, 9y. A time to come is `now`."""
    seconds = int((now - at).total_seconds())
    if seconds < MINUTE_S:
        return "now"
    for unit_s, letter, limit_s in (
        (MINUTE_S, "m", HOUR_S),
        (HOUR_S, "h", DAY_S),
        (DAY_S, "d", WEEK_S),
        (WEEK_S, "w", YEAR_S),
    ):
        if seconds < limit_s:
            return f"{seconds // unit_s}{letter}"
    return f"{min(seconds // YEAR_S, 99)}y"


def clock(at: datetime, zone: tzinfo) -> str:
    """The time of day with its zone: 14:32:07Z, 15:32:07 CET."""
    local = at.astimezone(zone)
    return f"{local:%H:%M:%S}{zone_mark(local)}"


def zone_mark(local: datetime) -> str:
    """`Z` for UTC, else a blank and the zone's short name."""
    return "Z" if local.utcoffset() == timedelta() else f" {local:%Z}"


def moment(at: datetime, now: datetime, zone: tzinfo) -> str:
    """A time as short as it can be said today: 14:30:12Z; on another day 22 Nov 14:30Z; in another year with it."""
    local, today = at.astimezone(zone), now.astimezone(zone)
    if local.date() == today.date():
        return clock(at, zone)
    day = f"{local.day} {local:%b}" if local.year == today.year else f"{local.day} {local:%b} {local.year:04d}"
    return f"{day} {local:%H:%M}{zone_mark(local)}"


def same_day(at: datetime, after: datetime, now: datetime, zone: tzinfo) -> str:
    """`moment`, of which the day is not said again: it was said of a time just before."""
    local, before, today = at.astimezone(zone), after.astimezone(zone), now.astimezone(zone)
    if local.date() != before.date() or local.date() == today.date():
        return moment(at, now, zone)
    return f"{local:%H:%M}{zone_mark(local)}"


def minute(at: datetime, now: datetime, zone: tzinfo) -> str:
    """The time of day without seconds and zone, for a column of them: 14:30; on another day `moment`."""
    local, today = at.astimezone(zone), now.astimezone(zone)
    return f"{local:%H:%M}" if local.date() == today.date() else moment(at, now, zone)


def span(seconds: float) -> str:
    """A length of time in one or two units: 29 s, 4 min, 2 h 5 min, 3 d. Negative is said as such."""
    if seconds < 0:
        return f"-{span(-seconds)}"
    if seconds < 2 * MINUTE_S:
        return f"{seconds:.0f} s"
    if seconds < 2 * HOUR_S:
        return f"{seconds // MINUTE_S:.0f} min"
    if seconds < 2 * DAY_S:
        return f"{seconds // HOUR_S:.0f} h {seconds % HOUR_S // MINUTE_S:.0f} min"
    return f"{seconds // DAY_S:.0f} d"


def roughly(seconds: float) -> str:
    """A length of time in one unit, rounded: 45 s, 4 min, 26 h, 5 d."""
    for unit_s, unit, limit_s in ((1, "s", 90), (MINUTE_S, "min", 90 * MINUTE_S), (HOUR_S, "h", 2 * DAY_S)):
        if seconds < limit_s:
            return f"{seconds / unit_s:.0f} {unit}"
    return f"{seconds / DAY_S:.0f} d"


def brief(seconds: float) -> str:
    """The same in at most three cells, for a column: 45s, 4m, 26h, 5d."""
    number, unit = roughly(seconds).split()
    return f"{number}{unit[0]}"


def rate(a_day: float) -> str:
    """How many a day, in at most five cells: 0.3, 4.5, 22, 1.2k. Almost none is 0.0, none 0."""
    if a_day <= 0:
        return "0"
    if a_day < 9.95:
        return f"{a_day:.1f}"
    if a_day < 999.5:
        return f"{a_day:.0f}"
    return f"{a_day / 1_000:.1f}k" if a_day < 99_950 else f"{min(a_day / 1_000, 9_999):.0f}k"


def amount(size: float) -> str:
    """So many bytes: 512 B, 60 kB, 1.2 MB, 3.4 GB."""
    if size < 1_000:
        return f"{size:.0f} B"
    if size < 999_500:
        return f"{size / 1_000:.0f} kB"
    return f"{size / 1_000_000:.1f} MB" if size < 999_950_000 else f"{size / 1_000_000_000:.1f} GB"


def countdown(seconds: float) -> str:
    """Until something is due: 0:07, 12:30, 2h05; `now` when it is."""
    whole = int(seconds)
    if whole <= 0:
        return "now"
    if whole < HOUR_S:
        return f"{whole // MINUTE_S}:{whole % MINUTE_S:02d}"
    return f"{whole // HOUR_S}h{whole % HOUR_S // MINUTE_S:02d}"


def counted(number: int, noun: str, many: str = "") -> str:
    """`1 copy`, `3 copies`, `1,204 entries`: the noun's plural is `many`, else it takes an s."""
    return f"{number:,} {noun if number == 1 else many or noun + 's'}"
