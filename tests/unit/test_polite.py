from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from newswatch.fetch.polite import HostGate


class HandClock:
    """A monotonic clock that only tests move; sleepers wake when their moment has come."""

    def __init__(self) -> None:
        self.time_s = 100.0
        self._moved = asyncio.Event()

    def monotonic(self) -> float:
        return self.time_s

    async def sleep(self, seconds: float) -> None:
        until = self.time_s + seconds
        while self.time_s < until:
            await self._moved.wait()

    async def advance(self, seconds: float) -> None:
        self.time_s += seconds
        self._moved.set()
        self._moved = asyncio.Event()
        await settle()


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


class Crowd:
    """Tasks at the gate: who is inside, and in which order they came in."""

    def __init__(self, gate: HostGate) -> None:
        self.gate = gate
        self.inside: list[str] = []
        self.entered: list[str] = []
        self.tasks: dict[str, asyncio.Task[None]] = {}
        self._leave: dict[str, asyncio.Event] = {}

    def come(self, name: str, url: str) -> None:
        self._leave[name] = asyncio.Event()
        self.tasks[name] = asyncio.create_task(self._visit(name, url))

    async def _visit(self, name: str, url: str) -> None:
        async with self.gate.slot(url):
            self.inside.append(name)
            self.entered.append(name)
            try:
                await self._leave[name].wait()
            finally:
                self.inside.remove(name)

    async def leave(self, name: str) -> None:
        self._leave[name].set()
        await settle()

    async def close(self) -> None:
        for task in self.tasks.values():
            task.cancel()
        await asyncio.gather(*self.tasks.values(), return_exceptions=True)


@asynccontextmanager
async def crowd_at(gate: HostGate) -> AsyncIterator[Crowd]:
    crowd = Crowd(gate)
    try:
        yield crowd
    finally:
        await crowd.close()


def gate_of(clock: HandClock, concurrency: int = 48, per_host: int = 2, gap_s: float = 0.0) -> HostGate:
    return HostGate(concurrency, per_host, gap_s, monotonic=clock.monotonic, sleep=clock.sleep)


async def test_a_host_gets_no_more_than_its_share_at_once() -> None:
    async with crowd_at(gate_of(HandClock(), per_host=2)) as crowd:
        for name in "abc":
            crowd.come(name, f"https://Example.org:443/{name}")
        crowd.come("other", "https://example.net/")
        await settle()
        assert crowd.inside == ["a", "b", "other"]
        await crowd.leave("a")
        assert crowd.inside == ["b", "other", "c"]


async def test_the_whole_program_sends_no_more_than_its_share_at_once() -> None:
    async with crowd_at(gate_of(HandClock(), concurrency=3)) as crowd:
        for number in range(5):
            crowd.come(f"feed {number}", f"https://host{number}.example/")
        await settle()
        assert len(crowd.inside) == 3
        await crowd.leave("feed 0")
        assert crowd.inside == ["feed 1", "feed 2", "feed 3"]


async def test_who_waits_for_a_host_does_not_keep_the_others_out() -> None:
    async with crowd_at(gate_of(HandClock(), concurrency=2, per_host=1)) as crowd:
        for name in "abcd":
            crowd.come(name, "https://slow.example/")
        crowd.come("other", "https://quick.example/")
        await settle()
        assert crowd.inside == ["a", "other"]


async def test_who_comes_first_is_served_first() -> None:
    async with crowd_at(gate_of(HandClock(), per_host=1)) as crowd:
        for name in "abcdef":
            crowd.come(name, "https://example.org/")
        await settle()
        for name in "abcdef":
            await crowd.leave(name)
        assert crowd.entered == list("abcdef")


async def test_starts_on_one_host_keep_their_distance() -> None:
    clock = HandClock()
    async with crowd_at(gate_of(clock, gap_s=1.0)) as crowd:
        for name in "abc":
            crowd.come(name, "https://example.org/")
        crowd.come("other", "https://example.net/")
        await settle()
        assert crowd.inside == ["a", "other"]
        await clock.advance(0.9)
        assert crowd.inside == ["a", "other"]
        await clock.advance(0.1)
        assert crowd.inside == ["a", "other", "b"]
        await crowd.leave("a")
        assert "c" not in crowd.inside
        await clock.advance(1.0)
        assert "c" in crowd.inside


async def test_the_distance_holds_for_who_comes_back_later() -> None:
    clock = HandClock()
    async with crowd_at(gate_of(clock, gap_s=5.0)) as crowd:
        crowd.come("a", "https://example.org/")
        await settle()
        await crowd.leave("a")
        crowd.come("b", "https://example.org/")
        await settle()
        assert crowd.inside == []
        await clock.advance(5.0)
        assert crowd.inside == ["b"]


@pytest.mark.parametrize("gap_s", [0.0, 1.0])
async def test_who_gives_up_waiting_leaves_no_trace(gap_s: float) -> None:
    clock = HandClock()
    gate = gate_of(clock, concurrency=1, per_host=1, gap_s=gap_s)
    async with crowd_at(gate) as crowd:
        crowd.come("a", "https://example.org/")
        crowd.come("b", "https://example.org/")
        crowd.come("elsewhere", "https://example.net/")
        await settle()
        for name in ("b", "elsewhere"):
            crowd.tasks[name].cancel()
        await settle()
        await crowd.leave("a")
        await clock.advance(2.0)
        crowd.come("c", "https://example.org/")
        await settle()
        assert crowd.inside == ["c"]


async def test_a_request_that_fails_gives_its_place_back() -> None:
    gate = gate_of(HandClock(), concurrency=1, per_host=1)
    for _ in range(3):
        with pytest.raises(ValueError, match="broken"):
            async with gate.slot("https://example.org/"):
                raise ValueError("broken")
    async with gate.slot("https://example.org/"):
        pass


async def test_idle_hosts_are_forgotten() -> None:
    clock = HandClock()
    gate = gate_of(clock)
    for number in range(100):
        async with gate.slot(f"https://host{number}.example/"):
            assert gate.hosts == 1
    assert gate.hosts == 0


async def test_idle_hosts_are_forgotten_once_their_gap_has_passed() -> None:
    clock = HandClock()
    gate = gate_of(clock, gap_s=1.0)
    for number in range(10):
        async with gate.slot(f"https://host{number}.example/"):
            pass
    assert gate.hosts == 10
    await clock.advance(1.0)
    async with gate.slot("https://one.more.example/"):
        assert gate.hosts == 1


async def test_an_address_that_cannot_be_read_is_a_host_of_its_own() -> None:
    gate = gate_of(HandClock(), per_host=1)
    async with gate.slot("http://[::1"), gate.slot("not an address"), gate.slot(""):
        assert gate.hosts == 3
