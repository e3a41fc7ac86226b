"""Which entries may share a story: those that have hits, by the digests of their links and of their titles.

Knows ids and digests, no rows. A digest may be in it that its entry has no more: whoever asks looks at what is
remembered of the entry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from newswatch.model.feed import FeedId
from newswatch.store.digests import DigestIndex

Names = tuple[FeedId, str, str]
"""The feed of an entry, the digest of its link and that of its title; "" for one that it does not have."""
NamesOf = Callable[[str], Names | None]


class StoryNames:
    """Ids of entries by link and by title."""

    __slots__ = ("links", "titles")

    def __init__(self) -> None:
        self.links = DigestIndex()
        self.titles = DigestIndex()

    def add(self, entry_id: str, names: Names | None) -> None:
        """Finds an entry under these names; None: there are none."""
        if names is not None:
            for digests, digest in zip((self.links, self.titles), names[1:], strict=True):
                if digest:
                    digests.add(digest, entry_id)

    def remove(self, entry_id: str, names: Names | None) -> None:
        """Finds it no longer."""
        if names is not None:
            for digests, digest in zip((self.links, self.titles), names[1:], strict=True):
                if digest:
                    digests.remove(digest, entry_id)

    def by_link(self, digest: str, names_of: NamesOf) -> Iterator[str]:
        """The entries with this link, the last that came first."""
        return _still(self.links, digest, 1, names_of)

    def by_title(self, digest: str, names_of: NamesOf) -> Iterator[str]:
        """The entries with this title, the last that came first."""
        return _still(self.titles, digest, 2, names_of)


def _still(digests: DigestIndex, digest: str, part: int, names_of: NamesOf) -> Iterator[str]:
    for entry_id in digests.get(digest) if digest else ():
        names = names_of(entry_id)
        if names is not None and names[part] == digest:
            yield entry_id
