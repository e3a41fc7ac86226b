"""The Rules screen shows how often rules fire, which never can, and the mutes under them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from textual.pilot import Pilot

from newswatch.errors import StoreError
from newswatch.model.event import MutesChanged
from newswatch.model.mute import MuteId, MuteKind, MuteStatus
from newswatch.model.pulse import HOURS, Pulse, RuleRate
from newswatch.model.rule import RuleId, RuleStatus, Severity
from newswatch.testing import build
from newswatch.testing.engine import ScriptedEngine
from newswatch.tui.app import NewswatchApp
from newswatch.tui.screens.alerts import AlertsScreen
from newswatch.tui.screens.ask import Ask
from newswatch.tui.screens.rules import RulesScreen
from tests.tui.stage import app_on, lines, text, until
from tests.tui.test_hostile_text import HOSTILE, check

NOW = build.at(10)
SPORT = MuteStatus(MuteId("sport"), MuteKind.QUERY, 'url:"/sport/"', "Sport pages", NOW + timedelta(hours=5), 311)
NOISE = MuteStatus(MuteId("noise"), MuteKind.SOURCE, "Daily Noise", "Daily Noise", NOW + timedelta(hours=1), 12)


def status(name: str) -> RuleStatus:
    rule = build.rule("tanker", id=RuleId(name), severity=Severity.HIGH)
    return build.rule_status(rule, hits=3, last_hit_at=NOW)


def engine_of() -> ScriptedEngine:
    engine = ScriptedEngine(rules=[status(name) for name in ("hormuz", "grain", "quake")])
    hours = (None,) * 12 + (1,) * 12
    rates = (
        RuleRate(RuleId("hormuz"), hours, 12, 24.0, NOW),
        RuleRate(RuleId("grain"), hours, 12, 24.0, NOW, never="no feed has the tag sport"),
        RuleRate(RuleId("quake"), (0,) * HOURS, 0, 0.0, NOW, is_silent=True),
    )
    engine.pulse.value = Pulse(NOW, NOW - timedelta(hours=23), rates=rates)
    return engine


async def open_rules(pilot: Pilot[int], app: NewswatchApp) -> RulesScreen:
    await pilot.press("3")
    await until(pilot, lambda: isinstance(app.screen, RulesScreen) and "blind" in text(app))
    assert isinstance(app.screen, RulesScreen)
    return app.screen


@pytest.mark.parametrize(("width", "cells"), [(80, 8), (120, 12), (150, 24), (200, 12)])
async def test_rules_show_their_last_day_in_columns(width: int, cells: int) -> None:
    app = app_on(engine_of())
    async with app.run_test(size=(width, 40)) as pilot:
        await open_rules(pilot, app)
        head, row = (next(line for line in lines(app) if word in line) for word in ("a day", "H● hormuz "))
        end = head.index("a day") + len("a day")
        assert row[:end].endswith("24")
        at = head.index("24 h") if cells == 8 else head.index("last 24 h")
        assert row[at : at + cells] == "·" * (cells // 2) + "▇" * (cells // 2)
        for name in ("hits", "held", "last"):
            assert row[head.index(name) + len(name) - 1] != " "


async def test_a_narrow_screen_keeps_the_numbers_and_leaves_the_bars() -> None:
    app = app_on(engine_of())
    async with app.run_test(size=(58, 24)) as pilot:
        await open_rules(pilot, app)
        assert "hits  held last" in text(app)
        assert "a day" not in lines(app)[1]


async def test_a_rule_that_can_never_fire_says_why() -> None:
    app = app_on(engine_of())
    async with app.run_test(size=(120, 40)) as pilot:
        await open_rules(pilot, app)
        assert "1 blind · 1 silent" in text(app)
        assert "can never fire: no feed" in text(app)
        await pilot.press("down")
        assert "live, but it can never fire" in text(app)
        assert "no feed has the tag sport" in text(app)
        await pilot.press("down")
        assert "quiet for longer than it ever is" in text(app)


async def test_mutes_stand_under_the_rules_and_are_lifted_after_asking() -> None:
    engine = engine_of()
    engine.publish(MutesChanged((SPORT, NOISE)))
    app = app_on(engine)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await open_rules(pilot, app)
        assert "2 in force · 323 hits hidden" in text(app)
        assert "Sport pages" in text(app)
        await pilot.press("tab", "down")
        assert screen.mutes.has_focus
        assert "lift" in lines(app)[-1]
        assert "delete" not in lines(app)[-1]
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, Ask))
        assert "Lift the mute of Daily Noise?" in text(app)
        await pilot.press("enter")
        await until(pilot, lambda: bool(engine.calls_of("unmute")))
        assert engine.calls_of("unmute") == [(NOISE.id,)]
        assert not engine.calls_of("delete_rule")


async def test_what_a_mute_hid_is_shown_among_the_alerts() -> None:
    engine = engine_of()
    engine.publish(MutesChanged((SPORT,)))
    app = app_on(engine)
    async with app.run_test(size=(120, 40)) as pilot:
        await open_rules(pilot, app)
        await pilot.press("tab", "enter")
        await until(pilot, lambda: isinstance(app.screen, AlertsScreen))
        assert "mute:sport" in text(app)


async def test_without_mutes_nothing_is_said_of_them() -> None:
    engine = engine_of()
    engine.publish(MutesChanged((SPORT,)))
    app = app_on(engine)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await open_rules(pilot, app)
        await pilot.press("tab")
        assert screen.mutes.has_focus
        engine.publish(MutesChanged(()))
        await until(pilot, lambda: screen.rules.has_focus)
        assert "in force" not in text(app)
        await pilot.press("tab")
        assert screen.detail.has_focus


async def test_rules_are_listed_while_their_rates_are_not_known() -> None:
    engine = engine_of()
    engine.failures["rates"] = StoreError("newswatch has ended")
    app = app_on(engine)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("3")
        await until(pilot, lambda: bool(engine.calls_of("rates")))
        assert "hormuz" in text(app)
        assert "3 live" in text(app)


async def test_hostile_mutes_are_shown_harmless() -> None:
    engine = engine_of()
    engine.publish(
        MutesChanged(
            tuple(
                MuteStatus(MuteId(f"m{number}"), MuteKind.PHRASE, name, name, NOW + timedelta(hours=1), number)
                for number, name in enumerate(HOSTILE)
            )
        )
    )
    app = app_on(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_rules(pilot, app)
        await pilot.press("tab")
        for size in ((58, 16), (80, 24), (200, 50)):
            await pilot.resize_terminal(*size)
            for _ in HOSTILE:
                await pilot.press("down")
                check(app)
