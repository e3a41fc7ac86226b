"""Triage in a newswatch that only follows: it counts what a mute would hide, and refuses what changes anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from newswatch.engine.core import Core
from newswatch.engine.mute_preview import preview_mute
from newswatch.errors import ReadOnly
from newswatch.model.handling import Handled
from newswatch.model.hit import HitId
from newswatch.model.mute import MuteDraft, MuteId, MutePreview


class FollowingTriage:
    """Implements `engine.api.triage.TriageDesk`; `refusal` says who could do it, and where."""

    def __init__(self, core: Core, refusal: Callable[[str], ReadOnly]) -> None:
        self._core = core
        self._refusal = refusal

    async def set_handled(self, changes: Mapping[HitId, Handled]) -> None:  # noqa: ARG002 - refused whatever it is
        """Refused: see `TriageDesk.set_handled`."""
        raise self._refusal("done there")

    async def preview_mute(self, draft: MuteDraft) -> MutePreview:
        """See `TriageDesk.preview_mute`."""
        core = self._core
        return await preview_mute(draft, core.rulebook.book, core.store, core.clock.now())

    async def mute(self, draft: MuteDraft) -> MuteId:  # noqa: ARG002 - refused whatever it is
        """Refused: see `TriageDesk.mute`."""
        raise self._refusal("muted there")

    async def unmute(self, mute: MuteId) -> None:  # noqa: ARG002 - refused whatever it is
        """Refused: see `TriageDesk.unmute`."""
        raise self._refusal("lifted there")

    async def pause_alerts(self, until: datetime | None) -> None:  # noqa: ARG002 - refused whatever it is
        """Refused: nothing rings here, so there is nothing to pause."""
        raise self._refusal("paused there")
