"""The decision: what one check of a feed means. Pure: values in, an Outcome out; the poller does the rest.

(feed, state, Parsed | Unchanged | Failed, known, matcher, pace, now) -> Outcome
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import assert_never

from newswatch.engine.intake import Intake, Known, source_of
from newswatch.engine.listings import Listing
from newswatch.engine.vitals import after_check
from newswatch.feeds.due import Pace, learned_gap_s, usual_s, wait_after_failure, wait_after_success
from newswatch.match.matcher import Matcher
from newswatch.model.digest import digest
from newswatch.model.entry import EntryKey, Identity, ParsedEntry, ParsedFeed
from newswatch.model.feed import FAILURES_TO_BELIEVE, Feed, FeedState, FeedStatus
from newswatch.model.fetched import Fetched
from newswatch.model.rule import RuleId
from newswatch.parse.identity import recognise
from newswatch.store.api import Transaction

MOVED_AFTER_ANSWERS = 3


@dataclass(frozen=True, slots=True)
class Parsed:
    """The server sent a document and it was read. `permanent_url` is where permanent redirects led, if they did.

    `fresh_s` is how long the answer stays fresh by its headers (Cache-Control, Expires), None if they say nothing;
    `wire_bytes` counts its body on the wire; `came` is how it came.

    `items` names all that the document lists, where it can be taken apart. Those of them that are in `seen` were not
    read again: `document` has the entries of the others, and `seen` says which entries those are.
    """

    document: ParsedFeed
    body_hash: str
    etag: str | None = None
    last_modified: str | None = None
    permanent_url: str | None = field(default=None, repr=False)
    fresh_s: float | None = None
    wire_bytes: int = 0
    came: Fetched | None = None
    items: tuple[bytes, ...] = ()
    seen: Mapping[bytes, EntryKey] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unchanged:
    """304, or the same body as last time. Validators of the answer, where it had any. `fresh_s` as in `Parsed`."""

    etag: str | None = None
    last_modified: str | None = None
    permanent_url: str | None = field(default=None, repr=False)
    fresh_s: float | None = None
    wire_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Failed:
    """No document: the reason in words.

    `is_answer`: a server did answer, be it with an error. `is_network`: nothing was reached, perhaps we are
    offline. `is_gone`: the server said 410.
    """

    reason: str
    is_answer: bool = False
    is_network: bool = False
    is_gone: bool = False
    retry_after_s: float | None = None


CheckResult = Parsed | Unchanged | Failed


@dataclass(frozen=True, slots=True)
class Outcome:
    """What to store, in this order: `memory` in one transaction, then `state`; then the hits are told.

    `listing` is what the next document is held against once all is stored; None leaves it as it is.
    """

    state: FeedState
    memory: Transaction
    new_entries: int = 0
    overruns: tuple[RuleId, ...] = ()
    listing: Listing | None = None


def step(
    feed: Feed,
    state: FeedState,
    result: CheckResult,
    known: Known,
    matcher: Matcher,
    pace: Pace,
    now: datetime,
) -> Outcome:
    """What the result of one check means for the feed, its entries and their hits."""
    jitter = _jitter(feed, now)
    match result:
        case Failed():
            return Outcome(_after_failure(feed, state, result, pace, now, jitter), Transaction())
        case Unchanged():
            after = _after_success(feed, state, result, pace, now, jitter)
            usual = usual_s(pace, feed.interval_s, after, now)
            return Outcome(after_check(state, after, None, result.wire_bytes, (), usual, now), Transaction())
        case Parsed():
            return _after_document(feed, state, result, known, matcher, pace, now)
        case _:
            assert_never(result)


def _after_failure(feed: Feed, state: FeedState, failed: Failed, pace: Pace, now: datetime, jitter: float) -> FeedState:
    failures = state.failures + 1
    if state.status is FeedStatus.STOPPED:  # its trouble was told: it lasts until the feed is well
        failures = max(failures, FAILURES_TO_BELIEVE)
    if failed.is_gone:
        return replace(
            state,
            status=FeedStatus.STOPPED,
            failures=failures,
            last_checked_at=now,
            next_check_at=None,
            not_before=None,
            last_error=failed.reason,
        )
    wait_s = wait_after_failure(pace, feed.interval_s, state, now, failures, jitter, failed.retry_after_s)
    is_asked_to_wait = failed.retry_after_s is not None and failed.retry_after_s > 0
    # A moved feed that fails at its new address is asked at its old one again, which may know better.
    is_lost = state.moved_answers >= MOVED_AFTER_ANSWERS and failures >= MOVED_AFTER_ANSWERS
    return replace(
        state,
        status=FeedStatus.FAILING,
        failures=failures,
        last_checked_at=now,
        next_check_at=now + timedelta(seconds=wait_s),
        not_before=now + timedelta(seconds=wait_s) if is_asked_to_wait else None,
        last_error=failed.reason,
        moved_to=None if is_lost else state.moved_to,
        moved_answers=0 if is_lost else state.moved_answers,
    )


def _after_success(
    feed: Feed, state: FeedState, answer: Parsed | Unchanged, pace: Pace, now: datetime, jitter: float
) -> FeedState:
    moved_to, moved_answers = _moved(state, answer.permanent_url)
    # A document says anew what it wishes; "unchanged" may only say more of what holds already.
    wished_before_s = answer.document.wish_s if isinstance(answer, Parsed) else state.wish_s
    state = replace(state, wish_s=max(wished_before_s or 0.0, answer.fresh_s or 0.0) or None)
    wait_s = wait_after_success(pace, feed.interval_s, state, now, jitter)
    return replace(
        state,
        status=FeedStatus.OK,
        failures=0,
        last_error="",
        etag=answer.etag or (state.etag if isinstance(answer, Unchanged) else None),
        last_modified=answer.last_modified or (state.last_modified if isinstance(answer, Unchanged) else None),
        last_checked_at=now,
        last_success_at=now,
        next_check_at=now + timedelta(seconds=wait_s),
        not_before=None,
        moved_to=moved_to,
        moved_answers=moved_answers,
    )


def _moved(state: FeedState, permanent_url: str | None) -> tuple[str | None, int]:
    """Where the feed moved, after how many equal answers in a row. Once believed, the new address is asked directly."""
    if permanent_url is None:
        is_believed = state.moved_answers >= MOVED_AFTER_ANSWERS
        return (state.moved_to, state.moved_answers) if is_believed else (None, 0)
    if permanent_url == state.moved_to:
        return permanent_url, state.moved_answers + 1
    return permanent_url, 1


def _after_document(
    feed: Feed, state: FeedState, parsed: Parsed, known: Known, matcher: Matcher, pace: Pace, now: datetime
) -> Outcome:
    identities = known.identities(feed.id)
    document = parsed.document
    items = _items(parsed, identities)
    recognition = recognise(feed.id, items, identities, now, state.document_at, state.last_success_at)
    is_first = state.document_at is None and not identities
    source = source_of(feed, document.title or state.title)
    intake = Intake(feed, source, document.lang, known, matcher, now, is_first=is_first)
    for sighting in recognition.sightings:
        intake.add(sighting)
    if intake.new_entries:
        gap_s = learned_gap_s(state, now, usual_s(pace, feed.interval_s, state, now))
        state = replace(state, change_gap_s=gap_s, changed_at=now)
    after = replace(
        _after_success(feed, state, parsed, pace, now, _jitter(feed, now)),
        title=document.title or state.title,
        body_hash=parsed.body_hash,
        document_at=now,
        document_came=parsed.came,
        has_guid_churn=state.has_guid_churn or recognition.has_guid_churn,
    )
    memory = intake.transaction(tuple((feed.id, key) for key in recognition.forgotten))
    usual = usual_s(pace, feed.interval_s, after, now)
    after = after_check(state, after, document, parsed.wire_bytes, memory.entries, usual, now)
    after = replace(after, vitals=replace(after.vitals, listed=len(items)))
    named = zip(parsed.items, recognition.keys, strict=True) if len(parsed.items) == len(items) else ()
    listing = Listing.of((name, key) for name, key in named if key is not None)
    return Outcome(after, memory, intake.new_entries, tuple(intake.overruns), listing)


def _items(parsed: Parsed, identities: Mapping[EntryKey, Identity]) -> list[ParsedEntry | Identity]:
    """All that the document lists, in its order; for what was not read again, what is remembered of it."""
    entries = iter(parsed.document.entries)
    if not parsed.seen:
        return list(entries)
    keys = [parsed.seen.get(name) for name in parsed.items]
    items = [next(entries, None) if key is None else identities.get(key) for key in keys]
    return [item for item in items if item is not None]


def _jitter(feed: Feed, now: datetime) -> float:
    """A number in [0, 1) that differs from feed to feed and check to check, yet is the same for the same ones."""
    return int(digest("jitter", feed.id, now.isoformat()), 16) / 2**64
