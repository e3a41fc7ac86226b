"""What kind of document an answer is, from its beginning; and in words, why it is no feed.

Wrong answers are everyday: login pages, parking pages, consent pages, captive portals, all with status 200.
A person who reads the words must know what to do next. This module never reads entries.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from newswatch.text.clean import clean_line
from newswatch.text.html import html_to_text

FEED_ROOTS = frozenset({"rss", "feed", "rdf", "channel", "entry"})

_NAME = re.compile(r"<([A-Za-z_][^\s/>]{0,80})")
_DOCTYPE_HTML = re.compile(r"<!doctype\s+html", re.IGNORECASE)
_LATER_FEED = re.compile(
    r"<\?xml\s[^>]{0,200}\?>\s*<(?:[\w.-]+:)?(?:rss|feed|RDF)[\s>]|<(?:rss|feed|rdf:RDF)\s[^>]{0,2000}>"
    r"|<rss>\s*<channel[\s>]|<feed>\s*<(?:title|subtitle|id|link|updated|author|entry)[\s>]"
)
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{0,2000})", re.IGNORECASE)
_LOGIN_FORM = re.compile(r"""type\s*=\s*["']?password""", re.IGNORECASE)
_GATE = re.compile(
    r"\b(?:log[ -]?in|sign[ -]?in|anmeld|connexion|iniciar sesi|consent|cookie|privacy (?:choices|gate)|captcha|robot"
    r"|just a moment|attention required|access denied|are you human|verify you|bot check|hotspot|wi-?fi portal)",
    re.IGNORECASE,
)
_END_TAGS = {root: re.compile(rf"(?:[\w.-]+:)?{root}\s*>", re.IGNORECASE) for root in ("rss", "feed", "rdf")}
_END_NAMES = {"rss": ("rss>", "RSS>"), "feed": ("feed>", "atom:feed>"), "rdf": ("rdf:RDF>", "RDF>")}
_LATER_ITEM = re.compile(r"<(?:[\w.-]+:)?(?:item|entry)[\s/>]")
_LOOKED_AT = 262_144  # characters searched for a title, a form, or a feed behind rubbish


@dataclass(frozen=True, slots=True)
class Sniffed:
    """The document from its first markup on, and the local name of its first element in lower case ("" if none)."""

    text: str
    root: str

    @property
    def is_feed(self) -> bool:
        """Whether the first element is one that feeds begin with."""
        return self.root in FEED_ROOTS


def sniff(text: str) -> Sniffed:
    """Finds the first element, also behind rubbish such as the warnings of a server's scripts."""
    at = _markup_start(text)
    root = _root(text, at)
    if root not in FEED_ROOTS and root != "html" and not _DOCTYPE_HTML.match(text, at):
        later = _LATER_FEED.search(text, 0, _LOOKED_AT)
        if later is not None:
            at, root = later.start(), _root(text, later.start())
    if root in FEED_ROOTS:
        at = text.find("<", at)  # and not the words before it
    return Sniffed(text[at : _markup_end(text, root)], root)


def _markup_end(text: str, root: str) -> int:
    """Where the feed ends, if what follows is a script's output, a note or an advert, but no items; else the end."""
    end_tag = _END_TAGS.get(root)
    if end_tag is None or end_tag.fullmatch(text[-40:].rstrip().rpartition("</")[2]):
        return len(text)
    end = max((text.rfind(f"</{name}") for name in _END_NAMES[root]), default=-1)
    closed = text.find(">", end) + 1 if end >= 0 else 0
    return closed if closed and not _LATER_ITEM.search(text, closed) else len(text)


def _markup_start(text: str) -> int:
    found = re.compile(r"[\s\ufeff\u200b]*").match(text)
    return found.end() if found is not None else 0


def _root(text: str, at: int) -> str:
    """The local name of the first element behind declarations and comments."""
    while (at := text.find("<", at)) >= 0:
        if text.startswith("<!--", at):
            end = text.find("-->", at + 4)
        elif text.startswith("<?", at):
            end = text.find("?>", at)
        elif text.startswith("<!", at):
            end = _doctype_end(text, at)
        else:
            name = _NAME.match(text, at)
            if name is not None:
                return name[1].rpartition(":")[2].lower()
            end = at
        if end < 0:
            return ""
        at = end + 1
    return ""


def _doctype_end(text: str, at: int) -> int:
    """The `>` of a document type, which may hold declarations in brackets."""
    end = text.find(">", at)
    bracket = text.find("[", at, end) if end >= 0 else -1
    if bracket < 0:
        return end
    closing = text.find("]", bracket)
    return text.find(">", closing) if closing >= 0 else -1


def why_no_feed(sniffed: Sniffed) -> str:
    """One sentence for a person, cleaned."""
    head = sniffed.text[:_LOOKED_AT]
    if not head:
        return "this is an empty answer, not a feed"
    if "\x00" in head[:200]:
        return "this is binary data or text in an encoding it does not name, not a feed"
    if sniffed.root in {"html", "head", "body"} or _DOCTYPE_HTML.match(head):
        found = _TITLE.search(head)
        title = clean_line(html_to_text(found[1]), 120) if found is not None else ""
        named = f" (title: {title})" if title else ""
        if _LOGIN_FORM.search(head) or _GATE.search(title):
            return f"this is a login or consent page, not a feed{named}"
        return f"this is an HTML page, not a feed{named}"
    if sniffed.root == "opml":
        return "this is an OPML list of feeds, not a feed: import it instead"
    if sniffed.root:
        return f"this is an XML document of another kind (<{clean_line(sniffed.root, 40)}>), not a feed"
    return "this is plain text, not a feed"
