"""Hits as CSV (RFC 4180), one record a hit, that no spreadsheet takes for commands.

The columns are the keys of a hit's JSON line, but for `v` and `marks`. A cell that begins as a formula does gets an
apostrophe before it, which spreadsheets do not show (OWASP: CSV injection); line ends in a text become blanks, so that
a line is a record.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator

from newswatch.headless import hit_fields
from newswatch.model.hit import Hit

COLUMNS = (
    "id", "rule", "severity", "title", "link", "source", "feed", "author", "summary", "published", "seen", "story",
    "alerted", "held", "state", "starred",
)  # fmt: skip
_FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20\t\r]")  # those of full width count in some versions


class Sheet:
    """A header record, then one a hit; records end in CRLF."""

    def __init__(self, address_of: Callable[[Hit], str]) -> None:
        self._address_of = address_of

    def lines(self, hits: Iterable[Hit]) -> Iterator[str]:
        """See `Form`."""
        yield record(COLUMNS)
        for hit in hits:
            fields = hit_fields(hit, self._address_of(hit))
            yield record(_text(fields[column]) for column in COLUMNS)


def record(cells: Iterable[str]) -> str:
    """A record, without the LF of its line end, which the output adds."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\r").writerow(map(defused, cells))
    return line.getvalue()


def defused(cell: str) -> str:
    """The cell as text in one line, whatever it begins with."""
    line = " ".join(cell.split())
    return f"'{line}" if _FORMULA.match(line) else line


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case _:
            return str(value)
