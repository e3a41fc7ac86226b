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
FEWEST_POSTS = 3
SHORTEST_POST, LONGEST_POST = 200, 3_000
"""Letters of a post on a live page, the former on average: what is shorter is a teaser, what is longer an article of
its own, as where more are loaded below the first.
"""
_MOST = 0.6

_BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "center", "dd", "details", "div", "dl", "dt", "fieldset", "figure"}
    | {"figcaption", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol"}
    | {"p", "pre", "section", "summary", "table", "tbody", "td", "template", "tfoot", "th", "thead", "tr", "ul"}
)
_BREAKS = ("br", "p", "div", "h1", "h2", "h3", "h4")
_OF_WORDS = frozenset({"a", "button", "dt", "figcaption", "h1", "h2", "h3", "h4", "h5", "h6", "p", "pre", "summary"})
_NAMES_TEXT = re.compile(
    r"(?:post|entry|articles?|art|page|text|story|content|body|field|section|blog)[-_]*(?:body|content|entry|text|main)"
    r"|(?:^| )(?:content|text|story|entry)(?:$| )",
    re.IGNORECASE,
)
_LEVELS = 3  # the part itself, and what may stand around each
_CUT_OUT = ("time", "label", "output")
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


def set_loose_words(tree: Any) -> None:
    """Words that stand bare beside paragraphs become one, too, whole: of pages on which `<p>` is what parts them."""
    for parent in {paragraph.getparent(): None for paragraph in tree.iter("p")}:
        if parent is None or parent.tag in _OF_WORDS:
            continue
        block, run = None, list[Any]()  # what stands before the words, and the elements within them
        for child in [*parent, None]:
            if child is not None and isinstance(child.tag, str) and child.tag not in _BLOCKS:
                run.append(child)
                continue
            _set_run(parent, block, run)
            block, run = child, []


def _set_run(parent: Any, block: Any, run: list[Any]) -> None:
    """Puts the words behind a block (None: at the beginning), with the elements in them, into a paragraph."""
    bare = (parent.text if block is None else block.tail) or ""
    if len(bare.strip()) + sum(len((one.tail or "").strip()) for one in run) < WHOLE_LINE:
        return
    paragraph = parent.makeelement("p")
    paragraph.text = bare
    paragraph.extend(run)
    if block is None:
        parent.text = None
        parent.insert(0, paragraph)
    else:
        block.tail = None
        block.addnext(paragraph)


def unset_words(tree: Any) -> None:
    """Elements that trafilatura takes out of a sentence (a `time`), or makes a block of (a `q`), become its words."""
    for paragraph in tree.iter("p"):
        within = list(paragraph.iter(*_CUT_OUT))
        cut_out = sum(len("".join(one.itertext())) for one in within)
        if within and len("".join(paragraph.itertext()).strip()) - cut_out >= WHOLE_LINE:
            for one in within:
                one.tag = "span"
    for quote in tree.iter("q"):
        if any(child.tag in _BLOCKS for child in quote):
            continue
        quote.tag = "span"
        quote.text = f"“{quote.text or ''}"
        if len(quote):
            quote[-1].tail = f"{quote[-1].tail or ''}”"
        else:
            quote.text += "”"


def join_posts(tree: Any) -> None:
    """The posts of a live page, each an `article` of its own, become divisions of one: else the first is taken for all.

    Each has a time and some words, and together they are most of the page. Teasers (their headline is a link, or they
    say little) and comments stay what they are, and so do whole articles one behind the other.
    """
    posts: dict[Any, list[Any]] = {}
    for article in tree.iter("article"):
        around = article.getparent()
        if around is not None and around.tag == "li":
            around = around.getparent()
        if around is not None and around.tag not in {"html", "body"}:
            posts.setdefault(around, []).append(article)
    many = {around: articles for around, articles in posts.items() if len(articles) >= FEWEST_POSTS}
    everything = _prose_in(tree) if many else 0
    for around, articles in many.items():
        letters = [_prose_in(article) for article in articles]
        if sum(letters) < max(everything * _MOST, SHORTEST_POST * len(articles)) or max(letters) > LONGEST_POST:
            continue
        if not all(map(_is_post, articles)):
            continue
        for article in articles:
            article.tag = "div"
            if (item := article.getparent()).tag == "li":
                item.tag = "div"
        whole = next(around.iterancestors("article"), around)
        whole.tag = "article"
        whole.set("itemprop", "articleBody")  # trafilatura looks for that before any name of a post's own parts


def join_parts(tree: Any) -> None:
    """The text of an article that stands in several parts of one name, an advertisement between them, becomes one:
    else the first part is taken for all. So do posts of a live page that are no `article`.

    Parts stand beside each other, and are most of the page together.
    """
    parts: dict[tuple[Any, str, str | None], list[Any]] = {}
    for element in tree.iter("div", "section"):
        one = element if _is_named_text(element) else None
        for _ in range(_LEVELS):
            around = None if one is None else one.getparent()
            if one is None or around is None or one.tag not in {"div", "section", "li"}:
                break
            beside = parts.setdefault((around, one.tag, one.get("class")), [])
            if not beside or beside[-1] is not one:
                beside.append(one)
            one = around
    several = [beside for beside in parts.values() if len(beside) > 1]
    everything = _prose_in(tree) if several else 0
    for beside in several:
        letters = [_prose_in(one) for one in beside]
        if sum(letters) < everything * _MOST or not all(letters) or not all(map(_is_part, beside)):
            continue
        if _is_named_text(beside[0]) or all(map(_is_post, beside)):
            _set_together(beside[0], beside[-1])


def _is_named_text(element: Any) -> bool:
    return element.get("itemprop") == "articleBody" or _NAMES_TEXT.search(element.get("class") or "") is not None


def _is_part(element: Any) -> bool:
    """Whether it is no whole article, no teaser, whose headline is a link, and no comment."""
    if "comment" in f"{element.get('class')} {element.get('id')}".lower() or element.find(".//h1") is not None:
        return False
    if next(element.iterancestors("a"), None) is not None:
        return False
    headings = element.iter("h2", "h3", "h4", "h5", "h6")
    return not any(one.find(".//a") is not None or next(one.iterancestors("a"), None) is not None for one in headings)


def _set_together(first: Any, last: Any) -> None:
    """Puts all from one element to another beside it into a division that trafilatura takes for the article."""
    whole = first.makeelement("div")
    whole.set("itemprop", "articleBody")
    first.addprevious(whole)
    while (one := whole.getnext()) is not None:
        whole.append(one)
        if one is last:
            break


def _prose_in(element: Any) -> int:
    return sum(len("".join(paragraph.itertext()).strip()) for paragraph in element.iter("p"))


def _is_post(element: Any) -> bool:
    return element.find(".//time") is not None and _is_part(element)


def divisions_as_paragraphs(tree: Any) -> None:
    """Divisions and captions that hold nothing but words become paragraphs: of pages that know no other element."""
    for element in list(tree.iter("div", "figcaption", "summary", "dt", "dd")):
        if any(child.tag in _BLOCKS for child in element):
            continue
        if any(text.strip() for text in element.itertext()):
            element.tag = "p"
