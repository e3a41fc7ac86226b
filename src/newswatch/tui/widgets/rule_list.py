"""The rules, one a row, and the head above them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from newswatch.model.pulse import RuleRate
from newswatch.model.rule import RuleId, RuleStatus
from newswatch.tui.looks import Looks
from newswatch.tui.paint import Pieces
from newswatch.tui.paint.rules import NO_RATES, RuleColumns, rule_columns, rule_row, rules_head, rules_line
from newswatch.tui.widgets.lines import Lines
from newswatch.tui.widgets.row_list import RowList


class RuleHead(Lines):
    """The names of the columns, and how many rules are live, off and broken."""

    def __init__(self, looks: Looks) -> None:
        super().__init__()
        self._looks = looks
        self._rules: tuple[RuleStatus, ...] = ()
        self._index = 0
        self._rates: Mapping[RuleId, RuleRate] = NO_RATES
        self._needle = ""

    def show(
        self,
        rules: Sequence[RuleStatus],
        index: int,
        rates: Mapping[RuleId, RuleRate] = NO_RATES,
        *,
        needle: str = "",
    ) -> None:
        """Shows the head of these rules, which passed that filter, and of which that one is selected."""
        self._rules, self._index, self._rates, self._needle = tuple(rules), index, rates, needle
        self.redraw()

    def draw(self, width: int) -> Sequence[Pieces]:
        """See `Lines.draw`; in one row only the counts."""
        line = rules_line(self._rules, self._index, width, self._looks.signs, self._rates, needle=self._needle)
        return [line] if self.size.height < 2 else [rules_head(rule_columns(width, self._rules)), line]


class RuleList(RowList[RuleStatus]):
    """The rules in file order."""

    def __init__(self, looks: Looks) -> None:
        super().__init__(looks)
        self._columns: tuple[int, RuleColumns] = (-1, rule_columns(0, ()))
        self._rates: Mapping[RuleId, RuleRate] = NO_RATES

    def id_of(self, item: RuleStatus) -> str:
        """The rule's id."""
        return item.rule.id

    def rate_at(self, rates: Mapping[RuleId, RuleRate]) -> None:
        """Shows how often the rules fire."""
        self._rates = rates
        self.refresh_changed()

    def show(self, items: Sequence[RuleStatus], empty: Sequence[Pieces] = ()) -> None:
        """See `RowList.show`."""
        self._columns = (-1, self._columns[1])
        super().show(items, empty)

    def draw_item(self, item: RuleStatus, width: int, *, is_selected: bool) -> Pieces:
        """See `RowList.draw_item`."""
        if self._columns[0] != width:
            self._columns = (width, rule_columns(width, self._items))
        columns, looks, rate = self._columns[1], self._looks, self._rates.get(item.rule.id)
        return rule_row(item, columns, looks.now(), looks.signs, is_selected=is_selected, rate=rate)
