"""The one writer: the store changes in its single thread only, so the event loop never waits for a disk.

Commits that come while the disk works on others wait together, and share the next wait for it. What the disk refuses is
held in memory, in its order, until it can be written: the monitor goes on meanwhile. Between commits what is too much
in memory is packed, a little at a time, and all that can be once nothing was to be written for a while.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from newswatch.allocator import give_back_memory
from newswatch.errors import StoreError
from newswatch.model.hit import HitId
from newswatch.store.api import Keep, Store, Transaction

T = TypeVar("T")

QUIET_S = 2.0
"""Without a commit: then there is time to pack all that can be packed."""
_WORTH_GIVING_BACK = 32
"""Slices of `Store.pack`, after which two megabytes are free between what is left. More at once take too long."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A caller and what it waits for."""

    transactions: Sequence[Transaction]
    done: asyncio.Future[None]


class Writer:
    """Commits in order, off the loop. A commit that has begun is finished even if who waits for it is cancelled."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="newswatch-store")
        self._waiting: list[_Waiting] = []
        self._is_busy = False
        self._is_packing = False
        self._slices_packed = 0
        self._quiet: asyncio.TimerHandle | None = None
        self._is_closing = False
        self._refused = asyncio.Event()
        self.trouble: StoreError | None = None
        self.last_s: float | None = None
        self._begun_s = 0.0

    @property
    def waiting(self) -> int:
        """How many commits wait for those that the disk works on. `last_s` is how long the last ones took it."""
        return len(self._waiting)

    @property
    def is_saving(self) -> bool:
        """Whether all that was committed is durable; while it is not, nothing may be told to who cannot be told again.

        `trouble` says why.
        """
        return self._store.unsaved == 0

    async def refused(self) -> None:
        """Waits until something is held."""
        await self._refused.wait()

    async def commit(self, *transactions: Transaction) -> None:
        """Makes them durable one behind the other, or, where the disk refuses, held in memory.

        Raises StoreError if they could not be held either; then the store is as if the first that failed, and those
        behind it, had never come.
        """
        waiting = _Waiting(transactions, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if not self._is_busy:
            self._begin()
        await _finished(waiting.done)

    async def save(self) -> None:
        """Makes durable what is held. Raises StoreError."""
        await self._run(self._save)
        if self.is_saving:
            self._refused.clear()

    async def prune_entries(self, keep: Keep, limit: int | None = None) -> int:
        """See `Store.prune_entries`."""
        return await self._run(lambda: self._store.prune_entries(keep, limit))

    async def prune_hits(self, keep: Keep, limit: int | None = None) -> tuple[HitId, ...]:
        """See `Store.prune_hits`."""
        return await self._run(lambda: self._store.prune_hits(keep, limit))

    def pack(self, *, is_quiet: bool = False) -> None:
        """Packs what is in memory behind all else; after each commit it is done without being asked for."""
        if not (self._is_packing or self._is_busy or self._is_closing):
            self._is_packing = True
            pack = partial(self._store.pack, is_quiet=is_quiet)
            packing = asyncio.get_running_loop().run_in_executor(self._thread, pack)
            packing.add_done_callback(partial(self._packed, is_quiet))

    async def close(self) -> None:
        """Waits for what was begun, then closes the store. Raises StoreError if what is held could not be saved."""
        self._is_closing = True
        self._await_no_quiet()
        while self._waiting or self._is_busy:
            await self._run(lambda: None)
        try:
            await self._run(self._save)
        except StoreError as error:
            raise StoreError(
                f"{error} What could not be saved is lost with the end of newswatch; its feeds are asked again."
            ) from error
        finally:
            await self._run(self._store.close)
            self._thread.shutdown()

    def _begin(self) -> None:
        """Hands all that wait to the thread."""
        batch, self._waiting = self._waiting, []
        self._is_busy = True
        self._await_no_quiet()
        self._begun_s = asyncio.get_running_loop().time()
        working = asyncio.get_running_loop().run_in_executor(
            self._thread, self._commit, [waiting.transactions for waiting in batch]
        )
        working.add_done_callback(lambda work: self._end(batch, work))

    def _end(self, batch: Sequence[_Waiting], work: asyncio.Future[list[Exception | None]]) -> None:
        self._is_busy = False
        self.last_s = asyncio.get_running_loop().time() - self._begun_s
        if not self.is_saving:
            self._refused.set()
        if self._waiting:
            self._begin()
        else:
            self.pack()
        defect = work.exception()
        refused = [defect] * len(batch) if defect is not None else work.result()
        for waiting, error in zip(batch, refused, strict=True):
            if waiting.done.done():
                continue
            if error is None:
                waiting.done.set_result(None)
            else:
                waiting.done.set_exception(error)

    def _packed(self, is_quiet: bool, packing: asyncio.Future[bool]) -> None:  # noqa: FBT001 - a callback's
        self._is_packing = False
        if packing.result():  # raises a defect to the loop, which logs it; what could not be packed stays as it is
            self._slices_packed += 1
            if self._slices_packed == _WORTH_GIVING_BACK:
                self._give_back()
            self.pack(is_quiet=is_quiet)
            return
        if self._slices_packed:
            self._give_back()
        if not (is_quiet or self._is_busy or self._is_closing):
            self._await_no_quiet()
            self._quiet = asyncio.get_running_loop().call_later(QUIET_S, partial(self.pack, is_quiet=True))

    def _await_no_quiet(self) -> None:
        if self._quiet is not None:
            self._quiet.cancel()
            self._quiet = None

    def _give_back(self) -> None:
        self._slices_packed = 0
        if not self._is_closing:
            self._thread.submit(give_back_memory)

    def _commit(self, callers: Sequence[Sequence[Transaction]]) -> list[Exception | None]:
        """On the thread. While anything is held the rest is held behind it: `save` is who tries the disk again."""
        if self._store.unsaved:
            return [self._held(transactions) for transactions in callers]
        refused = self._store.commit_all(callers)
        for caller, error in enumerate(refused):
            if isinstance(error, StoreError):
                self.trouble = error
                refused[caller] = self._held(callers[caller])
        return refused

    def _held(self, transactions: Sequence[Transaction]) -> Exception | None:
        try:
            for transaction in transactions:  # what is durable already changes nothing
                self._store.hold(transaction)
        except StoreError as error:
            return error
        return None

    def _save(self) -> None:
        try:
            self._store.save()
        except StoreError as error:
            self.trouble = error
            raise
        self.trouble = None

    async def _run(self, work: Callable[[], T]) -> T:
        return await _finished(asyncio.get_running_loop().run_in_executor(self._thread, work))


async def _finished(working: asyncio.Future[T]) -> T:
    try:
        return await asyncio.shield(working)
    except asyncio.CancelledError:
        # Whoever waits holds the order of things: it is let go only when the disk is done.
        await asyncio.wait([working])
        raise
