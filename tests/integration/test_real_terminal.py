"""A person at a terminal: news comes in while they read, edit a rule and resize; hostile text stays text."""

from __future__ import annotations

import asyncio
import json
import os
import re
import unicodedata
from pathlib import Path

import pytest

from newswatch.testing.documents import Item, rss
from newswatch.testing.server import FeedServer, Reply
from tests.integration.conftest import RULES, write_opml
from tests.integration.terminal import opened

pytestmark = [
    pytest.mark.terminal,
    pytest.mark.skipif(not hasattr(os, "openpty"), reason="a pseudo-terminal is POSIX"),
]

SIZES = [(80, 24), (120, 40), (200, 50)]
CLIPBOARD = "\x1b]52;c;SGVsbG8=\x07"
HOSTILE = f"{CLIPBOARD}\x1b[2J\x9b31m\u202eevil [@click=app.quit]quit[/] [/nope] [bold red]"
ESC_TEXT = "]52;c;SGVsbG8="


def news(number: int) -> Item:
    return Item(
        f"North Korean troops, report {number}", f"https://dnipro-wire.example/{number}", summary=f"Text {number}."
    )


def hostile_feed() -> Reply:
    """Hostile text in every field that a JSON Feed has."""
    items = [
        {
            "id": f"{number}{HOSTILE}",
            "url": f"https://evil.example/{number}{HOSTILE}",
            "title": f"North Korean troops {number} {HOSTILE}",
            "summary": HOSTILE,
            "content_html": f"<p>{HOSTILE}</p><script>alert(1)</script>",
            "authors": [{"name": HOSTILE}],
            "tags": [HOSTILE],
            "language": HOSTILE,
        }
        for number in range(3)
    ]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": HOSTILE, "items": items}
    return Reply.feed(json.dumps(feed), content_type="application/feed+json")


def ready(home: Path, *addresses: str) -> None:
    write_opml(home / "feeds.opml", addresses, 'nw:interval="1s"')
    (home / "rules.toml").write_text(RULES, "utf-8")
    (home / "settings.toml").write_text("", "utf-8")


def places(screen: str) -> list[tuple[int, int]]:
    """Where on the screen the two headlines stand, wherever they do."""
    return [
        (row, line.index(f"report {number}"))
        for row, line in enumerate(screen.splitlines())
        for number in (1, 2)
        if f"report {number}" in line
    ]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_news_that_comes_while_a_person_reads_waits_above_and_moves_nothing(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with FeedServer() as server:
        server.answer("/rss", Reply.feed(rss("Dnipro Wire", [news(1), news(2)])))
        ready(tmp_path, server.url("/rss"))
        async with opened(tmp_path, size) as terminal:
            await terminal.until("report 2")
            assert "LIVE" in terminal.text
            assert "feeds 1/1" in terminal.text
            terminal.press("j")
            before = places(await terminal.until("2/2"))
            server.answer("/rss", Reply.feed(rss("Dnipro Wire", [news(3), news(1), news(2)])))
            assert places(await terminal.until("1 newer")) == before
            assert "report 3" not in terminal.text
            terminal.press(".")
            await terminal.until("report 3")
            terminal.press("\r")
            await terminal.until("Text 3.")
            terminal.resize(10, 3)
            terminal.resize(*size)
            terminal.press("\x1b")
            await terminal.until("report 1")
            terminal.press("q")
            assert await terminal.ended() == 0
        assert b"\x1b[?1049l" in terminal.raw


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_hostile_text_in_every_field_reaches_no_terminal(tmp_path: Path, size: tuple[int, int]) -> None:
    async with FeedServer() as server:
        server.answer("/evil", hostile_feed())
        ready(tmp_path, server.url("/evil"))
        async with opened(tmp_path, size) as terminal:
            await terminal.until("[2J31mevil")
            terminal.press("\r")
            await terminal.until_gone("headline")
            for keys, seen in (("\x1b", "headline"), ("4", "check now"), ("3", "on/off"), ("1", "headline")):
                terminal.press(keys)
                await terminal.until(seen)
            terminal.press("q")
            assert await terminal.ended() == 0
        said = terminal.raw.decode("utf-8")
        assert f"\x1b{ESC_TEXT}" not in said
        assert not {unicodedata.name(letter, hex(ord(letter))) for letter in said if letter in "\u202e\x9b\x90\x9d"}


async def test_a_rule_is_written_refused_mended_and_acts_at_once(tmp_path: Path) -> None:
    async with FeedServer() as server:
        grain = Item("Grain talks land a deal", "https://dnipro-wire.example/grain")
        server.answer("/rss", Reply.feed(rss("Dnipro Wire", [grain])))
        ready(tmp_path, server.url("/rss"))
        async with opened(tmp_path, (120, 40)) as terminal:
            await terminal.until("feeds 1/1")
            terminal.press("3")
            await terminal.until("North Korean troops")
            terminal.press("n")
            await terminal.until("Query")
            terminal.press("grain talks AND")
            await terminal.until("grain talks AND")
            terminal.press("\x13")
            await terminal.until("not saved, the query has a mistake")
            terminal.press("L")  # the cursor stands at the mistake
            await terminal.until("1 hit in 1 story")
            terminal.press("\x13")
            await terminal.until("rule-change")
            terminal.press("1")
            await terminal.until("Grain talks land a deal")
            terminal.press("q")
            assert await terminal.ended() == 0
        assert 'query = "grain talks LAND"' in (tmp_path / "rules.toml").read_text("utf-8").replace("'", '"')


SEQUENCE = re.compile(
    "\x1b(?:"
    "\\[[0-?]*[ -/]*[@-~]"  # CSI
    "|\\](\\d*)[^\x07\x1b]*(?:\x07|\x1b\\\\)"  # OSC
    "|[PX^_][^\x1b]*\x1b\\\\"  # DCS, SOS, PM, APC
    "|[^\\[\\]PX^_])"
)


def kinds(said: str) -> set[str]:
    """The kinds of control sequences: of CSI the last letter, of OSC the number, of others the whole."""
    found = set()
    for sequence in SEQUENCE.finditer(said):
        whole = sequence[0]
        found.add(f"CSI {whole[-1]}" if whole[1] == "[" else f"OSC {sequence[1]}" if whole[1] == "]" else whole)
    return found


async def walked(home: Path, seen: str) -> str:
    """All that comes out while a person goes through every screen."""
    async with opened(home, (120, 40)) as terminal:
        await terminal.until(seen)
        terminal.press("\r")
        await terminal.until_gone("headline")
        terminal.press("\x1b")
        await terminal.until("headline")
        for keys, shown in (("w", "esc close"), ("H", "since you left"), (":", "esc close"), ("?", "esc close")):
            terminal.press(keys)
            await terminal.until(shown)
            terminal.press("\x1b")  # and wait: with the next key at once it would be another one
            await terminal.until_gone(shown)
        for keys, shown in (
            ("4", "check now"),
            ("3", "on/off"),
            ("5", "[5] Pulse"),
            ("2", "[2] Stream"),
            ("6", "Search"),
        ):
            terminal.press(keys)
            await terminal.until(shown)
        terminal.press("\x03")  # letters are typed in Search
        assert await terminal.ended() == 0
    return terminal.raw.decode("utf-8")


async def test_of_hostile_feeds_nothing_comes_out_that_a_clean_run_does_not_send(tmp_path: Path) -> None:
    async with FeedServer() as server:
        clean = json.loads(hostile_feed().body.decode())
        clean["title"] = "Dnipro Wire"
        for number, item in enumerate(clean["items"]):
            item.update(
                id=str(number),
                url=f"https://dnipro-wire.example/{number}",
                title=f"North Korean troops {number}",
                summary="A summary.",
                content_html="<p>A text.</p>",
                authors=[{"name": "Mina"}],
                tags=["tag"],
                language="en",
            )
        server.answer("/clean", Reply.feed(json.dumps(clean), content_type="application/feed+json"))
        server.answer("/evil", hostile_feed())
        said = {}
        for name, seen in (("clean", "North Korean troops 2"), ("evil", "[2J31mevil")):
            home = tmp_path / name
            home.mkdir()
            ready(home, server.url(f"/{name}"))
            said[name] = await walked(home, seen)
    assert kinds(said["evil"]) <= kinds(said["clean"])
    for one in said.values():
        text = SEQUENCE.sub("", one)
        assert not {hex(ord(letter)) for letter in text if unicodedata.category(letter) == "Cc"} - {"0xd", "0xa", "0x7"}
        assert "\u202e" not in one


async def test_a_person_works_through_a_stream_of_news_and_then_the_terminal_is_gone(tmp_path: Path) -> None:
    async with FeedServer() as server:
        told = [news(1), news(2)]
        server.answer("/rss", Reply.feed(rss("Dnipro Wire", told)))
        ready(tmp_path, server.url("/rss"))
        async with opened(tmp_path, (100, 30)) as terminal:
            await terminal.until("report 2")
            for number in range(3, 9):
                told.insert(0, news(number))
                server.answer("/rss", Reply.feed(rss("Dnipro Wire", told)))
                if number == 4:
                    terminal.press("ja")  # reads on, and acks
                    await terminal.until("2/")
                elif number == 6:
                    terminal.press("e")
                    await terminal.until("Query")
                    terminal.press("\x1b[F OR grain\x13")
                    await terminal.until_gone("Query")
                elif number == 7:
                    terminal.resize(10, 3)
                    terminal.press("jk")
                    terminal.resize(100, 30)
                    await terminal.until("LIVE")
                await asyncio.sleep(1.1)  # the feed is asked once a second: this is the world's time, not ours
            terminal.press(".")
            await terminal.until("report 8")
            terminal.close()
            assert await terminal.ended() == 129
        assert "OR grain" in (tmp_path / "rules.toml").read_text("utf-8")
        async with opened(tmp_path, (100, 30)) as terminal:
            await terminal.until("report 8")
            await terminal.until("report 1")
            terminal.press("q")
            await terminal.until("still new")
            terminal.press("\r")
            assert await terminal.ended() == 0
