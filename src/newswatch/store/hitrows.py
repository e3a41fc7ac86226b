"""The rows of hits, as `historyrows` has the others: JSON, and the columns by which hits are found and counted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from enum import IntFlag

import msgspec

from newswatch.model.entry import Entry, EntryKey
from newswatch.model.feed import FeedId
from newswatch.model.hit import Held, Hit, HitId, StoryId, Triage
from newswatch.model.rule import RuleId, Severity
from newswatch.store import codec, decoding
from newswatch.store.columns import check_texts
from newswatch.store.decoding import shared, zoned
from newswatch.store.historyrows import EntryRow
from newswatch.store.rowform import EntryColumns, entry_digest, entry_id, in_utc, json_of, times_of
from newswatch.store.rows import JsonRow, read


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
    entry: EntryColumns | None = None


_hit_columns = msgspec.json.Decoder(_HitColumns).decode


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
        head = _head_json(hit_id)
        end = json.find(_FEED_JSON, len(head))
        if end > 0 and json.startswith(head) and json.startswith(_RULE_JSON, len(head)):
            rule_json = json[len(head) : end]
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
            check_texts(document.get("feed"), document.get("key"))
            feed_id, key = FeedId(document["feed"]), EntryKey(document["key"])
            row.entry_id = entry_id(feed_id, key)
            row._set(hit, is_whole=is_whole)
            row.feed_id = feed_id
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
            row.seen_at, row.at = times_of(columns.entry)
        return row

    def _set(self, hit: Hit, *, is_whole: bool) -> None:
        self.rule_id = shared(hit.rule_id)
        self.feed_id = shared(hit.entry.feed_id)
        self.story_id = hit.story_id
        self.found_at = in_utc(hit.found_at)
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
            self.seen_at, self.at = in_utc(hit.entry.seen_at), in_utc(hit.entry.at)

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
    return b'{"id":"%b"' % (hit_id.encode() if hit_id.isascii() else hit_id.encode("utf-8", "surrogatepass"))


_STAND_IN = Entry(
    FeedId(""), EntryKey(""), "", None, "", "", None, (), None, "", None, datetime(1970, 1, 1, tzinfo=UTC)
)


def _nameless(_: FeedId, __: EntryKey) -> Entry:
    """Stands for an entry that the row only names, while its columns are read."""
    return _STAND_IN
