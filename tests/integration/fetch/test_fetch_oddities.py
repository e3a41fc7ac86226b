"""Servers that are within the standard, or nearly: what they send is taken for what it is."""

from __future__ import annotations

import asyncio
import gzip
import socket
import zlib

import pytest

from newswatch.fetch import FailureKind, FetchRequest, NotModified
from newswatch.fetch.http import HttpFetcher
from newswatch.fetch.inflate import Inflater
from newswatch.testing.server import FeedServer, Reply
from tests.integration.fetch.parts import MIB, NEWS, Names, document, failure, fetcher_with, let_it_arrive, own

BODY = NEWS.encode()
READ_AHEAD = MIB  # asyncio takes 256 KiB at a time off a socket, and a few times that may wait to be read
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"


async def test_both_validators_are_sent_and_a_304_without_any_keeps_them(
    server: FeedServer, fetcher: HttpFetcher
) -> None:
    server.answer("/rss", Reply(status=304))
    result = await fetcher.fetch(own(server.url("/rss"), etag='W/"1"', last_modified="Thu, 01 Jan 2026 00:00:00 GMT"))
    assert isinstance(result, NotModified)
    sent = server.requests[0].headers
    assert (sent["if-none-match"], sent["if-modified-since"]) == ('W/"1"', "Thu, 01 Jan 2026 00:00:00 GMT")


@pytest.mark.parametrize(("encoding", "named"), [("br", "(br)"), ("zstd", "(zstd)"), ("utf-8", "(utf-8)")])
async def test_an_encoding_that_nobody_asked_for_is_refused_by_name(
    server: FeedServer, fetcher: HttpFetcher, encoding: str, named: str
) -> None:
    server.answer("/rss", Reply(body=b"\x0b\x00", headers={"Content-Encoding": encoding}))
    result = failure(await fetcher.fetch(own(server.url("/rss"))))
    assert result.reason == f"the answer is in an encoding that was not asked for {named}"


async def test_a_text_that_is_labelled_gzip_and_gzip_that_is_not_are_both_read(
    server: FeedServer, fetcher: HttpFetcher
) -> None:
    server.answer("/text", Reply(body=BODY, headers={"Content-Encoding": "gzip"}))
    server.answer("/gzip", Reply(body=gzip.compress(BODY), headers={"Content-Type": "application/x-gzip"}))
    server.answer("/deflate", Reply(body=zlib.compress(BODY), headers={"Content-Encoding": "deflate"}))
    for path in ("/text", "/gzip", "/deflate"):
        assert document(await fetcher.fetch(own(server.url(path)))).body == BODY


async def test_chunks_with_extensions_and_trailers_are_one_document(server: FeedServer, fetcher: HttpFetcher) -> None:
    chunks = b"3;name=value\r\n<rs\r\n2\r\ns>\r\n0\r\nX-Checksum: 1\r\nETag: trailing\r\n\r\n"
    server.answer("/rss", Reply(raw=CHUNKED + b"Trailer: X-Checksum\r\n\r\n" + chunks))
    result = document(await fetcher.fetch(own(server.url("/rss"))))
    assert (result.body, result.etag) == (b"<rss>", None)


async def test_an_old_server_that_ends_its_document_by_leaving_is_understood(
    server: FeedServer, fetcher: HttpFetcher
) -> None:
    server.answer("/rss", Reply(raw=b"HTTP/1.0 200 OK\r\nContent-Type: text/xml\r\n\r\n" + BODY))
    for _ in range(2):
        assert document(await fetcher.fetch(own(server.url("/rss")))).body == BODY
    assert server.connections == 2


async def test_preliminary_answers_are_passed_over_and_a_flood_of_them_is_refused(
    server: FeedServer, fetcher: HttpFetcher
) -> None:
    hint = b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n"
    server.answer("/rss", Reply(raw=hint * 2 + b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"))
    assert document(await fetcher.fetch(own(server.url("/rss")))).body == b"x"
    server.answer("/rss", Reply(raw=hint * 20_000, hold_body=asyncio.Event()))
    result = failure(await fetcher.fetch(own(server.url("/rss"))))
    assert (result.kind, result.reason) == (FailureKind.PROTOCOL, "the headers of the answer are too large")


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: %s\r\n" % (number, b"x" * 100) for number in range(2_000)) + b"\r\n",
        CHUNKED + b"\r\n1;" + b"x" * 200_000 + b"\r\n",
        CHUNKED + b"\r\n0\r\n" + b"X-A: 1\r\n" * 40_000 + b"\r\n",
        b"HTTP/1.1 200 " + b"O" * 200_000,
        b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n",
    ],
)
async def test_floods_around_the_document_are_refused(server: FeedServer, fetcher: HttpFetcher, raw: bytes) -> None:
    server.answer("/rss", Reply(raw=raw))
    assert failure(await fetcher.fetch(own(server.url("/rss")))).kind is FailureKind.PROTOCOL


@pytest.mark.parametrize("location", [b"/a\x00b", b"\x00", b"http://a\x00.example/"])
async def test_a_location_with_a_nul_is_no_answer(server: FeedServer, fetcher: HttpFetcher, location: bytes) -> None:
    server.answer("/rss", Reply(raw=b"HTTP/1.1 302 Found\r\nLocation: " + location + b"\r\n\r\n"))
    result = failure(await fetcher.fetch(own(server.url("/rss"))))
    assert (result.kind, result.reason) == (FailureKind.PROTOCOL, "the answer is not proper HTTP")


async def test_an_empty_location_is_one_that_says_nothing(server: FeedServer, fetcher: HttpFetcher) -> None:
    server.answer("/rss", Reply(raw=b"HTTP/1.1 301 Moved\r\nLocation: \r\nContent-Length: 0\r\n\r\n"))
    result = failure(await fetcher.fetch(own(server.url("/rss"))))
    assert result.reason == "the server answered 301 Moved Permanently without saying where to"


async def test_headers_that_have_one_value_count_once_however_often_they_come(
    server: FeedServer, fetcher: HttpFetcher
) -> None:
    twice = b'Location: /new\r\nETag: "1"\r\n' * 2
    server.answer("/rss", Reply(raw=b"HTTP/1.1 302 Found\r\n" + twice + b"Content-Length: 0\r\n\r\n"))
    head = b'HTTP/1.1 200 OK\r\nETag: "1"\r\nETag: "1"\r\nVary: A\r\nVary: B\r\nContent-Length: 1\r\n\r\nx'
    server.answer("/new", Reply(raw=head))
    result = document(await fetcher.fetch(own(server.url("/rss"))))
    assert (result.url, result.etag, result.headers["vary"]) == (server.url("/new"), '"1"', "A, B")


async def test_the_body_of_a_redirect_or_an_error_is_not_waited_for(server: FeedServer, fetcher: HttpFetcher) -> None:
    endless = Reply.endless()
    server.answer("/rss", Reply(302, endless.body, {"Location": "/news"}, is_chunked=True, is_endless=True))
    server.answer("/news", Reply(404, endless.body, is_chunked=True, is_endless=True))
    assert failure(await fetcher.fetch(own(server.url("/rss")))).status == 404
    for request in server.requests:
        await asyncio.wait_for(request.done.wait(), 60)  # the server saw us leave


@pytest.mark.parametrize("status", [204, 205, 206])
async def test_an_answer_without_a_whole_document_is_a_failure(
    server: FeedServer, fetcher: HttpFetcher, status: int
) -> None:
    server.answer("/rss", Reply(status, b"" if status == 204 else BODY, {"Content-Range": "bytes 0-9/99"}))
    result = failure(await fetcher.fetch(own(server.url("/rss"), etag='"1"')))
    assert (result.kind, result.status) == (FailureKind.STATUS, status)


async def test_an_empty_document_is_handed_on_as_one(server: FeedServer, fetcher: HttpFetcher) -> None:
    server.answer("/rss", Reply(body=b"", headers={"ETag": '"0"'}))
    result = document(await fetcher.fetch(own(server.url("/rss"))))
    assert (result.body, result.wire_bytes) == (b"", 0)


@pytest.mark.parametrize("content_type", ["text/xml; charset=windows-1251", "", "nonsense; charset", "text/html"])
async def test_the_content_type_is_handed_on_as_it_came(
    server: FeedServer, fetcher: HttpFetcher, content_type: str
) -> None:
    server.answer("/rss", Reply(body=BODY, headers={"Content-Type": content_type}))
    assert document(await fetcher.fetch(own(server.url("/rss")))).headers["content-type"] == content_type


async def test_a_host_in_another_script_is_asked_by_its_ascii_name(server: FeedServer) -> None:
    server.answer("/rss", Reply.feed(NEWS))
    names = Names(**{"xn--mnchen-3ya": ["127.0.0.1"]})
    fetcher = fetcher_with(resolve=names)
    document(await fetcher.fetch(own(server.url("/rss", host="München.example"))))
    assert names.asked == ["xn--mnchen-3ya.example"]
    assert server.requests[0].headers["host"] == f"xn--mnchen-3ya.example:{server.port}"
    await fetcher.aclose()


@pytest.mark.parametrize("comes", ["with the answer", "later"])
async def test_an_answer_that_nobody_asked_for_is_not_taken_for_the_next_one(fetcher: HttpFetcher, comes: str) -> None:
    """A kept connection on which something lies waiting is given up: it would answer another feed's request."""
    connections = 0
    may_smuggle = asyncio.Event()
    is_smuggled = asyncio.Event()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        await reader.readuntil(b"\r\n\r\n")
        good, evil = (b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n" + word for word in (b"good", b"evil"))
        writer.write(good + evil if comes == "with the answer" else good)
        if comes == "later":
            await may_smuggle.wait()
            writer.write(evil)
        await writer.drain()
        is_smuggled.set()
        await reader.read()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/rss"
        assert document(await fetcher.fetch(own(url))).body == b"good"
        may_smuggle.set()
        await is_smuggled.wait()
        await let_it_arrive()
        assert document(await fetcher.fetch(own(url))).body == b"good"
        assert connections == 2
        await fetcher.aclose()


class Traffic:
    """Counts what sockets receive (of a `FeedServer` beside them only short requests), and what of it was read."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.came = self.read = self.most_ahead = 0
        receive, take = socket.socket.recv, Inflater.feed

        def count(sock: socket.socket, size: int, flags: int = 0) -> bytes:
            data = receive(sock, size, flags)
            self.came += len(data)
            self.most_ahead = max(self.most_ahead, self.came - self.read)
            return data

        def note(inflater: Inflater, piece: bytes) -> None:
            self.read += len(piece)
            take(inflater, piece)

        patch.setattr(socket.socket, "recv", count)
        patch.setattr(Inflater, "feed", note)


async def test_no_more_comes_over_the_wire_than_the_bound_says(
    server: FeedServer, fetcher: HttpFetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    traffic = Traffic(monkeypatch)
    server.answer("/rss", Reply.endless())
    result = failure(await fetcher.fetch(own(server.url("/rss"))))
    assert result.reason == "the document is too large: more than 15 MiB"
    assert 15 * MIB <= traffic.came <= 15 * MIB + READ_AHEAD


async def test_nothing_is_read_ahead_of_who_reads_slowly(
    server: FeedServer, fetcher: HttpFetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    traffic = Traffic(monkeypatch)
    server.answer("/rss", Reply.endless())
    await fetcher.fetch(own(server.url("/rss"), max_bytes=4 * MIB))
    assert traffic.read
    assert traffic.most_ahead <= READ_AHEAD


async def test_a_request_that_nobody_vouches_for_has_no_way_around_the_guard(server: FeedServer) -> None:
    fetcher = fetcher_with(resolve=Names(news=["127.0.0.1"]))
    for host, kind in (("news.example", FailureKind.ASTRAY), ("[::ffff:127.0.0.1]", FailureKind.REFUSED)):
        assert failure(await fetcher.fetch(FetchRequest(server.url("/rss", host=host)))).kind is kind
    assert server.connections == 0
    await fetcher.aclose()
