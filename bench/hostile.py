"""What a hostile server can cost us: memory and time until it is refused (promises 5 to 7).

Each server plays in a process of its own, and each fetch runs in a fresh one too: the highest resident size of a
process says how much the fetch has grown it beyond an honest one before. Bounds of the promises, not ratios.
"""

from __future__ import annotations

import asyncio
import gzip
import multiprocessing
import resource
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from multiprocessing.connection import Connection

from bench.figure import Figure
from newswatch.fetch import Fetched, FetchFailed, FetchRequest
from newswatch.fetch.http import HttpFetcher
from newswatch.testing.server import FeedServer, Reply

MIB = 2**20
DRIP_S = 5.0
_RSS_UNIT = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss, in bytes

ERRANDS = {
    "an endless body": ("/endless", 30.0, 64.0, None),
    "a gzip bomb (600 MiB)": ("/bomb", 30.0, 64.0, 2.0),
    "gzip in gzip in gzip": ("/stacked", 30.0, 64.0, 2.0),
    "a body of a few bytes a second": ("/drip", DRIP_S, 5.0, DRIP_S + 1.0),
}
"""Path, deadline of the fetch in seconds, the most MiB it may grow us, the most seconds it may take."""


def measure() -> Iterator[Figure]:
    """Growth, and time where a promise bounds it, for each way to be hostile."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    server = context.Process(target=_serve, args=(there,), daemon=True)
    server.start()
    try:
        url = f"http://127.0.0.1:{here.recv()}"
        for name, (path, timeout_s, most_mib, most_s) in ERRANDS.items():
            mine, theirs = context.Pipe()
            client = context.Process(target=_fetch, args=(theirs, url, path, timeout_s), daemon=True)
            client.start()
            grown_mib, took_s, reason = mine.recv()
            client.join()
            yield Figure(f"{name}: memory", grown_mib, "MiB", at_most=most_mib, beside=reason)
            if most_s is not None:
                yield Figure(f"{name}: time", took_s, "s", at_most=most_s)
    finally:
        server.terminate()
        server.join()


def _fetch(answer: Connection, url: str, path: str, timeout_s: float) -> None:
    """The client's process: an honest fetch, then a hostile one; says how much the second has cost."""

    async def fetch() -> None:
        fetcher = HttpFetcher(
            user_agent="newswatch-bench/0", timeout_s=timeout_s, now=lambda: datetime.now(UTC), trust_env=False
        )
        assert isinstance(await fetcher.fetch(FetchRequest(f"{url}/honest", allow_private=True)), Fetched)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        started_s = time.monotonic()
        result = await fetcher.fetch(FetchRequest(url + path, allow_private=True))
        took_s = time.monotonic() - started_s
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        assert isinstance(result, FetchFailed), result
        answer.send((grown * _RSS_UNIT / MIB, took_s, result.reason))
        await fetcher.aclose()

    asyncio.run(fetch())


def _serve(port: Connection) -> None:
    """The server's process: says its port, then answers until it is ended."""

    async def serve() -> None:
        async with FeedServer() as server:
            bomb = gzip.compress(bytes(600 * MIB), compresslevel=1)
            threefold = gzip.compress(gzip.compress(bomb))
            permits = asyncio.Semaphore(0)
            server.answer("/honest", Reply.feed(b"<rss/>" * 10_000).gzipped())
            server.answer("/endless", Reply.endless())
            server.answer("/bomb", Reply(body=bomb, headers={"Content-Encoding": "gzip"}))
            server.answer("/stacked", Reply(body=threefold, headers={"Content-Encoding": "gzip, gzip, gzip"}))
            server.answer("/drip", Reply.drip(b"<rss>" * 1_000, permits))
            port.send(server.port)
            while True:
                await asyncio.sleep(0.2)
                permits.release()

    asyncio.run(serve())
