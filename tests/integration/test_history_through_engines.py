"""The history desk through the engine that writes a home, and through one that follows it at the same time."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from pathlib import Path

from newswatch.engine.api import Engine
from newswatch.engine.follower import FollowingEngine
from newswatch.engine.home import Home
from newswatch.engine.standby import StandbyEngine
from newswatch.engine.step import CheckResult, Unchanged
from newswatch.model.feed import Feed, FeedState
from newswatch.model.found import Found
from newswatch.model.rule import RuleId
from newswatch.store.api import Transaction
from newswatch.store.tiny import TinyStore
from newswatch.testing import build
from newswatch.testing.clock import FakeClock
from tests.failing_disk import QuickDisk
from tests.integration.conftest import HANG_S, write_opml

RULES = 'version = 1\n\n[[rule]]\nid = "hormuz"\nquery = "tanker AND hormuz"\n'
TANKER = build.entry("Tanker leaves Oman", seen_at=build.at(2))
FERRY = build.entry("Ferry delayed by fog", seen_at=build.at(1))


class Quiet:
    """A checker whose feeds never have anything new."""

    async def check(self, _: Feed, __: FeedState) -> CheckResult:
        return Unchanged()

    async def aclose(self) -> None:
        pass


async def looked_through(engine: Engine) -> None:
    """Everything that the desk can be asked."""
    page = await engine.history.newest(10)
    assert [row.entry for row in page.rows] == [TANKER, FERRY]
    assert (await engine.history.newest(10, TANKER)).rows == page.rows[1:]
    async with aclosing(engine.history.search("tanker", 10)) as snapshots:
        found: list[Found] = [snapshot async for snapshot in snapshots]
    assert [row.entry for row in found[-1].rows] == [TANKER]
    clause = await engine.history.explain_entry(TANKER, RuleId("hormuz"))
    assert clause is not None
    assert [part.is_held for part in clause.parts] == [True, False]


async def test_who_writes_and_who_follows_give_the_same_answers(tmp_path: Path) -> None:
    write_opml(tmp_path / "feeds.opml", [build.feed().url])
    (tmp_path / "rules.toml").write_text(RULES, "utf-8")
    home = Home(data=tmp_path, rules=tmp_path / "rules.toml", feeds=tmp_path / "feeds.opml")
    store = TinyStore.open(tmp_path, disk=QuickDisk())
    store.commit(Transaction(entries=(FERRY, TANKER), identities=(build.identity(FERRY), build.identity(TANKER))))
    store.close()
    writer = StandbyEngine(home, clock=FakeClock(), open_checker=lambda _, __: Quiet())
    life = asyncio.ensure_future(writer.run())
    try:
        async with asyncio.timeout(HANG_S):
            await looked_through(writer)
            async with (follower := FollowingEngine(home, clock=FakeClock())).opened():
                await looked_through(follower)
    finally:
        await writer.quit()
        async with asyncio.timeout(HANG_S):
            await life
