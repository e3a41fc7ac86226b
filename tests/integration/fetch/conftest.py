"""A loopback server, and fetchers for it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from newswatch.fetch import connect as connect_module
from newswatch.fetch.http import HttpFetcher
from newswatch.testing.server import FeedServer
from tests.integration.fetch.parts import (
    HandDeadline,
    Names,
    fetcher_with,
)


@pytest.fixture
async def server() -> AsyncIterator[FeedServer]:
    async with FeedServer() as server:
        yield server


@pytest.fixture
async def deadline() -> HandDeadline:
    return HandDeadline()


@pytest.fixture
async def fetcher(deadline: HandDeadline) -> AsyncIterator[HttpFetcher]:
    fetcher = fetcher_with(deadline=deadline)
    yield fetcher
    await fetcher.aclose()


@pytest.fixture
async def hosts(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[HttpFetcher]:
    """A fetcher for which a.example and b.example are two public hosts, both played by the loopback server."""
    monkeypatch.setattr(connect_module, "kind_of_address", lambda _: None)
    fetcher = fetcher_with(resolve=Names(a=["127.0.0.1"], b=["127.0.0.1"]))
    yield fetcher
    await fetcher.aclose()
