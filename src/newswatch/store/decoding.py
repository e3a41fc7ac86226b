"""Values from the JSON of rows, quickly: rows of the form that `codec` writes. Any other form is left to `codec`.

A column of a wrong type is never read as something else here: then `codec` decides, and says what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from sys import intern
from typing import Protocol, TypeVar, cast

import msgspec

from newswatch.model.entry import Entry, EntryKey, Identity
from newswatch.model.feed import FeedId
from newswatch.model.hit import Held, Hit, HitId, Mark, Note, StoryId, Triage
from newswatch.model.rule import RuleId, Severity
from newswatch.store import codec
from newswatch.store.rows import read

Text = TypeVar("Text", bound=str)


class _Shared(Protocol):
    def __call__(self, text: Text, /) -> Text: ...


shared = cast("_Shared", intern)
"""The one object of all equal texts: feeds and rules stand in a hundred thousand rows."""


class _Entry(msgspec.Struct, gc=False):
    feed: FeedId
    key: EntryKey
    seen: datetime
    title: str = ""
    link: str | None = None
    summary: str = ""
    content: str = ""
    author: str | None = None
    tags: tuple[str, ...] = ()
    lang: str | None = None
    source: str = ""
    published: datetime | None = None
    backlog: bool = False
    revised: datetime | None = None


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


class _Hit(msgspec.Struct, gc=False):
    id: HitId
    rule: RuleId
    story: StoryId
    found: datetime
    rule_name: str = ""
    rule_version: str = ""
    query: str = ""
    severity: Severity = Severity.NORMAL
    marks: list[_Mark] = []
    held: Held | None = None
    state: Triage = Triage.NEW
    starred: bool = False
    old_rule: bool = False
    told: datetime | None = None
    tags: tuple[str, ...] = ()
    notes: list[_Note] = []
    snoozed: datetime | None = None
    muted_by: str = ""
    page_changed: datetime | None = None
    entry: _Entry | None = None


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
        times = zoned(row.found), _zoned_or_none(row.told), _zoned_or_none(row.snoozed)
        page_changed_at = _zoned_or_none(row.page_changed)
        notes = tuple([Note(zoned(note.at), note.text) for note in row.notes])
    except ValueError:
        return codec.decode_hit(read(json), lambda _, __: named())
    entry = named() if embedded is None else embedded
    if entry is None:
        raise ValueError("its entry is missing")
    return Hit(
        row.id,
        shared(row.rule),
        intern(row.rule_name),
        intern(row.rule_version),
        intern(row.query),
        row.severity,
        entry,
        tuple([Mark(intern(mark.field), mark.start, mark.end, mark.text, mark.part) for mark in row.marks]),
        row.story,
        times[0],
        row.held,
        row.state,
        row.starred,
        row.old_rule,
        times[1],
        row.tags,
        notes,
        times[2],
        intern(row.muted_by),
        page_changed_at,
    )


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
    return Entry(
        shared(row.feed),
        row.key,
        row.title,
        row.link,
        row.summary,
        row.content,
        row.author if row.author is None else intern(row.author),
        row.tags,
        row.lang if row.lang is None else intern(row.lang),
        intern(row.source),
        _zoned_or_none(row.published),
        zoned(row.seen),
        row.backlog,
        _zoned_or_none(row.revised),
    )
