"""Which feeds are due, on the monotonic clock: the wall may jump. Knows nothing of fetching.

However many fall due at once (a first start, a catch-up after sleep), they are let out at most `STARTS_A_SECOND` a
second, and those of one host `SPREAD_PER_HOST_S` apart.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Mapping

from newswatch.engine.clock import Clock
from newswatch.model.feed import FeedId

WALL_JUMP_S = 30.0
SPREAD_PER_HOST_S = 1.0
STARTS_A_SECOND = 50
LONGEST_CATCH_UP_S = 300.0


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

    def put_sooner(self, feed_id: FeedId, wait_s: float) -> None:
        """The feed is due in that many seconds, unless it is due before."""
        due_at = self._due_at.get(feed_id)
        if due_at is None or due_at > self._clock.monotonic() + wait_s:
            self.put(feed_id, wait_s)

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

    def put_spread(self, hosts: Mapping[FeedId, str], host_gap_s: float = SPREAD_PER_HOST_S) -> None:
        """Feeds that are due now, with the host of each: `STARTS_A_SECOND` each second, those of one host `host_gap_s`
        apart.

        They stand closer only where a host has so many that its last feed would wait `LONGEST_CATCH_UP_S`; how close
        requests to it really come is for `HostTurns` to say.
        """
        feeds_of = Counter(hosts.values())
        turn: Counter[str] = Counter()
        for place, (feed_id, host) in enumerate(hosts.items()):
            gap_s = min(host_gap_s, LONGEST_CATCH_UP_S / feeds_of[host])
            self.put(feed_id, max(turn[host] * gap_s, float(place // STARTS_A_SECOND)))
            turn[host] += 1

    def has_slept(self) -> bool:
        """Whether the wall clock ran ahead of the monotonic one since the last call: the machine was suspended."""
        wall_s, monotonic_s = self._clock.now().timestamp(), self._clock.monotonic()
        ahead_s = (wall_s - self._wall_s) - (monotonic_s - self._monotonic_s)
        self._wall_s, self._monotonic_s = wall_s, monotonic_s
        return ahead_s > WALL_JUMP_S


class HostTurns:
    """Keeps the starts on each host `SPREAD_PER_HOST_S` apart, in the order in which they ask."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._free_at: dict[str, float] = {}

    def take(self, host: str) -> float:
        """Takes the next turn on a host. Returns the seconds until it: 0 for now."""
        now = self._clock.monotonic()
        at = max(now, self._free_at.get(host, now))
        self._free_at[host] = at + SPREAD_PER_HOST_S
        return at - now
