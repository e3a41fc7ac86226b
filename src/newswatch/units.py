"""Lengths of time and sizes as a person writes them in a file: "10m", "1h30m", "15MiB".

Pure, standard library only; importable from anywhere, like `errors`. Must never know which key a
value belongs to: the caller says where the mistake is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_SECONDS: Mapping[str, float] = {
    "ms": 0.001,
    "s": 1.0,
    "m": 60.0,
    "h": 3_600.0,
    "d": 86_400.0,
    "w": 604_800.0,
}
_BYTES: Mapping[str, int] = {
    "b": 1,
    "kb": 1_000,
    "mb": 1_000_000,
    "gb": 1_000_000_000,
    "kib": 1 << 10,
    "mib": 1 << 20,
    "gib": 1 << 30,
}
_PART = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)\s*(ms|s|m|h|d|w)\s*")
_SIZE = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,6})?)\s*([kmg]?i?b)", re.IGNORECASE)
_MAX_LENGTH = 64  # of a text that is read at all: nobody writes a longer duration

DURATION_HINT = 'a number with a unit, like "30s", "10m", "1h30m" or "7d"'
SIZE_HINT = 'a number with a unit, like "500kB" or "15MiB"'


def parse_duration(text: str) -> float:
    """Seconds in "10m", "2s", "1h30m", "7d"; units ms, s, m, h, d, w, largest first, each at most once.

    Raises ValueError, with what to write instead.
    """
    stripped = text.strip()
    total, position, last_unit_s = 0.0, 0, float("inf")
    if not stripped or len(stripped) > _MAX_LENGTH:
        raise ValueError(DURATION_HINT)
    while position < len(stripped):
        part = _PART.match(stripped, position)
        if part is None or _SECONDS[part[2]] >= last_unit_s:
            raise ValueError(DURATION_HINT)
        last_unit_s = _SECONDS[part[2]]
        total += float(part[1]) * last_unit_s
        position = part.end()
    return total


def format_duration(seconds: float) -> str:
    """The shortest text that `parse_duration` reads back as this: "1h30m". Exact to the millisecond."""
    left_ms = round(seconds * 1_000)
    if left_ms <= 0:
        return "0s"
    parts: list[str] = []
    for unit in ("d", "h", "m", "s", "ms"):
        count, left_ms = divmod(left_ms, round(_SECONDS[unit] * 1_000))
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts)


def parse_size(text: str) -> int:
    """Bytes in "15MiB" (powers of 1,024) or "15MB" (powers of 1,000); letter case does not matter.

    Raises ValueError, with what to write instead.
    """
    match = _SIZE.fullmatch(text.strip()) if len(text) <= _MAX_LENGTH else None
    factor = _BYTES.get(match[2].lower()) if match is not None else None
    if match is None or factor is None:
        raise ValueError(SIZE_HINT)
    return round(float(match[1]) * factor) if "." in match[1] else int(match[1]) * factor


def format_size(size: int) -> str:
    """The shortest exact text that `parse_size` reads back as this: "15MiB", "500kB", "123B"."""
    for unit in ("GiB", "MiB", "KiB", "GB", "MB", "kB"):
        if size and size % _BYTES[unit.lower()] == 0:
            return f"{size // _BYTES[unit.lower()]}{unit}"
    return f"{size}B"
