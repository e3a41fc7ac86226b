"""Documents and parsed feeds on the pipes between `worker` and `child`: lengths, JSON, raw bytes.

JSON and not pickle, because the child has read hostile bytes and the parent must not trust it with code.

Request: a JSON head, the body. Answer: lines of JSON: the feed, then one line for a few entries each.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping

import msgspec

from newswatch.model.entry import ParsedEntry, ParsedFeed
from newswatch.parse.reading import NAME_BYTES, Reading
from newswatch.workers.frames import answer, request

_ENTRIES = msgspec.json.Decoder(list[ParsedEntry])  # by type: the child is not trusted

LINE_LETTERS = 50_000  # of entries, after which a line ends: what is decoded between two turns of the event loop


def encode_request(body: bytes, url: str, headers: Mapping[str, str], seen: Collection[bytes] = ()) -> bytes:
    """A whole request."""
    head = _json({"url": url, "headers": dict(headers), "seen": b"".join(seen).hex()})
    return request(head, body)


def decode_head(raw: bytes) -> tuple[str, dict[str, str], frozenset[bytes]]:
    """Address, headers and seen items of a request."""
    head = json.loads(raw)
    return head["url"], head["headers"], frozenset(_names(head["seen"]))


def encode_reading(reading: Reading) -> bytes:
    """A whole answer."""
    feed = reading.document
    first = {
        "title": feed.title,
        "warnings": feed.warnings,
        "error": feed.error,
        "lang": feed.lang,
        "format": feed.format,
        "dropped": feed.dropped,
        "wish_s": feed.wish_s,
        "items": b"".join(reading.items).hex(),
        "is_part": reading.is_part,
    }
    return answer(b"\n".join((_json(first), *_entry_lines(feed.entries))))


def _entry_lines(entries: Iterable[ParsedEntry]) -> Iterator[bytes]:
    line: list[ParsedEntry] = []
    letters = 0
    for entry in entries:
        line.append(entry)
        letters += len(entry.summary) + len(entry.content)
        if letters >= LINE_LETTERS:
            yield msgspec.json.encode(line)
            line, letters = [], 0
    if line:
        yield msgspec.json.encode(line)


def _json(value: object) -> bytes:
    # Raw UTF-8 is half the bytes of escapes, and quicker. An address from outside might hold half a character.
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _names(digits: str) -> tuple[bytes, ...]:
    raw = bytes.fromhex(digits)
    return tuple(raw[at : at + NAME_BYTES] for at in range(0, len(raw), NAME_BYTES))


def decode_entries(line: bytes) -> list[ParsedEntry]:
    """The entries in one line of an answer after the first. Raises ValueError if it is none."""
    return _ENTRIES.decode(line)


def decode_reading(line: bytes, entries: tuple[ParsedEntry, ...]) -> Reading:
    """The reading in the first line of an answer, with these entries. Raises ValueError or KeyError if it is none."""
    first = json.loads(line)
    feed = ParsedFeed(
        title=first["title"],
        entries=entries,
        warnings=tuple(first["warnings"]),
        error=first["error"],
        lang=first["lang"],
        format=first["format"],
        dropped=first["dropped"],
        wish_s=first["wish_s"],
    )
    return Reading(feed, _names(first["items"]), is_part=first["is_part"])
