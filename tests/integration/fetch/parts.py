"""What the tests of `fetch.http` share: a deadline and names in the hand of a test, short words for results."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Sequence
from datetime import UTC, datetime

from newswatch.fetch import Fetched, FetchFailed, FetchRequest
from newswatch.fetch.connect import HostNotFound
from newswatch.fetch.http import HttpFetcher
from newswatch.testing.documents import Item, rss

MIB = 2**20
NOW = datetime(2026, 11, 22, 14, 30, tzinfo=UTC)
NEWS = rss("Halden Post", [Item("Bridge reopens", "https://halden.example/bridge", "halden-1", "After a year.")])
NO_TRUST = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
AGENT = "newswatch/0 (+https://newswatch.example)"


class HandDeadline:
    """Deadlines that pass when a test says so."""

    def __init__(self) -> None:
        self._scopes: list[asyncio.Timeout] = []

    def __call__(self, seconds: float) -> asyncio.Timeout:
        scope = asyncio.timeout(None)
        if seconds == 30.0:
            self._scopes.append(scope)
        return scope

    def expire(self) -> None:
        """The time of all fetches that began since the last time is over."""
        scopes, self._scopes = self._scopes, []
        for scope in scopes:
            scope.reschedule(0.0)


class Names:
    """A resolver with answers by name; what it was asked, in order."""

    def __init__(self, **answers: Sequence[str]) -> None:
        self.answers = dict(answers)
        self.asked: list[str] = []

    async def __call__(self, host: str, _port: int) -> Sequence[str]:
        self.asked.append(host)
        try:
            return self.answers[host.partition(".")[0]]
        except KeyError:
            raise HostNotFound(host, is_certain=True) from None


def fetcher_with(**options: object) -> HttpFetcher:
    settled: dict[str, object] = {"user_agent": AGENT, "now": lambda: NOW, "trust_env": False, **options}
    return HttpFetcher(**settled)  # type: ignore[arg-type] # options differ by test


def own(url: str, **fields: object) -> FetchRequest:
    return FetchRequest(url, allow_private=True, **fields)  # type: ignore[arg-type] # fields differ by test


def failure(result: object) -> FetchFailed:
    assert isinstance(result, FetchFailed), result
    return result


def document(result: object) -> Fetched:
    assert isinstance(result, Fetched), result
    return result


async def let_it_arrive() -> None:
    """What is written on loopback can be read at once: a few turns of the loop, and the client has it."""
    for _ in range(50):
        await asyncio.sleep(0)


async def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
