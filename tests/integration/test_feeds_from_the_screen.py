"""What a person does to feeds.opml from a screen, on real sockets, a real file and a real engine."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import pytest

from newswatch.engine.api.feeds import FeedDraft, FeedEdits, Search
from newswatch.engine.follower import FollowingEngine
from newswatch.engine.local import LocalEngine
from newswatch.errors import FeedRefused, FeedsInvalid, NetworkDown, UsageError
from newswatch.feeds.opml import load_feeds
from newswatch.model.feed import FeedId, FeedStatus, feed_id
from newswatch.model.view import View
from newswatch.store.tiny import TinyStore
from newswatch.testing.documents import Item, rss
from newswatch.testing.server import FeedServer, Reply
from tests.failing_disk import QuickDisk
from tests.integration.conftest import HANG_S, World, until

FIRST = Item("North Korean troops seen in Kursk", "https://dnipro-wire.example/1")
FEED = rss("Dnipro Wire", [FIRST])
PAGE = """<html><head>
<link rel="alternate" type="application/rss+xml" href="/rss" title="Dnipro Wire">
<link rel="alternate" type="application/rss+xml" href="/sport" title="Sport">
<link rel="alternate" type="application/rss+xml" href="http://127.0.0.2:1/private" title="Router">
</head><body>A page</body></html>"""
HAND = """<opml version="2.0" xmlns:nw="urn:newswatch:opml:1"><body>
    <!-- the desk's own -->
    <outline text="Wires">
      <outline type="rss" text="Dnipro" xmlUrl='{url}' desk:colour="red" xmlns:desk="urn:desk"/> <!-- best -->
      <outline text="Other" xmlUrl="{other}" nw:paused="yes"/>
    </outline>
</body></opml>
"""


def is_checked(view: View, number: int = 1) -> bool:
    well = [health for health in view.feeds.values() if health.status is FeedStatus.OK and not health.is_checking]
    return len(well) >= number


def written(world: World) -> str:
    return world.home.feeds.read_text("utf-8")


async def searched(feeds: FeedEdits, typed: str) -> list[Search]:
    """All snapshots of a search."""
    async with asyncio.timeout(HANG_S), aclosing(feeds.discover(typed)) as snapshots:
        return [search async for search in snapshots]


async def test_the_feeds_of_a_page_are_found_added_and_asked_at_once(world: World) -> None:
    async with FeedServer() as server:
        server.answer("/", Reply(body=PAGE.encode(), headers={"Content-Type": "text/html"}))
        server.answer("/rss", Reply.feed(FEED))
        server.answer("/sport", Reply.feed(rss("Sport", [Item("A goal", "https://dnipro-wire.example/9")])))
        world.feeds()
        async with world.running() as engine:
            searches = await searched(engine.feeds, server.url("/"))
            so_far = [(search.asked, len(search.found)) for search in searches[:-1]]
            assert so_far == [(1, 0), (2, 0), (2, 1), (3, 1), (3, 2), (4, 2)]
            last = searches[-1]
            assert last.is_complete
            assert [candidate.title for candidate in last.found] == ["Dnipro Wire", "Sport"]  # and not the router
            assert last.found[0].newest == (FIRST.title,)
            wanted = replace(last.found[0].feed, folder=("Wires",))
            assert await engine.feeds.add([wanted]) == (wanted.id,)
            assert wanted.id in engine.snapshot().feeds
            view = await until(engine, is_checked)
            assert view.totals.entries == 1
            (again,) = (await searched(engine.feeds, server.url("/rss")))[-1].found
            assert again.known == "Dnipro Wire"
            assert await engine.feeds.add([again.feed]) == ()
    (feed,) = load_feeds(world.home.feeds).feeds
    assert (feed.url, feed.name, feed.folder) == (wanted.url, "Dnipro Wire", ("Wires",))


async def test_what_is_no_address_is_refused_and_what_does_not_answer_is_said(world: World) -> None:
    world.feeds()
    async with world.running() as engine:
        with pytest.raises(UsageError, match="only http and https"):
            await searched(engine.feeds, "file:///etc/passwd")
        last = (await searched(engine.feeds, "http://127.0.0.1:1/"))[-1]
        assert last.is_unreached
        assert last.failure


async def test_a_search_that_nobody_waits_for_ends(world: World) -> None:
    async with FeedServer() as server:
        server.answer("/", Reply.never())
        world.feeds()
        async with (
            world.running() as engine,
            asyncio.timeout(HANG_S),
            aclosing(engine.feeds.discover(server.url("/"))) as snapshots,
        ):
            assert (await anext(snapshots)).asked == 1


async def test_a_line_that_is_removed_comes_back_byte_for_byte_and_its_history_was_never_gone(world: World) -> None:
    async with FeedServer() as server:
        server.answer("/rss", Reply.feed(FEED))
        world.home.feeds.write_text(HAND.format(url=server.url("/rss"), other=server.url("/other")), "utf-8")
        before = written(world)
        feed = feed_id(server.url("/rss"))
        async with world.running() as engine:
            await until(engine, is_checked)
            await engine.feeds.remove([feed])
            assert feed not in engine.snapshot().feeds
            assert "Dnipro" not in written(world)
            assert engine.snapshot().totals.entries == 1
            await engine.feeds.put_back(feed)
            assert written(world) == before
            assert engine.snapshot().feeds[feed].entries == 1
            with pytest.raises(FeedRefused, match="not known any more"):
                await engine.feeds.put_back(feed)


async def test_feeds_that_left_in_one_edit_come_back_in_one_and_keep_their_history(world: World) -> None:
    async with FeedServer() as server:
        for name in "abc":
            server.answer(f"/{name}", Reply.feed(FEED))
        world.feeds(*(server.url(f"/{name}") for name in "abc"))
        before = written(world)
        feeds = [feed_id(server.url(f"/{name}")) for name in "ac"]
        async with world.running() as engine:
            await until(engine, lambda view: is_checked(view, 3))
            await engine.feeds.remove([*feeds, FeedId("nobody")])
            assert [feed.url for feed in load_feeds(world.home.feeds).feeds] == [server.url("/b")]
            assert set(engine.snapshot().feeds) == {feed_id(server.url("/b"))}
            await engine.feeds.put_back(feeds[1])
            assert written(world) == before
            assert [engine.snapshot().feeds[feed].entries for feed in feeds] == [1, 1]
            assert [health.label for health in engine.snapshot().feeds.values()] == ["Feed 1", "Feed 2", "Feed 3"]


async def test_feeds_stand_as_in_the_file_whatever_was_done_to_it(world: World) -> None:
    world.feeds(*(f"http://127.0.0.1:1/{name}" for name in "abc"))

    def order(view: View) -> list[str]:
        return [health.feed.url[-1] for health in view.feeds.values()]

    async with world.running() as engine:
        await until(engine, lambda view: order(view) == ["a", "b", "c"])
        await engine.feeds.remove([feed_id("http://127.0.0.1:1/a")])
        await engine.feeds.put_back(feed_id("http://127.0.0.1:1/a"))
        assert order(engine.snapshot()) == ["a", "b", "c"]
        world.feeds(*(f"http://127.0.0.1:1/{name}" for name in "cadb"))
        await until(engine, lambda view: order(view) == ["c", "a", "d", "b"])


async def test_a_feed_that_is_removed_while_it_is_checked_leaves_nothing_behind(world: World) -> None:
    async with FeedServer() as server:
        gate = asyncio.Event()
        server.answer("/slow", replace(Reply.feed(FEED), hold=gate))
        world.feeds(server.url("/slow"), "http://127.0.0.1:1/other")
        feed = feed_id(server.url("/slow"))
        async with world.running() as engine:
            await server.request(1)
            await engine.feeds.remove([feed])
            gate.set()
            await until(engine, lambda view: feed not in view.feeds)
            await world.clock.advance(1)
            assert engine.snapshot().totals.entries == 0
            await engine.feeds.put_back(feed)
            view = await until(engine, is_checked)
            assert view.totals.entries == 1


async def test_a_feed_that_was_removed_before_a_restart_is_added_again_with_its_history(world: World) -> None:
    async with FeedServer() as server:
        server.answer("/rss", Reply.feed(FEED))
        world.feeds(server.url("/rss"), "http://127.0.0.1:1/other")
        feed = feed_id(server.url("/rss"))
        async with world.running() as engine:
            await until(engine, is_checked)
            line = engine.snapshot().feeds[feed].feed
            await engine.feeds.remove([feed])
        async with world.running() as engine:
            await until(engine, lambda view: len(view.feeds) == 1)
            with pytest.raises(FeedRefused, match="its history is still there"):
                await engine.feeds.put_back(feed)
            await engine.feeds.add([line])
            view = await until(engine, lambda view: is_checked(view) and view.feeds[feed].entries == 1)
            assert view.totals.entries == 1


async def test_the_last_feed_can_be_removed_and_put_back(world: World) -> None:
    async with FeedServer() as server:
        server.answer("/rss", Reply.feed(FEED))
        world.feeds(server.url("/rss"))
        feed = feed_id(server.url("/rss"))
        async with world.running() as engine:
            await until(engine, is_checked)
            await engine.feeds.remove([feed])
            assert not engine.snapshot().feeds
            await engine.feeds.put_back(feed)
            assert feed in engine.snapshot().feeds


async def test_a_new_address_takes_the_history_along_and_is_asked(world: World) -> None:
    async with FeedServer() as server:
        server.answer("/rss", Reply.feed(FEED))
        server.answer("/new", Reply.feed(FEED))
        world.home.feeds.write_text(HAND.format(url=server.url("/rss"), other=server.url("/other")), "utf-8")
        feed = feed_id(server.url("/rss"))
        async with world.running() as engine:
            await until(engine, is_checked)
            draft = FeedDraft(name="Dnipro", folder=("Ukraine",), address=server.url("/new"))
            assert await engine.feeds.change(feed, draft) == feed
            await server.request(2)
            view = await until(engine, is_checked)
            assert (view.feeds[feed].entries, view.totals.entries) == (1, 1)
            assert view.feeds[feed].feed.folder == ("Ukraine",)
            assert len(server.requests_for("/new")) == 1
            other = await engine.feeds.change(feed, replace(draft, address=server.url("/rss"), keeps_history=False))
            assert other == feed  # the first address again: it is the same feed
    assert 'desk:colour="red"' in written(world)


async def test_pausing_many_is_one_edit_and_a_paused_feed_is_not_asked(world: World) -> None:
    async with FeedServer() as server:
        server.answer("/a", Reply.feed(FEED))
        server.answer("/b", Reply.feed(FEED))
        world.feeds(server.url("/a"), server.url("/b"))
        async with world.running() as engine:
            view = await until(engine, lambda view: is_checked(view, 2))
            await engine.feeds.set_paused(list(view.feeds), paused=True)
            asked = len(server.requests)
            await world.clock.advance(7 * 3600)
            assert len(server.requests) == asked
            assert {health.status for health in engine.snapshot().feeds.values()} == {FeedStatus.PAUSED}


async def test_a_move_is_accepted_at_once_and_never_to_a_private_place(world: World) -> None:
    async with FeedServer() as server:
        server.answer("/old", Reply.redirect(server.url("/rss")))
        server.answer("/rss", Reply.feed(FEED))
        world.feeds(server.url("/old"))
        feed = feed_id(server.url("/old"))
        async with world.running() as engine:
            await until(engine, lambda view: is_checked(view) and view.feeds[feed].state.moved_answers == 1)
            assert await engine.feeds.accept_move(feed) == server.url("/rss")
            health = engine.snapshot().feeds[feed]
            assert (health.feed.url, health.state.moved_to, health.entries) == (server.url("/rss"), None, 1)
            with pytest.raises(FeedRefused, match="names no other address"):
                await engine.feeds.accept_move(feed)
            (line,) = load_feeds(world.home.feeds).feeds
            assert (line.id, line.url) == (feed, server.url("/rss"))
            session = engine._open.now
            assert session is not None
            for private in ("http://127.0.0.2/rss", "http://192.168.1.1/rss"):
                state = replace(session.core.roster.state(feed), moved_to=private, moved_answers=9)
                session.core.roster.put_state(state, is_saved=False)
                with pytest.raises(FeedRefused, match="a server's word is not enough"):
                    await engine.feeds.accept_move(feed)


async def test_a_list_is_read_without_fetching_or_running_what_it_names(world: World, tmp_path: Path) -> None:
    listed = tmp_path / "theirs.opml"
    listed.write_text(
        '<opml><body><outline text="Sea"><outline text="One" xmlUrl="https://one.example/rss"/></outline>'
        '<outline xmlUrl="exec:rm"/><outline xmlUrl="http://127.0.0.1:1/"/></body></opml>',
        "utf-8",
    )
    world.feeds()
    before = written(world)
    async with world.running() as engine:
        found = await engine.feeds.read_list(str(listed))
        assert [(feed.name, feed.folder) for feed in found.fresh] == [("One", ("Sea",))]
        assert len(found.skipped) == 2
        assert written(world) == before
        with pytest.raises(UsageError, match="cannot be read"):
            await engine.feeds.read_list(str(tmp_path / "none.opml"))
        with pytest.raises(NetworkDown):
            await engine.feeds.read_list("http://127.0.0.1:1/list.opml")


async def test_a_broken_file_refuses_every_edit_with_its_place_and_keeps_its_bytes(world: World) -> None:
    async with FeedServer() as server:
        server.answer("/rss", Reply.feed(FEED))
        world.feeds(server.url("/rss"))
        feed = feed_id(server.url("/rss"))
        async with world.running() as engine:
            await until(engine, is_checked)
            world.home.feeds.write_text("<opml><body>\n<outline", "utf-8")
            for verb in (
                engine.feeds.remove([feed]),
                engine.feeds.set_paused([feed], paused=True),
                engine.feeds.change(feed, FeedDraft(name="x")),
            ):
                with pytest.raises(FeedsInvalid, match=r"feeds\.opml:2:"):
                    await verb
            assert written(world) == "<opml><body>\n<outline"
            assert feed in engine.snapshot().feeds


async def test_edits_that_come_together_all_reach_the_file(world: World) -> None:
    world.feeds(*(f"http://127.0.0.1:1/{number}" for number in range(12)))
    feeds = [feed.id for feed in load_feeds(world.home.feeds).feeds]

    async def edit(engine: LocalEngine, number: int, feed: FeedId) -> None:
        if number % 2:
            await engine.feeds.remove([feed])
        else:
            await engine.feeds.change(feed, FeedDraft(name=f"Renamed {number}"))

    async with world.running() as engine:
        await until(engine, lambda view: len(view.feeds) == 12)
        await asyncio.gather(*(edit(engine, number, feed) for number, feed in enumerate(feeds)))
        assert sorted(health.label for health in engine.snapshot().feeds.values()) == sorted(
            f"Renamed {number}" for number in range(0, 12, 2)
        )
    assert len(load_feeds(world.home.feeds).feeds) == 6


async def test_a_follower_edits_the_file_and_shows_it_at_once(world: World) -> None:
    world.feeds("http://127.0.0.1:1/a", "http://127.0.0.1:1/b")
    writer = TinyStore.open(world.home.data, disk=QuickDisk())
    engine = FollowingEngine(world.home, clock=world.clock)
    life = asyncio.ensure_future(engine.run())
    try:
        feed = feed_id("http://127.0.0.1:1/a")
        await engine.feeds.set_paused([feed], paused=True)
        assert engine.snapshot().feeds[feed].status is FeedStatus.PAUSED
        await engine.feeds.remove([feed])
        assert feed not in engine.snapshot().feeds
        await engine.feeds.put_back(feed)
        assert load_feeds(world.home.feeds).feeds[0].is_paused
    finally:
        await engine.quit()
        async with asyncio.timeout(HANG_S):
            await life
        writer.close()
