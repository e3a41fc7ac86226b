"""Why one rule fired, in full: what decided first, then the words it found, its query, and each of its clauses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from newswatch.model.hit import Hit
from newswatch.tui.looks import Looks
from newswatch.tui.paint.palette import Ink
from newswatch.tui.paint.piece import Piece, Pieces, cut, width_of
from newswatch.tui.paint.query import query_rows
from newswatch.tui.paint.rows import fact_rows
from newswatch.tui.paint.why import HELD_WORDS, no_match, place, reason_rows, section
from newswatch.tui.paint.wrap import wrapped
from newswatch.tui.reasons import Reason
from newswatch.tui.signs import Signs
from newswatch.tui.words import moment

MOST_WORDS = 12  # matched words that are listed


def why_in_full(
    hit: Hit, essence: Sequence[Reason], clauses: Sequence[Reason], now: datetime, width: int, looks: Looks
) -> list[Pieces]:
    """One rule and one hit of it. `essence` are the few reasons that decided, `clauses` every one."""
    signs = looks.signs
    lines: list[Pieces] = [section(f"Why {hit.rule_id}", hit.severity.value, width, signs)]
    said = [f"fired {moment(hit.found_at, now, looks.zone)} on {hit.entry.source}"]
    if hit.rule_name != hit.rule_id:
        said.insert(0, hit.rule_name)
    lines += _paragraph(f" {signs.dot} ".join(said), width, "dim")
    if hit.is_old_rule:
        lines += _paragraph(f"{no_match([hit])}: edited since, it no longer matches", width, "normal")
    if hit.held is not None:
        lines += _paragraph(HELD_WORDS[hit.held], width, "high")
    lines.append([])
    for reason in essence:
        lines += _decided(reason, width, signs)
    lines.append([])
    lines += _found(hit, width, looks)
    lines += [section("Query", f"version {hit.rule_version[:7]}", width, signs)]
    lines += [[Piece(" "), *row] for row in query_rows(hit.query, max(width - 1, 1))]
    if len(clauses) > len(essence):
        lines += [[], section("Every clause", "", width, signs)]
        lines += [[Piece(" "), *row] for row in reason_rows(clauses, width - 1, signs)]
    return [*lines, []]


def _decided(reason: Reason, width: int, signs: Signs) -> list[Pieces]:
    """A reason wrapped, never cut; where it holds stands behind it, or under it."""
    rows: list[Pieces] = []
    for start, end in wrapped(reason.label, max(width - 3, 2)):
        sign = Piece(
            f" {signs.yes if reason.is_held else signs.no} " if not rows else "   ",
            "good" if reason.is_held else "faint",
            bold=True,
        )
        rows.append([sign, Piece(reason.label[start:end], "text" if reason.is_held else "dim")])
    where = place(reason, signs)
    if where and rows and width_of(rows[-1]) + len(where) + 3 <= width:
        rows[-1] = [*rows[-1], Piece(f"   {where}", "dim")]
    elif where:
        rows += [[Piece(f"   {where[start:end]}", "dim")] for start, end in wrapped(where, max(width - 3, 2))]
    return rows


def _found(hit: Hit, width: int, looks: Looks) -> list[Pieces]:
    """The words that matched, each once a field, as they stand there."""
    counts = Counter((mark.field, mark.text.casefold()) for mark in hit.marks)
    lines: list[Pieces] = []
    for mark in hit.marks:
        many = counts.pop((mark.field, mark.text.casefold()), 0)
        if not many:
            continue
        if len(lines) == MOST_WORDS:
            return [*lines, *fact_rows("", f"and {len(counts) + 1} more", width), []]
        value = [Piece(cut(mark.text, max(width - 18, 1), looks.signs.ellipsis), "mark", bold=True)]
        if many > 1:
            value.append(Piece(f" {looks.signs.times}{many}", "dim"))
        lines += fact_rows(mark.field, value, width)
    return [*lines, []] if lines else []


def _paragraph(text: str, width: int, ink: Ink) -> list[Pieces]:
    return [[Piece(text[start:end], ink)] for start, end in wrapped(text, width)]
