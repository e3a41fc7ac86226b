"""Many fetches at once, and the end of all of them."""

from __future__ import annotations

import asyncio
import gc
import os
import tracemalloc
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpcore
import pytest

from newswatch.fetch import FailureKind, Fetched, FetchFailed, FetchRequest, FetchResult
from newswatch.fetch import connect as connect_module
from newswatch.fetch import pools as pools_module
from newswatch.fetch.http import HttpFetcher
from newswatch.fetch.polite import HostGate
from newswatch.fetch.pools import KEEP_ALIVE_CONNECTIONS
from newswatch.testing.server import FeedServer, Reply
from tests.integration.fetch.parts import (
    MIB,
    NEWS,
    HandDeadline,
    document,
    failure,
    fetcher_with,
    let_it_arrive,
    own,
)

CROWD = 1_000


async def everybody_here(host: str, _port: int) -> Sequence[str]:
    return ["127.0.0.1"]


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - a count of names


def connections_of(fetcher: HttpFetcher) -> list[httpcore.AsyncConnectionInterface]:
    return [connection for pool, _ in fetcher._pools._pools.values() for connection in pool.connections]


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs /proc to count open files")
async def test_a_thousand_hosts_at_once_leave_neither_memory_nor_connections_behind(
    server: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connect_module, "kind_of_address", lambda _: None)
    server.answer("/rss", Reply.feed(NEWS).gzipped())
    gate = HostGate(48, 2, monotonic=lambda: 0.0, sleep=asyncio.sleep)
    fetcher = fetcher_with(resolve=everybody_here)
    most_open = 0

    async def one(number: int) -> FetchResult:
        nonlocal most_open
        url = server.url("/rss", host=f"host{number}.example")
        async with gate.slot(url):
            result = await fetcher.fetch(FetchRequest(url))
            if number % 25 == 0:
                most_open = max(most_open, open_files())
            return result

    async def all_of_them() -> int:
        """Fetches everything; returns the bytes in use afterwards."""
        results = await asyncio.gather(*map(one, range(CROWD)))
        assert all(isinstance(result, Fetched) for result in results)
        del results
        server._requests.clear()
        await let_it_arrive()
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    before = open_files()
    tracemalloc.start()
    try:
        first = await all_of_them()
        second = await all_of_them()
    finally:
        tracemalloc.stop()
    assert second - first < MIB / 4
    assert server.connections == 2 * CROWD
    assert most_open - before <= 2 * (48 + KEEP_ALIVE_CONNECTIONS + 10)  # both ends are in this process
    assert len(connections_of(fetcher)) <= KEEP_ALIVE_CONNECTIONS
    assert gate.hosts == 0
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a ResourceWarning would be a connection that nobody closed
        await fetcher.aclose()
        await let_it_arrive()
        gc.collect()
    assert connections_of(fetcher) == []


async def test_kept_connections_are_dropped_when_they_are_old(
    server: FeedServer, fetcher: HttpFetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pools_module, "KEEP_ALIVE_S", -1.0)  # whatever is kept is too old
    server.answer("/rss", Reply.feed(NEWS))
    await fetcher.fetch(own(server.url("/rss")))
    await fetcher.fetch(own(server.url("/rss")))
    assert server.connections == 2
    assert connections_of(fetcher) == []


async def test_of_several_kept_connections_one_serves_all_that_comes_in_turn(
    server: FeedServer, fetcher: HttpFetcher
) -> None:
    may_go = asyncio.Event()
    server.answer("/held", Reply(body=b"x", hold=may_go))
    server.answer("/rss", Reply(body=b"x"))
    held = [asyncio.create_task(fetcher.fetch(own(server.url("/held")))) for _ in range(3)]
    await server.request(3)
    may_go.set()
    await asyncio.gather(*held)
    for _ in range(4):
        await fetcher.fetch(own(server.url("/rss")))
    assert server.connections == 3
    assert len({request.connection for request in server.requests_for("/rss")}) == 1


async def test_a_fetcher_that_ends_ends_what_is_under_way_and_begins_nothing_more(server: FeedServer) -> None:
    server.answer("/never", Reply.never())
    server.answer("/endless", Reply.endless())
    server.answer("/rss", Reply.feed(NEWS))
    fetcher = fetcher_with()
    await fetcher.fetch(own(server.url("/rss")))
    running = [
        asyncio.create_task(fetcher.fetch(own(server.url(path), max_bytes=2**40)))
        for path in ("/never", "/endless", "/never", "/endless")
    ]
    await server.request(5)
    await let_it_arrive()
    await fetcher.aclose()
    results = await asyncio.wait_for(asyncio.gather(*running), 60)
    assert all(isinstance(result, FetchFailed) for result in results)
    assert failure(await fetcher.fetch(own(server.url("/rss")))).reason == (
        "newswatch is ending: nothing is fetched any more"
    )
    for request in server.requests_for("/endless"):
        await asyncio.wait_for(request.done.wait(), 60)  # the server saw us leave
    await fetcher.aclose()


async def test_a_connection_that_stands_only_when_all_has_ended_is_closed(
    server: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_stand = asyncio.Event()
    is_dialling = asyncio.Event()
    real = httpcore.AnyIOBackend.connect_tcp
    streams: list[httpcore.AsyncNetworkStream] = []

    async def connect(backend: httpcore.AnyIOBackend, *where: Any) -> httpcore.AsyncNetworkStream:
        is_dialling.set()
        await may_stand.wait()
        streams.append(await real(backend, *where))
        return streams[0]

    monkeypatch.setattr(httpcore.AnyIOBackend, "connect_tcp", connect)
    fetcher = fetcher_with()
    fetching = asyncio.create_task(fetcher.fetch(own(server.url("/rss"))))
    await is_dialling.wait()
    await fetcher.aclose()
    may_stand.set()
    assert failure(await fetching).kind is FailureKind.REFUSED
    assert streams[0].get_extra_info("is_readable")  # as httpcore says it of one that is closed
    assert server.requests == []


@pytest.mark.parametrize("at", ["connect", "tls"])
async def test_a_hanging_connection_ends_at_the_deadline_and_frees_its_slot(
    monkeypatch: pytest.MonkeyPatch, deadline: HandDeadline, at: str
) -> None:
    connected = asyncio.Event()
    left = asyncio.Event()

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        connected.set()
        while await reader.read(65_536):
            pass
        left.set()
        writer.close()

    async def hang(*_: object) -> httpcore.AsyncNetworkStream:
        connected.set()
        await asyncio.Event().wait()
        raise AssertionError

    async with await asyncio.start_server(say_nothing, "127.0.0.1", 0) as mute, FeedServer() as server:
        server.answer("/rss", Reply.feed(NEWS))
        port = mute.sockets[0].getsockname()[1]
        gate = HostGate(1, 1, monotonic=lambda: 0.0, sleep=asyncio.sleep)
        fetcher = fetcher_with(deadline=deadline)

        async def behind_the_gate(url: str) -> FetchResult:
            async with gate.slot(url):
                return await fetcher.fetch(own(url))

        with monkeypatch.context() as patch:
            if at == "connect":
                patch.setattr(httpcore.AnyIOBackend, "connect_tcp", hang)
            fetching = asyncio.create_task(behind_the_gate(f"https://127.0.0.1:{port}/rss"))
            await connected.wait()
            deadline.expire()
            result = failure(await fetching)
        words = "no connection to 127.0.0.1 within 30 s" if at == "connect" else "no answer from 127.0.0.1 within 30 s"
        assert (result.kind, result.reason) == (FailureKind.TIMEOUT, words)
        assert document(await behind_the_gate(server.url("/rss"))).body == NEWS.encode()
        if at == "tls":
            await asyncio.wait_for(left.wait(), 60)
        await fetcher.aclose()
