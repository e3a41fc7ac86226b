"""The rules in force at a glance, beside the list on wide screens."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from newswatch.model.rule import RuleId, RuleStatus
from newswatch.tui.looks import Looks
from newswatch.tui.paint import Pieces
from newswatch.tui.widgets.lines import Lines

if TYPE_CHECKING:
    from newswatch.model.pulse import RuleRate


class RulesRail(Lines):
    """One line a rule: severity, name, hits. The rule of the selected story stands out."""

    def __init__(self, looks: Looks) -> None:
        super().__init__()
        self._looks = looks
        self._rules: tuple[RuleStatus, ...] | None = None
        self._fired: tuple[RuleId, ...] = ()
        self._rates: dict[RuleId, RuleRate] = {}

    def show(self, rules: Sequence[RuleStatus] | None, fired: Sequence[RuleId]) -> None:
        """Shows these rules, None while they are not known; `fired` are those of the selected story."""
        self._rules, self._fired = None if rules is None else tuple(rules), tuple(fired)
        self.redraw()

    def show_rates(self, rates: Iterable[RuleRate]) -> None:
        """Shows how often they fired in the last 24 hours, as small lines."""
        self._rates = {rate.rule_id: rate for rate in rates}
        self.redraw()

    def draw(self, width: int) -> Sequence[Pieces]:
        """See `Lines.draw`. Loaded here: few screens are large enough for it."""
        from newswatch.tui.paint.rail import rules_rail

        return rules_rail(self._rules, self._fired, width, self.size.height, self._looks.signs, self._rates)
