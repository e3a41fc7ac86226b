"""Pages whose servers mean harm, over real sockets and in real worker processes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest

from newswatch.article.worker import PagePool
from newswatch.engine.pages import FetchedPages, PageAnswer
from newswatch.fetch.http import HttpFetcher
from newswatch.model.article import PageProblem, TextFrom
from newswatch.model.feed import Feed
from newswatch.parse.worker import ParserPool
from newswatch.testing import build
from newswatch.testing.documents import Item, rss
from newswatch.testing.server import FeedServer, Reply
from tests.integration.fetch.parts import NOW, HandDeadline, fetcher_with, let_it_arrive
from tests.integration.fetch.test_fetch_addresses import loopback_forms, resolve_here

PAGE = b"<html><body><article>" + b"<p>The ferry runs again, said the council of the region.</p>" * 3
SLOW = b"<p " + b" ".join(b"a%d=1" % number for number in range(300_000)) + b">The ferry runs again.</p>"


@pytest.fixture
async def victim() -> AsyncIterator[FeedServer]:
    """Another service on this machine, which must never hear from us."""
    async with FeedServer() as victim:
        victim.answer("/secret", Reply(body=PAGE))
        yield victim


@pytest.fixture
async def server() -> AsyncIterator[FeedServer]:
    async with FeedServer() as server:
        yield server


@pytest.fixture
async def pool() -> AsyncIterator[PagePool]:
    pool = PagePool()
    yield pool
    await pool.aclose()


async def read(fetcher: HttpFetcher, pool: PagePool, link: str, feed: Feed | None = None) -> PageAnswer:
    return await FetchedPages(fetcher.fetch, pool, lambda: NOW).read(link, feed)


def private_feed(server: FeedServer) -> Feed:
    """A feed on this machine, which a person typed."""
    return build.feed(url=server.url("/rss"), allow_private=True)


@pytest.mark.parametrize("host", loopback_forms(0))
async def test_no_link_of_an_entry_leads_to_another_service_of_this_machine(
    server: FeedServer, victim: FeedServer, pool: PagePool, host: str
) -> None:
    fetcher = fetcher_with(resolve=resolve_here)
    link = loopback_forms(victim.port)[host]
    server.answer("/page", Reply.redirect(link, 302))
    feed = private_feed(server)
    public = build.feed(url="https://dnipro-wire.example/rss")
    for answer in (
        await read(fetcher, pool, link, feed),
        await read(fetcher, pool, server.url("/page"), feed),
        await read(fetcher, pool, link, public),
        await read(fetcher, pool, link),
    ):
        assert answer.reading.problem in {PageProblem.REFUSED, PageProblem.UNREACHED}
        assert answer.reading.text == ""
        assert answer.fetched is None
    assert victim.connections == 0
    await fetcher.aclose()


async def test_a_name_that_changes_its_address_between_two_looks_gains_nothing(
    victim: FeedServer, pool: PagePool
) -> None:
    answers = [["192.0.2.1"], ["127.0.0.1"]]

    async def rebind(_host: str, _port: int) -> Sequence[str]:
        return answers.pop(0) if len(answers) > 1 else answers[0]

    fetcher = fetcher_with(resolve=rebind)
    feed = build.feed(url=f"http://rebind.example:{victim.port}/rss")
    for _ in range(3):
        answer = await read(fetcher, pool, f"http://rebind.example:{victim.port}/secret", feed)
        assert answer.reading.text == ""
    assert victim.connections == 0
    await fetcher.aclose()


async def test_what_a_page_asks_a_browser_to_load_is_not_loaded(
    server: FeedServer, victim: FeedServer, pool: PagePool
) -> None:
    secret = victim.url("/secret").encode()
    body = b"".join(
        (
            b"<html><head><meta http-equiv=refresh content='0;url=", secret, b"'><link rel=stylesheet href='", secret,
            b"'><link rel=canonical href='", secret, b"'><base href='", secret, b"'></head><body><iframe src='", secret,
            b"'></iframe><img src='", secret, b"'><script src='", secret, b"'></script>", PAGE,
        )
    )  # fmt: skip
    server.answer("/page", Reply(body=body, headers={"Content-Type": "text/html"}))
    fetcher = fetcher_with()
    answer = await read(fetcher, pool, server.url("/page"), private_feed(server))
    assert "ferry runs again" in answer.reading.text
    assert victim.connections == 0
    await fetcher.aclose()


async def test_a_page_that_drips_ends_at_the_deadline(server: FeedServer, pool: PagePool) -> None:
    deadline = HandDeadline()
    permits = asyncio.Semaphore(10)
    server.answer("/page", Reply.drip(PAGE, permits, {"Content-Type": "text/html"}))
    fetcher = fetcher_with(deadline=deadline)
    reading = asyncio.create_task(read(fetcher, pool, server.url("/page"), private_feed(server)))
    while not server.requests_for("/page"):  # noqa: ASYNC110 - the server sets no event before the request
        await asyncio.sleep(0.001)
    await server.requests_for("/page")[0].head_sent.wait()
    await let_it_arrive()
    deadline.expire()
    assert (await reading).reading.problem is PageProblem.UNREACHED
    await fetcher.aclose()


async def test_a_page_that_holds_its_process_up_delays_no_feed(pool: PagePool) -> None:
    feeds = ParserPool(workers=1)
    try:
        reading = asyncio.create_task(pool.read(SLOW, "https://a.example/", "text/html"))
        document = rss("Dnipro Wire", [Item("Ferry", "https://dnipro-wire.example/1")]).encode()
        for _ in range(3):
            parsed = await feeds.parse(document, build.feed().url, {"content-type": "application/rss+xml"})
            assert len(parsed.entries) == 1
        assert not reading.done()  # it has five seconds, and three small documents take a few milliseconds
        assert (await reading).text_from is TextFrom.PLAIN
    finally:
        await feeds.aclose()


async def test_a_page_after_one_that_broke_its_process_is_read(pool: PagePool) -> None:
    bombs = [pool.read(b"<p>x" * 700_000, "https://a.example/", "text/html") for _ in range(2)]
    *_, after = await asyncio.gather(*bombs, pool.read(PAGE, "https://b.example/", "text/html"))
    assert after.text_from is TextFrom.PAGE
