"""How long an answer stays fresh by its own headers: until then asking again brings nothing new.

After RFC 9111, 4.2.1 (`max-age`, else `Expires` less `Date`, less the `Age` that caches on the way added). We are no
shared cache, so `s-maxage` is not for us. A wish that cannot be read is none. Must never know the time: a server's
`Expires` is compared with its own `Date`, so a wrong clock on either side does no harm.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

MAX_FRESH_S = 24 * 3600.0

_LONGEST_HEADER = 1_000
_LONGEST_DATE = 100
_SECONDS = re.compile(r"[0-9]{1,200}")
_ALWAYS_ASK = ("no-cache", "no-store")


def fresh_s(headers: Mapping[str, str]) -> float | None:
    """Seconds, more than 0 and at most a day; None if the headers say nothing, or that one may ask at once.

    Names of headers are lower-case.
    """
    directives = _directives(headers.get("cache-control", "")[:_LONGEST_HEADER])
    if any(name in directives for name in _ALWAYS_ASK):
        return None
    if "max-age" in directives:
        lifetime_s = _seconds(directives["max-age"])
    else:
        expires, date = _date(headers.get("expires", "")), _date(headers.get("date", ""))
        lifetime_s = (expires - date).total_seconds() if expires is not None and date is not None else 0.0
    left_s = lifetime_s - _seconds(headers.get("age", ""))
    return min(left_s, MAX_FRESH_S) if left_s > 0 else None


def _directives(text: str) -> dict[str, str]:
    """The directives of Cache-Control; of two with one name the first counts. A comma in quotes parts them too."""
    found: dict[str, str] = {}
    for part in text.split(","):
        name, _, value = part.partition("=")
        found.setdefault(name.strip().lower(), value.strip(' \t"'))
    return found


def _seconds(text: str) -> float:
    """A whole number of seconds, 0 if it is none."""
    text = text.strip()
    return float(text) if _SECONDS.fullmatch(text) else 0.0


def _date(text: str) -> datetime | None:
    if not text or len(text) > _LONGEST_DATE:
        return None
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, OverflowError, TypeError, IndexError):  # whatever the date parser makes of hostile text
        return None
    return date if date.tzinfo is not None else date.replace(tzinfo=UTC)
