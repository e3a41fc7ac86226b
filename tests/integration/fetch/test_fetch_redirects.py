"""Redirects: where they lead, what is kept, and what goes along."""

from __future__ import annotations

from base64 import b64encode

import pytest

from newswatch.fetch import FailureKind, FetchRequest, NotModified
from newswatch.fetch.http import HttpFetcher
from newswatch.testing.server import FeedServer, Reply
from tests.integration.fetch.parts import (
    NEWS,
    document,
    failure,
    own,
)


@pytest.mark.parametrize("status", [301, 308])
async def test_a_permanent_redirect_says_where_the_feed_lives_now(
    server: FeedServer, fetcher: HttpFetcher, status: int
) -> None:
    server.answer("/old", Reply.redirect("/newer", status))
    server.answer("/newer", Reply.redirect(server.url("/newest#x"), 308))
    server.answer("/newest", Reply.feed(NEWS))
    result = document(await fetcher.fetch(own(server.url("/old"))))
    assert result.url == result.permanent_url == server.url("/newest")


@pytest.mark.parametrize("status", [302, 303, 307])
async def test_a_temporary_redirect_is_followed_and_not_kept(
    server: FeedServer, fetcher: HttpFetcher, status: int
) -> None:
    server.answer("/rss", Reply.redirect("/today", status))
    server.answer("/today", Reply.redirect("/here", 301))
    server.answer("/here", Reply.feed(NEWS))
    result = document(await fetcher.fetch(own(server.url("/rss"))))
    assert result.url == server.url("/here")
    assert result.permanent_url is None


async def test_304_counts_behind_redirects_too(server: FeedServer, fetcher: HttpFetcher) -> None:
    server.answer("/old", Reply.redirect("/rss"))
    server.answer("/rss", Reply.feed(NEWS))
    first = document(await fetcher.fetch(own(server.url("/old"))))
    second = await fetcher.fetch(own(server.url("/old"), etag=first.etag))
    assert isinstance(second, NotModified)
    assert second.permanent_url == server.url("/rss")


async def test_a_circle_of_redirects_is_named(server: FeedServer, fetcher: HttpFetcher) -> None:
    server.answer("/a", Reply.redirect("/b?key=hidden"))
    server.answer("/b", Reply.redirect("/a"))
    result = failure(await fetcher.fetch(own(server.url("/a"))))
    chain = " → ".join([server.url("/a"), server.url("/b?key=***"), server.url("/a")])
    assert (result.kind, result.reason) == (FailureKind.PROTOCOL, f"redirects in a circle: {chain}")
    assert len(server.requests) == 2


async def test_more_than_five_redirects_are_too_many(server: FeedServer, fetcher: HttpFetcher) -> None:
    server.answer("/rss", lambda _: Reply.redirect(f"/rss?{len(server.requests)}"))
    result = failure(await fetcher.fetch(own(server.url("/rss"))))
    assert result.kind is FailureKind.PROTOCOL
    assert result.reason.startswith("more than 5 redirects: ")
    assert len(server.requests) == 6


async def test_five_redirects_are_not_too_many(server: FeedServer, fetcher: HttpFetcher) -> None:
    server.answer("/rss", [*(Reply.redirect(f"/rss?{number}") for number in range(5)), Reply.feed(NEWS)])
    assert document(await fetcher.fetch(own(server.url("/rss")))).body == NEWS.encode()


@pytest.mark.parametrize(
    ("location", "kind", "words"),
    [
        ("", FailureKind.PROTOCOL, "without saying where to"),
        ("http://[::1", FailureKind.REFUSED, "cannot be read"),
        ("http://0177.0.0.1/", FailureKind.REFUSED, "cannot be read"),
        ("/" + "x" * 9000, FailureKind.REFUSED, "cannot be read"),
        ("file:///etc/passwd", FailureKind.REFUSED, "not http or https (file)"),
        ("ftp://example.org/", FailureKind.REFUSED, "not http or https (ftp)"),
        ("javascript:alert(1)", FailureKind.REFUSED, "not http or https (javascript)"),
        ("http://127.0.0.1:99999/", FailureKind.REFUSED, "impossible port (99999)"),
    ],
)
async def test_a_redirect_to_no_web_address_is_refused(
    server: FeedServer, fetcher: HttpFetcher, location: str, kind: FailureKind, words: str
) -> None:
    server.answer("/rss", Reply(status=302, headers={"Location": location} if location else {}))
    result = failure(await fetcher.fetch(own(server.url("/rss"))))
    assert result.kind is kind
    assert words in result.reason


async def test_nothing_of_ours_follows_a_redirect_to_another_host(server: FeedServer, hosts: HttpFetcher) -> None:
    server.answer("/rss", Reply.redirect(server.url("/news", host="b.example", userinfo="evil:evil")))
    server.answer("/news", Reply.redirect(server.url("/back", host="a.example")))
    server.answer("/back", Reply.feed(NEWS))
    request = FetchRequest(
        server.url("/rss", host="a.example", userinfo="jo:s%3Acret"),
        etag='"1"',
        last_modified="yesterday",
        headers={"X-Token": "t"},
    )
    result = document(await hosts.fetch(request))
    first, second, third = server.requests
    secrets = {"authorization", "x-token", "if-none-match", "if-modified-since"}
    assert secrets <= first.headers.keys()
    assert first.headers["authorization"] == "Basic " + b64encode(b"jo:s:cret").decode()
    assert not secrets & second.headers.keys()
    assert not secrets & third.headers.keys()
    assert second.headers["host"] == f"b.example:{server.port}"
    assert result.permanent_url == server.url("/back", host="a.example")


async def test_credentials_follow_a_redirect_on_the_same_server_and_stay_in_the_new_address(
    server: FeedServer, fetcher: HttpFetcher
) -> None:
    server.answer("/old", Reply.redirect(server.url("/rss", userinfo="x:y")))
    server.answer("/rss", Reply.feed(NEWS))
    result = document(await fetcher.fetch(own(server.url("/old", userinfo="jo:s%20cret"))))
    assert [request.headers["authorization"] for request in server.requests] == [
        "Basic " + b64encode(b"jo:s cret").decode()
    ] * 2
    assert result.url == server.url("/rss")
    assert result.permanent_url == server.url("/rss", userinfo="jo:s%20cret")


async def test_a_document_that_was_not_modified_elsewhere_is_no_304_for_us(
    server: FeedServer, hosts: HttpFetcher
) -> None:
    server.answer("/rss", Reply.redirect(server.url("/news", host="b.example")))
    server.answer("/news", Reply(status=304))
    result = failure(await hosts.fetch(FetchRequest(server.url("/rss", host="a.example"), etag='"1"')))
    assert result.kind is FailureKind.PROTOCOL
