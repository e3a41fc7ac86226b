"""The feeds in force, their states, and the rows of the Feeds screen. Bookkeeping only: nothing waits here."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

from newswatch.model.feed import Feed, FeedHealth, FeedId, FeedState
from newswatch.store.api import FeedCounts
from newswatch.text.urls import host_of, redact


class Roster:
    """Feeds by id in file order, and what is known of each. States of feeds that left are kept too.

    `changes` counts how often other feeds than before were put in force.
    """

    def __init__(self) -> None:
        self._feeds: dict[FeedId, Feed] = {}
        self._states: dict[FeedId, FeedState] = {}
        self._redacted: dict[FeedId, tuple[Feed, Feed]] = {}  # feeds as they are, and as they may be shown
        self._checking: set[FeedId] = set()
        self._unsaved: set[FeedId] = set()
        self.changes = 0

    @property
    def feeds(self) -> Mapping[FeedId, Feed]:
        """The feeds in force."""
        return MappingProxyType(self._feeds)

    def load_states(self, states: Mapping[FeedId, FeedState]) -> None:
        """Takes over what was stored."""
        self._states.update(states)

    def adopt(self, feeds: Iterable[Feed]) -> tuple[list[Feed], list[FeedId]]:
        """Puts these feeds in force. Returns those that are new or changed, and the ids of those that left."""
        wanted = {feed.id: feed for feed in feeds}
        changed = [feed for feed in wanted.values() if self._feeds.get(feed.id) != feed]
        gone = [feed_id for feed_id in self._feeds if feed_id not in wanted]
        self._feeds = wanted
        for feed_id in gone:
            self._redacted.pop(feed_id, None)
        self.changes += bool(changed or gone)
        return changed, gone

    def state(self, feed_id: FeedId) -> FeedState:
        """The state of a feed; of one that was never checked, if nothing is known."""
        return self._states.get(feed_id) or FeedState(feed_id)

    def put_state(self, state: FeedState, *, is_saved: bool) -> None:
        """Remembers a state, and whether it is on disk already."""
        self._states[state.feed_id] = state
        if is_saved:
            self._unsaved.discard(state.feed_id)
        else:
            self._unsaved.add(state.feed_id)

    def unsaved(self) -> tuple[FeedState, ...]:
        """The states that are not on disk yet."""
        return tuple(self._states[feed_id] for feed_id in sorted(self._unsaved))

    def mark_saved(self, states: Iterable[FeedState]) -> None:
        """These states are on disk; one that changed meanwhile is still unsaved."""
        for state in states:
            if self._states.get(state.feed_id) == state:
                self._unsaved.discard(state.feed_id)

    def set_checking(self, feed_id: FeedId, *, is_checking: bool) -> bool:
        """Whether a check is under way. Returns whether that is news."""
        if (feed_id in self._checking) == is_checking:
            return False
        (self._checking.add if is_checking else self._checking.discard)(feed_id)
        return True

    @property
    def checking(self) -> Collection[FeedId]:
        """The feeds that are being asked now."""
        return frozenset(self._checking)

    def label(self, feed: Feed) -> str:
        """The name to show of a feed: feeds.opml's, else its own title, else its host."""
        return feed.name or self.state(feed.id).title or host_of(feed.url)

    def health(self, feed_id: FeedId, counts: FeedCounts) -> FeedHealth:
        """The row of a feed in force. Raises KeyError for another."""
        feed, state = self._feeds[feed_id], self.state(feed_id)
        shown = self._without_secrets(feed)
        return FeedHealth(
            feed=shown,
            state=replace(state, moved_to=redact(state.moved_to)) if state.moved_to else state,
            label=self.label(feed),
            address=shown.url,
            entries=counts.entries,
            hits=counts.hits,
            is_checking=feed_id in self._checking,
        )

    def _without_secrets(self, feed: Feed) -> Feed:
        """The feed as it may be shown; worked out once, because its row is made anew at each check."""
        known = self._redacted.get(feed.id)
        if known is not None and known[0] == feed:
            return known[1]
        address = redact(feed.url)
        is_plain = address == feed.url and not feed.earlier
        shown = feed if is_plain else replace(feed, url=address, earlier=tuple(map(redact, feed.earlier)))
        self._redacted[feed.id] = feed, shown
        return shown
