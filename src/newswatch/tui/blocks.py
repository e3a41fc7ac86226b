"""An article's text taken apart: our small Markdown, or the plain lines of a feed, as blocks to lay out. Pure.

Each run of letters knows where it stands in the text, so that marks, bullets and reading places find their line. It
must never know a width, a colour or a widget.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from newswatch.text.html import BULLET
from newswatch.text.markdown import FENCE

LONGEST = 8_000
"""Letters of a block: a longer paragraph is laid out in pieces, so that none holds up the screen."""
DEEPEST = 6
"""Quotes and items within each other that are shown as such."""
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
    at = 0
    was_item = False
    for line in text.split("\n"):
        is_item = line.startswith(BULLET)
        start = at + (len(BULLET) if is_item else 0)
        if line.strip():
            block = Block(Kind.ITEM if is_item else Kind.PARAGRAPH, at, ((Run(text[start : at + len(line)], start),),))
            sign = BULLET.strip() if is_item else ""
            yield from _cut(_with(block, sign=sign, is_apart=not (is_item and was_item)))
            was_item = is_item
        at += len(line) + 1


def markdown_blocks(text: str) -> Iterator[Block]:
    """The blocks of an article's text (`text.markdown`)."""
    return _Parser(text).blocks()


class _Lead(NamedTuple):
    """What a line begins with: what it stands within, and the sign of an item or the level of a heading."""

    inset: str
    sign: str
    level: int
    end: int


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._lines = text.split("\n")
        self._starts: list[int] = []
        at = 0
        for line in self._lines:
            self._starts.append(at)
            at += len(line) + 1
        self._next = 0
        self._is_apart = False

    def blocks(self) -> Iterator[Block]:
        while self._next < len(self._lines):
            number = self._next
            self._next += 1
            start, end = self._starts[number], self._starts[number] + len(self._lines[number])
            lead = self._lead(start, end)
            bare = self._text[lead.end : end]
            if not bare.strip() and not lead.sign:
                self._is_apart = True
                continue
            if bare == FENCE:
                block = self._code(start, lead)
            elif bare.startswith("|"):
                block = self._table(number, lead)
            else:
                line = _inline(self._text, lead.end, end)
                if not any(run.text.strip() for run in line):
                    continue
                kind = Kind.HEADING if lead.level else Kind.ITEM if lead.sign else Kind.PARAGRAPH
                block = Block(kind, lead.end, (line,), lead.inset, lead.level, lead.sign)
            yield from _cut(_with(block, sign=block.sign, is_apart=self._is_apart))
            self._is_apart = False

    def _lead(self, start: int, end: int) -> _Lead:
        inset, sign, at = "", "", start
        while at < end and (found := _LEAD.match(self._text, at, end)) is not None:
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

    def _code(self, start: int, lead: _Lead) -> Block:
        """The lines up to the closing fence, without what the opening one stands behind."""
        opening = self._text[start : lead.end]
        lines: list[Line] = []
        while self._next < len(self._lines):
            number = self._next
            self._next += 1
            line = self._lines[number]
            skipped = len(opening) if line.startswith(opening) else 0
            if line[skipped:] == FENCE or line.strip() == FENCE:
                break
            lines.append((Run(line[skipped:], self._starts[number] + skipped, is_code=True),))
        return Block(Kind.CODE, lead.end, tuple(lines), lead.inset)

    def _table(self, number: int, lead: _Lead) -> Block:
        rows: list[tuple[Line, ...]] = []
        has_head = False
        at, opening = number, self._text[self._starts[number] : lead.end]
        while at < len(self._lines) and self._lines[at].startswith(f"{opening}|"):
            start, end = self._starts[at] + len(opening), self._starts[at] + len(self._lines[at])
            if _RULER.fullmatch(self._text, start, end):
                has_head = has_head or len(rows) == 1
            else:
                rows.append(tuple(_cells(self._text, start, end)))
            at += 1
        self._next = at
        return Block(Kind.TABLE, lead.end, inset=lead.inset, rows=tuple(rows), has_head=has_head)


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
    return _inline(text, start, end)


def _inline(text: str, start: int, end: int) -> Line:
    """A line's runs. A sign that nothing closes is left out, or (a bracket) shown."""
    runs: list[Run] = []
    opened: list[tuple[int, bool]] = []
    is_bold = is_italic = False

    def add(first: int, last: int, *, is_code: bool = False) -> None:
        if last > first:
            runs.append(Run(text[first:last], first, is_bold, is_italic, is_code))

    at = start
    for sign in _INLINE.finditer(text, start, end):
        add(at, sign.start())
        if sign["literal"] is not None:
            add(sign.start("literal"), sign.end("literal"))
        elif (stars := sign["star"]) is not None:
            is_italic ^= len(stars) != 2
            is_bold ^= len(stars) != 1
        elif sign["code"] is not None:
            add(sign.start("code"), sign.end("code"), is_code=True)
        elif sign["open"] is not None:
            opened.append((len(runs), len(sign["open"]) > 1))
        elif opened:
            first, is_image = opened.pop()
            number = int(sign["close"])
            runs[first:] = [
                run._replace(link=run.link or number, is_image=run.is_image or is_image) for run in runs[first:]
            ]
        at = sign.end()
    add(at, end)
    return tuple(runs)


def _with(block: Block, *, sign: str, is_apart: bool) -> Block:
    return Block(
        block.kind, block.at, block.lines, block.inset, block.level, sign, is_apart, block.rows, block.has_head
    )


def _cut(block: Block) -> Iterator[Block]:
    """A block whose one line is very long as several that follow on each other, cut at blanks."""
    if len(block.lines) != 1 or sum(len(run.text) for run in block.lines[0]) <= LONGEST:
        yield block
        return
    piece: list[Run] = []
    length = 0
    pieces: list[Line] = []
    for run in block.lines[0]:
        rest = run
        while length + len(rest.text) > LONGEST:
            at = _blank(rest.text, LONGEST - length)
            piece.append(rest._replace(text=rest.text[:at]))
            rest = rest._replace(text=rest.text[at:], at=rest.at + at)
            pieces.append(tuple(piece))
            piece, length = [], 0
        if rest.text:
            piece.append(rest)
            length += len(rest.text)
    pieces += [tuple(piece)] if piece else []
    for number, line in enumerate(pieces):
        follows = INDENT if block.sign and number else ""
        yield Block(
            Kind.PARAGRAPH if follows else block.kind,
            line[0].at,
            (line,),
            block.inset + follows,
            block.level,
            "" if number else block.sign,
            block.is_apart and not number,
        )


def _blank(text: str, limit: int) -> int:
    """Behind the last blank before the limit; the limit itself in a text without one."""
    at = text.rfind(" ", limit // 2, limit) + 1
    return at or max(limit, 1)


def words_of(lines: Sequence[Line]) -> str:
    """What lines say."""
    return "\n".join("".join(run.text for run in line) for line in lines)
