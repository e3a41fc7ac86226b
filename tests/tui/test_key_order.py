"""Keys that come in one breath, as a paste or a quick hand sends them."""

from __future__ import annotations

from textual import events
from textual.pilot import Pilot
from textual.widgets import Input

from newswatch.model.event import HitsStored
from newswatch.model.hit import Triage
from newswatch.testing.engine import ScriptedEngine
from newswatch.tui.app import NewswatchApp
from newswatch.tui.screens.palette import PaletteScreen
from tests.tui.stage import alerts, app_on, hits, selected


def type_at_once(app: NewswatchApp, text: str) -> None:
    """All keys lie in the app's queue before it takes the first."""
    for character in text:
        app.post_message(events.Key({"/": "slash", ":": "colon", "\r": "enter"}.get(character, character), character))


async def opened(pilot: Pilot[int]) -> NewswatchApp:
    app = pilot.app
    assert isinstance(app, NewswatchApp)
    await pilot.pause()
    return app


async def test_a_filter_typed_in_one_breath_acks_nothing_and_loses_no_letter() -> None:
    engine = ScriptedEngine()
    engine.publish(HitsStored(tuple(hits("Tanker boarded", "Strait closed", "Grain convoy"))))
    app = app_on(engine)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        type_at_once(app, "/grasta")
        for _ in range(20):
            await pilot.pause()
        assert alerts(app).query_one(Input).value == "grasta"
        assert "set_acked" not in {call.verb for call in engine.calls}


async def test_a_command_typed_in_one_breath_arrives_whole() -> None:
    app = app_on(ScriptedEngine())
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        type_at_once(app, ":feeds")
        for _ in range(20):
            await pilot.pause()
        assert isinstance(app.screen, PaletteScreen)
        assert app.screen.needle.value == "feeds"


async def test_many_moves_in_one_breath_all_count() -> None:
    engine = ScriptedEngine()
    engine.publish(HitsStored(tuple(hits(*(f"Tanker {number}" for number in range(60))))))
    app = app_on(engine)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        type_at_once(app, "j" * 40)
        for _ in range(60):
            await pilot.pause()
        assert selected(app) == "Tanker 40"


async def test_an_ack_right_behind_a_move_is_of_the_row_moved_to() -> None:
    engine = ScriptedEngine()
    engine.publish(HitsStored(tuple(hits("Tanker boarded", "Strait closed", "Grain convoy"))))
    app = app_on(engine)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        type_at_once(app, "jaja")
        for _ in range(40):
            await pilot.pause()
        acked = [story.lead.entry.title for story in engine.view.stories if story.state is Triage.ACKED]
        assert acked == ["Strait closed", "Grain convoy"]


async def test_a_key_right_behind_enter_in_the_filter_is_for_the_list() -> None:
    engine = ScriptedEngine()
    engine.publish(HitsStored(tuple(hits("Tanker boarded", "Strait closed", "Grain convoy"))))
    app = app_on(engine)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        type_at_once(app, "/grain\ra")
        for _ in range(40):
            await pilot.pause()
        assert alerts(app).query_one(Input).value == "grain"
        acked = [story.lead.entry.title for story in engine.view.stories if story.state is Triage.ACKED]
        assert acked == ["Grain convoy"]
