"""One feed in full: how it is doing in words, what its figures mean, and what its server last said."""

from __future__ import annotations

from datetime import datetime, timedelta

from newswatch.model.feed import FeedHealth, FeedStatus
from newswatch.text.urls import redact
from newswatch.tui.feed_order import asks
from newswatch.tui.links import real_host
from newswatch.tui.looks import Looks
from newswatch.tui.paint.feeds import feed_state, folder_of, quiet_words
from newswatch.tui.paint.palette import Ink
from newswatch.tui.paint.piece import Piece, Pieces, cut, fit
from newswatch.tui.paint.rows import fact_rows
from newswatch.tui.paint.why import section
from newswatch.tui.paint.wrap import wrapped
from newswatch.tui.words import amount, countdown, counted, moment, rate, roughly, span

ANSWERS_TO_BELIEVE = 3  # of a permanent redirect, in a row: then the engine asks there
WISH_HEEDED_S = 3_600.0  # what a feed asks for is heeded up to here

# What feedparser calls a format, as people do. What is not here is shown as it is.
FORMATS = {
    "rss090": "RSS 0.90", "rss091n": "RSS 0.91", "rss091u": "RSS 0.91", "rss092": "RSS 0.92", "rss093": "RSS 0.93",
    "rss094": "RSS 0.94", "rss10": "RSS 1.0", "rss20": "RSS 2.0", "rss": "RSS", "atom01": "Atom 0.1",
    "atom02": "Atom 0.2", "atom03": "Atom 0.3", "atom10": "Atom 1.0", "atom": "Atom", "cdf": "CDF",
    "json1": "JSON Feed 1.0", "json11": "JSON Feed 1.1",
}  # fmt: skip


def feed_detail(health: FeedHealth, now: datetime, width: int, looks: Looks) -> list[Pieces]:
    """A feed in full. What is wrong stands first, then how it does, then what it is."""
    lines: list[Pieces] = [section(health.label, "", width, looks.signs), *_state(health, now, width, looks)]
    facts = [*_times(health, now, looks), *_pace(health, now, looks), *_document(health, now, looks)]
    for name, said in (*facts, *_places(health)):
        lines += fact_rows(name, said, width)
    if health.feed.site:
        host = real_host(health.feed.site) or "no web address"
        lines += fact_rows("site", [Piece(cut(host, width, looks.signs.ellipsis), "low")], width)
    return lines


def _state(health: FeedHealth, now: datetime, width: int, looks: Looks) -> list[Pieces]:
    """The state in a line, the last error whole, and what can be done."""
    feed, state, signs = health.feed, health.state, looks.signs
    sign, word, ink = feed_state(health, signs)
    head: list[Piece] = [Piece(f" {sign} {word}", "dim" if ink == "faint" else ink, bold=True)]
    said: list[Piece] = []
    is_stopped = state.status is FeedStatus.STOPPED
    if state.failures and not is_stopped:
        said.append(Piece(f"{counted(state.failures, 'failure')} in a row", "high" if health.is_failing else "dim"))
    if health.is_failing and not is_stopped and state.last_success_at is not None:
        said.append(Piece(f"no answer for {span(max((now - state.last_success_at).total_seconds(), 0))}", "high"))
    if health.is_silent:
        said.append(Piece(quiet_words(health), "normal"))
    if feed.is_paused and state.last_error:
        said.append(Piece("was failing when it was paused", "dim"))
    for piece in said:
        head += [Piece(f" {signs.dot} ", "faint"), piece]
    rows: list[Pieces] = [fit(head, width, signs.ellipsis)]
    notes: list[tuple[str, Ink]] = []
    if state.last_error:
        notes.append((state.last_error, "high" if health.is_failing else "dim"))
    if is_stopped:
        gone = "The server says that it is gone for good: it is not asked again. Keep its line, or take it out?"
        notes.append((f"{gone} a asks, r asks its server once more.", "text"))
    elif asks(health) == "moved":
        notes.append(("Its server says that it moved. a uses the new address now.", "text"))
    if state.has_guid_churn:
        notes.append(("It gives its items new ids at every check: they are known by link and title.", "dim"))
    for text, note_ink in notes:
        rows += [[Piece("   "), Piece(text[start:end], note_ink)] for start, end in wrapped(text, max(width - 3, 1))]
    return rows


def _times(health: FeedHealth, now: datetime, looks: Looks) -> list[tuple[str, str]]:
    state = health.state
    facts: list[tuple[str, str]] = []
    if state.last_success_at is not None:
        ago = span(max((now - state.last_success_at).total_seconds(), 0))
        facts.append(("last ok", f"{moment(state.last_success_at, now, looks.zone)} ({ago} ago)"))
    else:
        facts.append(("last ok", "never"))
    if state.last_checked_at is not None and state.last_checked_at != state.last_success_at:
        facts.append(("checked", moment(state.last_checked_at, now, looks.zone)))
    if health.status is FeedStatus.PAUSED:
        facts.append(("next check", "none while it is paused"))
    elif state.next_check_at is not None and health.status is not FeedStatus.STOPPED:
        due = countdown((state.next_check_at - now).total_seconds())
        said = "due now" if due == "now" else f"{moment(state.next_check_at, now, looks.zone)} (in {due})"
        if state.is_asked_to_wait(now):
            said += ", as its server asked"
        facts.append(("next check", said))
    return facts


def _pace(health: FeedHealth, now: datetime, looks: Looks) -> list[tuple[str, str]]:
    """Lag, rhythm and interval, in words; what is not known yet is left out."""
    state, vitals = health.state, health.state.vitals
    facts: list[tuple[str, str]] = []
    if (every := interval_words(health)) is not None:
        facts.append(("interval", every))
    if vitals.lag_p50_s is not None and vitals.lag_p95_s is not None:
        facts.append(("lag", f"{roughly(vitals.lag_p50_s)}, at worst {roughly(vitals.lag_p95_s)}"))
    brings: list[str] = []
    if (a_day := vitals.entries_per_day(now)) is not None:
        is_guess = vitals.since is not None and now - vitals.since < timedelta(days=1)
        brings.append(f"about {rate(a_day)} a day{', by its dates' if is_guess else ''}")
    if vitals.arrived_at is not None:
        brings.append(f"last {span(max((now - vitals.arrived_at).total_seconds(), 0))} ago")
    if vitals.usual_gap_s is not None:
        brings.append(f"usually every {roughly(vitals.usual_gap_s)}")
    if brings:
        facts.append(("brings", f" {looks.signs.dot} ".join(brings)))
    stored = f"{counted(health.entries, 'entry', 'entries')} {looks.signs.dot} {counted(health.hits, 'hit')}"
    facts.append(("stored", stored))
    if state.moved_to:
        answers = f"{min(state.moved_answers, ANSWERS_TO_BELIEVE)} of {ANSWERS_TO_BELIEVE} answers"
        is_believed = state.moved_answers >= ANSWERS_TO_BELIEVE
        facts.append(("moved to", f"{redact(state.moved_to)} ({'asked there now' if is_believed else answers})"))
    return facts


def interval_words(health: FeedHealth) -> str | None:
    """`every 20 min: it changes about every 3 h`: how often it is asked while it is well, and why so. None if never."""
    state, interval_s = health.state, health.state.vitals.interval_s
    if interval_s is None or state.status is FeedStatus.STOPPED:
        return None
    every = f"every {roughly(interval_s)}"
    if health.feed.interval_s is not None:
        return f"{every}, as feeds.opml says"
    if state.wish_s is not None and abs(min(state.wish_s, WISH_HEEDED_S) - interval_s) < 1:
        return f"{every}, as it asks for"
    return f"{every}: it changes about every {roughly(state.change_gap_s)}" if state.change_gap_s else every


def _document(health: FeedHealth, now: datetime, looks: Looks) -> list[tuple[str, str]]:
    """The last document: its format and size, what it left out, what was odd in it, how a 304 is asked for."""
    state, vitals = health.state, health.state.vitals
    facts: list[tuple[str, str]] = []
    said = [FORMATS.get(vitals.format, vitals.format)] if vitals.format else []
    if vitals.listed:
        said.append(counted(vitals.listed, "item"))
    if vitals.wire_bytes:
        said.append(f"{amount(vitals.wire_bytes)} on the wire")
    if vitals.since is not None and vitals.total_bytes and now - vitals.since >= timedelta(days=1):
        said.append(f"about {amount(vitals.total_bytes / ((now - vitals.since) / timedelta(days=1)))} a day")
    if said:
        facts.append(("document", f" {looks.signs.dot} ".join(said)))
    if vitals.dropped:
        facts.append(("", f"newest {vitals.listed:,} of {vitals.listed + vitals.dropped:,} items kept"))
    facts += [("warnings" if not number else "", warning) for number, warning in enumerate(vitals.warnings)]
    if state.document_at is not None:
        validators = [name for name, value in (("ETag", state.etag), ("Last-Modified", state.last_modified)) if value]
        none = "none: each check costs the whole document"
        facts.append(("validators", " and ".join(validators) or none))
    return facts


def _places(health: FeedHealth) -> list[tuple[str, str]]:
    """What the feed is called, and where it is."""
    feed, title = health.feed, health.state.title
    facts = [("address", health.address)]
    for name, said in (
        ("title", title if title != health.label else ""),
        ("folder", folder_of(health)),
        ("tags", ", ".join(feed.tags)),
        ("language", feed.lang or ""),
    ):
        if said:
            facts.append((name, said))
    return facts
