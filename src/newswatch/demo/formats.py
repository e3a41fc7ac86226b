"""An outlet's feed as bytes: RSS 2.0, RSS 1.0, Atom 1.0 or JSON Feed 1.1. Pure; knows no server and no clock.

Sources: the RSS 2.0 specification with content:encoded and dc:creator, RDF Site Summary 1.0, RFC 4287,
JSON Feed 1.1. Dates are in the outlet's own zone, as newsrooms write them. Text is text: `<b>` in a
headline is escaped and stays five letters and signs, whatever a reader makes of it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from html import escape

from newswatch.demo.outlet import Edition, FeedFormat, Item, Outlet

GENERATOR = "newswatch demo"


@dataclass(frozen=True, slots=True)
class Rendered:
    """A feed document and what it says it is."""

    body: bytes
    content_type: str


def render(outlet: Outlet, edition: Edition, address: str) -> Rendered:
    """The document of this edition; `address` is where it is served."""
    match outlet.format:
        case FeedFormat.RSS:
            return _xml(outlet, "application/rss+xml", _rss(outlet, edition, address))
        case FeedFormat.RDF:
            return _xml(outlet, "application/rdf+xml", _rdf(outlet, edition, address))
        case FeedFormat.ATOM:
            return _xml(outlet, "application/atom+xml", _atom(outlet, edition, address))
        case FeedFormat.JSON:
            return Rendered(_json(outlet, edition, address).encode(), "application/feed+json; charset=utf-8")


def _xml(outlet: Outlet, media_type: str, text: str) -> Rendered:
    document = f'<?xml version="1.0" encoding="{outlet.encoding}"?>\n{text}'
    return Rendered(document.encode(outlet.encoding, "xmlcharrefreplace"), f"{media_type}; charset={outlet.encoding}")


def _rss(outlet: Outlet, edition: Edition, address: str) -> str:
    items = "".join(_rss_item(outlet, item) for item in edition.items)
    return (
        '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">\n'
        "<channel>\n"
        f"{_element('title', outlet.title)}{_element('link', outlet.site)}"
        f"{_element('description', outlet.tagline)}{_element('language', outlet.language)}"
        f"{_element('lastBuildDate', format_datetime(edition.changed_at.astimezone(outlet.offset)))}"
        f"{_element('generator', GENERATOR)}"
        f'<atom:link href="{escape(address)}" rel="self" type="application/rss+xml"/>\n'
        f"{items}</channel>\n</rss>\n"
    )


def _rss_item(outlet: Outlet, item: Item) -> str:
    return (
        f"<item>\n{_element('title', item.title)}{_element('link', item.link)}"
        f'<guid isPermaLink="false">{escape(item.guid)}</guid>\n'
        f"{_element('pubDate', format_datetime(item.published_at.astimezone(outlet.offset)))}"
        f"{_element('dc:creator', item.author)}"
        f"{''.join(_element('category', tag) for tag in item.tags)}"
        f"{_element('description', escape(item.summary, quote=False))}"
        f"{_element('content:encoded', _html(item))}</item>\n"
    )


def _rdf(outlet: Outlet, edition: Edition, address: str) -> str:
    listed = "".join(f'<rdf:li rdf:resource="{escape(item.link)}"/>' for item in edition.items)
    items = "".join(_rdf_item(outlet, item) for item in edition.items)
    return (
        '<rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">\n'
        f'<channel rdf:about="{escape(address)}">\n'
        f"{_element('title', outlet.title)}{_element('link', outlet.site)}"
        f"{_element('description', outlet.tagline)}{_element('dc:language', outlet.language)}"
        f"{_element('dc:date', _iso(outlet, edition.changed_at))}"
        f"<items><rdf:Seq>{listed}</rdf:Seq></items>\n</channel>\n"
        f"{items}</rdf:RDF>\n"
    )


def _rdf_item(outlet: Outlet, item: Item) -> str:
    return (
        f'<item rdf:about="{escape(item.link)}">\n'
        f"{_element('title', item.title)}{_element('link', item.link)}"
        f"{_element('description', escape(item.summary, quote=False))}"
        f"{_element('dc:date', _iso(outlet, item.published_at))}{_element('dc:creator', item.author)}"
        f"{''.join(_element('dc:subject', tag) for tag in item.tags)}"
        f"{_element('dc:language', item.language)}"
        f"{_element('content:encoded', _html(item))}</item>\n"
    )


def _atom(outlet: Outlet, edition: Edition, address: str) -> str:
    entries = "".join(_atom_entry(outlet, item) for item in edition.items)
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{escape(outlet.language)}">\n'
        f"{_element('id', outlet.site)}{_element('title', outlet.title)}{_element('subtitle', outlet.tagline)}"
        f"{_element('updated', _iso(outlet, edition.changed_at))}{_element('generator', GENERATOR)}"
        f'<link rel="alternate" type="text/html" href="{escape(outlet.site)}"/>\n'
        f'<link rel="self" type="application/atom+xml" href="{escape(address)}"/>\n'
        f"<author>{_element('name', outlet.title)}</author>\n"
        f"{entries}</feed>\n"
    )


def _atom_entry(outlet: Outlet, item: Item) -> str:
    author = f"<author>{_element('name', item.author)}</author>\n" if item.author else ""
    content = f'<content type="html">{escape(_html(item), quote=False)}</content>\n' if item.content else ""
    categories = "".join(f'<category term="{escape(tag)}"/>' for tag in item.tags)
    return (
        f'<entry xml:lang="{escape(item.language)}">\n{_element("id", item.guid)}'
        f"{_element('title', item.title)}"
        f'<link rel="alternate" type="text/html" href="{escape(item.link)}"/>\n'
        f"{_element('published', _iso(outlet, item.published_at))}"
        f"{_element('updated', _iso(outlet, item.updated_at))}{author}"
        f"{categories}{_element('summary', item.summary)}{content}</entry>\n"
    )


def _json(outlet: Outlet, edition: Edition, address: str) -> str:
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": outlet.title,
        "home_page_url": outlet.site,
        "feed_url": address,
        "description": outlet.tagline,
        "language": outlet.language,
        "items": [_json_item(outlet, item) for item in edition.items],
    }
    return json.dumps(document, ensure_ascii=False, indent=1)


def _json_item(outlet: Outlet, item: Item) -> dict[str, object]:
    body = {"content_html": _html(item)} if item.content else {"content_text": item.summary}
    return {
        "id": item.guid,
        "url": item.link,
        "title": item.title,
        "summary": item.summary,
        **body,
        "date_published": _iso(outlet, item.published_at),
        "date_modified": _iso(outlet, item.updated_at),
        "authors": [{"name": item.author}] if item.author else [],
        "tags": list(item.tags),
        "language": item.language,
    }


def _element(name: str, text: str) -> str:
    """The element with this text, or nothing where there is none."""
    return f"<{name}>{escape(text, quote=False)}</{name}>\n" if text else ""


def _html(item: Item) -> str:
    """The content as HTML; empty where the item has a summary only."""
    return "".join(f"<p>{escape(paragraph, quote=False)}</p>\n" for paragraph in item.content)


def _iso(outlet: Outlet, instant: datetime) -> str:
    return instant.astimezone(outlet.offset).isoformat(timespec="seconds")
