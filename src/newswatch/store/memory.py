"""A store that keeps every promise of `Store` but durability: for tests, the demo and a disk that cannot be written."""

from __future__ import annotations

from collections.abc import Sequence

from newswatch.store import operations as ops
from newswatch.store.indexed import IndexedStore
from newswatch.store.operations import Operation


class MemoryStore(IndexedStore):
    """The history of one run."""

    def __init__(self) -> None:
        super().__init__()
        self._index.follow()

    def _persist(self, operations: Sequence[Operation]) -> None:
        """Nothing outlives this store."""
        with self._reading:
            for operation in operations:
                ops.apply(self._index.tables, operation)

    def _release(self) -> None:
        """Nothing is held open."""

    def damage(self) -> str:
        """See `Store.damage`: there are no files."""
        return ""
