"""What the screen has shown counts as told: the engine is asked to remember it. Knows no widget."""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine, Sequence
from functools import partial

from newswatch.engine.api import Engine
from newswatch.errors import NewswatchError
from newswatch.model.event import Liveness
from newswatch.model.hit import Hit, HitId, Triage
from newswatch.model.view import View

AT_ONCE = 500
AGAIN_S = 60.0
REMEMBERED = 10_000  # hits; of those that are told by now none is asked for again

log = logging.getLogger(__name__)


class Teller:
    """Asks once for each hit, and again after a minute where it could not be stored.

    `spawn` runs a coroutine beside all else, `later` calls something after so many seconds.
    """

    def __init__(
        self,
        engine: Engine,
        spawn: Callable[[Coroutine[object, object, None]], object],
        later: Callable[[float, Callable[[], None]], object],
    ) -> None:
        self._engine = engine
        self._spawn = spawn
        self._later = later
        self._asked: set[HitId] = set()
        self._view = View()

    def shown(self, view: View) -> None:
        """A view is on the screen. The one that follows another's writing tells nothing: the writer does."""
        self._view = view
        if self._engine.is_read_only or view.liveness is Liveness.READ_ONLY:
            return
        unsaid = self._engine.unsaid
        waiting = [
            hit.id
            for story in view.stories
            if not story.is_told  # of thousands, at each batch of arrivals
            for hit in story.hits
            if hit.told_at is None and hit.id not in unsaid and not _is_kept_back(hit, view)
        ]
        if len(self._asked) > REMEMBERED:
            self._asked.intersection_update(waiting)
        untold = [hit_id for hit_id in waiting if hit_id not in self._asked][:AT_ONCE]
        if untold:
            self._asked.update(untold)
            self._spawn(self._mark(untold))

    async def _mark(self, hits: Sequence[HitId]) -> None:
        try:
            await self._engine.mark_told(hits)
        except NewswatchError as error:
            log.warning("not marked as told, tried again in a minute: %s", error)
            self._later(AGAIN_S, partial(self._again, hits))
        else:
            self.shown(self._view)

    def _again(self, hits: Sequence[HitId]) -> None:
        self._asked.difference_update(hits)
        self.shown(self._view)


def _is_kept_back(hit: Hit, view: View) -> bool:
    """Whether a pause keeps an alert from ringing: until it is over, or the hit was seen, nobody was told of it. So
    an end of the pause that nobody saw coming, a crash, loses none: they are told at the next start.
    """
    return view.paused_until is not None and hit.is_alert and hit.state is Triage.NEW
