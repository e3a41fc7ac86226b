"""How the app begins, keeps up, and ends: what it starts it awaits, and what fails it says."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from newswatch.errors import StoreError, StoreLocked
from newswatch.model.event import HitsStored, NoticeCleared, NoticeLevel, NoticeRaised
from newswatch.model.hit import Held, HitId, Triage
from newswatch.model.rule import Severity
from newswatch.testing import build
from newswatch.testing.engine import ScriptedEngine
from newswatch.tui import leaving, telling
from newswatch.tui.screens.ask import Ask
from tests.tui.stage import alerts, app_on, hit, hits, lines, publish, selected, text, titles, until


class Running:
    """An engine's life: starts, then goes on until the engine is asked to quit."""

    def __init__(self, engine: ScriptedEngine) -> None:
        self.engine = engine
        self.has_started = False
        self.has_ended = False

    async def __call__(self) -> None:
        self.has_started = True
        async for _ in self.engine.watch(self.engine.view.seq):
            pass
        self.has_ended = True


async def test_the_engine_starts_after_the_first_paint_and_is_awaited_at_the_end() -> None:
    engine = ScriptedEngine(hits=hits("First"), rules=[build.rule_status()])
    running = Running(engine)
    app = app_on(engine, run_engine=running)
    async with app.run_test() as pilot:
        await until(pilot, lambda: running.has_started)
        assert "First" in text(app)
        await pilot.press("q")
        await until(pilot, lambda: running.has_ended)
    assert engine.calls_of("quit") == [()]
    assert app.return_code == 0
    assert app.return_value == 0


async def test_an_engine_that_cannot_start_ends_the_app_with_its_exit_code_and_its_words(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def fails() -> None:
        raise StoreLocked(Path("/home/[/nope]/newswatch.db"), 4711)

    app = app_on(ScriptedEngine(), run_engine=fails)
    async with app.run_test() as pilot:
        await until(pilot, lambda: app.return_code == 5)
    assert app.return_value == 5
    app._print_error_renderables()
    said = capsys.readouterr().err
    assert "/home/[/nope]/newswatch.db" in said
    assert "4711" in said
    assert "Traceback" not in said


async def test_an_engine_that_breaks_ends_the_app_without_a_traceback_on_the_screen(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def breaks() -> None:
        await asyncio.sleep(0)
        raise ZeroDivisionError("of all things")

    app = app_on(ScriptedEngine(), run_engine=breaks)
    async with app.run_test() as pilot:
        await until(pilot, lambda: app.return_code == 1)
    app._print_error_renderables()
    said = capsys.readouterr().err
    assert "ZeroDivisionError: of all things" in said
    assert "Traceback" not in said


async def test_q_asks_only_while_a_high_or_critical_story_is_new() -> None:
    engine = ScriptedEngine(hits=[hit("Tanker boarded", severity=Severity.HIGH)])
    app = app_on(engine)
    async with app.run_test() as pilot:
        await pilot.press("q")
        await until(pilot, lambda: isinstance(app.screen, Ask))
        await until(pilot, lambda: "1 high or critical story is still new." in text(app))
        await pilot.press("escape")
        await pilot.pause()
        assert not engine.calls_of("quit")
        await engine.set_acked(engine.view.stories[0].hit_ids, acked=True)
        await until(pilot, lambda: alerts(app).view.unacked == 0)
        await pilot.press("q")
        await until(pilot, lambda: bool(engine.calls_of("quit")))


async def test_held_and_low_stories_do_not_keep_a_person_from_leaving() -> None:
    engine = ScriptedEngine(
        hits=[hit("Backlog", severity=Severity.CRITICAL, held=Held.BACKLOG), hit("Low one", severity=Severity.LOW)]
    )
    app = app_on(engine)
    async with app.run_test() as pilot:
        await pilot.press("q")
        await until(pilot, lambda: bool(engine.calls_of("quit")))


async def test_ctrl_c_quits_where_nothing_is_selected() -> None:
    engine = ScriptedEngine()
    app = app_on(engine)
    async with app.run_test() as pilot:
        await pilot.press("ctrl+c")
        await until(pilot, lambda: bool(engine.calls_of("quit")))
    assert app.return_code == 0


async def test_an_engine_that_does_not_end_does_not_keep_the_person(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaving, "QUIT_S", 0.05)
    engine = ScriptedEngine()

    async def never_ends() -> None:
        await asyncio.Event().wait()

    app = app_on(engine, run_engine=never_ends)
    async with app.run_test() as pilot:
        await pilot.press("q")
        await until(pilot, lambda: app.return_value == 0)


async def test_what_the_screen_shows_counts_as_told_once() -> None:
    engine = ScriptedEngine(hits=[*hits("Second", "First"), hit("Backlog", minute=-9, held=Held.BACKLOG)])
    app = app_on(engine)
    async with app.run_test() as pilot:
        await until(pilot, lambda: not any(h.told_at is None for s in engine.view.stories for h in s.hits))
        await publish(pilot, engine, hit("Arrival", minute=9))
        await until(pilot, lambda: engine.view.stories[0].lead.told_at is not None)
        told = [hit_id for (told_hits,) in engine.calls_of("mark_told") for hit_id in as_ids(told_hits)]
        assert len(told) == len(set(told)) == 4


async def test_what_could_not_be_marked_as_told_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "AGAIN_S", 0.01)
    engine = ScriptedEngine(hits=hits("First"))
    engine.failures["mark_told"] = StoreError("the disk is full")
    app = app_on(engine)
    async with app.run_test() as pilot:
        await until(pilot, lambda: bool(engine.calls_of("mark_told")))
        del engine.failures["mark_told"]
        await publish(pilot, engine, hit("Arrival", minute=9))
        await until(pilot, lambda: all(h.told_at is not None for s in engine.view.stories for h in s.hits))


async def test_a_screen_that_fell_behind_takes_a_new_snapshot() -> None:
    engine = ScriptedEngine(ring=3)
    app = app_on(engine)
    async with app.run_test() as pilot:
        await pilot.pause()
        for number in range(30):
            engine.publish(HitsStored((hit(f"Arrival {number}", minute=number),)))
        await until(pilot, lambda: alerts(app).view.seq >= 30)
        assert len(titles(app)) == 30
        await publish(pilot, engine, hit("Next", minute=99))
        assert selected(app) == "Next"


async def test_a_verb_that_is_refused_is_said_in_words_and_the_app_goes_on() -> None:
    engine = ScriptedEngine(hits=hits("First"))
    engine.failures["set_acked"] = StoreError("not saved: the disk is full [/nope]")
    app = app_on(engine)
    async with app.run_test() as pilot:
        await pilot.press("a")
        await until(pilot, lambda: "not saved: the disk is full [/nope]" in text(app))
        await pilot.press("j")
        await until(pilot, lambda: "not saved" not in text(app))


async def test_notices_stand_in_a_banner_the_worst_first_until_they_are_cleared() -> None:
    engine = ScriptedEngine(hits=hits("First"))
    app = app_on(engine)
    async with app.run_test() as pilot:
        await pilot.pause()
        engine.publish(
            NoticeRaised("rules", NoticeLevel.WARNING, "rules.toml:3:1: unknown key"),
            NoticeRaised("disk", NoticeLevel.ERROR, "not saving: the disk is full"),
        )
        await until(pilot, lambda: "ERROR  not saving: the disk is full" in lines(app)[1])
        assert "+1 more" in lines(app)[1]
        engine.publish(NoticeCleared("disk"))
        await until(pilot, lambda: "WARNING  rules.toml:3:1: unknown key" in lines(app)[1])
        engine.publish(NoticeCleared("rules"))
        await until(pilot, lambda: "headline" in lines(app)[1])


async def test_the_clock_ticks_in_the_zone_that_was_asked_for() -> None:
    now = build.at(0)
    app = app_on(ScriptedEngine(), now=lambda: now)
    async with app.run_test() as pilot:
        await pilot.pause()
        assert "14:30:00Z" in lines(app)[0]
        now = build.at(0.5)
        app._tick()
        await pilot.pause()
        assert "14:30:30Z" in lines(app)[0]


async def test_keys_can_be_remapped_by_their_action_id() -> None:
    engine = ScriptedEngine(hits=hits("First"))
    app = app_on(engine, keys={"hit.ack": "x"})
    async with app.run_test() as pilot:
        await pilot.press("a")
        await pilot.press("x")
        await until(pilot, lambda: engine.view.stories[0].state is Triage.ACKED)
        assert len(engine.calls_of("set_acked")) == 1
        assert "x ack" in lines(app)[-1]


async def test_every_theme_can_show_severities() -> None:
    engine = ScriptedEngine(hits=hits("First"))
    app = app_on(engine)
    async with app.run_test() as pilot:
        for theme in app.available_themes:
            app.theme = theme
            await pilot.pause()
            assert "First" in text(app)


async def test_an_unknown_theme_falls_back_to_the_night() -> None:
    app = app_on(ScriptedEngine(), theme="no-such-theme")
    async with app.run_test():
        assert app.theme == "newswatch-night"


async def test_resizing_to_almost_nothing_and_back_ends_as_a_fresh_frame() -> None:
    engine = ScriptedEngine(hits=[replace(h, told_at=build.at(0), state=Triage.SEEN) for h in hits(*"ABCDEFGHIJ")])
    app = app_on(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("j", "j")
        fresh = lines(app)
        for size in ((10, 3), (1, 1), (400, 200), (59, 19), (110, 30), (170, 50), (80, 24)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert all(strip.cell_length == size[0] for strip in app.screen._compositor.render_strips(app.size))
        await until(pilot, lambda: lines(app) == fresh)
        assert selected(app) == "C"


async def test_a_second_that_goes_by_while_a_screen_is_taken_away_does_no_harm() -> None:
    engine = ScriptedEngine(hits=hits("First"))
    app = app_on(engine)
    async with app.run_test() as pilot:
        await pilot.pause()
        screen = alerts(app)
        screen._pruning = True  # what Textual sets before it takes the widgets, while the screen is on the stack yet
        await screen.query("*").remove()
        app._tick()
        app._show(engine.snapshot())
        screen.touch()
        screen.flash("bye")
        app.exit()


def test_no_color_takes_every_colour_greys_and_grounds_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    segments = [Segment("x", Style(color="red", bgcolor="#233042", bold=True))]
    for line_filter in app_on(ScriptedEngine()).get_line_filters():
        segments = line_filter.apply(segments, Color(0, 0, 0))
    style = segments[0].style
    assert style is not None
    assert style.bold
    assert style.color is not None
    assert style.bgcolor is not None
    assert style.color.is_default
    assert style.bgcolor.is_default


def as_ids(told: object) -> tuple[HitId, ...]:
    assert isinstance(told, tuple)
    return told
