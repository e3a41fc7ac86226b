"""How often a feed wants to be asked, as its document says it: RSS `ttl` and the syndication module of RSS 1.0.

Sources: https://www.rssboard.org/rss-specification#ltttlgtSubelementOfLtchannelgt and
http://web.resource.org/rss/1.0/modules/syndication/. How much of a wish is granted is for `feeds.due`.
"""

from __future__ import annotations

LONGEST_S = 31 * 86_400.0  # a monthly period; what asks for longer is a mistake

_PERIODS_S = {
    "hourly": 3_600.0,
    "daily": 86_400.0,
    "weekly": 7 * 86_400.0,
    "monthly": LONGEST_S,
    "yearly": 366 * 86_400.0,
}
_DEFAULT_PERIOD = "daily"


def wish_s(ttl: str, period: str, frequency: str) -> float | None:
    """Seconds between two checks: `ttl` minutes, else the period by its frequency; None if neither says a sane one."""
    minutes = _number(ttl)
    if minutes is not None and 0 < minutes * 60.0 <= LONGEST_S:
        return minutes * 60.0
    if not period.strip() and not frequency.strip():
        return None
    period_s = _PERIODS_S.get(period.strip().lower() or _DEFAULT_PERIOD)
    times = _number(frequency) if frequency.strip() else 1
    if period_s is None or not times:
        return None
    wished_s = period_s / times
    return wished_s if wished_s <= LONGEST_S else None


def _number(text: str) -> int | None:
    digits = text.strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 9 else None
