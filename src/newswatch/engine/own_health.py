"""How the monitor itself is doing: its weight, its loop, the feeds it is late for, and how its history is saved.

Reads the meters (`sample` keeps them going), the roster and the files; asks slowly for what is slow. Changes nothing.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from newswatch.engine.clock import Clock
from newswatch.engine.core import Core
from newswatch.engine.meters import Meters, quantile
from newswatch.engine.worries import worries
from newswatch.model.feed import FeedState, FeedStatus
from newswatch.model.pulse import Behind, Flow, Health, Saving
from newswatch.model.vitals import unpacked
from newswatch.store.backup import backups_of

FILES_EVERY_S = 30.0
FLOW_EVERY_S = 15.0
LATE_AFTER_S = 60.0
"""A feed that is due waits for its turn: up to here that is no lateness."""
KNOWN_SHARE = 0.9
"""Of the feeds that answered: what fewer bring is not what all bring, and says nothing."""


@dataclass(frozen=True, slots=True)
class _Files:
    """What the disk says of the history. `at_s` is when it was asked."""

    at_s: float
    journal_bytes: int | None
    backup_at: datetime | None


class OwnHealth:
    """One an engine. `own_clock` is the process's: it counts real seconds."""

    def __init__(self, core: Core, journal: Path, own_clock: Clock) -> None:
        self._core = core
        self._journal = journal
        self._own_clock = own_clock
        self._meters = Meters(own_clock)
        self._since = core.clock.now()
        self._began_s = core.clock.monotonic(), own_clock.monotonic()
        self._files: _Files | None = None
        self._flow: tuple[float, Flow] | None = None

    async def sample(self) -> None:
        """Waits until the next sample of the meters is due, and takes it."""
        await self._meters.sample()

    async def look(self, now: datetime) -> Health:
        """All of it, and what is wrong."""
        health = Health(
            since=self._since,
            weight=self._meters.weight(),
            loop=self._meters.lag(),
            behind=self._behind(now),
            saving=await self._saving(),
        )
        return replace(health, worries=worries(health, self._core.hub.view.liveness, now))

    def flow(self, now: datetime) -> Flow:
        """Read off the vitals of all feeds, now and then: there may be thousands."""
        now_s = self._own_clock.monotonic()
        if self._flow is None or now_s - self._flow[0] >= FLOW_EVERY_S:
            states = [self._core.roster.state(feed_id) for feed_id in self._core.roster.feeds]
            lags = sorted(b"".join(state.vitals.lags for state in states))
            answered = sum(state.vitals.since is not None for state in states)
            daily = [a_day for state in states if (a_day := state.vitals.entries_per_day(now)) is not None]
            flow = Flow(
                entries_per_day=sum(daily) if daily and len(daily) >= KNOWN_SHARE * answered else None,
                lag_p50_s=unpacked(int(quantile(lags, 0.5))) if lags else None,
                lag_p95_s=unpacked(int(quantile(lags, 0.95))) if lags else None,
            )
            self._flow = now_s, flow
        return self._flow[1]

    def _behind(self, now: datetime) -> Behind:
        feeds, worst_s, worst = 0, 0.0, ""
        checking, longest_s = self._core.roster.checking, LATE_AFTER_S * self._pace()
        for feed in self._core.roster.feeds.values():
            if feed.is_paused or feed.id in checking:
                continue
            late_s = self._late_s(self._core.roster.state(feed.id), now)
            if late_s > longest_s:
                feeds += 1
                if late_s > worst_s:
                    worst_s, worst = late_s, self._core.roster.label(feed)
        return Behind(feeds, worst_s, worst)

    def _pace(self) -> float:
        """How many of the news' seconds pass in one of this process; 1 but in the demo."""
        news_s, own_s = self._began_s
        passed_s = self._own_clock.monotonic() - own_s
        return max((self._core.clock.monotonic() - news_s) / passed_s, 1.0) if passed_s > 0 else 1.0

    def _late_s(self, state: FeedState, now: datetime) -> float:
        """For how long a feed has been due; not longer than this process could have asked it."""
        if state.status is FeedStatus.STOPPED or state.is_asked_to_wait(now):
            return 0.0
        due_at = max(state.next_check_at or self._since, self._since)
        return (now - due_at).total_seconds()

    async def _saving(self) -> Saving:
        now_s = self._own_clock.monotonic()
        if self._files is None or now_s - self._files.at_s >= FILES_EVERY_S:
            self._files = await asyncio.to_thread(_files_of, self._journal, now_s)
        core = self._core
        return Saving(
            waiting=core.writer.waiting,
            unsaved=core.store.unsaved,
            committed_at=core.committed_at,
            commit_s=core.writer.last_s,
            journal_bytes=self._files.journal_bytes,
            backup_at=self._files.backup_at,
        )


def _files_of(journal: Path, at_s: float) -> _Files:
    """On a thread."""
    try:
        size: int | None = journal.stat().st_size
    except OSError:
        size = None
    taken = backups_of(journal)
    return _Files(at_s, size, taken[0].at if taken else None)
