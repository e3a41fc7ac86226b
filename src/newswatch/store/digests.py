"""Which entries have a digest, and which a feed has: names in lists, so that a hundred thousand take few megabytes.

What is taken out of a list is only noted, and leaves it when a list has as much of that as of all else: taking out is
as cheap in a list of thousands as in one of ten.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping

from newswatch.model.feed import FeedId

_HASH_BITS = 30  # numbers that Python holds most cheaply
_BUCKET_BITS = 9  # with a hundred thousand digests a bucket has 200
_MASK = (1 << _HASH_BITS) - 1
_SHIFT = _HASH_BITS - _BUCKET_BITS


class DigestIndex:
    """From digests to ids of entries, in buckets by the digest's hash. Not thread-safe.

    What `get` gives are candidates: another digest may have the same hash.
    """

    __slots__ = ("_gone", "_hashes", "_ids")

    def __init__(self) -> None:
        self._hashes = [array("i") for _ in range(1 << _BUCKET_BITS)]
        self._ids: list[list[str]] = [[] for _ in self._hashes]
        self._gone: dict[int, set[tuple[int, str]]] = {}  # by bucket

    def add(self, digest: str, entry_id: str) -> None:
        """Adds a pair that is not there."""
        number = hash(digest) & _MASK
        bucket = number >> _SHIFT
        if self._gone and (number, entry_id) in self._gone.get(bucket, ()):
            self._clear_out(bucket)
        self._hashes[bucket].append(number)
        self._ids[bucket].append(entry_id)

    def add_at_first(self, digest: str, entry_id: str) -> None:
        """The same, as long as nothing was ever taken out."""
        number = hash(digest) & _MASK
        bucket = number >> _SHIFT
        self._hashes[bucket].append(number)
        self._ids[bucket].append(entry_id)

    def remove(self, digest: str, entry_id: str) -> None:
        """Takes a pair out, if it is there."""
        number = hash(digest) & _MASK
        bucket = number >> _SHIFT
        gone = self._gone.setdefault(bucket, set())
        gone.add((number, entry_id))
        if 2 * len(gone) > len(self._ids[bucket]):
            self._clear_out(bucket)

    def get(self, digest: str) -> Iterator[str]:
        """The ids of entries that may have the digest, each that does among them; the last that came first."""
        number = hash(digest) & _MASK
        bucket = number >> _SHIFT
        places = _places(self._hashes[bucket], number)
        gone, ids = self._gone.get(bucket, ()), self._ids[bucket]
        for entry_id in [ids[place] for place in reversed(places)]:
            if (number, entry_id) not in gone:
                yield entry_id

    def _clear_out(self, bucket: int) -> None:
        gone = self._gone.pop(bucket)
        pairs = zip(self._hashes[bucket], self._ids[bucket], strict=True)
        left = [pair for pair in pairs if pair not in gone]
        self._hashes[bucket] = array("i", [number for number, _ in left])
        self._ids[bucket] = [entry_id for _, entry_id in left]


def _places(numbers: array[int], wanted: int) -> list[int]:
    """Where the number stands. As a rule nowhere: a look at all of them one by one would take many times as long."""
    places: list[int] = []
    try:
        place = numbers.index(wanted)
        while True:
            places.append(place)
            place = numbers.index(wanted, place + 1)
    except ValueError:
        return places


class IdGroups:
    """The ids of entries by the feed they are of, in the order they came. Not thread-safe."""

    __slots__ = ("_gone", "_ids")

    def __init__(self) -> None:
        self._ids: dict[FeedId, list[str]] = {}
        self._gone: dict[FeedId, set[str]] = {}

    def __iter__(self) -> Iterator[FeedId]:
        return iter(tuple(self._ids))  # a look into a group may move it

    def fill(self, groups: Mapping[FeedId, list[str]]) -> None:
        """Makes these the content, of what was empty."""
        self._ids.update(groups)

    def add(self, feed_id: FeedId, entry_id: str) -> None:
        """Puts an id into a group that it is not in."""
        if self._gone and entry_id in self._gone.get(feed_id, ()):
            self._clear_out(feed_id)
        if (ids := self._ids.get(feed_id)) is not None:
            ids.append(entry_id)
        else:
            self._ids[feed_id] = [entry_id]

    def remove(self, feed_id: FeedId, entry_id: str) -> None:
        """Takes an id out of a group, if it is there."""
        gone = self._gone.setdefault(feed_id, set())
        gone.add(entry_id)
        if 2 * len(gone) > len(self._ids.get(feed_id, ())):
            self._clear_out(feed_id)

    def of(self, feed_id: FeedId) -> list[str]:
        """The ids of a group."""
        if feed_id in self._gone:
            self._clear_out(feed_id)
        return self._ids.get(feed_id, [])

    def _clear_out(self, feed_id: FeedId) -> None:
        gone = self._gone.pop(feed_id)
        if left := [entry_id for entry_id in self._ids.pop(feed_id, ()) if entry_id not in gone]:
            self._ids[feed_id] = left
