"""Gets documents over HTTP, whatever the other side does.

With `hop`, `connect` and `pools` beside it the only code that knows httpx and its engine, httpcore. Of httpx it
takes the address parser and the TLS defaults, and talks to httpcore's pool of connections itself: redirects,
cookies, decoding, read timeouts and request logs are just what a hostile server abuses, so they are done
here under one deadline, every hop guarded, or not at all. It must never know what a feed is.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Callable, Mapping
from datetime import datetime

import httpcore
import httpx

from newswatch.fetch.connect import (
    AddressRefused,
    Connection,
    Deadline,
    HostNotFound,
    NetworkClosed,
    Resolve,
    Resolver,
    traveller,
)
from newswatch.fetch.failures import explained, failed, status_in_words
from newswatch.fetch.guard import AddressGuard, Place, kind_of_host, literal_address, refusal
from newswatch.fetch.hop import Hop, place_of, validator
from newswatch.fetch.inflate import BodyBroken, BodyTooLarge, Inflater, readable_size
from newswatch.fetch.pools import Pools
from newswatch.fetch.progress import Progress
from newswatch.fetch.request import (
    FailureKind,
    Fetched,
    FetchFailed,
    FetchRequest,
    FetchResult,
    NotModified,
    retry_after_s,
)

MAX_PIECES = 50_000  # of a body: crumbs of a few bytes cost more time than they bring text

_REDIRECTS = {301, 302, 303, 307, 308}
_SINGLE = {"content-type", "etag", "last-modified", "location", "retry-after"}
_WITHOUT_DOCUMENT = {204, 205, 206}
_TURN_EVERY = 64  # pieces: others get a turn, however many pieces came in one packet


class HttpFetcher:
    """Fetches over a shared pool of connections; any number of fetches at once, each in its own task.

    `timeout_s` bounds a whole fetch, redirects included, by `deadline` (`engine.clock.Clock.timeout`). `now` dates
    Retry-After. `trust_env`: use the proxies and CA files that the environment names. `resolve` and
    `ssl_context` stand in for the system's, in tests.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        timeout_s: float = 30.0,
        deadline: Deadline = asyncio.timeout,
        now: Callable[[], datetime],
        trust_env: bool = True,
        resolve: Resolve | None = None,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        for name in ("httpx", "httpcore"):  # their INFO and DEBUG lines hold whole addresses
            logging.getLogger(name).setLevel(logging.WARNING)
        self._user_agent = user_agent
        self._timeout_s = timeout_s
        self._deadline = deadline
        self._now = now
        self._pools = Pools(
            trust_env=trust_env,
            ssl_context=ssl_context or httpx.create_ssl_context(trust_env=trust_env),
            resolve=resolve or Resolver(),
            deadline=deadline,
        )

    async def fetch(self, request: FetchRequest) -> FetchResult:
        """What came of the request. Raises nothing but CancelledError."""
        first = Hop.first(request)
        if isinstance(first, FetchFailed):
            return first
        progress = Progress(first)
        try:
            async with self._deadline(self._timeout_s):
                return await self._follow(request, first, progress)
        except TimeoutError:
            return progress.timed_out(self._timeout_s)
        except AddressRefused as refused:
            host = progress.hop.place.host
            where = refused.address if host == refused.address else f"{host}, {refused.address}"
            reason = refusal(refused.kind, where, is_redirect=progress.hop is not first)
            is_own_name = progress.hop is first and literal_address(host) is None and kind_of_host(host) is None
            return failed(FailureKind.ASTRAY if is_own_name else FailureKind.REFUSED, reason)
        except BodyTooLarge as error:
            return failed(FailureKind.TOO_LARGE, str(error), status=progress.status)
        except BodyBroken as error:
            return failed(FailureKind.PROTOCOL, str(error), status=progress.status)
        except httpcore.TimeoutException:  # the kernel's own patience ended before ours
            return progress.timed_out(self._timeout_s)
        # ExceptionGroup is what anyio makes of several errors at once; OverflowError and ValueError come
        # from sockets and TLS that are given a strange host.
        except (
            HostNotFound,
            NetworkClosed,
            httpcore.NetworkError,
            httpcore.ProtocolError,
            httpcore.ProxyError,
            httpcore.UnsupportedProtocol,
            OSError,
            OverflowError,
            ValueError,
            ExceptionGroup,
        ) as error:
            return explained(error, progress.peer)

    async def aclose(self) -> None:
        """Ends all connections. A fetch that is under way fails, and so does any that begins later."""
        await self._pools.aclose()

    async def _follow(self, request: FetchRequest, hop: Hop, progress: Progress) -> FetchResult:
        """Sends the request, and follows redirects to where the document is."""
        own = hop.place if request.own_url in {None, request.url} else place_of(request.own_url or "")
        guard = AddressGuard(own or hop.place, request.allow_private and own is not None)
        came_from: Place | None = None
        while True:
            progress.begin(hop)
            proxy = request.proxy or self._pools.proxy_for(hop.place)
            objection = guard.objection(hop.place, came_from)
            if proxy and not objection:
                objection = _objection_behind_proxy(guard, hop.place, came_from)
            if objection:
                return failed(FailureKind.REFUSED, objection)
            pool = self._pools.pool(proxy=proxy, may_be_private=guard.may_be_private(hop.place))
            if isinstance(pool, FetchFailed):
                return pool
            target = _target(hop, is_behind_proxy=bool(proxy))
            response = await self._send(pool, target, hop.headers(request, self._user_agent), progress)
            try:
                progress.hear(response.status)
                headers = _headers_of(response)
                if response.status not in _REDIRECTS:
                    return await self._answer(request, hop, response, headers, progress)
            finally:
                await response.aclose()
            came_from = hop.place
            onward = hop.onward(response.status, headers.get("location", ""))
            if isinstance(onward, FetchFailed):
                return onward
            hop = onward

    async def _send(
        self,
        pool: httpcore.AsyncConnectionPool,
        target: httpcore.URL,
        headers: list[tuple[bytes, bytes]],
        progress: Progress,
    ) -> httpcore.Response:
        """Sends the request and waits for the head of the answer.

        A kept connection that the server closed just now, or on which an answer lay waiting that nobody had asked
        for, costs no failure: the request goes out again.
        """
        before = traveller.set(progress)
        try:
            while True:
                progress.is_fresh = False
                try:
                    response = await pool.handle_async_request(httpcore.Request(b"GET", target, headers=headers))
                except (httpcore.RemoteProtocolError, httpcore.ReadError, httpcore.WriteError):
                    if progress.is_fresh:
                        raise
                    continue
                connection: Connection = response.extensions["network_stream"]
                if connection.heard:
                    connection.is_answered = True
                    return response
                await response.aclose()  # unread, so that httpcore does not keep its connection
        finally:
            traveller.reset(before)

    async def _answer(
        self,
        request: FetchRequest,
        hop: Hop,
        response: httpcore.Response,
        headers: Mapping[str, str],
        progress: Progress,
    ) -> FetchResult:
        status = response.status
        reason = f"the server answered {status_in_words(status)}"
        if status == 304:
            async for _ in response.aiter_stream():  # nothing comes, but the connection may be used again
                break
            if hop.sends_validators(request):
                return NotModified(headers, hop.permanent_url)
            return failed(FailureKind.PROTOCOL, f"{reason}, though we had nothing to compare with", status=status)
        if 200 <= status < 300 and status not in _WITHOUT_DOCUMENT:
            body, wire_bytes = await _read_body(request, response, headers, progress)
            return Fetched(
                url=str(hop.url),
                status=status,
                headers=headers,
                body=body,
                etag=validator(headers.get("etag")),
                last_modified=validator(headers.get("last-modified")),
                permanent_url=hop.permanent_url,
                wire_bytes=wire_bytes,
                chain=(*hop.passed, str(hop.url)),
            )
        if status in {429, 503}:
            wait_s = retry_after_s(headers.get("retry-after", ""), self._now())
            return failed(FailureKind.BUSY, reason, status=status, retry_after_s=wait_s)
        # A page that only a temporary redirect led to can be gone without the feed being so.
        is_gone = status == 410 and hop.is_permanent
        return failed(FailureKind.GONE if is_gone else FailureKind.STATUS, reason, status=status)


async def _read_body(
    request: FetchRequest, response: httpcore.Response, headers: Mapping[str, str], progress: Progress
) -> tuple[bytes, int]:
    """The body and its size on the wire. Raises BodyTooLarge, BodyBroken."""
    inflater = Inflater(headers.get("content-encoding", ""), request.max_inflated)
    announced = headers.get("content-length", "")
    if announced.isascii() and announced.isdigit() and int(announced[:20]) > request.max_bytes:
        size = readable_size(int(announced[:20]))
        raise BodyTooLarge(f"the document is too large: {size}, where {readable_size(request.max_bytes)} are allowed")
    pieces = 0
    async for piece in response.aiter_stream():
        pieces += 1
        progress.received += len(piece)
        if progress.received > request.max_bytes:
            raise BodyTooLarge(f"the document is too large: more than {readable_size(request.max_bytes)}")
        if pieces > MAX_PIECES:
            raise BodyTooLarge(f"the document comes in too many pieces: more than {MAX_PIECES}")
        inflater.feed(piece)
        if pieces % _TURN_EVERY == 0:
            await asyncio.sleep(0)
    return inflater.finish(), progress.received


def _objection_behind_proxy(guard: AddressGuard, place: Place, came_from: Place | None) -> str:
    """A proxy resolves the name itself, so a name of the local network is refused by its spelling."""
    if guard.may_be_private(place):
        return ""
    kind = kind_of_host(place.host)
    return refusal(kind, place.host, is_redirect=came_from is not None) if kind else ""


def _target(hop: Hop, *, is_behind_proxy: bool) -> httpcore.URL:
    """The address as httpcore takes it. What it writes to a proxy needs the brackets of IPv6, which it does not add."""
    url, host = hop.url, hop.url.raw_host
    if is_behind_proxy and b":" in host:
        host = b"[" + host + b"]"
    return httpcore.URL(scheme=url.raw_scheme, host=host, port=url.port, target=url.raw_path)


def _headers_of(response: httpcore.Response) -> dict[str, str]:
    """Header names in lower case; a repeated one is joined with ", " (RFC 9110, 5.2), but for those with one value."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in response.headers:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        if name not in headers:
            headers[name] = value
        elif name not in _SINGLE:
            headers[name] += f", {value}"
    return headers
