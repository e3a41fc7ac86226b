"""Connections that go only where the guard allows: a name is resolved once, and what was checked is connected to.

This is the network side of httpcore, the engine inside httpx. What a `CheckedNetwork(may_be_private=False)`
connects to is public, so a pool may use the connection again without asking.
"""

from __future__ import annotations

import asyncio
import contextlib
import select
import socket
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from contextvars import ContextVar
from typing import Protocol

import httpcore

from newswatch.fetch.guard import kind_of_address, literal_address

Deadline = Callable[[float], AbstractAsyncContextManager[object]]
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]

ATTEMPT_S = 4.0  # for each address but the last: IPv6 that leads nowhere is common
MAX_ADDRESSES = 6
MAX_LOOKUPS = 64
MAX_BYTES_TO_HEAD = 256 * 2**10  # preliminary answers ("103 Early Hints") included, which httpcore does not count


class HostNotFound(Exception):
    """A name has no address. `is_certain`: the name servers said so; else none of them answered."""

    def __init__(self, host: str, *, is_certain: bool) -> None:
        self.host = host
        self.is_certain = is_certain
        super().__init__(host)


class AddressRefused(Exception):
    """A name leads to addresses that are not public, and to no other. `kind` is as in `guard.kind_of_address`."""

    def __init__(self, kind: str, address: str) -> None:
        self.kind = kind
        self.address = address
        super().__init__(f"{kind} address {address}")


class NetworkClosed(Exception):
    """The program is ending: no connection is opened any more."""


class Traveller(Protocol):
    """Whoever a connection is opened for, and wants to know how far that came."""

    def sets_out(self, host: str) -> None:
        """A connection to this host is being opened, or TLS with it begins."""

    def arrived(self) -> None:
        """That is done."""


traveller: ContextVar[Traveller] = ContextVar("traveller")
"""Set it around a request: httpcore hands nothing of a request through to the network, and asks it in the same task."""


class Resolver:
    """Looks names up with the system's resolver, each in a thread of its own that nobody has to wait for.

    asyncio's pool would do, but for two things: a handful of dead names would keep all others waiting,
    and the program could not end before the last of them has timed out.
    """

    def __init__(self, lookups: int = MAX_LOOKUPS) -> None:
        self._free = asyncio.Semaphore(lookups)

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        """The addresses of a host, in the order to try them. Raises HostNotFound."""
        await self._free.acquire()
        loop = asyncio.get_running_loop()
        found: asyncio.Future[Sequence[str]] = loop.create_future()

        def deliver(outcome: Sequence[str] | HostNotFound) -> None:
            self._free.release()
            if found.done():  # nobody waits any more
                return
            if isinstance(outcome, HostNotFound):
                found.set_exception(outcome)
            else:
                found.set_result(outcome)

        def look_up() -> None:
            outcome = _look_up(host, port)
            with contextlib.suppress(RuntimeError):  # the loop ended meanwhile
                loop.call_soon_threadsafe(deliver, outcome)

        try:
            threading.Thread(target=look_up, name="newswatch-dns", daemon=True).start()
        except RuntimeError as error:  # no more threads to be had
            self._free.release()
            raise HostNotFound(host, is_certain=False) from error
        return await found


def _look_up(host: str, port: int) -> Sequence[str] | HostNotFound:
    try:
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    except socket.gaierror as error:
        return HostNotFound(host, is_certain=error.errno != socket.EAI_AGAIN)
    except (OSError, UnicodeError):  # UnicodeError: an empty or overlong label
        return HostNotFound(host, is_certain=False)
    return tuple(dict.fromkeys(str(answer[4][0]) for answer in answers))


class CheckedNetwork(httpcore.AsyncNetworkBackend):
    """Resolves, checks every address, and connects to the allowed ones in turn until one answers.

    What httpcore does afterwards (TLS with the host's name, the Host header) is not touched, since it still
    knows the place by its name. `close()` it before its pool: what is being opened then is closed at once.
    """

    def __init__(self, *, may_be_private: bool, resolve: Resolve, deadline: Deadline) -> None:
        self._may_be_private = may_be_private
        self._resolve = resolve
        self._deadline = deadline
        self._sockets = httpcore.AnyIOBackend()
        self._is_closed = False

    def close(self) -> None:
        """From now on nothing is opened any more."""
        self._is_closed = True

    def check_open(self) -> None:
        """Raises NetworkClosed after `close()`."""
        if self._is_closed:
            raise NetworkClosed

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the signature is httpcore's
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A connection to the host, as a `Connection`.

        Raises HostNotFound, AddressRefused, NetworkClosed, httpcore.ConnectError or ConnectTimeout.
        """
        self.check_open()
        traveller.get().sets_out(host)
        stream = await self._dialled(host, port, timeout, local_address, socket_options)
        if self._is_closed:
            await stream.aclose()
            raise NetworkClosed
        traveller.get().arrived()
        return Connection(stream, self)

    async def _dialled(
        self,
        host: str,
        port: int,
        timeout: float | None,  # noqa: ASYNC109 - it is httpcore's, and none in fact
        local_address: str | None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None,
    ) -> httpcore.AsyncNetworkStream:
        *others, last = await self._allowed(host, port)
        for address in others:
            try:
                async with self._deadline(ATTEMPT_S):
                    return await self._sockets.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout, TimeoutError):
                continue
        return await self._sockets.connect_tcp(last, port, timeout, local_address, socket_options)

    async def _allowed(self, host: str, port: int) -> Sequence[str]:
        """The addresses to try, at least one."""
        literal = literal_address(host)
        addresses = await self._resolve(host, port) if literal is None else (str(literal),)
        if self._may_be_private and addresses:
            return addresses[:MAX_ADDRESSES]
        allowed: list[str] = []
        refused: AddressRefused | None = None
        for text in addresses:
            address = literal_address(text)
            kind = "unreadable" if address is None else kind_of_address(address)
            if kind is None:
                allowed.append(text)
            else:
                refused = refused or AddressRefused(kind, text)
        if allowed:
            return allowed[:MAX_ADDRESSES]
        raise refused or HostNotFound(host, is_certain=True)


class Connection(httpcore.AsyncNetworkStream):
    """A connection of httpcore's that no handshake leaves open behind it, whatever ended that one.

    `heard` counts the bytes that were read since the last request was written: an answer of which nothing came
    after its request is none. Until `is_answered` is set, they are bounded.
    """

    def __init__(self, stream: httpcore.AsyncNetworkStream, network: CheckedNetwork) -> None:
        self._stream = stream
        self._network = network
        self._socket = stream.get_extra_info("socket")
        self.heard = 0
        self.is_answered = False

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - httpcore's
        """See `httpcore.AsyncNetworkStream`. Raises httpcore.RemoteProtocolError besides."""
        data = await self._stream.read(max_bytes, timeout)
        self.heard += len(data)
        if self.heard > MAX_BYTES_TO_HEAD and not self.is_answered:
            raise httpcore.RemoteProtocolError("what comes before the answer is too large")
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 - httpcore's
        """See `httpcore.AsyncNetworkStream`."""
        self.heard, self.is_answered = 0, False
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        """See `httpcore.AsyncNetworkStream`."""
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - the signature is httpcore's
    ) -> httpcore.AsyncNetworkStream:
        """See `httpcore.AsyncNetworkStream`. Raises NetworkClosed besides."""
        name = (server_hostname or "").strip("[]")  # IPv6 behind a proxy: no certificate has its brackets
        traveller.get().sets_out(name)
        try:
            safe = await self._stream.start_tls(ssl_context, name, timeout)
            self._network.check_open()
        except BaseException:  # CancelledError included, after which httpcore would leave it open
            await self._stream.aclose()
            raise
        traveller.get().arrived()
        return Connection(safe, self._network)

    def get_extra_info(self, info: str) -> object:
        """See `httpcore.AsyncNetworkStream`."""
        # Asked of each connection that waits, at each request: the way through anyio asks the system three things more.
        if info == "is_readable" and self._socket is not None and hasattr(select, "poll"):
            return _is_readable(self._socket.fileno())
        return self._stream.get_extra_info(info)


def _is_readable(descriptor: int) -> bool:
    """Whether something is there to be read, be it the end; so is a socket that was closed."""
    if descriptor < 0:
        return True
    look = select.poll()
    look.register(descriptor, select.POLLIN)
    return bool(look.poll(0))
