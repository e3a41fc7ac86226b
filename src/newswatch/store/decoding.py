"""Values from the JSON of rows, quickly: rows of the form that `codec` writes. Any other form is left to `codec`.

A column of a wrong type is never read as something else here: then `codec` decides, and says what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from sys import intern
from typing import Protocol, TypeVar, cast

import msgspec

from newswatch.model.entry import Entry, EntryKey, Identity
from newswatch.model.feed import FeedId
from newswatch.model.hit import Held, Hit, HitId, StoryId, Triage
from newswatch.model.rule import RuleId, Severity
from newswatch.store import codec
from newswatch.store.rows import read

Text = TypeVar("Text", bound=str)


class _Shared(Protocol):
    def __call__(self, text: Text, /) -> Text: ...


shared = cast("_Shared", intern)
"""The one object of all equal texts: feeds and rules stand in a hundred thousand rows."""


class _Entry(
    msgspec.Struct,
    gc=False,
    rename={
        "feed_id": "feed",
        "seen_at": "seen",
        "published_at": "published",
        "is_backlog": "backlog",
        "revised_at": "revised",
    },
):
    feed_id: FeedId
    key: EntryKey
    seen_at: datetime
    title: str = ""
    link: str | None = None
    summary: str = ""
    content: str = ""
    author: str | None = None
    tags: tuple[str, ...] = ()
    lang: str | None = None
    source: str = ""
    published_at: datetime | None = None
    is_backlog: bool = False
    revised_at: datetime | None = None


class _Identity(msgspec.Struct, gc=False):
    feed: FeedId
    key: EntryKey
    listed: datetime
    guid: str = ""
    link: str = ""
    title: str = ""
    text: str = ""
    published: str = ""


class _Mark(msgspec.Struct, gc=False, array_like=True):
    field: str
    start: int
    end: int
    text: str
    part: int = 0


class _Note(msgspec.Struct, gc=False, array_like=True):
    at: datetime
    text: str


class _Hit(
    msgspec.Struct,
    gc=False,
    rename={
        "rule_id": "rule",
        "story_id": "story",
        "found_at": "found",
        "is_starred": "starred",
        "is_old_rule": "old_rule",
        "told_at": "told",
        "snoozed_until": "snoozed",
        "page_changed_at": "page_changed",
    },
):
    id: HitId
    rule_id: RuleId
    story_id: StoryId
    found_at: datetime
    rule_name: str = ""
    rule_version: str = ""
    query: str = ""
    severity: Severity = Severity.NORMAL
    marks: list[_Mark] = []
    held: Held | None = None
    state: Triage = Triage.NEW
    is_starred: bool = False
    is_old_rule: bool = False
    told_at: datetime | None = None
    tags: tuple[str, ...] = ()
    notes: list[_Note] = []
    snoozed_until: datetime | None = None
    muted_by: str = ""
    page_changed_at: datetime | None = None
    was_held: Held | None = None
    entry: _Entry | None = None


_hit_as: Callable[[_Hit], Hit] = partial(msgspec.convert, type=Hit, from_attributes=True)
_entry_as: Callable[[_Entry], Entry] = partial(msgspec.convert, type=Entry, from_attributes=True)
"""Values with the attributes of a row, which have the same names: half the time that calling the class takes."""
_entry_of = msgspec.json.Decoder(_Entry).decode
_identity_of = msgspec.json.Decoder(_Identity).decode
_hit_of = msgspec.json.Decoder(_Hit).decode


def entry_of(json: bytes) -> Entry:
    """The entry of a row; ValueError if it cannot be read."""
    try:
        return _entry(_entry_of(json))
    except ValueError:
        return codec.decode_entry(read(json))


def identity_of(json: bytes) -> Identity:
    """The identity of a row; ValueError if it cannot be read."""
    try:
        row = _identity_of(json)
        return Identity(
            shared(row.feed), row.key, row.guid, row.link, row.title, row.text, zoned(row.listed), row.published
        )
    except ValueError:
        return codec.decode_identity(read(json))


def hit_of(json: bytes, named: Callable[[], Entry | None]) -> Hit:
    """The hit of a row; `named` is asked for the entry that the row only names. ValueError if it cannot be read."""
    try:
        row = _hit_of(json)
    except ValueError:
        return codec.decode_hit(read(json), lambda _, __: named())
    try:
        embedded = None if row.entry is None else _entry(row.entry)
        row.found_at = zoned(row.found_at)
        row.told_at = _zoned_or_none(row.told_at)
        row.snoozed_until = _zoned_or_none(row.snoozed_until)
        row.page_changed_at = _zoned_or_none(row.page_changed_at)
        for note in row.notes:
            note.at = zoned(note.at)
    except ValueError:
        return codec.decode_hit(read(json), lambda _, __: named())
    entry = named() if embedded is None else embedded
    if entry is None:
        raise ValueError("its entry is missing")
    row.rule_id = shared(row.rule_id)
    row.rule_name = intern(row.rule_name)
    row.rule_version = intern(row.rule_version)
    row.query = intern(row.query)
    row.muted_by = intern(row.muted_by)
    for mark in row.marks:
        mark.field = intern(mark.field)
    row.entry = cast("_Entry", entry)  # the value itself, which is taken over as it is
    return _hit_as(row)


def zoned(at: datetime) -> datetime:
    """The time in UTC. Raises ValueError for one without a zone, or that UTC does not have."""
    if at.tzinfo is UTC:
        return at
    if at.tzinfo is None:
        raise ValueError("a time without a zone")
    try:
        return at.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("a time that UTC does not have") from error


def _zoned_or_none(at: datetime | None) -> datetime | None:
    return None if at is None else zoned(at)


def _entry(row: _Entry) -> Entry:
    row.feed_id = shared(row.feed_id)
    row.seen_at = zoned(row.seen_at)
    row.published_at = _zoned_or_none(row.published_at)
    row.revised_at = _zoned_or_none(row.revised_at)
    row.source = intern(row.source)
    if row.author is not None:
        row.author = intern(row.author)
    if row.lang is not None:
        row.lang = intern(row.lang)
    return _entry_as(row)
