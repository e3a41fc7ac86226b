"""Our own small Markdown, in which articles are kept: how plain text is written in it, and what it says without signs.

    # heading … ###### heading      - item      1. item      > quote      | cell | cell |      ``` around lines of code
    *emphasis*   **strong**   `code`   [words][n]   ![caption][n]        \\ before a sign that means itself

A table has one line of `| --- | --- |` below its first row. Blocks stand apart by a blank line. Pure.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from newswatch.text.clean import clean_line

FENCE = "```"
MARKED_LIMIT = 2**20
"""Code points of a marked text: signs come to what `text.clean` allows."""
DEEPEST_INDENT = 12
"""Blanks before a line: what is deeper in lists stands there, too."""

_SIGNS = re.compile(r"[\\*`\[\]]")
_LINE_SIGN = re.compile(r"(?:#{1,6}(?= |$)|>|[-+](?= |$)|\||\d{1,9}(?=[.)](?: |$)))")
_HEAD = re.compile(r"(?: {0,12}(?:#{1,6} |> ?|- |\d{1,9}\. ))+")
_RULER = re.compile(r"\|(?: ?-{3,} ?\|)+$")
_INLINE = re.compile(
    r"\\(?P<literal>[\\*`\[\]#>+\-|.)!])"
    r"|(?P<star>\*{1,3})"
    r"|`(?P<code>[^`\n]*)`"
    r"|(?P<open>!?\[)"
    r"|(?P<close>\]\[\d{1,6}\])"
)


def escaped(text: str) -> str:
    """A line of plain text so that nothing in it is a sign."""
    return _SIGNS.sub(r"\\\g<0>", text) if _SIGNS.search(text) else text


def paragraph(text: str) -> str:
    """A line of plain text as a paragraph."""
    return as_paragraph(escaped(text))


def as_paragraph(line: str) -> str:
    """A line of marked text as one of a paragraph: what would begin a heading, an item, a quote or a table does not."""
    sign = _LINE_SIGN.match(line)
    if sign is None:
        return line
    at = sign.end() if sign[0].isdigit() else 0
    return f"{line[:at]}\\{line[at:]}"


def cleaned(text: str) -> str:
    """Marked text, whoever wrote it, each line of it clean (`text.clean`); the indentation of lists and code stays."""
    lines: list[str] = []
    for raw in text.split("\n"):
        line = clean_line(raw, MARKED_LIMIT)
        indent = min(len(raw) - len(raw.lstrip(" ")), DEEPEST_INDENT)
        if line or (lines and lines[-1]):
            lines.append(" " * indent + line if line else "")
    return "\n".join(lines).rstrip()[:MARKED_LIMIT]


@dataclass(frozen=True, slots=True)
class Unmarked:
    """What a text says without its signs; `place` finds where a letter of it stands in the text with them."""

    text: str
    _starts: tuple[int, ...]
    _sources: tuple[int, ...]

    def place(self, at: int) -> int:
        """Where letter number `at` stands in the marked text."""
        run = bisect_right(self._starts, at) - 1
        return self._sources[run] + at - self._starts[run] if run >= 0 else at

    def places(self, start: int, end: int) -> tuple[int, int]:
        """Where a piece of it stands in the marked text, from its first letter to behind its last."""
        return self.place(start), (self.place(end - 1) + 1 if end > start else self.place(start))


def unmarked(text: str) -> Unmarked:
    """The text without its signs: what is matched, cut into sentences and compared."""
    pieces: list[str] = []
    starts: list[int] = []
    sources: list[int] = []
    length = 0
    for start, end, said in _runs(text):
        piece = text[start:end] if said is None else said
        if piece:
            pieces.append(piece)
            starts.append(length)
            sources.append(start)
            length += len(piece)
    return Unmarked("".join(pieces), tuple(starts), tuple(sources))


def _runs(text: str) -> Iterator[tuple[int, int, str | None]]:
    """The pieces of the text that say something, in order; a blank stands between two cells."""
    at = 0
    is_code = False
    for line in text.splitlines(keepends=True):
        start, at = at, at + len(line)
        bare = line.rstrip("\n")
        if bare == FENCE:
            is_code = not is_code
        elif is_code:
            yield start, at, None
            continue
        elif bare.startswith("|"):
            if not _RULER.fullmatch(bare):
                yield from _row(text, start, start + len(bare))
                yield start + len(bare), at, None
            continue
        else:
            head = _HEAD.match(bare)
            yield from _inline(text, start + (head.end() if head is not None else 0), at)


def _row(text: str, start: int, end: int) -> Iterator[tuple[int, int, str | None]]:
    """A row of a table: its cells, apart by a tab."""
    cell = start + 1
    at = cell
    while at < end:
        if text[at] == "\\":
            at += 2
            continue
        if text[at] == "|":
            yield from _inline(text, *_trimmed(text, cell, at))
            if at + 1 < end:
                yield at, at + 1, "\t"
            cell = at + 1
        at += 1
    if cell < end:
        yield from _inline(text, *_trimmed(text, cell, end))


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] == " ":
        start += 1
    while end > start and text[end - 1] == " ":
        end -= 1
    return start, end


def _inline(text: str, start: int, end: int) -> Iterator[tuple[int, int, str | None]]:
    at = start
    for sign in _INLINE.finditer(text, start, end):
        if sign.start() > at:
            yield at, sign.start(), None
        if sign["literal"] is not None:
            yield sign.start("literal"), sign.end("literal"), None
        elif sign["code"] is not None:
            yield sign.start("code"), sign.end("code"), None
        at = sign.end()
    if at < end:
        yield at, end, None
