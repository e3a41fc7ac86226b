"""One check of a feed: ask its server, read what comes, say what it means. Everything expected is a value."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Protocol, assert_never

from newswatch.engine.step import MOVED_AFTER_ANSWERS, CheckResult, Failed, Parsed, Unchanged
from newswatch.fetch.polite import HostGate
from newswatch.fetch.request import FailureKind, Fetched, FetchFailed, FetchRequest, FetchResult, NotModified
from newswatch.model.entry import ParsedFeed
from newswatch.model.feed import Feed, FeedState


class Fetcher(Protocol):
    """Fetches one document; `fetch.http.HttpFetcher`."""

    async def fetch(self, request: FetchRequest) -> FetchResult:
        """The document, or why there is none."""

    async def aclose(self) -> None:
        """Closes connections."""


class Parser(Protocol):
    """Reads one document off the event loop; `parse.worker.ParserPool`."""

    async def parse(self, body: bytes, url: str, headers: Mapping[str, str]) -> ParsedFeed:
        """What the document holds, or why it is no feed."""

    async def aclose(self) -> None:
        """Ends the processes."""


class FeedChecker:
    """Fetches behind the gate, then parses unless the body is the one of last time."""

    def __init__(self, fetcher: Fetcher, parser: Parser, gate: HostGate, max_bytes: int) -> None:
        self._fetcher = fetcher
        self._parser = parser
        self._gate = gate
        self._max_bytes = max_bytes

    async def check(self, feed: Feed, state: FeedState) -> CheckResult:
        """See `poller.Checker`."""
        is_moved = state.moved_to is not None and state.moved_answers >= MOVED_AFTER_ANSWERS
        address = state.moved_to if is_moved and state.moved_to is not None else feed.url
        request = FetchRequest(
            url=address,
            etag=state.etag,
            last_modified=state.last_modified,
            max_bytes=self._max_bytes,
            # A new address is the server's word: it may be private only where the user's own one is the same place.
            allow_private=feed.allow_private,
            own_url=feed.url,
        )
        async with self._gate.slot(address):
            result = await self._fetcher.fetch(request)
        match result:
            case FetchFailed():
                return _failed(result)
            case NotModified():
                return Unchanged(permanent_url=result.permanent_url)
            case Fetched():
                return await self._read(result, state)
            case _:
                assert_never(result)

    async def aclose(self) -> None:
        """Closes connections and ends the parser's processes."""
        await self._fetcher.aclose()
        await self._parser.aclose()

    async def _read(self, fetched: Fetched, state: FeedState) -> CheckResult:
        body_hash = hashlib.blake2b(fetched.body, digest_size=16).hexdigest()
        if body_hash == state.body_hash:
            return Unchanged(fetched.etag, fetched.last_modified, fetched.permanent_url)
        document = await self._parser.parse(fetched.body, fetched.url, fetched.headers)
        if document.error is not None:
            return Failed(document.error, is_answer=True)
        return Parsed(document, body_hash, fetched.etag, fetched.last_modified, permanent_url=fetched.permanent_url)


def _failed(failure: FetchFailed) -> Failed:
    return Failed(
        failure.reason,
        is_answer=failure.kind.is_answer,
        is_network=failure.kind.is_network,
        is_gone=failure.kind is FailureKind.GONE,
        retry_after_s=failure.retry_after_s,
    )
