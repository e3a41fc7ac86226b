"""What polling does when servers and clocks misbehave: the whole engine on real sockets, the clock turned by hand."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from email.utils import format_datetime
from itertools import pairwise

import pytest

from newswatch.engine.local import LocalEngine
from newswatch.engine.poller import TICK_S
from newswatch.model.feed import FeedHealth, FeedStatus
from newswatch.model.view import View
from newswatch.testing import build
from newswatch.testing.documents import Item, rss
from newswatch.testing.server import FeedServer, Recorded, Reply
from tests.integration.conftest import World, until

OLD = Item("Grain talks resume", "https://dnipro-wire.example/1")
NEW = Item("North Korean troops seen in Kursk", "https://dnipro-wire.example/2")
HOUR_S = 3600.0


def only(view: View) -> FeedHealth:
    (health,) = view.feeds.values()
    return health


def is_settled(status: FeedStatus) -> Callable[[View], bool]:
    """Whether there are feeds, and each has this status and is not being checked."""
    return lambda view: {(health.status, health.is_checking) for health in view.feeds.values()} == {(status, False)}


async def next_check(engine: LocalEngine, world: World) -> View:
    """Turns the clock to the only feed's next check, at least to the next tick, and waits until that is settled."""
    due_at = only(engine.snapshot()).state.next_check_at
    assert due_at is not None
    await world.clock.advance(max((due_at - world.clock.now()).total_seconds() + 0.01, TICK_S))
    return await until(engine, lambda view: (at := only(view).state.last_checked_at) is not None and at >= due_at)


def journal(world: World) -> bytes:
    """What is on disk."""
    return (world.home.data / "history.journal").read_bytes()


# Servers that fail.


async def test_a_server_that_resets_every_connection_is_tried_six_times_in_an_hour_at_most(world: World) -> None:
    async with FeedServer() as server:
        server.answer("/rss", Reply.reset())
        world.feeds(server.url("/rss"))
        async with world.running() as engine:
            view = await until(engine, is_settled(FeedStatus.FAILING))
            assert "connection" in only(view).state.last_error
            gaps = []
            while (state := only(engine.snapshot()).state).failures < 8:
                assert state.next_check_at is not None
                assert state.last_checked_at is not None
                gaps.append((state.next_check_at - state.last_checked_at).total_seconds())
                await next_check(engine, world)
            assert sum(sum(gaps[:tries]) < HOUR_S for tries in range(len(gaps))) <= 6
            assert all(later > earlier for earlier, later in pairwise(gaps) if later < 5 * HOUR_S)
            assert max(gaps) <= 6 * HOUR_S


async def test_a_feed_that_failed_for_weeks_is_never_given_up_and_recovers(world: World) -> None:
    async with FeedServer() as server:
        server.answer("/rss", Reply(status=500))
        world.feeds(server.url("/rss"))
        async with world.running() as engine:
            await until(engine, is_settled(FeedStatus.FAILING))
            for _ in range(8):
                await next_check(engine, world)
            assert len(server.requests) == 9
            for _ in range(3):  # weeks in which the machine was mostly asleep
                world.clock.jump(7 * 24 * HOUR_S)
                await next_check(engine, world)
            server.answer("/rss", Reply.feed(rss("Dnipro Wire", [OLD])))
            view = await next_check(engine, world)
            assert (only(view).status, only(view).state.failures) == (FeedStatus.OK, 0)


@pytest.mark.parametrize("status", [401, 403, 404])
async def test_a_feed_that_is_refused_names_the_status_and_no_password(world: World, status: int) -> None:
    async with FeedServer() as server:
        server.answer("/rss", Reply(status=status))
        world.feeds(server.url("/rss?token=hush", userinfo="jo:hush"))
        async with world.running() as engine:
            view = await until(engine, is_settled(FeedStatus.FAILING))
            assert str(status) in only(view).state.last_error
            assert "hush" not in repr(view)
            first = only(view).state.next_check_at
            view = await next_check(engine, world)
            second = only(view).state.next_check_at
            assert first is not None
            assert second is not None
            assert second - first > first - build.EPOCH


async def test_410_ends_the_asking_keeps_the_history_and_says_so(world: World) -> None:
    async with FeedServer() as server:
        server.answer("/rss", [Reply.feed(rss("Dnipro Wire", [OLD])), Reply(status=410)])
        world.feeds(server.url("/rss"))
        async with world.running() as engine:
            await until(engine, is_settled(FeedStatus.OK))
            view = await next_check(engine, world)
            assert (only(view).status, only(view).state.next_check_at) == (FeedStatus.STOPPED, None)
            assert "410" in only(view).state.last_error
            await world.clock.advance(3 * HOUR_S)
            assert len(server.requests) == 2
            assert view.totals.entries == 1
        async with world.running() as engine:  # and it is remembered
            await until(engine, is_settled(FeedStatus.STOPPED))
            world.clock.jump(7 * 24 * HOUR_S)
            await world.clock.advance(HOUR_S)
            assert len(server.requests) == 2


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("asked", "least_s", "most_s"),
    [
        ("7200", 2 * HOUR_S, 2.2 * HOUR_S),
        (format_datetime(build.at(120), usegmt=True), 2 * HOUR_S, 2.2 * HOUR_S),
        ("86400000", 24 * HOUR_S, 24 * HOUR_S),
        (format_datetime(build.at(60 * 24 * 365 * 50), usegmt=True), 24 * HOUR_S, 24 * HOUR_S),
        ("1", 600, 660),
        ("-5", 540, 660),
        (format_datetime(build.at(-600), usegmt=True), 540, 660),
        ("in a while", 540, 660),
    ],
)
async def test_a_busy_server_is_asked_again_only_when_it_said_within_reason(
    world: World, status: int, asked: str, least_s: float, most_s: float
) -> None:
    async with FeedServer() as server:
        server.answer("/rss", Reply(status=status, headers={"Retry-After": asked}))
        world.feeds(server.url("/rss"))
        async with world.running() as engine:
            view = await until(engine, is_settled(FeedStatus.FAILING))
            next_check_at = only(view).state.next_check_at
            assert next_check_at is not None
            assert least_s <= (next_check_at - build.EPOCH).total_seconds() <= most_s
            await world.clock.advance(min(least_s, 3 * HOUR_S) - 0.5)
            assert len(server.requests) == 1
            if least_s > 3 * HOUR_S:
                return  # a day takes long, even on this clock
            await world.clock.advance(most_s - least_s + 1)
            async with asyncio.timeout(10):
                await server.request(2)


async def test_what_a_busy_server_asked_for_outlives_a_restart(world: World) -> None:
    async with FeedServer() as server:
        server.answer("/rss", Reply(status=429, headers={"Retry-After": "7200"}))
        world.feeds(server.url("/rss"))
        async with world.running() as engine:
            await until(engine, is_settled(FeedStatus.FAILING))
        async with world.running() as engine:
            await until(engine, is_settled(FeedStatus.FAILING))
            await world.clock.advance(7199)
            assert len(server.requests) == 1


def is_at_rest(view: View) -> bool:
    """Whether one feed fails, one is well, and none is being checked."""
    is_checking = any(health.is_checking for health in view.feeds.values())
    return (view.feeds_retrying, view.feeds_ok, is_checking) == (1, 1, False)


async def test_a_busy_server_is_left_alone_when_everything_is_checked_by_hand_and_after_a_sleep(world: World) -> None:
    async with FeedServer() as server:
        server.answer("/busy", Reply(status=503, headers={"Retry-After": "7200"}))
        server.answer("/rss", Reply.feed(rss("Dnipro Wire", [OLD])))
        world.feeds(server.url("/busy"), server.url("/rss"))
        async with world.running() as engine:
            await until(engine, is_at_rest)
            for checks in (2, 3):
                await world.clock.advance(60)
                await engine.check_feeds()
                await server.request(1 + checks)
                await until(engine, is_at_rest)
            world.clock.jump(HOUR_S)
            await world.clock.advance(TICK_S)
            await server.request(5)
            await until(engine, is_at_rest)
            assert len(server.requests_for("/busy")) == 1


# Feeds that move.


@pytest.mark.parametrize("status", [301, 308])
async def test_a_feed_that_moved_is_believed_after_three_equal_answers(world: World, status: int) -> None:
    async with FeedServer() as server:
        server.answer("/old", Reply.redirect("/new", status))
        server.answer("/new", Reply.feed(rss("Dnipro Wire", [OLD])))
        world.feeds(server.url("/old"))
        async with world.running() as engine:
            await until(engine, is_settled(FeedStatus.OK))
            for _ in range(4):
                view = await next_check(engine, world)
            assert len(server.requests_for("/old")) == 3
            assert len(server.requests_for("/new")) == 5
            assert view.totals.entries == 1


@pytest.mark.parametrize("status", [302, 303, 307])
async def test_a_feed_that_is_elsewhere_for_now_is_asked_at_its_own_address_every_time(
    world: World, status: int
) -> None:
    async with FeedServer() as server:
        server.answer("/rss", Reply.redirect("/today", status))
        server.answer("/today", Reply.feed(rss("Dnipro Wire", [OLD])))
        world.feeds(server.url("/rss"))
        written = world.home.feeds.read_bytes()
        async with world.running() as engine:
            await until(engine, is_settled(FeedStatus.OK))
            for _ in range(4):
                await next_check(engine, world)
            assert len(server.requests_for("/rss")) == 5
            assert only(engine.snapshot()).state.moved_to is None
        assert world.home.feeds.read_bytes() == written


async def test_a_feed_that_names_another_new_address_each_time_is_not_believed(world: World) -> None:
    async with FeedServer() as server:
        server.answer("/rss", [Reply.redirect(f"/new?visit={n}") for n in range(9)])
        server.answer("/new", Reply.feed(rss("Dnipro Wire", [OLD])))
        world.feeds(server.url("/rss"))
        async with world.running() as engine:
            await until(engine, is_settled(FeedStatus.OK))
            for _ in range(5):
                await next_check(engine, world)
            assert len(server.requests_for("/rss")) == 6


# What is unchanged costs nothing.


@pytest.mark.parametrize("knows_validators", [True, False])
async def test_an_unchanged_feed_is_never_written_and_the_health_of_all_goes_to_disk_once_a_minute_in_one_record(
    world: World, *, knows_validators: bool
) -> None:
    async with FeedServer() as server:
        document = rss("Dnipro Wire", [OLD])
        reply = Reply.feed(document) if knows_validators else Reply(body=document.encode())
        for path in ("/a", "/b", "/c"):
            server.answer(path, reply)
        world.feeds(*(server.url(path) for path in ("/a", "/b", "/c")))
        async with world.running() as engine:
            await until(engine, is_settled(FeedStatus.OK))
            await world.clock.advance(61)
            before = journal(world)
            entries = engine.snapshot().totals.entries
            world.clock.jump(HOUR_S)  # a sleep: all three are asked in the next seconds
            await world.clock.advance(10)
            async with asyncio.timeout(10):
                await server.request(6)
            await until(
                engine,
                lambda view: all(
                    health.state.last_success_at is not None and health.state.last_success_at > build.at(60)
                    for health in view.feeds.values()
                ),
            )
            assert journal(world) == before
            await world.clock.advance(61)
            async with asyncio.timeout(10):
                while journal(world) == before:  # noqa: ASYNC110 - the disk has a thread of its own, and no event
                    await asyncio.sleep(0.01)
            written = journal(world)[len(before) :]
            assert written.count(b"\n") == 1
            assert engine.snapshot().totals.entries == entries


async def test_a_feed_that_asks_to_be_left_alone_for_half_an_hour_is(world: World) -> None:
    async with FeedServer() as server:
        server.answer("/rss", Reply.feed(rss("Dnipro Wire", [OLD]), headers={"Cache-Control": "max-age=1800"}))
        world.feeds(server.url("/rss"))
        async with world.running() as engine:
            view = await until(engine, is_settled(FeedStatus.OK))
            assert only(view).state.wish_s == 1800
            await world.clock.advance(1795)
            assert len(server.requests) == 1
            await next_check(engine, world)
            assert len(server.requests) == 2


# Clocks.


async def test_after_eight_hours_of_sleep_feeds_are_read_within_seconds_one_a_second_and_nothing_alerts_twice(
    world: World,
) -> None:
    paths = [f"/{n}" for n in range(6)]
    async with FeedServer() as server:
        asked: list[tuple[float, str]] = []

        def answer(request: Recorded) -> Reply:
            asked.append((world.clock.monotonic(), request.path))
            item = Item(f"North Korean troops, part {request.path}", f"https://wire.example{request.path}")
            return Reply.feed(rss("Wire", [OLD] if len(asked) <= len(paths) else [item, OLD]))

        for path in paths:
            server.answer(path, answer)
        world.feeds(*(server.url(path) for path in paths))
        async with world.running() as engine:
            await until(engine, lambda view: view.feeds_ok == len(paths))
            await world.clock.advance(60)
            woken_s = world.clock.monotonic()
            world.clock.jump(8 * HOUR_S)
            for _ in range(12):
                await world.clock.advance(1)
                await until(engine, is_settled(FeedStatus.OK))
            view = await until(engine, lambda view: view.new == len(paths))
            caught_up = asked[len(paths) :]
            assert caught_up[0][0] - woken_s <= 10
            assert sorted(path for _, path in caught_up) == paths
            assert max(Counter(int(at_s) for at_s, _ in caught_up).values()) == 1
            world.clock.jump(8 * HOUR_S)
            await world.clock.advance(20)
            await until(engine, is_settled(FeedStatus.OK))
            assert engine.snapshot().new == view.new
            assert len(await engine.untold(100)) == len(paths)


async def test_dates_of_a_feed_from_the_far_future_and_the_dawn_of_time_never_stand_above_newer_news(
    world: World,
) -> None:
    async with FeedServer() as server:
        odd = [
            Item("North Korean troops in 9999", "https://d.example/1", published="Fri, 31 Dec 9999 23:59:59 GMT"),
            Item("North Korean troops in 2099", "https://d.example/5", published="Thu, 31 Dec 2099 23:59:59 GMT"),
            Item("North Korean troops in the year 1", "https://d.example/2", published="Mon, 01 Jan 0001 00:00:00 GMT"),
            Item("North Korean troops in 2001", "https://d.example/7", published="Sat, 01 Sep 2001 12:00:00 GMT"),
            Item("North Korean troops, undated", "https://d.example/3"),
        ]
        first = Item("North Korean troops in 2098", "https://d.example/6", published="Wed, 31 Dec 2098 23:59:59 GMT")
        real = Item("North Korean troops now", "https://d.example/4", published=build.at(25))
        server.answer(
            "/rss",
            [
                Reply.feed(rss("D", [first, OLD])),
                Reply.feed(rss("D", [*odd, first, OLD])),
                Reply.feed(rss("D", [real, *odd, first, OLD])),
            ],
        )
        world.feeds(server.url("/rss"))
        async with world.running() as engine:
            await until(engine, is_settled(FeedStatus.OK))
            await next_check(engine, world)
            await until(engine, lambda view: view.new == 5)
            await next_check(engine, world)
            view = await until(engine, lambda view: view.new == 6)
            titles = [story.lead.entry.title for story in view.stories]
            assert titles[0] == real.title
            assert set(titles[1:6]) == {item.title for item in odd}  # an old date hides nothing that came just now
