"""The day's outlets over loopback HTTP, each feed as of the clock's instant: ETag, Last-Modified, 304, outages.

It speaks as much HTTP/1.1 as a feed reader needs (GET and HEAD, kept-alive connections, RFC 9110
conditional requests) and serves only what the day holds. It listens on 127.0.0.1 and nowhere else.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import blake2b
from types import TracebackType
from typing import Self

from newswatch.demo.day import Day
from newswatch.demo.formats import render
from newswatch.demo.outlet import Outlet

MAX_HEAD_BYTES = 16_384
IDLE_S = 30.0
"""A connection that says nothing for so long is closed."""
FLUSH_S = 1.0
"""How long a reader may take for the last bytes before it is cut off."""
RETRY_AFTER_S = 600
"""What an outlet that is out asks for."""

_REASONS = {
    200: "OK",
    304: "Not Modified",
    400: "Bad Request",
    404: "Not Found",
    405: "Method Not Allowed",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
}


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    path: str
    headers: Mapping[str, str]  # names in lower case
    version: str

    @property
    def keeps_alive(self) -> bool:
        return self.version != "HTTP/1.0" and self.headers.get("connection", "").lower() != "close"


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class _Document:
    """One edition as it is served."""

    changed_at: datetime
    body: bytes
    content_type: str

    @property
    def etag(self) -> str:
        return f'"{blake2b(self.body, digest_size=8).hexdigest()}"'

    @property
    def last_modified(self) -> str:
        return format_datetime(self.changed_at, usegmt=True)


class DemoServer:
    """Serves the day while the `async with` block runs. `now` says which instant of it; `port` 0 takes a free one.

    Entering raises OSError if the port is taken.
    """

    def __init__(self, day: Day, now: Callable[[], datetime], port: int = 0) -> None:
        self._outlets = {outlet.path: outlet for outlet in day.outlets}
        self._now = now
        self._port = port
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()
        self._documents: dict[str, _Document] = {}

    @property
    def url(self) -> str:
        """The server's address without a trailing slash; feeds are at `url + outlet.path`."""
        return f"http://127.0.0.1:{self._port}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self._port, limit=MAX_HEAD_BYTES)
        self._port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None, "entered"  # noqa: S101 - a wrong use of this class, not an input
        self._server.close()
        open_ones = tuple(self._connections)
        for connection in open_ones:
            connection.cancel()
        await asyncio.gather(*open_ones, return_exceptions=True)
        await self._server.wait_closed()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._server is None or not self._server.is_serving():
            writer.close()  # accepted in the moment the server ended
            return
        connection = asyncio.create_task(self._converse(reader, writer))
        self._connections.add(connection)
        connection.add_done_callback(self._connections.discard)
        connection.add_done_callback(lambda _: writer.close())  # also when it was cancelled before its first step

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answers one connection's requests until either side has had enough."""
        try:
            keeps_alive = True
            while keeps_alive:
                async with asyncio.timeout(IDLE_S):
                    head = await reader.readuntil(b"\r\n\r\n")
                request = _read(head)
                answer = _Answer(400) if request is None else self._answer(request)
                keeps_alive = request is not None and request.keeps_alive
                writer.write(_written(answer, is_head=request is not None and request.method == "HEAD"))
                async with asyncio.timeout(IDLE_S):
                    await writer.drain()
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError, ConnectionError):
            pass  # the reader left, or never was one
        finally:
            writer.close()
            with suppress(ConnectionError, TimeoutError):
                async with asyncio.timeout(FLUSH_S):
                    await writer.wait_closed()
            writer.transport.abort()

    def _answer(self, request: _Request) -> _Answer:
        now = self._now()
        outlet = self._outlets.get(request.path)
        if request.method not in {"GET", "HEAD"}:
            return _Answer(405, (("Allow", "GET, HEAD"),))
        if outlet is None:
            return _Answer(404)
        if outlet.outage is not None and outlet.is_out(now):
            return _Answer(outlet.outage.status, (("Retry-After", str(RETRY_AFTER_S)),))
        document = self._document(outlet, now)
        validators = (("ETag", document.etag), ("Last-Modified", document.last_modified))
        if _is_current(document, request.headers):
            return _Answer(304, validators)
        return _Answer(200, (("Content-Type", document.content_type), *validators), document.body)

    def _document(self, outlet: Outlet, now: datetime) -> _Document:
        """The outlet's feed, rendered once for each edition: a 304 costs next to nothing."""
        edition = outlet.edition(now)
        document = self._documents.get(outlet.id)
        if document is None or document.changed_at != edition.changed_at:
            rendered = render(outlet, edition, self.url + outlet.path)
            document = _Document(edition.changed_at, rendered.body, rendered.content_type)
            self._documents[outlet.id] = document
        return document


def _read(head: bytes) -> _Request | None:
    """The request, or None if this is none. One with a body is none either: no feed reader sends one."""
    first, *lines = head.decode("latin-1").split("\r\n")
    words = first.split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        return None
    pairs = (line.partition(":") for line in lines if line)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    if "transfer-encoding" in headers or headers.get("content-length", "0") != "0":
        return None
    return _Request(words[0], words[1].partition("?")[0], headers, words[2])


def _is_current(document: _Document, headers: Mapping[str, str]) -> bool:
    """Whether the reader already has it (RFC 9110 13.2.2: If-None-Match, else If-Modified-Since)."""
    if (tags := headers.get("if-none-match")) is not None:
        known = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
        return "*" in known or document.etag in known
    try:
        since = parsedate_to_datetime(headers["if-modified-since"])
    except (KeyError, ValueError):
        return False
    return since.tzinfo is not None and document.changed_at.replace(microsecond=0) <= since


def _written(answer: _Answer, *, is_head: bool) -> bytes:
    """The answer on the wire. An error carries its own words, so that a person who looks sees something."""
    reason = _REASONS.get(answer.status, "Unknown")
    body, headers = answer.body, list(answer.headers)
    if answer.status >= 400:
        body = f"{answer.status} {reason}\n".encode()
        headers.append(("Content-Type", "text/plain; charset=utf-8"))
    if answer.status != 304:
        headers.append(("Content-Length", str(len(body))))
    if answer.status == 400:
        headers.append(("Connection", "close"))
    lines = [f"HTTP/1.1 {answer.status} {reason}", *(f"{name}: {value}" for name, value in headers)]
    head = "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"
    return head if is_head else head + body
