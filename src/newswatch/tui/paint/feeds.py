"""The feeds as rows, and one feed in full."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from newswatch.model.event import Liveness
from newswatch.model.feed import FeedHealth, FeedStatus
from newswatch.text.urls import redact
from newswatch.tui.links import real_host
from newswatch.tui.looks import Looks
from newswatch.tui.paint.palette import Ink
from newswatch.tui.paint.piece import Piece, Pieces, cut, fit, width_of
from newswatch.tui.paint.rows import count_line, fact_rows, short_count
from newswatch.tui.paint.why import section
from newswatch.tui.paint.wrap import wrapped
from newswatch.tui.signs import Signs
from newswatch.tui.words import age, countdown, counted, moment, span

LEAD_CELLS = 3  # bar, state, a blank
TIMES_CELLS = 15  # last success, next check
COUNTS_CELLS = 13  # entries, hits
TIMES_FROM, COUNTS_FROM, FOLDER_FROM = 36, 56, 120


@dataclass(frozen=True, slots=True)
class FeedColumns:
    """Cells of each column, their gap included; 0 where a column is not shown."""

    width: int
    label: int
    folder: int
    times: int
    counts: int
    error: int


def feed_columns(width: int, feeds: Iterable[FeedHealth]) -> FeedColumns:
    """The columns of a list of that width."""
    times = TIMES_CELLS if width >= TIMES_FROM else 0
    counts = COUNTS_CELLS if width >= COUNTS_FROM else 0
    longest_label = longest_folder = 0
    for health in feeds:
        longest_label = max(longest_label, width_of([Piece(health.label)]))
        longest_folder = max(longest_folder, width_of([Piece(folder_of(health))]))
    folder = min(longest_folder + 2, 24) if longest_folder and width >= FOLDER_FROM else 0
    room = max(width - LEAD_CELLS - times - counts - folder, 0)
    label = min(max(longest_label, 8) + 2, max(room // 2, 12) if counts else room, 42, room)
    return FeedColumns(width, label, folder, times, counts, room - label)


def feeds_head(columns: FeedColumns) -> Pieces:
    """The names of the columns."""
    cells = [f"   {'feed':<{columns.label}}"]
    if columns.folder:
        cells.append(f"{'folder':<{columns.folder}}")
    if columns.times:
        cells.append(f"{'last ok':>8}{'next':>6} ")
    if columns.counts:
        cells.append(f"{'entries':>7}{'hits':>5} ")
    if columns.error > 8:
        cells.append(" error")
    return [Piece("".join(cells), "faint")]


def feeds_line(
    feeds: Sequence[FeedHealth], shown: int, index: int, width: int, signs: Signs, *, is_filtered: bool
) -> Pieces:
    """How many feeds are well and how many are not, and which one is selected."""
    counts = dict.fromkeys(FeedStatus, 0)
    for health in feeds:
        counts[health.status] += 1
    ok, failing, stopped = counts[FeedStatus.OK], counts[FeedStatus.FAILING], counts[FeedStatus.STOPPED]
    words: list[Pieces] = [[Piece(f"{ok:,} ok", "good" if ok else "dim")]]
    if failing:
        words.append([Piece(f"{signs.warning} {failing:,} failing", "high", bold=True)])
    if stopped:
        words.append([Piece(f"{signs.stopped} {stopped:,} stopped", "critical", bold=True)])
    if counts[FeedStatus.PAUSED]:
        words.append([Piece(f"{counts[FeedStatus.PAUSED]:,} paused", "dim")])
    if counts[FeedStatus.NEW]:
        words.append([Piece(f"{counts[FeedStatus.NEW]:,} never checked", "dim")])
    if checking := sum(health.is_checking for health in feeds):
        words.append([Piece(f"{checking:,} checking", "accent")])
    position = f"{index + 1:,}/{shown:,}" if shown else ""
    aside = f" {signs.dot} ".join(word for word in ("failing only" if is_filtered else "", position) if word)
    return count_line(words, aside, width, signs)


def feed_state(health: FeedHealth, signs: Signs) -> tuple[str, str, Ink]:
    """The sign of a feed's state, its word, and their ink."""
    if health.is_checking:
        return signs.checking, "checking", "accent"
    match health.status:
        case FeedStatus.OK:
            return signs.live, "ok", "good"
        case FeedStatus.FAILING:
            return signs.warning, "failing", "high"
        case FeedStatus.STOPPED:
            return signs.stopped, "stopped", "critical"
        case FeedStatus.PAUSED:
            return signs.paused, "paused", "dim"
        case FeedStatus.NEW:
            return signs.held, "never checked", "faint"
        case _:
            assert_never(health.status)


def feed_row(health: FeedHealth, columns: FeedColumns, now: datetime, signs: Signs, *, is_selected: bool) -> Pieces:
    """One feed as a row of exactly `columns.width` cells."""
    sign, _, ink = feed_state(health, signs)
    is_bad = health.status in (FeedStatus.FAILING, FeedStatus.STOPPED)
    is_quiet = health.status in (FeedStatus.PAUSED, FeedStatus.NEW)
    row: list[Piece] = [
        Piece(signs.bar if is_selected else " ", "accent", bold=True),
        Piece(sign, ink, bold=is_bad or health.is_checking),
        Piece(" "),
        *_cell(health.label, columns.label, "accent" if is_selected else "dim" if is_quiet else "text", signs),
    ]
    if columns.folder:
        row += _cell(folder_of(health), columns.folder, "faint", signs)
    if columns.times:
        last = health.state.last_success_at
        row.append(Piece(f"{age(last, now) if last else signs.held:>8}", "high" if is_bad else "dim"))
        row.append(Piece(f"{_next(health, now, signs):>6} ", "dim"))
    if columns.counts:
        row.append(Piece(f"{short_count(health.entries) if health.entries else signs.held:>7}", "dim"))
        row.append(Piece(f"{short_count(health.hits) if health.hits else signs.held:>5} ", "text"))
    if columns.error > 8:
        said, said_ink = _trouble(health)
        row += [Piece(" "), *fit([Piece(said, said_ink)], columns.error - 1, signs.ellipsis)]
    return fit(row, columns.width, signs.ellipsis)


def feed_detail(health: FeedHealth, now: datetime, width: int, looks: Looks) -> list[Pieces]:
    """A feed in full: where it is, how it is doing, and what its server last said."""
    feed, state, signs = health.feed, health.state, looks.signs
    sign, word, ink = feed_state(health, signs)
    head: list[Piece] = [Piece(f" {sign} {word}", "dim" if ink == "faint" else ink, bold=True)]
    if state.failures:
        head.append(Piece(f" {signs.dot} {counted(state.failures, 'failure')} in a row", "high"))
    if feed.is_paused and state.last_error:
        head.append(Piece(f" {signs.dot} was failing when it was paused", "dim"))
    lines: list[Pieces] = [section(health.label, "", width, signs), fit(head, width, signs.ellipsis)]
    if state.last_error:
        room = max(width - 3, 1)
        lines += [
            [Piece("   "), Piece(state.last_error[start:end], "high" if not feed.is_paused else "dim")]
            for start, end in wrapped(state.last_error, room)
        ]
    if state.status is FeedStatus.STOPPED:
        lines.append([Piece("   The server says that it is gone for good: it is not asked again.", "dim")])
    lines.append([])
    lines += fact_rows("address", health.address, width)
    if state.moved_to:
        times = f" ({counted(state.moved_answers, 'answer')} so far)" if state.moved_answers else ""
        lines += fact_rows("moved to", f"{redact(state.moved_to)}{times}", width)
    if feed.site:
        lines += fact_rows(
            "site", [Piece(cut(real_host(feed.site) or "no web address", width, signs.ellipsis), "low")], width
        )
    if state.title and state.title != health.label:
        lines += fact_rows("title", state.title, width)
    if folder_of(health):
        lines += fact_rows("folder", folder_of(health), width)
    if feed.tags:
        lines += fact_rows("tags", ", ".join(feed.tags), width)
    if feed.lang:
        lines += fact_rows("language", feed.lang, width)
    lines += _times(health, now, width, looks)
    lines += fact_rows(
        "found", f"{counted(health.entries, 'entry', 'entries')} {signs.dot} {counted(health.hits, 'hit')}", width
    )
    if state.has_guid_churn:
        lines += fact_rows("note", "it gives its items new ids at every check: they are known by link and title", width)
    return lines


def offline_rows(width: int) -> list[Pieces]:
    """What is said over the feeds while none can be reached."""
    said = (
        "newswatch asks one of them every 15 s and catches up when the network is back. What is stored stays,"
        " and is searched as before."
    )
    return [
        [Piece(" No feed can be reached.", "critical", bold=True), Piece(" Is this machine online?", "text")],
        *([Piece(" "), Piece(said[start:end], "dim")] for start, end in wrapped(said, max(width - 4, 1))),
        [Piece(" To see it at work without a network: ", "dim"), Piece("newswatch demo", "accent", bold=True)],
    ]


def no_feeds(liveness: Liveness, signs: Signs, *, is_filtered: bool) -> list[Pieces]:
    """What stands in the list while there is no row."""
    if is_filtered:
        return [
            [],
            [Piece("   No feed fails.", "good", bold=True)],
            [Piece("   "), Piece("f", "accent", bold=True), Piece(" shows all again", "dim")],
        ]
    if liveness is Liveness.STARTING:
        return [[], [Piece(f"   Reading feeds.opml{signs.ellipsis}", "dim")]]
    return [
        [],
        [Piece("   No feeds yet.", bold=True)],
        [Piece("   Rules have nothing to read. Add a feed, or the page of a site that has one:", "dim")],
        [],
        [Piece("   newswatch feeds add https://…", "accent", bold=True)],
        [Piece("   newswatch feeds import subscriptions.opml", "accent", bold=True)],
    ]


def folder_of(health: FeedHealth) -> str:
    """The folders of a feed, the outermost first."""
    return " / ".join(health.feed.folder)


def _times(health: FeedHealth, now: datetime, width: int, looks: Looks) -> list[Pieces]:
    state = health.state
    rows: list[Pieces] = []
    if state.last_success_at is not None:
        ago = span(max((now - state.last_success_at).total_seconds(), 0))
        rows += fact_rows("last ok", f"{moment(state.last_success_at, now, looks.zone)} ({ago} ago)", width)
    else:
        rows += fact_rows("last ok", "never", width)
    if state.last_checked_at is not None and state.last_checked_at != state.last_success_at:
        rows += fact_rows("checked", moment(state.last_checked_at, now, looks.zone), width)
    if health.status is FeedStatus.PAUSED:
        rows += fact_rows("next check", "none while it is paused", width)
    elif state.next_check_at is not None and health.status is not FeedStatus.STOPPED:
        due = countdown((state.next_check_at - now).total_seconds())
        said = "due now" if due == "now" else f"{moment(state.next_check_at, now, looks.zone)} (in {due})"
        rows += fact_rows("next check", said, width)
    return rows


def _next(health: FeedHealth, now: datetime, signs: Signs) -> str:
    due = health.state.next_check_at
    if health.is_checking or due is None or health.status in (FeedStatus.PAUSED, FeedStatus.STOPPED):
        return signs.held
    return countdown((due - now).total_seconds())


def _trouble(health: FeedHealth) -> tuple[str, Ink]:
    if health.status in (FeedStatus.FAILING, FeedStatus.STOPPED):
        return health.state.last_error or "no reason was given", "high"
    if health.status is FeedStatus.PAUSED:
        return "paused", "faint"
    if health.state.moved_to:
        return f"moved to {real_host(health.state.moved_to)}", "dim"
    return "", "faint"


def _cell(text: str, cells: int, ink: Ink, signs: Signs) -> list[Piece]:
    """A column's text with a gap of two behind it."""
    return fit([Piece(cut(text, max(cells - 2, 0), signs.ellipsis), ink)], cells, signs.ellipsis)
