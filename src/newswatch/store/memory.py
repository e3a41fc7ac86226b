"""A store that keeps every promise of `Store` but durability: for tests, the demo and a disk that cannot be written."""

from __future__ import annotations

from newswatch.store.changes import Changes
from newswatch.store.indexed import IndexedStore


class MemoryStore(IndexedStore):
    """The history of one run."""

    def _persist(self, changes: Changes) -> None:
        """Nothing outlives this store."""

    def _release(self) -> None:
        """Nothing is held open."""

    def damage(self) -> str:
        """See `Store.damage`: there are no files."""
        return ""
