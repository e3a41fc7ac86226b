"""How often each rule stopped acting in the form that it had: edited, switched off, paused, over. Bookkeeping only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable

from newswatch.model.rule import RuleId


class Breaks:
    """Between two looks at `count_of` that give the same, a rule was asked of all that came in, in one form.

    `untold` are those that broke since `take`: what is said of them on the disk holds no more.
    """

    def __init__(self) -> None:
        self._counts: Counter[RuleId] = Counter()
        self.untold: set[RuleId] = set()

    def note(self, rule_ids: Iterable[RuleId]) -> None:
        """These rules broke just now."""
        broken = set(rule_ids)
        self._counts.update(broken)
        self.untold |= broken

    def disturb(self, rule_ids: Iterable[RuleId]) -> None:
        """A search of these that is under way may have looked too early. What the disk was told of them still holds."""
        self._counts.update(set(rule_ids))

    def count_of(self, rule_id: RuleId) -> int:
        """How often a rule broke."""
        return self._counts[rule_id]

    def take(self) -> set[RuleId]:
        """Those that are to be told to the disk, by whoever takes them."""
        taken, self.untold = self.untold, set()
        return taken

    def give_back(self, rule_ids: Collection[RuleId]) -> None:
        """The disk may not have been told of these."""
        self.untold.update(rule_ids)
