"""One look at an address as the monitor would take it: fetched behind the gate and the guard, read in a worker process.

It remembers nothing: no validators are sent, no state is kept. For whoever asks before there is a feed (discovery, the
checks of the command line), and for documents that are on this machine already.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from newswatch.engine.checker import NO_SECRETS, Fetcher, Parser
from newswatch.engine.clock import Clock, SystemClock
from newswatch.engine.home import USER_AGENT, Home
from newswatch.fetch.polite import HostGate
from newswatch.fetch.request import ACCEPT_FEEDS, Fetched, FetchRequest, FetchResult
from newswatch.model.entry import ParsedFeed
from newswatch.secrets import Secrets

ACCEPT_OPML = "text/x-opml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"


@dataclass(frozen=True, slots=True)
class Look:
    """What an address gave. `document` is what was read of it, None if nothing came."""

    address: str = field(repr=False)
    result: FetchResult
    document: ParsedFeed | None = None


class Probe:
    """Looks at addresses and documents. Made by `open_probe`; fetcher and secrets are opened for the first address."""

    def __init__(
        self,
        open_fetcher: Callable[[], tuple[Fetcher, Secrets]],
        parser: Parser,
        gate: HostGate,
        max_bytes: int,
        clock: Clock | None = None,
    ) -> None:
        self.clock = clock or SystemClock()
        self._open_fetcher = open_fetcher
        self._opened: tuple[Fetcher, Secrets] | None = None
        self._parser = parser
        self._gate = gate
        self._max_bytes = max_bytes

    async def look(
        self, address: str, *, own_url: str | None = None, allow_private: bool = True, earlier: Sequence[str] = ()
    ) -> Look:
        """Fetches an address and reads what comes; the rest as in `fetch`."""
        result = await self.fetch(address, own_url=own_url, allow_private=allow_private, earlier=earlier)
        if not isinstance(result, Fetched):
            return Look(address, result)
        return Look(address, result, await self.read(result.body, result.url, result.headers))

    async def fetch(
        self,
        address: str,
        *,
        own_url: str | None = None,
        allow_private: bool = True,
        earlier: Sequence[str] = (),
        accept: str = ACCEPT_FEEDS,
    ) -> FetchResult:
        """Fetches an address, whatever stands there. `own_url` and `allow_private` as in `FetchRequest`.

        `earlier` are addresses that the feed moved away from. Raises SecretsInvalid.
        """
        if self._opened is None:
            self._opened = self._open_fetcher()
        fetcher, secrets = self._opened
        known = secrets.of(address, earlier) or NO_SECRETS
        request = FetchRequest(
            url=address,
            max_bytes=self._max_bytes,
            allow_private=allow_private,
            own_url=own_url or address,
            headers=known.headers,
            proxy=known.proxy,
            accept=accept,
        )
        async with self._gate.slot(address):
            return await fetcher.fetch(request)

    async def read(self, body: bytes, url: str = "", headers: Mapping[str, str] | None = None) -> ParsedFeed:
        """Reads a document. `url` is where it was found, for its relative links."""
        return await self._parser.parse(body, url, headers or {})

    async def aclose(self) -> None:
        """Closes connections and ends the processes."""
        if self._opened is not None:
            await self._opened[0].aclose()
        await self._parser.aclose()


@asynccontextmanager
async def open_probe(home: Home, clock: Clock | None = None, *, workers: int = 2) -> AsyncIterator[Probe]:
    """A probe that fetches as this home's settings say, and reads in so many processes. It opens what it needs."""
    from newswatch.parse.worker import ParserPool

    clock = clock or SystemClock()
    gate = HostGate(home.concurrency, home.per_host, monotonic=clock.monotonic, sleep=clock.sleep)

    def open_fetcher() -> tuple[Fetcher, Secrets]:
        from newswatch.fetch.http import HttpFetcher
        from newswatch.secretfile import load_secrets

        secrets = Secrets() if home.secrets is None else load_secrets(home.secrets)
        fetcher = HttpFetcher(user_agent=USER_AGENT, timeout_s=home.timeout_s, deadline=clock.timeout, now=clock.now)
        return fetcher, secrets

    probe = Probe(open_fetcher, ParserPool(workers), gate, home.max_bytes, clock)
    try:
        yield probe
    finally:
        await probe.aclose()
