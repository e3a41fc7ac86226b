"""The queries of this session, to go back to with up and down as in a shell; under them, some to learn from. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

REMEMBERED = 100


@dataclass(frozen=True, slots=True)
class Recall:
    """`asked` are the queries of this session, the oldest first. Up goes to older ones; down to newer ones, then to the
    `draft` that was being typed, then through `examples`. `at` counts steps up from the draft; below it is negative.
    """

    examples: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    draft: str = ""
    at: int = 0

    @classmethod
    def of(cls, examples: Sequence[str]) -> Recall:
        """Nothing was asked yet."""
        return cls(tuple(examples))

    @property
    def text(self) -> str:
        """What stands in the field."""
        if self.at > 0:
            return self.asked[-self.at]
        return self.draft if self.at == 0 else self.examples[-self.at - 1]

    def up(self, typed: str) -> Recall:
        """A step to what was asked before."""
        return self._moved(typed, 1)

    def down(self, typed: str) -> Recall:
        """A step to what was asked after; from an empty draft on to the examples."""
        return self._moved(typed, -1)

    def remembered(self, query: str) -> Recall:
        """With a query that was asked for; it stands once, as the newest."""
        if not query.strip():
            return self
        asked = (*(other for other in self.asked if other != query), query)[-REMEMBERED:]
        return replace(self, asked=asked, draft="", at=1)

    def _moved(self, typed: str, by: int) -> Recall:
        here = self if typed == self.text else replace(self, draft=typed, at=0)
        lowest = -len(self.examples) if not here.draft.strip() else 0
        at = min(max(here.at + by, lowest), len(self.asked))
        return replace(here, at=at)
