"""What the verbs of `newswatch feeds` share: the history to look at, a feed as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from newswatch.cli import moments
from newswatch.cli.output import say
from newswatch.errors import StoreError
from newswatch.feeds.addresses import shown as shown_address
from newswatch.model.feed import Feed, FeedId, FeedState
from newswatch.paths import Paths
from newswatch.store.api import FeedCounts
from newswatch.text.urls import host_of


@dataclass(frozen=True, slots=True)
class History:
    """What is stored of feeds. `fault` says why nothing could be read, or is empty."""

    states: Mapping[FeedId, FeedState] = field(default_factory=dict)
    counts: Mapping[FeedId, FeedCounts] = field(default_factory=dict)
    fault: str = ""

    def state(self, feed: Feed) -> FeedState:
        """The state of a feed; of one that was never checked, if nothing is known."""
        return self.states.get(feed.id) or FeedState(feed.id)

    def label(self, feed: Feed) -> str:
        """The name to show of a feed: feeds.opml's, else its own title, else its host."""
        return feed.name or self.state(feed).title or host_of(feed.url)


def read_history(paths: Paths, feeds: tuple[Feed, ...]) -> History:
    """The history as it is on disk, be a monitor running or not. Its fault is said on stderr, too."""
    from newswatch.store.tiny import FILE_NAME, TinyStore

    if not (paths.data / FILE_NAME).exists():
        return History()
    try:
        store = TinyStore.read(paths.data)
    except StoreError as error:
        say(f"the history cannot be read, so it is left out here: {error}")
        return History(fault=str(error))
    try:
        return History(dict(store.feed_states()), {feed.id: store.feed_counts(feed.id) for feed in feeds})
    finally:
        store.close()


def feed_fields(feed: Feed, label: str) -> dict[str, object]:
    """What feeds.opml says of a feed, as JSON."""
    return {
        "id": feed.id,
        "name": label,
        "address": shown_address(feed.url),
        "folder": list(feed.folder),
        "tags": list(feed.tags),
        "interval_s": feed.interval_s,
        "paused": feed.is_paused,
    }


def iso(at: datetime | None) -> str | None:
    """A time as JSON has it; None stays None."""
    return None if at is None else moments.iso(at)
