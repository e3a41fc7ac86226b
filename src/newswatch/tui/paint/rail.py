"""The rules rail: what is watched for, how often it was found and when in the last 24 hours, what is off or broken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from newswatch.model.pulse import HOURS, RuleRate
from newswatch.model.rule import RuleId, RuleStatus
from newswatch.tui.paint.piece import Piece, Pieces, cut, fit, width_of
from newswatch.tui.paint.sparkline import sparkline, thinned
from newswatch.tui.paint.stories import severity_ink
from newswatch.tui.paint.why import section
from newswatch.tui.signs import Signs
from newswatch.tui.words import counted

COUNT_CELLS = 7
SPARK_CELLS = 8


def rules_rail(
    rules: Sequence[RuleStatus] | None,
    fired: Sequence[RuleId],
    width: int,
    height: int,
    signs: Signs,
    rates: Mapping[RuleId, RuleRate] = MappingProxyType({}),
) -> list[Pieces]:
    """One line a rule, the most severe first; the rules that fired on the selected story stand out.

    With `rates` each has a small line of its 24 hours. None: it is not known yet what rules there are.
    """
    if rules is None:
        return [section("Rules", "", width, signs)]
    live = sum(status.is_live for status in rules)
    lines: list[Pieces] = [section("Rules", f"{live}/{len(rules)} live" if rules else "none yet", width, signs)]
    ordered = sorted(rules, key=lambda status: (not status.is_live, -status.rule.severity.rank))
    room = max(height - 2, 0)
    shown = ordered if len(ordered) <= room else ordered[: max(room - 1, 0)]
    for status in shown:
        rate = (rates.get(status.rule.id) or RuleRate(status.rule.id)) if rates else None
        lines.append(_line(status, status.rule.id in fired, rate, width, signs))
    if len(shown) < len(ordered):
        lines.append([Piece(f"   and {counted(len(ordered) - len(shown), 'rule')} more", "faint")])
    return lines


def _line(status: RuleStatus, has_fired: bool, rate: RuleRate | None, width: int, signs: Signs) -> Pieces:  # noqa: FBT001  a private helper
    rule = status.rule
    bars: list[Piece] = []
    if rate is not None:
        hours = thinned(rate.hours or (None,) * HOURS, SPARK_CELLS)
        bars = [Piece(" "), *sparkline(hours, signs, severity_ink(rule.severity) if status.is_live else "dim")]
    name_cells = max(width - COUNT_CELLS - 5 - width_of(bars), 1)
    ink = severity_ink(rule.severity) if status.is_live else "faint"
    if status.problem is not None:
        note = Piece(f"{signs.warning} off" if not status.is_live else signs.warning, "critical")
    elif not status.is_live:
        note = Piece("off", "faint")
    else:
        note = Piece(f"{status.hits:,}" if status.hits else signs.dot, "dim" if status.hits else "faint")
    name = Piece(
        cut(rule.id, name_cells, signs.ellipsis), "accent" if has_fired else "text" if status.is_live else "faint"
    )
    gap = max(COUNT_CELLS - len(note.text), 0)
    return [
        Piece(signs.bar if has_fired else " ", "accent"),
        Piece(f" {rule.severity.letter} ", ink, bold=status.is_live),
        *fit([name._replace(bold=has_fired)], name_cells, signs.ellipsis),
        *bars,
        Piece(" " * gap),
        note,
    ]
