"""An article's text taken apart: our small Markdown, or the plain lines of a feed, as blocks to lay out. Pure.

Each run of letters knows where it stands in the text, so that marks, bullets and reading places find their line. It
must never know a width, a colour or a widget.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import NamedTuple

from newswatch.text.html import BULLET
from newswatch.text.markdown import FENCE

LONGEST = 8_000
"""Letters of a block: a longer paragraph is laid out in pieces, so that none holds up the screen."""
DEEPEST = 6
"""Quotes and items within each other that are shown as such."""
MOST_SIGNS = 24
"""Before the words of a line: what comes behind so many is taken as words."""
MOST_LINES = 200
"""Of a table or of code that are laid out at once."""
MOST_COLUMNS = 24
QUOTE, INDENT = ">", " "

_LEAD = re.compile(r"(?P<quote>> ?)|(?P<indent> {2})|(?P<bullet>- )|(?P<number>\d{1,9}\. )|(?P<heading>#{1,6} )")
_RULER = re.compile(r"\|(?: ?-{3,} ?\|)+$")
_INLINE = re.compile(
    r"\\(?P<literal>[\\*`\[\]#>+\-|.)!])"
    r"|(?P<star>\*{1,3})"
    r"|`(?P<code>[^`\n]*)`"
    r"|(?P<open>!?\[)"
    r"|\]\[(?P<close>\d{1,6})\]"
)


class Kind(StrEnum):
    """What a block is."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    ITEM = "item"
    CODE = "code"
    TABLE = "table"


class Run(NamedTuple):
    """Letters of one kind, the first of them letter number `at` of the article's text."""

    text: str
    at: int
    is_bold: bool = False
    is_italic: bool = False
    is_code: bool = False
    is_image: bool = False  # the caption of one
    link: int = 0  # its number, 0 for none


Line = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of one kind; those that are apart stand behind a blank one.

    `inset` is what it stands within, a `QUOTE` or an `INDENT` each. `level` is that of a heading; `sign` that of an
    item. `rows` are a table's, the first of them its head if `has_head`.
    """

    kind: Kind
    at: int
    lines: tuple[Line, ...] = ()
    inset: str = ""
    level: int = 0
    sign: str = ""
    is_apart: bool = False
    rows: tuple[tuple[Line, ...], ...] = ()
    has_head: bool = False


def plain_blocks(text: str) -> Iterator[Block]:
    """The blocks of cleaned plain text, as a feed gives it: each line a paragraph, or an item behind a bullet."""
    was_item = False
    for start, end in _lines(text, 0):
        is_item = text.startswith(BULLET, start, end)
        first = start + (len(BULLET) if is_item else 0)
        if not text[first:end].strip():
            continue
        sign = BULLET.strip() if is_item else ""
        is_apart = not (is_item and was_item)
        for at, behind in _pieces(text, first, end):
            yield _text((Run(text[at:behind], at),), sign, INDENT if is_item else "", at > first, is_apart=is_apart)
        was_item = is_item


def markdown_blocks(text: str) -> Iterator[Block]:
    """The blocks of an article's text (`text.markdown`)."""
    return _Parser(text).blocks()


def _lines(text: str, at: int) -> Iterator[tuple[int, int]]:
    """Where each line begins and ends, from one that begins at `at`."""
    while at <= len(text):
        end = text.find("\n", at)
        end = end if end >= 0 else len(text)
        yield at, end
        at = end + 1


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A long line in pieces that end behind a blank, where it has some; no sign is torn from what it stands before."""
    while end - start > LONGEST:
        cut = text.rfind(" ", start + LONGEST // 2, start + LONGEST) + 1 or start + LONGEST
        cut += text[cut - 1] == "\\"
        yield start, cut
        start = cut
    if end > start:
        yield start, end


def _text(line: Line, sign: str, hang: str, follows: bool, *, inset: str = "", is_apart: bool = False) -> Block:  # noqa: FBT001  it is one of the facts
    """A paragraph or an item, or what `follows` on its first piece."""
    if follows:
        return Block(Kind.PARAGRAPH, line[0].at, (line,), inset + hang)
    return Block(Kind.ITEM if sign else Kind.PARAGRAPH, line[0].at, (line,), inset, sign=sign, is_apart=is_apart)


class _Lead(NamedTuple):
    """What a line begins with: what it stands within, and the sign of an item or the level of a heading."""

    inset: str
    sign: str
    level: int
    end: int


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._next = 0  # where the next line begins
        self._is_apart = False

    def blocks(self) -> Iterator[Block]:
        while (line := self._line()) is not None:
            start, end = line
            lead = self._lead(start, end)
            if not lead.sign and not self._text[lead.end : end].strip():
                self._is_apart = True
                continue
            if self._text[lead.end : end] == FENCE:
                yield from self._code(start, lead)
            elif self._text.startswith("|", lead.end, end):
                yield from self._table(start, end, lead)
            else:
                yield from self._words(lead, end)

    def _line(self) -> tuple[int, int] | None:
        line = next(_lines(self._text, self._next), None)
        if line is not None:
            self._next = line[1] + 1
        return line

    def _apart(self) -> bool:
        is_apart, self._is_apart = self._is_apart, False
        return is_apart

    def _lead(self, start: int, end: int) -> _Lead:
        inset, sign, at = "", "", start
        for _ in range(MOST_SIGNS):
            found = _LEAD.match(self._text, at, end)
            if found is None:
                break
            if found["heading"] is not None:
                return _Lead(inset[:DEEPEST], sign, 0 if sign else len(found[0]) - 1, found.end())
            if sign:  # an item that begins with another one
                inset += INDENT
            if found["quote"] is not None:
                inset, sign = inset + QUOTE, ""
            elif found["indent"] is not None:
                inset, sign = inset + INDENT, ""
            else:
                sign = "•" if found["bullet"] is not None else found[0].strip()
            at = found.end()
        return _Lead(inset[:DEEPEST], sign, 0, at)

    def _words(self, lead: _Lead, end: int) -> Iterator[Block]:
        """A heading, an item or a paragraph."""
        inline = _Inline(self._text)
        for start, behind in _pieces(self._text, lead.end, end):
            line = inline.runs(start, behind)
            if not any(run.text.strip() for run in line):
                continue
            follows = start > lead.end
            if lead.level:
                yield Block(Kind.HEADING, start, (line,), lead.inset, lead.level, is_apart=self._apart())
            else:
                hang = INDENT if lead.sign else ""
                yield _text(line, lead.sign, hang, follows, inset=lead.inset, is_apart=self._apart())

    def _code(self, start: int, lead: _Lead) -> Iterator[Block]:
        """The lines up to the closing fence, without what the opening one stands behind."""
        opening = self._text[start : lead.end]
        lines: list[Line] = []
        is_apart = True
        while (line := self._line()) is not None:
            first, end = line
            first += len(opening) if self._text.startswith(opening, first, end) else 0
            if self._text[first:end].strip() == FENCE:
                break
            lines += [(Run(self._text[at:behind], at, is_code=True),) for at, behind in _pieces(self._text, first, end)]
            lines += [()] if first == end else []
            if len(lines) >= MOST_LINES:
                yield Block(Kind.CODE, lead.end, tuple(lines), lead.inset, is_apart=is_apart)
                lines, is_apart = [], False
        if lines:
            yield Block(Kind.CODE, lead.end, tuple(lines), lead.inset, is_apart=is_apart)
        self._is_apart = True

    def _table(self, start: int, end: int, lead: _Lead) -> Iterator[Block]:
        rows: list[tuple[Line, ...]] = []
        has_head = False
        is_apart = True
        opening = self._text[start : lead.end]
        while True:
            first = start + len(opening)
            if _RULER.fullmatch(self._text, first, end):
                has_head = has_head or (is_apart and len(rows) == 1)
            else:
                rows.append(tuple(islice(_cells(self._text, first, end), MOST_COLUMNS)))
            if len(rows) >= MOST_LINES:
                yield Block(
                    Kind.TABLE, lead.end, (), lead.inset, is_apart=is_apart, rows=tuple(rows), has_head=has_head
                )
                rows, has_head, is_apart = [], False, False
            if not self._text.startswith(f"{opening}|", self._next):
                break
            start, end = self._line() or (0, 0)
        if rows:
            yield Block(Kind.TABLE, lead.end, (), lead.inset, is_apart=is_apart, rows=tuple(rows), has_head=has_head)
        self._is_apart = True


def _cells(text: str, start: int, end: int) -> Iterator[Line]:
    """The cells between the bars of a row."""
    cell = at = start + 1
    while at < end:
        if text[at] == "\\":
            at += 2
            continue
        if text[at] == "|":
            yield _cell(text, cell, at)
            cell = at + 1
        at += 1
    if cell < end:
        yield _cell(text, cell, end)


def _cell(text: str, start: int, end: int) -> Line:
    while start < end and text[start] == " ":
        start += 1
    while end > start and text[end - 1] == " ":
        end -= 1
    return _Inline(text).runs(start, min(end, start + LONGEST))


class _Inline:
    """A line's runs, piece by piece: emphasis goes on from one to the next."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._is_bold = False
        self._is_italic = False

    def runs(self, start: int, end: int) -> Line:
        """Those of a piece. A bracket that nothing closes is a bracket."""
        runs: list[Run] = []
        opened: list[int] = []  # runs that are brackets, until they are closed
        at = start
        for sign in _INLINE.finditer(self._text, start, end):
            self._add(runs, at, sign.start())
            if sign["literal"] is not None:
                self._add(runs, sign.start("literal"), sign.end("literal"))
            elif (stars := sign["star"]) is not None:
                self._is_italic ^= len(stars) != 2
                self._is_bold ^= len(stars) != 1
            elif sign["code"] is not None:
                self._add(runs, sign.start("code"), sign.end("code"), is_code=True)
            elif sign["open"] is not None:
                opened.append(len(runs))
                self._add(runs, sign.start(), sign.end())
            elif opened:
                bracket = opened.pop()
                number, is_image = int(sign["close"]), len(runs[bracket].text) > 1
                runs[bracket:] = [
                    run._replace(link=run.link or number, is_image=run.is_image or is_image)
                    for run in runs[bracket + 1 :]
                ]
            at = sign.end()
        self._add(runs, at, end)
        return tuple(runs)

    def _add(self, runs: list[Run], start: int, end: int, *, is_code: bool = False) -> None:
        if end > start:
            runs.append(Run(self._text[start:end], start, self._is_bold, self._is_italic, is_code))


def words_of(lines: Sequence[Line]) -> str:
    """What lines say."""
    return "\n".join("".join(run.text for run in line) for line in lines)
