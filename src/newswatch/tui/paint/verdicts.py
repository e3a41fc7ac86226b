"""What the rules say of one entry, one rule a row, and the clauses of one of them."""

from __future__ import annotations

from typing import assert_never

from newswatch.tui.paint.piece import Piece, Pieces, cut, fit
from newswatch.tui.paint.query import query_rows
from newswatch.tui.paint.stories import severity_ink
from newswatch.tui.paint.why import reason_rows, section
from newswatch.tui.reasons import tree
from newswatch.tui.signs import Signs
from newswatch.tui.verdicts import RuleVerdict, Stand

NAME_CELLS = 22


def verdict_row(verdict: RuleVerdict, width: int, signs: Signs, *, is_selected: bool) -> list[Piece]:
    """One rule as a row of exactly `width` cells."""
    rule = verdict.status.rule
    name_cells = min(NAME_CELLS, max(width // 3, 1))
    is_close = verdict.stand in (Stand.MATCHES, Stand.NEAR)
    row = [
        Piece(signs.bar if is_selected else " ", "accent", bold=True),
        *_sign(verdict.stand, signs),
        Piece(rule.severity.letter, severity_ink(rule.severity), bold=is_close),
        Piece(" "),
        *fit([Piece(cut(rule.id, name_cells, signs.ellipsis), "text" if is_close else "dim")], name_cells),
        Piece("  "),
        *_said(verdict, signs),
    ]
    return fit(row, width, signs.ellipsis)


def verdict_detail(verdict: RuleVerdict, width: int, signs: Signs) -> list[Pieces]:
    """Each of the rule's clauses, held or not, and its query."""
    rule = verdict.status.rule
    lines: list[Pieces] = [section(rule.label, rule.severity.value, width, signs)]
    if verdict.clause is None:
        said = "not asked yet" if verdict.stand is Stand.UNKNOWN else "a rule that does not read says nothing"
        lines.append([Piece(f" {said}", "faint")])
    else:
        lines += [[Piece(" "), *row] for row in reason_rows(tree(verdict.clause), max(width - 2, 1), signs)]
    lines.append([])
    return lines + [[Piece(" "), *row] for row in query_rows(rule.text, max(width - 2, 1))]


def _sign(stand: Stand, signs: Signs) -> list[Piece]:
    match stand:
        case Stand.MATCHES:
            return [Piece(f"{signs.yes} ", "good", bold=True)]
        case Stand.NEAR:
            return [Piece("~ ", "normal", bold=True)]
        case Stand.MISSES:
            return [Piece(f"{signs.no} ", "faint")]
        case Stand.UNKNOWN:
            return [Piece("  ")]
        case Stand.SILENT:
            return [Piece(f"{signs.broken} ", "critical")]
        case _:
            assert_never(stand)


def _said(verdict: RuleVerdict, signs: Signs) -> list[Piece]:
    off = [] if verdict.status.rule.enabled else [Piece(f"  {signs.dot} the rule is off", "faint")]
    match verdict.stand:
        case Stand.MATCHES:
            return [Piece("matches", "good"), *off]
        case Stand.NEAR:
            return [Piece("missing ", "dim"), Piece(verdict.missing, "normal"), *off]
        case Stand.MISSES:
            return [Piece("missing ", "faint"), Piece(verdict.missing, "dim"), *off]
        case Stand.UNKNOWN:
            return []
        case Stand.SILENT:
            return [Piece("does not read", "critical")]
        case _:
            assert_never(verdict.stand)
