"""What a person does with hits, beside acking and starring. All is stored when a verb returns; all can be undone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from newswatch.model.handling import Handled
from newswatch.model.hit import HitId
from newswatch.model.mute import MuteDraft, MuteId, MutePreview


class TriageDesk(Protocol):
    """`Engine.triage`. Every verb raises StoreLocked where another instance is the writer, StoreError if not stored.

    The mutes in force and the pause stand in the View (`View.mutes`, `View.paused_until`).
    """

    async def set_handled(self, changes: Mapping[HitId, Handled]) -> None:
        """Sets what a person did with each of these hits to exactly this; unknown hits are passed over.

        A hit that is snoozed (`snoozed_until`) is out of the way until then; then it is new again, and alerts. Hits
        that come for a snoozed story meanwhile are held as `snoozed`, until then.
        """

    async def preview_mute(self, draft: MuteDraft) -> MutePreview:
        """What a mute would hide. Raises QueryError for a subject that makes no query."""

    async def mute(self, draft: MuteDraft) -> MuteId:
        """Hides what matches, from now on and, of what is stored, the hits that are not acked (held as `muted`).

        It acts at once; it returns when what is stored is hidden too, the newest first. A mute of a source or a phrase
        reaches rules.toml as `Engine.save_rule` does. Raises RuleRefused if it cannot be, QueryError as `preview_mute`.
        """

    async def unmute(self, mute: MuteId) -> None:
        """Lifts a mute, in force or over: what it hid is shown again, as it was, and rings for nothing.

        Unknown ones are passed over. Raises RuleRefused.
        """

    async def pause_alerts(self, until: datetime | None) -> None:
        """Nothing rings until then; all is stored and shown as ever. None ends the pause; a restart does, too.

        At its end what would have rung is told in one message.
        """
