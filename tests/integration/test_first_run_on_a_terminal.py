"""The first run of the real program on a real pty, against a server on this machine."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from newswatch import starter
from newswatch.feeds.opml import load_feeds
from newswatch.match.rulefile import load_rulebook
from newswatch.testing.documents import Item, rss
from newswatch.testing.server import FeedServer, Reply
from tests.integration.terminal import opened

pytestmark = [
    pytest.mark.terminal,
    pytest.mark.skipif(not hasattr(os, "openpty"), reason="a pseudo-terminal is POSIX"),
]

TROOPS = Item("North Korean troops seen in Kursk", "https://harbour.example/1")
GRAIN = Item("Grain talks resume", "https://harbour.example/2")


async def test_two_answers_make_a_home_and_the_first_fetch_is_backlog(tmp_path: Path) -> None:
    home = tmp_path / "new" / "home"
    async with FeedServer() as server:
        server.answer("/rss", Reply.feed(rss("Harbour News", [TROOPS, GRAIN])))
        async with opened(home, (80, 24)) as terminal:
            await terminal.until("Watch for what?")
            terminal.press("North Korean troops")
            await terminal.until('"North Korean troops"')
            assert not home.exists()
            terminal.press("\r")
            await terminal.until("Read which feeds?")
            terminal.press("a\t" + server.url("/rss").removeprefix("http://") + "\r")
            await terminal.until("✓ Harbour News")
            assert not home.exists()
            terminal.press("\r")
            await terminal.until("2 entries read")
            shown = await terminal.until("1 of 1 feed answered")
            assert "1 matched your rules" in shown
            assert "rules.toml · feeds.opml" in shown
            terminal.press("\r")
            await terminal.until("LIVE")
            await terminal.until("North Korean troops seen in Kursk")
            assert "0 new" in terminal.text
            terminal.press("q")
            assert await terminal.ended() == 0
            said = terminal.raw.decode("utf-8", "replace")
    assert f"wrote your rules: {home / 'rules.toml'}" in said
    assert f"wrote your feeds: {home / 'feeds.opml'}" in said
    (rule,) = load_rulebook(home / "rules.toml").book.rules
    assert rule.text == '"North Korean troops"'
    assert [feed.name for feed in load_feeds(home / "feeds.opml").feeds] == ["Harbour News"]


async def test_quitting_between_the_questions_leaves_no_trace(tmp_path: Path) -> None:
    home = tmp_path / "home"
    async with opened(home, (58, 16)) as terminal:
        await terminal.until("Watch for what?")
        terminal.press("Hormuz\r")
        await terminal.until("Read which feeds?")
        terminal.press("q")
        assert await terminal.ended() == 0
        assert b"nothing was written" in terminal.raw
    assert not home.exists()


async def test_a_home_with_a_file_gets_what_it_lacks_without_a_question(tmp_path: Path) -> None:
    (tmp_path / "feeds.opml").write_text("<opml><body/></opml>", "utf-8")
    async with opened(tmp_path, (80, 24)) as terminal:
        await terminal.until("LIVE")
        terminal.press("q")
        assert await terminal.ended() == 0
    assert (tmp_path / "feeds.opml").read_text("utf-8") == "<opml><body/></opml>"
    assert (tmp_path / "rules.toml").read_bytes() == starter.rules_toml()
