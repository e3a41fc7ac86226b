"""The results under a query: reached by Tab, gone through, and made into tests of the rule."""

from __future__ import annotations

import asyncio

import pytest
from textual.pilot import Pilot

from newswatch.errors import RuleRefused
from newswatch.model.rule import RuleDraft, RuleId
from newswatch.testing import build
from newswatch.testing.engine import ScriptedEngine
from newswatch.tui.app import NewswatchApp
from newswatch.tui.screens.editor import EditorScreen
from newswatch.tui.widgets.query_field import QueryField
from newswatch.tui.widgets.trial import TrialList
from tests.tui.stage import app_on, hit, lines, text, until

HORMUZ = RuleId("hormuz")


def engine_of() -> ScriptedEngine:
    by = build.rule("tanker", id=HORMUZ)
    news = [hit("Tanker turned back"), hit("Grain ships sail", 1), hit("Tanker towed", 2)]
    return ScriptedEngine(hits=news, rules=[build.rule_status(by)])


def editor_of(app: NewswatchApp) -> EditorScreen:
    assert isinstance(app.screen, EditorScreen)
    return app.screen


async def open_results(pilot: Pilot[int], app: NewswatchApp) -> None:
    await pilot.press("3")
    await pilot.press("e")
    await until(pilot, lambda: "2 hits" in text(app))
    await pilot.press("tab")
    await until(pilot, lambda: isinstance(app.focused, TrialList))


async def test_tab_reaches_the_results_and_escape_goes_back_to_the_query() -> None:
    app = app_on(engine_of())
    async with app.run_test() as pilot:
        await open_results(pilot, app)
        assert "T make a test of it" in lines(app)[-1]
        await pilot.press("j")
        selected = editor_of(app).trial.rows.selected
        assert selected is not None
        assert selected.entry.title == "Tanker turned back"
        await pilot.press("escape")
        assert isinstance(app.focused, QueryField)


async def test_a_result_becomes_a_must_that_is_saved_with_the_rule() -> None:
    engine = engine_of()
    app = app_on(engine)
    async with app.run_test() as pilot:
        await open_results(pilot, app)
        await pilot.press("T")
        await until(pilot, lambda: any("Tanker towed" in line and " must" in line for line in lines(app)))
        assert editor_of(app).unsaved
        await pilot.press("ctrl+s")
        await until(pilot, lambda: engine.view.rules[0].rule.must == ("Tanker towed",))
        assert not engine.calls_of("save_rule")  # the rule itself is as it was
        await until(pilot, lambda: "saved 1 test of hormuz" in text(app))


async def test_what_an_edit_would_lose_becomes_a_must_not() -> None:
    engine = engine_of()
    app = app_on(engine)
    async with app.run_test() as pilot:
        await pilot.press("3")
        await pilot.press("e")
        await until(pilot, lambda: "2 hits" in text(app))
        for key in ("space", *"towed"):
            await pilot.press(key)
        await until(pilot, lambda: "2 → 1 hits" in text(app) or "−" in text(app))
        await until(pilot, lambda: any("Tanker turned back" in line and "−" in line for line in lines(app)))
        await pilot.press("tab")
        rows = editor_of(app).trial.rows
        gone = next(row for row in rows._items if row.entry.title == "Tanker turned back")
        rows.select(gone.id)
        await pilot.press("T")
        await until(pilot, lambda: "must not" in text(app))
        await pilot.press("ctrl+s")
        await until(pilot, lambda: engine.view.rules[0].rule.must_not == ("Tanker turned back",))
        assert len(engine.calls_of("save_rule")) == 1


async def test_a_test_that_is_refused_leaves_the_rule_saved_and_says_so() -> None:
    engine = engine_of()
    engine.failures["add_example"] = RuleRefused("the rule does not match this text")
    app = app_on(engine)
    async with app.run_test() as pilot:
        await open_results(pilot, app)
        await pilot.press("T")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "the rule is saved, a test is not" in " ".join(text(app).split()))
        await pilot.press("T")
        await until(pilot, lambda: not editor_of(app).unsaved)


async def test_t_again_takes_the_wish_for_a_test_back() -> None:
    app = app_on(engine_of())
    async with app.run_test() as pilot:
        await open_results(pilot, app)
        await pilot.press("T")
        await pilot.press("T")
        await until(pilot, lambda: not editor_of(app).unsaved)


async def test_typing_in_the_query_goes_on_while_results_come_in() -> None:
    app = app_on(engine_of())
    async with app.run_test() as pilot:
        await open_results(pilot, app)
        await pilot.press("escape")
        for key in ("space", *"OR", "space", *"grain"):
            await pilot.press(key)
        assert editor_of(app).query_field.text == "tanker OR grain"


async def test_a_short_screen_has_the_trial_too() -> None:
    app = app_on(engine_of())
    async with app.run_test(size=(58, 16)) as pilot:
        await pilot.press("3")
        await pilot.press("e")
        await until(pilot, lambda: "2 hits" in text(app) and "Tanker towed" in text(app))
        await pilot.resize_terminal(20, 4)
        await pilot.resize_terminal(58, 16)
        await until(pilot, lambda: "Tanker towed" in text(app))


async def test_what_is_typed_while_a_rule_is_saved_stays_in_the_editor(monkeypatch: pytest.MonkeyPatch) -> None:
    engine, may_end = engine_of(), asyncio.Event()
    save = engine.save_rule

    async def save_slowly(draft: RuleDraft, replaces: RuleId | None = None) -> RuleId:
        await may_end.wait()
        return await save(draft, replaces)

    monkeypatch.setattr(engine, "save_rule", save_slowly)
    app = app_on(engine)
    async with app.run_test() as pilot:
        await pilot.press("3", "e")
        await until(pilot, lambda: "2 hits" in text(app))
        await pilot.press("space", "x", "ctrl+s", "y")
        may_end.set()
        await until(pilot, lambda: "saved hormuz" in text(app))
        assert editor_of(app).query_field.text == "tanker xy"
        assert editor_of(app).unsaved
        await pilot.press("ctrl+s")
        await until(pilot, lambda: not isinstance(app.screen, EditorScreen))
        assert engine.view.rules[0].rule.query == "tanker xy"
