"""A web server on loopback that plays a script: feeds that change, and every way in which a server can misbehave.

    async with FeedServer() as server:
        server.answer("/news.xml", Reply.feed(rss("News", [Item("Bridge reopens", "https://example.org/1")])))
        ...  # fetch server.url("/news.xml")
        assert server.requests[0].headers["user-agent"].startswith("newswatch")

It knows nothing of newswatch: standard library only. What has to happen at a certain moment waits for an
`asyncio.Event` or a `Semaphore` in the test's hand, not for time to pass. A path may hold a whole address
("http://example.org/feed"), which is what a client sends to a proxy.
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import hashlib
import inspect
import socket
import ssl
import struct
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import format_datetime
from http import HTTPStatus
from types import TracebackType
from typing import Self

MAX_HEAD_BYTES = 64 * 2**10
MAX_RECORDED = 10_000
ENDLESS_PIECE = b"<item><title>again and again</title></item>" * 1500

_UNCHANGED = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Recorded:
    """A request as it came in. `headers` have lower-case names; a repeated one is joined with ", ".

    `head_sent` is set when the status line and headers of the answer are out, `done` when nothing more will come.
    `connection` numbers the connections from 1: equal numbers mean that one was used again.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    connection: int
    head_sent: asyncio.Event = field(default_factory=asyncio.Event, compare=False, repr=False)
    done: asyncio.Event = field(default_factory=asyncio.Event, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. The plain fields say what is sent; the named constructors make the usual misbehaviours.

    `delay_s` and `hold` put off the whole answer; `hold_body` only what follows the headers. With `permits`
    the body leaves byte by byte, one for each `permits.release()`. `cut_at` ends the connection after so
    many bytes of a body whose length was promised in full. `is_conditional`: 304 where the request's
    validators equal those in `headers`. `raw` is sent in place of any HTTP.
    """

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    delay_s: float = 0.0
    hold: asyncio.Event | None = None
    hold_body: asyncio.Event | None = None
    permits: asyncio.Semaphore | None = None
    cut_at: int | None = None
    is_conditional: bool = False
    is_chunked: bool = False
    is_endless: bool = False
    is_reset: bool = False
    raw: bytes | None = None

    @classmethod
    def feed(
        cls,
        xml: str | bytes,
        *,
        content_type: str = "application/rss+xml; charset=utf-8",
        modified: datetime = _UNCHANGED,
        headers: Mapping[str, str] | None = None,
    ) -> Self:
        """A well-behaved feed: an ETag made from the text, a Last-Modified, and 304 for who has it already."""
        body = xml.encode() if isinstance(xml, str) else xml
        etag = f'"{hashlib.blake2b(body, digest_size=8).hexdigest()}"'
        validators = {"ETag": etag, "Last-Modified": format_datetime(modified, usegmt=True)}
        return cls(
            body=body, headers={"Content-Type": content_type, **validators, **(headers or {})}, is_conditional=True
        )

    @classmethod
    def redirect(cls, to: str, status: int = 301) -> Self:
        """Elsewhere; `to` is an address or a path."""
        return cls(status=status, headers={"Location": to})

    @classmethod
    def drip(cls, body: bytes, permits: asyncio.Semaphore, headers: Mapping[str, str] | None = None) -> Self:
        """The headers at once, then a byte of the body for each permit."""
        return cls(body=body, headers=headers or {}, permits=permits)

    @classmethod
    def truncated(cls, body: bytes, at: int) -> Self:
        """Promises all of the body and closes the connection after `at` bytes."""
        return cls(body=body, cut_at=at)

    @classmethod
    def reset(cls) -> Self:
        """Resets the connection (TCP RST) instead of an answer."""
        return cls(is_reset=True)

    @classmethod
    def endless(cls, piece: bytes = ENDLESS_PIECE) -> Self:
        """The same piece again and again, until the client leaves."""
        return cls(body=piece, is_endless=True, is_chunked=True)

    @classmethod
    def never(cls) -> Self:
        """Takes the request and says nothing until the client leaves or the server closes."""
        return cls(hold=asyncio.Event())

    def gzipped(self) -> Self:
        """The same with its body compressed, and a header that says so."""
        return replace(
            self, body=gzip.compress(self.body, mtime=0), headers={**self.headers, "Content-Encoding": "gzip"}
        )

    def for_request(self, request: Recorded) -> Reply:
        """What this very request gets: itself, or 304."""
        if not self.is_conditional:
            return self
        given = {name.lower(): value for name, value in self.headers.items()}
        if (asked := request.headers.get("if-none-match")) is not None:
            is_same = asked == given.get("etag")
        else:
            since = request.headers.get("if-modified-since")
            is_same = since is not None and since == given.get("last-modified")
        if not is_same:
            return self
        kept = {name: value for name, value in self.headers.items() if name.lower() in {"etag", "last-modified"}}
        return replace(self, status=304, body=b"", headers=kept)


Script = Reply | Sequence[Reply] | Callable[[Recorded], Reply | Awaitable[Reply]]


class FeedServer:
    """Answers on `host`, at a port of the system's choice, from `async with` on until its end.

    `requests` are those that came, in order; `connections` counts accepted ones, with a request or without.
    A path without a script answers 404. Connections are kept alive as HTTP/1.1 has it.
    """

    def __init__(self, *, ssl_context: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> None:
        self.connections = 0
        self.bytes_sent = 0
        self._host = host
        self._ssl_context = ssl_context
        self._scripts: dict[str, Script] = {}
        self._played: dict[str, int] = {}
        self._requests: deque[Recorded] = deque(maxlen=MAX_RECORDED)
        self._arrived = asyncio.Event()
        self._server: asyncio.Server | None = None
        self._talks: set[asyncio.Task[None]] = set()

    @property
    def requests(self) -> list[Recorded]:
        """The requests so far, oldest first; only the last `MAX_RECORDED` are kept."""
        return list(self._requests)

    @property
    def port(self) -> int:
        """The port that it listens on."""
        if self._server is None:
            raise RuntimeError("the server is not running: use it in `async with`")
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    def url(self, path: str = "/", *, host: str | None = None, userinfo: str = "") -> str:
        """The address of a path; `host` writes the server's host in another way."""
        scheme = "https" if self._ssl_context else "http"
        own_host = f"[{self._host}]" if ":" in self._host else self._host
        return f"{scheme}://{userinfo + '@' if userinfo else ''}{host or own_host}:{self.port}{path}"

    def answer(self, path: str, script: Script) -> None:
        """What `path` answers from now on: one reply always, or a sequence (its last one repeats), or a function."""
        if isinstance(script, Sequence) and not script:
            raise ValueError("a script needs at least one reply")
        self._scripts[path] = script
        self._played[path] = 0

    def requests_for(self, path: str) -> list[Recorded]:
        """The requests for one path, oldest first."""
        return [request for request in self._requests if request.path == path]

    async def request(self, number: int = 1) -> Recorded:
        """Waits until request `number` (from 1) has come, and gives it."""
        while len(self._requests) < number:
            self._arrived.clear()
            await self._arrived.wait()
        return self._requests[number - 1]

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(
            self._welcome, self._host, 0, ssl=self._ssl_context, limit=MAX_HEAD_BYTES, backlog=512
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is None:
            return
        self._server.close()
        for talk in tuple(self._talks):
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)
        await self._server.wait_closed()

    async def _welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, from accept to close. asyncio runs it as a task of its own, which `__aexit__` ends."""
        self.connections += 1
        number = self.connections
        talk = asyncio.current_task()
        if talk is None:  # pragma: no cover - asyncio always runs this in a task
            raise RuntimeError("a connection without a task")
        self._talks.add(talk)
        try:
            # A client that leaves early is what many tests are about, and being cancelled is how a server ends.
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                while await self._serve_one(reader, writer, number):
                    pass
        finally:
            writer.close()
            writer.transport.abort()
            with contextlib.suppress(OSError, asyncio.CancelledError):
                await writer.wait_closed()
            self._talks.discard(talk)

    async def _serve_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> bool:
        """Reads a request and answers it. Returns whether another may follow on this connection."""
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.LimitOverrunError:
            await self._send(writer, b"HTTP/1.1 431 Request Header Fields Too Large\r\nContent-Length: 0\r\n\r\n")
            return False
        request = _parsed(head, number)
        self._requests.append(request)
        self._arrived.set()
        try:
            reply = (await self._scripted(request)).for_request(request)
            return await self._play(reply, request, writer)
        finally:
            request.done.set()

    async def _scripted(self, request: Recorded) -> Reply:
        path = request.path if request.path in self._scripts else request.path.partition("?")[0]
        script = self._scripts.get(path)
        match script:
            case None:
                return Reply(status=404, body=b"no such page\n", headers={"Content-Type": "text/plain"})
            case Reply():
                return script
            case Sequence():
                turn = self._played[path]
                self._played[path] = turn + 1
                return script[min(turn, len(script) - 1)]
            case _:
                reply = script(request)
                return await reply if inspect.isawaitable(reply) else reply

    async def _play(self, reply: Reply, request: Recorded, writer: asyncio.StreamWriter) -> bool:
        if reply.delay_s:
            await asyncio.sleep(reply.delay_s)
        if reply.hold is not None:
            await reply.hold.wait()
        if reply.is_reset:
            _reset(writer)
            return False
        if reply.raw is not None:
            await self._send(writer, reply.raw)
            request.head_sent.set()
            return False
        await self._send(writer, _head(reply))
        request.head_sent.set()
        if reply.hold_body is not None:
            await reply.hold_body.wait()
        if request.method != "HEAD":
            await self._send_body(reply, writer)
        return reply.cut_at is None and request.headers.get("connection", "").lower() != "close"

    async def _send_body(self, reply: Reply, writer: asyncio.StreamWriter) -> None:
        body = reply.body if reply.cut_at is None else reply.body[: reply.cut_at]
        while reply.is_endless:
            await self._send(writer, _chunk(body))
        if reply.permits is not None:
            for position in range(len(body)):
                await reply.permits.acquire()
                await self._send(writer, body[position : position + 1])
        elif reply.is_chunked:
            await self._send(writer, (_chunk(body) if body else b"") + b"0\r\n\r\n")
        elif body:
            await self._send(writer, body)

    async def _send(self, writer: asyncio.StreamWriter, data: bytes) -> None:
        writer.write(data)
        await writer.drain()
        self.bytes_sent += len(data)


def _parsed(head: bytes, connection: int) -> Recorded:
    request_line, *lines = head.decode("latin-1").split("\r\n")
    method, _, rest = request_line.partition(" ")
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if colon:
            name = name.strip().lower()
            headers[name] = f"{headers[name]}, {value.strip()}" if name in headers else value.strip()
    return Recorded(method, rest.rpartition(" ")[0], headers, connection)


def _head(reply: Reply) -> bytes:
    names = {name.lower() for name in reply.headers}
    try:
        phrase = HTTPStatus(reply.status).phrase
    except ValueError:
        phrase = "Unheard Of"
    lines = [f"HTTP/1.1 {reply.status} {phrase}"]
    lines += [f"{name}: {value}" for name, value in reply.headers.items()]
    if reply.is_chunked:
        lines.append("Transfer-Encoding: chunked")
    elif "content-length" not in names and reply.status not in {204, 304}:
        lines.append(f"Content-Length: {len(reply.body)}")
    head = "\r\n".join([*lines, "", ""])
    try:
        return head.encode("latin-1")
    except UnicodeEncodeError:
        return head.encode()


def _chunk(body: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(body), body)


def _reset(writer: asyncio.StreamWriter) -> None:
    """Closing with a linger time of zero makes the kernel send RST instead of FIN."""
    connection = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
