"""Addresses that are none of a feed's business, and addresses that are none."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

import httpcore
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newswatch.fetch import FailureKind, FetchFailed, FetchRequest
from newswatch.fetch.http import HttpFetcher
from newswatch.testing.server import FeedServer, Reply
from tests.integration.fetch.parts import (
    NO_TRUST,
    Names,
    document,
    failure,
    fetcher_with,
    own,
)


def loopback_forms(port: int) -> dict[str, str]:
    hosts = [
        "127.0.0.1",
        "localhost",
        "LOCALHOST.",
        "127.1",
        "127.0.1",
        "0x7f.1",
        "0x7f000001",
        "2130706433",
        "017700000001",
        "0.0.0.0",
        "0",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "127。0。0。1",
        "innocent.example",
        "user@127.0.0.1",
    ]
    return {host: f"http://{host}:{port}/secret" for host in hosts}


@pytest.fixture
async def victim() -> AsyncIterator[FeedServer]:
    """Another service on this machine, which must never hear from us."""
    async with FeedServer() as victim:
        victim.answer("/secret", Reply(body=b"private"))
        yield victim


async def resolve_here(host: str, port: int) -> Sequence[str]:
    return ["::1", "127.0.0.1"]


@pytest.mark.parametrize("host", loopback_forms(0))
async def test_no_redirect_leads_to_this_machine_in_whatever_form(
    server: FeedServer, victim: FeedServer, host: str
) -> None:
    fetcher = fetcher_with(resolve=resolve_here)
    server.answer("/rss", Reply.redirect(loopback_forms(victim.port)[host], 302))
    result = failure(await fetcher.fetch(own(server.url("/rss"))))
    assert result.kind is FailureKind.REFUSED
    assert result.reason.startswith("redirects to a loopback address (")
    assert victim.connections == 0
    await fetcher.aclose()


@pytest.mark.parametrize("host", loopback_forms(0))
async def test_no_address_that_nobody_vouches_for_leads_to_this_machine(victim: FeedServer, host: str) -> None:
    fetcher = fetcher_with(resolve=resolve_here)
    result = failure(await fetcher.fetch(FetchRequest(loopback_forms(victim.port)[host])))
    assert result.kind is (FailureKind.ASTRAY if host == "innocent.example" else FailureKind.REFUSED)
    assert "not allowed for this feed" in result.reason
    assert victim.connections == 0
    await fetcher.aclose()


@pytest.mark.parametrize("address", ["169.254.169.254", "10.0.0.7", "[fd00:ec2::254]", "192.168.0.1"])
async def test_no_redirect_leads_to_the_neighbours(server: FeedServer, fetcher: HttpFetcher, address: str) -> None:
    server.answer("/rss", Reply.redirect(f"http://{address}/latest/meta-data/"))
    assert failure(await fetcher.fetch(own(server.url("/rss")))).kind is FailureKind.REFUSED


async def test_a_name_that_leads_here_is_refused_with_its_address(server: FeedServer) -> None:
    fetcher = fetcher_with(resolve=resolve_here)
    server.answer("/rss", Reply.redirect("http://innocent.example/"))
    result = failure(await fetcher.fetch(own(server.url("/rss"))))
    assert result.reason == "redirects to a loopback address (innocent.example, ::1): refused"
    await fetcher.aclose()


async def test_a_name_that_changes_its_address_between_two_looks_gains_nothing(victim: FeedServer) -> None:
    answers = [["192.0.2.1"], ["127.0.0.1"]]

    async def rebind(host: str, port: int) -> Sequence[str]:
        return answers.pop(0) if len(answers) > 1 else answers[0]

    fetcher = fetcher_with(resolve=rebind)
    for _ in range(3):
        result = failure(await fetcher.fetch(FetchRequest(f"http://rebind.example:{victim.port}/secret")))
        assert result.kind is FailureKind.ASTRAY
    assert victim.connections == 0
    await fetcher.aclose()


async def test_of_several_addresses_only_public_ones_are_connected_to(
    victim: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []

    async def note(backend: object, host: str, *rest: object) -> object:
        tried.append(host)
        raise httpcore.ConnectError("unreachable, as far as this test goes")

    monkeypatch.setattr(httpcore.AnyIOBackend, "connect_tcp", note)
    fetcher = fetcher_with(resolve=Names(mixed=["127.0.0.1", "93.184.215.14", "10.0.0.1", "93.184.215.15"]))
    result = failure(await fetcher.fetch(FetchRequest(f"http://mixed.example:{victim.port}/secret")))
    assert result.kind is FailureKind.CONNECT
    assert tried == ["93.184.215.14", "93.184.215.15"]
    await fetcher.aclose()


async def test_a_kept_connection_of_a_private_feed_serves_no_strangers_redirect(
    server: FeedServer, victim: FeedServer, fetcher: HttpFetcher
) -> None:
    assert document(await fetcher.fetch(own(victim.url("/secret")))).body == b"private"
    server.answer("/rss", Reply.redirect(victim.url("/secret")))
    assert failure(await fetcher.fetch(own(server.url("/rss")))).kind is FailureKind.REFUSED
    assert len(victim.requests) == 1


@pytest.mark.parametrize("url", ["", "news", "http://", "http://[::1", "ftp://example.org/", "http://127.0.0.1:99999/"])
async def test_an_address_that_is_none_is_refused_in_plain_words(fetcher: HttpFetcher, url: str) -> None:
    result = failure(await fetcher.fetch(own(url)))
    assert result.kind is FailureKind.REFUSED
    assert result.reason


async def refuse_to_connect(*_: object, **__: object) -> None:
    raise httpcore.ConnectError("this test touches no network")


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=60), st.text(max_size=60).map(lambda rest: "http://" + rest)))
def test_no_address_at_all_raises(url: str) -> None:
    async def ask() -> None:
        fetcher = fetcher_with(resolve=Names(), ssl_context=NO_TRUST)
        assert isinstance(await fetcher.fetch(FetchRequest(url)), FetchFailed)
        await fetcher.aclose()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(httpcore.AnyIOBackend, "connect_tcp", refuse_to_connect)  # 999999999 is a public address
        asyncio.run(ask())


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=80))
def test_no_answer_at_all_raises(answer: bytes) -> None:
    async def ask() -> None:
        async with FeedServer() as server:
            server.answer("/rss", [Reply(raw=answer), Reply(raw=b"HTTP/1.1 200 OK\r\n" + answer)])
            fetcher = fetcher_with(ssl_context=NO_TRUST)
            for _ in range(2):
                await fetcher.fetch(own(server.url("/rss")))
            await fetcher.aclose()

    asyncio.run(ask())


async def test_an_article_may_lie_where_its_private_feed_does_and_nowhere_else_in_the_network(
    server: FeedServer, victim: FeedServer, fetcher: HttpFetcher
) -> None:
    server.answer("/article", Reply(body=b"<p>text</p>"))
    feed = server.url("/rss")
    assert document(await fetcher.fetch(own(server.url("/article"), own_url=feed))).body == b"<p>text</p>"
    assert failure(await fetcher.fetch(own(victim.url("/secret"), own_url=feed))).kind is FailureKind.REFUSED
    assert failure(await fetcher.fetch(own(server.url("/article"), own_url="http://[::1"))).kind is FailureKind.REFUSED
    assert victim.connections == 0
