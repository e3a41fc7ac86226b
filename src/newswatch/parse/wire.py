"""Documents and parsed feeds on the pipes between `worker` and `child`: lengths, JSON, raw bytes.

JSON and not pickle, because the child has read hostile bytes and the parent must not trust it with code.

Request: two lengths (4 bytes each, network order), a JSON head, the body. Answer: one length, then lines of
JSON: the feed, then one line an entry.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from newswatch.model.entry import ParsedEntry, ParsedFeed

REQUEST = struct.Struct("!II")
ANSWER = struct.Struct("!I")
READY = b"newswatch parser ready\n"


def encode_request(body: bytes, url: str, headers: Mapping[str, str]) -> bytes:
    """A whole request."""
    head = json.dumps({"url": url, "headers": dict(headers)}).encode("ascii")
    return REQUEST.pack(len(head), len(body)) + head + body


def decode_head(raw: bytes) -> tuple[str, dict[str, str]]:
    """Address and headers of a request."""
    head = json.loads(raw)
    return head["url"], head["headers"]


def encode_feed(feed: ParsedFeed) -> bytes:
    """A whole answer."""
    first = {
        "title": feed.title,
        "warnings": feed.warnings,
        "error": feed.error,
        "lang": feed.lang,
        "format": feed.format,
        "dropped": feed.dropped,
    }
    lines = [json.dumps(first), *(json.dumps(_entry_out(entry)) for entry in feed.entries)]
    payload = "\n".join(lines).encode("ascii")
    return ANSWER.pack(len(payload)) + payload


def _entry_out(entry: ParsedEntry) -> list[Any]:
    return [
        entry.id,
        entry.title,
        entry.link,
        entry.published.isoformat() if entry.published is not None else None,
        entry.author,
        entry.summary,
        entry.content,
        entry.tags,
        entry.lang,
        entry.has_guid,
    ]


def decode_entries(lines: list[bytes]) -> Iterator[ParsedEntry]:
    """The entries of an answer, one for each line after the first. Raises ValueError if it is none."""
    for line in lines:
        id_, title, link, published, author, summary, content, tags, lang, has_guid = json.loads(line)
        yield ParsedEntry(
            id=id_,
            title=title,
            link=link,
            published=datetime.fromisoformat(published) if published is not None else None,
            author=author,
            summary=summary,
            content=content,
            tags=tuple(tags),
            lang=lang,
            has_guid=has_guid,
        )


def decode_feed(line: bytes, entries: tuple[ParsedEntry, ...]) -> ParsedFeed:
    """The feed in the first line of an answer, with these entries. Raises ValueError or KeyError if it is none."""
    first = json.loads(line)
    return ParsedFeed(
        title=first["title"],
        entries=entries,
        warnings=tuple(first["warnings"]),
        error=first["error"],
        lang=first["lang"],
        format=first["format"],
        dropped=first["dropped"],
    )
