"""Documents made to hurt (promise 22), and documents that are merely enormous (promise 25)."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from newswatch.engine.step import Parsed, step
from newswatch.feeds.due import Pace
from newswatch.match.matcher import compile_book
from newswatch.model.feed import FeedState
from newswatch.model.rule import RuleBook
from newswatch.parse import ParserPool, parse_document
from newswatch.store.memory import MemoryStore
from newswatch.testing import build
from newswatch.testing.server import FeedServer

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are limited on Linux")

URL = "https://wire.example/feed.xml"
HANG_S = 60.0
ITEM = "<item><guid>1</guid><title>Quiet day</title></item>"


def rss(inner: str, before: str = "", attributes: str = "") -> bytes:
    return f'{before}<rss version="2.0"{attributes}><channel><title>Wire</title>{inner}</channel></rss>'.encode()


LAUGHS = "".join(
    f'<!ENTITY l{n} "{"&l" + str(n - 1) + ";" if n else "ha"}{"&l" + str(n - 1) + ";" if n else ""}">'
    for n in range(30)
)
MONSTERS = {
    "a billion laughs": rss("<item><title>&l29;</title></item>", f"<!DOCTYPE rss [{LAUGHS}]>"),
    "nested tags": rss("<b>" * 400_000),
    "tags nested in an item": rss(f"<item><title>x</title><description>{'<div>' * 200_000}</description></item>"),
    "200,000 attributes": rss(ITEM, attributes="".join(f' a{n}="{n}"' for n in range(200_000))),
    "one endless attribute": rss(ITEM, attributes=f' a="{"x" * 5_000_000}"'),
    "a comment without an end": rss(ITEM + "<!--" * 300_000),
    "entities without an end": rss("<item><title>" + "&amp" * 500_000 + "</title></item>"),
    "marked sections in one another": rss("<![CDATA[" * 300_000),
}


@pytest.mark.parametrize("name", MONSTERS)
async def test_a_document_made_to_hurt_costs_ten_seconds_and_itself_at_most(name: str) -> None:
    pool = ParserPool(1, time_limit_s=4.0)
    try:
        async with asyncio.timeout(HANG_S):
            monster = await pool.parse(MONSTERS[name], URL, {"content-type": "application/rss+xml"})
            after = await pool.parse(rss(ITEM), URL, {})
    finally:
        await pool.aclose()
    assert monster.error or sum(len(entry.title) + len(entry.summary) for entry in monster.entries) < 2_000_000
    assert [entry.title for entry in after.entries] == ["Quiet day"]


async def test_nothing_that_a_document_names_is_fetched(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("the watch list")
    async with FeedServer() as server:
        before = (
            f'<?xml version="1.0"?><?xml-stylesheet href="{server.url("/style")}"?>'
            f'<!DOCTYPE rss SYSTEM "{server.url("/dtd")}" [<!ENTITY a SYSTEM "{server.url("/entity")}">'
            f'<!ENTITY b SYSTEM "{secret.as_uri()}"><!ENTITY % c SYSTEM "{server.url("/parameter")}">%c;]>'
        )
        item = f"<item><title>&a;&b; x</title><link>{server.url('/link')}</link></item>"
        body = rss(f'{item}<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{secret}"/>', before)
        pool = ParserPool(1, time_limit_s=10.0)
        try:
            feed = await pool.parse(body, server.url("/rss"), {})
        finally:
            await pool.aclose()
        assert server.connections == 0
    assert "watch list" not in repr(feed)


def test_of_ten_thousand_items_no_hit_among_those_that_are_kept_is_missed() -> None:
    first = datetime(2026, 1, 1, tzinfo=UTC)
    items = "".join(
        f"<item><guid>{n}</guid><title>{'Kursk' if n % 7 == 0 else 'River'} {n}</title>"
        f"<pubDate>{format_datetime(first + timedelta(minutes=n))}</pubDate></item>"
        for n in range(10_000)
    )
    document = parse_document(rss(items), URL, {})
    assert document.dropped == 10_000 - len(document.entries)
    assert {entry.id for entry in document.entries} == {str(n) for n in range(document.dropped, 10_000)}
    store, feed = MemoryStore(), build.feed(URL)
    matcher = compile_book(RuleBook(rules=(build.rule("Kursk"),)))
    now = first + timedelta(days=30)
    outcome = step(feed, FeedState(feed.id), Parsed(document, "body"), store, matcher, Pace(600.0), now)
    store.commit(outcome.memory)
    expected = {f"Kursk {n}" for n in range(document.dropped, 10_000) if n % 7 == 0}
    assert {hit.entry.title for hit in store.hits()} == expected
