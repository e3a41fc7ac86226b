"""`newswatch status`: one line on how the monitor is doing, from what is on disk; works while one runs."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, tzinfo
from pathlib import Path

from newswatch.cli.moments import iso
from newswatch.cli.options import Options, paths_of
from newswatch.cli.output import Output, printed
from newswatch.cli.rules.book import open_history
from newswatch.cli.screen import zone_of
from newswatch.config import load_settings
from newswatch.engine.clock import SystemClock
from newswatch.feeds.opml import load_feeds
from newswatch.model.feed import Feed, FeedHealth, FeedState, FeedStatus
from newswatch.model.hit import Triage
from newswatch.store.api import HitQuery, Store
from newswatch.store.lock import LOCK_NAME, Holder, holder_of
from newswatch.tui.words import age, countdown, counted, roughly

NOT_RUNNING = 1
_STATES = ("ok", "failing", "silent", "new", "paused", "stopped")
_UNACKED = tuple(state for state in Triage if state is not Triage.ACKED)


@dataclass(frozen=True, slots=True)
class _Status:
    """All that is said. `since` is when the monitor began, None where that cannot be told."""

    writer: Holder | None
    since: datetime | None
    states: dict[str, int] = field(default_factory=dict)
    today: int = 0
    alerts_today: int = 0
    unacked: int = 0
    hits: int = 0
    entries: int = 0
    last_check: datetime | None = None
    next_check: datetime | None = None


def print_status(options: Options, *, as_json: bool) -> int:
    """Prints the line. Returns 0 if a monitor runs on this home, 1 if none does."""

    def verb(out: Output) -> int:
        paths = paths_of(options)
        zone = zone_of(load_settings(paths.settings).ui.timezone)
        now = SystemClock().now()
        feeds = load_feeds(paths.feeds).feeds if paths.feeds.exists() else ()
        writer = holder_of(paths.data)
        since = None if writer is None else _started_at(paths.data / LOCK_NAME)
        with open_history(paths) as history:
            found = _found(history, feeds, now, zone, writer, since)
        if as_json:
            out.json(_fields(found))
        else:
            out.line(_line(found, now))
        return 0 if writer is not None else NOT_RUNNING

    return printed(verb)


def _found(
    history: Store | None,
    feeds: Iterable[Feed],
    now: datetime,
    zone: tzinfo,
    writer: Holder | None,
    since: datetime | None,
) -> _Status:
    stored = history.feed_states() if history is not None else {}
    rows = [FeedHealth(feed, stored.get(feed.id) or FeedState(feed.id), "", "") for feed in feeds]
    states = dict.fromkeys(_STATES, 0)
    for row in rows:
        states[_state(row)] += 1
    asked = [row.state for row in rows if row.status not in {FeedStatus.PAUSED, FeedStatus.STOPPED}]
    found = _Status(
        writer,
        since,
        states,
        last_check=max(filter(None, (row.state.last_checked_at for row in rows)), default=None),
        next_check=min(filter(None, (state.next_check_at for state in asked)), default=None),
    )
    if history is None:
        return found
    today = HitQuery(since=datetime.combine(now.astimezone(zone).date(), time.min, zone).astimezone(UTC))
    totals = history.totals()
    return replace(
        found,
        today=history.count_hits(today),
        alerts_today=history.count_hits(replace(today, is_alert=True)),
        unacked=history.count_hits(HitQuery(states=_UNACKED, is_alert=True)),
        hits=totals.hits,
        entries=totals.entries,
    )


def _state(row: FeedHealth) -> str:
    """One of `_STATES`. A feed that failed once or twice is what it was: see `FeedState.is_failing`."""
    if row.status in {FeedStatus.PAUSED, FeedStatus.STOPPED}:
        return row.status.value
    if row.is_failing:
        return "failing"
    if row.state.last_success_at is None:  # never checked, or it never answered yet
        return "new"
    return "silent" if row.is_silent else "ok"


def _started_at(lock: Path) -> datetime | None:
    """When the process that holds the lock took it, as its file says; None if it does not."""
    try:
        written = json.loads(lock.read_bytes()[:4_096])
        began = datetime.fromisoformat(written["started_at"])
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return began if began.tzinfo is not None else None


def _line(found: _Status, now: datetime) -> str:
    total = sum(found.states.values())
    feeds = [f"{found.states['ok']:,} of {counted(total, 'feed')} ok"] if total else ["no feeds"]
    feeds += [f"{count:,} {name}" for name, count in found.states.items() if count and name != "ok"]
    hits = f"{counted(found.today, 'hit')} today ({counted(found.alerts_today, 'alert')}), {found.unacked:,} unacked"
    checks = [] if found.last_check is None else [f"last check {_ago(found.last_check, now)}"]
    if found.writer is not None and found.next_check is not None:
        checks.append(f"next {_ahead(found.next_check, now)}")
    return " · ".join(filter(None, (_alive(found, now), ", ".join(feeds), hits, ", ".join(checks))))


def _alive(found: _Status, now: datetime) -> str:
    if found.writer is None:
        return "not running"
    who = "another process" if found.writer.pid is None else f"process {found.writer.pid}"
    where = f" on {found.writer.host}" if found.writer.host else ""
    began = "" if found.since is None else f", for {roughly(max((now - found.since).total_seconds(), 0))}"
    return f"running ({who}{where}{began})"


def _ago(at: datetime, now: datetime) -> str:
    return "just now" if (since := age(at, now)) == "now" else f"{since} ago"


def _ahead(at: datetime, now: datetime) -> str:
    return "now" if (wait := countdown((at - now).total_seconds())) == "now" else f"in {wait}"


def _fields(found: _Status) -> dict[str, object]:
    writer = found.writer
    return {
        "alive": writer is not None,
        "pid": None if writer is None else writer.pid,
        "host": None if writer is None else writer.host or None,
        "since": _iso(found.since),
        "feeds": {"total": sum(found.states.values()), **found.states},
        "hits": {
            "total": found.hits,
            "today": found.today,
            "alerts_today": found.alerts_today,
            "unacked": found.unacked,
        },
        "entries": found.entries,
        "last_check": _iso(found.last_check),
        "next_check": None if writer is None else _iso(found.next_check),
    }


def _iso(at: datetime | None) -> str | None:
    return None if at is None else iso(at)
