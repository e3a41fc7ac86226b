"""Whether the network is there at all. One global state, judged from what the feeds answer. Pure bookkeeping."""

from __future__ import annotations

from newswatch.model.feed import FeedId

FEEDS_TO_BELIEVE = 3


class Horizon:
    """Offline is believed after several different feeds failed for want of a network and none answered between."""

    def __init__(self) -> None:
        self._unreached: set[FeedId] = set()
        self.is_offline = False

    def saw_answer(self) -> bool:
        """A server answered, be it with an error. True if that ends an offline time."""
        was_offline = self.is_offline
        self._unreached.clear()
        self.is_offline = False
        return was_offline

    def saw_nothing(self, feed_id: FeedId, feeds: int) -> bool:
        """A feed, one of `feeds`, could not be reached at all. True if that begins an offline time."""
        self._unreached.add(feed_id)
        begins = not self.is_offline and len(self._unreached) >= min(FEEDS_TO_BELIEVE, max(feeds, 1))
        self.is_offline = self.is_offline or begins
        return begins
