"""Beside the list: the window's title, silence, themes, settings, the hand-over, and who is there to see it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from textual import events

from newswatch.errors import SettingsInvalid
from newswatch.model.event import AlertsRaised, HitsStored
from newswatch.model.hit import Triage
from newswatch.model.rule import Severity
from newswatch.model.setting import Setting
from newswatch.model.view import View
from newswatch.testing import build
from newswatch.testing.engine import ScriptedEngine
from newswatch.tui import outside
from newswatch.tui.app import NewswatchApp
from newswatch.tui.attention import title
from newswatch.tui.preferences import Preferences
from newswatch.tui.screens.alerts import AlertsScreen
from newswatch.tui.screens.article import ArticleScreen
from newswatch.tui.screens.handover import HandoverScreen
from newswatch.tui.screens.palette import PaletteScreen
from newswatch.tui.screens.settings import SettingsScreen
from newswatch.tui.screens.themes import ThemesScreen
from tests.tui.stage import Hands, Wall, alerts, app_on, hit, hits, lines, publish, selected, text, titles, until

ROWS = (
    Setting("polling.interval", "10m", "default", "Between two checks of a feed.", 'interval = "10m"'),
    Setting("ui.theme", "nord", "settings.toml:12", "The colours.", "F3 chooses one"),
)


class Home:
    """Preferences that remember what was saved."""

    def __init__(self, folder: Path, rows: Callable[[], Sequence[Setting]] = lambda: ROWS) -> None:
        self.saved: list[tuple[str, str]] = []
        self.preferences = Preferences(
            folder / "settings.toml", folder / "handover", rows, lambda key, value: self.saved.append((key, value))
        )


def test_the_title_counts_what_is_not_acked() -> None:
    assert title(View()) == "newswatch"
    engine = ScriptedEngine(hits=[*hits("A", "B"), hit("C", state=Triage.ACKED)])
    assert title(engine.view) == "(2) newswatch"


async def test_p_silences_for_a_quarter_of_an_hour_counts_down_and_ends_by_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wall, heard = Wall(), list[str]()
    engine = ScriptedEngine(hits=hits("First"), now=wall)
    app = app_on(engine, now=wall)
    monkeypatch.setattr(app, "bell", lambda: heard.append("ring"))
    raised = AlertsRaised((hit("Tanker", severity=Severity.CRITICAL),), "Tanker")
    async with app.run_test() as pilot:
        await pilot.press("p")
        await until(pilot, lambda: engine.view.paused_until == wall() + timedelta(minutes=15))
        await until(pilot, lambda: "SILENT 15:00" in lines(app)[1])
        engine.publish(raised)
        wall.at += timedelta(minutes=5)
        app._tick()
        await until(pilot, lambda: "SILENT 10:00" in lines(app)[1])
        assert heard == []
        wall.at += timedelta(minutes=10)
        app._tick()
        await until(pilot, lambda: "SILENT" not in text(app))
        engine.publish(raised)
        await until(pilot, lambda: heard == ["ring"])


async def test_p_again_ends_the_silence_and_a_notice_stands_beside_it() -> None:
    engine = ScriptedEngine(hits=hits("First"))
    app = app_on(engine, remarks=["settings.toml:3: “s” is ack now"])
    async with app.run_test() as pilot:
        await until(pilot, lambda: "settings.toml:3" in lines(app)[1])
        await pilot.press("p")
        await until(pilot, lambda: "SILENT 15:00" in lines(app)[1] and "settings.toml:3" in lines(app)[1])
        await pilot.press("p")
        await until(pilot, lambda: engine.view.paused_until is None and "SILENT" not in text(app))


async def test_alerts_that_were_missed_while_behind_ring_once_and_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    engine, heard = ScriptedEngine(hits=hits("Old"), ring=3), list[str]()
    app = app_on(engine)
    monkeypatch.setattr(app, "bell", lambda: heard.append("ring"))
    async with app.run_test() as pilot:
        await until(pilot, lambda: titles(app) == ["Old"])
        for number in range(9):
            one = hit(f"Grave {number}", minute=number + 5, severity=Severity.HIGH)
            engine.publish(HitsStored((one,)), AlertsRaised((one,), one.entry.title))
        await until(pilot, lambda: "9 alerts came while the screen was behind" in text(app))
        assert heard == ["ring"]


async def test_themes_are_shown_as_one_moves_and_esc_brings_the_old_one_back(tmp_path: Path) -> None:
    home = Home(tmp_path)
    app = app_on(ScriptedEngine(hits=hits("First")), preferences=home.preferences)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("f3")
        await until(pilot, lambda: isinstance(app.screen, ThemesScreen) and app.screen.rows.selected is not None)
        before = app.theme
        await pilot.press("j", "j")
        await until(pilot, lambda: app.theme != before)
        assert "First" in text(app)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, AlertsScreen))
        assert app.theme == before
        assert home.saved == []


@pytest.mark.parametrize("key", ["f3", "m", "w", "A", "question_mark", "colon"])
@pytest.mark.parametrize("theme", ["ansi-dark", "ansi-light"])
async def test_with_the_colours_of_the_terminal_the_list_is_still_seen_round_a_dialog(theme: str, key: str) -> None:
    app = app_on(ScriptedEngine(hits=hits("Second", "First")), theme=theme)
    async with app.run_test() as pilot:
        await until(pilot, lambda: "Second" in text(app))
        await pilot.press(key)
        await until(pilot, lambda: len(app.screen_stack) == 2)
        await pilot.pause()
        assert "LIVE" in app.export_screenshot()


async def test_enter_keeps_the_theme_in_the_settings(tmp_path: Path) -> None:
    home = Home(tmp_path)
    app = app_on(ScriptedEngine(hits=hits("First")), preferences=home.preferences)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("f3")
        await until(pilot, lambda: isinstance(app.screen, ThemesScreen) and app.screen.rows.selected is not None)
        await pilot.press("g", "enter")
        await until(pilot, lambda: home.saved == [("ui.theme", "newswatch-day")])
        assert app.theme == "newswatch-day"
        await until(pilot, lambda: "newswatch-day, kept in settings.toml" in text(app))


async def test_the_demo_has_settings_and_files_and_says_that_they_pass_with_it(tmp_path: Path) -> None:
    preferences = replace(Home(tmp_path).preferences, is_passing=True)
    app = app_on(ScriptedEngine(hits=hits("First")), preferences=preferences)
    async with app.run_test(size=(160, 40)) as pilot:
        await pilot.press("f3")
        await until(pilot, lambda: isinstance(app.screen, ThemesScreen) and app.screen.rows.selected is not None)
        await pilot.press("g", "enter")
        await until(pilot, lambda: "newswatch-day, until the demo ends" in text(app))
        await pilot.press("H")
        await until(pilot, lambda: isinstance(app.screen, HandoverScreen))
        await pilot.press("x")
        await until(pilot, lambda: "wrote, until the demo ends: " in text(app))


@pytest.mark.parametrize(
    ("name", "kind"), [("theme", ThemesScreen), ("settings", SettingsScreen), ("hand-over", HandoverScreen)]
)
async def test_the_palette_jumps_to_what_opens_over_the_screens(name: str, kind: type, tmp_path: Path) -> None:
    app = app_on(ScriptedEngine(hits=hits("First")), preferences=Home(tmp_path).preferences)
    async with app.run_test() as pilot:
        await pilot.press("colon", *name, "enter")
        await until(pilot, lambda: isinstance(app.screen, kind))


async def test_settings_say_each_value_where_it_comes_from_and_how_to_change_it(tmp_path: Path) -> None:
    app = app_on(ScriptedEngine(), preferences=Home(tmp_path).preferences)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("f2")
        await until(pilot, lambda: "settings.toml:12" in text(app))
        assert "Between two checks of a feed." in text(app)
        assert 'interval = "10m"' in text(app)
        await pilot.press("j")
        await until(pilot, lambda: "F3 chooses one" in text(app))
        await pilot.press("y")
        assert app.clipboard == "F3 chooses one"
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, AlertsScreen))


async def test_a_settings_file_that_was_broken_meanwhile_is_said_and_the_rows_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_broken, opened = False, list[tuple[Path, int | None]]()

    def rows() -> Sequence[Setting]:
        if is_broken:
            raise SettingsInvalid(tmp_path / "settings.toml", "unknown key", 3, 1)
        return ROWS

    async def edit(_app: object, path: Path, line: int | None = None) -> None:
        nonlocal is_broken
        is_broken = True
        opened.append((path, line))
        await asyncio.sleep(0)

    monkeypatch.setattr("newswatch.tui.screens.settings.edit_outside", edit)
    app = app_on(ScriptedEngine(), preferences=Home(tmp_path, rows).preferences)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("f2")
        await until(pilot, lambda: "settings.toml:12" in text(app))
        await pilot.press("j", "E")
        await until(pilot, lambda: "unknown key" in text(app))
        assert opened == [(tmp_path / "settings.toml", 12)]
        assert "polling.interval" in text(app)


def test_the_editor_is_the_persons_own_and_one_that_is_not_there_is_passed_over() -> None:
    assert outside.editor_of({"VISUAL": "no-such-editor-here", "EDITOR": "sh -c"}) == ["sh", "-c"]
    assert outside.editor_of({"EDITOR": "'unclosed"}) in (["nano"], ["vi"], None)


async def test_the_hand_over_tells_what_came_since_the_person_left_and_goes_to_a_file(tmp_path: Path) -> None:
    wall, home = Wall(), Home(tmp_path)
    engine = ScriptedEngine(hits=[hit("Before they left", minute=1)], now=wall)
    app = app_on(engine, now=wall, preferences=home.preferences)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("j")
        wall.at += timedelta(minutes=30)
        await publish(pilot, engine, hit("While they were away", minute=25, severity=Severity.CRITICAL))
        await pilot.press("H")
        await until(pilot, lambda: isinstance(app.screen, HandoverScreen) and "1 new story, 1 critical" in text(app))
        assert "While they were away" in text(app)
        assert "Before they left" not in text(app)
        await pilot.press("space")
        await until(pilot, lambda: "Before they left" in text(app))
        await pilot.press("y")
        assert app.clipboard.startswith("# Hand-over 2026-11-22")
        await pilot.press("x")
        await until(pilot, lambda: any((tmp_path / "handover").glob("*.md")))
        (written,) = (tmp_path / "handover").glob("*.md")
        assert "While they were away" in written.read_text("utf-8")
        assert written.stat().st_mode & 0o777 == 0o600
        assert written.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("size", [(10, 3), (58, 16), (80, 24), (200, 50)])
@pytest.mark.parametrize("key", ["f2", "f3", "H"])
async def test_each_of_them_stands_at_every_size(key: str, size: tuple[int, int], tmp_path: Path) -> None:
    app = app_on(ScriptedEngine(hits=hits("First", "Second")), preferences=Home(tmp_path).preferences)
    async with app.run_test(size=size) as pilot:
        await pilot.press(key)
        await pilot.pause()
        await pilot.resize_terminal(size[0] + 7, size[1] + 3)
        await pilot.pause()
        assert all(strip.cell_length == app.size.width for strip in app.screen._compositor.render_strips(app.size))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, AlertsScreen))


async def test_without_the_focus_nothing_counts_as_seen_and_after_a_while_the_list_follows() -> None:
    wall, hands = Wall(), Hands()
    engine = ScriptedEngine(hits=hits("First", "Second"), now=wall)
    app = app_on(engine, now=wall, monotonic=hands)
    async with app.run_test() as pilot:
        await pilot.press("j")
        await until(pilot, lambda: selected(app) == "Second")
        app.post_message(events.AppBlur())
        await until(pilot, lambda: not app._desk.has_focus)
        alerts(app)._saw()
        await pilot.pause()
        assert engine.calls_of("advance") == []
        await publish(pilot, engine, hit("Arrival", minute=8))
        assert titles(app) == ["First", "Second"]
        wall.at += timedelta(seconds=31)
        hands.at_s += 31
        app._tick()
        await until(pilot, lambda: titles(app) == ["Arrival", "First", "Second"])
        assert selected(app) == "Second"


async def test_the_palette_finds_recent_stories_and_puts_what_was_used_first() -> None:
    app = app_on(ScriptedEngine(hits=hits("Tanker turned back", "Grain deal"), rules=[build.rule_status()]))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("colon", *"grain deal", "enter")
        await until(pilot, lambda: isinstance(app.screen, ArticleScreen))
        assert "Grain deal" in text(app)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, AlertsScreen))
        await pilot.press("colon", *"repaint", "enter")
        await until(pilot, lambda: isinstance(app.screen, AlertsScreen))
        await pilot.press("colon")
        await until(pilot, lambda: isinstance(app.screen, PaletteScreen) and app.screen.rows.selected is not None)
        palette: Any = app.screen
        assert [command.words for command in palette.rows._items][:2] == ["repaint", "Grain deal"]


async def test_copying_says_so_where_no_clipboard_can_be_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "TMUX"):
        monkeypatch.delenv(name, raising=False)
    app = app_on(ScriptedEngine(hits=hits("First")))
    async with app.run_test(size=(120, 24)) as pilot:
        alerts(app).copy("https://dnipro-wire.example/a")
        await until(pilot, lambda: "not copied, this terminal has no clipboard: https://dnipro-wire" in text(app))
        assert isinstance(app, NewswatchApp)


async def test_a_click_on_a_key_of_the_footer_is_that_key_on_its_sign_and_on_its_word() -> None:
    engine = ScriptedEngine(hits=hits("First", "Second"))
    app = app_on(engine)
    async with app.run_test(size=(120, 24)) as pilot:
        await until(pilot, lambda: "a ack" in lines(app)[-1])
        at = lines(app)[-1].index("a ack")
        await pilot.click(offset=(at, 23))
        await until(pilot, lambda: len(engine.calls_of("set_acked")) + len(engine.calls_of("set_handled")) == 1)
        await pilot.click(offset=(at + 3, 23))
        await until(pilot, lambda: len(engine.calls_of("set_acked")) + len(engine.calls_of("set_handled")) == 2)
