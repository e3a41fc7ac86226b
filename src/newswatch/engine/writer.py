"""The one writer: the store changes in its single thread only, so the event loop never waits for a disk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TypeVar

from newswatch.store.api import Store, Transaction

T = TypeVar("T")


class Writer:
    """Commits in order, off the loop. A commit that has begun is finished even if who waits for it is cancelled."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="newswatch-store")

    async def commit(self, transaction: Transaction) -> None:
        """Makes it durable. Raises StoreError if that failed."""
        await self._run(lambda: self._store.commit(transaction))

    async def prune_entries(self, seen_before: datetime) -> int:
        """See `Store.prune_entries`."""
        return await self._run(lambda: self._store.prune_entries(seen_before))

    async def close(self) -> None:
        """Waits for what was begun, then closes the store."""
        await self._run(self._store.close)
        self._thread.shutdown()

    async def _run(self, work: Callable[[], T]) -> T:
        working = asyncio.get_running_loop().run_in_executor(self._thread, work)
        try:
            return await asyncio.shield(working)
        except asyncio.CancelledError:
            # Whoever waits holds the order of things: it is let go only when the disk is done.
            await asyncio.wait([working])
            raise
