"""What a page says of itself in its head: title, author, date, language, and whether it may be read for free. Pure.

Sources: schema.org as JSON-LD (https://schema.org/NewsArticle; isAccessibleForFree is how paywalled pages say so to
search engines), Open Graph (https://ogp.me) and its article: namespace, the HTML standard's own meta names.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from newswatch.article.page import PageFacts
from newswatch.text.clean import clean_line
from newswatch.text.html import html_to_text

MOST_SCRIPTS = 20
LARGEST_SCRIPT = 200_000
MOST_NODES = 2_000
MOST_KEYWORDS = 12
LONGEST_KEYWORD = 60
_NAME_LIMIT = 200
MOST_HEADINGS = 5
_SITE_BEHIND = re.compile(r"\s+[-–—|·•:»]\s+\S")
_ARTICLES = ("article", "posting", "report", "webpage", "recipe", "claimreview")
_Node = Mapping[str, Any]


def facts_of(tree: Any) -> PageFacts:
    """The facts of a page, as lxml read it."""
    metas = _metas(tree)
    nodes = [node for node in _json_nodes(tree) if _is_article(node)]
    nodes.sort(key=lambda node: "webpage" in _kind(node))  # what is said of the article goes before what is of the page
    return PageFacts(
        title=_title(
            metas.get("og:title"),
            *(_words(node.get("headline")) for node in nodes),
            tree.findtext(".//title"),
            *(" ".join(heading.itertext()) for heading in islice(tree.iterfind(".//h1"), MOST_HEADINGS)),
        ),
        author=_first(
            *(_names(node.get("author")) for node in nodes),
            metas.get("author"),
            _no_address(metas.get("article:author")),
        ),
        site=_first(metas.get("og:site_name"), *(_names(node.get("publisher")) for node in nodes)),
        published_at=_date(
            *(node.get("datePublished") for node in nodes), metas.get("article:published_time"), metas.get("date")
        ),
        lang=_first(
            tree.get("lang"), *(_words(node.get("inLanguage")) for node in nodes), metas.get("og:locale")
        ).replace("_", "-")[:35],
        keywords=_keywords(
            *(node.get("keywords") for node in nodes),
            *(tag.get("content") for tag in tree.iterfind(".//meta[@property='article:tag']")),
            metas.get("news_keywords") or metas.get("keywords"),
        ),
        is_free=next((free for node in nodes if (free := _is_free(node)) is not None), None),
        has_password_field=tree.find(".//input[@type='password']") is not None,
        is_article=any("webpage" not in _kind(node) for node in nodes)
        or (metas.get("og:type") or "").lower() == "article"
        or "article:published_time" in metas,
    )


def article_body(tree: Any) -> str:
    """The whole article where a page gives it as data; empty where it does not."""
    bodies = (_words(node.get("articleBody")) for node in _json_nodes(tree) if _is_article(node))
    return max(bodies, key=len, default="")


def _metas(tree: Any) -> dict[str, str]:
    """The first content of each meta name and property."""
    found: dict[str, str] = {}
    for meta in tree.iterfind(".//meta"):
        name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower()
        if name and meta.get("content") and len(found) < MOST_NODES:
            found.setdefault(name, meta.get("content"))
    return found


def _json_nodes(tree: Any) -> Iterator[_Node]:
    """Every object of the page's JSON-LD, whatever it stands in; broken and huge ones are passed over."""
    left = MOST_NODES
    for number, script in enumerate(tree.iterfind(".//script[@type='application/ld+json']")):
        raw = script.text or ""
        if number >= MOST_SCRIPTS or len(raw) > LARGEST_SCRIPT:
            continue
        try:
            waiting: list[Any] = [json.loads(raw, strict=False)]
        except (ValueError, RecursionError):
            continue
        while waiting and left:
            left -= 1
            value = waiting.pop(0)
            if isinstance(value, list):
                waiting.extend(value)
            elif isinstance(value, dict):
                yield value
                waiting.extend(part for name, part in value.items() if name in {"@graph", "mainEntity", "hasPart"})


def _kind(node: _Node) -> str:
    kind = node.get("@type")
    return " ".join(map(str, kind)).lower() if isinstance(kind, list) else str(kind or "").lower()


def _is_article(node: _Node) -> bool:
    return any(word in _kind(node) for word in _ARTICLES)


def _is_free(node: _Node) -> bool | None:
    said = str(node.get("isAccessibleForFree", "")).strip().lower()
    return {"true": True, "false": False}.get(said.rpartition("/")[2])


def _names(value: Any) -> str:
    """The names in a person, an organisation, a text, or a list of them."""
    if isinstance(value, list):
        return ", ".join(dict.fromkeys(filter(None, map(_names, value[:10]))))
    if isinstance(value, dict):
        return _words(value.get("name"))
    return _no_address(_words(value))


def _words(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _keywords(*values: Any) -> tuple[str, ...]:
    """The keywords that a page gives itself, each once: names of people, places and things, mostly."""
    found: dict[str, str] = {}
    for value in values:
        for text in value if isinstance(value, list) else [value]:
            for word in _words(text).split(","):
                line = clean_line(html_to_text(word[:_NAME_LIMIT]), _NAME_LIMIT)
                if 1 < len(line) <= LONGEST_KEYWORD and len(found) < MOST_KEYWORDS:
                    found.setdefault(line.casefold(), line)
    return tuple(found.values())


def _no_address(value: str | None) -> str:
    return "" if not value or "://" in value else value


def _first(*texts: str | None) -> str:
    return next((line for text in texts if text and (line := clean_line(html_to_text(text), _NAME_LIMIT))), "")


def _title(*texts: str | None) -> str:
    """The first of the titles, without the name of the site behind it, where another one stands without it."""
    titles = [line for text in texts if text and (line := _first(text))]
    first = next(iter(titles), "")
    shorter = (title for title in titles if first.startswith(title) and _SITE_BEHIND.match(first, len(title)))
    return max(shorter, key=len, default=first)


def _date(*values: Any) -> datetime | None:
    """The first that is a time with a zone (ISO 8601)."""
    for value in values:
        if isinstance(value, str) and len(value) < 40:
            try:
                at = datetime.fromisoformat(value.strip())
                if at.tzinfo is not None:
                    return at.astimezone(UTC)
            except (ValueError, OverflowError):
                continue
    return None
