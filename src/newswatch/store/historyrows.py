"""The rows of the history: JSON, and beside it the few columns by which rows are found, in the order they are kept in.

A row is made from a value (`of`) or from the JSON of the file (`read`). Reading looks at those columns only; whether
the rest can be read shows when the value is asked for. What `read` refuses is kept as a mere `JsonRow`. Hits
are in `hitrows`.
"""

from __future__ import annotations

from datetime import datetime
from typing import cast

import msgspec

from newswatch.model.digest import digest
from newswatch.model.entry import Entry, EntryKey, Identity, Revision
from newswatch.model.feed import FeedId, FeedState
from newswatch.store import codec, decoding, identityform
from newswatch.store.bundles import is_bundle, text_in
from newswatch.store.decoding import shared
from newswatch.store.rowform import EntryColumns, entry_id, in_utc, json_of, times_of
from newswatch.store.rows import JsonRow, read


class _IdentityColumns(msgspec.Struct, gc=False):
    feed: FeedId
    key: EntryKey
    listed: datetime
    guid: str = ""
    link: str = ""
    title: str = ""
    text: str = ""


_entry_columns = msgspec.json.Decoder(EntryColumns).decode
_identity_columns = msgspec.json.Decoder(_IdentityColumns).decode


class EntryRow(JsonRow):
    """An entry in its newest text, sorted by `at`, then by `id`. Its JSON may move into a bundle: see `put_into`."""

    __slots__ = ("_place", "at", "feed_id", "id", "seen_at")

    def __init__(self, json: bytes, row_id: str, feed_id: FeedId, seen_at: datetime, at: datetime) -> None:
        self._json = json
        self._place = 0
        self.id = row_id
        self.feed_id = feed_id
        self.seen_at = seen_at
        self.at = at

    @classmethod
    def of(cls, entry: Entry) -> EntryRow:
        """The row of an entry."""
        row_id = entry_id(entry.feed_id, entry.key)
        return cls(
            json_of(codec.encode_entry(entry)), row_id, shared(entry.feed_id), in_utc(entry.seen_at), in_utc(entry.at)
        )

    @classmethod
    def read(cls, row_id: str, json: bytes) -> EntryRow:
        """The row of this JSON; ValueError if its columns cannot be read."""
        try:
            columns = _entry_columns(json)
        except ValueError:  # a form that only the whole decoder takes, or none at all
            entry = codec.decode_entry(read(json))
            return cls(json, row_id, shared(entry.feed_id), entry.seen_at, entry.at)
        seen_at, at = times_of(columns)
        return cls(json, row_id, shared(columns.feed), seen_at, at)

    @property
    def json(self) -> bytes:
        """The document as it stands in the file."""
        held = self._json
        return text_in(held, self._place) if is_bundle(held) else held

    @property
    def size(self) -> int:
        """Bytes of the JSON, as long as the row is in no bundle."""
        return len(self._json)

    def put_into(self, bundle: bytes, place: int) -> None:
        """Holds the JSON as the text at that place of a bundle. Others may read the row meanwhile."""
        self._place = place  # first: it says nothing until there is a bundle
        self._json = bundle

    def value(self) -> Entry:
        """The entry; ValueError if the row cannot be read."""
        return decoding.entry_of(self.json)


class IdentityRow(JsonRow):
    """What is remembered of an entry. Its columns are looked into when it is indexed, and not kept."""

    __slots__ = ("id",)

    def __init__(self, json: bytes, row_id: str) -> None:
        self._json = identityform.pack(json)
        self.id = row_id

    @classmethod
    def of(cls, identity: Identity) -> IdentityRow:
        """The row of an identity."""
        return cls(json_of(codec.encode_identity(identity)), entry_id(identity.feed_id, identity.key))

    @classmethod
    def read(cls, row_id: str, json: bytes) -> IdentityRow:
        """The row of this JSON, whatever that is."""
        return cls(json, row_id)

    @property
    def json(self) -> bytes:
        """The document as it stands in the file."""
        return identityform.unpack(self._json)

    def value(self) -> Identity:
        """The identity; ValueError if the row cannot be read."""
        return decoding.identity_of(self.json)

    def names(self) -> tuple[FeedId, str, str]:
        """Its feed, and the digests of its link and of its title; ValueError if the row cannot be read."""
        if (names := identityform.names(self._json)) is not None:
            return shared(cast("FeedId", names[0])), names[1], names[2]
        try:
            columns = _identity_columns(self._json)
        except ValueError:  # a form that only the whole decoder takes, or none at all
            identity = self.value()
            return identity.feed_id, identity.link, identity.title
        return shared(columns.feed), columns.link, columns.title


class RevisionRow(JsonRow):
    """An earlier text of an entry."""

    __slots__ = ("entry_id", "id", "replaced_at")

    def __init__(self, json: bytes, row_id: str, entry_id: str, replaced_at: datetime) -> None:
        self._json = json
        self.id = row_id
        self.entry_id = entry_id
        self.replaced_at = replaced_at

    @classmethod
    def of(cls, revision: Revision) -> RevisionRow:
        """The row of a revision."""
        feed_id, key = revision.entry.feed_id, revision.entry.key
        row_id = digest(feed_id, key, revision.replaced_at.isoformat())
        json = json_of(codec.encode_revision(revision))
        return cls(json, row_id, entry_id(feed_id, key), in_utc(revision.replaced_at))

    @classmethod
    def read(cls, row_id: str, json: bytes) -> RevisionRow:
        """The row of this JSON; ValueError if it cannot be read."""
        revision = codec.decode_revision(read(json))
        return cls(json, row_id, entry_id(revision.entry.feed_id, revision.entry.key), revision.replaced_at)

    def value(self) -> Revision:
        """The revision; ValueError if the row cannot be read."""
        return codec.decode_revision(read(self.json))


class FeedRow(JsonRow):
    """The state of a feed. There are few, and all are asked for: the value is kept."""

    __slots__ = ("state",)

    def __init__(self, json: bytes, state: FeedState) -> None:
        self._json = json
        self.state = state

    @classmethod
    def of(cls, state: FeedState) -> FeedRow:
        """The row of a feed's state."""
        return cls(json_of(codec.encode_feed_state(state)), state)

    @classmethod
    def read(cls, _: str, json: bytes) -> FeedRow:
        """The row of this JSON; ValueError if it cannot be read."""
        return cls(json, codec.decode_feed_state(read(json)))
