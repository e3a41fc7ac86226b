"""RSS, RDF, Atom and CDF become a `ParsedFeed`. The only module that knows feedparser.

feedparser reads the document, as bytes only: from a string it might open a file or a connection. It is
trusted with nothing else. Encodings are settled before it, cleaning comes after it, and links, dates and
texts are chosen here, because of two links it takes the last and it takes zone names for UTC.
"""

from __future__ import annotations

import re
from calendar import timegm
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from typing import Any

from newswatch.model.entry import ParsedEntry, ParsedFeed
from newswatch.parse import assemble
from newswatch.parse.assemble import Prose, make_entry
from newswatch.parse.dates import parse_date
from newswatch.parse.wish import wish_s
from newswatch.text.urls import safe_link

DAMAGED_AROUND = "the XML is damaged, but around its items only"
DAMAGED_WITHIN = "the XML of some items is damaged; what could be read was"

Node = Mapping[str, Any]  # feedparser's dictionaries; their keys are asked for with `_get` only

_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml", "html", "xhtml"})
_DATE_KEYS = ("published", "updated", "created")
_ROOTED = re.compile(r"\s*(?:[A-Za-z][A-Za-z0-9+.-]*:|/|www\.)")
_ALTERNATE = re.compile(r"(?:https?://www\.iana\.org/assignments/relation/)?alternate\Z")
_SURE_MARKUP = re.compile(
    r"</(?:a|b|i|em|strong|span|font|p)>|<(?:br|wbr)\s*/?>|<(?:img|a|span|font)\s[^<>]*>", re.IGNORECASE
)

# What XML 1.0 forbids; one such character makes the strict parser give up the whole document.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]+")
_PAIR = re.compile(
    r"&#(?:x(?P<hex1>[dD][89abAB][0-9a-fA-F]{2})|(?P<dec1>5[5-6][0-9]{3}));&#(?:x(?P<hex2>[dD][c-fC-F][0-9a-fA-F]{2})|(?P<dec2>5[67][0-9]{3}));"
)
_AT = "\uf8ff"  # stands for @ in the names of people while feedparser has the document
_PERSON = re.compile(r"<(author|dc:creator)>(?:(?!</).){0,300}</\1>", re.DOTALL)
_MAILBOX = re.compile(r"\S+@\S+\s*\((?P<a>.+)\)\Z|(?P<b>[^<>]+?)\s*<[^<>]*@[^<>]*>\Z")
_REFERENCE = re.compile(r"&#(?:[xX](?P<hex>[0-9a-fA-F]+)|(?P<dec>[0-9]+));?")


@dataclass(frozen=True, slots=True)
class _Head:
    """What a document says of the feed itself, and whether feedparser found it well-formed."""

    version: str
    title: str
    lang: str | None
    wish_s: float | None
    pages: tuple[str, ...]
    is_sound: bool


def read_feed(text: str, url: str, *, is_certain: bool) -> ParsedFeed | None:
    """The feed in this text, or None if there is none. `url` is what relative links refer to.

    A document without entries that feedparser cannot name is a feed only if its first element `is_certain`.

    feedparser can raise anything on hostile input, and so can this.
    """
    document = _parsed(text)
    head = _head(document)
    if not head.version and not document.entries and not is_certain:
        return None
    return _feed(head, document.entries, url, _warnings(document))


def read_with(plain: Sequence[Node | None], bare: str, part: str, url: str) -> ParsedFeed | None:
    """The feed in the text `bare`, which has no items, with items that were read already.

    Those that are None are in the text `part`, in their order. None if that does not fit. Damage in `bare` costs the
    items nothing, and damage in some of them the others nothing. May raise as `read_feed`.
    """
    head = _head_alone(bare)
    warnings = () if head.is_sound else (DAMAGED_AROUND,)
    missing = sum(node is None for node in plain)
    if not missing:
        return _feed(head, plain, url, warnings)
    document = _parsed(part)
    if len(document.entries) != missing or document.get("version", "") != head.version:
        return None
    if document.get("bozo"):
        warnings = (DAMAGED_WITHIN,)
    rest = iter(document.entries)
    return _feed(head, [next(rest) if node is None else node for node in plain], url, warnings)


def _parsed(text: str) -> Any:
    import feedparser  # here, since it takes 90 ms that a start without a due feed need not pay

    # Else it looks on the disk for a module of that name at every document, and would believe any that it found.
    feedparser.api.PREFERRED_XML_PARSERS = []
    return feedparser.parse(
        BytesIO(_disarmed(mended(text)).encode("utf-8", "replace")),
        sanitize_html=False,
        resolve_relative_uris=False,
        response_headers={"content-type": "application/xml; charset=utf-8"},
    )


@lru_cache(maxsize=2_048)  # from one check of a feed to the next it is almost always the same
def _head_alone(text: str) -> _Head:
    return _head(_parsed(text))


def _head(document: Any) -> _Head:
    head: Node = document.feed
    version = str(document.get("version") or "")
    return _Head(
        version=version,
        title=_prose(head, "title", is_atom=version.startswith("atom")).line(),
        lang=assemble.language(_get(head, "language"), _get(_get(head, "title_detail"), "language")),
        wish_s=wish_s(_text(head, "ttl"), _text(head, "sy_updateperiod"), _text(head, "sy_updatefrequency")),
        pages=tuple(_alternates(head)),
        is_sound=not document.get("bozo"),
    )


def _feed(head: _Head, nodes: Sequence[Node | None], url: str, warnings: tuple[str, ...] = ()) -> ParsedFeed:
    is_atom = head.version.startswith("atom")
    # A site that is itself but a path from the feed is no base: its items' links would repeat that path.
    sites = (page for page in head.pages if _ROOTED.match(page))
    base = url if is_atom else assemble.first_link(sites, url) or url
    present = [node for node in nodes if node is not None]
    kept = assemble.newest(present, _published)
    return ParsedFeed(
        title=head.title,
        entries=tuple(_entry(node, base=base, is_atom=is_atom) for node in kept),
        warnings=warnings,
        lang=head.lang,
        format=head.version or "rss",
        dropped=len(present) - len(kept),
        wish_s=head.wish_s,
    )


def mended(text: str) -> str:
    """The text without the characters, and references to characters, that no XML document may hold."""
    if not text.replace("\n", " ").replace("\t", " ").isprintable():  # at a third of the cost, and nearly always enough
        text = _FORBIDDEN.sub("", text)
    if "&#" not in text:
        return text
    return _REFERENCE.sub(_allowed, _PAIR.sub(_paired, text))


def _disarmed(text: str) -> str:
    """The document with those things out of feedparser's sight that it would get wrong.

    It takes the first of a picture's caption and the item's description for the summary, and the end of a
    mail address in a long top-level domain for a person's name.
    """
    if "<item" not in text:
        return text  # in Atom the caption describes the video that the entry is, and people are elements
    if "<media:description" in text:
        text = "<item".join(map(_without_captions, text.split("<item")))
    return _PERSON.sub(lambda match: match[0].replace("@", _AT), text)


def _without_captions(item: str) -> str:
    """An item that has a description of its own, its pictures' captions under a name that nobody asks for."""
    own, end, rest = item.partition("</item")
    if "<description" in own:
        own = own.replace("<media:description", "<media:caption").replace("</media:description", "</media:caption")
    return own + end + rest


def _allowed(match: re.Match[str]) -> str:
    digits = match["hex"] or match["dec"]
    if len(digits) > 10:
        return "\ufffd"
    code = int(digits, 16 if match["hex"] else 10)
    if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF or code in {0xFFFE, 0xFFFF}:
        return "\ufffd"
    return "" if code < 0x20 and code not in {0x9, 0xA, 0xD} else match[0]


def _paired(match: re.Match[str]) -> str:
    """Two references to the halves of one character (as programs write that think in UTF-16) as one."""
    high = int(match["hex1"], 16) if match["hex1"] else int(match["dec1"])
    low = int(match["hex2"], 16) if match["hex2"] else int(match["dec2"])
    if not (0xD800 <= high < 0xDC00 <= low < 0xE000):
        return match[0]
    return f"&#{0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)};"


def _warnings(document: Any) -> tuple[str, ...]:
    from xml.sax import SAXException, SAXParseException

    problem = document.get("bozo_exception")
    if isinstance(problem, SAXParseException):
        return (f"the XML is damaged in line {problem.getLineNumber()}; what could be read was",)
    return ("the XML is damaged; what could be read was",) if isinstance(problem, SAXException) else ()


def _entry(node: Node, *, base: str, is_atom: bool) -> ParsedEntry:
    link = assemble.first_link(_alternates(node), base)
    if link is None and not is_atom:
        link = safe_link(_text(node, "link"))  # a permalink guid, which has to be absolute
    return make_entry(
        guid=_text(node, "id"),
        title=_prose(node, "title", is_atom=is_atom),
        link=link,
        published=_published(node),
        authors=_authors(node),
        summary=_summary(node, is_atom=is_atom),
        content=_content(node),
        tags=_tags(node),
        lang=assemble.language(_get(node, "language"), *(_get(part, "language") for part in _texts(node))),
    )


def _get(node: Any, key: str) -> Any:
    """A value under exactly this key: feedparser's own look-up answers with other keys, and warns of it."""
    return dict.get(node, key) if isinstance(node, dict) else None


def _text(node: Node, key: str) -> str:
    value = dict.get(node, key) if isinstance(node, dict) else None  # `_get`: asked a dozen times an item
    return value if isinstance(value, str) else ""


def _list(node: Node, key: str) -> list[Any]:
    value = dict.get(node, key) if isinstance(node, dict) else None
    return value if isinstance(value, list) else []


def _prose(node: Node, key: str, *, is_atom: bool) -> Prose:
    raw = _text(node, key)
    kind = _get(_get(node, f"{key}_detail"), "type")
    # RSS does not say whether a title is HTML; feedparser needs much evidence, certain tags are enough.
    return Prose(raw, is_html=kind in _HTML_TYPES or (not is_atom and _SURE_MARKUP.search(raw) is not None))


def _summary(node: Node, *, is_atom: bool) -> Prose:
    if _get(node, "summary_detail") is None and _list(node, "content"):
        return Prose()  # feedparser's copy of the content
    return _prose(node, "summary", is_atom=is_atom)


def _content(node: Node) -> Prose:
    """The longest text among the contents; pictures and other attachments in them are none."""
    best = Prose()
    for part in _list(node, "content"):
        kind = str(_get(part, "type") or "").lower()
        raw = _text(part, "value")
        is_text = kind.startswith("text/") or kind.endswith("xml") or kind in {"", "text", "html", "xhtml"}
        if is_text and len(raw) > len(best.raw):
            best = Prose(raw, is_html=kind in _HTML_TYPES or kind.endswith("xml"))
    return best


def _texts(node: Node) -> Iterator[Any]:
    """The places that know which language was in force for the entry."""
    yield _get(node, "title_detail")
    yield _get(node, "summary_detail")
    yield from _list(node, "content")[:1]


def _alternates(node: Node) -> Iterator[str]:
    """Links to the page itself: those that are or may be HTML first, each kind in document order."""
    others: list[str] = []
    for link in _list(node, "links"):
        href = _text(link, "href")
        if href and _ALTERNATE.match(_text(link, "rel").lower() or "alternate"):
            if (_text(link, "type") or "text/html").lower() in _HTML_TYPES:
                yield href
            else:
                others.append(href)
    yield from others


def _authors(node: Node) -> Iterator[str]:
    authors = [name for author in _list(node, "authors") if (name := _text(author, "name"))]
    for author in authors or [_text(node, "author")]:
        text = author.replace(_AT, "@").strip()
        mailbox = _MAILBOX.match(text[:500])
        yield (mailbox["a"] or mailbox["b"]) if mailbox is not None else text


def _tags(node: Node) -> Iterator[str]:
    for tag in _list(node, "tags"):
        label = _text(tag, "label")
        term = _text(tag, "term")
        if label or not term.startswith(("http://", "https://")):  # such a term is the name of a scheme
            yield label or term


def _published(node: Node) -> datetime | None:
    for key in _DATE_KEYS:
        moment = parse_date(_text(node, key))
        if moment is not None:
            return moment
    # Forms that only feedparser knows (Greek, Hungarian, Korean): it has turned them into UTC.
    for key in _DATE_KEYS:
        parsed = _get(node, f"{key}_parsed")
        if parsed is not None and not any(char.isascii() and char.isalpha() for char in _text(node, key)):
            return parse_date(str(timegm(parsed)))
    return None
