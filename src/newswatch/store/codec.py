"""Model values as rows of JSON, and back: exact for every value, compact for the usual one.

A column whose value is the default (None, empty, 0, False) is left out. A row of an older version may lack
columns, which then have their defaults; unknown columns of a newer one are passed over. What cannot be read
(a missing name, a wrong type, an unknown word of an enum) is a ValueError, never a wrong value.

Times are ISO 8601 in UTC ("2026-11-22T14:30:41.812345Z"). A mark is `[field, start, end, text]`, with its
part as a fifth item where that is not 0. A hit names its entry by feed and key, or embeds it.

Knows the model and its `columns`; never files, tables or TinyDB.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from sys import intern
from typing import Any, TypeVar

from newswatch.model.delivery import Delivery, DeliveryOutcome, RuleMute, StoryMute
from newswatch.model.entry import Entry, EntryKey, Identity, Revision
from newswatch.model.feed import FeedId, FeedState, FeedStatus
from newswatch.model.hit import Held, Hit, HitId, Mark, Note, StoryId, Triage
from newswatch.model.rule import RuleId, Severity
from newswatch.model.ruleform import RuleForm
from newswatch.store.columns import (
    Row,
    check_optional_texts,
    check_texts,
    compact,
    count_of,
    list_of,
    optional_number,
    optional_time,
    text_of,
    time_of,
    time_text,
    word_of,
)
from newswatch.store.fetchedrow import fetched_columns, fetched_of
from newswatch.store.vitalsrow import vitals_of, vitals_row

_Value = TypeVar("_Value")


def encode_entry(entry: Entry) -> Row:
    """The row of an entry."""
    return compact(
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
        published=time_text(entry.published_at),
        seen=time_text(entry.seen_at),
        backlog=entry.is_backlog or None,
        revised=time_text(entry.revised_at),
    )


def decode_entry(row: Mapping[str, Any]) -> Entry:
    """The entry of a row; ValueError if it cannot be read."""
    return _decoded(_entry, row)


def encode_revision(revision: Revision) -> Row:
    """The row of an earlier text: its entry's, and when it was replaced."""
    return {**encode_entry(revision.entry), "replaced": time_text(revision.replaced_at)}


def decode_revision(row: Mapping[str, Any]) -> Revision:
    """The revision of a row; ValueError if it cannot be read."""
    return _decoded(lambda row: Revision(_entry(row), time_of(row["replaced"])), row)


def encode_identity(identity: Identity) -> Row:
    """The row of an identity."""
    return compact(
        feed=identity.feed_id,
        key=identity.key,
        guid=identity.guid or None,
        link=identity.link or None,
        title=identity.title or None,
        text=identity.text or None,
        listed=time_text(identity.listed_at),
        published=identity.published or None,
    )


def decode_identity(row: Mapping[str, Any]) -> Identity:
    """The identity of a row; ValueError if it cannot be read."""
    return _decoded(_identity, row)


def encode_feed_state(state: FeedState) -> Row:
    """The row of a feed's state."""
    return compact(
        feed=state.feed_id,
        status=state.status.value,
        title=state.title or None,
        etag=state.etag,
        last_modified=state.last_modified,
        body_hash=state.body_hash,
        document=time_text(state.document_at),
        checked=time_text(state.last_checked_at),
        success=time_text(state.last_success_at),
        next_check=time_text(state.next_check_at),
        not_before=time_text(state.not_before),
        failures=state.failures or None,
        error=state.last_error or None,
        moved_to=state.moved_to,
        moved_answers=state.moved_answers or None,
        guid_churn=state.has_guid_churn or None,
        wish=state.wish_s,
        change_gap=state.change_gap_s,
        changed=time_text(state.changed_at),
        vitals=vitals_row(state.vitals) or None,
        address=state.address_digest,
        came=fetched_columns(state.document_came),
    )


def decode_feed_state(row: Mapping[str, Any]) -> FeedState:
    """The feed state of a row; ValueError if it cannot be read."""
    return _decoded(_feed_state, row)


def encode_hit(hit: Hit, *, is_whole: bool = False) -> Row:
    """The row of a hit. `is_whole`: with the entry as it was matched, not only its name."""
    row = compact(
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
        found=time_text(hit.found_at),
        held=None if hit.held is None else hit.held.value,
        state=hit.state.value,
        starred=hit.is_starred or None,
        old_rule=hit.is_old_rule or None,
        told=time_text(hit.told_at),
        tags=list(hit.tags) or None,
        notes=[[time_text(note.at), note.text] for note in hit.notes] or None,
        snoozed=time_text(hit.snoozed_until),
        muted_by=hit.muted_by or None,
        page_changed=time_text(hit.page_changed_at),
        was_held=None if hit.was_held is None else hit.was_held.value,
    )
    return {**row, "entry": encode_entry(hit.entry)} if is_whole else row


def decode_hit(row: Mapping[str, Any], entry: Callable[[FeedId, EntryKey], Entry | None]) -> Hit:
    """The hit of a row; `entry` is asked for what the row only names. ValueError if it cannot be read."""
    return _decoded(lambda row: _hit(row, entry), row)


def encode_delivery(delivery: Delivery) -> Row:
    """The row of a delivery."""
    return compact(
        hit=delivery.hit_id,
        sink=delivery.sink,
        at=time_text(delivery.at),
        outcome=delivery.outcome.value,
        reason=delivery.reason or None,
    )


def decode_delivery(row: Mapping[str, Any]) -> Delivery:
    """The delivery of a row; ValueError if it cannot be read."""
    return _decoded(
        lambda row: Delivery(
            HitId(text_of(row["hit"])),
            text_of(row["sink"]),
            time_of(row["at"]),
            word_of(DeliveryOutcome, row["outcome"]),
            text_of(row.get("reason", "")),
        ),
        row,
    )


def encode_mute(mute: StoryMute | RuleMute) -> Row:
    """The row of a muted story, or of a muted rule."""
    times = {"until": time_text(mute.until), "made": time_text(mute.made_at)}
    return compact(rule=mute.rule_id, **times) if isinstance(mute, RuleMute) else compact(story=mute.story_id, **times)


def decode_mute(row: Mapping[str, Any]) -> StoryMute | RuleMute:
    """The muted story or rule of a row; ValueError if it cannot be read."""
    return _decoded(_mute, row)


def encode_rule_form(form: RuleForm) -> Row:
    """The row of a rule that all that is stored was matched with."""
    return {"rule": form.rule_id, "form": form.form}


def decode_rule_form(row: Mapping[str, Any]) -> RuleForm:
    """The rule of a row; ValueError if it cannot be read."""
    return _decoded(lambda row: RuleForm(RuleId(text_of(row["rule"])), text_of(row["form"])), row)


def _entry(row: Mapping[str, Any]) -> Entry:
    get = row.get
    title, link, summary, content = get("title", ""), get("link"), get("summary", ""), get("content", "")
    author, lang, source = get("author"), get("lang"), get("source", "")
    check_texts(title, summary, content, source)
    check_optional_texts(link, author, lang)
    return Entry(
        FeedId(intern(row["feed"])),
        EntryKey(text_of(row["key"])),
        title,
        link,
        summary,
        content,
        author if author is None else intern(author),
        tuple(map(intern, list_of(get("tags", [])))),
        lang if lang is None else intern(lang),
        intern(source),
        optional_time(get("published")),
        time_of(row["seen"]),
        get("backlog", False) is True,
        optional_time(get("revised")),
    )


def _identity(row: Mapping[str, Any]) -> Identity:
    get = row.get
    guid, link, title, text = get("guid", ""), get("link", ""), get("title", ""), get("text", "")
    published = get("published", "")
    check_texts(guid, link, title, text, published)
    listed_at = time_of(row["listed"])
    return Identity(
        FeedId(intern(row["feed"])), EntryKey(text_of(row["key"])), guid, link, title, text, listed_at, published
    )


def _feed_state(row: Mapping[str, Any]) -> FeedState:
    get = row.get
    title, error = get("title", ""), get("error", "")
    etag, last_modified, body_hash, moved_to = get("etag"), get("last_modified"), get("body_hash"), get("moved_to")
    address_digest = get("address")
    check_texts(title, error)
    check_optional_texts(etag, last_modified, body_hash, moved_to, address_digest)
    return FeedState(
        FeedId(intern(row["feed"])),
        word_of(FeedStatus, get("status", "new")),
        title,
        etag,
        last_modified,
        body_hash,
        optional_time(get("document")),
        optional_time(get("checked")),
        optional_time(get("success")),
        optional_time(get("next_check")),
        optional_time(get("not_before")),
        count_of(get("failures", 0)),
        error,
        moved_to,
        count_of(get("moved_answers", 0)),
        get("guid_churn", False) is True,
        optional_number(get("wish")),
        optional_number(get("change_gap")),
        optional_time(get("changed")),
        vitals_of(get("vitals")),
        address_digest,
        fetched_of(get("came")),
    )


def _hit(row: Mapping[str, Any], find: Callable[[FeedId, EntryKey], Entry | None]) -> Hit:
    get = row.get
    embedded = get("entry")
    entry = _entry(embedded) if embedded is not None else find(FeedId(row["feed"]), EntryKey(row["key"]))
    if entry is None:
        raise ValueError("its entry is missing")
    held = get("held")
    return Hit(
        HitId(text_of(row["id"])),
        RuleId(intern(row["rule"])),
        intern(get("rule_name", "")),
        intern(get("rule_version", "")),
        intern(get("query", "")),
        word_of(Severity, get("severity", "normal")),
        entry,
        tuple(map(_mark, list_of(get("marks", [])))),
        StoryId(text_of(row["story"])),
        time_of(row["found"]),
        None if held is None else word_of(Held, held),
        word_of(Triage, get("state", "new")),
        get("starred", False) is True,
        get("old_rule", False) is True,
        optional_time(get("told")),
        tuple(map(text_of, list_of(get("tags", [])))),
        tuple(map(_note, list_of(get("notes", [])))),
        optional_time(get("snoozed")),
        intern(get("muted_by", "")),
        optional_time(get("page_changed")),
        None if (was_held := get("was_held")) is None else word_of(Held, was_held),
    )


def _mute(row: Mapping[str, Any]) -> StoryMute | RuleMute:
    until, made_at = optional_time(row.get("until")), time_of(row["made"])
    if "rule" in row:
        return RuleMute(RuleId(text_of(row["rule"])), until, made_at)
    return StoryMute(StoryId(text_of(row["story"])), until, made_at)


def _note(items: list[Any]) -> Note:
    at, text = items[:2]
    return Note(time_of(at), text_of(text))


def _mark(items: list[Any]) -> Mark:
    field, start, end, text = items[:4]
    return Mark(
        intern(field), count_of(start), count_of(end), text_of(text), count_of(items[4]) if len(items) > 4 else 0
    )


def _decoded(decode: Callable[[Mapping[str, Any]], _Value], row: Mapping[str, Any]) -> _Value:
    try:
        return decode(row)
    except (KeyError, TypeError, AttributeError, ValueError, OverflowError) as error:
        raise ValueError(f"a row that cannot be read: {type(error).__name__}: {error}") from error
