from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest

from newswatch.demo import DAY_END, DAY_START, DemoServer, load_day

DAY = load_day()


class Hand:
    """A clock whose hand the test moves."""

    def __init__(self, at: datetime = DAY_START) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


class Line:
    """One kept-alive connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, url: str) -> Line:
        return cls(*await asyncio.open_connection("127.0.0.1", urlsplit(url).port))

    async def ask(self, path: str, method: str = "GET", **headers: str) -> Answer:
        lines = [f"{name.replace('_', '-')}: {value}" for name, value in {"host": "localhost", **headers}.items()]
        self._writer.write("\r\n".join([f"{method} {path} HTTP/1.1", *lines, "", ""]).encode())
        return await self._answer(has_body=method != "HEAD")

    async def say(self, raw: bytes) -> Answer:
        self._writer.write(raw)
        return await self._answer(has_body=True)

    async def rest(self) -> bytes:
        return await self._reader.read()

    async def close(self) -> None:
        self._writer.close()
        await self._writer.wait_closed()

    async def _answer(self, *, has_body: bool) -> Answer:
        first, *lines = (await self._reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        length = int(headers.get("content-length", "0")) if has_body else 0
        return Answer(int(first.split()[1]), headers, await self._reader.readexactly(length))


async def test_a_feed_grows_with_the_clock() -> None:
    hand = Hand()
    outlet = DAY.outlet("dnipro-wire")
    async with DemoServer(DAY, hand.now) as server:
        line = await Line.open(server.url)
        morning = await line.ask(outlet.path)
        hand.at = DAY_END
        night = await line.ask(outlet.path)
        await line.close()
    assert morning.status == night.status == 200
    assert night.headers["content-type"] == "application/rss+xml; charset=utf-8"
    assert morning.body.count(b"<item>") == len(outlet.edition(DAY_START).items)
    assert night.body.count(b"<item>") == len(outlet.first_texts)
    assert b"FLASH" not in morning.body
    assert b"FLASH" in night.body


async def test_who_has_the_feed_already_gets_304_until_it_changes() -> None:
    hand = Hand()
    path = DAY.outlet("market-desk").path
    async with DemoServer(DAY, hand.now) as server:
        line = await Line.open(server.url)
        first = await line.ask(path)
        etag, modified = first.headers["etag"], first.headers["last-modified"]
        by_tag = await line.ask(path, if_none_match=f'W/"other", {etag}')
        by_date = await line.ask(path, if_modified_since=modified)
        tag_wins = await line.ask(path, if_none_match='"other"', if_modified_since=modified)
        nonsense = await line.ask(path, if_modified_since="yesterday")
        hand.at += timedelta(hours=1)
        grown = await line.ask(path, if_none_match=etag, if_modified_since=modified)
        await line.close()
    assert (by_tag.status, by_date.status) == (304, 304)
    assert by_tag.body == b""
    assert by_tag.headers["etag"] == etag
    assert (tag_wins.status, nonsense.status, grown.status) == (200, 200, 200)
    assert grown.headers["etag"] != etag


@pytest.mark.parametrize(("outlet_id", "status"), [("bosphorus-post", 503), ("lantern-review", 500)])
async def test_an_outlet_fails_for_a_while_and_recovers_with_what_it_missed(outlet_id: str, status: int) -> None:
    outlet = DAY.outlet(outlet_id)
    assert outlet.outage is not None
    hand = Hand(outlet.outage.start - timedelta(seconds=1))
    async with DemoServer(DAY, hand.now) as server:
        line = await Line.open(server.url)
        before = await line.ask(outlet.path)
        hand.at = outlet.outage.start
        during = await line.ask(outlet.path, if_none_match=before.headers["etag"])
        others = await line.ask(DAY.outlet("dnipro-wire").path)
        hand.at = outlet.outage.end
        after = await line.ask(outlet.path, if_none_match=before.headers["etag"])
        await line.close()
    assert [answer.status for answer in (before, during, others, after)] == [200, status, 200, 200]
    assert int(during.headers["retry-after"]) > 0
    assert len(after.body) > len(before.body)


async def test_every_outlet_is_served_where_the_home_says() -> None:
    hand = Hand(datetime(2024, 10, 25, 7, 30, tzinfo=UTC))
    async with DemoServer(DAY, hand.now) as server:
        line = await Line.open(server.url)
        statuses = [(await line.ask(outlet.path)).status for outlet in DAY.outlets]
        await line.close()
    assert statuses == [200] * len(DAY.outlets)


async def test_head_gives_the_head_and_other_things_are_refused() -> None:
    path = DAY.outlet("tideline").path
    async with DemoServer(DAY, Hand().now) as server:
        line = await Line.open(server.url)
        head = await line.ask(path, "HEAD")
        missing = await line.ask("/../../etc/passwd")
        post = await line.ask(path, "POST")
        query = await line.ask(path + "?utm_source=x")
        bad = await line.say(b"\x16\x03\x01 hello\r\n\r\n")
        rest = await line.rest()
        await line.close()
    assert (head.status, missing.status, post.status, query.status, bad.status) == (200, 404, 405, 200, 400)
    assert int(head.headers["content-length"]) > 1000
    assert rest == b"", "it hangs up on what is no HTTP"


async def test_a_client_that_wants_to_close_is_let_go() -> None:
    async with DemoServer(DAY, Hand().now) as server:
        line = await Line.open(server.url)
        answer = await line.ask(DAY.outlet("tideline").path, connection="close")
        rest = await line.rest()
        await line.close()
    assert (answer.status, rest) == (200, b"")


async def test_the_server_ends_at_once_though_connections_are_open() -> None:
    async with asyncio.timeout(20):
        async with DemoServer(DAY, Hand().now) as server:
            idle = await Line.open(server.url)
            half = await Line.open(server.url)
            await idle.ask(DAY.outlet("tideline").path)
            half._writer.write(b"GET /never")
            url = server.url
        assert await idle.rest() == b""
        await idle.close()
        with suppress(ConnectionError):  # it was cut off in the middle of a word
            await half.close()
        with pytest.raises(ConnectionError):
            await Line.open(url)


async def test_a_port_can_be_chosen_and_a_taken_one_is_an_error() -> None:
    async with DemoServer(DAY, Hand().now) as server:
        port = urlsplit(server.url).port
        assert port is not None
        with pytest.raises(OSError, match=str(port)):
            async with DemoServer(DAY, Hand().now, port=port):
                pass
