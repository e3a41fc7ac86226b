"""A web server for benches: many feeds of invented news on this machine, in a process of its own.

    python -m bench._loopback PORT_FILE

`/feed/N` is feed N with an ETag, and 304 for who has it already. `/turn/T` begins turn T: from then on the tenth of
the feeds whose number ends in T has one item more. `/log` gives when each feed was first asked for in this turn
(Unix time). Bare asyncio, so that what it costs says little about what asks it. Must never know of newswatch.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from random import Random

from bench._serving import serve

ITEMS = 20
WORDS = 50
_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
_VOCABULARY = [
    f"{first}{last}"
    for first in ("bor", "kal", "mir", "son", "tev", "ul")
    for last in ("ana", "ed", "ist", "on", "ula", "werk", "yet")
]


def item(feed: int, number: int) -> tuple[str, str, str, datetime]:
    """Item `number` of a feed: its title, link, text and date. The same in every process."""
    drawn = Random(feed * 1_000_003 + number).choices(_VOCABULARY, k=WORDS)
    title = f"{' '.join(drawn[:8])} {feed} {number}"
    return title, f"https://outlet{feed}.example/{number}", " ".join(drawn), _EPOCH + timedelta(hours=number)


def document(feed: int, version: int) -> bytes:
    """The feed after `version` new items, newest first."""
    rows = []
    for number in range(version + ITEMS - 1, version - 1, -1):
        title, link, text, date = item(feed, number)
        rows.append(
            f'<item><title>{title}</title><link>{link}</link><guid isPermaLink="false">{feed}-{number}</guid>'
            f"<pubDate>{format_datetime(date, usegmt=True)}</pubDate><description>{text}</description></item>"
        )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel>'
        f"<title>Outlet {feed}</title><link>https://outlet{feed}.example/</link>\n"
        + "\n".join(rows)
        + "\n</channel></rss>\n"
    ).encode()


def etag(feed: int, version: int) -> str:
    """The validator of that document."""
    return f'"{feed}-{version}"'


class _World:
    """Which turn it is, and who was asked for when."""

    def __init__(self) -> None:
        self.turns: list[int] = []
        self.asked: dict[int, float] = {}

    def answer(self, path: str, validator: str) -> bytes:
        """The whole answer to one request."""
        _, kind, *rest = path.split("/")
        if kind == "turn":
            self.turns.append(int(rest[0]))
            self.asked.clear()
            return _ok(b"", "text/plain")
        if kind == "log":
            return _ok(json.dumps(self.asked).encode(), "application/json")
        feed = int(rest[0])
        self.asked.setdefault(feed, time.time())
        version = self.turns.count(feed % 10)
        tag = etag(feed, version)
        if validator == tag:
            return f"HTTP/1.1 304 Not Modified\r\nETag: {tag}\r\n\r\n".encode()
        return _ok(document(feed, version), "application/rss+xml; charset=utf-8", f"ETag: {tag}\r\n")


def _ok(body: bytes, content_type: str, more: str = "") -> bytes:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n{more}\r\n"
    return head.encode() + body


class _Talk(asyncio.Protocol):
    """One connection; it is kept open until the client closes it."""

    def __init__(self, world: _World) -> None:
        self._world = world
        self._heard = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The client is there."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answers each request whose head is complete."""
        self._heard += data
        while (end := self._heard.find(b"\r\n\r\n")) >= 0:
            head, self._heard = self._heard[:end].decode("latin-1"), self._heard[end + 4 :]
            request_line, *lines = head.split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            self._transport.write(self._world.answer(request_line.split(" ")[1], headers.get("if-none-match", "")))


async def _serve(port_file: Path) -> None:
    world = _World()
    loop = asyncio.get_running_loop()
    await serve(await loop.create_server(lambda: _Talk(world), "127.0.0.1", 0, backlog=512), port_file)


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1])))
