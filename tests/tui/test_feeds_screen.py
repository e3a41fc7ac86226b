"""Feeds are listed with their state, their last error in words, and are checked when a person asks."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from textual.pilot import Pilot

from newswatch.errors import StoreError
from newswatch.model.event import FeedChanged, FeedRemoved, Liveness
from newswatch.model.feed import FeedHealth, FeedStatus
from newswatch.testing import build
from newswatch.testing.engine import ScriptedEngine
from newswatch.tui.app import NewswatchApp
from newswatch.tui.screens.alerts import AlertsScreen
from newswatch.tui.screens.feeds import FeedsScreen
from tests.tui.stage import Wall, app_on, lines, text, until
from tests.tui.test_hostile_text import HOSTILE, check
from tests.tui.test_rules_screen import check_sizes


def health(
    name: str, status: FeedStatus = FeedStatus.OK, *, feed: dict[str, Any] | None = None, **state: Any
) -> FeedHealth:
    made = build.feed(f"https://{name.split(maxsplit=1)[0].lower()}.example/rss", **{"name": name, **(feed or {})})
    row = build.feed_health(made)
    return replace(row, state=replace(row.state, status=status, **state))


DNIPRO = health("Dnipro Wire", last_success_at=build.at(8), next_check_at=build.at(11))
GULF = health("Gulf Wire", FeedStatus.FAILING, last_error="503 Service Unavailable", failures=3)
PAUSED = health("Polar Post", feed={"is_paused": True})
GONE = health("Ledger Street", FeedStatus.STOPPED, last_error="410 Gone")
NEW = health("Tagesblick", FeedStatus.NEW)


def feeds_of(app: NewswatchApp) -> FeedsScreen:
    assert isinstance(app.screen, FeedsScreen)
    return app.screen


def selected(app: NewswatchApp) -> str:
    chosen = feeds_of(app).feeds.selected
    return chosen.label if chosen is not None else ""


async def open_feeds(pilot: Pilot[int]) -> None:
    await pilot.press("4")
    await until(pilot, lambda: isinstance(pilot.app.screen, FeedsScreen) and pilot.app.screen.feeds.size.height > 0)


async def test_each_feed_shows_its_state_its_times_and_its_error_in_words() -> None:
    app = app_on(ScriptedEngine(feeds=[replace(DNIPRO, entries=4812, hits=12), GULF, PAUSED, GONE, NEW]))
    async with app.run_test(size=(120, 40)) as pilot:
        await open_feeds(pilot)
        rows = lines(app)
        dnipro = next(row for row in rows if "● Dnipro Wire" in row)
        assert [word for word in dnipro.split() if word in {"2m", "1:00", "4,812", "12"}] == [
            "2m",
            "1:00",
            "4,812",
            "12",
        ]
        assert any("▲ Gulf Wire" in row and "503 Service Unavailable" in row for row in rows)
        assert any("‖ Polar Post" in row for row in rows)
        assert any("■ Ledger Street" in row and "410 Gone" in row for row in rows)
        assert any("· Tagesblick" in row for row in rows)
        assert "1 ok · ▲ 1 failing · ■ 1 stopped · 1 paused · 1 never checked" in text(app)


async def test_the_selected_feed_is_shown_in_full_without_its_secrets() -> None:
    feed = build.feed(
        "https://me:secret@gulf.example/rss?key=s3cret",
        name="Gulf Wire",
        folder=("Wires", "Sea"),
        site="https://gulf.example/",
    )
    row = build.feed_health(feed, address="https://***@gulf.example/rss?key=***")
    state = replace(
        row.state,
        status=FeedStatus.FAILING,
        last_error="503 Service Unavailable",
        failures=3,
        moved_to="https://new.gulf.example/rss?token=abc",
        moved_answers=2,
        title="Gulf Wire headlines",
    )
    app = app_on(ScriptedEngine(feeds=[replace(row, state=state)]))
    async with app.run_test(size=(120, 40)) as pilot:
        await open_feeds(pilot)
        await until(pilot, lambda: "3 failures in a row" in text(app))
        shown = text(app)
        assert "https://***@gulf.example/rss?key=***" in shown
        assert "https://new.gulf.example/rss?token=***" in shown
        assert "2 answers so far" in shown
        assert "Wires / Sea" in shown
        assert "Gulf Wire headlines" in shown
        assert "secret" not in shown
        assert "abc" not in shown


async def test_r_checks_the_selected_feed_and_capital_r_all() -> None:
    engine = ScriptedEngine(feeds=[DNIPRO, GULF])
    app = app_on(engine)
    async with app.run_test() as pilot:
        await open_feeds(pilot)
        await pilot.press("j", "r")
        await until(pilot, lambda: "⟳ Gulf Wire" in text(app))
        await pilot.press("R")
        await until(pilot, lambda: "⟳ Dnipro Wire" in text(app))
        assert engine.calls_of("check_feeds") == [((GULF.feed.id,),), (None,)]


async def test_a_check_that_is_refused_is_told() -> None:
    engine = ScriptedEngine(feeds=[DNIPRO])
    engine.failures["check_feeds"] = StoreError("the database cannot be written")
    app = app_on(engine)
    async with app.run_test() as pilot:
        await open_feeds(pilot)
        await pilot.press("r")
        await until(pilot, lambda: "the database cannot be written" in text(app))


async def test_f_shows_only_what_fails_and_escape_all_again() -> None:
    engine = ScriptedEngine(feeds=[DNIPRO, GULF, GONE])
    app = app_on(engine)
    async with app.run_test() as pilot:
        await open_feeds(pilot)
        await pilot.press("f")
        await until(pilot, lambda: "failing only" in text(app))
        assert "Dnipro Wire" not in text(app)
        assert selected(app) == "Gulf Wire"
        engine.publish(
            FeedChanged(replace(GULF, state=replace(GULF.state, status=FeedStatus.OK))), FeedRemoved(GONE.feed.id)
        )
        await until(pilot, lambda: "No feed fails." in text(app))
        await pilot.press("escape")
        await until(pilot, lambda: "Dnipro Wire" in text(app))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, AlertsScreen))


async def test_the_selection_stays_with_its_feed() -> None:
    engine = ScriptedEngine(feeds=[DNIPRO, GULF, NEW])
    app = app_on(engine)
    async with app.run_test() as pilot:
        await open_feeds(pilot)
        await pilot.press("j", "j")
        engine.publish(FeedRemoved(DNIPRO.feed.id))
        await until(pilot, lambda: len(feeds_of(app).view.feeds) == 2)
        assert selected(app) == "Tagesblick"


async def test_the_countdown_ticks() -> None:
    wall = Wall()
    app = app_on(ScriptedEngine(feeds=[DNIPRO]), now=wall)
    async with app.run_test() as pilot:
        await open_feeds(pilot)
        assert "1:00" in text(app)
        wall.at += timedelta(seconds=20)
        feeds_of(app).tick()
        await until(pilot, lambda: "0:40" in text(app))


async def test_o_opens_only_http_sites(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROWSER", "true")
    sites = [
        health("Good Post", feed={"site": "https://good.example/"}),
        health("Bad Post", feed={"site": "file:///etc/passwd"}),
    ]
    app = app_on(ScriptedEngine(feeds=sites))
    opened: list[str] = []
    monkeypatch.setattr(app, "open_url", opened.append)
    async with app.run_test() as pilot:
        await open_feeds(pilot)
        await pilot.press("o")
        await until(pilot, lambda: "Open good.example in the browser?" in text(app))
        await pilot.press("enter")
        await until(pilot, lambda: opened == ["https://good.example/"])
        await pilot.press("j", "o")
        await until(pilot, lambda: "not opened, only http(s) links are" in text(app))
        assert opened == ["https://good.example/"]


async def test_offline_is_explained_with_a_way_to_see_it_work() -> None:
    app = app_on(ScriptedEngine(feeds=[DNIPRO], liveness=Liveness.OFFLINE))
    async with app.run_test() as pilot:
        await open_feeds(pilot)
        await until(pilot, lambda: "No feed can be reached." in text(app))
        assert "newswatch demo" in text(app)


async def test_no_feeds_says_how_to_add_one() -> None:
    app = app_on(ScriptedEngine())
    async with app.run_test() as pilot:
        await open_feeds(pilot)
        assert "newswatch feeds add https://" in text(app)
        await pilot.press("j", "r", "o", "f", "g", "G")
        assert app.return_code is None


async def test_two_thousand_feeds_are_moved_through_at_once() -> None:
    app = app_on(ScriptedEngine(feeds=[health(f"paper{number} Post") for number in range(2_000)]))
    async with app.run_test() as pilot:
        await open_feeds(pilot)
        await pilot.press("G")
        await until(pilot, lambda: selected(app) == "paper1999 Post")
        assert "paper1999 Post" in text(app)
        assert "2,000/2,000" in text(app)


@pytest.mark.parametrize("number", range(len(HOSTILE)))
async def test_hostile_text_in_every_field_of_a_feed_is_shown_harmless(number: int) -> None:
    sample = HOSTILE[number]
    feed = build.feed(
        name=sample, site=f"https://x.example/{sample}", folder=(sample, sample), tags=(sample,), lang=sample
    )
    row = build.feed_health(feed, label=sample, address=sample)
    state = replace(
        row.state, status=FeedStatus.FAILING, title=sample + "!", last_error=sample, moved_to=f"https://{sample}"
    )
    engine = ScriptedEngine(feeds=[replace(row, state=state), health("Other Post")])
    engine.failures["check_feeds"] = StoreError(f"refused: {sample}")
    app = app_on(engine)
    async with app.run_test(size=(120, 40)) as pilot:
        await open_feeds(pilot)
        await check_sizes(pilot, app)
        for keys in (["j"], ["k"], ["r"], ["tab", "j", "G"], ["escape"], ["o"], ["escape"], ["colon", "c"], ["escape"]):
            await pilot.press(*keys)
            await pilot.pause()
            check(app)
        assert app.return_code is None
