"""The rows of the history: JSON, and beside it the few columns by which rows are found, in the order they are kept in.

A row is made from a value (`of`) or from the JSON of the file (`read`). Reading looks at those columns only; whether
the rest can be read shows when the value is asked for. What `read` refuses is kept as a mere `JsonRow`.
"""

from __future__ import annotations

import json as stdlib_json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import IntFlag
from typing import Any, cast

import msgspec

from newswatch.model.digest import digest, digest_of, framed
from newswatch.model.entry import Entry, EntryKey, Identity, Revision
from newswatch.model.feed import FeedId, FeedState
from newswatch.model.hit import Held, Hit, HitId, StoryId, Triage
from newswatch.model.rule import RuleId, Severity
from newswatch.store import codec, decoding, identityform
from newswatch.store.bundles import is_bundle, text_in
from newswatch.store.decoding import shared, zoned
from newswatch.store.rows import JsonRow, read

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


class _EntryColumns(msgspec.Struct, gc=False):
    feed: FeedId
    key: EntryKey
    seen: datetime
    published: datetime | None = None
    backlog: bool = False


class _IdentityColumns(msgspec.Struct, gc=False):
    feed: FeedId
    key: EntryKey
    listed: datetime
    guid: str = ""
    link: str = ""
    title: str = ""
    text: str = ""


class _HitColumns(msgspec.Struct, gc=False):
    id: HitId
    rule: RuleId
    feed: FeedId
    key: EntryKey
    story: StoryId
    found: datetime
    severity: Severity = Severity.NORMAL
    held: Held | None = None
    state: Triage = Triage.NEW
    starred: bool = False
    old_rule: bool = False
    told: datetime | None = None
    tags: msgspec.Raw | None = None
    notes: msgspec.Raw | None = None
    snoozed: datetime | None = None
    entry: _EntryColumns | None = None


_entry_columns = msgspec.json.Decoder(_EntryColumns).decode
_identity_columns = msgspec.json.Decoder(_IdentityColumns).decode
_hit_columns = msgspec.json.Decoder(_HitColumns).decode


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
            json_of(codec.encode_entry(entry)), row_id, shared(entry.feed_id), _utc(entry.seen_at), _utc(entry.at)
        )

    @classmethod
    def read(cls, row_id: str, json: bytes) -> EntryRow:
        """The row of this JSON; ValueError if its columns cannot be read."""
        try:
            columns = _entry_columns(json)
        except ValueError:  # a form that only the whole decoder takes, or none at all
            entry = codec.decode_entry(read(json))
            return cls(json, row_id, shared(entry.feed_id), entry.seen_at, entry.at)
        seen_at, at = _times(columns)
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


class Flag(IntFlag):
    """What is asked of hits that is yes or no."""

    SNOOZED = 1
    UNTOLD = 2
    STARRED = 4
    OLD_RULE = 8
    KEPT = 16


_SNOOZED, _UNTOLD, _STARRED, _OLD_RULE, _KEPT = (int(flag) for flag in Flag)
HELD_SHIFT = 5
"""Above the flags stands which `Held` it is, from 1 in their order; 0: none. All is a byte, so that rows share it."""
_HELD_BITS = {held: place << HELD_SHIFT for place, held in enumerate((None, *Held))}
HELDS: tuple[Held | None, ...] = tuple(_HELD_BITS)


class HitRow(JsonRow):
    """A hit, sorted by `at`, the time of its entry, then by `id`.

    Its JSON names the entry, or embeds it (`is_whole`). One that names it gets the entry's row by `bound`, once that
    is known, and holds it from there on: the text that its marks point into.

    What its rule says stands in the JSON of all hits of that rule, so it is held once for all of them.
    """

    __slots__ = (
        "at", "entry", "entry_id", "feed_id", "flags", "found_at", "id", "is_whole", "rule_id", "rule_json", "seen_at",
        "severity", "state", "story_id",
    )  # fmt: skip

    at: datetime
    entry: EntryRow | None
    entry_id: str
    feed_id: FeedId
    flags: int
    found_at: datetime
    id: str
    is_whole: bool
    rule_id: RuleId
    rule_json: bytes
    seen_at: datetime
    severity: Severity
    state: Triage
    story_id: StoryId

    def __init__(self, json: bytes, hit_id: str) -> None:
        self.id = hit_id
        start, end = json.find(_RULE_JSON), json.find(_FEED_JSON)
        if 0 < start < end and json[:start] == _head_json(hit_id):
            rule_json = json[start:end]
            self.rule_json = _rule_jsons.setdefault(rule_json, rule_json)
            self._json = json[end:]
        else:
            self.rule_json = b""
            self._json = json

    @property
    def held(self) -> Held | None:
        """Why it did not interrupt; None: it did."""
        return HELDS[self.flags >> HELD_SHIFT]

    @property
    def json(self) -> bytes:
        """The document as it stands in the file."""
        if not self.rule_json:
            return self._json
        return b"".join((_head_json(self.id), self.rule_json, self._json))

    @classmethod
    def of(cls, hit: Hit, *, is_whole: bool) -> HitRow:
        """The row of a hit."""
        row = cls(json_of(codec.encode_hit(hit, is_whole=is_whole)), hit.id)
        row.entry_id = entry_id(hit.entry.feed_id, hit.entry.key)
        row._set(hit, is_whole=is_whole)
        return row

    @classmethod
    def read(cls, row_id: str, json: bytes) -> HitRow:
        """The row of this JSON; ValueError if its columns cannot be read."""
        row = cls(json, row_id)
        try:
            columns = _hit_columns(json)
        except ValueError:
            document = read(json)
            is_whole = document.get("entry") is not None
            hit = codec.decode_hit(document, _nameless)
            if hit.id != row_id:
                raise ValueError("a hit under another id") from None
            row.entry_id = entry_id(FeedId(str(document["feed"])), EntryKey(str(document["key"])))
            row._set(hit, is_whole=is_whole)
            row.feed_id = FeedId(str(document["feed"]))
            return row
        if columns.id != row_id:
            raise ValueError("a hit under another id")
        row.entry_id = entry_digest(columns.feed, columns.key)
        row.rule_id = shared(columns.rule)
        row.feed_id = shared(columns.feed)
        row.story_id = columns.story
        row.found_at = zoned(columns.found)
        row.state = columns.state
        row.severity = columns.severity
        flags = _HELD_BITS[columns.held]
        if columns.snoozed is not None:
            flags |= _SNOOZED
        if columns.told is None:
            flags |= _UNTOLD
        if columns.starred:
            flags |= _STARRED
        if columns.old_rule:
            flags |= _OLD_RULE
        if columns.starred or columns.tags is not None or columns.notes is not None:
            flags |= _KEPT
        row.flags = flags
        row.entry = None
        row.is_whole = columns.entry is not None
        if columns.entry is not None:
            row.seen_at, row.at = _times(columns.entry)
        return row

    def _set(self, hit: Hit, *, is_whole: bool) -> None:
        self.rule_id = shared(hit.rule_id)
        self.feed_id = shared(hit.entry.feed_id)
        self.story_id = hit.story_id
        self.found_at = _utc(hit.found_at)
        self.state = hit.state
        self.severity = hit.severity
        self.flags = (
            _HELD_BITS[hit.held]
            | (hit.snoozed_until is not None) * _SNOOZED
            | (hit.told_at is None) * _UNTOLD
            | hit.is_starred * _STARRED
            | hit.is_old_rule * _OLD_RULE
            | hit.is_kept * _KEPT
        )
        self.entry = None
        self.is_whole = is_whole
        if is_whole:
            self.seen_at, self.at = _utc(hit.entry.seen_at), _utc(hit.entry.at)

    def bind(self, entry: EntryRow) -> None:
        """Says what the row names. Only before it is shown to anyone."""
        self.entry = entry
        self.entry_id = entry.id
        self.seen_at, self.at = entry.seen_at, entry.at
        if self.found_at == entry.seen_at:
            self.found_at = entry.seen_at  # one object less: as a rule an entry matches when it is first seen

    def value(self, entry_of: Callable[[EntryRow], Entry]) -> Hit:
        """The hit; ValueError if the row, or that of its entry, cannot be read."""
        row = self.entry
        return decoding.hit_of(self.json, lambda: None if row is None else entry_of(row))


_RULE_JSON = b',"rule":'
_FEED_JSON = b',"feed":'
_rule_jsons: dict[bytes, bytes] = {}
"""What the JSON of hits says of their rules, from `rule` up to `feed`."""


def _head_json(hit_id: str) -> bytes:
    return b'{"id":"%b"' % hit_id.encode("utf-8", "surrogatepass")


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
        return cls(json, row_id, entry_id(feed_id, key), _utc(revision.replaced_at))

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


_STAND_IN = Entry(
    FeedId(""), EntryKey(""), "", None, "", "", None, (), None, "", None, datetime(1970, 1, 1, tzinfo=UTC)
)


def _nameless(_: FeedId, __: EntryKey) -> Entry:
    """Stands for an entry that the row only names, while its columns are read."""
    return _STAND_IN


def _times(columns: _EntryColumns) -> tuple[datetime, datetime]:
    """When it was first seen, and the time to sort by: see `Entry.at`."""
    seen_at = zoned(columns.seen)
    if columns.backlog and columns.published is not None and (published_at := zoned(columns.published)) < seen_at:
        return seen_at, published_at
    return seen_at, seen_at


def _utc(at: datetime) -> datetime:
    return at if at.tzinfo is UTC else at.astimezone(UTC)
