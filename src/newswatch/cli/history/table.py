"""Hits as a table for people: as wide as the terminal, each line in its columns whatever script it is in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, islice

from rich.cells import cell_len, set_cell_size

from newswatch.cli.output import shown
from newswatch.model.hit import Hit, Triage
from newswatch.tui.signs import UNICODE
from newswatch.tui.words import age

WIDTH = 120
"""Where there is no terminal."""

_GAP = "  "
_MEASURED = 200  # hits that are looked at for the widths of columns
_WIDEST_RULE, _WIDEST_SOURCE = 24, 22
_LEAST_HEADLINE = 12
_ROOMY, _NARROW = 90, 60  # from here on times are written out; below there is no source
_STATES = {
    Triage.NEW: UNICODE.new,
    Triage.SEEN: UNICODE.seen,
    Triage.OPEN: UNICODE.open,
    Triage.ACKED: UNICODE.acked,
}


class Table:
    """State and star, time, severity, rule, headline, source."""

    def __init__(self, width: int, now: datetime) -> None:
        self._width = width
        self._now = now

    def lines(self, hits: Iterable[Hit]) -> Iterator[str]:
        """See `Form`. Without a hit there is no heading either."""
        coming = iter(hits)
        first = list(islice(coming, _MEASURED))
        if not first:
            return
        columns = _columns(first, self._width)
        yield columns.line("", "TIME" if columns.is_roomy else "AGE", "S", "RULE", "HEADLINE", "SOURCE")
        for hit in chain(first, coming):
            at = hit.entry.at.astimezone(UTC)
            yield columns.line(
                (UNICODE.held if hit.held is not None else _STATES[hit.state])
                + (UNICODE.star if hit.is_starred else ""),
                f"{at:%Y-%m-%d %H:%MZ}" if columns.is_roomy else age(at, self._now),
                hit.severity.letter,
                hit.rule_id,
                hit.entry.title or "(no headline)",
                hit.entry.source,
            )


@dataclass(frozen=True, slots=True)
class _Columns:
    """Widths in cells; `source` is 0 where there is no room for it."""

    rule: int
    headline: int
    source: int
    is_roomy: bool

    def line(self, state: str, at: str, severity: str, rule: str, headline: str, source: str) -> str:
        cells = [_cell(state, 2), _cell(at, 17 if self.is_roomy else 3), severity, _cell(rule, self.rule)]
        cells.append(_cell(headline, self.headline))
        if self.source:
            cells.append(_cell(source, self.source))
        return _GAP.join(cells).rstrip()


def _columns(hits: list[Hit], width: int) -> _Columns:
    is_roomy = width >= _ROOMY
    rule = min(max(4, *(cell_len(shown(hit.rule_id)) for hit in hits)), _WIDEST_RULE, max(width // 6, 4))
    source = min(max(6, *(cell_len(shown(hit.entry.source)) for hit in hits)), _WIDEST_SOURCE, max(width // 6, 6))
    if width < _NARROW:
        source = 0
    gaps = len(_GAP) * (5 if source else 4)
    taken = 2 + (17 if is_roomy else 3) + 1 + rule + source + gaps
    return _Columns(rule, max(width - taken, _LEAST_HEADLINE), source, is_roomy)


def _cell(text: str, width: int) -> str:
    """The text in exactly so many cells, cut with an ellipsis."""
    line = shown(text, 1_000)
    if cell_len(line) <= width:
        return set_cell_size(line, width)
    return set_cell_size(line, width - 1) + UNICODE.ellipsis
