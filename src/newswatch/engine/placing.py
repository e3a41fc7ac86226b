"""Where a stored entry belongs: which story it is of, or would be if it were a hit, and which feed. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from newswatch.engine.intake import Known, scope_of
from newswatch.match.matcher import FeedScope
from newswatch.model.entry import Entry, EntryKey, Identity
from newswatch.model.feed import Feed, FeedId
from newswatch.model.hit import StoryId
from newswatch.story.storyline import OpenStories, own_story

_NOWHERE = FeedScope(address="")


def scopes_of(feeds: Mapping[FeedId, Feed]) -> Callable[[FeedId], FeedScope]:
    """What a rule's `feeds` key can name, by feed, as the feeds are now; of feeds that left, nothing."""
    scopes = {feed_id: scope_of(feed) for feed_id, feed in feeds.items()}
    return lambda feed_id: scopes.get(feed_id, _NOWHERE)


class StoryPlaces:
    """The stories of one search of the history: what one entry opens is there for the next."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._stories = OpenStories(known)
        self._identities: dict[FeedId, Mapping[EntryKey, Identity]] = {}

    def story_of(self, entry: Entry) -> StoryId:
        """The story of the entry's hits, else that of its link or its title, else one of its own."""
        if hits := self._known.hits_of_entry(entry.feed_id, entry.key):
            return hits[0].story_id
        identities = self._identities.get(entry.feed_id)
        if identities is None:
            identities = self._identities[entry.feed_id] = self._known.identities(entry.feed_id)
        identity = identities.get(entry.key)
        # An entry that outlived its identity has no links to other stories any more.
        return own_story(entry.feed_id, entry.key) if identity is None else self._stories.place(identity, entry.seen_at)
