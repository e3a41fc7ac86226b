"""The one writer: who waits together, what becomes of the order, of failures, and of who no longer wants to wait."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

import pytest

from newswatch.engine.writer import Writer
from newswatch.errors import StoreError
from newswatch.store.api import Transaction
from newswatch.store.memory import MemoryStore
from newswatch.testing import build

HANG_S = 30.0
FULL = StoreError("the disk is full")


class SlowStore(MemoryStore):
    """A store that commits when it is let, and may refuse to."""

    def __init__(self) -> None:
        super().__init__()
        self.may_go_on = threading.Event()
        self.may_go_on.set()
        self.is_asked = threading.Event()
        self.batches: list[int] = []
        self.refuses: Exception | None = None
        self.held = 0
        self.holds = True

    def commit_all(self, callers: Sequence[Sequence[Transaction]]) -> list[Exception | None]:
        """See `Store.commit_all`."""
        self.is_asked.set()
        assert self.may_go_on.wait(HANG_S)
        self.batches.append(len(callers))
        return [self.refuses] * len(callers) if self.refuses else super().commit_all(callers)

    def hold(self, transaction: Transaction) -> None:
        """See `Store.hold`."""
        if not self.holds:
            raise StoreError("no more fits")
        self.held += 1
        super().hold(transaction)

    @property
    def unsaved(self) -> int:
        """See `Store.unsaved`."""
        return self.held

    def save(self) -> None:
        """See `Store.save`."""
        if isinstance(self.refuses, StoreError):
            raise self.refuses
        self.held = 0


def found(number: int) -> Transaction:
    return Transaction(entries=(build.entry(f"Report {number}"),))


async def asked(store: SlowStore) -> None:
    assert await asyncio.to_thread(store.is_asked.wait, HANG_S)


async def test_commits_that_come_while_the_disk_works_wait_together_and_in_order() -> None:
    store = SlowStore()
    writer = Writer(store)
    store.may_go_on.clear()
    ended: list[int] = []

    async def commit(number: int) -> None:
        await writer.commit(found(number))
        assert store.totals().entries >= number + 1
        ended.append(number)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(commit(0))
        await asyncio.sleep(0)
        await asked(store)
        for number in range(1, 6):
            tasks.create_task(commit(number))
        await asyncio.sleep(0)
        store.may_go_on.set()
    assert store.batches == [1, 5]
    assert ended == list(range(6))
    await writer.close()


async def test_a_commit_that_has_begun_is_finished_although_nobody_waits_for_it() -> None:
    store = SlowStore()
    writer = Writer(store)
    store.may_go_on.clear()
    waiting = asyncio.ensure_future(writer.commit(found(0)))
    await asyncio.sleep(0)
    await asked(store)
    waiting.cancel()
    await asyncio.sleep(0)
    assert not waiting.done()
    store.may_go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert store.totals().entries == 1
    await writer.close()


async def test_closing_waits_for_all_that_wait() -> None:
    store = SlowStore()
    writer = Writer(store)
    store.may_go_on.clear()
    waiting = [asyncio.ensure_future(writer.commit(found(number))) for number in range(3)]
    await asyncio.sleep(0)
    closing = asyncio.ensure_future(writer.close())
    await asyncio.sleep(0)
    store.may_go_on.set()
    await closing
    await asyncio.gather(*waiting)
    assert store.totals().entries == 3


async def test_a_defect_is_raised_to_its_caller_and_nothing_is_held() -> None:
    store = SlowStore()
    writer = Writer(store)
    store.refuses = ValueError("no such row")
    with pytest.raises(ValueError, match="no such row"):
        await writer.commit(found(0))
    assert writer.is_saving
    store.refuses = None
    await writer.commit(found(1))
    await writer.close()


async def test_what_the_disk_refuses_is_held_and_what_comes_then_behind_it_until_it_is_saved() -> None:
    store = SlowStore()
    writer = Writer(store)
    store.refuses = FULL
    await writer.commit(found(0), found(1))
    assert (writer.is_saving, writer.trouble) == (False, FULL)
    await writer.commit(found(2))
    assert (store.batches, store.held) == ([1], 3)
    assert store.totals().entries == 3
    with pytest.raises(StoreError, match="full"):
        await writer.save()
    store.refuses = None
    await writer.save()
    assert (writer.is_saving, writer.trouble) == (True, None)
    await writer.commit(found(3))
    assert store.batches == [1, 1]
    await writer.close()


async def test_what_can_be_held_no_more_is_refused() -> None:
    store = SlowStore()
    writer = Writer(store)
    store.refuses, store.holds = FULL, False
    with pytest.raises(StoreError, match="no more fits"):
        await writer.commit(found(0))
    store.refuses = None
    await writer.close()


async def test_the_end_says_what_could_not_be_saved() -> None:
    store = SlowStore()
    writer = Writer(store)
    store.refuses = FULL
    await writer.commit(found(0))
    with pytest.raises(StoreError, match=r"full.*asked again"):
        await writer.close()
    with pytest.raises(StoreError, match="closed"):
        store.commit(found(1))
