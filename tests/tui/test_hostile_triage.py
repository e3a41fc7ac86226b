"""Whatever headlines, tags, notes, mutes and examples hold: the dialogs of triage show it harmless, and act on it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from newswatch.model.backtest import Backtest, Change, Example, NearMiss
from newswatch.model.event import MutesChanged
from newswatch.model.hit import Note, Triage
from newswatch.model.mute import MuteId, MuteKind, MuteStatus
from newswatch.model.rule import RuleId
from newswatch.testing import build
from newswatch.testing.engine import ScriptedEngine
from newswatch.tui.screens.editor import EditorScreen
from tests.tui.stage import alerts, app_on, until
from tests.tui.test_hostile_text import HOSTILE, check, hostile_hit

LEFT = [len(HOSTILE) - number - 1 for number in range(len(HOSTILE))]
SIZES = ((58, 16), (120, 40))


@pytest.mark.parametrize("size", SIZES)
async def test_dialogs_on_a_hostile_story_are_harmless(size: tuple[int, int]) -> None:
    made = [
        replace(hostile_hit(sample, number), tags=(sample, f"{sample}2"), notes=(Note(build.at(1), sample),))
        for number, sample in enumerate(HOSTILE)
    ]
    rules = [build.rule_status(build.rule(id=hit.rule_id, query=hit.query)) for hit in made]
    engine = ScriptedEngine(hits=made, rules=rules, now=lambda: build.at(20))
    app = app_on(engine, now=lambda: build.at(20))
    async with app.run_test(size=size) as pilot:
        for row in range(len(HOSTILE)):
            listing = alerts(app).listing
            alerts(app).listing = listing.at_row(row)
            for key in ("t", "c", "z", "T", "m"):
                await pilot.press(key)
                await pilot.pause()
                assert app.screen is not alerts(app), key
                check(app)
                await pilot.press("escape")
                await pilot.pause()
        for _ in range(12):
            await pilot.press("space")
        await pilot.press("a")
        await pilot.pause()
        check(app)
        await pilot.press("enter")
        await until(pilot, lambda: any(story.state is Triage.ACKED for story in engine.view.stories))
        await pilot.press("u")
        await pilot.pause()
        check(app)


@pytest.mark.parametrize("size", SIZES)
async def test_hostile_mutes_are_listed_and_lifted_harmlessly(size: tuple[int, int]) -> None:
    engine = ScriptedEngine()
    engine.publish(
        MutesChanged(
            tuple(
                MuteStatus(MuteId(f"m{number}"), MuteKind.PHRASE, sample, sample, build.at(99), number)
                for number, sample in enumerate(HOSTILE)
            )
        )
    )
    app = app_on(engine)
    async with app.run_test(size=size) as pilot:
        await pilot.press("M")
        await pilot.pause()
        for number in range(len(HOSTILE)):
            check(app)
            await pilot.press("d")
            await pilot.pause()
            check(app)
            await pilot.press("y")
            await until(pilot, lambda left=LEFT[number]: len(engine.view.mutes) == left)  # type: ignore[misc]  # bound now
        check(app)


@pytest.mark.parametrize("size", SIZES)
async def test_hostile_results_of_a_query_are_harmless(size: tuple[int, int]) -> None:
    entries = [hostile_hit(sample, number).entry for number, sample in enumerate(HOSTILE)]
    found = Backtest(
        entries=30,
        asked=30,
        hits=15,
        stories=15,
        examples=tuple(Example(entry, Change.SAME) for entry in entries[:8]),
        near=7,
        near_misses=tuple(NearMiss(entry, entry.title) for entry in entries[8:]),
        is_complete=True,
    )
    by = build.rule("tanker", id=RuleId("hormuz"))
    engine = ScriptedEngine(rules=[build.rule_status(by)])
    engine.backtests["tanker"] = [found]
    app = app_on(engine)
    async with app.run_test(size=size) as pilot:
        await pilot.press("3")
        await pilot.press("e")
        screen = app.screen
        assert isinstance(screen, EditorScreen)
        await until(pilot, lambda: screen.trial.rows.selected is not None)
        screen.trial.rows.focus()
        for _ in HOSTILE:
            await pilot.press("T")
            await pilot.press("j")
            await pilot.pause()
            check(app)
