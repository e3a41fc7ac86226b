"""Documents and validators, sizes and encodings, statuses: `fetch.http` against a real server on loopback."""

from __future__ import annotations

import asyncio
import gzip
import random

import pytest

from newswatch.fetch import FailureKind, FetchFailed, NotModified
from newswatch.fetch.http import HttpFetcher
from newswatch.testing.server import FeedServer, Recorded, Reply
from tests.integration.fetch.parts import (
    AGENT,
    MIB,
    NEWS,
    document,
    failure,
    own,
)


async def test_a_document_comes_with_its_validators_verbatim(server: FeedServer, fetcher: HttpFetcher) -> None:
    server.answer("/rss", Reply.feed(NEWS))
    result = document(await fetcher.fetch(own(server.url("/rss?page=1#top"))))
    assert result.body == NEWS.encode()
    assert result.url == server.url("/rss?page=1")
    assert result.status == 200
    assert result.headers["content-type"] == "application/rss+xml; charset=utf-8"
    assert result.last_modified == "Thu, 01 Jan 2026 00:00:00 GMT"
    assert result.permanent_url is None
    assert result.wire_bytes == len(NEWS.encode())
    [request] = server.requests
    assert request.headers["user-agent"] == AGENT
    assert request.headers["accept-encoding"] == "gzip"
    assert "application/rss+xml" in request.headers["accept"]
    assert "cookie" not in request.headers
    assert "if-none-match" not in request.headers


async def test_an_unchanged_document_is_not_sent_again(server: FeedServer, fetcher: HttpFetcher) -> None:
    server.answer("/rss", Reply.feed(NEWS))
    first = document(await fetcher.fetch(own(server.url("/rss"))))
    second = await fetcher.fetch(own(server.url("/rss"), etag=first.etag, last_modified=first.last_modified))
    assert isinstance(second, NotModified)
    assert second.headers["etag"] == first.etag
    assert server.requests[1].headers["if-modified-since"] == first.last_modified


@pytest.mark.parametrize("etag", ['W/"a, b"', "unquoted", '"caf\xe9"', "-", '""'])
async def test_odd_validators_go_back_as_they_came(server: FeedServer, fetcher: HttpFetcher, etag: str) -> None:
    server.answer("/rss", Reply(body=b"x", headers={"ETag": etag, "Last-Modified": "yesterday, about noon"}))
    first = document(await fetcher.fetch(own(server.url("/rss"))))
    assert first.etag == etag
    await fetcher.fetch(own(server.url("/rss"), etag=first.etag, last_modified=first.last_modified))
    assert server.requests[1].headers["if-none-match"] == etag
    assert server.requests[1].headers["if-modified-since"] == "yesterday, about noon"


@pytest.mark.parametrize("etag", ["", " ", "a\r\nX-Evil: 1", "\u2026", "x" * 5000])
async def test_a_validator_that_cannot_be_sent_is_left_out(server: FeedServer, fetcher: HttpFetcher, etag: str) -> None:
    server.answer("/rss", Reply.feed(NEWS))
    assert document(await fetcher.fetch(own(server.url("/rss"), etag=etag))).body
    assert "if-none-match" not in server.requests[0].headers
    assert "x-evil" not in server.requests[0].headers


async def test_304_to_a_request_without_validators_is_a_failure(server: FeedServer, fetcher: HttpFetcher) -> None:
    server.answer("/rss", Reply(status=304))
    assert failure(await fetcher.fetch(own(server.url("/rss")))).kind is FailureKind.PROTOCOL


async def test_a_connection_is_used_again_after_documents_and_after_304(
    server: FeedServer, fetcher: HttpFetcher
) -> None:
    server.answer("/rss", Reply.feed(NEWS))
    first = document(await fetcher.fetch(own(server.url("/rss"))))
    for _ in range(3):
        await fetcher.fetch(own(server.url("/rss"), etag=first.etag))
    assert {request.connection for request in server.requests} == {1}


async def test_a_kept_connection_that_died_meanwhile_costs_no_failure(server: FeedServer, fetcher: HttpFetcher) -> None:
    def reset_what_is_used_again(request: Recorded) -> Reply:
        is_used_again = sum(other.connection == request.connection for other in server.requests) > 1
        return Reply.reset() if is_used_again else Reply.feed(NEWS)

    server.answer("/rss", reset_what_is_used_again)
    for _ in range(3):
        assert document(await fetcher.fetch(own(server.url("/rss")))).body == NEWS.encode()
    assert server.connections == 3


async def test_cookies_are_never_sent_back(server: FeedServer, fetcher: HttpFetcher) -> None:
    server.answer("/rss", Reply(body=b"x", headers={"Set-Cookie": "id=7; Path=/"}))
    server.answer("/moved", Reply(status=302, headers={"Set-Cookie": "id=8; Path=/", "Location": "/rss"}))
    await fetcher.fetch(own(server.url("/rss")))
    await fetcher.fetch(own(server.url("/moved")))
    assert not any("cookie" in request.headers for request in server.requests)


async def test_a_requests_own_headers_go_along_but_do_not_touch_the_connection(
    server: FeedServer, fetcher: HttpFetcher
) -> None:
    server.answer("/rss", Reply.feed(NEWS))
    headers = {"Cookie": "sid=1", "user-agent": "desk/1", "Host": "evil.example", "Accept-Encoding": "br"}
    document(await fetcher.fetch(own(server.url("/rss"), headers=headers)))
    sent = server.requests[0].headers
    assert sent["cookie"] == "sid=1"
    assert sent["user-agent"] == "desk/1"
    assert sent["host"] == f"127.0.0.1:{server.port}"
    assert sent["accept-encoding"] == "gzip"


async def test_a_header_that_cannot_be_written_is_a_failure_in_plain_words(
    server: FeedServer, fetcher: HttpFetcher
) -> None:
    result = failure(await fetcher.fetch(own(server.url("/rss"), headers={"X-Bad": "a\nb"})))
    assert result.kind is FailureKind.PROTOCOL
    assert "headers" in result.reason
    assert server.requests == []


async def test_a_compressed_document_is_inflated(server: FeedServer, fetcher: HttpFetcher) -> None:
    reply = Reply.feed(NEWS).gzipped()
    server.answer("/rss", reply)
    result = document(await fetcher.fetch(own(server.url("/rss"))))
    assert result.body == NEWS.encode()
    assert result.wire_bytes == len(reply.body)


async def test_a_truncated_gzip_stream_is_a_failure_not_an_empty_feed(server: FeedServer, fetcher: HttpFetcher) -> None:
    whole = gzip.compress(NEWS.encode())
    server.answer("/rss", Reply(body=whole[:-9], headers={"Content-Encoding": "gzip"}))
    result = failure(await fetcher.fetch(own(server.url("/rss"))))
    assert (result.kind, result.reason) == (FailureKind.PROTOCOL, "the compressed answer ended too early")


@pytest.mark.parametrize("at", [0, 1, 100])
async def test_a_body_shorter_than_announced_is_a_failure(server: FeedServer, fetcher: HttpFetcher, at: int) -> None:
    server.answer("/rss", Reply.truncated(NEWS.encode(), at=at))
    result = failure(await fetcher.fetch(own(server.url("/rss"))))
    assert (result.kind, result.reason) == (
        FailureKind.PROTOCOL,
        "the connection ended before the answer was complete",
    )


async def test_a_chunked_body_without_its_end_is_a_failure(server: FeedServer, fetcher: HttpFetcher) -> None:
    server.answer("/rss", Reply(raw=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n<rss\r\n"))
    assert failure(await fetcher.fetch(own(server.url("/rss")))).kind is FailureKind.PROTOCOL


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", ", ".join(["gzip"] * 5000)])
async def test_encodings_that_nobody_asked_for_are_refused(
    server: FeedServer, fetcher: HttpFetcher, encoding: str
) -> None:
    server.answer("/rss", Reply(body=gzip.compress(b"x"), headers={"Content-Encoding": encoding}))
    assert failure(await fetcher.fetch(own(server.url("/rss")))).kind is FailureKind.PROTOCOL


async def test_a_compression_bomb_is_too_large(server: FeedServer, fetcher: HttpFetcher) -> None:
    server.answer("/rss", Reply(body=b"\0" * (100 * MIB)).gzipped())
    assert failure(await fetcher.fetch(own(server.url("/rss")))).kind is FailureKind.TOO_LARGE


async def test_an_endless_body_ends_at_the_bound(server: FeedServer, fetcher: HttpFetcher) -> None:
    server.answer("/rss", Reply.endless())
    result = failure(await fetcher.fetch(own(server.url("/rss"), max_bytes=MIB)))
    assert (result.kind, result.reason) == (FailureKind.TOO_LARGE, "the document is too large: more than 1 MiB")
    await asyncio.wait_for(server.requests[0].done.wait(), 60)  # the server saw us leave
    assert server.bytes_sent < 16 * MIB


async def test_a_body_announced_too_large_is_not_even_read(server: FeedServer, fetcher: HttpFetcher) -> None:
    never = asyncio.Event()
    server.answer("/rss", Reply(headers={"Content-Length": str(48 * MIB)}, hold_body=never))
    result = failure(await fetcher.fetch(own(server.url("/rss"))))
    assert result.reason == "the document is too large: 48 MiB, where 15 MiB are allowed"


async def test_an_inflated_document_has_a_bound_of_its_own(server: FeedServer, fetcher: HttpFetcher) -> None:
    text = random.Random(3).randbytes(5000)
    server.answer("/rss", Reply(body=text).gzipped())
    result = failure(await fetcher.fetch(own(server.url("/rss"), max_inflated=4999)))
    assert result.kind is FailureKind.TOO_LARGE


async def test_a_body_in_crumbs_is_given_up(server: FeedServer, fetcher: HttpFetcher) -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    server.answer("/rss", Reply(raw=head + b"1\r\nx\r\n" * 60_000 + b"0\r\n\r\n"))
    result = failure(await fetcher.fetch(own(server.url("/rss"))))
    assert (result.kind, "pieces" in result.reason) == (FailureKind.TOO_LARGE, True)


@pytest.mark.parametrize(
    ("status", "kind", "reason"),
    [
        (401, FailureKind.STATUS, "the server answered 401 Unauthorized"),
        (403, FailureKind.STATUS, "the server answered 403 Forbidden"),
        (404, FailureKind.STATUS, "the server answered 404 Not Found"),
        (410, FailureKind.GONE, "the server answered 410 Gone"),
        (500, FailureKind.STATUS, "the server answered 500 Internal Server Error"),
        (599, FailureKind.STATUS, "the server answered 599"),
        (204, FailureKind.STATUS, "the server answered 204 No Content"),
        (206, FailureKind.STATUS, "the server answered 206 Partial Content"),
        (300, FailureKind.STATUS, "the server answered 300 Multiple Choices"),
    ],
)
async def test_a_status_is_named_and_no_secret_with_it(
    server: FeedServer, fetcher: HttpFetcher, status: int, kind: FailureKind, reason: str
) -> None:
    server.answer("/rss", Reply(status=status))
    result = await fetcher.fetch(own(server.url("/rss?token=hidden", userinfo="jo:hidden")))
    assert result == FetchFailed(reason, kind, status)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("value", "wait_s"),
    [("120", 120.0), ("Sun, 22 Nov 2026 14:31:00 GMT", 60.0), ("-5", 0.0), ("1" * 30, 86_400.0), ("soon", None)],
)
async def test_a_busy_server_says_when_to_come_back(
    server: FeedServer, fetcher: HttpFetcher, status: int, value: str, wait_s: float | None
) -> None:
    server.answer("/rss", Reply(status=status, headers={"Retry-After": value}))
    result = failure(await fetcher.fetch(own(server.url("/rss"))))
    assert (result.kind, result.status, result.retry_after_s) == (FailureKind.BUSY, status, wait_s)


async def test_a_feed_is_not_gone_because_a_temporary_redirect_led_to_nothing(
    server: FeedServer, fetcher: HttpFetcher
) -> None:
    server.answer("/rss", Reply.redirect("/elsewhere", 302))
    server.answer("/elsewhere", Reply(status=410))
    assert failure(await fetcher.fetch(own(server.url("/rss")))).kind is FailureKind.STATUS
