"""Secrets of a feed: to its own server, through its own proxy, and into no text that anybody reads."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import ssl
from base64 import b64encode
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import httpcore
import pytest

from newswatch.fetch import FailureKind, FetchFailed, FetchRequest, FetchResult
from newswatch.fetch.connect import HostNotFound
from newswatch.fetch.http import HttpFetcher
from newswatch.testing.server import FeedServer, Recorded, Reply
from tests.integration.fetch.parts import (
    NEWS,
    HandDeadline,
    Names,
    document,
    failure,
    fetcher_with,
    free_port,
    let_it_arrive,
    own,
)
from tests.integration.fetch.test_fetch_security import certificate

HIDDEN = "hidden"
HEADERS = {"Authorization": "Bearer hidden-token", "X-Api-Key": "hidden-key", "Cookie": "sid=hidden-cookie"}
PAIR = "Basic " + b64encode(b"desk:hidden-pass").decode()


class TunnelProxy:
    """A proxy that opens a tunnel for CONNECT, to loopback whatever is asked, and notes what it hears."""

    def __init__(self, leads_to: int) -> None:
        self.heads: list[bytes] = []
        self.port = 0
        self._leads_to = leads_to

    @asynccontextmanager
    async def running(self) -> AsyncIterator[TunnelProxy]:
        async with await asyncio.start_server(self._welcome, "127.0.0.1", 0) as server:
            self.port = server.sockets[0].getsockname()[1]
            yield self

    async def _welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.heads.append(await reader.readuntil(b"\r\n\r\n"))
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._leads_to)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await asyncio.gather(_pump(reader, far_writer), _pump(far_reader, writer))


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()


async def test_a_feeds_proxy_serves_all_its_hops_and_no_other_feed(server: FeedServer) -> None:
    server.answer("http://wire.example/rss", Reply.redirect("http://mirror.example/rss"))
    server.answer("http://mirror.example/rss", Reply.feed(NEWS))
    fetcher = fetcher_with(resolve=Names())
    proxy = server.url(userinfo="desk:hidden-pass")
    request = FetchRequest("http://wire.example/rss", headers=HEADERS, proxy=proxy)
    assert document(await fetcher.fetch(request)).url == "http://mirror.example/rss"
    first, second = server.requests
    for heard in (first, second):
        assert heard.headers["proxy-authorization"] == PAIR
    assert first.headers["authorization"] == "Bearer hidden-token"
    assert "authorization" not in second.headers
    assert "cookie" not in second.headers
    assert failure(await fetcher.fetch(FetchRequest("http://wire.example/rss"))).kind is FailureKind.DNS
    await fetcher.aclose()


async def test_connections_to_a_proxy_are_kept_for_each_server_behind_it(server: FeedServer) -> None:
    server.answer("http://one.example/", Reply(body=b"1"))
    server.answer("http://two.example:8080/", Reply(body=b"2"))
    fetcher = fetcher_with()
    for url, body in (("http://one.example/", b"1"), ("http://two.example:8080/", b"2")) * 2:
        assert document(await fetcher.fetch(FetchRequest(url, proxy=server.url()))).body == body
    assert [request.connection for request in server.requests] == [1, 2, 1, 2]
    await fetcher.aclose()


async def test_through_a_tunnel_the_proxy_hears_nothing_of_the_feed_and_the_server_nothing_of_the_proxy(
    tmp_path: Path,
) -> None:
    file, side = certificate(tmp_path, "server", "wire.example", days=2)
    async with FeedServer(ssl_context=side) as server, TunnelProxy(server.port).running() as proxy:
        server.answer("/rss", Reply.feed(NEWS))
        fetcher = fetcher_with(ssl_context=ssl.create_default_context(cafile=file), resolve=Names())
        through = f"http://desk:hidden-pass@127.0.0.1:{proxy.port}"
        for _ in range(2):
            request = FetchRequest("https://wire.example/rss", headers=HEADERS, proxy=through)
            assert document(await fetcher.fetch(request)).body == NEWS.encode()
        await fetcher.aclose()
    [head] = proxy.heads  # the tunnel was used again
    assert head.startswith(b"CONNECT wire.example:443 HTTP/1.1\r\n")
    assert PAIR.encode() in head
    for secret in HEADERS.values():
        assert secret.encode() not in head
    assert {"proxy-authorization", "proxy-connection"}.isdisjoint(server.requests[0].headers)
    assert server.requests[0].headers["x-api-key"] == "hidden-key"


async def test_an_ipv6_address_is_told_to_a_proxy_in_its_brackets(tmp_path: Path) -> None:
    file, side = certificate(tmp_path, "server", "wire.example", days=2)
    async with FeedServer(ssl_context=side) as server, TunnelProxy(server.port).running() as proxy:
        fetcher = fetcher_with(ssl_context=ssl.create_default_context(cafile=file))
        through = f"http://127.0.0.1:{proxy.port}"
        result = failure(await fetcher.fetch(FetchRequest("https://[2606:2800::1]/rss", proxy=through)))
        assert proxy.heads[0].startswith(b"CONNECT [2606:2800::1]:443 HTTP/1.1\r\n")
        assert (result.kind, "certificate of 2606:2800::1" in result.reason) == (FailureKind.TLS, True)
        await fetcher.aclose()
    async with FeedServer() as forward:
        forward.answer("http://[2606:2800::1]:8080/rss", Reply.feed(NEWS))
        fetcher = fetcher_with()
        request = FetchRequest("http://[2606:2800::1]:8080/rss", proxy=forward.url())
        assert document(await fetcher.fetch(request)).body == NEWS.encode()
        await fetcher.aclose()


async def test_in_a_tunnel_the_certificate_is_the_servers(tmp_path: Path) -> None:
    file, side = certificate(tmp_path, "server", "elsewhere.example", days=2)
    async with FeedServer(ssl_context=side) as server, TunnelProxy(server.port).running() as proxy:
        fetcher = fetcher_with(ssl_context=ssl.create_default_context(cafile=file))
        request = FetchRequest("https://wire.example/rss", proxy=f"http://127.0.0.1:{proxy.port}")
        result = failure(await fetcher.fetch(request))
        assert (result.kind, "certificate of wire.example" in result.reason) == (FailureKind.TLS, True)
        assert server.requests == []
        [(pool, _)] = fetcher._pools._pools.values()
        assert pool.connections == []  # httpcore alone would keep it among those in use
        await fetcher.aclose()


async def test_a_proxy_may_itself_be_spoken_to_over_tls(tmp_path: Path) -> None:
    file, side = certificate(tmp_path, "proxy", "localhost", days=2)
    async with FeedServer(ssl_context=side) as proxy:
        proxy.answer("http://wire.example/rss", Reply.feed(NEWS))
        fetcher = fetcher_with(ssl_context=ssl.create_default_context(cafile=file))
        request = FetchRequest("http://wire.example/rss", proxy=proxy.url(host="localhost"))
        assert document(await fetcher.fetch(request)).body == NEWS.encode()
        await fetcher.aclose()


async def test_a_proxy_that_is_not_there_is_named_as_the_proxy() -> None:
    fetcher = fetcher_with()
    request = FetchRequest("http://wire.example/rss", proxy=f"http://desk:hidden@127.0.0.1:{await free_port()}")
    result = failure(await fetcher.fetch(request))
    assert result.reason == "the proxy 127.0.0.1 refuses connections"
    await fetcher.aclose()


@pytest.mark.parametrize(
    ("proxy", "words"),
    [
        ("socks5://desk:hidden@127.0.0.1:1080", "SOCKS proxies are not supported, only http and https ones"),
        ("ftp://127.0.0.1:21", "it is written http://host:port"),
        ("127.0.0.1:3128", "it is written http://host:port"),
        ("http://", "its host and port cannot be read"),
        ("http://desk:hidden@proxy.example:99999", "its host and port cannot be read"),
    ],
)
async def test_a_proxy_that_cannot_be_used_is_told_in_plain_words(proxy: str, words: str) -> None:
    fetcher = fetcher_with()
    result = failure(await fetcher.fetch(FetchRequest("http://wire.example/rss", proxy=proxy)))
    assert result.kind is FailureKind.CONNECT
    assert words in result.reason
    assert HIDDEN not in result.reason
    await fetcher.aclose()


async def test_a_private_place_is_refused_through_a_feeds_own_proxy_too(server: FeedServer) -> None:
    server.answer("http://wire.example/rss", Reply.redirect("http://169.254.169.254/latest/"))
    fetcher = fetcher_with()
    result = failure(await fetcher.fetch(FetchRequest("http://wire.example/rss", proxy=server.url())))
    assert result.kind is FailureKind.REFUSED
    assert len(server.requests) == 1
    await fetcher.aclose()


def gossip(request: Recorded) -> Reply:
    """A server that says aloud whatever it was told."""
    told = " ".join(request.headers.values())
    raw = f"HTTP/1.1 418 {told}\r\nX-Told: {told}\r\nContent-Length: 0\r\n\r\n"
    return Reply(raw=raw.encode("latin-1", "replace"))


async def failures_of_each_kind(server: FeedServer, folder: Path, patch: pytest.MonkeyPatch) -> list[FetchResult]:
    """Every kind of failure there is, each time with secrets in address, headers, cookies and proxy."""
    secret = server.url(f"/{{}}?key={HIDDEN}-query#{HIDDEN}", userinfo=f"jo:{HIDDEN}-password")
    results: list[FetchResult] = []

    async def fetch(fetcher: HttpFetcher, url: str, **fields: object) -> None:
        request = own(url, headers=HEADERS, **fields)
        assert HIDDEN not in repr(request)
        results.append(await fetcher.fetch(request))

    there = f"?k={HIDDEN}&{HIDDEN}#{HIDDEN}"
    scripts: dict[str, Reply | Sequence[Reply]] = {
        "401": Reply(401, headers={"WWW-Authenticate": f"Basic realm={HIDDEN}"}),
        "410": Reply(410),
        "429": Reply(429, headers={"Retry-After": HIDDEN}),
        "garbage": Reply(raw=f"{HIDDEN} {HIDDEN}\r\n\r\n".encode()),
        "head": Reply(raw=f"HTTP/1.1 200 OK\r\n{HIDDEN}\r\n\r\n".encode()),
        "short": Reply.truncated(HIDDEN.encode() * 9, at=3),
        "encoding": Reply(body=b"x", headers={"Content-Encoding": f"https://a.example/?k={HIDDEN}"}),
        "large": Reply(headers={"Content-Length": str(99 * 2**20)}, body=b""),
        "circle": Reply.redirect(f"/circle?key={HIDDEN}-query"),
        "chain": [Reply.redirect(f"/chain{there}{number}") for number in range(9)],
        "private": Reply.redirect(f"http://jo:{HIDDEN}@10.0.0.1/{there}"),
        "scheme": Reply.redirect(f"ftp://jo:{HIDDEN}@a.example/{there}"),
        "port": Reply.redirect(f"http://jo:{HIDDEN}@127.0.0.1:99999/{there}"),
        "unreadable": Reply.redirect(f"http://[::1/{there}"),
    }
    fetcher = fetcher_with()
    for path, script in scripts.items():
        server.answer(f"/{path}", script)
        await fetch(fetcher, secret.format(path))
    server.answer("/gossip", gossip)
    await fetch(fetcher, secret.format("gossip"))
    await fetch(fetcher, f"http://jo:{HIDDEN}@[::1/{there}")
    await fetch(fetcher, f"http://jo:{HIDDEN}@127.0.0.1:{await free_port()}/{there}")
    server.answer("wire.example:443", Reply(407, headers={"Proxy-Authenticate": HIDDEN}))
    for proxy in (server.url(userinfo=f"p:{HIDDEN}"), f"socks5://p:{HIDDEN}@a.example", f"http://p:{HIDDEN}@[::1"):
        await fetch(fetcher, f"https://jo:{HIDDEN}@wire.example/{there}", proxy=proxy)
    await fetcher.aclose()
    await fetch(fetcher, secret.format("closed"))

    names = fetcher_with(resolve=Names())
    await fetch(names, f"http://jo:{HIDDEN}@nowhere.example/{there}")
    await names.aclose()
    portal = fetcher_with(resolve=Names(news=["10.0.0.1"]))
    results.append(await portal.fetch(FetchRequest(f"http://jo:{HIDDEN}@news.example/{there}")))
    await portal.aclose()

    async def unreachable(*_: object) -> httpcore.AsyncNetworkStream:
        no_route = OSError(errno.ENETUNREACH, f"no route to {HIDDEN}")
        raise httpcore.ConnectError(str(no_route)) from no_route

    with patch.context() as cut:
        cut.setattr(httpcore.AnyIOBackend, "connect_tcp", unreachable)
        cut_off = fetcher_with()
        await fetch(cut_off, secret.format("cut"))

    file, side = certificate(folder, "server", "elsewhere.example", days=2)
    async with FeedServer(ssl_context=side) as safe:
        strict = fetcher_with(ssl_context=ssl.create_default_context(cafile=file))
        await fetch(strict, safe.url(f"/{there}", host="localhost", userinfo=f"jo:{HIDDEN}"))
        await strict.aclose()

    deadline = HandDeadline()
    late = fetcher_with(deadline=deadline)
    server.answer("/never", Reply.never())
    server.answer("/slow", Reply(headers={"Content-Length": "9"}, hold_body=asyncio.Event()))
    for path in ("never", "slow"):
        fetching = asyncio.create_task(fetch(late, secret.format(path)))
        request = await server.request(len(server.requests) + 1)
        if path == "slow":
            await request.head_sent.wait()
            await let_it_arrive()
        deadline.expire()
        await fetching
    await late.aclose()
    return results


async def test_no_failure_of_any_kind_shows_a_secret_in_reason_log_or_repr(
    server: FeedServer, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("httpx", "httpcore", "h11", "asyncio", "newswatch"):
        caplog.set_level(logging.DEBUG, logger=name)
    asyncio.get_running_loop().set_debug(True)
    results = await failures_of_each_kind(server, tmp_path, monkeypatch)
    failures = [result for result in results if isinstance(result, FetchFailed)]
    assert len(failures) == len(results), results
    assert {one.kind for one in failures} == set(FailureKind)
    for one in failures:
        assert one.reason
        assert HIDDEN not in repr(one)
    for record in caplog.records:
        assert HIDDEN not in record.getMessage()
        assert HIDDEN not in repr(record.args)


async def test_a_document_and_a_304_show_no_secret_either(server: FeedServer, fetcher: HttpFetcher) -> None:
    answer = Reply.feed(f"<rss>{HIDDEN}</rss>", headers={"Set-Cookie": f"id={HIDDEN}", "Location": HIDDEN})
    server.answer("/rss", answer)
    server.answer("/old", Reply.redirect(f"/rss?key={HIDDEN}"))
    url = server.url(f"/old?key={HIDDEN}", userinfo=f"jo:{HIDDEN}")
    first = document(await fetcher.fetch(own(url, headers=HEADERS)))
    second = await fetcher.fetch(own(url, headers=HEADERS, etag=first.etag))
    assert HIDDEN in (first.permanent_url or "")
    assert HIDDEN not in repr(first)
    assert HIDDEN not in repr(second)


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs /proc to count open files")
async def test_failures_leave_no_connection_open(
    server: FeedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def open_files() -> int:
        await let_it_arrive()
        return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - a count of names

    before = await open_files() + 2  # the server still holds its side of those that it never answers
    await failures_of_each_kind(server, tmp_path, monkeypatch)
    for _ in range(200):  # the server has to see us leave
        if await open_files() <= before:
            break
    assert await open_files() <= before


async def test_a_name_that_is_not_found_is_told_without_the_rest_of_the_address() -> None:
    async def nothing(host: str, _port: int) -> Sequence[str]:
        raise HostNotFound(host, is_certain=True)

    fetcher = fetcher_with(resolve=nothing)
    result = failure(await fetcher.fetch(FetchRequest(f"https://jo:{HIDDEN}@nowhere.example/{HIDDEN}?k={HIDDEN}")))
    assert result.reason == "host not found: nowhere.example"
    await fetcher.aclose()
