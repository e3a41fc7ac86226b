"""Which feeds are due, on the monotonic clock: the wall may jump. Knows nothing of fetching."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable
from urllib.parse import urlsplit

from newswatch.engine.clock import Clock
from newswatch.model.feed import Feed, FeedId

WALL_JUMP_S = 30.0
SPREAD_PER_HOST_S = 1.0


class Schedule:
    """A due time for each feed. A feed that was taken is not due again until it is put back."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._due_at: dict[FeedId, float] = {}
        self._heap: list[tuple[float, FeedId]] = []
        self._wall_s = clock.now().timestamp()
        self._monotonic_s = clock.monotonic()

    def put(self, feed_id: FeedId, wait_s: float) -> None:
        """The feed is due in that many seconds, whatever was said of it before."""
        due_at = self._clock.monotonic() + max(0.0, wait_s)
        self._due_at[feed_id] = due_at
        heapq.heappush(self._heap, (due_at, feed_id))

    def drop(self, feed_id: FeedId) -> None:
        """The feed is not due at all."""
        self._due_at.pop(feed_id, None)

    def __contains__(self, feed_id: object) -> bool:
        """Whether the feed is due at some time."""
        return feed_id in self._due_at

    def take_due(self) -> list[FeedId]:
        """The feeds due now, longest due first."""
        now = self._clock.monotonic()
        taken = []
        while self._heap and self._heap[0][0] <= now:
            due_at, feed_id = heapq.heappop(self._heap)
            if self._due_at.get(feed_id) == due_at:
                del self._due_at[feed_id]
                taken.append(feed_id)
        return taken

    def wait_s(self) -> float | None:
        """Seconds until the next feed is due; None if none ever is."""
        while self._heap and self._due_at.get(self._heap[0][1]) != self._heap[0][0]:
            heapq.heappop(self._heap)
        return max(0.0, self._heap[0][0] - self._clock.monotonic()) if self._heap else None

    def put_spread(self, feeds: Iterable[Feed]) -> None:
        """All of these are due now, those of one host a second apart: a catch-up is no storm."""
        turn: Counter[str] = Counter()
        for feed in feeds:
            host = urlsplit(feed.url).hostname or ""
            self.put(feed.id, turn[host] * SPREAD_PER_HOST_S)
            turn[host] += 1

    def has_slept(self) -> bool:
        """Whether the wall clock ran ahead of the monotonic one since the last call: the machine was suspended."""
        wall_s, monotonic_s = self._clock.now().timestamp(), self._clock.monotonic()
        ahead_s = (wall_s - self._wall_s) - (monotonic_s - self._monotonic_s)
        self._wall_s, self._monotonic_s = wall_s, monotonic_s
        return ahead_s > WALL_JUMP_S
