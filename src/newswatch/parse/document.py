"""A whole answer becomes a `ParsedFeed`: which reader is asked, and what is said when none can read it.

Pure: no clock, no files, no network. It never raises, whatever the bytes are; what may hang or eat memory
is the business of `worker`, which runs this in a process that can be killed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from newswatch.model.entry import ParsedFeed
from newswatch.parse.feed import mended, read_feed, read_with
from newswatch.parse.jsonfeed import read_json_feed
from newswatch.parse.light import light_item
from newswatch.parse.plain import plain_items
from newswatch.parse.plainatom import atom_dialect
from newswatch.parse.plainrss import rdf_dialect, rss_dialect
from newswatch.parse.reading import Reading
from newswatch.parse.references import MENDED, with_references
from newswatch.parse.sniff import Sniffed, sniff, why_no_feed
from newswatch.parse.split import Pieces, split
from newswatch.text.charset import decode

_COMPRESSED = (b"\x1f\x8b", b"PK\x03\x04", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd")
_REFERENCE = re.compile(r"&#[^;\s]{1,20};")
_SPLIT_ROOTS = frozenset({"rss", "feed", "rdf"})
_DIALECTS = {"rss": rss_dialect, "feed": atom_dialect, "rdf": rdf_dialect}
_NO_VERSION = "rss"  # the format of a document that does not say which


def parse_document(body: bytes, url: str, headers: Mapping[str, str]) -> ParsedFeed:
    """Reads a feed in any format: RSS 0.9x to 2.0, RSS 1.0, Atom 0.3 and 1.0, CDF, JSON Feed 1.0 and 1.1.

    `url` is where the document came from; relative links are taken from it, or from the feed's own site. Of
    `headers` only the content type matters, and it is not believed where the bytes say otherwise. At most 2,000
    entries are kept, the newest; `dropped` counts the others. All text is clean (`text.clean`) and all links may be
    opened. The ids are the same whenever the same bytes are read.

    If the document is no feed, `error` says in words what it is instead, and there are no entries. Never raises.
    """
    return read_document(body, url, headers).document


def read_document(body: bytes, url: str, headers: Mapping[str, str], seen: Collection[bytes] = ()) -> Reading:
    """The same, but for items whose names are among the `seen`, if that makes no difference to the others.

    The names are those that an earlier reading gave; an item keeps its name as long as it reads the same.
    """
    if body.startswith(_COMPRESSED):
        return _refused("this is a compressed file, not a feed")
    content_type = next((value for name, value in headers.items() if name.lower() == "content-type"), "")
    try:
        return _read(decode(body, content_type), url, seen)
    except MemoryError:
        return _refused("this document needs more memory than one may take")
    except Exception as error:  # noqa: BLE001 - promises T15: parsers raise anything on hostile input
        return _refused(f"this document cannot be read ({type(error).__name__})")


def _read(text: str, url: str, seen: Collection[bytes]) -> Reading:
    sniffed = sniff(text)
    if sniffed.text.startswith(("{", "[")):
        return Reading(read_json_feed(sniffed.text, url))
    if not sniffed.is_feed:
        return _refused(why_no_feed(sniffed))
    mended_text = with_references(sniffed.text)
    if mended_text is sniffed.text:
        return _read_feed(sniffed, url, seen)
    reading = _read_feed(Sniffed(mended_text, sniffed.root), url, seen)
    return replace(reading, document=replace(reading.document, warnings=(MENDED, *reading.document.warnings)))


def _read_feed(sniffed: Sniffed, url: str, seen: Collection[bytes]) -> Reading:
    pieces = split(sniffed.text) if sniffed.root in _SPLIT_ROOTS else None
    if pieces is None:
        return Reading(_whole(sniffed, sniffed.text, url))
    names, unseen = pieces.unseen(url, seen)
    if len(unseen) < len(names) and (part := _part(sniffed, pieces, unseen, url)) is not None:
        return Reading(part, names, is_part=True)
    items = unseen if len(unseen) == len(names) else [light_item(item) for item in pieces.items]
    feed = _in_pieces(sniffed, pieces, items, url) or _whole(sniffed, pieces.whole(items), url)
    if len(feed.entries) < len(names):  # damaged, and perhaps something held it together of which it was relieved
        feed = max(feed, _whole(sniffed, sniffed.text, url), key=lambda one: len(one.entries))
    return Reading(feed, names if _is_sound(sniffed, feed, len(names)) else ())


def _part(sniffed: Sniffed, pieces: Pieces, unseen: Sequence[str], url: str) -> ParsedFeed | None:
    """The document without its seen items; None if it has to be read as a whole."""
    feed = _in_pieces(sniffed, pieces, unseen, url)
    return feed if feed is not None and _is_sound(sniffed, feed, len(unseen)) else None


def _in_pieces(sniffed: Sniffed, pieces: Pieces, items: Sequence[str], url: str) -> ParsedFeed | None:
    """The document with these items, each read for itself, and most without a parser; None if that cannot be."""
    dialect_of = _DIALECTS.get(sniffed.root)
    dialect = dialect_of(pieces.head) if dialect_of is not None and items else None
    nodes = plain_items(dialect, [mended(item) for item in items])
    rest = [item for item, node in zip(items, nodes, strict=True) if node is None]
    try:
        feed = read_with(nodes, pieces.bare(), pieces.part(rest), url)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - promises T15: the whole document may fare better
        return None
    return feed if feed is not None and len(feed.entries) == len(items) else None


def _is_sound(sniffed: Sniffed, feed: ParsedFeed, items: int) -> bool:
    """Whether each item is one entry, and none owes anything to the damage or the vagueness of the rest."""
    is_vague = sniffed.root == "rdf" and feed.format == _NO_VERSION  # then any item can change what it is
    is_clear = feed.error is None and not feed.warnings and not is_vague
    return is_clear and len(feed.entries) == items and not feed.dropped


def _whole(sniffed: Sniffed, text: str, url: str) -> ParsedFeed:
    is_certain = sniffed.root in {"rss", "feed", "channel"} or (sniffed.root == "rdf" and "<channel" in text)
    try:
        feed = read_feed(text, url, is_certain=is_certain)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - promises T15: once more without what feedparser most often trips over
        feed = read_feed(_REFERENCE.sub("\ufffd", text), url, is_certain=is_certain)
    return feed if feed is not None else _refused(why_no_feed(sniffed)).document


def _refused(error: str) -> Reading:
    return Reading(ParsedFeed(title="", entries=(), error=error))
