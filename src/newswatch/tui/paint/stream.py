"""Entries in rows: when, from where, what; at the end of the row the rules that matched. What no rule matched is quiet.

Every row is as wide as it is told, whatever the title holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from newswatch.model.hit import Triage
from newswatch.model.story import Story
from newswatch.model.stream import Listed
from newswatch.tui.looks import Looks
from newswatch.tui.paint.marks import marked, spans_of
from newswatch.tui.paint.palette import Ink
from newswatch.tui.paint.piece import Piece, Pieces, cut, fit, width_of
from newswatch.tui.paint.stories import severity_ink, state_ink, state_sign
from newswatch.tui.paint.why import section, times_of
from newswatch.tui.paint.wrap import wrapped
from newswatch.tui.signs import Signs

TIME_CELLS = 6
SOURCE_CELLS, SOURCE_CELLS_WIDE = 14, 20
SOURCE_FROM, WIDE_FROM = 60, 110
RULE_CELLS, RULE_CELLS_WIDE = 14, 22
RULE_FROM = 44
SIGN_CELLS = 4
STRIP_LINES = 3
STRIP_SIGNS = 1_000  # of a text, for two lines of it


@dataclass(frozen=True, slots=True)
class StreamColumns:
    """Cells of each column; 0 where a column is not shown. `rule` is taken from the headline, and only where used."""

    width: int
    source: int
    headline: int
    rule: int


def stream_columns(width: int) -> StreamColumns:
    """The columns of a list of that width."""
    source = 0 if width < SOURCE_FROM else SOURCE_CELLS if width < WIDE_FROM else SOURCE_CELLS_WIDE
    rule = 0 if width < RULE_FROM else RULE_CELLS if width < WIDE_FROM else RULE_CELLS_WIDE
    taken = SIGN_CELLS + TIME_CELLS + 2 + (source + 2 if source else 0)
    return StreamColumns(width, source, max(width - taken - 1, 0), rule)


def stream_head(columns: StreamColumns) -> list[Piece]:
    """The names of the columns."""
    source = f"{'source':<{columns.source}}  " if columns.source else ""
    head = f" S  {'time':>{TIME_CELLS}}  {source}headline"
    rule = "rule " if columns.rule else ""
    return [Piece(f"{head}{rule:>{max(columns.width - len(head), 0)}}", "faint")]


def when(at: datetime, now: datetime, zone: tzinfo) -> str:
    """A time in at most six cells: 14:30 today, 9 Nov this year, 2025 before."""
    local, today = at.astimezone(zone), now.astimezone(zone)
    if local.date() == today.date():
        return f"{local:%H:%M}"
    return f"{local.day} {local:%b}" if local.year == today.year else f"{local.year:04d}"


def stream_row(row: Listed, columns: StreamColumns, now: datetime, looks: Looks, *, is_selected: bool) -> list[Piece]:
    """One entry as a row of exactly `columns.width` cells."""
    signs = looks.signs
    story = row.story
    rules = _rules(row, columns.rule, signs)
    is_loud = story is not None and story.is_alert and story.state is not Triage.ACKED
    quiet: Ink = "dim" if is_selected or is_loud else "faint"
    pieces = [Piece(signs.bar if is_selected else " ", "accent", bold=True)]
    if story is None:
        pieces.append(Piece("   "))
    else:
        pieces += [
            Piece(story.severity.letter, severity_ink(story.severity), bold=story.is_alert),
            Piece(state_sign(story, signs), state_ink(story)),
            Piece(signs.star if story.is_starred else " ", "mark"),
        ]
    pieces.append(Piece(f"{when(row.entry.at, now, looks.zone):>{TIME_CELLS}}  ", quiet))
    if columns.source:
        pieces += [*fit([Piece(row.entry.source, quiet)], columns.source, signs.ellipsis), Piece("  ")]
    room = columns.headline - (width_of(rules) + 1 if rules else 0)
    pieces += _headline(row, story, max(room, 0), signs, is_selected=is_selected)
    if rules:
        pieces += [Piece(" "), *rules]
    return fit(pieces, columns.width, signs.ellipsis)


def _rules(row: Listed, width: int, signs: Signs) -> list[Piece]:
    if not row.hits or not width:
        return []
    first, others = row.hits[0], len(row.hits) - 1
    more = f" +{others}" if others else ""
    ink: Ink = "faint" if first.is_old_rule or not row.is_alert else severity_ink(first.severity)
    return [Piece(cut(first.rule_id, width - len(more), signs.ellipsis), ink), Piece(more, "faint")]


def _headline(row: Listed, story: Story | None, width: int, signs: Signs, *, is_selected: bool) -> list[Piece]:
    entry = row.entry
    if not entry.title.strip():
        instead = entry.summary or entry.link or "no title"
        return fit([Piece(instead, "faint", italic=True)], width, signs.ellipsis)
    is_alert = story is not None and story.is_alert
    is_loud = is_alert and story is not None and story.state is not Triage.ACKED
    ink: Ink = "text" if is_loud or is_selected or row.found else "dim"
    pieces = marked(
        entry.title,
        spans_of(row.marks, "title", len(entry.title)),
        ink,
        bold=is_loud and story is not None and story.state is Triage.NEW,
        mark_bold=is_loud or bool(row.found),
        mark_ink="mark" if is_loud or row.found else "text",
    )
    return fit(pieces, width, signs.ellipsis)


def entry_strip(row: Listed | None, now: datetime, width: int, looks: Looks) -> Sequence[Pieces]:
    """Where the selected entry comes from, and the first two lines of its text; for screens without room for all."""
    if row is None:
        return [[]] * STRIP_LINES
    entry, signs = row.entry, looks.signs
    text = " ".join((entry.summary or entry.content)[:STRIP_SIGNS].split())
    breaks = wrapped(text, max(width - 2, 2))[: STRIP_LINES - 1]
    lines: list[Pieces] = [[Piece(" "), Piece(text[start:end], "dim")] for start, end in breaks]
    if len(wrapped(text, max(width - 2, 2))) > len(breaks):
        start, end = breaks[-1]
        lines[-1] = [Piece(" "), Piece(cut(text[start : end + 2], width - 2, signs.ellipsis), "dim")]
    if not text:
        lines = [[Piece(" the feed gives no text with it", "faint", italic=True)]]
    lines += [[]] * (STRIP_LINES - 1 - len(lines))
    aside = times_of(entry, now, looks, short=True)
    return [section(cut(entry.source, max(width // 3, 1), signs.ellipsis) or "no source", aside, width, signs), *lines]
