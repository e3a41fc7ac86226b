"""A mistake in a query as a person sees it: the line it is in, a caret under the place, and what would mend it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from newswatch.text.clean import clean_line

_BEFORE, _AFTER = 60, 20  # code points of a long line that are shown around the place


def pointed_at(query: str, offset: int) -> tuple[str, str]:
    """The line of the query that holds this offset, cut to a readable piece, and a line with a caret under the place.

    Whatever a terminal would obey is a blank in it.
    """
    offset = max(0, min(offset, len(query)))
    start = query.rfind("\n", 0, offset) + 1
    end = query.find("\n", offset)
    line = query[start:] if end < 0 else query[start:end]
    place = offset - start
    first = max(0, place - _BEFORE)
    cut_front, cut_back = "…" if first else "", "…" if len(line) > place + _AFTER + 1 else ""
    before = cut_front + "".join(_printable(line[first:place]))
    after = "".join(_printable(line[place : place + _AFTER + 1])) + cut_back
    return (before + after).rstrip(), " " * _cells(before) + "^"


def _printable(text: str) -> Iterator[str]:
    """Each character, a blank in place of what is none or turns the reading order."""
    for character in text:
        is_plain = character.isascii() and character.isprintable()
        is_mark = unicodedata.category(character)[0] == "M"
        yield character if is_plain or is_mark or clean_line(character) else " "


def _cells(text: str) -> int:
    """How many columns of a terminal the text takes."""
    return sum(_width(character) for character in text)


def _width(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
