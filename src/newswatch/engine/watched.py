"""When newswatch watched: the spans of time in which it ran and feeds could be reached, kept in a small file.

    <data>/watched.json       0600; {"version": 1, "spans": [["2026-11-22T14:00:00+00:00", "…"], …]}

Without them an hour in which nothing was looked for would read as one in which nothing happened. A pause that
`alert.policy` calls no gap is bridged: what a feed published meanwhile it still lists, and it is seen a little later.
The file is no part of the history: one that is lost or damaged only means that the time before is taken as not watched.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from newswatch.alert.policy import GAP_AT_LEAST
from newswatch.atomic import write_atomically

FILE_NAME = "watched.json"
KEPT = timedelta(days=40)
MOST_SPANS = 1_000
LARGEST_FILE = 1 << 20

Span = tuple[datetime, datetime]

log = logging.getLogger(__name__)


def noted(spans: Sequence[Span], at: datetime) -> tuple[Span, ...]:
    """The spans with a moment in which it watched. A clock that was set back changes nothing."""
    if not spans:
        return ((at, at),)
    since, until = spans[-1]
    if at <= until:
        return tuple(spans)
    if at - until <= GAP_AT_LEAST:
        return (*spans[:-1], (since, at))
    return (*(span for span in spans if span[1] > at - KEPT), (at, at))[-MOST_SPANS:]


def watched_s(spans: Iterable[Span], since: datetime, until: datetime) -> float:
    """How many seconds of that time were watched."""
    parts = ((min(end, until) - max(begin, since)).total_seconds() for begin, end in spans)
    return sum(part for part in parts if part > 0)


class Watched:
    """The spans of a home. Only the writer of its history notes and saves; a follower loads again and again."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE_NAME
        self._saved: tuple[Span, ...] = ()
        self.spans: tuple[Span, ...] = ()

    def note(self, at: datetime) -> None:
        """It watches, at that moment."""
        self.spans = noted(self.spans, at)

    def load(self) -> None:
        """Takes over what the file says; blocks. A file that cannot be read is as good as none."""
        try:
            with self._path.open("rb") as stream:
                spans = _spans_of(stream.read(LARGEST_FILE))
        except FileNotFoundError:
            return
        except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
            log.warning("%s cannot be read, so the time before is taken as not watched: %s", self._path.name, error)
            return
        self.spans = self._saved = spans

    def save(self) -> None:
        """Writes the file if it is out of date; blocks. A disk that refuses costs nothing but this."""
        spans = self.spans
        if spans == self._saved:
            return
        written = [[since.isoformat(), until.isoformat()] for since, until in spans]
        try:
            write_atomically(self._path, json.dumps({"version": 1, "spans": written}).encode())
        except OSError as error:
            log.warning("%s could not be written: %s", self._path.name, error)
        else:
            self._saved = spans


def _spans_of(data: bytes) -> tuple[Span, ...]:
    """Raises ValueError, TypeError or KeyError for what is no such file."""
    spans = [(_time(since), _time(until)) for since, until in json.loads(data)["spans"][-MOST_SPANS:]]
    return tuple(sorted(span for span in spans if span[0] <= span[1]))


def _time(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"{text} names no zone")
    return at.astimezone(UTC)
