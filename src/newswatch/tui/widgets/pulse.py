"""The panes of the pulse: rates, ledger, health, what is wrong; and the strip that stands at the foot of Alerts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from textual import events
from textual.geometry import Size
from textual.message import Message

from newswatch.model.pulse import LedgerLine, Pulse, RuleRate, Wanted
from newswatch.model.rule import RuleId, RuleStatus
from newswatch.tui.keys import bindings
from newswatch.tui.looks import Looks
from newswatch.tui.paint import Pieces
from newswatch.tui.paint.ledger import ledger_head, ledger_lines, ledger_row
from newswatch.tui.paint.own_health import health_head, health_rows, worry_rows
from newswatch.tui.paint.pulse import (
    RateColumns,
    Rated,
    entries_row,
    rate_columns,
    rate_row,
    rated,
    rates_head,
    rates_title,
)
from newswatch.tui.widgets.lines import Lines
from newswatch.tui.widgets.row_list import RowList


class Worries(Lines):
    """What is wrong with the monitor itself, and what to do; as tall as it needs."""

    def __init__(self, looks: Looks) -> None:
        super().__init__()
        self._looks = looks
        self._pulse: Pulse | None = None

    def show(self, pulse: Pulse) -> None:
        """Shows the worries of a pulse."""
        self._pulse = pulse
        self.redraw()

    def draw(self, width: int) -> Sequence[Pieces]:
        """See `Lines.draw`."""
        worries = self._pulse.health.worries if self._pulse is not None else None
        return worry_rows(worries, width, self._looks.signs)


class RateHead(Lines):
    """The heading of the rates, and the names of their columns."""

    def __init__(self, looks: Looks) -> None:
        super().__init__()
        self._looks = looks
        self._pulse: Pulse | None = None
        self._rows: tuple[Rated, ...] = ()

    def show(self, pulse: Pulse | None, rows: Sequence[Rated]) -> None:
        """Shows the head of these rates."""
        self._pulse, self._rows = pulse, tuple(rows)
        self.redraw()

    def draw(self, width: int) -> Sequence[Pieces]:
        """See `Lines.draw`; with little room only the first of them."""
        columns, signs = rate_columns(width, self._rows), self._looks.signs
        lines = [rates_title(self._pulse, width, signs), rates_head(columns), entries_row(self._pulse, columns, signs)]
        return lines[: max(self.size.height, 1)]


class RateList(RowList[Rated]):
    """The rules with how often they fire, the most severe first."""

    def __init__(self, looks: Looks) -> None:
        super().__init__(looks)
        self._columns = rate_columns(0, ())

    def id_of(self, item: Rated) -> str:
        """The rule's id."""
        return item.status.rule.id

    def show_rates(
        self, rules: Sequence[RuleStatus], rates: Mapping[RuleId, RuleRate], empty: Sequence[Pieces]
    ) -> tuple[Rated, ...]:
        """Shows these rules at these rates; returns the rows."""
        rows = rated(rules, rates)
        self._columns = rate_columns(0, ())
        self.show(rows, empty)
        return rows

    def draw_item(self, item: Rated, width: int, *, is_selected: bool) -> Pieces:
        """See `RowList.draw_item`."""
        columns = self._columns_at(width)
        return rate_row(item, columns, self._looks.now(), self._looks.signs, is_selected=is_selected)

    @property
    def is_lit(self) -> bool:
        """See `RowList.is_lit`: of three panes one has the keys."""
        return self.has_focus

    def on_focus(self, _event: events.Focus) -> None:
        """The selected row stands out."""
        self.refresh_changed()

    def on_blur(self, _event: events.Blur) -> None:
        """It does not."""
        self.refresh_changed()

    def _columns_at(self, width: int) -> RateColumns:
        if self._columns.width != width:
            self._columns = rate_columns(width, self._items)
        return self._columns


class LedgerPane(Lines, can_focus=True):
    """The ledger, with a number of it chosen: a line, and the 24 hours or ever."""

    BINDINGS = bindings("list.down", "list.up", "list.top", "list.bottom", "pulse.span")

    @dataclass
    class Moved(Message):
        """A person chose another number."""

    @dataclass
    class Opened(Message):
        """A person opened the chosen number with the mouse."""

    def __init__(self, looks: Looks) -> None:
        super().__init__()
        self._looks = looks
        self._pulse: Pulse | None = None
        self._line = LedgerLine.ENTRIES
        self._is_ever = False
        self._top = 0

    @property
    def chosen(self) -> Wanted | None:
        """What the chosen number counts; None before the first pulse."""
        if self._pulse is None:
            return None
        return Wanted(self._line, None if self._is_ever else self._pulse.since)

    @property
    def count(self) -> int:
        """The chosen number."""
        if self._pulse is None:
            return 0
        return (self._pulse.ever if self._is_ever else self._pulse.day).count(self._line)

    def show(self, pulse: Pulse) -> None:
        """Shows the ledger of a pulse."""
        before, self._pulse = ledger_lines(self._pulse), pulse
        lines = ledger_lines(pulse)
        if self._line not in lines:
            self._line = LedgerLine.ENTRIES
        if len(lines) != len(before):
            self.refresh(layout=True)
        self.redraw()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002  the base class's
        """The heading, and all lines."""
        return 1 + len(ledger_lines(self._pulse))

    def draw(self, width: int) -> Sequence[Pieces]:
        """See `Lines.draw`."""
        signs, pulse = self._looks.signs, self._pulse
        head = ledger_head(width, signs, is_ever=self._is_ever)
        if pulse is None:
            return [head]
        lines = ledger_lines(pulse)
        room, at = max(self.size.height - 1, 1), lines.index(self._line)
        self._top = min(max(self._top, at - room + 1), at, max(len(lines) - room, 0))
        shown = lines[self._top : self._top + room]
        return [
            head,
            *(
                ledger_row(
                    line, pulse, width, signs, is_ever=self._is_ever, is_selected=line is self._line and self.has_focus
                )
                for line in shown
            ),
        ]

    def on_focus(self, _event: events.Focus) -> None:
        """The chosen number is lit."""
        self.redraw()

    def on_blur(self, _event: events.Blur) -> None:
        """It is not."""
        self.redraw()

    def on_click(self, event: events.Click) -> None:
        """A click chooses, a second one opens."""
        lines = ledger_lines(self._pulse)
        row = event.y - 1 + self._top
        if 0 <= row < len(lines):
            self._is_ever = event.x >= 1 and self._is_ever_at(event.x)
            self._go(row)
            if event.chain == 2:
                self.post_message(self.Opened())

    def action_down(self) -> None:
        """One line down."""
        self._go(self._row + 1)

    def action_up(self) -> None:
        """One line up."""
        self._go(self._row - 1)

    def action_top(self) -> None:
        """To the first line."""
        self._go(0)

    def action_bottom(self) -> None:
        """To the last line."""
        self._go(len(LedgerLine))

    def action_other_span(self) -> None:
        """To the other column."""
        self._is_ever = not self._is_ever
        self._go(self._row)

    @property
    def _row(self) -> int:
        lines = ledger_lines(self._pulse)
        return lines.index(self._line) if self._line in lines else 0

    def _go(self, row: int) -> None:
        lines = ledger_lines(self._pulse)
        if lines:
            self._line = lines[min(max(row, 0), len(lines) - 1)]
            self.redraw()
            self.post_message(self.Moved())

    def _is_ever_at(self, x: int) -> bool:
        """Whether a cell belongs to the second column of numbers: the heading says where that begins."""
        cells = 0
        for piece in ledger_head(self.size.width, self._looks.signs, is_ever=False):
            cells += len(piece.text)
            if piece.text.strip() == "24 h":
                return x >= cells
        return False


class HealthPane(Lines, can_focus=True):
    """How the monitor itself is doing."""

    def __init__(self, looks: Looks) -> None:
        super().__init__()
        self._looks = looks
        self._pulse: Pulse | None = None

    def show(self, pulse: Pulse) -> None:
        """Shows the health of a pulse."""
        self._pulse = pulse
        self.redraw()

    def draw(self, width: int) -> Sequence[Pieces]:
        """See `Lines.draw`."""
        head = health_head(self._pulse, width, self._looks.signs)
        return [head] if self._pulse is None else [head, *health_rows(self._pulse, width, self._looks)]
