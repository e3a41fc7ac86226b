"""Model values as rows of JSON, and back: exact for every value, compact for the usual one.

A column whose value is the default (None, empty, 0, False) is left out. A row of an older version may lack
columns, which then have their defaults; unknown columns of a newer one are passed over. What cannot be read
(a missing name, a wrong type, an unknown word of an enum) is a ValueError, never a wrong value.

Times are ISO 8601 in UTC ("2026-11-22T14:30:41.812345Z"). A mark is `[field, start, end, text]`, with its
part as a fifth item where that is not 0. A hit names its entry by feed and key, or embeds it.

Knows the model; never files, tables or TinyDB.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from sys import intern
from typing import Any, TypeVar

from newswatch.model.entry import Entry, EntryKey, Identity, Revision
from newswatch.model.feed import FeedId, FeedState, FeedStatus
from newswatch.model.hit import Held, Hit, HitId, Mark, StoryId, Triage
from newswatch.model.rule import RuleId, Severity

Row = dict[str, Any]
_Value = TypeVar("_Value")
_Word = TypeVar("_Word", bound=StrEnum)


def encode_entry(entry: Entry) -> Row:
    """The row of an entry."""
    return _compact(
        feed=entry.feed_id,
        key=entry.key,
        title=entry.title or None,
        link=entry.link,
        summary=entry.summary or None,
        content=entry.content or None,
        author=entry.author,
        tags=list(entry.tags) or None,
        lang=entry.lang,
        source=entry.source or None,
        published=_time_text(entry.published_at),
        seen=_time_text(entry.seen_at),
        backlog=entry.is_backlog or None,
        revised=_time_text(entry.revised_at),
    )


def decode_entry(row: Mapping[str, Any]) -> Entry:
    """The entry of a row; ValueError if it cannot be read."""
    return _decoded(_entry, row)


def encode_revision(revision: Revision) -> Row:
    """The row of an earlier text: its entry's, and when it was replaced."""
    return {**encode_entry(revision.entry), "replaced": _time_text(revision.replaced_at)}


def decode_revision(row: Mapping[str, Any]) -> Revision:
    """The revision of a row; ValueError if it cannot be read."""
    return _decoded(lambda row: Revision(_entry(row), _time(row["replaced"])), row)


def encode_identity(identity: Identity) -> Row:
    """The row of an identity."""
    return _compact(
        feed=identity.feed_id,
        key=identity.key,
        guid=identity.guid or None,
        link=identity.link or None,
        title=identity.title or None,
        text=identity.text or None,
        listed=_time_text(identity.listed_at),
        published=identity.published or None,
    )


def decode_identity(row: Mapping[str, Any]) -> Identity:
    """The identity of a row; ValueError if it cannot be read."""
    return _decoded(_identity, row)


def encode_feed_state(state: FeedState) -> Row:
    """The row of a feed's state."""
    return _compact(
        feed=state.feed_id,
        status=state.status.value,
        title=state.title or None,
        etag=state.etag,
        last_modified=state.last_modified,
        body_hash=state.body_hash,
        document=_time_text(state.document_at),
        checked=_time_text(state.last_checked_at),
        success=_time_text(state.last_success_at),
        next_check=_time_text(state.next_check_at),
        not_before=_time_text(state.not_before),
        failures=state.failures or None,
        error=state.last_error or None,
        moved_to=state.moved_to,
        moved_answers=state.moved_answers or None,
        guid_churn=state.has_guid_churn or None,
        wish=state.wish_s,
        change_gap=state.change_gap_s,
        changed=_time_text(state.changed_at),
    )


def decode_feed_state(row: Mapping[str, Any]) -> FeedState:
    """The feed state of a row; ValueError if it cannot be read."""
    return _decoded(_feed_state, row)


def encode_hit(hit: Hit, *, is_whole: bool = False) -> Row:
    """The row of a hit. `is_whole`: with the entry as it was matched, not only its name."""
    row = _compact(
        id=hit.id,
        rule=hit.rule_id,
        rule_name=hit.rule_name or None,
        rule_version=hit.rule_version or None,
        query=hit.query or None,
        severity=hit.severity.value,
        feed=hit.entry.feed_id,
        key=hit.entry.key,
        marks=[[mark.field, mark.start, mark.end, mark.text, *([mark.part] if mark.part else ())] for mark in hit.marks]
        or None,
        story=hit.story_id,
        found=_time_text(hit.found_at),
        held=None if hit.held is None else hit.held.value,
        state=hit.state.value,
        starred=hit.is_starred or None,
        old_rule=hit.is_old_rule or None,
        told=_time_text(hit.told_at),
    )
    return {**row, "entry": encode_entry(hit.entry)} if is_whole else row


def decode_hit(row: Mapping[str, Any], entry: Callable[[FeedId, EntryKey], Entry | None]) -> Hit:
    """The hit of a row; `entry` is asked for what the row only names. ValueError if it cannot be read."""
    return _decoded(lambda row: _hit(row, entry), row)


def _entry(row: Mapping[str, Any]) -> Entry:
    get = row.get
    title, link, summary, content = get("title", ""), get("link"), get("summary", ""), get("content", "")
    author, lang, source = get("author"), get("lang"), get("source", "")
    _check_texts(title, summary, content, source)
    _check_optional_texts(link, author, lang)
    return Entry(
        FeedId(intern(row["feed"])),
        EntryKey(_text(row["key"])),
        title,
        link,
        summary,
        content,
        author if author is None else intern(author),
        tuple(map(intern, _list(get("tags", [])))),
        lang if lang is None else intern(lang),
        intern(source),
        _optional_time(get("published")),
        _time(row["seen"]),
        get("backlog", False) is True,
        _optional_time(get("revised")),
    )


def _identity(row: Mapping[str, Any]) -> Identity:
    get = row.get
    guid, link, title, text = get("guid", ""), get("link", ""), get("title", ""), get("text", "")
    published = get("published", "")
    _check_texts(guid, link, title, text, published)
    listed_at = _time(row["listed"])
    return Identity(
        FeedId(intern(row["feed"])), EntryKey(_text(row["key"])), guid, link, title, text, listed_at, published
    )


def _feed_state(row: Mapping[str, Any]) -> FeedState:
    get = row.get
    title, error = get("title", ""), get("error", "")
    etag, last_modified, body_hash, moved_to = get("etag"), get("last_modified"), get("body_hash"), get("moved_to")
    _check_texts(title, error)
    _check_optional_texts(etag, last_modified, body_hash, moved_to)
    return FeedState(
        FeedId(intern(row["feed"])),
        _word(FeedStatus, get("status", "new")),
        title,
        etag,
        last_modified,
        body_hash,
        _optional_time(get("document")),
        _optional_time(get("checked")),
        _optional_time(get("success")),
        _optional_time(get("next_check")),
        _optional_time(get("not_before")),
        _count(get("failures", 0)),
        error,
        moved_to,
        _count(get("moved_answers", 0)),
        get("guid_churn", False) is True,
        _optional_seconds(get("wish")),
        _optional_seconds(get("change_gap")),
        _optional_time(get("changed")),
    )


def _hit(row: Mapping[str, Any], find: Callable[[FeedId, EntryKey], Entry | None]) -> Hit:
    get = row.get
    embedded = get("entry")
    entry = _entry(embedded) if embedded is not None else find(FeedId(row["feed"]), EntryKey(row["key"]))
    if entry is None:
        raise ValueError("its entry is missing")
    held = get("held")
    return Hit(
        HitId(_text(row["id"])),
        RuleId(intern(row["rule"])),
        intern(get("rule_name", "")),
        intern(get("rule_version", "")),
        intern(get("query", "")),
        _word(Severity, get("severity", "normal")),
        entry,
        tuple(map(_mark, _list(get("marks", [])))),
        StoryId(_text(row["story"])),
        _time(row["found"]),
        None if held is None else _word(Held, held),
        _word(Triage, get("state", "new")),
        get("starred", False) is True,
        get("old_rule", False) is True,
        _optional_time(get("told")),
    )


def _mark_items(mark: Mark) -> list[Any]:
    return [mark.field, mark.start, mark.end, mark.text, *([mark.part] if mark.part else ())]


def _mark(items: list[Any]) -> Mark:
    field, start, end, text = items[:4]
    return Mark(intern(field), _count(start), _count(end), _text(text), _count(items[4]) if len(items) > 4 else 0)


def _decoded(decode: Callable[[Mapping[str, Any]], _Value], row: Mapping[str, Any]) -> _Value:
    try:
        return decode(row)
    except (KeyError, TypeError, AttributeError, ValueError, OverflowError) as error:
        raise ValueError(f"a row that cannot be read: {type(error).__name__}: {error}") from error


def _compact(**columns: Any) -> Row:
    """The columns that say something. Callers hand over None for a default; an empty text that is none stays."""
    return {name: value for name, value in columns.items() if value is not None}


def _time_text(at: datetime | None) -> str | None:
    if at is None:
        return None
    if at.tzinfo is None:
        raise ValueError("a time without a zone cannot be stored")
    in_utc = at if at.tzinfo is UTC else at.astimezone(UTC)
    return in_utc.isoformat()[:-6] + "Z"


def _time(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("a time without a zone")
    return at if at.tzinfo is UTC else at.astimezone(UTC)


def _optional_time(text: str | None) -> datetime | None:
    return None if text is None else _time(text)


def _optional_seconds(value: float | None) -> float | None:
    if value is not None and type(value) not in {int, float}:
        raise ValueError(f"{value!r} is no number")
    return value


def _word(words: type[_Word], text: str) -> _Word:
    return words(text)


def _list(value: list[Any]) -> list[Any]:
    if type(value) is not list:
        raise ValueError(f"{value!r} is no list")
    return value


def _text(value: str) -> str:
    _check_texts(value)
    return value


def _count(value: int) -> int:
    if type(value) is not int:
        raise ValueError(f"{value!r} is no whole number")
    return value


def _check_texts(*values: object) -> None:
    for value in values:
        if type(value) is not str:
            raise ValueError(f"{value!r} is no text")


def _check_optional_texts(*values: object) -> None:
    for value in values:
        if value is not None and type(value) is not str:
            raise ValueError(f"{value!r} is no text")
