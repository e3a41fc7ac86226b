"""One check, with a fetcher and a parser that are played: what is read, what is not, and how much at once."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import replace

from newswatch.engine.checker import DOCUMENTS_AT_ONCE, FeedChecker
from newswatch.engine.step import Parsed, Unchanged
from newswatch.fetch.polite import HostGate
from newswatch.fetch.request import Fetched, FetchRequest, FetchResult, NotModified
from newswatch.model.entry import ParsedFeed
from newswatch.parse.reading import Reading
from newswatch.testing import build
from newswatch.testing.clock import FakeClock

FRESH = {"cache-control": "max-age=900"}


def document(body: bytes = b"<rss/>") -> Fetched:
    return Fetched("https://host.example/rss", 200, FRESH, body, '"1"', None, None, len(body))


class Fetcher:
    """Answers the same to everybody."""

    def __init__(self, result: FetchResult) -> None:
        self.result = result
        self.fetched = 0

    async def fetch(self, _: FetchRequest) -> FetchResult:
        self.fetched += 1
        return self.result

    async def aclose(self) -> None:
        pass


class Parser:
    """Reads nothing until it may."""

    def __init__(self) -> None:
        self.parsed = 0
        self.may_read = asyncio.Event()

    async def parse(self, _body: bytes, _url: str, _headers: Mapping[str, str]) -> ParsedFeed:
        self.parsed += 1
        await self.may_read.wait()
        return build.parsed_feed(wish_s=60.0)

    async def read(self, body: bytes, url: str, headers: Mapping[str, str], _: Collection[bytes]) -> Reading:
        return Reading(await self.parse(body, url, headers))

    async def aclose(self) -> None:
        pass


def checker_of(fetcher: Fetcher, parser: Parser, clock: FakeClock, concurrency: int = 48) -> FeedChecker:
    gate = HostGate(concurrency, 100, monotonic=clock.monotonic, sleep=clock.sleep)
    return FeedChecker(fetcher, parser, gate, 1_000_000)


async def test_304_costs_no_parse_and_says_how_long_it_stays_fresh() -> None:
    parser = Parser()
    checker = checker_of(Fetcher(NotModified(FRESH, None)), parser, FakeClock())
    assert await checker.check(build.feed(), build.feed_state()) == Unchanged(fresh_s=900)
    assert parser.parsed == 0


async def test_the_body_of_last_time_costs_no_parse_and_says_how_long_it_stays_fresh() -> None:
    parser = Parser()
    parser.may_read.set()
    checker = checker_of(Fetcher(document()), parser, FakeClock())
    first = await checker.check(build.feed(), build.feed_state())
    assert isinstance(first, Parsed)
    assert (first.fresh_s, first.document.wish_s) == (900, 60)
    again = await checker.check(build.feed(), build.feed_state(body_hash=first.body_hash))
    assert isinstance(again, Unchanged)
    assert again.fresh_s == 900
    assert parser.parsed == 1


async def test_of_a_thousand_new_documents_few_lie_in_memory_and_nothing_more_is_fetched_until_they_are_read() -> None:
    clock, parser, fetcher = FakeClock(), Parser(), Fetcher(document())
    checker = checker_of(fetcher, parser, clock, concurrency=48)
    checks = [
        asyncio.ensure_future(checker.check(build.feed(f"https://host{n}.example/"), build.feed_state()))
        for n in range(1_000)
    ]
    await clock.settle()
    assert parser.parsed == DOCUMENTS_AT_ONCE
    assert fetcher.fetched == DOCUMENTS_AT_ONCE + 48
    parser.may_read.set()
    assert len(await asyncio.gather(*checks)) == 1_000


async def test_documents_that_wait_to_be_read_do_not_keep_feeds_without_one_waiting() -> None:
    clock, parser, fetcher = FakeClock(), Parser(), Fetcher(document())
    checker = checker_of(fetcher, parser, clock)
    checks = [
        asyncio.ensure_future(checker.check(build.feed(f"https://host{n}.example/"), build.feed_state()))
        for n in range(2 * DOCUMENTS_AT_ONCE)
    ]
    await clock.settle()
    fetcher.result = NotModified({}, None)
    assert await checker.check(build.feed(), build.feed_state()) == Unchanged()
    for check in checks:
        check.cancel()
    await asyncio.gather(*checks, return_exceptions=True)
    fetcher.result = replace(document(), body=b"<rss></rss>")
    parser.may_read.set()
    assert isinstance(await checker.check(build.feed(), build.feed_state()), Parsed)
