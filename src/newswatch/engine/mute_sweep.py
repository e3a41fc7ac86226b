"""Holds what is stored against mutes that are new, changed or gone: hides and gives back, in slices beside all else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain

from newswatch.engine.core import CHANGED_AT_ONCE, Core
from newswatch.engine.mute_preview import NOT_ACKED
from newswatch.engine.mutes import CAME_HELD, RULE_PREFIX, STORY_PREFIX
from newswatch.engine.slices import Slice
from newswatch.model.hit import Held, Hit, HitId, StoryId
from newswatch.model.mute import MuteId
from newswatch.model.rule import RuleId
from newswatch.store.api import HitQuery, Store

_HIDEABLE = frozenset((None, Held.SNOOZED, Held.MUTED, *CAME_HELD))
"""What a mute may take the place of: an alert, one that sleeps, what came in quietly, or another mute."""

_Judged = Mapping[HitId, tuple[Hit, Hit]]
"""Hits as they were stored, and as the mutes have them; only those that change."""


class MuteSweep:
    """One a home; whoever waits for `run` while it is under way waits for what is new since, too."""

    def __init__(self, core: Core, monotonic: Callable[[], float]) -> None:
        self._core = core
        self._monotonic = monotonic
        self._turn = asyncio.Lock()

    async def run(self) -> None:
        """Does what is to be done now. Raises StoreError; then it is still to be done."""
        mutes = self._core.mutes
        async with self._turn:
            fresh, stale = mutes.taken()
            try:
                over = mutes.over(self._core.clock.now())  # what those hid stays hidden, whatever was edited in them
                await self._judge_again(mutes.hidden_by((stale | mutes.strays()) - over))
                if fresh:
                    await self._hide(await asyncio.to_thread(_within_reach, self._core.store, fresh))
            except BaseException:  # cancelled, or the disk is full
                mutes.give_back(fresh, stale)
                raise

    async def _judge_again(self, hit_ids: Sequence[HitId]) -> None:
        """Shows what no mute hides any more."""
        core = self._core
        for start in range(0, len(hit_ids), CHANGED_AT_ONCE):
            stored = map(core.store.hit, hit_ids[start : start + CHANGED_AT_ONCE])
            await self._hide(hit for hit in stored if hit is not None)

    async def _hide(self, hits: Iterable[Hit]) -> None:
        """Hides what mutes hide of these hits, and shows the others. They are read on a thread."""
        reading, is_done = iter(hits), False
        while not is_done:
            judged, is_done = await asyncio.to_thread(self._slice, reading)
            await self._core.update_hits(judged, partial(self._settled, judged))

    def _slice(self, hits: Iterator[Hit]) -> tuple[_Judged, bool]:
        """What becomes of the next hits, and whether they were the last."""
        mutes, now = self._core.mutes, self._core.clock.now()
        time_slice = Slice(self._monotonic)
        judged: dict[HitId, tuple[Hit, Hit]] = {}
        for hit in hits:
            if hit.held in _HIDEABLE and (after := mutes.hidden(hit, now)) != hit:
                judged[hit.id] = (hit, after)
            if time_slice.is_over() or len(judged) >= CHANGED_AT_ONCE:
                return judged, False
        return judged, True

    def _settled(self, judged: _Judged, hit: Hit) -> Hit:
        """What was judged; a hit that changed meanwhile is judged again, and hidden only if it still may be."""
        before, after = judged[hit.id]
        if hit == before:
            return after
        may_change = hit.held is Held.MUTED or (hit.held in _HIDEABLE and hit.state in NOT_ACKED)
        return self._core.mutes.hidden(hit, self._core.clock.now()) if may_change else hit


def _within_reach(store: Store, fresh: Collection[MuteId]) -> Iterator[Hit]:
    """The hits that these mutes may hide: those that are listed and not acked, asleep or not."""
    stories = [StoryId(name.removeprefix(STORY_PREFIX)) for name in fresh if name.startswith(STORY_PREFIX)]
    rules = tuple(RuleId(name.removeprefix(RULE_PREFIX)) for name in fresh if name.startswith(RULE_PREFIX))
    if len(stories) + len(rules) < len(fresh):
        asked = [HitQuery()]
    else:
        asked = [HitQuery(story=story) for story in stories] + ([HitQuery(rules=rules)] if rules else [])
    return chain.from_iterable(
        store.find_hits(replace(query, states=NOT_ACKED, **kind))
        for query in asked
        for kind in ({"is_alert": True}, {"held": (Held.SNOOZED, *CAME_HELD)})
    )
