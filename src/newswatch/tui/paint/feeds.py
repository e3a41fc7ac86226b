"""The feeds as rows. What a row says does not depend on the rows around it, so none moves because of a check."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import assert_never

from newswatch.model.event import Liveness
from newswatch.model.feed import FeedHealth, FeedStatus
from newswatch.tui.feed_order import Sorting, asks
from newswatch.tui.links import real_host
from newswatch.tui.paint.palette import Ink
from newswatch.tui.paint.piece import Piece, Pieces, cut, fit, width_of
from newswatch.tui.paint.rows import count_line, gutter, none_passes, short_count
from newswatch.tui.paint.wrap import wrapped
from newswatch.tui.signs import Signs
from newswatch.tui.words import age, brief, countdown, rate, roughly

LEAD_CELLS = 3  # bar, state, a blank
TIMES_CELLS = 15  # last success, next check
PACE_CELLS = 11  # lag, entries a day
ENTRIES_CELLS, HITS_CELLS = 7, 6
TIMES_FROM, HITS_FROM, PACE_FROM, ENTRIES_FROM, FOLDER_FROM = 36, 56, 72, 104, 120
ERROR_FROM = 9  # a column that is narrower says nothing

_SAID_OFTEN = "the server answered "  # in most errors; a row has no room for it

# How feeds may be, the worst first.
_WORDS = ("ok", "failing", "stopped", "retrying", "silent", "paused", "not reached yet", "never checked")
_WITH_SIGN = ("failing", "stopped", "retrying", "silent")


@dataclass(frozen=True, slots=True)
class FeedColumns:
    """Cells of each column, their gap included; 0 where a column is not shown. `pace` is lag and entries a day."""

    width: int
    label: int
    folder: int
    times: int
    pace: int
    entries: int
    hits: int
    error: int


@dataclass(frozen=True, slots=True)
class Longest:
    """Cells of the longest label, and of the longest folder, of a list of feeds."""

    label: int = 0
    folder: int = 0


def longest_of(feeds: Iterable[FeedHealth]) -> Longest:
    """What the columns have to hold. The list may be long, and is asked for at every view of it."""
    label = folder = 0
    for health in feeds:
        label = max(label, _cells(health.label))
        if health.feed.folder:
            folder = max(folder, _cells(folder_of(health)))
    return Longest(label, folder)


@lru_cache(maxsize=20_000)
def _cells(text: str) -> int:
    return width_of([Piece(text)])


def feed_columns(width: int, longest: Longest) -> FeedColumns:
    """The columns of a list of that width."""
    times = TIMES_CELLS if width >= TIMES_FROM else 0
    pace = PACE_CELLS if width >= PACE_FROM else 0
    entries = ENTRIES_CELLS if width >= ENTRIES_FROM else 0
    hits = HITS_CELLS if width >= HITS_FROM else 0
    folder = min(longest.folder + 2, 24) if longest.folder and width >= FOLDER_FROM else 0
    room = max(width - LEAD_CELLS - times - pace - entries - hits - folder, 0)
    label = min(max(longest.label, 8) + 2, max(room // 2, 12) if hits else room, 42, room)
    return FeedColumns(width, label, folder, times, pace, entries, hits, room - label)


@dataclass(frozen=True, slots=True)
class Listed:
    """How the rows came to be these, in this order. `only` says what they are limited to, in a word or two."""

    sorting: Sorting = Sorting.FILE
    only: str = ""


def feeds_head(columns: FeedColumns, sorting: Sorting = Sorting.FILE) -> Pieces:
    """The names of the columns; the one that the order goes by stands out."""
    cells = [f"   {'feed':<{columns.label}}"]
    if columns.folder:
        cells.append(f"{'folder':<{columns.folder}}")
    if columns.times:
        cells.append(f"{'last ok':>8}{'next':>6} ")
    if columns.pace:
        cells += [f"{'lag':>4}", f"{'/day':>6} "]
    if columns.entries:
        cells.append(f"{'stored':>7}")
    if columns.hits:
        cells.append(f"{'hits':>5} ")
    if columns.error >= ERROR_FROM:
        cells.append(" error")
    by = {Sorting.NAME: "feed", Sorting.LAG: "lag", Sorting.RATE: "/day"}.get(sorting, "")
    return [Piece(cell, "accent" if by and cell.strip() == by else "faint") for cell in cells]


def feeds_line(
    feeds: Sequence[FeedHealth], shown: int, index: int, width: int, signs: Signs, how: Listed | None = None
) -> Pieces:
    """How many feeds are well and how many are not, and which one is selected."""
    counts = Counter(_condition(health, signs) for health in feeds)
    checking = sum(health.is_checking for health in feeds)
    ok = sum(number for (_, word, _), number in counts.items() if word == "ok")
    words: list[Pieces] = [[Piece(f"{ok:,} ok", "good" if ok else "dim")]]
    for (sign, word, ink), number in sorted(counts.items(), key=lambda one: _WORDS.index(one[0][1])):
        is_bad = word in ("failing", "stopped")
        if word != "ok":
            shown_sign = f"{sign} " if word in _WITH_SIGN else ""
            words.append([Piece(f"{shown_sign}{number:,} {word}", "dim" if ink == "faint" else ink, bold=is_bad)])
    if checking:
        words.append([Piece(f"{checking:,} checking", "accent")])
    position = f"{index + 1:,}/{shown:,}" if shown else ""
    how = how or Listed()
    order = how.sorting.value.partition(",")[0] if how.sorting is not Sorting.FILE else ""
    aside = f" {signs.dot} ".join(word for word in (cut(how.only, 24, signs.ellipsis), order, position) if word)
    return count_line(words, aside, width, signs)


def feed_state(health: FeedHealth, signs: Signs) -> tuple[str, str, Ink]:
    """The sign of a feed's state, its word, and their ink."""
    return (signs.checking, "checking", "accent") if health.is_checking else _condition(health, signs)


def _condition(health: FeedHealth, signs: Signs) -> tuple[str, str, Ink]:
    match health.status:
        case FeedStatus.OK if health.is_silent:
            return signs.open, "silent", "normal"
        case FeedStatus.OK:
            return signs.live, "ok", "good"
        case FeedStatus.FAILING if health.is_retrying:
            return signs.waits, "retrying", "normal"
        case FeedStatus.FAILING:
            return signs.warning, "failing", "high"
        case FeedStatus.STOPPED:
            return signs.stopped, "stopped", "critical"
        case FeedStatus.PAUSED:
            return signs.paused, "paused", "dim"
        case FeedStatus.NEW if health.is_unreached:
            return signs.waits, "not reached yet", "dim"
        case FeedStatus.NEW:
            return signs.held, "never checked", "faint"
        case _:
            assert_never(health.status)


def feed_row(
    health: FeedHealth,
    columns: FeedColumns,
    now: datetime,
    signs: Signs,
    *,
    is_selected: bool,
    is_marked: bool = False,
) -> Pieces:
    """One feed as a row of exactly `columns.width` cells. `is_marked`: a person picked it to act on with others."""
    sign, _, ink = feed_state(health, signs)
    is_quiet = health.status in (FeedStatus.PAUSED, FeedStatus.NEW)
    row: list[Piece] = [
        gutter(signs, is_selected=is_selected, is_marked=is_marked),
        Piece(sign, ink, bold=health.is_failing or health.is_checking),
        Piece(" "),
        *_cell(health.label, columns.label, "accent" if is_selected else "dim" if is_quiet else "text", signs),
    ]
    if columns.folder:
        row += _cell(folder_of(health), columns.folder, "faint", signs)
    if columns.times:
        last = health.state.last_success_at
        row.append(Piece(f"{age(last, now) if last else signs.held:>8}", "high" if health.is_failing else "dim"))
        row.append(Piece(f"{_next(health, now, signs):>6} ", "dim"))
    if columns.pace:
        vitals = health.state.vitals
        lag_s, a_day = vitals.lag_p50_s, vitals.entries_per_day(now)
        row.append(Piece(f"{brief(lag_s) if lag_s is not None else signs.held:>4}", "dim"))
        row.append(Piece(f"{rate(a_day) if a_day is not None else signs.held:>6} ", "dim"))
    if columns.entries:
        row.append(Piece(f"{short_count(health.entries) if health.entries else signs.held:>7}", "dim"))
    if columns.hits:
        row.append(Piece(f"{short_count(health.hits) if health.hits else signs.held:>5} ", "text"))
    if columns.error >= ERROR_FROM:
        said, said_ink = _trouble(health)
        row += [Piece(" "), *fit([Piece(said, said_ink)], columns.error - 1, signs.ellipsis)]
    return fit(row, columns.width, signs.ellipsis)


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


def no_feeds(liveness: Liveness, signs: Signs, *, is_filtered: bool, needle: str = "") -> list[Pieces]:
    """What stands in the list while there is no row."""
    if needle:
        return none_passes("feed", needle)
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
        [Piece("   Rules have nothing to read.", "dim")],
        [],
        [Piece("   "), Piece("n", "accent", bold=True), Piece(" finds the feed of a site: type its address", "dim")],
        [Piece("   "), Piece("i", "accent", bold=True), Piece(" takes in a list of feeds (OPML)", "dim")],
    ]


def quiet_words(health: FeedHealth) -> str:
    """`quiet 26 h, usual 3 h`: how long a feed gave nothing new, and how long it usually does."""
    state = health.state
    quiet_s, usual_s = state.vitals.quiet_s(state.last_success_at), state.vitals.usual_gap_s
    if quiet_s is None:
        return ""
    return f"quiet {roughly(quiet_s)}" + (f", usual {roughly(usual_s)}" if usual_s is not None else "")


def folder_of(health: FeedHealth) -> str:
    """The folders of a feed, the outermost first."""
    return " / ".join(health.feed.folder)


def _next(health: FeedHealth, now: datetime, signs: Signs) -> str:
    due = health.state.next_check_at
    if health.is_checking or due is None or health.status in (FeedStatus.PAUSED, FeedStatus.STOPPED):
        return signs.held
    return countdown((due - now).total_seconds())


def _trouble(health: FeedHealth) -> tuple[str, Ink]:
    """What is wrong with a feed, the worst alone."""
    state = health.state
    match health.status:
        case FeedStatus.FAILING | FeedStatus.STOPPED:
            said = state.last_error.removeprefix(_SAID_OFTEN) or "no reason was given"
            return said, "dim" if health.is_retrying else "high"
        case FeedStatus.PAUSED:
            return "paused", "faint"
        case FeedStatus.NEW:
            return state.last_error, "dim"
        case FeedStatus.OK:
            pass
        case _:
            assert_never(health.status)
    if health.is_silent:
        return quiet_words(health), "normal"
    if asks(health) == "moved" and state.moved_to is not None:
        return f"moved to {real_host(state.moved_to)}", "dim"
    if state.has_guid_churn:
        return "new ids at every check", "dim"
    return (state.vitals.warnings[0], "faint") if state.vitals.warnings else ("", "faint")


def _cell(text: str, cells: int, ink: Ink, signs: Signs) -> list[Piece]:
    """A column's text with a gap of two behind it."""
    return fit([Piece(cut(text, max(cells - 2, 0), signs.ellipsis), ink)], cells, signs.ellipsis)
