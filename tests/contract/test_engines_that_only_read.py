"""What an engine that may only read promises a screen: the one that follows another process, and the scripted one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from newswatch.engine.api import Engine
from newswatch.engine.follower import FollowingEngine
from newswatch.engine.home import Home
from newswatch.errors import StoreLocked
from newswatch.model.event import Liveness, OtherWriter
from newswatch.model.hit import Triage
from newswatch.store.api import Transaction
from newswatch.store.tiny import TinyStore
from newswatch.testing import build
from newswatch.testing.clock import FakeClock
from newswatch.testing.engine import ScriptedEngine
from tests.contract.test_engine import (
    NEW,
    OLD,
    RULES,
    hits,
    test_a_backtest_counts_what_is_stored_and_shows_examples,
    test_a_backtest_goes_back_no_further_than_it_should,
    test_a_backtest_of_a_mistake_is_refused_before_it_begins,
    test_a_backtest_tells_what_would_change_against_the_saved_rule,
    test_a_backtest_that_is_closed_early_leaves_the_engine_as_it_was,
    test_a_mistake_in_a_query_is_told_with_its_place_and_refused,
    test_a_rule_is_added_edited_switched_and_deleted,
    test_a_rule_that_is_not_there_cannot_be_switched_or_deleted,
    test_a_watch_from_long_ago_says_what_was_missed,
    test_edits_of_rules_can_be_waited_for,
    test_stories_are_newest_first,
)
from tests.failing_disk import QuickDisk

# What is promised whether an engine writes or not is asked of these two as well.
__all__ = [
    "test_a_backtest_counts_what_is_stored_and_shows_examples",
    "test_a_backtest_goes_back_no_further_than_it_should",
    "test_a_backtest_of_a_mistake_is_refused_before_it_begins",
    "test_a_backtest_tells_what_would_change_against_the_saved_rule",
    "test_a_backtest_that_is_closed_early_leaves_the_engine_as_it_was",
    "test_a_mistake_in_a_query_is_told_with_its_place_and_refused",
    "test_a_rule_is_added_edited_switched_and_deleted",
    "test_a_rule_that_is_not_there_cannot_be_switched_or_deleted",
    "test_a_watch_from_long_ago_says_what_was_missed",
    "test_edits_of_rules_can_be_waited_for",
    "test_stories_are_newest_first",
]


@asynccontextmanager
async def scripted(_: Path) -> AsyncIterator[Engine]:
    yield ScriptedEngine(
        hits=[OLD, NEW],
        feeds=[build.feed_health()],
        rules=[build.rule_status()],
        liveness=Liveness.READ_ONLY,
        is_read_only=True,
        writer=OtherWriter(4711),
    )


@asynccontextmanager
async def following(folder: Path) -> AsyncIterator[Engine]:
    (folder / "rules.toml").write_text(RULES, "utf-8")
    (folder / "feeds.opml").write_text(
        f'<opml version="2.0"><body><outline xmlUrl="{build.feed().url}" text="Dnipro Wire"/></body></opml>', "utf-8"
    )
    store = TinyStore.open(folder, disk=QuickDisk())
    store.commit(Transaction(entries=(OLD.entry, NEW.entry), hits=(OLD, NEW)))
    engine = FollowingEngine(Home(folder, folder / "rules.toml", folder / "feeds.opml"), clock=FakeClock(build.at(60)))
    async with engine.opened():
        life = asyncio.ensure_future(engine.follow())
        yield engine
        await engine.quit()
        await life
    store.close()


@pytest.fixture(params=[scripted, following], ids=["scripted", "following"])
async def engine(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Engine]:
    async with request.param(tmp_path) as opened:
        yield opened


async def test_it_says_that_it_only_reads_and_who_writes(engine: Engine) -> None:
    view = engine.snapshot()
    assert engine.is_read_only
    assert view.liveness is Liveness.READ_ONLY
    assert view.writer is not None
    assert view.writer.pid


async def test_it_refuses_what_changes_the_history_and_changes_nothing(engine: Engine) -> None:
    before = engine.snapshot().stories
    for verb in (
        engine.mark_told([NEW.id]),
        engine.advance([NEW.id], Triage.SEEN),
        engine.set_acked([NEW.id], acked=True),
        engine.set_starred([NEW.id], starred=True),
        engine.check_feeds(),
        engine.take_over(),
    ):
        with pytest.raises(StoreLocked):
            await verb
    assert engine.snapshot().stories == before
    assert {hit.told_at for hit in hits(engine).values()} == {None}


async def test_the_untold_can_be_asked_for_and_stay_untold(engine: Engine) -> None:
    for _ in range(2):
        assert [hit.id for hit in await engine.untold(10)] == [OLD.id, NEW.id]
