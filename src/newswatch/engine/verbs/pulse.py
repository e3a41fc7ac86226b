"""The verbs of the pulse, handed on to the desk that does them once it is there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from newswatch.model.rule import RuleId

if TYPE_CHECKING:
    from newswatch.engine.api.pulse import PulseDesk
    from newswatch.model.pulse import Pulse, RuleRate, Wanted
    from newswatch.model.stream import Listed


class PulseVerbs:
    """A `PulseDesk` that waits for the real one: `desk` gives it, or raises what keeps it away."""

    def __init__(self, desk: Callable[[], Awaitable[PulseDesk]]) -> None:
        self._desk = desk

    async def look(self) -> Pulse:
        """See `PulseDesk.look`."""
        return await (await self._desk()).look()

    async def rates(self) -> Mapping[RuleId, RuleRate]:
        """See `PulseDesk.rates`."""
        return await (await self._desk()).rates()

    async def items(self, wanted: Wanted, limit: int) -> Sequence[Listed]:
        """See `PulseDesk.items`."""
        return await (await self._desk()).items(wanted, limit)
