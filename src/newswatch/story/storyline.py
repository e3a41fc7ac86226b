"""Which story a hit belongs to: that of its canonical link, or of its folded title within 48 hours. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from newswatch.model.digest import digest
from newswatch.model.entry import EntryKey, Identity
from newswatch.model.feed import FeedId
from newswatch.model.hit import StoryId

SAME_TITLE_WITHIN = timedelta(hours=48)


class Stories(Protocol):
    """The stories so far, by the digests of `Identity`; each answer with the time it was last fed."""

    def story_by_link(self, link_digest: str) -> tuple[StoryId, datetime] | None:
        """The newest story with this canonical link."""

    def story_by_title(self, title_digest: str) -> tuple[StoryId, datetime] | None:
        """The newest story with this folded title."""


def story_of(identity: Identity, seen_at: datetime, stories: Stories) -> StoryId:
    """The story of an entry, an existing one or one of its own; the same question gives the same answer."""
    if identity.link and (found := stories.story_by_link(identity.link)) is not None:
        return found[0]
    if identity.title and (found := stories.story_by_title(identity.title)) is not None:
        story_id, fed_at = found
        if abs(seen_at - fed_at) <= SAME_TITLE_WITHIN:
            return story_id
    return own_story(identity.feed_id, identity.key)


def own_story(feed_id: FeedId, key: EntryKey) -> StoryId:
    """The id of the story that an entry opens."""
    return StoryId(digest("story", feed_id, key))


class OpenStories:
    """The stories so far and those that were opened since, so that one batch of entries shares them."""

    def __init__(self, stories: Stories) -> None:
        self._stories = stories
        self._by_link: dict[str, tuple[StoryId, datetime]] = {}
        self._by_title: dict[str, tuple[StoryId, datetime]] = {}

    def story_by_link(self, link_digest: str) -> tuple[StoryId, datetime] | None:
        """See `Stories`."""
        return self._by_link.get(link_digest) or self._stories.story_by_link(link_digest)

    def story_by_title(self, title_digest: str) -> tuple[StoryId, datetime] | None:
        """See `Stories`."""
        return self._by_title.get(title_digest) or self._stories.story_by_title(title_digest)

    def place(self, identity: Identity, seen_at: datetime) -> StoryId:
        """The story of an entry; it is open to the entries that come after."""
        story_id = story_of(identity, seen_at, self)
        if identity.link:
            self._by_link[identity.link] = (story_id, seen_at)
        if identity.title:
            self._by_title[identity.title] = (story_id, seen_at)
        return story_id
