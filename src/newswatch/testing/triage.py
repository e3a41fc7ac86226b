"""Triage in memory, for `ScriptedEngine`: it sets what it is told, keeps mutes and a pause, and rings for nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from newswatch.alert.snooze import snoozed_or_shown
from newswatch.errors import QueryError
from newswatch.model.event import Event, HitsStored, MutesChanged, PauseChanged
from newswatch.model.handling import Handled
from newswatch.model.hit import Held, Hit, HitId, Triage
from newswatch.model.mute import MuteDraft, MuteId, MuteKind, MutePreview, MuteStatus
from newswatch.model.view import View

EXAMPLES = 5


class Stage(Protocol):
    """What of a scripted engine the desk acts on."""

    @property
    def view(self) -> View:
        """The world now."""

    def publish(self, *events: Event) -> None:
        """Lets these events happen."""


class ScriptedTriage:
    """A `TriageDesk`. `called` notes a verb and its arguments, and raises what the test wants it to fail with.

    A mute hides the hits whose title (a source: whose source; a rule, a story: whose rule, story) holds its subject,
    in any letter case. Nothing wakes or expires by itself: publish what a test needs of that.
    """

    def __init__(self, stage: Stage, called: Callable[..., None], now: Callable[[], datetime]) -> None:
        self._stage = stage
        self._called = called
        self._now = now

    async def set_handled(self, changes: Mapping[HitId, Handled]) -> None:
        """See `TriageDesk.set_handled`."""
        self._called("set_handled", dict(changes))
        now = self._now()
        self._store(
            [
                replace(fresh, held=snoozed_or_shown(fresh, now))
                for hit in self._hits()
                if hit.id in changes and (fresh := changes[hit.id].on(hit)) is not hit
            ]
        )

    async def preview_mute(self, draft: MuteDraft) -> MutePreview:
        """See `TriageDesk.preview_mute`."""
        self._called("preview_mute", draft)
        _refuse_empty(draft)
        hidden = self._hidden_by(draft.kind, draft.subject)
        hits = sorted((hit for hit in hidden if hit.is_alert), key=lambda hit: hit.entry.at, reverse=True)
        everything = [hit.entry.at for hit in self._hits()]
        days = (self._now() - min(everything, default=self._now())).total_seconds() / 86_400
        return MutePreview(
            hits=len(hits),
            stories=len({hit.story_id for hit in hits}),
            per_day=len(hits) / max(days, 1.0),
            days=days,
            examples=tuple(hits[:EXAMPLES]),
            quiet=len(hidden) - len(hits),
        )

    async def mute(self, draft: MuteDraft) -> MuteId:
        """See `TriageDesk.mute`; the id is made of kind and subject."""
        self._called("mute", draft)
        _refuse_empty(draft)
        mute_id = MuteId(f"{draft.kind}-{'-'.join(draft.subject.casefold().split())}")
        hits = self._hidden_by(draft.kind, draft.subject)
        mute = MuteStatus(mute_id, draft.kind, draft.subject, draft.name or draft.subject, draft.until, len(hits))
        others = tuple(other for other in self._stage.view.mutes if other.id != mute_id)
        self._stage.publish(MutesChanged((*others, mute)))
        self._store([replace(hit, held=Held.MUTED, muted_by=mute_id, was_held=hit.held) for hit in hits])
        return mute_id

    async def unmute(self, mute: MuteId) -> None:
        """See `TriageDesk.unmute`."""
        self._called("unmute", mute)
        mutes = self._stage.view.mutes
        if all(other.id != mute for other in mutes):
            return
        self._stage.publish(MutesChanged(tuple(other for other in mutes if other.id != mute)))
        hidden = [hit for hit in self._hits() if hit.muted_by == mute]
        shown = [replace(hit, held=hit.was_held, muted_by="", was_held=None) for hit in hidden]
        self._store([replace(hit, held=snoozed_or_shown(hit, self._now())) for hit in shown])

    async def pause_alerts(self, until: datetime | None) -> None:
        """See `TriageDesk.pause_alerts`."""
        self._called("pause_alerts", until)
        self._stage.publish(PauseChanged(until))

    def _hits(self) -> list[Hit]:
        return [hit for story in self._stage.view.stories for hit in story.hits]

    def _hidden_by(self, kind: MuteKind, subject: str) -> list[Hit]:
        return [
            hit
            for hit in self._hits()
            if hit.held in _LISTED and hit.state is not Triage.ACKED and _fits(hit, kind, subject)
        ]

    def _store(self, hits: Sequence[Hit]) -> None:
        if hits:
            self._stage.publish(HitsStored(tuple(hits)))


_LISTED = (None, Held.BACKLOG, Held.RULE_CHANGE)


def _refuse_empty(draft: MuteDraft) -> None:
    if not draft.subject.strip():
        raise QueryError("there is nothing to mute", 0)


def _fits(hit: Hit, kind: MuteKind, subject: str) -> bool:
    match kind:
        case MuteKind.STORY:
            return hit.story_id == subject
        case MuteKind.RULE:
            return hit.rule_id == subject
        case MuteKind.SOURCE:
            return subject.casefold() == hit.entry.source.casefold()
        case _:
            return subject.casefold() in hit.entry.title.casefold()
