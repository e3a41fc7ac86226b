"""An engine that follows what a store of its own home, open elsewhere, is told; and one that takes the place of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from newswatch.engine.follower import CANNOT_READ, LOOK_EVERY_S, NO_WRITER, FollowingEngine
from newswatch.engine.home import Home
from newswatch.engine.standby import StandbyEngine
from newswatch.engine.step import CheckResult, Unchanged
from newswatch.errors import ReadOnly, StoreError, StoreLocked
from newswatch.model.event import Batch, HitsStored, Lagged, Liveness
from newswatch.model.feed import Feed, FeedState, FeedStatus
from newswatch.model.hit import Hit, Triage
from newswatch.model.rule import RuleDraft, RuleId
from newswatch.model.view import View
from newswatch.store.api import Keep, Transaction
from newswatch.store.tiny import FILE_NAME, TinyStore
from newswatch.testing import build
from newswatch.testing.clock import FakeClock
from tests.failing_disk import QuickDisk
from tests.integration.conftest import HANG_S, RULES, write_opml

OLD = build.hit(build.entry("North Korean troops train far away", seen_at=build.at(-30)), told_at=build.at(-29))
NEW = build.hit(build.entry("North Korean troops seen in Kursk"), found_at=build.at(1))


class Quiet:
    """A checker whose feeds never have anything new; it counts how often it was asked."""

    asked = 0

    async def check(self, _: Feed, __: FeedState) -> CheckResult:
        self.asked += 1
        return Unchanged()

    async def aclose(self) -> None:
        pass


@pytest.fixture
def home(tmp_path: Path) -> Home:
    write_opml(tmp_path / "feeds.opml", [build.feed().url])
    (tmp_path / "rules.toml").write_text(RULES, "utf-8")
    return Home(data=tmp_path, rules=tmp_path / "rules.toml", feeds=tmp_path / "feeds.opml")


def written(home: Home) -> TinyStore:
    """The history as its writer has it."""
    return TinyStore.open(home.data, disk=QuickDisk())


def stored(*hits: Hit) -> Transaction:
    return Transaction(entries=tuple(hit.entry for hit in hits), hits=hits)


@asynccontextmanager
async def following(home: Home, clock: FakeClock) -> AsyncIterator[FollowingEngine]:
    engine = FollowingEngine(home, clock=clock)
    async with engine.opened():
        life = asyncio.ensure_future(engine.follow())
        try:
            yield engine
        finally:
            await engine.quit()
            async with asyncio.timeout(HANG_S):
                await life


@asynccontextmanager
async def standing_by(home: Home, clock: FakeClock, checker: Quiet) -> AsyncIterator[StandbyEngine]:
    engine = StandbyEngine(home, clock=clock, open_checker=lambda _, __: checker)
    life = asyncio.ensure_future(engine.run())
    try:
        yield engine
    finally:
        await engine.quit()
        async with asyncio.timeout(HANG_S):
            await life


async def seen(engine: FollowingEngine | StandbyEngine, clock: FakeClock, holds: Callable[[View], bool]) -> View:
    """The view, once it is as wanted, however often the engine has to look for that."""
    try:
        async with asyncio.timeout(HANG_S):
            while not holds(engine.snapshot()):
                await clock.advance(LOOK_EVERY_S)
    except TimeoutError:
        raise AssertionError(f"the view never became as wanted; it is {engine.snapshot()}") from None
    return engine.snapshot()


async def looks(engine: FollowingEngine, clock: FakeClock, home: Home, store: TinyStore) -> None:
    """Lets the engine look until it has certainly seen all that was committed: a mark behind it arrived."""
    total = engine.snapshot().totals.entries + 1
    store.commit(Transaction(entries=(build.entry(f"Weather {total}"),)))
    await seen(engine, clock, lambda view: view.totals.entries >= total)


def titles(view: View) -> list[str]:
    return [story.lead.entry.title for story in view.stories]


async def test_what_is_stored_and_triaged_by_the_writer_is_shown_with_all_its_numbers(home: Home) -> None:
    clock, store = FakeClock(build.at(60)), written(home)
    store.commit(stored(OLD))
    async with following(home, clock) as engine:
        view = engine.snapshot()
        assert (view.liveness, titles(view)) == (Liveness.READ_ONLY, [OLD.entry.title])
        assert view.writer is not None
        assert [status.hits for status in view.rules] == [1]
        assert [(feed.entries, feed.hits) for feed in view.feeds.values()] == [(1, 1)]
        store.commit(stored(NEW))
        view = await seen(engine, clock, lambda view: view.totals.hits == 2 and len(view.stories) == 2)
        assert titles(view) == [NEW.entry.title, OLD.entry.title]
        assert [status.hits for status in view.rules] == [2]
        assert [(feed.entries, feed.hits) for feed in view.feeds.values()] == [(2, 2)]
        store.commit(Transaction(hits=(replace(NEW, state=Triage.ACKED, told_at=build.at(2)),)))
        view = await seen(engine, clock, lambda view: view.unacked == 1)
        assert view.stories[0].state is Triage.ACKED
        assert [status.hits for status in view.rules] == [2]
        assert await engine.untold(10) == ()
    store.close()


async def test_what_changes_no_number_is_told_as_stored_too(home: Home) -> None:
    clock, store = FakeClock(build.at(60)), written(home)
    store.commit(stored(OLD))
    async with following(home, clock) as engine:
        before = engine.snapshot().totals
        revised = replace(OLD.entry, title="Revised: troops train far away", revised_at=build.at(1))
        store.commit(Transaction(entries=(revised,)))
        view = await seen(engine, clock, lambda view: view.totals is not before)
        assert view.totals == before
        page = await engine.history.newest(10)
        assert page.rows[0].entry.title == revised.title
    store.close()


async def test_the_health_of_feeds_is_shown_as_far_as_it_is_on_disk(home: Home) -> None:
    clock, store = FakeClock(build.at(60)), written(home)
    feed_id = build.feed().id
    store.commit(Transaction(feed_states=(FeedState(feed_id, title="Dnipro Wire", status=FeedStatus.OK),)))
    async with following(home, clock) as engine:
        assert engine.snapshot().feeds_ok == 1
        failing = FeedState(feed_id, status=FeedStatus.FAILING, failures=3, last_error="404 Not Found")
        store.commit(Transaction(feed_states=(failing,)))
        view = await seen(engine, clock, lambda view: view.feeds_failing == 1)
        assert [health.state.last_error for health in view.feeds.values()] == ["404 Not Found"]
    store.close()


async def test_files_of_a_person_are_followed_too(home: Home) -> None:
    clock, store = FakeClock(build.at(60)), written(home)
    async with following(home, clock) as engine:
        home.rules.write_text(RULES.replace("dprk-troops", "renamed"), "utf-8")
        await seen(engine, clock, lambda view: [status.rule.id for status in view.rules] == ["renamed"])
        write_opml(home.feeds, [build.feed().url, "https://two.example/rss"])
        await seen(engine, clock, lambda view: len(view.feeds) == 2)
    store.close()


async def test_a_compaction_while_followed_is_no_event_at_all(home: Home) -> None:
    clock, store = FakeClock(build.at(60)), written(home)
    store.commit(stored(OLD, NEW))
    async with following(home, clock) as engine:
        before = engine.snapshot()
        store.compact()
        await looks(engine, clock, home, store)
        after = engine.snapshot()
        assert after.stories is before.stories
        assert [status.hits for status in after.rules] == [2]
    store.close()


async def test_hits_that_went_away_leave_the_screen_in_one_step(home: Home) -> None:
    clock, store = FakeClock(build.at(60)), written(home)
    other = replace(OLD, id=build.hit(build.entry("Old troops")).id, entry=build.entry("Old troops"))
    store.commit(stored(OLD, NEW, replace(other, story_id=build.hit(other.entry).story_id)))
    async with following(home, clock) as engine:
        news = engine.watch(engine.snapshot().seq)
        store.prune_hits(Keep(count=0))
        view = await seen(engine, clock, lambda view: len(view.stories) == 1)
        assert titles(view) == [NEW.entry.title]
        assert view.liveness is Liveness.READ_ONLY
        assert view.writer is not None
        assert len(view.feeds) == 1
        assert [status.hits for status in view.rules] == [1]
        assert isinstance(await anext(news), Lagged)
    store.close()


async def test_what_would_change_the_history_is_refused_with_the_name_of_who_writes(home: Home) -> None:
    clock, store = FakeClock(build.at(60)), written(home)
    store.commit(stored(NEW))
    async with following(home, clock) as engine:
        pid = _pid(engine)
        for verb in (
            engine.mark_told([NEW.id]),
            engine.advance([NEW.id], Triage.SEEN),
            engine.set_acked([NEW.id], acked=True),
            engine.set_starred([NEW.id], starred=True),
            engine.check_feeds(),
            engine.take_over(),
        ):
            with pytest.raises(ReadOnly, match=rf"read-only: process {pid} writes this history; it can be ") as refused:
                await verb
            assert refused.value.pid == pid
            assert refused.value.exit_code == 5
        assert [hit.id for hit in await engine.untold(10)] == [NEW.id]
    assert store.hit(NEW.id) == NEW
    store.close()


async def test_a_rule_that_is_edited_here_is_in_the_file_and_asks_the_history_here(home: Home) -> None:
    clock, store = FakeClock(build.at(60)), written(home)
    store.commit(stored(OLD, NEW))
    async with following(home, clock) as engine:
        *_, last = [snapshot async for snapshot in engine.backtest(RuleDraft("Kursk"))]
        assert (last.entries, last.hits) == (2, 1)
        assert await engine.explain(NEW.id) is not None
        assert engine.check_query("(").error
        await engine.save_rule(RuleDraft("Kursk", id="kursk"))
        await engine.rules_saved()
        assert 'id = "kursk"' in home.rules.read_text("utf-8")
        await engine.set_rule_enabled(RuleId("kursk"), enabled=False)
    assert "enabled = false" in home.rules.read_text("utf-8")
    assert store.totals().hits == 2
    store.close()


async def test_a_writer_that_ends_is_told_and_one_that_comes_is_followed(home: Home) -> None:
    clock, store = FakeClock(build.at(60)), written(home)
    store.commit(stored(OLD))
    async with following(home, clock) as engine:
        pid = _pid(engine)
        store.close()
        view = await seen(engine, clock, lambda view: view.writer is None)
        assert f"process {pid} has ended" in view.notices[NO_WRITER].text
        assert view.liveness is Liveness.READ_ONLY
        with pytest.raises(ReadOnly, match="no newswatch writes this history now"):
            await engine.set_acked([OLD.id], acked=True)
        store = written(home)
        view = await seen(engine, clock, lambda view: view.writer is not None)
        assert not view.notices
        store.commit(stored(NEW))
        await seen(engine, clock, lambda view: len(view.stories) == 2)
    store.close()


async def test_a_history_that_cannot_be_read_for_a_while_is_told_and_then_caught_up_with(home: Home) -> None:
    clock, store = FakeClock(build.at(60)), written(home)
    store.commit(stored(OLD))
    path = home.data / FILE_NAME
    async with following(home, clock) as engine:
        store.commit(stored(NEW))
        good = path.read_bytes()
        await seen(engine, clock, lambda view: len(view.stories) == 2)
        (home.data / "bad").write_bytes(b"null\n")
        (home.data / "bad").replace(path)
        view = await seen(engine, clock, lambda view: CANNOT_READ in view.notices)
        assert "NOT UP TO DATE" in view.notices[CANNOT_READ].text
        assert len(view.stories) == 2
        (home.data / "good").write_bytes(good)
        (home.data / "good").replace(path)
        view = await seen(engine, clock, lambda view: CANNOT_READ not in view.notices)
        assert len(view.stories) == 2
    store.close()


async def test_a_thousand_hits_at_once_come_in_a_few_events_and_none_is_missing(home: Home) -> None:
    clock, store = FakeClock(build.at(60)), written(home)
    async with following(home, clock) as engine:
        seq = engine.snapshot().seq
        hits = [build.hit(build.entry(f"North Korean troops, report {n}", seen_at=build.at(n))) for n in range(1_000)]
        for start in range(0, 1_000, 10):
            store.commit(stored(*hits[start : start + 10]))
        await seen(engine, clock, lambda view: len(view.stories) == 1_000)
        batch = await anext(engine.watch(seq))
        assert isinstance(batch, Batch)
        told = [event.hits for event in batch.events if isinstance(event, HitsStored)]
        assert sorted(hit.id for some in told for hit in some) == sorted(hit.id for hit in hits)
        assert max(map(len, told)) <= 500
    store.close()


async def test_a_home_that_nobody_writes_is_written(home: Home) -> None:
    clock, checker = FakeClock(build.at(60)), Quiet()
    async with standing_by(home, clock, checker) as engine:
        await seen(engine, clock, lambda view: view.liveness is Liveness.LIVE)
        assert not engine.is_read_only
        await engine.take_over()
        with pytest.raises(StoreLocked):
            written(home)
    written(home).close()


async def test_after_the_writer_ended_a_person_can_make_the_follower_the_writer(home: Home) -> None:
    clock, checker, store = FakeClock(build.at(60)), Quiet(), written(home)
    store.commit(stored(OLD, NEW))
    async with standing_by(home, clock, checker) as engine:
        await seen(engine, clock, lambda view: view.liveness is Liveness.READ_ONLY)
        with pytest.raises(StoreLocked):
            await engine.take_over()
        store.close()
        before = await seen(engine, clock, lambda view: NO_WRITER in view.notices)
        assert checker.asked == 0
        await engine.take_over()
        view = await seen(engine, clock, lambda view: view.liveness is Liveness.LIVE)
        assert view.seq > before.seq
        assert not engine.is_read_only
        assert (view.notices, view.writer) == ({}, None)
        assert titles(view) == [NEW.entry.title, OLD.entry.title]
        await engine.set_acked([NEW.id], acked=True)
        assert engine.snapshot().stories[0].state is Triage.ACKED
        await seen(engine, clock, lambda _: checker.asked > 0)
        with pytest.raises(StoreLocked):
            written(home)
    store = written(home)
    assert {hit.state for hit in store.hits()} == {Triage.NEW, Triage.ACKED}
    store.close()


async def test_of_two_followers_one_takes_over_and_the_other_follows_it(home: Home) -> None:
    clock, store = FakeClock(build.at(60)), written(home)
    store.commit(stored(NEW))
    async with standing_by(home, clock, Quiet()) as one, standing_by(home, clock, Quiet()) as two:
        for engine in (one, two):
            await seen(engine, clock, lambda view: view.writer is not None)
        store.close()
        for engine in (one, two):
            await seen(engine, clock, lambda view: NO_WRITER in view.notices)
        results = await asyncio.gather(one.take_over(), two.take_over(), return_exceptions=True)
        assert sorted(type(result).__name__ for result in results) == ["NoneType", "StoreLocked"]
        writer, follower = (one, two) if results[0] is None else (two, one)
        await seen(writer, clock, lambda view: view.liveness is Liveness.LIVE)
        await seen(follower, clock, lambda view: view.writer is not None and not view.notices)
        await writer.set_acked([NEW.id], acked=True)
        await seen(follower, clock, lambda view: view.unacked == 0)


async def test_quitting_before_anything_is_open_ends_at_once_and_leaves_no_lock(home: Home) -> None:
    engine = StandbyEngine(home, clock=FakeClock(), open_checker=lambda _, __: Quiet())
    await engine.quit()
    async with asyncio.timeout(HANG_S):
        await engine.run()
    assert engine.snapshot().liveness is Liveness.STOPPED
    with pytest.raises(StoreError, match="has ended"):
        await engine.set_acked([NEW.id], acked=True)
    written(home).close()


def _pid(engine: FollowingEngine) -> int:
    writer = engine.snapshot().writer
    assert writer is not None
    assert writer.pid is not None
    return writer.pid
