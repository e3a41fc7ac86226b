"""Whether the network is there at all. One global state, judged from what the feeds answer. Pure bookkeeping."""

from __future__ import annotations

from newswatch.model.feed import FeedId

HOSTS_TO_BELIEVE = 3


class Horizon:
    """Offline is believed after feeds of several hosts failed for want of a network and none answered between.

    A feed that could not be reached while others could is a suspect: until it answers, its failures are its own and
    say nothing of the network. So a few dead feeds among living ones never make the monitor flap, and one host that
    is down never looks like an outage, however many feeds it has.
    """

    def __init__(self) -> None:
        self._unreached: dict[FeedId, str] = {}
        self._suspects: set[FeedId] = set()
        self.is_offline = False

    @property
    def unreached(self) -> frozenset[FeedId]:
        """The feeds that could not be reached since the last answer."""
        return frozenset(self._unreached)

    def suspect(self, feed_id: FeedId) -> None:
        """The feed failed when it was last asked, before anything was seen of the network."""
        self._suspects.add(feed_id)

    def is_suspect(self, feed_id: FeedId) -> bool:
        """Whether failures of the feed say nothing of the network."""
        return feed_id in self._suspects

    def saw_answer(self, feed_id: FeedId) -> bool:
        """A server answered, be it with an error. True if that ends an offline time."""
        was_offline = self.is_offline
        self._suspects.update(self._unreached)
        self._suspects.discard(feed_id)
        self._unreached.clear()
        self.is_offline = False
        return was_offline

    def saw_nothing(self, feed_id: FeedId, host: str, witnesses: int) -> bool:
        """A feed of that host could not be reached at all. True if that begins an offline time.

        `witnesses` is how many hosts have feeds that are no suspects; beyond `HOSTS_TO_BELIEVE` the number is all one.
        """
        if feed_id in self._suspects and not self.is_offline and witnesses:
            return False
        self._unreached[feed_id] = host
        enough = min(HOSTS_TO_BELIEVE, max(witnesses, 1))
        begins = not self.is_offline and len(set(self._unreached.values())) >= enough
        self.is_offline = self.is_offline or begins
        return begins

    def forget(self, feed_id: FeedId) -> None:
        """The feed left: it is no witness any more."""
        self._unreached.pop(feed_id, None)
        self._suspects.discard(feed_id)
