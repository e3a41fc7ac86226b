"""Dates as feeds write them become aware UTC datetimes, or None.

Reads RFC 822 and its relatives in any order of parts, ISO 8601 and W3C dates, Unix `date` output and
the numeric forms that can be read in one way only. feedparser is not asked, because it takes zone names
such as KST and MSK for UTC. Nothing here knows what time it is now: whether a date lies in the future
is for others to judge.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

EARLIEST_YEAR = 1900
LATEST_YEAR = 2100
_LONGEST = 120
_DATES_KEPT = 2_048  # the date of an item is read when it is looked at, and again when it is taken in

# Hours east of UTC by zone name: the names that mail, newsrooms and Unix use. Where a name has several
# meanings, the one with most feeds behind it: IST is India, AMT Amazonia, CST and AST America, BST Britain.
_ZONE_NAMES = """
UTC 0  UT 0  GMT 0  Z 0  ZULU 0  WET 0  EGST 0  AZOT -1  CVT -1  AZOST 0
BST 1  CET 1  MEZ 1  MET 1  WAT 1  WEST 1  CEST 2  MESZ 2  MEST 2  CAT 2  EET 2  SAST 2  EEST 3  EAT 3  IDT 3
MSK 3  MSD 4  TRT 3  FET 3  SAMT 4  GET 4  AZT 4  GST 4  MUT 4  IRST 3.5  IRDT 4.5  AFT 4.5
PKT 5  UZT 5  TJT 5  TMT 5  MVT 5  YEKT 5  YEKST 6  IST 5.5  SLST 5.5  NPT 5.75  BDT 6  BTT 6  KGT 6  ALMT 6  OMST 6
MMT 6.5
ICT 7  WIB 7  KRAT 7  NOVT 7  HOVT 7  CXT 7  HKT 8  SGT 8  MYT 8  PHT 8  PHST 8  WITA 8  AWST 8  IRKT 8  ULAT 8  BNT 8
KST 9  JST 9  WIT 9  YAKT 9  TLT 9  PWT 9  ACST 9.5  AEST 10  CHST 10  VLAT 10  PGT 10  ACDT 10.5  LHST 10.5
AEDT 11  MAGT 11  SAKT 11  SBT 11  NCT 11  NZST 12  FJT 12  PETT 12  NZDT 13  TOT 13  PHOT 13
GFT -3  BRT -3  ART -3  UYT -3  SRT -3  WGT -3  CLST -3  PMST -3  BRST -2  FNT -2  NST -3.5  NDT -2.5
AST -4  ADT -3  CLT -4  BOT -4  VET -4  GYT -4  PYT -4  PYST -3  AMT -4  EST -5  EDT -4  COT -5  PET -5  ECT -5  ACT -5
ET -5  CT -6  MT -7  PT -8
CST -6  CDT -5  MST -7  MDT -6  PST -8  PDT -7  AKST -9  AKDT -8  HST -10  HAST -10  HDT -9  SST -11
"""
ZONE_OFFSETS: dict[str, timedelta] = {
    name: timedelta(hours=float(hours))
    for name, hours in zip(_ZONE_NAMES.split()[::2], _ZONE_NAMES.split()[1::2], strict=True)
}

# The beginnings of month names in English, German, French, Spanish, Italian, Portuguese, Dutch, Polish, Russian
# and Ukrainian; the longest beginning that fits decides.
_MONTH_NAMES = (
    "jan ene gen янв січ sty jän",
    "feb fév fev фев лют lut fév",
    "mar mär mrt maa мар бер mrz",
    "apr abr avr kwi апр кві",
    "may mai mag mei maj май мая тра",
    "jun juin giu cze июн чер",
    "jul juil lug lip июл лип",
    "aug aoû aou ago sie авг сер",
    "sep set wrz сен вер",
    "oct okt out ott paź paz окт жов",
    "nov lis ноя лис",
    "dec dez déc dic dis gru дек гру",
)
_MONTHS: dict[str, int] = {
    beginning: number for number, names in enumerate(_MONTH_NAMES, start=1) for beginning in names.split()
}

# The two forms that nearly all feeds write, letter for letter; the readers below know them too, but are slower.
_MAIL = re.compile(
    r"(?:[A-Z][a-z]{2}, )?([0-9]{1,2}) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) ([0-9]{4})"
    r" ([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9]) (?:GMT|UTC|Z|([+-])(0[0-9]|1[0-4])([0-5][0-9]))\Z"
)
_W3C = re.compile(
    r"([0-9]{4}-[01][0-9]-[0-3][0-9]T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9])"
    r"(?:\.[0-9]+)?(Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])\Z"
)
_CLOCK = r"(?P<hour>[0-9]{1,2})[:.h](?P<minute>[0-9]{1,2})(?:[:.](?P<second>[0-9]{1,2})(?:[.,:][0-9]+)?)?"
_ISO = re.compile(
    r"(?P<year>[0-9]{4})"
    r"(?:-?(?:W(?P<week>[0-9]{2})(?:-?(?P<weekday>[1-7]))?"
    r"|(?P<month>[0-9]{2})(?:-?(?P<day>[0-9]{2}))?(?![0-9])"
    r"|(?P<month_1>[0-9]{1,2})-(?P<day_1>[0-9]{1,2})(?![0-9])"
    r"|(?P<yearday>[0-9]{3})(?![0-9])))?"
    r"(?:(?:\s*[Tt_]\s*|\s+|(?<=[0-9])-(?=[0-9]{2}:))"
    r"(?P<hour>[0-9]{1,2})(?::?(?P<minute>[0-9]{2})(?::?(?P<second>[0-9]{2})(?:[.,:][0-9]+)?)?)?)?"
    r"\s*(?P<zone>.*)\Z",
    re.DOTALL,
)
_DAY_MONTH_NAME = re.compile(
    r"(?<![0-9])(?P<day>[0-9]{1,2})(?:st|nd|rd|th|\.|er)?[\s\-/]*(?:de\s+)?(?P<name>[^\W\d_]{3,12})\.?"
)
_NAME_DAY = re.compile(r"(?P<name>[^\W\d_]{3,12})\.?[\s\-/]*(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?(?![0-9:])")
_YEAR = re.compile(r"(?<![0-9:+\-.])(?P<year>[0-9]{4})(?![0-9:])|(?<=[\-/ ])(?P<short>[0-9]{2})(?![0-9:.])")
_TIME = re.compile(r"(?<![0-9:+\-])" + _CLOCK + r"\s*(?P<half>[AaPp])?(?(half)\.?[Mm]\b\.?)")
_NUMERIC = re.compile(
    r"(?P<a>[0-9]{1,4})(?P<mark>[/.])(?P<b>[0-9]{1,2})(?P=mark)(?P<c>[0-9]{2,4})(?![0-9])[,\s]*(?P<rest>.*)\Z",
    re.DOTALL,
)
_OFFSET = re.compile(r"(?P<sign>[+\-−])\s?(?P<hours>[0-9]{1,2})(?::?(?P<minutes>[0-9]{2}))?(?![0-9])")
_ZONE_NAME = re.compile(r"[A-Za-z]{1,5}(?![A-Za-z/])")


def parse_date(raw: str) -> datetime | None:
    """The moment that a feed's date names, in UTC; None if it cannot be read or lies outside 1900–2100.

    A date without a zone, or with a zone nobody knows, is taken for UTC. A date without a time is its
    midnight. The very epoch (1970-01-01 00:00 UTC) is None: programs write it for "no date".
    """
    return _parsed(raw) if len(raw) <= _LONGEST else _parsed.__wrapped__(raw)


@lru_cache(maxsize=_DATES_KEPT)
def _parsed(raw: str) -> datetime | None:
    text = " ".join(raw[: _LONGEST + 1].split())
    if not text or len(text) > _LONGEST:
        return None
    for reader in _READERS:
        try:
            moment = reader(text)
            if moment is None:
                continue
            moment = moment.astimezone(UTC)
        except (ValueError, OverflowError):
            return None  # it has the form of a date but names no day that exists
        is_real = EARLIEST_YEAR <= moment.year <= LATEST_YEAR and moment.timestamp() != 0
        return moment if is_real else None
    return None


def _mail(text: str) -> datetime | None:
    found = _MAIL.match(text)
    if found is None:
        return None
    day, name, year, hour, minute, second, sign, hours, minutes = found.groups()
    zone = UTC
    if sign is not None:
        east = timedelta(hours=int(hours), minutes=int(minutes))
        zone = timezone(-east if sign == "-" else east)
    month = _MONTHS[name.lower()]
    return datetime(int(year), month, int(day), int(hour), int(minute), int(second), tzinfo=zone)


def _w3c(text: str) -> datetime | None:
    found = _W3C.match(text)
    return datetime.fromisoformat(found[1] + found[2]) if found is not None else None


def _iso(text: str) -> datetime | None:
    found = _ISO.match(text)
    if found is None or not (found["month"] or found["month_1"] or found["week"] or found["yearday"] or len(text) == 4):
        return None
    zone = _zone(found["zone"])
    year = int(found["year"])
    clock = _clock_of(found)
    if found["week"]:
        day = datetime.fromisocalendar(year, int(found["week"]), int(found["weekday"] or 1))
    elif found["yearday"]:
        day = datetime(year, 1, 1, tzinfo=zone) + timedelta(days=int(found["yearday"]) - 1)
        if day.year != year:
            return None
    else:
        month = int(found["month"] or found["month_1"] or 1)
        day = datetime(year, month, int(found["day"] or found["day_1"] or 1), tzinfo=zone)
    return day.replace(tzinfo=zone) + clock


def _named(text: str) -> datetime | None:
    """Dates with the month's name: `Tue, 04 Mar 2025 10:00:00 +0100`, `March 4, 2025 10:00 AM EST`."""
    time = _TIME.search(text)
    date_part = text if time is None else f"{text[: time.start()]} {text[time.end() :]}"
    for pattern in (_DAY_MONTH_NAME, _NAME_DAY):
        for found in pattern.finditer(date_part):
            month = _month(found["name"])
            if month:
                year = _year_in(f"{date_part[: found.start()]} {date_part[found.end() :]}")
                if year is None:
                    return None
                zone = _zone(text[time.end() :] if time is not None else "")
                clock = _clock_of(time) if time is not None else timedelta()
                return datetime(year, month, int(found["day"]), tzinfo=zone) + clock
    return None


def _numeric(text: str) -> datetime | None:
    """`2025/03/04`, `04.03.2025` (day first where dots are), `25/03/2025`; not `04/03/2025`, which is two dates."""
    found = _NUMERIC.match(text)
    if found is None:
        return None
    a, b, c = int(found["a"]), int(found["b"]), int(found["c"])
    if len(found["a"]) == 4:
        year, month, day = a, b, c
    elif found["mark"] == "." or (a > 12 >= b):
        year, month, day = _full_year(found["c"]), b, a
    elif b > 12 >= a or a == b:
        year, month, day = _full_year(found["c"]), a, b
    else:
        return None
    time = _TIME.match(found["rest"])
    zone = _zone(found["rest"][time.end() :] if time is not None else found["rest"])
    return datetime(year, month, day, tzinfo=zone) + (_clock_of(time) if time is not None else timedelta())


def _stamp(text: str) -> datetime | None:
    """Seconds or milliseconds since 1970, as some generators write them."""
    if not (text.isascii() and text.isdigit() and len(text) in {9, 10, 13}):
        return None
    return datetime.fromtimestamp(int(text[:10]), UTC)


_READERS: tuple[Callable[[str], datetime | None], ...] = (_mail, _w3c, _stamp, _iso, _numeric, _named)


def _clock_of(found: re.Match[str]) -> timedelta:
    """The time of day; 24:00 is the end of the day, a leap second the one before it."""
    groups = found.groupdict()
    hour, minute, second = (int(groups[name] or 0) for name in ("hour", "minute", "second"))
    half = (groups.get("half") or "").lower()
    if half and not 1 <= hour <= 12:
        half = ""
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 24 or minute > 59 or second > 60 or (hour == 24 and (minute or second)):
        raise ValueError("no time of day")
    return timedelta(hours=hour, minutes=minute, seconds=min(second, 59))


def _month(name: str) -> int | None:
    lowered = name.lower()
    return _MONTHS.get(lowered[:4]) or _MONTHS.get(lowered[:3])


def _year_in(text: str) -> int | None:
    found = _YEAR.search(text)
    if found is None:
        return None
    return int(found["year"]) if found["year"] else _full_year(found["short"])


def _full_year(digits: str) -> int:
    """Two digits mean 1970–2069."""
    year = int(digits)
    if len(digits) == 4:
        return year
    return year + (2000 if year < 70 else 1900)


def _zone(text: str) -> timezone:
    """The zone in the rest of a date: an offset, a name, a name with an offset; UTC if it is neither."""
    offset = _OFFSET.search(text)
    if offset is not None:
        size = timedelta(hours=int(offset["hours"]), minutes=int(offset["minutes"] or 0))
        if size <= timedelta(hours=15):
            return timezone(-size if offset["sign"] != "+" else size)
    for name in _ZONE_NAME.finditer(text):
        known = ZONE_OFFSETS.get(name[0].upper())
        if known is not None:
            return timezone(known)
    return UTC
