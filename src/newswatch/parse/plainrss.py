"""Plain items of RSS 0.9x, 1.0 and 2.0, as feedparser 6 reads them (see `plain`)."""

from __future__ import annotations

import re
from functools import lru_cache

from newswatch.parse.dates import parse_date
from newswatch.parse.plain import (
    DIALECTS_KEPT,
    Dialect,
    Node,
    Put,
    Strange,
    address,
    declared,
    foreign,
    no_attributes,
    once,
    pass_over,
    text_of,
    with_declared,
)

_NAMESPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "media": "http://search.yahoo.com/mrss/",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "atom": "http://www.w3.org/2005/Atom",
}
_NOT_PLAIN = re.compile(r"\slang\s*=|\sxml:(?!lang\b)|\sbase\s*=|\sxmlns\s*=|<!DOCTYPE|</channel")
_ROOT = re.compile(r"(?:<\?[^>]*>|<!--(?:[^-]|-(?!->))*-->|\s)*<rss(\s[^<>]*)?>")
_LANG = re.compile(r"""\sxml:lang\s*=\s*["']([A-Za-z0-9-]{1,40})["']""")
_NOT_PLAIN_RDF = re.compile(r"\slang\s*=|\sxml:|\sbase\s*=|<!DOCTYPE")
_ROOT_RDF = re.compile(r"(?:<\?[^>]*>|<!--(?:[^-]|-(?!->))*-->|\s)*<rdf:RDF(\s[^<>]*)>")
_RSS_1_0 = re.compile(r"""\sxmlns\s*=\s*["']http://purl\.org/rss/1\.0/["']""")
_RDF = {"rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#"}
_MAYBE_MARKUP = re.compile(r"</\w|&#?\w+;")
_TAG_NAME = re.compile(r"</?(\w+)")
_ENTITY = re.compile(r"&(\w+);")
_SURE_TAGS = frozenset(
    {"a", "abbr", "b", "blockquote", "br", "code", "div", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img"}
    | {"li", "ol", "p", "span", "strong", "u", "ul"}
)
_SURE_ENTITIES = frozenset({"amp", "lt", "gt", "quot", "nbsp"})
_LONGEST_PERSON = 300  # a longer one is left to `feed`, which protects mail addresses up to here


@lru_cache(maxsize=DIALECTS_KEPT)
def rss_dialect(head: str) -> Dialect | None:
    """How the items behind this head are written; None if that is not plain."""
    root = _ROOT.match(head)
    if root is None or _NOT_PLAIN.search(head):
        return None
    lang = _LANG.search(root[1] or "")
    if head.count("xml:lang") != (lang is not None):
        return None
    put = with_declared(_PUT, declared(head, _NAMESPACES))
    return Dialect("item", put, foreign(head), lang=lang[1] if lang is not None else None)


@lru_cache(maxsize=DIALECTS_KEPT)
def rdf_dialect(head: str) -> Dialect | None:
    """The same for RSS 1.0."""
    root = _ROOT_RDF.match(head)
    if root is None or not _RSS_1_0.search(root[1]) or head.count("xmlns=") != 1 or _NOT_PLAIN_RDF.search(head):
        return None
    if not declared(head, _RDF):
        return None
    return Dialect("item", with_declared(_PUT, declared(head, _NAMESPACES)), foreign(head), has_about=True)


def _put_title(node: Node, raw: str, attributes: dict[str, str]) -> None:
    no_attributes(attributes)
    title = text_of(raw)
    if "<" in title or ("&" in title and ";" in title):
        raise Strange  # feedparser would guess whether it is HTML
    once(node, "title", title)


def _put_link(node: Node, raw: str, attributes: dict[str, str]) -> None:
    no_attributes(attributes)
    link = address(text_of(raw))
    if "&" in link and ";" in link:
        raise Strange  # which it mends
    node["link"] = link
    node.setdefault("links", []).append({"rel": "alternate", "type": "text/html", "href": link})


def _put_guid(node: Node, raw: str, attributes: dict[str, str]) -> None:
    no_attributes(attributes, "ispermalink")
    guid = text_of(raw)
    once(node, "id", guid)
    if attributes.get("ispermalink", "true") == "true":
        node.setdefault("link", address(guid))


def _put_description(node: Node, raw: str, attributes: dict[str, str]) -> None:
    no_attributes(attributes)
    once(node, "summary_detail", {"type": "text/html"})
    node["summary"] = text_of(raw)


def _put_content(node: Node, raw: str, attributes: dict[str, str]) -> None:
    no_attributes(attributes)
    text = text_of(raw)
    node.setdefault("content", []).append({"type": "text/html", "value": text})
    node.setdefault("summary", text)


def _put_published(node: Node, raw: str, attributes: dict[str, str]) -> None:
    no_attributes(attributes)
    once(node, "published", _date(raw))


def _put_updated(node: Node, raw: str, attributes: dict[str, str]) -> None:
    no_attributes(attributes)
    once(node, "updated", _date(raw))


def _date(raw: str) -> str:
    text = text_of(raw)
    if text and parse_date(text) is None:
        raise Strange  # perhaps in a form that only feedparser knows
    return text


def _put_person(node: Node, raw: str, attributes: dict[str, str]) -> None:
    no_attributes(attributes)
    if len(raw) > _LONGEST_PERSON:
        raise Strange
    name = text_of(raw)
    node["author"] = name
    node.setdefault("authors", []).append({"name": name} if name else {})


def _put_category(node: Node, raw: str, attributes: dict[str, str]) -> None:
    no_attributes(attributes, "domain")
    term = text_of(raw)
    if term:
        node.setdefault("tags", []).append({"term": term})


def _pass_caption(node: Node, raw: str, attributes: dict[str, str]) -> None:
    """The caption of a picture is not the summary, if the item has one before it."""
    if "summary_detail" not in node:
        raise Strange
    pass_over(node, raw, attributes)


def _put_podcast_summary(node: Node, raw: str, attributes: dict[str, str]) -> None:
    """Beside a description it is the content; beside a content, the summary."""
    no_attributes(attributes)
    text = text_of(raw)
    detail = {"type": "text/html" if _is_markup(text) else "text/plain"}
    if "summary" in node and "content" not in node:
        node["content"] = [{**detail, "value": text}]
    else:
        node["summary_detail"] = detail
        node["summary"] = text


def _is_markup(text: str) -> bool:
    """What feedparser guesses, where its guess is beyond doubt. Raises Strange."""
    if not _MAYBE_MARKUP.search(text):
        return False
    if not _SURE_TAGS.issuperset(_TAG_NAME.findall(text)) or not _SURE_ENTITIES.issuperset(_ENTITY.findall(text)):
        raise Strange
    return True


def _put_keywords(node: Node, raw: str, attributes: dict[str, str]) -> None:
    no_attributes(attributes)
    terms = [term.strip() for term in text_of(raw).split(",")]
    node.setdefault("tags", []).extend({"term": term} for term in terms if term)


def _pass_other_link(_: Node, raw: str, attributes: dict[str, str]) -> None:
    """A link of Atom to something that is not the item's page."""
    if raw.strip() or not attributes.get("href") or {"url", "uri", "xml:base", "base"} & attributes.keys():
        raise Strange
    if "alternate" in (attributes.get("rel", "").strip().lower() or "alternate"):
        raise Strange


_PUT: dict[str, Put] = {
    "title": _put_title,
    "link": _put_link,
    "guid": _put_guid,
    "description": _put_description,
    "content:encoded": _put_content,
    "pubDate": _put_published,
    "dc:date": _put_updated,
    "author": _put_person,
    "dc:creator": _put_person,
    "category": _put_category,
    "dc:subject": _put_category,
    "source": pass_over,
    "media:description": _pass_caption,
    "itunes:author": _put_person,
    "itunes:subtitle": pass_over,
    "itunes:summary": _put_podcast_summary,
    "itunes:keywords": _put_keywords,
    "itunes:title": pass_over,
    "media:keywords": _put_keywords,
    "atom:link": _pass_other_link,
    "atom:updated": _put_updated,
}
