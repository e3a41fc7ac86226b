"""The door for imported rows: each becomes a value that is as clean as what `parse` makes, or is refused.

An export may have been written, or changed, by anybody: texts are cleaned as those of feeds are, links are safe to
open, ids look like ids and fit what they are of, numbers and times are within reason. What an honest newswatch wrote
comes through exactly as it was. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from newswatch.article.page import MOST_LINKS
from newswatch.engine.intake import MAX_MARKS, still_true
from newswatch.match.ruleids import ID_LIMIT
from newswatch.match.rulevalues import plain_query
from newswatch.model.article import Article, ArticleText
from newswatch.model.delivery import Delivery, RuleMute, StoryMute
from newswatch.model.entry import Entry, EntryKey, Identity, Revision
from newswatch.model.feed import FeedId, FeedState
from newswatch.model.fetched import Fetched
from newswatch.model.hit import PAGE_FIELD, Hit, Mark, Note, hit_id
from newswatch.model.vitals import FeedVitals
from newswatch.parse.assemble import NAME_LENGTH, TAG_LENGTH, clean_tags
from newswatch.store import codec
from newswatch.store.articlerows import decode_article
from newswatch.text import markdown
from newswatch.text.clean import clean_body, clean_line
from newswatch.text.markdown import MARKED_LIMIT
from newswatch.text.urls import LINK_LIMIT, safe_link

_SKEW = timedelta(days=1)
_LONGEST_WAIT = timedelta(days=1)  # of a Retry-After: see `feeds.due`
_LONGEST_PLAN = timedelta(days=366)  # to the next check
_MOST = 10**9
_LANGUAGE_LENGTH = 40
_KEY_LENGTH = 2 * LINK_LIMIT
_MOST_HOPS, _MOST_HEADERS = 10, 20  # of a document that came
_MOST_READINGS, _MOST_KEYWORDS = 20, 100

_ID = re.compile(r"[0-9a-f]{16}")
_DIGEST = re.compile(r"[0-9a-f]{0,128}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_DATE = re.compile(r"[0-9T:.Z+-]{0,40}")
_HEADER = re.compile(r"[!-~\x80-\xff]([ -~\x80-\xff]{0,8190}[!-~\x80-\xff])?")
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\U000e0000-\U000e007f]"
)
_TEXTS = frozenset({"title", "summary", "content", "author", "source", "tags", "url", "lang"})

Row = Mapping[str, Any]


class Door:
    """Lets rows in at one moment: times that lie further ahead than a day are of no clock that was right."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._latest = now + _SKEW

    def entry(self, row: Row) -> Entry:
        """The entry of a row. Raises ValueError, as all of these."""
        return self._cleaned(codec.decode_entry(row))

    def revision(self, row: Row) -> Revision:
        """The revision of a row."""
        revision = codec.decode_revision(row)
        return Revision(self._cleaned(revision.entry), self._past(revision.replaced_at))

    def identity(self, row: Row) -> Identity:
        """The identity of a row."""
        identity = codec.decode_identity(row)
        _check(_ID, identity.feed_id, "feed")
        _check_key(identity.key)
        for name in ("guid", "link", "title", "text"):
            _check(_DIGEST, getattr(identity, name), name)
        _check(_DATE, identity.published, "date")
        return replace(identity, listed_at=self._past(identity.listed_at))

    def hit(self, row: Row, entry: Entry | None) -> Hit:
        """The hit of a row, which brings its entry, or is on this one."""

        def named(feed_id: FeedId, key: EntryKey) -> Entry | None:
            return entry if entry is not None and (entry.feed_id, entry.key) == (feed_id, key) else None

        hit = codec.decode_hit(row, named)
        on = hit.entry if hit.entry is entry else self._cleaned(hit.entry)
        if not hit.rule_id or clean_line(hit.rule_id, ID_LIMIT) != hit.rule_id:
            raise ValueError("its rule is no id")
        if hit.id != hit_id(hit.rule_id, on.feed_id, on.key):
            raise ValueError("its id is not that of a hit of this rule on this entry")
        _check(_ID, hit.story_id, "story")
        _check(_DIGEST, hit.rule_version, "version of the rule")
        return replace(
            hit,
            rule_name=clean_line(hit.rule_name),
            query=plain_query(hit.query),
            entry=on,
            marks=still_true(tuple(filter(_is_place, hit.marks[:MAX_MARKS])), on),
            found_at=self._past(hit.found_at),
            told_at=self._past_or_none(hit.told_at),
            tags=tuple(filter(None, (clean_line(tag, TAG_LENGTH) for tag in hit.tags))),
            notes=tuple(Note(self._past(note.at), clean_body(note.text)) for note in hit.notes),
            muted_by=clean_line(hit.muted_by, ID_LIMIT),
            page_changed_at=self._past_or_none(hit.page_changed_at),
        )

    def article(self, row: Row) -> Article:
        """The article of a row. One with a link that may not be opened is refused: its texts count its links."""
        article = decode_article(row)
        _check(_ID, article.feed_id, "feed")
        _check_key(article.key)
        readings = tuple(map(self._reading, article.readings[:_MOST_READINGS]))
        return replace(article, readings=readings, came_in=self._came(article.came_in))

    def _reading(self, reading: ArticleText) -> ArticleText:
        if len(reading.text) > MARKED_LIMIT or len(reading.links) > MOST_LINKS:
            raise ValueError("it is longer than any article that newswatch writes")
        if any(safe_link(link) != link for link in reading.links):
            raise ValueError("a link in it is none that newswatch writes")
        return replace(
            reading,
            text=markdown.cleaned(reading.text),
            read_at=self._past(reading.read_at),
            title=clean_line(reading.title),
            author=clean_line(reading.author),
            site=clean_line(reading.site),
            published_at=None if reading.published_at is None else reading.published_at.astimezone(UTC),
            lang=clean_line(reading.lang, _LANGUAGE_LENGTH),
            keywords=tuple(filter(None, (clean_line(word, TAG_LENGTH) for word in reading.keywords[:_MOST_KEYWORDS]))),
            said=clean_line(reading.said),
            fetched=self._came(reading.fetched),
        )

    def delivery(self, row: Row) -> Delivery:
        """The delivery of a row."""
        delivery = codec.decode_delivery(row)
        _check(_ID, delivery.hit_id, "hit")
        sink, reason = clean_line(delivery.sink, NAME_LENGTH), clean_line(delivery.reason)
        return replace(delivery, sink=sink, reason=reason, at=self._past(delivery.at))

    def mute(self, row: Row) -> StoryMute | RuleMute:
        """The muted story or rule of a row."""
        mute = codec.decode_mute(row)
        if isinstance(mute, StoryMute):
            _check(_ID, mute.story_id, "story")
        elif not mute.rule_id or clean_line(mute.rule_id, ID_LIMIT) != mute.rule_id:
            raise ValueError("its rule is no id")
        return replace(mute, made_at=self._past(mute.made_at))

    def feed(self, row: Row) -> FeedState:
        """The feed state of a row. What goes to its server again is such that it can be a header."""
        state = codec.decode_feed_state(row)
        _check(_ID, state.feed_id, "feed")
        is_safe = state.moved_to is not None and safe_link(state.moved_to) is not None
        moved_to = state.moved_to if is_safe and not _UNSEEN.search(state.moved_to or "") else None
        return replace(
            state,
            title=clean_line(state.title),
            etag=_header(state.etag),
            last_modified=_header(state.last_modified),
            body_hash=state.body_hash if _DIGEST.fullmatch(state.body_hash or "") else None,
            document_at=self._past_or_none(state.document_at),
            last_checked_at=self._past_or_none(state.last_checked_at),
            last_success_at=self._past_or_none(state.last_success_at),
            next_check_at=_at_most(state.next_check_at, self._now + _LONGEST_PLAN),
            not_before=_at_most(state.not_before, self._now + _LONGEST_WAIT),
            failures=_count(state.failures),
            last_error=clean_line(state.last_error),
            moved_to=moved_to,
            moved_answers=_count(state.moved_answers) if moved_to is not None else 0,
            wish_s=_amount(state.wish_s),
            change_gap_s=_amount(state.change_gap_s),
            changed_at=self._past_or_none(state.changed_at),
            vitals=self._vitals(state.vitals),
            document_came=self._came(state.document_came),
            address_digest=state.address_digest if _DIGEST.fullmatch(state.address_digest or "-") else None,
        )

    def _came(self, came: Fetched | None) -> Fetched | None:
        """How a document came; None where that is not what newswatch writes."""
        if came is None or not _SHA256.fullmatch(came.sha256):
            return None
        return replace(
            came,
            at=self._past(came.at),
            chain=tuple(map(clean_line, came.chain[:_MOST_HOPS])),
            status=_count(came.status),
            size=_count(came.size),
            headers=tuple((clean_line(name), clean_line(value)) for name, value in came.headers[:_MOST_HEADERS]),
        )

    def _cleaned(self, entry: Entry) -> Entry:
        _check(_ID, entry.feed_id, "feed")
        _check_key(entry.key)
        return replace(
            entry,
            title=clean_line(entry.title),
            link=safe_link(entry.link),
            summary=clean_body(entry.summary),
            content=clean_body(entry.content),
            author=_line(entry.author, NAME_LENGTH),
            tags=clean_tags(entry.tags),
            lang=_line(entry.lang, _LANGUAGE_LENGTH),
            source=clean_line(entry.source),
            seen_at=self._past(entry.seen_at),
            revised_at=self._past_or_none(entry.revised_at),
        )

    def _vitals(self, vitals: FeedVitals) -> FeedVitals:
        return replace(
            vitals,
            day=min(vitals.day, self._latest.toordinal()),
            listed_per_day=_amount(vitals.listed_per_day),
            interval_s=_amount(vitals.interval_s),
            since=self._past_or_none(vitals.since),
            arrived_at=self._past_or_none(vitals.arrived_at),
            counts=tuple(map(_count, vitals.counts)),
            format=clean_line(vitals.format, _LANGUAGE_LENGTH),
            warnings=tuple(clean_line(warning) for warning in vitals.warnings),
            listed=_count(vitals.listed),
            dropped=_count(vitals.dropped),
            wire_bytes=_count(vitals.wire_bytes),
            total_bytes=min(max(vitals.total_bytes, 0), _MOST**2),
        )

    def _past(self, at: datetime) -> datetime:
        return at if at <= self._latest else self._now

    def _past_or_none(self, at: datetime | None) -> datetime | None:
        return None if at is None else self._past(at)


def _check(pattern: re.Pattern[str], text: str, what: str) -> None:
    if not pattern.fullmatch(text):
        raise ValueError(f"its {what} is not what newswatch writes")


def _check_key(key: EntryKey) -> None:
    if not key or len(key) > _KEY_LENGTH or _UNSEEN.search(key):
        raise ValueError("its key is not what newswatch writes")


def _is_place(mark: Mark) -> bool:
    is_known = mark.field in _TEXTS or (mark.field == PAGE_FIELD and clean_body(mark.text) == mark.text)
    return is_known and 0 <= mark.start <= mark.end <= MARKED_LIMIT and mark.part >= 0


def _line(text: str | None, limit: int) -> str | None:
    return None if text is None else clean_line(text, limit)


def _header(value: str | None) -> str | None:
    return value if value is not None and _HEADER.fullmatch(value) else None


def _count(number: int) -> int:
    return min(max(number, 0), _MOST)


def _amount(number: float | None) -> float | None:
    return None if number is None else min(max(number, 0), _MOST)


def _at_most(at: datetime | None, latest: datetime) -> datetime | None:
    return None if at is None else min(at, latest)
