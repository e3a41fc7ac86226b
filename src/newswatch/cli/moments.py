"""Moments on the command line: as a person writes them (`7d`, `36h`, `2026-11-01`, `2026-11-22T14:30+02:00`), and as
JSON has them. Pure.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from newswatch.cli.output import shown
from newswatch.errors import UsageError
from newswatch.units import parse_duration

_HINT = "write how long ago, as in 7d or 36h, a day, as in 2026-11-01, or a time, as in 2026-11-22T14:30Z"


def since(written: str, now: datetime, option: str = "--since") -> datetime:
    """The first moment that is meant; of a day its beginning. Without a zone it is in UTC. Raises UsageError."""
    return _moment(written, now, option)


def until(written: str, now: datetime, option: str = "--until") -> datetime:
    """The first moment that is no longer meant: a day counts whole. Raises UsageError."""
    moment = _moment(written, now, option)
    try:
        return moment + timedelta(days=1) if _is_day(written) else moment
    except OverflowError:
        return moment


def iso(at: datetime) -> str:
    """A moment as JSON has it: UTC, to the second."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _moment(written: str, now: datetime, option: str) -> datetime:
    try:
        return now - timedelta(seconds=parse_duration(written))
    except (ValueError, OverflowError):
        pass
    try:
        moment = datetime.fromisoformat(written.strip())
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise UsageError(f"{option} {shown(written, 40)}: {_HINT}") from None


def _is_day(written: str) -> bool:
    try:
        date.fromisoformat(written.strip())
    except ValueError:
        return False
    return True
