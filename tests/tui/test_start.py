"""The start: what is painted before anything is loaded, what becomes of keys typed then, and of a start that fails."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widget import AwaitMount

from newswatch.engine.api import Engine
from newswatch.errors import StoreLocked
from newswatch.model.event import Liveness, LivenessChanged
from newswatch.testing.engine import ScriptedEngine
from newswatch.tui.screens.alerts import AlertsScreen
from newswatch.tui.screens.starting import StartingScreen
from newswatch.tui.start import StartingApp
from tests.tui.stage import HANG_TURNS, Wall, hits, lines, selected, until

SIZES = [(40, 10), (58, 16), (60, 20), (80, 24), (109, 30), (110, 20), (120, 40), (169, 60), (170, 20), (200, 50)]
WORDS = ("Opening the history", "What matches your rules")


class Gate:
    """An engine that is opened when the test says so, and counts how often."""

    def __init__(self, engine: ScriptedEngine, failure: BaseException | None = None) -> None:
        self.times = 0
        self._engine = engine
        self._failure = failure
        self._is_free = threading.Event()

    def __call__(self) -> Engine:
        self.times += 1
        assert self._is_free.wait(30)
        if self._failure is not None:
            raise self._failure
        return self._engine

    def free(self) -> None:
        """Lets it be opened."""
        self._is_free.set()


@asynccontextmanager
async def started(gate: Gate, size: tuple[int, int] = (80, 24)) -> AsyncIterator[tuple[StartingApp, Pilot[int]]]:
    """The app at its first frame."""
    app = StartingApp(gate, now=Wall(), icons="unicode")
    try:
        async with app.run_test(size=size) as pilot:
            assert isinstance(app.screen, StartingScreen)
            await pilot.pause()
            yield app, pilot
    finally:
        gate.free()


async def at_home(app: StartingApp, pilot: Pilot[int]) -> None:
    """Waits for the home screen."""
    for _ in range(HANG_TURNS):
        if isinstance(app.screen, AlertsScreen) and app.screen.is_composed:
            await pilot.pause()
            return
        await pilot.pause(0.01)
    raise AssertionError("the home screen never came")


async def at_rules(app: StartingApp, pilot: Pilot[int]) -> None:
    """Waits for the Rules screen."""
    for _ in range(HANG_TURNS):
        if app.current_mode == "rules" and app.screen.query("RuleList"):
            await pilot.pause()
            return
        await pilot.pause(0.01)
    raise AssertionError("the Rules screen never came")


async def ended(app: StartingApp) -> None:
    """Waits until the app has given up."""
    for _ in range(HANG_TURNS):
        if app.return_code is not None:
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never ended")


def fixed(shown: list[str]) -> dict[int, str]:
    """What must not move: the first row, the last, and the words between them; by their rows."""
    words = {row: line.rstrip() for row, line in enumerate(shown) if any(word in line for word in WORDS)}
    return {0: shown[0], len(shown) - 1: shown[-1], **words}


@pytest.mark.parametrize("size", SIZES)
async def test_nothing_of_the_first_frame_moves_when_the_home_screen_takes_its_place(size: tuple[int, int]) -> None:
    engine = ScriptedEngine()
    engine.publish(LivenessChanged(Liveness.STARTING))
    gate = Gate(engine)
    async with started(gate, size) as (app, pilot):
        first = lines(app)
        assert "STARTING" in first[0]
        assert not any(line.strip() for row, line in enumerate(first) if row not in fixed(first))
        gate.free()
        await at_home(app, pilot)
        cells = {row: line for row, line in enumerate(lines(app)) if row in fixed(first)}
        for row, line in fixed(first).items():
            there = cells[row]
            assert there == line or line.strip("▕▏ ") in there, (size, row, line, there)
            assert there.index(line.strip()[:9]) == line.index(line.strip()[:9])


async def test_keys_typed_before_there_is_anything_are_done_in_their_order_once_there_is() -> None:
    gate = Gate(ScriptedEngine(hits=hits("First", "Second", "Third")))
    async with started(gate) as (app, pilot):
        await pilot.press("j", "j", "k")
        assert isinstance(app.screen, StartingScreen)
        gate.free()
        await at_home(app, pilot)
        await pilot.pause(0.1)
        assert selected(app) == "Second"


async def test_of_keys_typed_without_a_pause_from_before_the_home_screen_until_after_it_none_is_lost() -> None:
    gate = Gate(ScriptedEngine(hits=hits(*(f"Report {number}" for number in range(200)))))
    async with started(gate) as (app, pilot):
        typed = 0
        while not isinstance(app.screen, AlertsScreen) or typed % 10:
            for _ in range(3):
                app.post_message(events.Key("j", "j"))
            app.post_message(events.Key("k", "k"))
            typed += 2
            if typed == 10:
                gate.free()
            await asyncio.sleep(0.005)
        await until(pilot, lambda: selected(app) == f"Report {typed}")


async def test_a_place_that_was_asked_for_early_is_gone_to() -> None:
    gate = Gate(ScriptedEngine(hits=hits("First")))
    async with started(gate) as (app, pilot):
        await pilot.press("3")
        gate.free()
        await at_rules(app, pilot)
        assert gate.times == 1


async def test_a_click_on_a_place_of_the_first_frame_goes_there_once_it_is_there() -> None:
    gate = Gate(ScriptedEngine(hits=hits("First")))
    async with started(gate, (120, 40)) as (app, pilot):
        x = lines(app)[0].index("[3]") + 1
        for kind in (events.MouseDown, events.MouseUp):  # as the driver sends them: `Pilot.click` goes past the app
            app.post_message(kind(None, x, 0, 0, 0, 1, False, False, False, x, 0))
        await pilot.pause()
        assert isinstance(app.screen, StartingScreen)
        gate.free()
        await at_rules(app, pilot)


async def test_ctrl_c_ends_a_start_that_takes_long() -> None:
    gate = Gate(ScriptedEngine())
    async with started(gate) as (app, pilot):
        await pilot.press("ctrl+c")
        await ended(app)
        assert app.return_code == 0


async def test_who_leaves_while_the_home_screen_is_put_up_sees_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    gate = Gate(ScriptedEngine(hits=hits("First")))
    switch = StartingApp.switch_mode

    def leave_and_switch(app: StartingApp, mode: str) -> AwaitMount:
        app._leaving.leave(143)
        return switch(app, mode)

    monkeypatch.setattr(StartingApp, "switch_mode", leave_and_switch)
    async with started(gate) as (app, _):
        gate.free()
        await ended(app)
        assert app.return_code == 143
        assert not app._exit_renderables


async def test_what_keeps_the_engine_from_being_opened_ends_the_start_with_its_exit_code_and_its_words() -> None:
    gate = Gate(ScriptedEngine(), StoreLocked(Path("history.journal"), 1))
    async with started(gate) as (app, _):
        gate.free()
        await ended(app)
        assert app.return_code == StoreLocked.exit_code
        assert "in use by process 1" in str(app._exit_renderables)


async def test_a_module_that_cannot_be_loaded_ends_the_start_and_is_said() -> None:
    gate = Gate(ScriptedEngine(), ImportError("no module named gone"))
    async with started(gate) as (app, _):
        gate.free()
        await ended(app)
        assert app.return_code == 1
        assert "no module named gone" in str(app._exit_renderables)
