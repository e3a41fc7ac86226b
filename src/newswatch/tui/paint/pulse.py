"""The rates drawn: each rule with its bars of 24 hours, hits a day, and a word where it says nothing and should."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from newswatch.model.pulse import HOURS, Pulse, RuleRate
from newswatch.model.rule import RuleId, RuleStatus
from newswatch.tui.paint.own_health import WATCHED_ENOUGH
from newswatch.tui.paint.palette import Ink
from newswatch.tui.paint.piece import Piece, Pieces, cut, fit, width_of
from newswatch.tui.paint.rows import short_count
from newswatch.tui.paint.sparkline import sparkline, thinned, unknown_sign
from newswatch.tui.paint.stories import severity_ink
from newswatch.tui.paint.why import section
from newswatch.tui.signs import Signs
from newswatch.tui.words import age, rate, roughly

LEAD_CELLS = 3  # bar, severity, a blank
RATE_CELLS = 6
LAST_CELLS = 6
HITS_CELLS = 7
DOUBLE_FROM, FULL_FROM, HALF_FROM = 104, 44, 30
HITS_FROM, NAME_FROM = 58, 84
MEASURED = 300
"""Rows that the columns are fitted to: there may be thousands."""


@dataclass(frozen=True, slots=True)
class Rated:
    """A rule and how often it fires; one row of the rates."""

    status: RuleStatus
    rate: RuleRate


@dataclass(frozen=True, slots=True)
class RateColumns:
    """Cells of each column; 0 where a column is not shown."""

    width: int
    id: int
    name: int
    spark: int
    hits: int
    numbers: int


def rated(rules: Iterable[RuleStatus], rates: Mapping[RuleId, RuleRate]) -> tuple[Rated, ...]:
    """The rows: the most severe rules first, those that are off last."""
    rows = [Rated(status, rates.get(status.rule.id) or RuleRate(status.rule.id)) for status in rules]
    return tuple(sorted(rows, key=lambda row: (not row.status.is_live, -row.status.rule.severity.rank)))


def rate_columns(width: int, rows: Iterable[Rated]) -> RateColumns:
    """The columns of a list of that width."""
    longest_id = longest_name = 0
    for row in islice(rows, MEASURED):
        longest_id = max(longest_id, width_of([Piece(row.status.rule.id)]))
        longest_name = max(longest_name, width_of([Piece(row.status.rule.name)]))
    spark = (
        2 * HOURS if width >= DOUBLE_FROM else HOURS if width >= FULL_FROM else HOURS // 2 if width >= HALF_FROM else 0
    )
    numbers = RATE_CELLS + LAST_CELLS if width >= FULL_FROM + LAST_CELLS else RATE_CELLS
    hits = HITS_CELLS if width >= HITS_FROM else 0
    room = max(width - LEAD_CELLS - (spark + 1 if spark else 0) - numbers - hits - 1, 4)  # a blank at the end
    name = longest_name + 2 if longest_name and width >= NAME_FROM else 0
    id_cells = min(longest_id + 2, max(room - name, 24 if name else 0), room)
    return RateColumns(width, id_cells if name else room, max(room - id_cells, 0) if name else 0, spark, hits, numbers)


def rates_head(columns: RateColumns) -> Pieces:
    """The names of the columns."""
    cells = [" S ", f"{'rule':<{columns.id}}"[: columns.id]]
    if columns.name:
        cells.append(f"{'name':<{columns.name}}"[: columns.name])
    if columns.spark:
        cells.append(f"{'24 h, by the hour' if columns.spark >= HOURS else '24 hours':<{columns.spark}} ")
    if columns.hits:
        cells.append(f"{'hits':>{HITS_CELLS}}")
    cells.append(f"{'a day':>{RATE_CELLS}}")
    if columns.numbers > RATE_CELLS:
        cells.append(f"{'last':>{LAST_CELLS}}")
    return [Piece("".join(cells), "faint")]


def entries_row(pulse: Pulse | None, columns: RateColumns, signs: Signs) -> Pieces:
    """What all rules are held against: the entries of all feeds, in the columns of the rates."""
    if pulse is None:
        return []
    flow = pulse.flow
    pieces = [Piece(" " * LEAD_CELLS), *_cell("new entries", columns.id + columns.name, "dim", signs)]
    if columns.spark:
        pieces += [*_bars(flow.entries_hours or (None,) * HOURS, columns.spark, signs, "dim"), Piece(" ")]
    if columns.hits:
        pieces.append(Piece(f"{short_count(sum(hour or 0 for hour in flow.entries_hours)):>{HITS_CELLS}}", "dim"))
    a_day = signs.held if flow.entries_per_day is None else rate(flow.entries_per_day)
    return [*pieces, Piece(f"{a_day:>{RATE_CELLS}}", "dim")]


def _bars(hours: Sequence[int | None], width: int, signs: Signs, ink: Ink) -> list[Piece]:
    """The sparkline of 24 hours in so many cells: one or two an hour, or one for two."""
    times = width // HOURS if width > HOURS else 1
    cells = sparkline(thinned(hours, width), signs, ink)
    return [piece._replace(text="".join(sign * times for sign in piece.text)) for piece in cells]


def rates_title(pulse: Pulse | None, width: int, signs: Signs) -> Pieces:
    """The heading of the rates: how much of the 24 hours was watched; the rest is no silence."""
    if pulse is None:
        return section("Rates", "", width, signs)
    hours = pulse.watched_hours
    possible = HOURS - 1 + (pulse.at - pulse.since).total_seconds() % 3_600 / 3_600
    if hours >= WATCHED_ENOUGH * possible:
        return section("Rates", "watched all 24 hours", width, signs)
    minutes = f"{hours * 60:.0f}" if hours * 60 >= 1 or not hours else "under 1"
    said = f"watched {hours:.0f} of 24 h" if hours >= 1 else f"watched {minutes} min of 24 h"
    sign = unknown_sign(signs).strip()
    legend = f"{said}, the rest {sign * 3 if sign else 'is blank'}"
    return section("Rates", legend if len(legend) + len("-- Rates --  --") + 2 <= width else said, width, signs)


def rate_row(row: Rated, columns: RateColumns, now: datetime, signs: Signs, *, is_selected: bool) -> Pieces:
    """One rule: its bars, hits a day, and when it last fired; a word where it does not and should."""
    status, found = row.status, row.rate
    rule, is_off = status.rule, not status.is_live
    ink = severity_ink(rule.severity)
    pieces = [
        Piece(signs.bar if is_selected else " ", "accent", bold=True),
        Piece(rule.severity.letter, "faint" if is_off else ink, bold=not is_off),
        Piece(" "),
        *_cell(rule.id, columns.id, "faint" if is_off else "accent" if is_selected else "text", signs),
    ]
    if columns.name:
        pieces += _cell(rule.name, columns.name, "dim", signs)
    if columns.spark:
        hours = found.hours or (None,) * HOURS
        pieces += [*_bars(hours, columns.spark, signs, "dim" if is_off else ink), Piece(" ")]
    if columns.hits:
        known = any(hour is not None for hour in found.hours)
        hits = short_count(found.hits) if found.hits else "0" if known else ""
        pieces.append(Piece(f"{hits:>{HITS_CELLS}}", "text" if found.hits else "faint"))
    pieces += _numbers(row, columns, now, signs)
    return fit(pieces, columns.width, signs.ellipsis)


def _numbers(row: Rated, columns: RateColumns, now: datetime, signs: Signs) -> Pieces:
    """How many a day and when last; or, over both, why not."""
    word, ink = state_word(row)
    if word:
        return [Piece(f"{word:>{columns.numbers}}", ink)]
    found = row.rate
    a_day = signs.held if found.per_day is None else rate(found.per_day)
    pieces = [Piece(f"{a_day:>{RATE_CELLS}}", "text" if found.per_day else "faint")]
    if columns.numbers > RATE_CELLS:
        last = signs.held if found.last_at is None else age(found.last_at, now)
        pieces.append(Piece(f"{last:>{LAST_CELLS}}", "dim" if found.last_at else "faint"))
    return pieces


def state_word(row: Rated) -> tuple[str, Ink]:
    """Why a rule says nothing, in a word; empty where there is nothing to explain."""
    if row.status.problem is not None and not row.status.is_live:
        return "broken", "critical"
    if not row.status.is_live:
        return "off", "faint"
    if row.rate.never:
        return "blind", "critical"
    return ("silent", "high") if row.rate.is_silent else ("", "text")


def rate_words(row: Rated | None, now: datetime, signs: Signs) -> str:
    """What is to be said of the selected rule in a line."""
    if row is None:
        return ""
    found = row.rate
    if found.never and row.status.is_live:
        return f"it can never fire: {found.never} {signs.dot} {row.status.rule.label}"
    if found.is_silent and found.last_at is not None:
        quiet = roughly((now - found.last_at).total_seconds())
        return f"quiet for {quiet}, longer than it ever is {signs.dot} {row.status.rule.label}"
    last = "no hit so far" if found.last_at is None else _last_words(age(found.last_at, now))
    if found.is_of_backlog(now):
        last += ", backlog"
    return f"{last} {signs.dot} {row.status.rule.label}"


def _last_words(ago: str) -> str:
    """In the very figure that the row says."""
    return "last hit just now" if ago == "now" else f"last hit {ago} ago"


def _cell(text: str, cells: int, ink: Ink, signs: Signs) -> list[Piece]:
    """A column's text with a gap behind it."""
    return fit([Piece(cut(text, max(cells - 1, 0), signs.ellipsis), ink)], cells, signs.ellipsis)
