"""One check of a feed: ask its server, read what comes, say what it means. Everything expected is a value."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Protocol, assert_never

from newswatch.engine.arrival import FEED_HEADERS, arrival
from newswatch.engine.listings import Listings
from newswatch.engine.step import MOVED_AFTER_ANSWERS, CheckResult, Failed, Parsed, Unchanged
from newswatch.fetch.freshness import fresh_s
from newswatch.fetch.polite import HostGate
from newswatch.fetch.request import FailureKind, Fetched, FetchFailed, FetchRequest, FetchResult, NotModified
from newswatch.model.entry import EntryKey, ParsedFeed
from newswatch.model.feed import Feed, FeedState
from newswatch.parse.reading import Reading
from newswatch.secrets import FeedSecrets

NO_SECRETS = FeedSecrets()
DOCUMENTS_AT_ONCE = 16


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

    async def read(self, body: bytes, url: str, headers: Mapping[str, str], seen: Collection[bytes]) -> Reading:
        """The same, but for the items that were seen."""

    async def aclose(self) -> None:
        """Ends the processes."""


class FeedChecker:
    """Fetches behind the gate, then parses unless the body is the one of last time.

    `secrets` says what the server of a feed is told, at the moment it is asked; `now` dates what came. At most
    `DOCUMENTS_AT_ONCE` are read or wait to be; whoever brings one more keeps its place at the gate until it is let in,
    so that thousands of feeds that are checked for the first time never lie in memory together.
    """

    def __init__(
        self,
        fetcher: Fetcher,
        parser: Parser,
        gate: HostGate,
        max_bytes: int,
        secrets: Callable[[Feed], FeedSecrets | None] = lambda _: None,
        listings: Listings | None = None,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        self._fetcher = fetcher
        self._parser = parser
        self._gate = gate
        self._max_bytes = max_bytes
        self._secrets = secrets
        self._listings = listings or Listings()
        self._now = now
        self._documents = asyncio.Semaphore(DOCUMENTS_AT_ONCE)

    async def check(self, feed: Feed, state: FeedState) -> CheckResult:
        """See `poller.Checker`."""
        is_moved = state.moved_to is not None and state.moved_answers >= MOVED_AFTER_ANSWERS
        address = state.moved_to if is_moved and state.moved_to is not None else feed.url
        secrets = self._secrets(feed) or NO_SECRETS
        request = FetchRequest(
            url=address,
            etag=state.etag,
            last_modified=state.last_modified,
            max_bytes=self._max_bytes,
            # A new address is the server's word: it may be private only where the user's own one is the same place.
            allow_private=feed.allow_private,
            own_url=feed.url,
            headers=secrets.headers,
            proxy=secrets.proxy,
        )
        async with self._gate.slot(address):
            result = await self._fetcher.fetch(request)
            if isinstance(result, Fetched):
                await self._documents.acquire()
        match result:
            case FetchFailed():
                return _failed(result)
            case NotModified():
                return Unchanged(permanent_url=result.permanent_url, fresh_s=fresh_s(result.headers))
            case Fetched():
                try:
                    return await self._read(result, state, self._listings.seen(feed.id))
                finally:
                    self._documents.release()
            case _:
                assert_never(result)

    async def fetch(self, request: FetchRequest) -> FetchResult:
        """Another document, behind the same gate."""
        async with self._gate.slot(request.url):
            return await self._fetcher.fetch(request)

    async def aclose(self) -> None:
        """Closes connections and ends the parser's processes."""
        await self._fetcher.aclose()
        await self._parser.aclose()

    async def _read(self, fetched: Fetched, state: FeedState, seen: Mapping[bytes, EntryKey]) -> CheckResult:
        body_hash = hashlib.blake2b(fetched.body, digest_size=16).hexdigest()
        if body_hash == state.body_hash:
            return Unchanged(
                fetched.etag,
                fetched.last_modified,
                permanent_url=fetched.permanent_url,
                fresh_s=fresh_s(fetched.headers),
                wire_bytes=fetched.wire_bytes,
            )
        reading = await self._parser.read(fetched.body, fetched.url, fetched.headers, seen)
        document = reading.document
        if document.error is not None:
            return Failed(document.error, is_answer=True)
        return Parsed(
            document,
            body_hash,
            fetched.etag,
            fetched.last_modified,
            permanent_url=fetched.permanent_url,
            fresh_s=fresh_s(fetched.headers),
            wire_bytes=fetched.wire_bytes,
            came=arrival(fetched, self._now(), headers=FEED_HEADERS) if self._now is not None else None,
            items=reading.items,
            seen=seen if reading.is_part else {},
        )


def _failed(failure: FetchFailed) -> Failed:
    return Failed(
        failure.reason,
        is_answer=failure.kind.is_answer,
        is_network=failure.kind.is_network,
        is_gone=failure.kind is FailureKind.GONE,
        retry_after_s=failure.retry_after_s,
    )
