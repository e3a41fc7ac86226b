"""Proxies, TLS, and secrets in what is said and logged."""

from __future__ import annotations

import asyncio
import logging
import shutil
import ssl
import subprocess
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

import pytest

from newswatch.fetch import FailureKind, FetchFailed, FetchRequest
from newswatch.fetch.http import HttpFetcher
from newswatch.testing.server import FeedServer, Reply
from tests.integration.fetch.parts import (
    NEWS,
    Names,
    document,
    failure,
    fetcher_with,
    own,
)


@pytest.fixture
def proxied(server: FeedServer, monkeypatch: pytest.MonkeyPatch) -> Callable[[], HttpFetcher]:
    """Makes a fetcher for which the loopback server is the proxy of the environment."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("http_proxy", server.url(userinfo="desk:hidden"))
    monkeypatch.setenv("no_proxy", "direct.example")
    return lambda: fetcher_with(trust_env=True, resolve=Names(direct=["127.0.0.1"]))


async def test_the_proxy_of_the_environment_is_used(server: FeedServer, proxied: Callable[[], HttpFetcher]) -> None:
    server.answer("http://news.example/rss", Reply.feed(NEWS))
    fetcher = proxied()
    result = document(await fetcher.fetch(FetchRequest("http://news.example/rss")))
    assert result.body == NEWS.encode()
    assert server.requests[0].headers["host"] == "news.example"
    assert server.requests[0].headers["proxy-authorization"] == "Basic " + b64encode(b"desk:hidden").decode()
    await fetcher.aclose()


async def test_a_redirect_behind_a_proxy_does_not_reach_the_local_network(
    server: FeedServer, proxied: Callable[[], HttpFetcher]
) -> None:
    fetcher = proxied()
    for target in ("http://10.0.0.1/", "http://0xa9fea9fe/", "http://router/", "http://db.internal/"):
        server.answer("http://news.example/rss", Reply.redirect(target))
        result = failure(await fetcher.fetch(FetchRequest("http://news.example/rss")))
        assert result.kind is FailureKind.REFUSED
    assert {request.path for request in server.requests} == {"http://news.example/rss"}
    await fetcher.aclose()


async def test_this_machine_and_what_the_environment_exempts_are_reached_directly(
    server: FeedServer, proxied: Callable[[], HttpFetcher]
) -> None:
    server.answer("/rss", Reply.feed(NEWS))
    fetcher = proxied()
    for host in ("127.0.0.1", "direct.example"):
        document(await fetcher.fetch(own(server.url("/rss", host=host))))
    assert [request.path for request in server.requests] == ["/rss", "/rss"]
    await fetcher.aclose()


async def test_a_proxy_that_does_not_let_us_through_is_named(
    server: FeedServer, proxied: Callable[[], HttpFetcher], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("https_proxy", server.url())
    server.answer("news.example:443", Reply(status=407))
    fetcher = proxied()
    result = failure(await fetcher.fetch(FetchRequest("https://news.example/rss")))
    assert (result.kind, result.reason) == (
        FailureKind.CONNECT,
        "the proxy answers 407 Proxy Authentication Required",
    )
    assert [request.method for request in server.requests] == ["CONNECT"]
    await fetcher.aclose()


async def test_a_proxy_that_cannot_be_used_is_named_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "socks5://desk:hidden@127.0.0.1:1080")
    fetcher = fetcher_with(trust_env=True)
    result = failure(await fetcher.fetch(FetchRequest("http://news.example/rss")))
    assert result.kind is FailureKind.CONNECT
    assert "socks5://***@127.0.0.1:1080" in result.reason
    await fetcher.aclose()


def certificate(folder: Path, name: str, host: str, *, days: int) -> tuple[Path, ssl.SSLContext]:
    """A self-signed certificate for `host`: its file, and a server's side of it."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("needs the openssl command to make certificates")
    key, request, signed, extra = (str(folder / f"{name}.{suffix}") for suffix in ("key", "csr", "pem", "ext"))
    Path(extra).write_text(f"subjectAltName=DNS:{host}")
    subject = ["-nodes", "-keyout", key, "-out", request, "-subj", f"/CN={host}"]
    make = [openssl, "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", *subject]
    sign = [
        openssl,
        "x509",
        "-req",
        "-in",
        request,
        "-signkey",
        key,
        "-days",
        str(days),
        "-extfile",
        extra,
        "-out",
        signed,
    ]
    for command in (make, sign):
        if subprocess.run(command, capture_output=True, check=False).returncode:
            pytest.skip("this openssl does not make such a certificate")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(signed, key)
    return Path(signed), context


@pytest.mark.parametrize(
    ("made_for", "days", "trust", "words"),
    [
        ("localhost", -1, "trusted", "certificate has expired"),
        ("elsewhere.example", 2, "trusted", "ostname mismatch"),
        ("localhost", 2, "unknown", "self-signed certificate"),
    ],
)
async def test_a_bad_certificate_is_refused_and_plain_http_is_never_tried(
    tmp_path: Path, made_for: str, days: int, trust: str, words: str
) -> None:
    file, side = certificate(tmp_path, "server", made_for, days=days)
    trusted = ssl.create_default_context(cafile=file if trust == "trusted" else None)
    async with FeedServer(ssl_context=side) as server:
        fetcher = fetcher_with(ssl_context=trusted)
        result = failure(await fetcher.fetch(own(server.url("/rss", host="localhost"))))
        assert result.kind is FailureKind.TLS
        assert result.reason.startswith("the certificate of localhost is not accepted: ")
        assert words in result.reason
        assert server.requests == []
        await fetcher.aclose()


async def test_a_good_certificate_is_checked_by_name_though_we_connect_by_address(tmp_path: Path) -> None:
    file, side = certificate(tmp_path, "server", "news.example", days=2)
    async with FeedServer(ssl_context=side) as server:
        server.answer("/rss", Reply.feed(NEWS))
        fetcher = fetcher_with(ssl_context=ssl.create_default_context(cafile=file), resolve=Names(news=["127.0.0.1"]))
        assert document(await fetcher.fetch(own(server.url("/rss", host="news.example")))).body == NEWS.encode()
        await fetcher.aclose()


async def test_a_redirect_from_https_to_http_is_refused(tmp_path: Path, server: FeedServer) -> None:
    file, side = certificate(tmp_path, "server", "localhost", days=2)
    async with FeedServer(ssl_context=side) as safe:
        safe.answer("/rss", Reply.redirect(f"http://localhost:{server.port}/rss"))
        fetcher = fetcher_with(ssl_context=ssl.create_default_context(cafile=file))
        result = failure(await fetcher.fetch(own(safe.url("/rss", host="localhost"))))
        assert (result.kind, "https to unprotected http" in result.reason) == (FailureKind.REFUSED, True)
        assert server.connections == 0
        await fetcher.aclose()


async def test_a_server_without_tls_is_named(fetcher: HttpFetcher) -> None:
    async def answer_plainly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer_plainly, "127.0.0.1", 0) as plain:
        port = plain.sockets[0].getsockname()[1]
        result = failure(await fetcher.fetch(own(f"https://127.0.0.1:{port}/rss")))
    assert result.kind is FailureKind.TLS
    assert result.reason.startswith("no secure connection to 127.0.0.1: ")


async def test_no_log_line_and_no_reason_holds_a_secret(
    server: FeedServer, fetcher: HttpFetcher, caplog: pytest.LogCaptureFixture
) -> None:
    logging.getLogger().setLevel(logging.DEBUG)
    caplog.set_level(logging.DEBUG)
    server.answer("/ok", Reply.feed(NEWS))
    server.answer("/loop", Reply.redirect("/loop?key=hidden"))
    server.answer("/bad", Reply(raw=b"hidden"))
    reasons = []
    for path in ("/ok", "/loop", "/bad", "/missing"):
        result = await fetcher.fetch(own(server.url(f"{path}?key=hidden", userinfo="jo:hidden")))
        if isinstance(result, FetchFailed):
            reasons.append(result.reason)
    assert len(reasons) == 3
    assert not any("hidden" in reason for reason in reasons)
    assert not any("hidden" in record.getMessage() for record in caplog.records)
