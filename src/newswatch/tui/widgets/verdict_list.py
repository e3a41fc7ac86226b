"""The rules and what they say of an entry, one a row."""

from __future__ import annotations

from newswatch.tui.paint import Pieces
from newswatch.tui.paint.verdicts import verdict_row
from newswatch.tui.verdicts import RuleVerdict
from newswatch.tui.widgets.row_list import RowList


class VerdictList(RowList[RuleVerdict], can_focus=False):
    """The closest first."""

    def id_of(self, item: RuleVerdict) -> str:
        """The rule's id."""
        return item.status.rule.id

    def draw_item(self, item: RuleVerdict, width: int, *, is_selected: bool) -> Pieces:
        """See `RowList.draw_item`."""
        return verdict_row(item, width, self._looks.signs, is_selected=is_selected)
