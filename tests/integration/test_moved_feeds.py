"""Feeds that move for good, on real sockets and a real file; only the clock is turned by hand."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from newswatch.engine.local import LocalEngine
from newswatch.engine.moving import (
    AGAIN_AFTER_S,
    MOVED,
    NOT_MOVED,
    TOLD_FOR_S,
    Move,
    Verdict,
    may_replace,
    verdict,
    write_moves,
)
from newswatch.feeds.opml import load_feeds
from newswatch.model.feed import FeedStatus, feed_id
from newswatch.model.view import View
from newswatch.testing import build
from newswatch.testing.documents import Item, rss
from newswatch.testing.server import FeedServer, Reply
from tests.integration.conftest import HANG_S, World, until

OLD = Item("North Korean troops train far away", "https://dnipro-wire.example/1")
NEW = Item("North Korean troops seen in Kursk", "https://dnipro-wire.example/2")
FEED = rss("Dnipro Wire", [OLD])

LINE = """<opml version="2.0" xmlns:other="urn:other">
  <head><title>Desk</title></head>
  <body>
    <!-- wires first -->
    <outline text="Wires">
      <outline type="rss" text="Dnipro" xmlUrl='{url}' other:colour='red'  language="uk"/><!-- best -->
    </outline>
  </body>
</opml>
"""


def is_idle(view: View) -> bool:
    return bool(view.feeds) and all(
        health.status is FeedStatus.OK and not health.is_checking for health in view.feeds.values()
    )


async def check(world: World, engine: LocalEngine, times: int = 1) -> View:
    """Has every feed checked so many times more."""
    for _ in range(times):
        await world.clock.advance(1)
        now = world.clock.now()

        def is_done(view: View, since: datetime = now) -> bool:
            return is_idle(view) and all(h.state.last_checked_at == since for h in view.feeds.values())

        await engine.check_feeds()
        await until(engine, is_done)
    return engine.snapshot()


async def in_file(path: Path, holds: Callable[[str], bool]) -> str:
    """Waits until feeds.opml is as wanted."""
    async with asyncio.timeout(HANG_S):
        while not holds(text := await asyncio.to_thread(path.read_text, "utf-8")):  # noqa: ASYNC110 - no event tells it
            await asyncio.sleep(0.01)
    return text


async def test_a_feed_that_moved_for_good_gets_its_new_address_and_keeps_its_history(world: World) -> None:
    async with FeedServer() as server:
        server.answer("/old", Reply.redirect("/new"))
        server.answer("/new", Reply.feed(FEED))
        old, new = server.url("/old"), server.url("/new")
        world.home.feeds.write_text(LINE.format(url=old), "utf-8")
        async with world.running() as engine:
            first = await until(engine, is_idle)
            await check(world, engine)
            assert await asyncio.to_thread(world.home.feeds.read_text, "utf-8") == LINE.format(url=old)
            await check(world, engine)
            view = await until(engine, lambda view: MOVED in view.notices)
            assert new in view.notices[MOVED].text
            assert "Dnipro" in view.notices[MOVED].text
            written = await asyncio.to_thread(world.home.feeds.read_text, "utf-8")
            assert written == LINE.format(url=old).replace(f"'{old}'", f'"{new}"').replace(
                'xmlns:other="urn:other"', 'xmlns:other="urn:other" xmlns:nw="urn:newswatch:opml:1"'
            ).replace('"uk"/>', f'"uk" nw:first-address="{old}"/>')
            (health,) = view.feeds.values()
            assert (health.feed.id, health.feed.url) == (feed_id(old), new)
            assert (health.state.moved_to, health.state.moved_answers) == (None, 0)

            server.answer("/new", Reply.feed(rss("Dnipro Wire", [NEW, OLD])))
            view = await check(world, engine, 2)
            assert [story.lead.entry.title for story in view.stories] == [NEW.title, OLD.title]
            assert view.totals.entries == 2
            assert len(server.requests_for("/old")) == 3
            assert [story.id for story in view.stories][1:] == [story.id for story in first.stories]
            assert await asyncio.to_thread(world.home.feeds.read_text, "utf-8") == written
        assert server.requests_for("/new")[-1].headers.get("if-none-match")

        async with world.running() as engine:
            view = await until(engine, lambda view: bool(view.feeds) and is_idle(view))
            assert view.totals.entries == 2
            assert MOVED not in view.notices
            await check(world, engine, 2)
            assert len(server.requests_for("/old")) == 3


@pytest.mark.parametrize("status", [302, 303, 307])
async def test_a_redirect_for_now_is_followed_and_never_written(world: World, status: int) -> None:
    async with FeedServer() as server:
        server.answer("/old", Reply.redirect("/new", status))
        server.answer("/new", Reply.feed(FEED))
        world.home.feeds.write_text(text := LINE.format(url=server.url("/old")), "utf-8")
        async with world.running() as engine:
            await until(engine, is_idle)
            await check(world, engine, 5)
            assert len(server.requests_for("/old")) == 6
            assert MOVED not in engine.snapshot().notices
        assert world.home.feeds.read_text("utf-8") == text


async def test_308_counts_like_301_and_answers_that_differ_start_again(world: World) -> None:
    async with FeedServer() as server:
        server.answer("/old", [*[Reply.redirect("/a", 308)] * 2, *[Reply.redirect("/b", 301)] * 9])
        server.answer("/a", Reply.feed(FEED))
        server.answer("/b", Reply.feed(FEED))
        world.home.feeds.write_text(LINE.format(url=server.url("/old")), "utf-8")
        async with world.running() as engine:
            await until(engine, is_idle)
            await check(world, engine, 3)
            assert MOVED not in engine.snapshot().notices
            await check(world, engine)
            await until(engine, lambda view: MOVED in view.notices)
            assert server.url("/b") in await in_file(world.home.feeds, lambda text: "/b" in text)


async def test_what_a_person_writes_at_the_same_time_is_kept(world: World) -> None:
    async with FeedServer() as server:
        server.answer("/old", Reply.redirect("/new"))
        server.answer("/new", Reply.feed(FEED))
        server.answer("/other", Reply.feed(rss("Harbour", [NEW])))
        world.home.feeds.write_text(text := LINE.format(url=server.url("/old")), "utf-8")
        async with world.running() as engine:
            await until(engine, is_idle)
            await check(world, engine)
            # The edit is on disk, and is adopted by the reload however the two fall out.
            more = f'<outline text="Harbour" xmlUrl="{server.url("/other")}"/></body>'
            world.home.feeds.write_text(text.replace("</body>", more), "utf-8")
            (moving,) = engine.snapshot().feeds
            await world.clock.advance(1)
            await engine.check_feeds([moving])
            await in_file(world.home.feeds, lambda text: "/new" in text and "Harbour" in text)
            view = await until(engine, lambda view: len(view.feeds) == 2 and is_idle(view))
            assert view.feeds[moving].feed.url == server.url("/new")
            assert view.totals.entries == 2


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes to read-only files")
async def test_a_file_that_is_read_only_is_told_as_a_person_sees_it(world: World) -> None:
    await moves_into_a_file_that_cannot_be_written(world, lambda: world.home.feeds.chmod(0o400))


async def test_a_file_that_cannot_be_written_is_told_and_polling_goes_on_at_the_new_address(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    def fill_disk() -> None:
        monkeypatch.setattr("newswatch.atomic.write_atomically", refuse)

    await moves_into_a_file_that_cannot_be_written(world, fill_disk, monkeypatch.undo)


async def moves_into_a_file_that_cannot_be_written(
    world: World, spoil: Callable[[], object], mend: Callable[[], object] | None = None
) -> None:
    async with FeedServer() as server:
        server.answer("/old", Reply.redirect("/new"))
        server.answer("/new", Reply.feed(FEED))
        world.home.feeds.write_text(text := LINE.format(url=server.url("/old")), "utf-8")
        async with world.running() as engine:
            await until(engine, is_idle)
            await check(world, engine)
            spoil()
            await check(world, engine)
            view = await until(engine, lambda view: NOT_MOVED in view.notices)
            assert "could not be changed" in view.notices[NOT_MOVED].text
            assert await asyncio.to_thread(world.home.feeds.read_text, "utf-8") == text
            await check(world, engine, 2)
            assert len(server.requests_for("/old")) == 3
            assert len(server.requests_for("/new")) == 5
            if mend is not None:
                mend()
                await world.clock.advance(AGAIN_AFTER_S)
                await check(world, engine)
                view = await until(engine, lambda view: MOVED in view.notices)
                assert NOT_MOVED not in view.notices
                assert server.url("/new") in await asyncio.to_thread(world.home.feeds.read_text, "utf-8")


async def test_a_move_to_a_private_address_elsewhere_is_not_believed(world: World) -> None:
    async with FeedServer() as server, FeedServer() as neighbour:
        server.answer("/old", Reply.redirect(neighbour.url("/new")))
        neighbour.answer("/new", Reply.feed(FEED))
        world.home.feeds.write_text(text := LINE.format(url=server.url("/old")), "utf-8")
        async with world.running() as engine:
            await until(engine, lambda view: any(h.status is FeedStatus.FAILING for h in view.feeds.values()))
            for _ in range(4):
                await world.clock.advance(30_000)
            assert neighbour.connections == 0
        assert world.home.feeds.read_text("utf-8") == text


async def test_a_feed_that_moves_to_where_another_one_is_stays_and_that_is_told(world: World) -> None:
    async with FeedServer() as server:
        server.answer("/old", Reply.redirect("/new"))
        server.answer("/new", Reply.feed(FEED))
        world.feeds(server.url("/old"), server.url("/new"))
        text = world.home.feeds.read_text("utf-8")
        async with world.running() as engine:
            await until(engine, is_idle)
            await check(world, engine, 2)
            view = await until(engine, lambda view: MOVED in view.notices)
            assert "which you have already as Feed 2" in view.notices[MOVED].text
        assert world.home.feeds.read_text("utf-8") == text


async def test_a_moved_notice_goes_after_an_hour(world: World) -> None:
    async with FeedServer() as server:
        server.answer("/old", Reply.redirect("/new"))
        server.answer("/new", Reply.feed(FEED))
        world.home.feeds.write_text(LINE.format(url=server.url("/old")), "utf-8")
        async with world.running() as engine:
            await until(engine, is_idle)
            await check(world, engine, 2)
            await until(engine, lambda view: MOVED in view.notices)
            await world.clock.advance(TOLD_FOR_S)
            await check(world, engine)
            await until(engine, lambda view: MOVED not in view.notices)


async def test_a_rule_for_the_old_address_goes_on_for_the_feed_that_moved(world: World) -> None:
    async with FeedServer() as server:
        server.answer("/old", Reply.redirect("/new"))
        server.answer("/new", Reply.feed(FEED))
        world.home.rules.write_text(
            f'version = 1\n[[rule]]\nid = "x"\nquery = "North Korean troops"\nfeeds = ["{server.url("/old")}"]\n',
            "utf-8",
        )
        world.home.feeds.write_text(LINE.format(url=server.url("/old")), "utf-8")
        async with world.running() as engine:
            await until(engine, is_idle)
            await check(world, engine, 2)
            await until(engine, lambda view: MOVED in view.notices)
            server.answer("/new", Reply.feed(rss("Dnipro Wire", [NEW, OLD])))
            await check(world, engine)
            view = await until(engine, lambda view: len(view.stories) == 2)
            assert view.stories[0].lead.entry.title == NEW.title


# Decided without a network.


def state_of(feed_url: str, moved_to: str | None, answers: int = 3) -> Verdict:
    feed = build.feed(feed_url)
    state = build.feed_state(feed, moved_to=moved_to, moved_answers=answers)
    return verdict(feed, state, [feed, build.feed("https://taken.example/rss/", name="Taken")])


@pytest.mark.parametrize(
    ("moved_to", "answers", "expected"),
    [
        (None, 0, Verdict.STAYS),
        ("https://new.example/", 2, Verdict.STAYS),
        ("https://new.example/", 3, Verdict.MOVES),
        ("https://dnipro-wire.example/rss.xml", 3, Verdict.ARRIVED),
        ("http://new.example/", 3, Verdict.UNFIT),
        ("https://127.0.0.1/", 3, Verdict.UNFIT),
        ("https://printer.local/", 3, Verdict.UNFIT),
        ("https://[::ffff:10.0.0.1]/", 3, Verdict.UNFIT),
        ("ftp://new.example/", 3, Verdict.UNFIT),
        ("https://new.example:99999/", 3, Verdict.UNFIT),
        ("http://taken.example/rss", 3, Verdict.UNFIT),
        ("https://taken.example/rss", 3, Verdict.TAKEN),
    ],
)
def test_where_answers_point_is_believed_after_three_and_within_reason(
    moved_to: str | None, answers: int, expected: Verdict
) -> None:
    assert state_of("https://dnipro-wire.example/rss.xml", moved_to, answers) is expected


def test_a_private_feed_may_move_on_its_own_server_only() -> None:
    assert may_replace("http://192.168.1.5:8080/a", "http://192.168.1.5:8080/b")
    assert not may_replace("http://192.168.1.5:8080/a", "http://192.168.1.5:8081/b")
    assert not may_replace("http://192.168.1.5/a", "http://192.168.1.6/a")


def test_the_right_to_a_private_address_stays_behind(tmp_path: Path) -> None:
    """A name that a stranger chose could lead into the private network tomorrow."""
    path = tmp_path / "feeds.opml"
    old, new, same = "https://old.example/rss", "https://new.example/rss", "https://old.example/atom"
    for to, is_allowed in ((new, False), (same, True)):
        path.write_text(f'<opml><body><outline xmlUrl="{old}"/></body></opml>', "utf-8")
        (feed,) = write_moves(path, [Move(feed_id(old), "Old", old, to)])
        assert (feed.url, feed.allow_private, feed.earlier) == (to, is_allowed, (old,))
        assert load_feeds(path).feeds == (feed,)


def test_moves_are_written_together_and_what_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "feeds.opml"
    urls = [f"https://f{number}.example/" for number in range(5)]
    path.write_text("<opml><body>" + "".join(f'<outline xmlUrl="{url}"/>' for url in urls) + "</body></opml>", "utf-8")
    moves = [
        Move(feed_id(urls[0]), "0", urls[0], "https://n0.example/"),
        Move(feed_id(urls[1]), "1", "https://what-it-was.example/", "https://n1.example/"),
        Move(feed_id(urls[2]), "2", urls[2], urls[3]),
        Move(feed_id("https://gone.example/"), "9", "https://gone.example/", "https://n9.example/"),
        Move(feed_id(urls[4]), "4", urls[4], "https://n0.example/"),
    ]
    assert [feed.url for feed in write_moves(path, moves)] == ["https://n0.example/"]
    assert [feed.url for feed in load_feeds(path).feeds] == ["https://n0.example/", *urls[1:]]
