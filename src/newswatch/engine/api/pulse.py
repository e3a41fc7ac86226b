"""How often rules fire, where entries went, and how the monitor itself is doing: asked for while somebody looks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from newswatch.model.rule import RuleId

if TYPE_CHECKING:
    from newswatch.model.pulse import Pulse, RuleRate, Wanted
    from newswatch.model.stream import Listed


class PulseDesk(Protocol):
    """`Engine.pulse`. Nothing here changes anything; read-only instances answer for themselves and for what they read.

    Cheap enough to be asked every two seconds: what did not change is not counted again, and counting decodes nothing.
    """

    async def look(self) -> Pulse:
        """All of it, now."""

    async def rates(self) -> Mapping[RuleId, RuleRate]:
        """The rates alone, of the rules in force."""

    async def items(self, wanted: Wanted, limit: int) -> Sequence[Listed]:
        """What a number of the ledger counts, newest first: `limit` entries, or the entries of `limit` hits, at most.

        Behind a number of hits an entry stands with those of its hits that are counted, else with all it has. What is
        beyond the cap was never read, so there is nothing.
        """
