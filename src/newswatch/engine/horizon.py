"""Whether the network is there at all. One global state, judged from what the feeds answer. Pure bookkeeping."""

from __future__ import annotations

from newswatch.model.feed import FeedId

FEEDS_TO_BELIEVE = 3


class Horizon:
    """Offline is believed after several different feeds failed for want of a network and none answered between.

    A feed that could not be reached while others could is a suspect: until it answers, its failures are its own and
    say nothing of the network. So a few dead feeds among living ones never make the monitor flap.
    """

    def __init__(self) -> None:
        self._unreached: set[FeedId] = set()
        self._suspects: set[FeedId] = set()
        self.is_offline = False

    @property
    def unreached(self) -> frozenset[FeedId]:
        """The feeds that could not be reached since the last answer."""
        return frozenset(self._unreached)

    def saw_answer(self, feed_id: FeedId) -> bool:
        """A server answered, be it with an error. True if that ends an offline time."""
        was_offline = self.is_offline
        self._suspects |= self._unreached
        self._suspects.discard(feed_id)
        self._unreached.clear()
        self.is_offline = False
        return was_offline

    def saw_nothing(self, feed_id: FeedId, feeds: int) -> bool:
        """A feed, one of `feeds`, could not be reached at all. True if that begins an offline time."""
        if feed_id in self._suspects and not self.is_offline and feeds > len(self._suspects):
            return False
        self._unreached.add(feed_id)
        witnesses = max(feeds - len(self._suspects), 1)
        begins = not self.is_offline and len(self._unreached) >= min(FEEDS_TO_BELIEVE, witnesses)
        self.is_offline = self.is_offline or begins
        return begins

    def forget(self, feed_id: FeedId) -> None:
        """The feed left: it is no witness any more."""
        self._unreached.discard(feed_id)
        self._suspects.discard(feed_id)
