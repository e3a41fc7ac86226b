"""Plain entries of Atom 1.0 and 0.3, as feedparser 6 reads them (see `plain`)."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from newswatch.parse.dates import parse_date
from newswatch.parse.plain import (
    DIALECTS_KEPT,
    Dialect,
    Node,
    Put,
    Strange,
    address,
    bare_text,
    declared,
    foreign,
    leaves,
    no_attributes,
    once,
    pass_over,
    recoded,
    text_of,
    with_declared,
)
from newswatch.parse.plainmarkup import markup_of

_NAMESPACES = {"app": "http://www.w3.org/2007/app", "media": "http://search.yahoo.com/mrss/"}
_NOT_PLAIN = re.compile(r"\slang\s*=|\sxml:(?!lang\b)|\sbase\s*=|<!DOCTYPE|</feed")
_ROOT = re.compile(r"(?:<\?[^>]*>|<!--(?:[^-]|-(?!->))*-->|\s)*<feed(\s[^<>]*)>")
_ATOM = re.compile(r"""\sxmlns\s*=\s*["'](?:http://www\.w3\.org/2005/Atom|http://purl\.org/atom/ns#)["']""")
_LANG = re.compile(r"""\sxml:lang\s*=\s*["']([A-Za-z0-9-]{1,40})["']""")
_TYPES = {
    "": "text/plain",
    "text": "text/plain",
    "html": "text/html",
    "text/plain": "text/plain",
    "text/html": "text/html",
}
_IN_MEDIA = frozenset({"media:title", "media:description", "media:community", "media:keywords"})
_IN_AUTHOR = frozenset({"name", "uri", "url", "email"})


@lru_cache(maxsize=DIALECTS_KEPT)
def atom_dialect(head: str) -> Dialect | None:
    """How the entries behind this head are written; None if that is not plain."""
    root = _ROOT.match(head)
    if root is None or _NOT_PLAIN.search(head) or not _ATOM.search(root[1]) or head.count("xmlns=") != 1:
        return None
    lang = _LANG.search(root[1])
    if head.count("xml:lang") != (lang is not None):
        return None
    put = _elements(lang[1] if lang is not None else None)
    prefixes = declared(head, _NAMESPACES)
    return Dialect(
        "entry",
        with_declared(put, prefixes),
        foreign(head),
        groups={"author": _put_author, **({"media:group": _put_media} if "media" in prefixes else {})},
        put_markup=_put_markup(lang[1] if lang is not None else None),
    )


def _elements(lang: str | None) -> dict[str, Put]:
    return {
        "title": _prose("title", lang),
        "summary": _prose("summary", lang),
        "content": _content(lang),
        "link": _put_link,
        "id": _put_id,
        "published": _date("published"),
        "issued": _date("published"),
        "updated": _date("updated"),
        "modified": _date("updated"),
        "created": _date("created"),
        "category": _put_category,
        "rights": pass_over,
        "app:edited": pass_over,
    }


def _detail(attributes: dict[str, str], lang: str | None) -> Node:
    """What feedparser says of a text: its type and its language."""
    no_attributes(attributes, "type", "mode", "xml:base", "xml:lang")
    kind = _TYPES.get(attributes.get("type", "").lower())
    if kind is None or attributes.get("mode", "escaped") != "escaped":
        raise Strange
    return {"type": kind, "language": attributes.get("xml:lang", lang) or None}


def _prose(key: str, lang: str | None) -> Put:
    def put(node: Node, raw: str, attributes: dict[str, str]) -> None:
        once(node, f"{key}_detail", _detail(attributes, lang))
        node[key] = text_of(raw)

    return put


def _content(lang: str | None) -> Put:
    def put(node: Node, raw: str, attributes: dict[str, str]) -> None:
        text = text_of(raw)
        once(node, "content", [{**_detail(attributes, lang), "value": text}])
        node.setdefault("summary", text)

    return put


def _put_markup(lang: str | None) -> Callable[[Node, str, str, dict[str, str]], None]:
    def put(node: Node, key: str, raw: str, attributes: dict[str, str]) -> None:
        if attributes.get("type") not in {"xhtml", "application/xhtml+xml"} or attributes.get("mode", "xml") != "xml":
            raise Strange
        detail = _detail({name: value for name, value in attributes.items() if name not in {"type", "mode"}}, lang)
        detail["type"] = "application/xhtml+xml"
        text = recoded(markup_of(raw))
        if key == "content":
            once(node, key, [{**detail, "value": text}])
            node.setdefault("summary", text)
        else:
            once(node, f"{key}_detail", detail)
            node[key] = text

    return put


def _put_link(node: Node, raw: str, attributes: dict[str, str]) -> None:
    if raw.strip() or not attributes.get("href") or {"url", "uri", "xml:base", "base"} & attributes.keys():
        raise Strange
    rel = attributes.get("rel", "alternate").lower()
    kind = attributes.get("type", "application/atom+xml" if rel == "self" else "text/html").lower()
    node.setdefault("links", []).append({"rel": rel, "type": kind, "href": address(attributes["href"])})


def _put_id(node: Node, raw: str, attributes: dict[str, str]) -> None:
    no_attributes(attributes)
    once(node, "id", address(text_of(raw)))


def _date(key: str) -> Callable[[Node, str, dict[str, str]], None]:
    def put(node: Node, raw: str, attributes: dict[str, str]) -> None:
        no_attributes(attributes)
        text = text_of(raw)
        if text and parse_date(text) is None:
            raise Strange  # perhaps in a form that only feedparser knows
        once(node, key, text)

    return put


def _put_author(node: Node, raw: str) -> None:
    person = leaves(raw, _IN_AUTHOR)
    name = bare_text(person.get("name", ""))
    if not name and "email" in person:
        raise Strange  # then that is the name
    node.setdefault("authors", []).append({"name": name})


def _put_media(node: Node, raw: str) -> None:
    """A video and the like: its description is the summary of an entry that has none."""
    media = leaves(raw, _IN_MEDIA)
    if "title" not in node or "summary" in node or media.get("media:keywords"):
        raise Strange
    if "media:description" in media:
        node["summary"] = text_of(media["media:description"])
        node["summary_detail"] = {"type": "text/html"}


def _put_category(node: Node, raw: str, attributes: dict[str, str]) -> None:
    no_attributes(attributes, "term", "scheme", "label")
    if raw.strip():
        raise Strange
    node.setdefault("tags", []).append(attributes)
