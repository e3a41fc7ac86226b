"""Which entries have a digest: found by its hash, so that a hundred thousand digests take two megabytes."""

from __future__ import annotations

from array import array
from collections.abc import Iterable

_HASH_BITS = 30  # numbers that Python holds most cheaply
_BUCKET_BITS = 12  # with a million digests a bucket has 250
_MASK = (1 << _HASH_BITS) - 1
_SHIFT = _HASH_BITS - _BUCKET_BITS


class DigestIndex:
    """From digests to ids of entries, in buckets by the digest's hash. Not thread-safe.

    What `get` gives are candidates: another digest may have the same hash.
    """

    __slots__ = ("_hashes", "_ids")

    def __init__(self) -> None:
        self._hashes = [array("i") for _ in range(1 << _BUCKET_BITS)]
        self._ids: list[list[str]] = [[] for _ in self._hashes]

    def add_all(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Adds pairs of a digest and an id."""
        all_hashes, all_ids = self._hashes, self._ids
        for digest, entry_id in pairs:
            number = hash(digest) & _MASK
            all_hashes[number >> _SHIFT].append(number)
            all_ids[number >> _SHIFT].append(entry_id)

    def remove(self, digest: str, entry_id: str) -> None:
        """Takes a pair out, if it is there."""
        number = hash(digest) & _MASK
        hashes, ids = self._hashes[number >> _SHIFT], self._ids[number >> _SHIFT]
        for at, other in enumerate(hashes):
            if other == number and ids[at] == entry_id:
                del hashes[at], ids[at]
                return

    def get(self, digest: str) -> list[str]:
        """The ids of entries that may have the digest, each that does among them."""
        number = hash(digest) & _MASK
        bucket = number >> _SHIFT
        found = zip(self._hashes[bucket], self._ids[bucket], strict=True)
        return [entry_id for other, entry_id in found if other == number]
