"""JSON Feed 1.0 and 1.1 become a `ParsedFeed` (https://www.jsonfeed.org/version/1.1/).

A field of the wrong type counts as missing; a document of the wrong shape is refused in words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from newswatch.model.entry import ParsedEntry, ParsedFeed
from newswatch.parse import assemble
from newswatch.parse.assemble import Prose, make_entry
from newswatch.parse.dates import parse_date

DEPTH_LIMIT = 64

_VERSION = re.compile(r"(?:https?://(?:www\.)?jsonfeed\.org/version/)?([0-9]{1,4}(?:\.[0-9]{1,2})?)/?\Z")
# A string (to the end of the text if it is not closed, which keeps this linear) or a bracket.
_STRING_OR_BRACKET = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\Z|\\\Z)|[\[{]|[\]}]', re.DOTALL)


def read_json_feed(text: str, url: str) -> ParsedFeed:
    """The feed in this text; `error` says why it is none."""
    if _depth(text) > DEPTH_LIMIT:
        return _refused("this is JSON nested too deeply to be a feed")
    try:
        document = json.loads(text)
    except ValueError:
        return _refused("this looks like JSON, but is damaged")
    if not isinstance(document, dict):
        return _refused("this is JSON, but not a feed")
    version = _VERSION.match(_text(document, "version"))
    if version is None:
        return _refused("this is JSON, but does not say that it is a JSON Feed")
    items = document.get("items")  # a bare number as version will do where there are items
    if not isinstance(items, list) or not isinstance(document.get("title", ""), str | None):
        return _refused("this says that it is a JSON Feed, but its title or its items are something else")
    nodes = [item for item in items if isinstance(item, dict)]
    kept = assemble.newest(nodes, _published)
    return ParsedFeed(
        title=Prose(_text(document, "title")).line(),
        entries=tuple(_entry(node, url) for node in kept),
        lang=assemble.language(document.get("language")),
        format=f"json{version[1]}" if "." in version[1] else f"json{version[1]}.0",
        dropped=len(nodes) - len(kept),
    )


def _refused(error: str) -> ParsedFeed:
    return ParsedFeed(title="", entries=(), error=error)


def _depth(text: str) -> int:
    depth = deepest = 0
    for found in _STRING_OR_BRACKET.finditer(text):
        match found[0]:
            case "[" | "{":
                depth += 1
                deepest = max(deepest, depth)
            case "]" | "}":
                depth -= 1
    return deepest


def _entry(node: dict[str, Any], url: str) -> ParsedEntry:
    html, text = _text(node, "content_html"), _text(node, "content_text")
    return make_entry(
        guid=_id(node),
        title=Prose(_text(node, "title")),
        link=assemble.first_link((_text(node, "url"), _text(node, "external_url")), url),
        published=_published(node),
        authors=_authors(node),
        summary=Prose(_text(node, "summary")),
        content=Prose(html, is_html=True) if html else Prose(text),
        tags=(tag for tag in _list(node, "tags") if isinstance(tag, str)),
        lang=assemble.language(node.get("language")),
    )


def _id(node: dict[str, Any]) -> str:
    value = node.get("id")
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _authors(node: dict[str, Any]) -> Iterator[str]:
    for author in [*_list(node, "authors"), node.get("author")]:
        if isinstance(author, dict):
            yield _text(author, "name")


def _published(node: dict[str, Any]) -> datetime | None:
    return parse_date(_text(node, "date_published")) or parse_date(_text(node, "date_modified"))


def _text(node: dict[str, Any], key: str) -> str:
    value = node.get(key)
    return value if isinstance(value, str) else ""


def _list(node: dict[str, Any], key: str) -> list[Any]:
    value = node.get(key)
    return value if isinstance(value, list) else []
