"""Fault 18: an answer that is no feed is a failed poll; it removes nothing, and the feed behind it is unchanged."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pytest

from newswatch.engine.checker import FeedChecker
from newswatch.engine.step import CheckResult, Failed, Parsed, Unchanged, step
from newswatch.feeds.due import Pace
from newswatch.fetch.polite import HostGate
from newswatch.fetch.request import Fetched, FetchRequest
from newswatch.match.matcher import compile_book
from newswatch.model.entry import ParsedFeed
from newswatch.model.feed import FeedState, FeedStatus
from newswatch.model.rule import RuleBook
from newswatch.parse import Reading, parse_document, read_document
from newswatch.store.memory import MemoryStore
from newswatch.testing import build
from newswatch.testing.clock import FakeClock

FEED = build.feed()
NEWS = b"<rss version='2.0'><channel><title>A</title><item><guid>1</guid><title>One</title></item></channel></rss>"
PORTAL = b"<html><head><title>Hotspot: please sign in</title></head><body><form></form></body></html>"


class Server:
    """Answers with what it is told to."""

    body = NEWS

    async def fetch(self, request: FetchRequest) -> Fetched:
        return Fetched(request.url, 200, {"content-type": "text/html"}, self.body, '"v"', None, None, len(self.body))

    async def aclose(self) -> None:
        """Nothing to close."""


class InProcess:
    """Reads without processes."""

    async def parse(self, body: bytes, url: str, headers: Mapping[str, str]) -> ParsedFeed:
        return parse_document(body, url, headers)

    async def read(self, body: bytes, url: str, headers: Mapping[str, str], seen: Collection[bytes]) -> Reading:
        return read_document(body, url, headers, seen)

    async def aclose(self) -> None:
        """Nothing to end."""


@pytest.mark.parametrize("wrong", [PORTAL, b"", b"OK", b"<opml/>", b"{}", b"\x1f\x8b\x08"])
async def test_a_wrong_answer_keeps_everything_and_the_next_feed_is_unchanged(wrong: bytes) -> None:
    clock, server, store = FakeClock(), Server(), MemoryStore()
    gate = HostGate(4, 4, monotonic=clock.monotonic, sleep=clock.sleep)
    checker = FeedChecker(server, InProcess(), gate, 10**6)

    async def poll(state: FeedState, minutes: float) -> tuple[CheckResult, FeedState]:
        result = await checker.check(FEED, state)
        outcome = step(FEED, state, result, store, compile_book(RuleBook()), Pace(), build.at(minutes))
        store.commit(outcome.memory)
        return result, outcome.state

    result, good = await poll(FeedState(FEED.id), 0)
    assert isinstance(result, Parsed)
    server.body = wrong
    result, failing = await poll(good, 60)
    assert isinstance(result, Failed)
    assert result.reason.startswith("this is ")
    assert (failing.etag, failing.body_hash, failing.title) == (good.etag, good.body_hash, good.title)
    assert failing.status is FeedStatus.FAILING
    assert len(store.identities(FEED.id)) == 1
    server.body = NEWS
    result, again = await poll(failing, 120)
    assert isinstance(result, Unchanged)
    assert again.status is FeedStatus.OK
