"""What a fetch costs: our `HttpFetcher` beside httpx as it comes and httpx over aiohttp, in one run.

The server runs in a process of its own, so that only the client's CPU counts. Three errands: *cold*, a new connection
for each small gzipped feed, as when 1,000 feeds live on 1,000 hosts, 48 in flight; *warm 304*, an unchanged feed on a
kept connection, two in flight, as many as the gate lets to one host; and the same *in a crowd*, 48 in flight to one
host, where a pool that looks through all its connections shows. CPU time of this process, the smallest of
several rounds in turn: noise only adds.
"""

from __future__ import annotations

import asyncio
import gzip
import multiprocessing
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from multiprocessing.connection import Connection

import httpx

from bench.figure import Figure
from bench.skip import Skipped
from newswatch.fetch import Fetched, FetchRequest, NotModified
from newswatch.fetch.http import HttpFetcher

REQUESTS = 1_000
ROUNDS = 7
COLD, WARM, CROWD = "cold fetch", "warm 304", "warm 304 in a crowd"
IN_FLIGHT = {COLD: 48, WARM: 2, CROWD: 48}
MOST_MS = {COLD: 1.4}
ETAG = '"halden-1"'
AGENT = "newswatch-bench/0"

_ITEM = "<item><title>Bridge {n} reopens after a year</title><link>https://halden.example/{n}</link></item>"
_FEED = "<rss version='2.0'><channel>" + "".join(_ITEM.format(n=n) for n in range(30)) + "</channel></rss>"
_BODY = gzip.compress(_FEED.encode(), mtime=0)
_HEAD = (
    b"HTTP/1.1 200 OK\r\nDate: Sun, 22 Nov 2026 14:30:00 GMT\r\nServer: bench\r\nContent-Type: application/rss+xml\r\n"
    b'Content-Encoding: gzip\r\nCache-Control: max-age=300\r\nETag: "halden-1"\r\nVary: Accept-Encoding\r\n'
    b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(_BODY)
)
_UNCHANGED = (
    b"HTTP/1.1 304 Not Modified\r\nDate: Sun, 22 Nov 2026 14:30:00 GMT\r\nServer: bench\r\n"
    b'Cache-Control: max-age=300\r\nETag: "halden-1"\r\nVary: Accept-Encoding\r\n\r\n'
)

Get = Callable[[str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Contender:
    """One way to fetch. `cold` reads a whole document and inflates it, `warm` is conditional and gets a 304."""

    name: str
    cold: Get
    warm: Get


def measure() -> Iterator[Figure]:
    """CPU of ours for each errand, then each of the others as a multiple of it."""
    if find_spec("httpx_aiohttp") is None:
        raise Skipped("httpx-aiohttp is not installed: pip install -e .[dev]")
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    server = context.Process(target=_serve, args=(there,), daemon=True)
    server.start()
    try:
        costs = asyncio.run(_costs(f"http://127.0.0.1:{here.recv()}"))
    finally:
        server.terminate()
        server.join()
    for errand in IN_FLIGHT:
        ours_ms = costs["newswatch", errand]
        yield Figure(f"{errand}, HttpFetcher: CPU", ours_ms, "ms", at_most=MOST_MS.get(errand))
        for (name, what), cost_ms in costs.items():
            if what == errand and name != "newswatch":
                yield Figure(f"{errand}, {name}: times ours", cost_ms / ours_ms, "x", beside=f"{cost_ms:.2f} ms")


async def _costs(url: str) -> dict[tuple[str, str], float]:
    """CPU milliseconds a request, by contender and errand."""
    least: dict[tuple[str, str], float] = {}
    async with _contenders() as contenders:
        for _ in range(ROUNDS):
            for one in contenders:
                for errand, in_flight in IN_FLIGHT.items():
                    get, path = (one.cold, "cold") if errand == COLD else (one.warm, "warm")
                    cost_ms = await _cost_ms(get, f"{url}/{path}", in_flight)
                    least[one.name, errand] = min(cost_ms, least.get((one.name, errand), cost_ms))
    return least


async def _cost_ms(get: Get, url: str, in_flight: int) -> float:
    """CPU of this process for one request, in milliseconds, with this many of them under way."""
    numbers = iter(range(REQUESTS))

    async def work() -> None:
        for number in numbers:
            await get(f"{url}?{number}")

    started_s = time.process_time()
    async with asyncio.TaskGroup() as tasks:
        for _ in range(in_flight):
            tasks.create_task(work())
    return (time.process_time() - started_s) * 1_000 / REQUESTS


@asynccontextmanager
async def _contenders() -> AsyncIterator[list[Contender]]:
    from httpx_aiohttp import AiohttpTransport

    fetcher = HttpFetcher(user_agent=AGENT, now=lambda: datetime.now(UTC), trust_env=False)
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=20, keepalive_expiry=10.0)
    headers = {"User-Agent": AGENT, "Accept-Encoding": "gzip"}
    plain = httpx.AsyncClient(headers=headers, limits=limits, trust_env=False)
    async with (
        plain,
        httpx.AsyncClient(headers=headers, transport=AiohttpTransport(limits=limits), trust_env=False) as over_aiohttp,
    ):
        yield [
            _ours(fetcher),
            _httpx("httpx", plain),
            _httpx("httpx over aiohttp", over_aiohttp),
        ]
    await fetcher.aclose()


def _ours(fetcher: HttpFetcher) -> Contender:
    async def cold(url: str) -> None:
        result = await fetcher.fetch(FetchRequest(url, allow_private=True))
        assert isinstance(result, Fetched), result
        assert len(result.body) == len(_FEED)

    async def warm(url: str) -> None:
        result = await fetcher.fetch(FetchRequest(url, etag=ETAG, allow_private=True))
        assert isinstance(result, NotModified), result

    return Contender("newswatch", cold, warm)


def _httpx(name: str, client: httpx.AsyncClient) -> Contender:
    async def cold(url: str) -> None:
        response = await client.get(url)
        assert len(response.content) == len(_FEED)

    async def warm(url: str) -> None:
        response = await client.get(url, headers={"If-None-Match": ETAG})
        assert response.status_code == 304

    return Contender(name, cold, warm)


class _Talk(asyncio.Protocol):
    """One connection of the server, as cheap as it gets."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._head = b""

    def data_received(self, data: bytes) -> None:
        self._head += data
        if not self._head.endswith(b"\r\n\r\n"):
            return
        if self._head.startswith(b"GET /cold"):
            self._transport.write(_HEAD + _BODY)
            self._transport.close()
        else:
            self._transport.write(_UNCHANGED)
        self._head = b""


def _serve(port: Connection) -> None:
    """The server's process: says its port, then answers until it is ended."""

    async def serve() -> None:
        server = await asyncio.get_running_loop().create_server(_Talk, "127.0.0.1", 0, backlog=512)
        port.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(serve())
