"""Mutes as a second newswatch shows them, which only follows; and what it refuses."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from newswatch.engine.follower import FollowingEngine
from newswatch.engine.home import Home
from newswatch.errors import StoreLocked
from newswatch.model.delivery import RuleMute, StoryMute
from newswatch.model.handling import Handled
from newswatch.model.hit import Held
from newswatch.model.mute import MuteDraft, MuteId, MuteKind
from newswatch.model.view import View
from newswatch.store.api import Transaction
from newswatch.store.tiny import TinyStore
from newswatch.testing import build
from newswatch.testing.clock import FakeClock
from tests.contract.test_engine import NEW, OLD, RULES

HANG_S = 30.0
SPORT = '\n[[mute]]\nid = "sport"\nquery = "football"\n'


class Followed:
    """A history that this test writes, and the engine that follows it."""

    def __init__(self, store: TinyStore, engine: FollowingEngine, clock: FakeClock, rules: Path) -> None:
        self.store, self.engine, self.clock, self.rules = store, engine, clock, rules

    async def shows(self, *mutes: tuple[str, int]) -> View:
        """Waits until these mutes are shown, with what they hid."""
        async with asyncio.timeout(HANG_S):
            while [(mute.id, mute.hidden) for mute in self.engine.snapshot().mutes] != list(mutes):
                await self.clock.advance(1)
                await asyncio.sleep(0.01)
        return self.engine.snapshot()


@asynccontextmanager
async def following(folder: Path) -> AsyncIterator[Followed]:
    rules = folder / "rules.toml"
    rules.write_text(RULES + SPORT, "utf-8")
    (folder / "feeds.opml").write_text('<opml version="2.0"><body/></opml>', "utf-8")
    store = TinyStore.open(folder)
    hidden = replace(OLD, held=Held.MUTED, muted_by="sport")
    store.commit(Transaction(entries=(OLD.entry, NEW.entry), hits=(hidden, NEW)))
    clock = FakeClock(build.at(60))
    engine = FollowingEngine(Home(folder, rules, folder / "feeds.opml"), clock=clock)
    async with engine.opened():
        life = asyncio.ensure_future(engine.follow())
        yield Followed(store, engine, clock, rules)
        await engine.quit()
        await life
    store.close()


async def test_mutes_of_file_and_history_are_shown_as_they_come_and_go(tmp_path: Path) -> None:
    async with following(tmp_path) as followed:
        await followed.shows(("sport", 1))
        store = followed.store
        store.commit(
            Transaction(
                hits=(replace(NEW, held=Held.MUTED, muted_by="rule:dprk-troops"),),
                rule_mutes=(RuleMute(NEW.rule_id, build.at(90), build.at(60)),),
                mutes=(StoryMute(OLD.story_id, None, build.at(60)),),
            )
        )
        view = await followed.shows(("sport", 1), ("rule:dprk-troops", 1), (f"story:{OLD.story_id}", 0))
        assert {hit.held for story in view.stories for hit in story.hits} == {Held.MUTED}
        assert (view.rules[0].hits, view.rules[0].held, view.totals.held) == (2, 2, 2)
        store.commit(Transaction(hits=(NEW,), unmuted_rules=(NEW.rule_id,), unmuted=(OLD.story_id,)))
        await followed.shows(("sport", 1))


async def test_a_mute_that_ends_is_no_longer_shown(tmp_path: Path) -> None:
    async with following(tmp_path) as followed:
        followed.store.commit(Transaction(rule_mutes=(RuleMute(NEW.rule_id, build.at(61), build.at(60)),)))
        await followed.shows(("sport", 1), ("rule:dprk-troops", 0))
        await followed.clock.advance(60)
        await followed.shows(("sport", 1))


async def test_triage_is_refused_and_a_preview_is_not(tmp_path: Path) -> None:
    async with following(tmp_path) as followed:
        triage = followed.engine.triage
        draft = MuteDraft(MuteKind.PHRASE, "seen in kursk", build.at(90))
        assert (await triage.preview_mute(draft)).hits == 1
        for verb in (
            triage.set_handled({NEW.id: Handled()}),
            triage.mute(draft),
            triage.unmute(MuteId("sport")),
            triage.pause_alerts(None),
        ):
            with pytest.raises(StoreLocked, match="read-only"):
                await verb
        assert followed.rules.read_text("utf-8") == RULES + SPORT
