"""Deadlines, connections and protocol: what happens when the other side misbehaves."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Sequence

import pytest

from newswatch.fetch import FailureKind, FetchRequest
from newswatch.fetch.connect import HostNotFound, Resolver
from newswatch.fetch.http import HttpFetcher
from newswatch.fetch.polite import HostGate
from newswatch.testing.server import FeedServer, Reply
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


async def test_a_server_that_never_answers_may_mean_that_we_are_offline(
    server: FeedServer, fetcher: HttpFetcher, deadline: HandDeadline
) -> None:
    server.answer("/rss", Reply.never())
    fetching = asyncio.create_task(fetcher.fetch(own(server.url("/rss"))))
    await server.request(1)
    deadline.expire()
    result = failure(await fetching)
    assert (result.kind, result.reason) == (FailureKind.TIMEOUT, "no answer from 127.0.0.1 within 30 s")
    assert result.kind.is_network


async def test_a_body_that_drips_ends_at_the_deadline(
    server: FeedServer, fetcher: HttpFetcher, deadline: HandDeadline
) -> None:
    permits = asyncio.Semaphore(10)
    server.answer("/rss", Reply.drip(NEWS.encode(), permits))
    fetching = asyncio.create_task(fetcher.fetch(own(server.url("/rss"))))
    await (await server.request(1)).head_sent.wait()
    await let_it_arrive()
    deadline.expire()
    result = failure(await fetching)
    assert (result.kind, result.status) == (FailureKind.SLOW, 200)
    assert "not complete within 30 s" in result.reason
    assert not result.kind.is_network


async def test_headers_without_end_finish_at_the_deadline(
    server: FeedServer, fetcher: HttpFetcher, deadline: HandDeadline
) -> None:
    never = asyncio.Event()
    server.answer("/rss", Reply(raw=b"HTTP/1.1 200 OK\r\nX-A: 1\r\n", hold_body=never))
    fetching = asyncio.create_task(fetcher.fetch(own(server.url("/rss"))))
    await (await server.request(1)).head_sent.wait()
    deadline.expire()
    assert failure(await fetching).kind is FailureKind.TIMEOUT


async def test_the_deadline_counts_over_all_hops(
    server: FeedServer, fetcher: HttpFetcher, deadline: HandDeadline
) -> None:
    server.answer("/old", Reply.redirect("/new"))
    server.answer("/new", Reply.never())
    fetching = asyncio.create_task(fetcher.fetch(own(server.url("/old"))))
    await server.request(2)
    deadline.expire()
    result = failure(await fetching)
    assert (result.kind, result.reason) == (FailureKind.SLOW, "no answer from 127.0.0.1 within 30 s")


async def test_a_name_server_that_hangs_ends_at_the_deadline(deadline: HandDeadline) -> None:
    asked = asyncio.Event()

    async def hang(host: str, port: int) -> Sequence[str]:
        asked.set()
        await asyncio.Event().wait()
        return []

    fetcher = fetcher_with(deadline=deadline, resolve=hang)
    fetching = asyncio.create_task(fetcher.fetch(FetchRequest("http://slow.example/rss")))
    await asked.wait()
    deadline.expire()
    result = failure(await fetching)
    assert (result.kind, result.reason) == (FailureKind.TIMEOUT, "no connection to slow.example within 30 s")
    await fetcher.aclose()


async def test_a_fetch_that_ran_out_of_time_frees_its_connection_and_the_next_one_works(
    server: FeedServer, fetcher: HttpFetcher, deadline: HandDeadline
) -> None:
    server.answer("/rss", [Reply.endless(), Reply.feed(NEWS)])
    fetching = asyncio.create_task(fetcher.fetch(own(server.url("/rss"), max_bytes=2**40)))
    await (await server.request(1)).head_sent.wait()
    await let_it_arrive()
    deadline.expire()
    assert failure(await fetching).kind is FailureKind.SLOW
    await asyncio.wait_for(server.requests[0].done.wait(), 60)  # the server saw us leave
    assert document(await fetcher.fetch(own(server.url("/rss")))).body == NEWS.encode()


async def test_a_cancelled_fetch_is_cancelled_not_failed(server: FeedServer, fetcher: HttpFetcher) -> None:
    server.answer("/rss", Reply.never())
    fetching = asyncio.create_task(fetcher.fetch(own(server.url("/rss"))))
    await server.request(1)
    fetching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await fetching


async def test_a_refused_connection_is_named(fetcher: HttpFetcher) -> None:
    result = failure(await fetcher.fetch(own(f"http://127.0.0.1:{await free_port()}/rss")))
    assert (result.kind, result.reason) == (FailureKind.TURNED_AWAY, "127.0.0.1 refuses connections")


@pytest.mark.parametrize(
    ("verdict", "reason"),
    [("certain", "host not found: nowhere.example"), ("unsure", "no name server answers for nowhere.example")],
)
async def test_a_name_without_an_address_is_named(verdict: str, reason: str) -> None:
    async def nothing(host: str, port: int) -> Sequence[str]:
        raise HostNotFound(host, is_certain=verdict == "certain")

    fetcher = fetcher_with(resolve=nothing)
    result = failure(await fetcher.fetch(FetchRequest("https://nowhere.example/rss?key=secret")))
    assert (result.kind, result.reason) == (FailureKind.DNS, reason)
    await fetcher.aclose()


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply.reset(), "the connection broke before the answer was complete"),
        (Reply(raw=b""), "the server closed the connection without a proper answer"),
        (Reply(raw=b"220 mail.example ESMTP\r\n"), "the server closed the connection without a proper answer"),
        (Reply(raw=b"220 mail.example ESMTP\r\n\r\n"), "the answer is not proper HTTP"),
        (Reply(raw=b"HTTP/1.1 200 OK\r\nX: " + b"x" * 150_000), "the headers of the answer are too large"),
        (Reply(raw=b"HTTP/1.1 200 OK\r\nX: a\x00b\r\n\r\n"), "the answer is not proper HTTP"),
        (Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"), "not proper HTTP"),
    ],
)
async def test_an_answer_that_is_none_is_named(
    server: FeedServer, fetcher: HttpFetcher, reply: Reply, reason: str
) -> None:
    server.answer("/rss", reply)
    result = failure(await fetcher.fetch(own(server.url("/rss"))))
    assert result.kind is FailureKind.PROTOCOL
    assert reason in result.reason


async def test_the_next_address_is_tried_when_one_is_dead(server: FeedServer) -> None:
    server.answer("/rss", Reply.feed(NEWS))
    fetcher = fetcher_with(resolve=Names(news=["127.0.0.2", "127.0.0.1"]))
    url = server.url("/rss", host="news.example")
    assert document(await fetcher.fetch(own(url))).body == NEWS.encode()
    assert server.requests[0].headers["host"] == f"news.example:{server.port}"
    await fetcher.aclose()


async def test_an_address_that_does_not_answer_gives_way_to_the_next(server: FeedServer) -> None:
    server.answer("/rss", Reply.feed(NEWS))

    def at_once(seconds: float) -> asyncio.Timeout:
        return asyncio.timeout(0 if seconds < 30 else None)

    fetcher = fetcher_with(resolve=Names(news=["127.0.0.1", "127.0.0.1"]), deadline=at_once)
    assert document(await fetcher.fetch(own(server.url("/rss", host="news.example")))).body == NEWS.encode()
    await fetcher.aclose()


async def test_a_server_with_an_ipv6_address_is_reached(fetcher: HttpFetcher) -> None:
    try:
        server = await FeedServer(host="::1").__aenter__()
    except OSError:
        pytest.skip("this machine has no IPv6 on loopback")
    server.answer("/rss", Reply.feed(NEWS))
    try:
        assert document(await fetcher.fetch(own(server.url("/rss")))).body == NEWS.encode()
        assert server.requests[0].headers["host"] == f"[::1]:{server.port}"
    finally:
        await server.__aexit__(None, None, None)


async def test_a_name_is_resolved_once_a_connection(server: FeedServer) -> None:
    names = Names(news=["127.0.0.1"])
    server.answer("/rss", Reply.feed(NEWS))
    fetcher = fetcher_with(resolve=names)
    for _ in range(3):
        await fetcher.fetch(own(server.url("/rss", host="news.example")))
    assert names.asked == ["news.example"]
    await fetcher.aclose()


async def test_the_systems_resolver_knows_this_machine(server: FeedServer, fetcher: HttpFetcher) -> None:
    server.answer("/rss", Reply.feed(NEWS))
    assert document(await fetcher.fetch(own(server.url("/rss", host="localhost")))).body == NEWS.encode()


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (socket.gaierror(socket.EAI_NONAME, "x"), "certain"),
        (socket.gaierror(socket.EAI_AGAIN, "x"), "unsure"),
        (UnicodeError(), "unsure"),
    ],
)
async def test_the_resolver_says_whether_a_name_is_unknown_or_nobody_answers(
    monkeypatch: pytest.MonkeyPatch, error: Exception, verdict: str
) -> None:
    def fail(*args: object, **options: object) -> None:
        raise error

    resolver = Resolver(lookups=1)
    with monkeypatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", fail)
        for _ in range(3):  # a permit that is not given back would hang here
            with pytest.raises(HostNotFound) as caught:
                await resolver("news.example", 80)
            assert caught.value.is_certain is (verdict == "certain")


async def test_names_for_which_no_name_server_answers_keep_no_other_name_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    is_over = threading.Event()

    def answer(host: str, *_: object, **__: object) -> list[tuple[object, ...]]:
        if host.startswith("dead"):
            is_over.wait()
            raise socket.gaierror(socket.EAI_AGAIN, "nobody answers")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.1", 80))]

    resolver = Resolver()
    with monkeypatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", answer)
        dead = [asyncio.ensure_future(resolver(f"dead{n}.example", 80)) for n in range(40)]
        await let_it_arrive()  # they are under way
        try:
            async with asyncio.timeout(10):
                assert await resolver("news.example", 80) == ("192.0.2.1",)
            assert not any(one.done() for one in dead)
        finally:
            is_over.set()
            results = await asyncio.gather(*dead, return_exceptions=True)
    assert {type(result) for result in results} == {HostNotFound}


async def test_many_fetches_at_once_all_end(server: FeedServer, fetcher: HttpFetcher) -> None:
    server.answer("/rss", Reply.feed(NEWS).gzipped())
    gate = HostGate(48, 8, monotonic=lambda: 0.0, sleep=asyncio.sleep)

    async def one(number: int) -> int:
        url = server.url(f"/rss?{number}")
        async with gate.slot(url):
            return len(document(await fetcher.fetch(own(url))).body)

    assert set(await asyncio.gather(*map(one, range(200)))) == {len(NEWS.encode())}
    assert server.connections <= 200
