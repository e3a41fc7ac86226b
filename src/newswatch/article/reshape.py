"""A page's tree made fit to be read: what old and careless pages do with tables, `pre` and `div` becomes paragraphs.

Each function changes the tree that it is given (lxml's; nothing here imports it), in time linear in its size. Pure
otherwise.
"""

from __future__ import annotations

import re
from typing import Any

MUCH_IN_A_CELL = 600
"""Letters: a cell of data has fewer."""
FEWEST_BREAKS = 3
"""Paragraphs and line ends in such a cell: one that is only long is a cell of data, too."""
WHOLE_LINE = 45
"""Letters: a line of prose so long goes on in the next one, unless a sentence ends with it."""
LONGEST_PRE = 200_000

_BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "center", "dd", "details", "div", "dl", "dt", "fieldset", "figure"}
    | {"figcaption", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol"}
    | {"p", "pre", "section", "summary", "table", "tbody", "td", "template", "tfoot", "th", "thead", "tr", "ul"}
)
_BREAKS = ("br", "p", "div", "h1", "h2", "h3", "h4")
_OF_TABLES = ("table", "thead", "tbody", "tfoot", "tr", "td", "th")
_IS_CODE = re.compile(r"[{}<>=]|;[ \t]*$|\w\(|^[ \t]*(?:#|//|\$ |>>> )", re.MULTILINE)
_CODE_SIGNS_A_LINE = 0.2
_ENDS = re.compile(r"[.!?:…。！？][\"'”’»)\]]*$")


def unset_tables(tree: Any) -> None:
    """Tables that hold the page, and not data, become divisions: those with tables within, or with prose in a cell."""
    for table in list(tree.iter("table")):
        if table.find(".//table") is not None or any(_is_prose(cell) for cell in table.iter("td")):
            for element in list(_of_one_table(table)):
                element.tag = "div"


def _of_one_table(table: Any) -> Any:
    """A table with its rows and cells, without those of tables within it."""
    yield table
    waiting = list(table)
    while waiting:
        element = waiting.pop()
        if element.tag in _OF_TABLES and element.tag != "table":
            yield element
            waiting.extend(element)


def _is_prose(cell: Any) -> bool:
    if sum(1 for _ in cell.iter(*_BREAKS)) < FEWEST_BREAKS:
        return False
    return sum(len(text.strip()) for text in cell.itertext()) >= MUCH_IN_A_CELL


def unset_prose(tree: Any) -> None:
    """Prose that stands in a `pre` becomes paragraphs, as bulletins and mails are often put on the web; code stays."""
    for pre in list(tree.iter("pre")):
        text = "".join(pre.itertext())
        if len(text) > LONGEST_PRE or pre.find(".//code") is not None or not _reads_as_prose(text):
            continue
        for child in list(pre):
            pre.remove(child)
        pre.text, pre.tag = None, "div"
        for said in _paragraphs(text):
            paragraph = pre.makeelement("p")
            paragraph.text = said
            pre.append(paragraph)


def _reads_as_prose(text: str) -> bool:
    lines = [line for line in text.splitlines() if line.strip()]
    words = text.split()
    if len(lines) < 2 or len(words) < 20 or len(words) < 4 * len(lines):
        return False
    return len(_IS_CODE.findall(text)) < _CODE_SIGNS_A_LINE * len(lines)


def _paragraphs(text: str) -> list[str]:
    """Lines that were broken at their length are put together again; a blank line ends a paragraph."""
    found: list[str] = []
    goes_on = False
    for line in map(str.strip, text.splitlines()):
        if not line:
            goes_on = False
        elif goes_on:
            found[-1] += f" {line}"
        else:
            found.append(line)
        goes_on = len(line) >= WHOLE_LINE and _ENDS.search(line) is None
    return found


def divisions_as_paragraphs(tree: Any) -> None:
    """Divisions and captions that hold nothing but words become paragraphs: of pages that know no other element."""
    for element in list(tree.iter("div", "figcaption", "summary", "dt", "dd")):
        if any(child.tag in _BLOCKS for child in element):
            continue
        if any(text.strip() for text in element.itertext()):
            element.tag = "p"
