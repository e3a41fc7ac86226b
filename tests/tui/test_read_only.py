"""The screen of a home that another newswatch writes: who does, what is refused, and taking over."""

from __future__ import annotations

from pathlib import Path

import pytest

from newswatch.errors import StoreLocked
from newswatch.model.event import Liveness, LivenessChanged, OtherWriter
from newswatch.model.rule import Severity
from newswatch.testing.engine import ScriptedEngine
from tests.tui.stage import app_on, hit, lines, text, until

WRITER = OtherWriter(4711)


def read_only(writer: OtherWriter | None = WRITER) -> ScriptedEngine:
    return ScriptedEngine(
        hits=[hit("Tanker boarded", severity=Severity.CRITICAL)],
        liveness=Liveness.READ_ONLY,
        is_read_only=True,
        writer=writer,
    )


@pytest.mark.parametrize(
    ("writer", "width", "words"),
    [
        (WRITER, 120, "READ-ONLY  process 4711 writes · 1 new"),
        (OtherWriter(4711, "newsroom-2"), 120, "READ-ONLY  process 4711 on newsroom-2 writes"),
        (OtherWriter(), 120, "READ-ONLY  another process writes"),
        (WRITER, 60, "READ-ONLY  process 4711 writes · 1 new"),
        (WRITER, 36, "READ-ONLY  1 new"),
        (None, 60, "READ-ONLY  nobody writes · 1 new"),
    ],
)
async def test_the_state_line_says_who_writes(writer: OtherWriter | None, width: int, words: str) -> None:
    app = app_on(read_only(writer))
    async with app.run_test(size=(width, 24)) as pilot:
        await pilot.pause()
        assert words in lines(app)[0]


async def test_taking_over_is_offered_only_where_nobody_writes_and_then_done_by_a_key() -> None:
    engine = read_only()
    app = app_on(engine)
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.press("T")
        assert not engine.calls_of("take_over")
        assert "take over" not in lines(app)[-1]
        engine.publish(LivenessChanged(Liveness.READ_ONLY, None))
        await until(pilot, lambda: "T take over" in lines(app)[-1])
        await pilot.press("T")
        await until(pilot, lambda: "this newswatch asks the feeds now" in text(app))
        assert engine.calls_of("take_over") == [()]
        await until(pilot, lambda: "LIVE" in lines(app)[0])
        await until(pilot, lambda: bool(engine.calls_of("mark_told")))  # what is shown is told from now on
        await pilot.press("j")
        assert "take over" not in lines(app)[-1]


async def test_a_take_over_that_another_was_quicker_with_is_told_in_its_words() -> None:
    engine = read_only(writer=None)
    engine.failures["take_over"] = StoreLocked(Path("/home/dana/newswatch"), 4712)
    app = app_on(engine)
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.press("T")
        await until(pilot, lambda: "in use by process 4712" in text(app))


async def test_to_leave_a_screen_that_only_reads_nothing_is_asked() -> None:
    engine = read_only()
    app = app_on(engine)
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.press("q")
        await until(pilot, lambda: bool(engine.calls_of("quit")))
    assert app.return_code == 0
