"""HTML becomes plain text in lines, in time linear in its length, whatever is in it.

A scanner of its own instead of the standard library's parser: that one takes quadratic time on hostile
input in the Python versions we run on, and keeps a tree that we do not need. Tags end where the HTML
standard says they do; beyond that nothing here knows of documents, feeds or screens. The result is not
cleaned: `text.clean` comes after.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterator

BULLET = "• "

_TAG_NAME = re.compile(r"[A-Za-z][^\s/>\x00]{0,63}")
# A whole tag whose attribute values, if quoted, are closed; the others are walked through piece by piece.
_TAG = re.compile(r"""<(/?[A-Za-z][^\s/>\x00]{0,63}+)(?:[^>=]*+=\s*+(?:"[^"]*+"|'[^']*+'|(?!["'])))*+[^>=]*+>""")
_TO_VALUE = re.compile(r"[^>=]*")
_BLANKS = re.compile(r"\s*")
_RUNS = re.compile(r"[^\S \u3000][^\S\u3000]*+| [^\S\u3000]++")  # a lone blank stays as it is
_HUGE_REFERENCE = re.compile(r"&#(?:[0-9]{8,}|[xX][0-9a-fA-F]{7,});?")

# Never text to read, and if they are not closed, neither is the rest.
_RAW = frozenset({"script", "style"})
# Dropped together with what is in them, if they are closed.
_DROPPED = frozenset(
    {"head", "template", "svg", "math", "object", "applet", "audio", "video", "canvas", "select"}
    | {"noscript", "noembed", "noframes", "iframe", "textarea"}
    | {"rt", "rp"}  # readings over CJK words: they would tear the word apart
)
_PARAGRAPHS = frozenset(
    {"p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "ul", "ol", "dl", "table", "figure", "hr", "article"}
    | {"section"}
)
_LINES = frozenset(
    {"div", "tr", "dt", "dd", "caption", "figcaption", "header", "footer", "main", "nav", "aside", "address", "form"}
    | {"fieldset", "legend", "details", "summary", "center", "body", "html", "title", "option", "thead", "tbody"}
    | {"menu", "dir", "li", "br", "tfoot"}
)
_CELLS = frozenset({"td", "th"})
_STARTS = _PARAGRAPHS | _LINES | _CELLS
_BREAKING = _STARTS | {f"/{name}" for name in _STARTS}


def html_to_text(markup: str) -> str:
    """The text that a person would read: paragraphs apart by a blank line, list items behind a bullet.

    Scripts, styles and the like are dropped; entities are decoded exactly once, after the tags are gone.
    Text without any tag keeps its line breaks, since many feeds send plain text where HTML is due.
    """
    if "<" not in markup:
        return "\n".join(_RUNS.sub(" ", line).strip() for line in decode_entities(markup).splitlines()).strip()
    if "<![CDATA[" in markup:
        markup = markup.replace("<![CDATA[", "").replace("]]>", "")
    flow = _Flow()
    for piece, is_tag in _scan(markup):
        if not is_tag:
            flow.text(decode_entities(piece))
        elif piece in _BREAKING:
            flow.tag(piece)
    return flow.result()


def plain(text: str, *, is_html: bool) -> str:
    """The text itself, or what an HTML text says."""
    return html_to_text(text) if is_html else text


def decode_entities(text: str) -> str:
    """Character references decoded once; references to nothing become U+FFFD or vanish, as in browsers."""
    if "&" not in text:
        return text
    # Python refuses to read numbers of thousands of digits; no character needs more than seven.
    return html.unescape(_HUGE_REFERENCE.sub("\ufffd", text))


def start_tags(markup: str, names: Collection[str]) -> Iterator[tuple[str, str]]:
    """The start tags of these elements (in lower case) outside comments, scripts and styles, in order.

    Each is its name and, as written, what stands between that and the end of the tag. Takes time linear in the text.
    """
    searches = _Searches(markup)
    at = 0
    while (lt := markup.find("<", at)) >= 0:
        end, name = _markup_at(markup, lt, searches)
        at = max(end, lt + 1)
        if name in names:
            yield name, markup[lt + 1 + len(name) : end].removesuffix(">")
        if name in _RAW and markup[end - 2 : end] != "/>":
            at = searches.closing(name, end)
            if at < 0:
                return


class _Flow:
    """Text put together piece by piece; line breaks wait until there is text to put them before."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._breaks = 0  # line ends that the next text needs before it
        self._blank = False  # whether the next text needs a blank before it
        self._bullet = False
        self._pre_depth = 0

    def tag(self, name: str) -> None:
        """A start tag `name`, or an end tag `/name`."""
        bare = name.lstrip("/")
        if bare in _PARAGRAPHS:
            self._breaks = max(self._breaks, 2)
        elif bare == "br":
            self._breaks = min(self._breaks + 1, 2)
        elif bare in _LINES:
            self._breaks = max(self._breaks, 1)
        elif bare in _CELLS:
            self._blank = True
        if name == "li":
            self._bullet = True
        elif name == "pre":
            self._pre_depth += 1
        elif name == "/pre":
            self._pre_depth = max(self._pre_depth - 1, 0)

    def text(self, text: str) -> None:
        """Text between two tags, its entities decoded."""
        if self._pre_depth and "\n" in text:
            for n, line in enumerate(text.splitlines()):
                if n:
                    self._breaks = min(self._breaks + 1, 2)
                self._run(line)
            return
        self._run(text)

    def _run(self, text: str) -> None:
        if text == "\n":  # as most tags of a line of their own have behind them
            self._blank = True
            return
        folded = text if text.isprintable() and "  " not in text else _RUNS.sub(" ", text)
        if not folded:
            return
        if folded == " ":
            self._blank = True
            return
        if self._pieces and self._breaks:
            self._pieces.append("\n" * self._breaks)
        elif self._pieces and (self._blank or folded[0] == " "):
            self._pieces.append(" ")
        if self._bullet:
            self._pieces.append(BULLET)
        self._breaks, self._bullet = 0, False
        self._blank = folded[-1] == " "
        self._pieces.append(folded.strip(" "))

    def result(self) -> str:
        return "".join(self._pieces)


def _scan(markup: str) -> Iterator[tuple[str, bool]]:
    """Pieces of text (False) and lower-case tag names, end tags with their slash (True), in order."""
    searches = _Searches(markup)
    start = at = 0  # text begins at `start`; the next `<` is looked for from `at`
    while (lt := markup.find("<", at)) >= 0:
        tag = _TAG.match(markup, lt)
        end, name = (tag.end(), tag[1].lower()) if tag is not None else _markup_at(markup, lt, searches)
        if end <= lt:
            at = lt + 1  # a lone `<` is text
            continue
        if lt > start:
            yield markup[start:lt], False
        start = at = end
        if not name:
            continue
        yield name, True
        if (name in _RAW or name in _DROPPED) and markup[end - 2 : end] != "/>":
            closing = searches.closing(name, end)
            if closing >= 0:
                start = at = closing
            elif name in _RAW:
                return
    if start < len(markup):
        yield markup[start:], False


def _markup_at(markup: str, lt: int, searches: _Searches) -> tuple[int, str]:
    """Where the markup at this `<` ends, and its tag name ("" for a comment); the end is `lt` if it is text."""
    whole = _TAG.match(markup, lt)
    if whole is not None:
        return whole.end(), whole[1].lower()
    following = markup[lt + 1 : lt + 2]
    if following == "!":
        if markup.startswith("<!--", lt):
            end = searches.find("-->", lt + 2)
            if end >= 0:
                return end + 3, ""  # else up to the next `>`, so that not all the rest is lost
        return searches.past(">", lt), ""
    if following == "?":
        return searches.past(">", lt), ""
    is_end = following == "/"
    name = _TAG_NAME.match(markup, lt + 1 + is_end)
    if name is None:
        return (searches.past(">", lt), "") if is_end else (lt, "")
    end = _tag_end(markup, name.end(), searches)
    return end, ("/" if is_end else "") + name[0].lower()


def _tag_end(markup: str, at: int, searches: _Searches) -> int:
    """Past the `>` that closes a tag: one inside a quoted attribute value does not."""
    while True:
        stop = _TO_VALUE.match(markup, at)
        at = stop.end() if stop is not None else at
        if at >= len(markup):
            return at
        if markup[at] == ">":
            return at + 1
        blanks = _BLANKS.match(markup, at + 1)
        at = blanks.end() if blanks is not None else at + 1
        quote = markup[at : at + 1]
        if quote and quote in "\"'":
            closing = searches.find(quote, at + 1)
            at = closing + 1 if closing >= 0 else at + 1


class _Searches:
    """Searches in one text that remember what cannot be found any more, so that floods stay linear."""

    def __init__(self, markup: str) -> None:
        self._markup = markup
        self._absent: set[str] = set()

    def find(self, needle: str, start: int) -> int:
        """As `str.find`; callers only ever go forward."""
        if needle in self._absent:
            return -1
        found = self._markup.find(needle, start)
        if found < 0:
            self._absent.add(needle)
        return found

    def past(self, needle: str, start: int) -> int:
        """Behind the next `needle`; the end of the text if there is none."""
        found = self.find(needle, start)
        return found + len(needle) if found >= 0 else len(self._markup)

    def closing(self, name: str, start: int) -> int:
        """Where the closing tag of element `name` begins; -1 if there is none."""
        key = f"</{name}"
        if key in self._absent:
            return -1
        found = re.compile(re.escape(key) + r"(?![^\s/>])", re.IGNORECASE).search(self._markup, start)
        if found is None:
            self._absent.add(key)
            return -1
        return found.start()
