"""Looking for the feeds behind a page ends in time, whatever the page links to; what was found by then is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping

from newswatch.engine.discovery import LONGEST_S, discover_feeds
from newswatch.engine.probe import Probe
from newswatch.feeds.discover import Discovery
from newswatch.fetch.polite import HostGate
from newswatch.fetch.request import Fetched, FetchRequest, FetchResult
from newswatch.model.entry import ParsedFeed
from newswatch.parse import parse_document
from newswatch.parse.reading import Reading
from newswatch.secrets import Secrets
from newswatch.testing import build
from newswatch.testing.clock import FakeClock

SITE = "https://dnipro.example/"
FEED = b'<rss version="2.0"><channel><title>Wire</title><item><title>Quiet day</title></item></channel></rss>'
SLOW_S = 25.0


class Web:
    """A front page with many links; each answers after a while, the first of them with a feed."""

    def __init__(self, clock: FakeClock, page_s: float) -> None:
        self._clock = clock
        self._page_s = page_s
        self.asked: list[str] = []

    async def fetch(self, request: FetchRequest) -> FetchResult:
        self.asked.append(request.url)
        is_page = request.url == SITE
        await self._clock.sleep(self._page_s if is_page else SLOW_S)
        links = "".join(f'<link rel=alternate type="application/rss+xml" href="/feed/{n}">' for n in range(12))
        body = f"<html><head>{links}</head></html>".encode() if is_page else FEED if "/0" in request.url else b"no"
        return Fetched(request.url, 200, {}, body, None, None, None, len(body))

    async def aclose(self) -> None:
        pass


class Reader:
    async def parse(self, body: bytes, url: str, headers: Mapping[str, str]) -> ParsedFeed:
        return parse_document(body, url, headers)

    async def read(self, body: bytes, url: str, headers: Mapping[str, str], seen: Collection[bytes]) -> Reading:
        raise NotImplementedError

    async def aclose(self) -> None:
        pass


async def found(clock: FakeClock, web: Web) -> tuple[Discovery, float]:
    """What was found, and how long it took."""
    gate = HostGate(4, 4, monotonic=clock.monotonic, sleep=clock.sleep)
    probe = Probe(lambda: (web, Secrets()), Reader(), gate, 2**20, clock)
    searching = asyncio.ensure_future(discover_feeds(SITE, probe))
    for _ in range(100):
        await clock.settle()
        if searching.done():
            break
        await clock.advance(5)
    return await searching, clock.monotonic()


async def test_a_search_ends_in_time_with_what_was_found() -> None:
    clock = FakeClock(build.EPOCH)
    web = Web(clock, page_s=1.0)
    discovery, took_s = await found(clock, web)
    assert [one.address for one in discovery.feeds] == [f"{SITE}feed/0"]
    assert took_s <= LONGEST_S + 5
    assert len(web.asked) <= 2 + LONGEST_S / SLOW_S


async def test_a_page_that_takes_all_the_time_there_is_says_so() -> None:
    clock = FakeClock(build.EPOCH)
    web = Web(clock, page_s=10 * LONGEST_S)
    discovery, took_s = await found(clock, web)
    assert discovery.feeds == ()
    assert "longer than 90 seconds" in discovery.failure
    assert took_s <= LONGEST_S + 5
    assert web.asked == [SITE]
