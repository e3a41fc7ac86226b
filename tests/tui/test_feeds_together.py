"""Several feeds at once on the Feeds screen, and feeds.opml in a person's own editor."""

from __future__ import annotations

from pathlib import Path

import pytest

from newswatch.testing import build
from newswatch.testing.engine import ScriptedEngine
from newswatch.tui.app import NewswatchApp
from newswatch.tui.outside import line_of_feed
from newswatch.tui.picking import at_hand
from newswatch.tui.signs import UNICODE
from tests.tui.stage import app_on, lines, text, until
from tests.tui.test_feeds_screen import DNIPRO, GULF, PAUSED, feeds_of, open_feeds, selected
from tests.tui.test_help_and_palette import help_on, told


def three() -> ScriptedEngine:
    return ScriptedEngine(feeds=[DNIPRO, GULF, PAUSED])


def rows_marked(app: NewswatchApp) -> list[str]:
    return [line.split("  ")[0][3:] for line in lines(app) if line.startswith(UNICODE.marked)]


def test_what_is_at_hand_is_what_is_marked_and_shown_else_what_is_selected() -> None:
    assert at_hand(("a", "b", "c"), 0, {"b", "c"}, str) == ("b", "c")
    assert at_hand(("a", "b", "c"), 1, {"z"}, str) == ("b",)
    assert at_hand(("a", "b", "c"), 2, (), str) == ("c",)
    assert at_hand((), 0, {"a"}, str) == ()


async def test_feeds_that_are_picked_are_removed_in_one_edit_and_come_back_together() -> None:
    engine = three()
    app = app_on(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_feeds(pilot)
        await pilot.press("space", "space")
        await until(pilot, lambda: "2 selected" in text(app))
        assert rows_marked(app) == ["Dnipro Wire", "Gulf Wire"]
        await pilot.press("d")
        await until(pilot, lambda: "removed 2 feeds; their history stays. u puts them back" in text(app))
        assert engine.calls_of("remove") == [((DNIPRO.feed.id, GULF.feed.id),)]
        assert "selected" not in text(app)
        await pilot.press("u")
        await until(pilot, lambda: "put back 2 feeds" in text(app))
        assert len(feeds_of(app).view.feeds) == 3
        assert not feeds_of(app).check_action("put_back", ())


async def test_feeds_that_are_picked_are_paused_together_unless_all_are() -> None:
    engine = three()
    app = app_on(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_feeds(pilot)
        await pilot.press("A", "p")
        await until(pilot, lambda: "3 feeds are paused: not asked; their history stays" in text(app))
        await pilot.press("A", "p")
        await until(pilot, lambda: "3 feeds are asked again" in text(app))
        every = (DNIPRO.feed.id, GULF.feed.id, PAUSED.feed.id)
        assert engine.calls_of("set_paused") == [(every, True), (every, False)]


async def test_only_what_is_shown_is_picked_and_checked() -> None:
    engine = three()
    app = app_on(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_feeds(pilot)
        await pilot.press("slash", *"wire", "enter")
        await until(pilot, lambda: len(feeds_of(app).feeds._items) == 2)
        await pilot.press("A", "r")
        await until(pilot, lambda: "checking 2 feeds" in text(app))
        assert engine.calls_of("check_feeds") == [((DNIPRO.feed.id, GULF.feed.id),)]


async def test_esc_lets_go_of_the_marks_before_anything_else() -> None:
    app = app_on(three())
    async with app.run_test(size=(80, 24)) as pilot:
        await open_feeds(pilot)
        await pilot.press("space")
        await until(pilot, lambda: "1 selected" in text(app))
        assert selected(app) == "Gulf Wire"
        await pilot.press("escape")
        await until(pilot, lambda: "selected" not in text(app))
        assert feeds_of(app).is_current


async def test_e_opens_feeds_opml_at_the_feed_and_without_a_file_is_not_offered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[tuple[Path, int | None]] = []

    async def edit(_app: object, path: Path, line: int | None = None) -> None:
        opened.append((path, line))

    monkeypatch.setattr("newswatch.tui.outside.edit_outside", edit)
    file = tmp_path / "feeds.opml"
    file.write_text(
        f'<opml><body>\n<outline text="x"/>\n<outline xmlUrl="{DNIPRO.feed.url}"/>\n</body></opml>', "utf-8"
    )
    app = app_on(three(), feeds_file=file)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_feeds(pilot)
        await pilot.press("E")
        await until(pilot, lambda: opened == [(file, 3)])
        help_screen = await help_on(pilot)
        assert "Open feeds.opml" in told(help_screen)
        assert "Open rules.toml" not in told(help_screen)
    app = app_on(three())
    async with app.run_test(size=(80, 24)) as pilot:
        await open_feeds(pilot)
        assert not feeds_of(app).check_action("edit_feeds_file", ())


def test_a_feed_is_found_in_its_file_however_its_address_is_written(tmp_path: Path) -> None:
    file = tmp_path / "feeds.opml"
    address = build.feed("https://gulf.example/rss?a=1&b=2").url
    file.write_text(
        "<!-- https://gulf.example/rss?a=1&amp;b=2 -->\n<outline\n xmlURL = 'https://gulf.example/rss?a=1&amp;b=2'/>",
        "utf-8",
    )
    assert line_of_feed(file, address) == 3
    assert line_of_feed(file, "https://gulf.example/rss") is None
    assert line_of_feed(tmp_path / "none", address) is None
