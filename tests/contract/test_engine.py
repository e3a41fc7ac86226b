"""What every engine promises a screen, held over the real one and the scripted one alike."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from newswatch.engine.api import Engine
from newswatch.engine.home import Home
from newswatch.engine.local import LocalEngine
from newswatch.engine.standby import StandbyEngine
from newswatch.engine.step import CheckResult, Unchanged
from newswatch.errors import QueryError, RuleRefused
from newswatch.model.backtest import Change
from newswatch.model.event import Lagged, Liveness
from newswatch.model.feed import Feed, FeedState
from newswatch.model.hit import Hit, Triage
from newswatch.model.rule import RuleDraft, RuleId, Severity
from newswatch.model.view import View, reduce
from newswatch.store.api import Transaction
from newswatch.store.memory import MemoryStore
from newswatch.testing import build
from newswatch.testing.clock import FakeClock
from newswatch.testing.engine import ScriptedEngine

RULES = "version = 1\n[[rule]]\nid = 'dprk-troops'\nquery = 'North Korean troops'\nseverity = 'high'\n"
OLD = build.hit(build.entry("North Korean troops train far away", seen_at=build.at(-30)))
NEW = build.hit(build.entry("North Korean troops seen in Kursk"), found_at=build.at(1))
HANG_S = 20.0

Opened = Callable[[], AbstractAsyncContextManager[Engine]]


@asynccontextmanager
async def scripted(_: Path) -> AsyncIterator[Engine]:
    yield ScriptedEngine(hits=[OLD, NEW], feeds=[build.feed_health()], rules=[build.rule_status()])


@dataclass
class Quiet:
    """A checker whose feeds never have anything new."""

    async def check(self, _: Feed, __: FeedState) -> CheckResult:
        return Unchanged()

    async def aclose(self) -> None:
        pass


@asynccontextmanager
async def local(folder: Path) -> AsyncIterator[Engine]:
    home, store = written(folder)
    engine = LocalEngine(
        home, clock=FakeClock(build.at(60)), open_store=lambda _: store, open_checker=lambda _, __: Quiet()
    )
    async with engine.opened():
        polling = asyncio.ensure_future(engine.poll())
        yield engine
        await engine.quit()
        await polling


@asynccontextmanager
async def standby(folder: Path) -> AsyncIterator[Engine]:
    home, store = written(folder)
    engine = StandbyEngine(
        home, clock=FakeClock(build.at(60)), open_store=lambda _: store, open_checker=lambda _, __: Quiet()
    )
    life = asyncio.ensure_future(engine.run())
    async with asyncio.timeout(HANG_S):
        async for _ in engine.watch(0):
            if engine.snapshot().liveness is Liveness.LIVE:
                break
    yield engine
    await engine.quit()
    await life


def written(folder: Path) -> tuple[Home, MemoryStore]:
    """A home, and the history in it."""
    (folder / "rules.toml").write_text(RULES, "utf-8")
    (folder / "feeds.opml").write_text(
        f'<opml version="2.0"><body><outline xmlUrl="{build.feed().url}" text="Dnipro Wire"/></body></opml>', "utf-8"
    )
    store = MemoryStore()
    store.commit(Transaction(entries=(OLD.entry, NEW.entry), hits=(OLD, NEW)))
    return Home(folder, folder / "rules.toml", folder / "feeds.opml"), store


@pytest.fixture(params=[scripted, local, standby], ids=["scripted", "local", "standby"])
async def engine(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Engine]:
    async with request.param(tmp_path) as opened:
        yield opened


def hits(engine: Engine) -> dict[str, Hit]:
    return {hit.id: hit for story in engine.snapshot().stories for hit in story.hits}


async def test_a_snapshot_and_the_batches_after_it_give_the_next_snapshot(engine: Engine) -> None:
    view = engine.snapshot()
    await engine.set_starred([OLD.id], starred=True)
    await engine.set_acked([NEW.id], acked=True)
    async with asyncio.timeout(HANG_S):
        async for batch in engine.watch(view.seq):
            assert not isinstance(batch, Lagged)
            view = reduce(view, batch)
            if view.seq == engine.snapshot().seq:
                break
    assert view == engine.snapshot()


async def test_a_watch_from_long_ago_says_what_was_missed(engine: Engine) -> None:
    first = engine.watch(-1_000_000)
    assert isinstance(await anext(first), Lagged)


async def test_stories_are_newest_first(engine: Engine) -> None:
    assert [story.lead.id for story in engine.snapshot().stories] == [NEW.id, OLD.id]


async def test_the_untold_come_oldest_first_until_they_are_told_once(engine: Engine) -> None:
    assert [hit.id for hit in await engine.untold(10)] == [OLD.id, NEW.id]
    assert [hit.id for hit in await engine.untold(1)] == [OLD.id]
    await engine.mark_told([OLD.id])
    told_at = hits(engine)[OLD.id].told_at
    await engine.mark_told([OLD.id, NEW.id])
    assert hits(engine)[OLD.id].told_at == told_at
    assert await engine.untold(10) == ()


async def test_a_state_only_moves_forward(engine: Engine) -> None:
    await engine.advance([NEW.id], Triage.OPEN)
    await engine.advance([NEW.id], Triage.SEEN)
    assert hits(engine)[NEW.id].state is Triage.OPEN


async def test_an_ack_can_be_taken_back(engine: Engine) -> None:
    await engine.set_acked([NEW.id], acked=True)
    assert hits(engine)[NEW.id].state is Triage.ACKED
    await engine.set_acked([NEW.id], acked=False)
    assert hits(engine)[NEW.id].state is Triage.OPEN


async def test_a_star_comes_and_goes(engine: Engine) -> None:
    await engine.set_starred([NEW.id], starred=True)
    assert hits(engine)[NEW.id].is_starred
    await engine.set_starred([NEW.id], starred=False)
    assert not hits(engine)[NEW.id].is_starred


async def test_verbs_on_hits_that_are_gone_do_nothing(engine: Engine) -> None:
    gone = build.hit(build.entry("never stored")).id
    await engine.mark_told([gone])
    await engine.set_acked([gone], acked=True)
    assert gone not in hits(engine)


async def test_a_mistake_in_a_query_is_told_with_its_place_and_refused(engine: Engine) -> None:
    check = engine.check_query("")
    assert not check.is_good
    assert check.offset is not None
    with pytest.raises(QueryError):
        await engine.save_rule(RuleDraft(query="", name="Nothing"))
    assert [status.rule.id for status in engine.snapshot().rules] == ["dprk-troops"]


async def test_a_rule_is_added_edited_switched_and_deleted(engine: Engine) -> None:
    def rules() -> dict[str, tuple[str, bool]]:
        return {status.rule.id: (status.rule.query, status.rule.enabled) for status in engine.snapshot().rules}

    added = await engine.save_rule(RuleDraft(query="grain talks", name="Grain", severity=Severity.LOW))
    assert rules()[added] == ("grain talks", True)
    await engine.save_rule(RuleDraft(query="grain corridor", name="Grain", id=added), added)
    await engine.set_rule_enabled(added, enabled=False)
    assert rules()[added] == ("grain corridor", False)
    await engine.delete_rule(added)
    assert list(rules()) == ["dprk-troops"]


async def test_a_rule_that_is_not_there_cannot_be_switched_or_deleted(engine: Engine) -> None:
    with pytest.raises(RuleRefused):
        await engine.set_rule_enabled(RuleId("none"), enabled=False)
    with pytest.raises(RuleRefused):
        await engine.delete_rule(RuleId("none"))


async def test_a_backtest_counts_what_is_stored_and_shows_examples(engine: Engine) -> None:
    snapshots = [snapshot async for snapshot in engine.backtest(RuleDraft("Kursk"))]
    assert (snapshots[0].asked, snapshots[0].is_complete) == (0, False)
    assert [snapshot.is_complete for snapshot in snapshots] == [False] * (len(snapshots) - 1) + [True]
    last = snapshots[-1]
    assert (last.entries, last.asked, last.hits, last.saved_hits) == (2, 2, 1, None)
    assert [example.entry for example in last.examples] == [NEW.entry]


async def test_a_backtest_tells_what_would_change_against_the_saved_rule(engine: Engine) -> None:
    *_, last = [snapshot async for snapshot in engine.backtest(RuleDraft("Kursk"), RuleId("dprk-troops"))]
    assert (last.hits, last.saved_hits, last.added, last.gone) == (1, 2, 0, 1)
    assert {(example.entry.title, example.change) for example in last.examples} == {
        (NEW.entry.title, Change.SAME),
        (OLD.entry.title, Change.GONE),
    }


async def test_a_backtest_goes_back_no_further_than_it_should(engine: Engine) -> None:
    *_, last = [snapshot async for snapshot in engine.backtest(RuleDraft("Korean"), since=build.at(-10))]
    assert (last.since, last.entries, last.hits) == (build.at(-10), 1, 1)


async def test_a_backtest_of_a_mistake_is_refused_before_it_begins(engine: Engine) -> None:
    with pytest.raises(QueryError):
        await anext(engine.backtest(RuleDraft("")))


async def test_a_backtest_that_is_closed_early_leaves_the_engine_as_it_was(engine: Engine) -> None:
    async with aclosing(engine.backtest(RuleDraft("Kursk"))) as snapshots:
        await anext(snapshots)
    *_, last = [snapshot async for snapshot in engine.backtest(RuleDraft("Kursk"))]
    assert last.is_complete


async def test_edits_of_rules_can_be_waited_for(engine: Engine) -> None:
    await engine.rules_saved()
    await engine.save_rule(RuleDraft("grain"))
    await engine.rules_saved()


async def test_feeds_are_shown_as_being_checked(engine: Engine) -> None:
    seq = engine.snapshot().seq
    await engine.check_feeds()
    async with asyncio.timeout(HANG_S):
        view: View = engine.snapshot()
        async for _ in engine.watch(seq):
            view = engine.snapshot()
            break
    assert list(view.feeds) == [build.feed().id]
