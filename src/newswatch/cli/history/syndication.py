"""Hits as an RSS 2.0 document, so that any reader or script can follow them; the guid of an item is its hit's id.

A title is plain text with its signs as numeric references, which readers that take titles for HTML understand just
as well (RSS Advisory Board, Best Practices Profile); a description is HTML by definition, so text is escaped twice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape

from newswatch import __version__
from newswatch.model.hit import Hit

_NO_XML = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]")
_SIGNS = str.maketrans({"&": "&#x26;", "<": "&#x3C;", ">": "&#x3E;", '"': "&#x22;"})


class Syndication:
    """The document, an item a hit."""

    def __init__(self, title: str, now: datetime, address_of: Callable[[Hit], str]) -> None:
        self._title = title
        self._now = now
        self._address_of = address_of

    def lines(self, hits: Iterable[Hit]) -> Iterator[str]:
        """See `Form`."""
        yield '<?xml version="1.0" encoding="UTF-8"?>'
        yield '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        yield "<channel>"
        yield f"<title>{plain(self._title)}</title>"
        yield "<link>urn:newswatch:hits</link>"
        yield f"<description>{plain('What the rules of newswatch found')}</description>"
        yield f"<lastBuildDate>{_date(self._now)}</lastBuildDate>"
        yield f"<generator>newswatch {__version__}</generator>"
        for hit in hits:
            yield from self._item(hit)
        yield "</channel>"
        yield "</rss>"

    def _item(self, hit: Hit) -> Iterator[str]:
        entry = hit.entry
        yield "<item>"
        yield f"<title>{plain(entry.title or '(no headline)')}</title>"
        if entry.link is not None:
            yield f"<link>{plain(entry.link)}</link>"
        yield f'<guid isPermaLink="false">{plain(hit.id)}</guid>'
        yield f"<pubDate>{_date(entry.at)}</pubDate>"
        if entry.author:
            yield f"<dc:creator>{plain(entry.author)}</dc:creator>"
        yield f"<category>{plain(hit.rule_id)}</category>"
        yield f"<category>{plain(hit.severity)}</category>"
        if address := self._address_of(hit):
            yield f'<source url="{plain(address)}">{plain(entry.source)}</source>'
        if body := entry.summary or entry.content:
            yield f"<description>{html(body)}</description>"
        yield "</item>"


def plain(text: str) -> str:
    """Text of an element that readers take for plain text, or for HTML."""
    return _NO_XML.sub("", text).translate(_SIGNS)


def html(text: str) -> str:
    """Text of an element that readers take for HTML: each line on a line of its own."""
    lines = escape(_NO_XML.sub("", text)).split("\n")
    return escape("<br>".join(lines))


def _date(at: datetime) -> str:
    return format_datetime(at.astimezone(UTC), usegmt=True)
