"""What the rows of the history have in common: their ids, their JSON, and the times that entries are sorted by."""

from __future__ import annotations

import json as stdlib_json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from newswatch.model.digest import digest_of, framed
from newswatch.model.entry import EntryKey
from newswatch.model.feed import FeedId
from newswatch.store.decoding import zoned

_encode = msgspec.json.Encoder().encode
_dump = stdlib_json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def entry_id(feed_id: FeedId, key: EntryKey) -> str:
    """The id of the row of an entry, and of its identity: the same object while it is asked for again and again."""
    name = feed_id, key
    row_id = _ids.get(name)
    if row_id is None:
        if len(_ids) >= _MOST_IDS:
            _ids.clear()
        row_id = _ids[name] = entry_digest(feed_id, key)
    return row_id


def entry_digest(feed_id: FeedId, key: EntryKey) -> str:
    """The same, worked out: for whoever asks for each but once."""
    prefix = _prefixes.get(feed_id)
    if prefix is None:
        if len(_prefixes) >= _MOST_PREFIXES:
            _prefixes.clear()
        prefix = _prefixes[feed_id] = framed(feed_id)
    if len(key) == _KEY_CHARACTERS and key.isascii():
        return digest_of(b"%b%b%b" % (prefix, _KEY_FRAME, key.encode()))
    return digest_of(prefix + framed(key))


_KEY_CHARACTERS = 16  # of the usual key, which is a digest
_KEY_FRAME = framed("x" * _KEY_CHARACTERS)[:-_KEY_CHARACTERS]
_MOST_IDS = 2_000
_ids: dict[tuple[FeedId, EntryKey], str] = {}
"""Of the entries that a commit is about: it asks for each of them five times."""
_MOST_PREFIXES = 10_000
_prefixes: dict[str, bytes] = {}
"""How the digests of a feed's entries begin: a hundred thousand are worked out when a history is opened."""


def json_of(row: Mapping[str, Any]) -> bytes:
    """A row as it stands in the file."""
    try:
        return bytes(memoryview(_encode(row)))  # a copy: the encoder's own was cut short, and leaves a hole behind it
    except (UnicodeEncodeError, OverflowError):  # lone surrogates, or numbers without end: TinyDB takes them, too
        return _dump(row).encode("utf-8", "surrogatepass")


class EntryColumns(msgspec.Struct, gc=False):
    """The columns of an entry by which it is found."""

    feed: FeedId
    key: EntryKey
    seen: datetime
    published: datetime | None = None
    backlog: bool = False


def times_of(columns: EntryColumns) -> tuple[datetime, datetime]:
    """When it was first seen, and the time to sort by: see `Entry.at`."""
    seen_at = zoned(columns.seen)
    if columns.backlog and columns.published is not None and (published_at := zoned(columns.published)) < seen_at:
        return seen_at, published_at
    return seen_at, seen_at


def in_utc(at: datetime) -> datetime:
    """The same time in UTC, the same object if it is."""
    return at if at.tzinfo is UTC else at.astimezone(UTC)
