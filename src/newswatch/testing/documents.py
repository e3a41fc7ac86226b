"""RSS documents for a server that plays a world: a title, some items, nothing a test does not speak of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape


@dataclass(frozen=True, slots=True)
class Item:
    """One item of an RSS document; what is empty is left out. `published` as text is written as it stands."""

    title: str = ""
    link: str = ""
    guid: str = ""
    summary: str = ""
    published: datetime | str | None = None

    def xml(self) -> str:
        """The item as an element."""
        published = self.published
        if isinstance(published, datetime):
            published = format_datetime(published.astimezone(UTC), usegmt=True)
        is_permalink = ' isPermaLink="false"' if not self.guid.startswith(("http://", "https://")) else ""
        parts = [
            _element("title", self.title),
            _element("link", self.link),
            _element("guid", self.guid, is_permalink),
            _element("description", self.summary),
            _element("pubDate", published or ""),
        ]
        return f"<item>{''.join(parts)}</item>"


def rss(title: str, items: Iterable[Item], *, link: str = "https://example.org/", language: str = "") -> str:
    """An RSS 2.0 document with these items, in their order."""
    channel = _element("title", title) + _element("link", link) + _element("description", title)
    channel += _element("language", language)
    listed = "\n".join(item.xml() for item in items)
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel>{channel}\n{listed}\n</channel></rss>\n'
    )


def _element(name: str, text: str, attributes: str = "") -> str:
    return f"<{name}{attributes}>{escape(text)}</{name}>" if text else ""
