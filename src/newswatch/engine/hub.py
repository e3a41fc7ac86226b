"""The hub: numbers events, keeps the view, and hands batches to any number of watchers.

A watcher is woken once for however many events came meanwhile, and gets them as one batch. The ring of events is
bounded, by their number and by that of the hits in them; who falls further behind than it is long gets `Lagged`.

The view is worked out when somebody asks for it: a run without a screen is told of a thousand feeds, and looks at none.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import replace
from itertools import islice

from newswatch.model.event import AlertsRaised, Batch, Event, HitsStored, Lagged
from newswatch.model.hit import HitId
from newswatch.model.view import View, reduce, without_hits

RING_EVENTS = 10_000
MOST_UNSEEN = 1_000
"""Events that the view does not have yet, because nobody asked for it."""
RING_HITS = 5_000
"""Hits as they were when they were told. What the view has in their place since would stay in memory twice."""


class Hub:
    """One writer publishes, watchers follow. All calls belong on one event loop."""

    def __init__(self, view: View, ring: int = RING_EVENTS, ring_hits: int = RING_HITS) -> None:
        self._view = view
        self._seq = view.seq
        self._unseen: list[Event] = []  # what came since the view was asked for
        self._ring: deque[Event] = deque(maxlen=ring)
        self._hits = 0  # in the ring
        self._most_hits = ring_hits
        self._woken = asyncio.Event()
        self._is_closed = False

    @property
    def view(self) -> View:
        """The view after the last event."""
        if self._unseen:
            unseen, self._unseen = self._unseen, []
            self._view = reduce(self._view, Batch(self._seq, tuple(unseen)))
        return self._view

    def publish(self, events: Sequence[Event]) -> None:
        """Numbers these events and wakes the watchers."""
        if not events:
            return
        for event in events:
            self._push(event)
        # What was just said stays, however many hits it has: nobody has fallen behind by that.
        while self._hits > self._most_hits and len(self._ring) > len(events):
            self._hits -= _hits_in(self._ring.popleft())
        self._seq += len(events)
        self._unseen.extend(events)
        if len(self._unseen) >= MOST_UNSEEN:
            _ = self.view
        self._wake()

    def drop_hits(self, gone: Collection[HitId]) -> None:
        """Takes hits that were dropped from the history out of the view, if it has any. Watchers get `Lagged`, then."""
        before = self.view
        view = without_hits(before, gone)
        if view.stories != before.stories:
            self._ring.clear()
            self._hits = 0
            self._seq += 1
            self._view = replace(view, seq=self._seq)
            self._wake()

    def close(self) -> None:
        """Ends every watch after it has had the last events."""
        self._is_closed = True
        self._wake()

    async def watch(self, since: int) -> AsyncIterator[Batch | Lagged]:
        """See `Engine.watch`."""
        while True:
            woken = self._woken
            behind = self._seq - since
            if behind > len(self._ring):
                missed = behind - len(self._ring)
                since = self._seq
                yield Lagged(missed)
            elif behind > 0:
                events = tuple(islice(self._ring, len(self._ring) - behind, None))
                since = self._seq
                yield Batch(since, events)
            elif self._is_closed:
                return
            else:
                await woken.wait()

    def _push(self, event: Event) -> None:
        if len(self._ring) == self._ring.maxlen:
            self._hits -= _hits_in(self._ring[0])
        self._ring.append(event)
        self._hits += _hits_in(event)

    def _wake(self) -> None:
        self._woken.set()
        self._woken = asyncio.Event()


def _hits_in(event: Event) -> int:
    return len(event.hits) if isinstance(event, (HitsStored, AlertsRaised)) else 0
