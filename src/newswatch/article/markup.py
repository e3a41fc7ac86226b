"""The article that trafilatura took out of a page (a small tree of its own elements) as our Markdown. Pure.

Each text goes through `text.clean`, each address through `text.urls.safe_link`, and every sign in a text is escaped:
what the page wrote can be shown, and can be nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from newswatch.article.furniture import is_furniture
from newswatch.article.page import MOST_LINKS, TEXT_LIMIT
from newswatch.text.clean import clean_line, is_mark
from newswatch.text.markdown import FENCE, as_paragraph, cleaned, escaped, unmarked
from newswatch.text.urls import safe_link

DEEPEST = 40
"""Elements within elements; what is deeper is taken as mere text."""
_EMPHASIS = {"#b": "**", "#i": "*", "#u": "*"}
_BLOCKS = frozenset(
    {"p", "head", "list", "quote", "table", "graphic", "div", "code", "item", "row", "figure", "formula"}
)
_PARAGRAPHS = frozenset({"p", "head", "item", "div", "quote", "row", "cell"})
"""What stands apart where all has to be one line, as in a cell."""
_COLUMNS = 24
TWICE_FROM = 60
"""Letters: a paragraph so long that stands there again is a teaser of the text, or a slip of the page."""
_INDENT = "  "
_ITEM = re.compile(r"^- ", re.MULTILINE)
_LINK_ALONE = re.compile(r"\**\[.+\]\[\d+\]\**")


def markdown_of(body: Any, base: str, title: str = "") -> tuple[str, tuple[str, ...]]:
    """The text, and the addresses that `[words][n]` and `![caption][n]` in it mean. `base` is the page's address.

    What only says the `title` or the address again is left out, and so is what stands twice, what is no text of the
    article (`furniture`), and cards of other articles at the end.
    """
    writer = _Writer(base)
    blocks: list[str] = []
    known, said = {_bare(title), base.casefold()}, set[str]()
    for block in writer.blocks(body, 0):
        bare = _bare(block)
        is_heading = block.startswith(("#", "!["))
        if bare in known or (bare in said and (is_heading or len(bare) > TWICE_FROM)):
            continue
        if is_furniture(block, bare, _bare(title)):
            continue
        said.add(bare)
        blocks.append(block)
    while len(blocks) > 1 and _is_cards(blocks[-1]):
        blocks.pop()
    # Once more as a whole: what is harmless in two elements may not be where they meet.
    return cleaned("\n\n".join(blocks)), tuple(writer.links)


class _Writer:
    def __init__(self, base: str) -> None:
        self._base = base
        self._left = TEXT_LIMIT
        self._items = 0  # how many items we are within: nothing there is a heading
        self.links: dict[str, int] = {}

    def blocks(self, parent: Any, depth: int) -> Iterator[str]:
        """The blocks within an element. What stands between them is a paragraph."""
        loose = [self._text(parent.text)]
        for child in parent:
            if self._left <= 0:
                break
            if not isinstance(child.tag, str):  # a comment, a processing instruction
                loose.append(self._text(child.tail))
                continue
            if child.tag in _BLOCKS and not (child.tag == "code" and not _is_block_of_code(child)):
                yield from _paragraphs("".join(loose))
                loose = []
                yield from self._block(child, depth)
            else:
                loose.append(self._inline_element(child, depth))
            loose.append(self._text(child.tail))
        yield from _paragraphs("".join(loose))

    def _block(self, element: Any, depth: int) -> Iterator[str]:
        if depth > DEEPEST:
            yield from _paragraphs(self._text(" ".join(element.itertext())))
            return
        match element.tag:
            case "head":
                yield from self._heading(element, depth)
            case "list":
                yield from self._list(element, depth)
            case "quote":
                yield from self._quote(element, depth)
            case "table":
                yield from self._table(element, depth)
            case "graphic":
                yield from filter(None, [self._image(element)])
            case "code":
                yield from filter(None, [self._code("".join(element.itertext()))])
            case _:
                yield from self.blocks(element, depth + 1)

    def _heading(self, element: Any, depth: int) -> Iterator[str]:
        words = self._line(element, depth)
        if words and self._items:
            yield _around(words, "**")
        elif words:
            yield f"{'#' * _level(element.get('rend', ''))} {as_paragraph(words)}"

    def _quote(self, element: Any, depth: int) -> Iterator[str]:
        lines = "\n\n".join(self.blocks(element, depth + 1)).split("\n")
        if any(lines):
            yield "\n".join(f"> {line}".rstrip() for line in lines)

    def _list(self, element: Any, depth: int) -> Iterator[str]:
        """A list as one block; what an item holds beside its words is indented below it."""
        is_ordered = element.get("rend") == "ol"
        lines: list[str] = []
        number = 0
        for item in element:
            if not isinstance(item.tag, str) or self._left <= 0:
                continue
            self._items += 1
            inner = list(self.blocks(item, depth + 1))
            self._items -= 1
            if not inner:
                continue
            number += 1
            sign = f"{number}. " if is_ordered else "- "
            first, *rest = "\n".join(inner).split("\n")
            lines.append(sign + first)
            lines.extend(_INDENT + line for line in rest if line)
        if lines:
            yield "\n".join(lines)

    def _table(self, element: Any, depth: int) -> Iterator[str]:
        rows: list[list[str]] = []
        for row in element.iter("row"):
            cells = [self._line(cell, depth).replace("|", "\\|") for cell in row if cell.tag == "cell"][:_COLUMNS]
            if any(cells):
                rows.append(cells)
            if self._left <= 0:
                break
        if not rows:
            return
        width = max(map(len, rows))
        if width == 1:  # a table for the looks: its cells are paragraphs
            yield from (as_paragraph(cell) for (cell,) in rows)
            return
        lines = [f"| {' | '.join([*row, *([''] * (width - len(row)))])} |" for row in rows]
        yield "\n".join([lines[0], "|" + " --- |" * width, *lines[1:]])

    def _image(self, element: Any) -> str:
        caption = self._text(element.get("alt") or element.get("title") or "").strip()
        number = self._number(element.get("src", ""))
        return f"![{caption}][{number}]" if number and caption else ""

    def _code(self, raw: str) -> str:
        lines = cleaned(raw.expandtabs(4)).split("\n")
        text = "\n".join(filter(None, lines))[: self._left]  # no blank line: there another block would begin
        self._left -= len(text)
        fenced = text.replace(FENCE, "'" * len(FENCE))
        return f"{FENCE}\n{fenced}\n{FENCE}" if text else ""

    def _line(self, element: Any, depth: int) -> str:
        """All of an element in one line."""
        return " ".join(self._inline(element, depth).split())

    def _inline(self, element: Any, depth: int) -> str:
        if depth > DEEPEST:
            return self._text(" ".join(element.itertext()))
        pieces = [self._text(element.text)]
        for child in element:
            if isinstance(child.tag, str):
                apart = " " if child.tag in _PARAGRAPHS else ""
                pieces.append(f"{apart}{self._inline_element(child, depth + 1)}{apart}")
            pieces.append(self._text(child.tail))
        return "".join(pieces)

    def _inline_element(self, element: Any, depth: int) -> str:
        match element.tag:
            case "lb":
                return "\n"
            case "hi" if element.get("rend") in _EMPHASIS:
                return _around(self._inline(element, depth), _EMPHASIS[element.get("rend")])
            case "code":
                raw = clean_line("".join(element.itertext()))[: self._left].replace("`", "'")
                self._left -= len(raw)
                return f"`{raw}`" if raw and not is_mark(raw[0]) else escaped(raw)
            case "graphic":
                return self._image(element)
            case "ref":
                words = self._inline(element, depth)
                number = self._number(element.get("target", "")) if words.strip() else 0
                return _around(words, "[", f"][{number}]") if number and "][" not in words else words
            case _:
                return self._inline(element, depth)

    def _number(self, address: str) -> int:
        """The number of a link; 0 for an address that may not be opened, and for one too many."""
        link = safe_link(address, self._base)
        if link is None or (link not in self.links and len(self.links) >= MOST_LINKS):
            return 0
        return self.links.setdefault(link, len(self.links) + 1)

    def _text(self, raw: str | None) -> str:
        """Text as it stands in a line, with a blank where it had some at its ends."""
        if not raw or self._left <= 0:
            return ""
        text = clean_line(raw, self._left)
        self._left -= len(text)
        if not text:
            return " " if raw.isspace() else ""
        before = " " if raw[0].isspace() else ""
        return f"{before}{escaped(text)}{' ' if raw[-1].isspace() else ''}"


def _paragraphs(inline: str) -> Iterator[str]:
    """The lines of inline text as one paragraph; a line break within it stays one."""
    lines = [" ".join(line.split()) for line in inline.split("\n")]
    said = [as_paragraph(line) for line in lines if line.strip("* ")]
    if said:
        yield "\n".join(said)


def _around(words: str, sign: str, end: str = "") -> str:
    """Words with a sign around them, the blanks at their ends outside it."""
    bare = words.strip()
    if not bare or "\n" in bare or is_mark(bare[0]):  # a mark belongs to the letter before, whatever stands between
        return words
    start = len(words) - len(words.lstrip())
    return f"{words[:start]}{sign}{bare}{end or sign}{words[start + len(bare) :]}"


def _bare(block: str) -> str:
    """The words of a block, to be compared."""
    return " ".join(unmarked(block).text.casefold().split())


def _is_cards(block: str) -> bool:
    """Whether a block is a list of other articles: each item a linked headline, and a few words on it below."""
    items = _ITEM.split(block)[1:]
    lines = [item.strip().split("\n") for item in items]
    return len(lines) > 1 and all(len(card) > 1 and _LINK_ALONE.fullmatch(card[0]) for card in lines)


def _level(rend: str) -> int:
    return int(rend[1]) if rend[1:] in {"1", "2", "3", "4", "5", "6"} else 2


def _is_block_of_code(element: Any) -> bool:
    return "\n" in "".join(element.itertext()).strip()
