"""The ledger drawn: where entries and hits went, number by number, and the heading of what a number counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from newswatch.model.pulse import SELDOM, LedgerLine, Pulse, Wanted
from newswatch.model.stream import Listed
from newswatch.tui.looks import Looks
from newswatch.tui.paint.palette import Ink
from newswatch.tui.paint.piece import Piece, Pieces, fit, width_of
from newswatch.tui.paint.rows import short_count
from newswatch.tui.paint.why import section
from newswatch.tui.signs import Signs
from newswatch.tui.words import counted, zone_mark

COUNT_CELLS = 8
LEDGER_WORD_CELLS = 20
HELP_FROM = 70

LINE_WORDS: Mapping[LedgerLine, str] = {
    LedgerLine.ENTRIES: "entries",
    LedgerLine.UNMATCHED: "unmatched",
    LedgerLine.MATCHED: "matched",
    LedgerLine.BEYOND_CAP: "beyond cap",
    LedgerLine.HITS: "hits",
    LedgerLine.ALERTED: "alerted",
    LedgerLine.COPY: "copies",
    LedgerLine.MUTED: "muted",
    LedgerLine.SNOOZED: "snoozed",
    LedgerLine.QUIET: "quiet hours",
    LedgerLine.THROTTLED: "throttled",
    LedgerLine.BACKLOG: "backlog",
    LedgerLine.RULE_CHANGE: "rule changes",
}
LINE_HELP: Mapping[LedgerLine, str] = {
    LedgerLine.ENTRIES: "all that came in",
    LedgerLine.UNMATCHED: "what the rules let pass",
    LedgerLine.MATCHED: "entries with at least one hit",
    LedgerLine.BEYOND_CAP: "listed beyond what is read of a document",
    LedgerLine.HITS: "each was alerted, or held for one reason",
    LedgerLine.ALERTED: "told as it came",
    LedgerLine.COPY: "held: copies of a story that was told",
    LedgerLine.MUTED: "held: a mute hides them",
    LedgerLine.SNOOZED: "held: their story is put away for a while",
    LedgerLine.QUIET: "held: in quiet hours",
    LedgerLine.THROTTLED: "held: beyond their rule's budget",
    LedgerLine.BACKLOG: "held: in a feed when it was first read",
    LedgerLine.RULE_CHANGE: "held: found by an edited rule",
}


def ledger_lines(pulse: Pulse | None) -> tuple[LedgerLine, ...]:
    """The lines there are: what most homes never have is not shown until it is there."""
    if pulse is None:
        return ()
    return tuple(line for line in LedgerLine if line not in SELDOM or pulse.ever.count(line) or pulse.day.count(line))


def ledger_head(width: int, signs: Signs, *, is_ever: bool) -> Pieces:
    """The heading of the ledger; the column that Enter opens is lit."""
    word = _ledger_word_cells(width)
    head = section("Ledger", "", 1 + word, signs)
    head.append(Piece(f"{'24 h':>{COUNT_CELLS}}", "faint" if is_ever else "accent", bold=not is_ever))
    head.append(Piece(f"{'ever':>{COUNT_CELLS}}", "accent" if is_ever else "faint", bold=is_ever))
    return [*head, Piece(" "), Piece(signs.rule * max(width - width_of(head) - 1, 0), "line")]


def ledger_row(line: LedgerLine, pulse: Pulse, width: int, signs: Signs, *, is_ever: bool, is_selected: bool) -> Pieces:
    """A number of the 24 hours and of all that is stored. Sums stand out, parts are set in."""
    is_sum = line in (LedgerLine.ENTRIES, LedgerLine.HITS)
    word = LINE_WORDS[line] if is_sum else f"  {LINE_WORDS[line]}"
    ink: Ink = "text" if is_sum or is_selected or line is LedgerLine.ALERTED else "dim"
    pieces = [
        Piece(signs.bar if is_selected else " ", "accent", bold=True),
        *fit([Piece(word, ink, bold=is_sum)], _ledger_word_cells(width), signs.ellipsis),
    ]
    for number, is_chosen in ((pulse.day.count(line), not is_ever), (pulse.ever.count(line), is_ever)):
        is_lit = is_selected and is_chosen
        number_ink: Ink = "accent" if is_lit else "faint" if not number else "text" if is_chosen else "dim"
        pieces.append(Piece(f"{_count(number):>{COUNT_CELLS}}", number_ink, bold=is_lit or (is_sum and is_chosen)))
    if width >= HELP_FROM:
        pieces.append(Piece(f"   {LINE_HELP[line]}", "dim" if is_selected else "faint"))
    return fit(pieces, width, signs.ellipsis)


def _ledger_word_cells(width: int) -> int:
    return min(max(width - 2 - 2 * COUNT_CELLS, 0), LEDGER_WORD_CELLS)


def items_title(wanted: Wanted, rows: Sequence[Listed] | None, width: int, looks: Looks, *, has_more: bool) -> Pieces:
    """The heading of what a number counts: which number, since when, how many."""
    line = wanted.line
    what = _whole_words(line)
    title = what[0].upper() + what[1:] + (f" of {wanted.rule}" if wanted.rule is not None else "")
    since = "ever" if wanted.since is None else f"since {_hour(wanted.since, looks)}"
    if wanted.is_live:
        since += ", no backlog"
    if rows is None:
        return section(title, f"{since} {looks.signs.dot} counting{looks.signs.ellipsis}", width, looks.signs)
    more = "the newest " if has_more else ""
    entries = counted(len(rows), "entry", "entries")
    hits = sum(len(row.hits) for row in rows)
    many = f"{more}{counted(hits, 'hit')} on {entries}" if line.is_of_hits else f"{more}{entries}"
    return section(title, f"{since} {looks.signs.dot} {many}", width, looks.signs)


def _whole_words(line: LedgerLine) -> str:
    """A line's words where they stand alone."""
    match line:
        case LedgerLine.ENTRIES | LedgerLine.HITS | LedgerLine.COPY:
            return LINE_WORDS[line]
        case LedgerLine.QUIET:
            return "hits in quiet hours"
        case LedgerLine.RULE_CHANGE:
            return "hits of rule changes"
        case _:
            return f"{LINE_WORDS[line]} {'hits' if line.is_of_hits else 'entries'}"


def _hour(at: datetime, looks: Looks) -> str:
    local = at.astimezone(looks.zone)
    return f"{local.day} {local:%b} {local:%H:%M}{zone_mark(local)}"


def _count(number: int) -> str:
    return f"{number:,}" if number < 1_000_000 else short_count(number)
