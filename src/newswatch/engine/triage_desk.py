"""What a person does with hits, beside acking and starring: snoozes that end, mutes that hide and give back, a pause.

`run` is what lets time have its way: it wakes what was snoozed, ends mutes and the pause, and holds what is stored
against mutes that are new or gone. What comes in is held by `holding`. See docs/decisions/0016.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from newswatch.alert.snooze import handled, is_asleep, woken
from newswatch.engine.core import CHANGED_AT_ONCE, Core
from newswatch.engine.mute_preview import preview_mute
from newswatch.engine.mute_sweep import MuteSweep
from newswatch.engine.mutes import RULE_PREFIX, STORY_PREFIX, rule_mute_id, story_mute_id, story_name
from newswatch.engine.notifier import Notifier
from newswatch.engine.rule_desk import RuleDesk
from newswatch.errors import QueryError, RuleRefused
from newswatch.model.delivery import RuleMute, StoryMute
from newswatch.model.event import MutesChanged, PauseChanged
from newswatch.model.handling import Handled
from newswatch.model.hit import Held, Hit, HitId, StoryId, Triage
from newswatch.model.mute import MuteDraft, MuteId, MuteKind, MutePreview
from newswatch.model.rule import RuleId
from newswatch.store.api import HitQuery, Transaction
from newswatch.text.clean import clean_line

LOOK_EVERY_S = 30.0
"""How late the end of a snooze may be noticed after the machine slept, or its clock was set."""


class LocalTriage:
    """Implements `engine.api.triage.TriageDesk` on a core. `load` it first, on a thread; `run` is its life."""

    def __init__(
        self, core: Core, rule_desk: RuleDesk, notifier: Notifier, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._core = core
        self._rule_desk = rule_desk
        self._notifier = notifier
        self._monotonic = monotonic
        self._began_at = core.clock.now()
        self._half_asleep: tuple[HitId, ...] = ()  # snoozed elsewhere, and imported: not held yet
        self._pause_ends_s = math.inf  # on the monotonic clock, which nobody sets back
        self._sweep = MuteSweep(core, monotonic)

    def load(self) -> None:
        """Reads what is stored of snoozes and mutes."""
        core = self._core
        core.mutes.load(core.store)
        core.asleep.note(core.store.find_hits(HitQuery(is_snoozed=True)))
        self._half_asleep = tuple(hit.id for hit in core.store.find_hits(HitQuery(is_snoozed=True, is_alert=True)))

    async def run(self) -> None:
        """Lets time have its way until cancelled."""
        core = self._core
        while True:
            core.stirred.clear()
            await self.catch_up()
            wait_s = self._wait_s()
            if wait_s is None:
                await core.stirred.wait()
                continue
            with suppress(TimeoutError):
                async with core.clock.timeout(min(wait_s, LOOK_EVERY_S)):
                    await core.stirred.wait()

    async def catch_up(self) -> None:
        """Does what is due now."""
        now = self._core.clock.now()
        if (left_s := self._pause_left_s(now)) is not None and left_s <= 0:
            self._end_pause()
        self.show()  # a mute may be over
        if self._half_asleep:
            await self._core.update_many(
                self._half_asleep, lambda hit: handled(hit, Handled.of(hit), now) if is_asleep(hit, now) else hit
            )
            self._half_asleep = ()
        await self._wake(now)
        await self._sweep.run()

    async def set_handled(self, changes: Mapping[HitId, Handled]) -> None:
        """See `TriageDesk.set_handled`. A snooze that is over by now is none."""
        now = self._core.clock.now()
        await self._core.update_many(changes, lambda hit: handled(hit, changes[hit.id], now))

    async def preview_mute(self, draft: MuteDraft) -> MutePreview:
        """See `TriageDesk.preview_mute`."""
        core = self._core
        return await preview_mute(draft, core.rulebook.book, core.store, core.clock.now(), self._monotonic)

    async def mute(self, draft: MuteDraft) -> MuteId:
        """See `TriageDesk.mute`."""
        now = self._core.clock.now()
        if not draft.subject.strip():
            raise QueryError("there is nothing to mute", 0)
        if draft.until <= now:
            raise RuleRefused("a mute must end in the future")
        match draft.kind:
            case MuteKind.STORY:
                story_id = StoryId(draft.subject)
                self._core.mutes.name_story(story_id, clean_line(draft.name) or story_name(self._core.store, story_id))
                await self._keep(Transaction(mutes=(StoryMute(story_id, draft.until, now),)))
                mute_id = story_mute_id(story_id)
            case MuteKind.RULE:
                rule_id = RuleId(draft.subject)
                await self._keep(Transaction(rule_mutes=(RuleMute(rule_id, draft.until, now),)))
                mute_id = rule_mute_id(rule_id)
            case _:
                mute_id = await self._rule_desk.mute(draft)
        self.show()
        await self._sweep.run()
        return mute_id

    async def unmute(self, mute: MuteId) -> None:
        """See `TriageDesk.unmute`. One that is over by now gives back what it hid, too."""
        mutes = self._core.mutes
        if not mutes.is_known(mute):
            return
        if mutes.has_in_file(mute):
            await self._rule_desk.unmute(mute)
        elif mute.startswith(STORY_PREFIX):
            await self._keep(Transaction(unmuted=(StoryId(mute.removeprefix(STORY_PREFIX)),)))
        else:
            await self._keep(Transaction(unmuted_rules=(RuleId(mute.removeprefix(RULE_PREFIX)),)))
        self.show()
        await self._sweep.run()

    async def pause_alerts(self, until: datetime | None) -> None:
        """See `TriageDesk.pause_alerts`."""
        core = self._core
        now = core.clock.now()
        if until is None or until <= now:
            self._end_pause()
            return
        self._pause_ends_s = core.clock.monotonic() + (until - now) / timedelta(seconds=1)
        self._notifier.pause()
        core.hub.publish([PauseChanged(until)])
        core.stirred.set()

    def _pause_left_s(self, now: datetime) -> float | None:
        """How long the pause lasts yet; None: there is none. A clock that is set back does not make it longer."""
        until = self._core.hub.view.paused_until
        if until is None:
            return None
        return min((until - now) / timedelta(seconds=1), self._pause_ends_s - self._core.clock.monotonic())

    def _end_pause(self) -> None:
        if self._core.hub.view.paused_until is None:
            return
        self._core.hub.publish([PauseChanged(None)])
        stored = self._core.store.hit
        self._notifier.resume(lambda hits: [now for hit in hits if (now := stored(hit.id)) is not None])

    async def _keep(self, transaction: Transaction) -> None:
        """Stores mutes, and puts them in force."""
        core = self._core
        async with core.order:
            await core.commit(transaction)
            core.mutes.put_stored(core.store.mutes(), core.store.rule_mutes())
        core.stirred.set()

    def show(self) -> None:
        """Shows the mutes in force, if others are shown."""
        core = self._core
        if (statuses := core.mutes.statuses(core.clock.now())) != core.hub.view.mutes:
            core.hub.publish([MutesChanged(statuses)])

    def _wait_s(self) -> float | None:
        """Seconds until there is something to do; None if nothing is to be waited for."""
        core = self._core
        now = core.clock.now()
        # A mute that ended since `show` looked is shown still: there is something to do now.
        ends = (core.asleep.next_end(), *(mute.until for mute in core.hub.view.mutes))
        waits_s = [(end - now) / timedelta(seconds=1) for end in ends if end is not None]
        if (left_s := self._pause_left_s(now)) is not None:
            waits_s.append(left_s)
        return max(min(waits_s), 0.0) if waits_s else None

    # --- snoozes

    async def _wake(self, now: datetime) -> None:
        """Lets those whose snooze is over come up again, and ring."""
        core = self._core
        ended = core.asleep.ended(now)
        if not ended:
            return
        judged = await asyncio.to_thread(self._woken, tuple(ended), now)

        def change(hit: Hit) -> Hit:
            before, after = judged.get(hit.id, (hit, hit))
            return hit if is_asleep(hit, now) else after if hit == before else self._up_again(hit, now)

        changed: list[Hit] = []
        try:
            for start in range(0, len(ended), CHANGED_AT_ONCE):
                changed += await core.update_hits(tuple(ended)[start : start + CHANGED_AT_ONCE], change)
            core.asleep.forget(hit_id for hit_id in ended if core.store.hit(hit_id) is None)
        finally:  # the disk gave out, or newswatch ends: those that are awake by now ring
            self._ring(changed, ended)

    def _ring(self, woken_hits: Sequence[Hit], ended: Mapping[HitId, datetime]) -> None:
        alerts = [hit for hit in woken_hits if hit.is_alert and hit.state is not Triage.ACKED]
        missed = [hit for hit in alerts if ended[hit.id] < self._began_at]
        if missed:
            self._notifier.raise_missed(missed, min(ended[hit.id] for hit in missed))
        self._notifier.raise_again([hit for hit in alerts if ended[hit.id] >= self._began_at])

    def _woken(self, hit_ids: Sequence[HitId], now: datetime) -> dict[HitId, tuple[Hit, Hit]]:
        """The hits as they are stored, and come up again: as alerts, unless a mute hides them now. On a thread."""
        stored = [hit for hit in map(self._core.store.hit, hit_ids) if hit is not None]
        return {hit.id: (hit, self._up_again(hit, now)) for hit in stored}

    def _up_again(self, hit: Hit, now: datetime) -> Hit:
        """A mute that is over by now does not keep down what a person wanted to see again at this time."""
        after = woken(hit)
        if after.state is Triage.ACKED or after.held not in (None, Held.MUTED):
            return after
        return self._core.mutes.hidden(after, now)
