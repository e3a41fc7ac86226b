"""The verbs of triage, handed on to the desk that does them once it is there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from newswatch.engine.api.triage import TriageDesk
from newswatch.model.handling import Handled
from newswatch.model.hit import HitId
from newswatch.model.mute import MuteDraft, MuteId, MutePreview


class TriageVerbs:
    """A `TriageDesk` that waits for the real one: `desk` gives it, or raises what keeps it away."""

    def __init__(self, desk: Callable[[], Awaitable[TriageDesk]]) -> None:
        self._desk = desk

    async def set_handled(self, changes: Mapping[HitId, Handled]) -> None:
        """See `TriageDesk.set_handled`."""
        await (await self._desk()).set_handled(changes)

    async def preview_mute(self, draft: MuteDraft) -> MutePreview:
        """See `TriageDesk.preview_mute`."""
        return await (await self._desk()).preview_mute(draft)

    async def mute(self, draft: MuteDraft) -> MuteId:
        """See `TriageDesk.mute`."""
        return await (await self._desk()).mute(draft)

    async def unmute(self, mute: MuteId) -> None:
        """See `TriageDesk.unmute`."""
        await (await self._desk()).unmute(mute)

    async def pause_alerts(self, until: datetime | None) -> None:
        """See `TriageDesk.pause_alerts`."""
        await (await self._desk()).pause_alerts(until)
