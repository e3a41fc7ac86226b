"""A whole answer becomes a `ParsedFeed`: which reader is asked, and what is said when none can read it.

Pure: no clock, no files, no network. It never raises, whatever the bytes are; what may hang or eat memory
is the business of `worker`, which runs this in a process that can be killed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from newswatch.model.entry import ParsedFeed
from newswatch.parse.charset import decode
from newswatch.parse.feed import read_feed
from newswatch.parse.jsonfeed import read_json_feed
from newswatch.parse.sniff import sniff, why_no_feed

_COMPRESSED = (b"\x1f\x8b", b"PK\x03\x04", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd")
_REFERENCE = re.compile(r"&#[^;\s]{1,20};")


def parse_document(body: bytes, url: str, headers: Mapping[str, str]) -> ParsedFeed:
    """Reads a feed in any format. `url` is where it came from, for relative links; of `headers` only the
    content type matters. If the document is no feed, `error` says in words what it is instead.
    """
    if body.startswith(_COMPRESSED):
        return _refused("this is a compressed file, not a feed")
    content_type = next((value for name, value in headers.items() if name.lower() == "content-type"), "")
    try:
        return _read(decode(body, content_type), url)
    except MemoryError:
        return _refused("this document needs more memory than one may take")
    except Exception as error:  # noqa: BLE001 - promises T15: parsers raise anything on hostile input
        return _refused(f"this document cannot be read ({type(error).__name__})")


def _read(text: str, url: str) -> ParsedFeed:
    sniffed = sniff(text)
    if sniffed.text.startswith(("{", "[")):
        return read_json_feed(sniffed.text, url)
    if not sniffed.is_feed:
        return _refused(why_no_feed(sniffed))
    is_certain = sniffed.root in {"rss", "feed", "channel"} or (sniffed.root == "rdf" and "<channel" in sniffed.text)
    try:
        feed = read_feed(sniffed.text, url, is_certain=is_certain)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - promises T15: once more without what feedparser most often trips over
        feed = read_feed(_REFERENCE.sub("\ufffd", sniffed.text), url, is_certain=is_certain)
    return feed if feed is not None else _refused(why_no_feed(sniffed))


def _refused(error: str) -> ParsedFeed:
    return ParsedFeed(title="", entries=(), error=error)
