"""Feeds are listed with their state, their last error in words, and are checked when a person asks."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot

from newswatch.errors import StoreError
from newswatch.model.event import FeedChanged, FeedRemoved, Liveness
from newswatch.model.feed import FeedHealth, FeedId, FeedStatus
from newswatch.model.vitals import FeedVitals, day_of, packed
from newswatch.testing import build
from newswatch.testing.engine import ScriptedEngine
from newswatch.tui.app import NewswatchApp
from newswatch.tui.paint import width_of
from newswatch.tui.paint.feeds import feed_columns, feed_row, longest_of
from newswatch.tui.screens.alerts import AlertsScreen
from newswatch.tui.screens.feeds import FeedsScreen
from newswatch.tui.signs import UNICODE
from newswatch.tui.widgets.feed_list import FeedList
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
        assert "(2 of 3 answers)" in shown
        assert "Wires / Sea" in shown
        assert "Gulf Wire headlines" in shown
        assert "secret" not in shown
        assert "abc" not in shown


VITALS = FeedVitals(
    since=build.at(-40 * 1440),
    arrived_at=build.at(8),
    lags=bytes([packed(240)] * 19 + [packed(31 * 60)] * 2),
    gaps=bytes([packed(3 * 3600)] * 20),
    day=day_of(build.at()),
    counts=(14, *[22] * 13),
    format="rss20",
    warnings=("3 items have no date", "the encoding is not the one it names"),
    listed=2_000,
    dropped=8_000,
    wire_bytes=60_400,
    total_bytes=60_400 * 1_600,
    interval_s=1_200,
)


async def test_the_figures_of_a_feed_are_said_in_words() -> None:
    row = health(
        "Dnipro Wire",
        vitals=VITALS,
        last_success_at=build.at(8),
        document_at=build.at(8),
        etag='"x"',
        change_gap_s=3 * 3600.0,
    )
    app = app_on(ScriptedEngine(feeds=[row]))
    async with app.run_test(size=(120, 40)) as pilot:
        await open_feeds(pilot)
        await until(pilot, lambda: "Last-Modified" in text(app) or "validators" in text(app))
        shown = text(app)
        for words in (
            "every 20 min: it changes about every 3 h",
            "4 min, at worst 31 min",
            "about 22 a day · last 2 min ago · usually every 3 h",
            "RSS 2.0 · 2,000 items · 60 kB on the wire · about 2.4 MB a day",
            "newest 2,000 of 10,000 items kept",
            "3 items have no date",
            "the encoding is not the one it names",
            "validators ETag",
        ):
            assert words in shown, words
        (line,) = [line for line in lines(app) if "● Dnipro Wire" in line]
        assert {"4m", "22"} <= set(line.split())


async def test_a_silent_feed_says_for_how_long_and_what_is_usual() -> None:
    quiet = replace(VITALS, arrived_at=build.at(-26 * 60), warnings=())
    app = app_on(ScriptedEngine(feeds=[health("Dnipro Wire", vitals=quiet, last_success_at=build.at()), GULF]))
    async with app.run_test(size=(80, 24)) as pilot:
        await open_feeds(pilot)
        assert "○ 1 silent" in text(app)
        (line,) = [line for line in lines(app) if "○ Dnipro Wire" in line]
        assert "quiet 26 h, usual 3 h" in line


async def test_one_failed_check_is_no_news_and_a_feed_without_a_network_was_not_never_checked() -> None:
    retrying = health("Gulf Wire", FeedStatus.FAILING, last_error="503 Service Unavailable", failures=1)
    unreached = health("Tagesblick", FeedStatus.NEW, last_error="host not found", last_checked_at=build.at(9))
    app = app_on(ScriptedEngine(feeds=[DNIPRO, retrying, unreached]))
    async with app.run_test(size=(120, 40)) as pilot:
        await open_feeds(pilot)
        assert "1 ok · ◌ 1 retrying · 1 not reached yet" in text(app)
        assert "never checked" not in text(app)
        assert "feeds 1/3 " in lines(app)[0]
        assert "▲" not in lines(app)[0]
        assert any("◌ Tagesblick" in line and "host not found" in line for line in lines(app))


async def test_a_feed_that_is_gone_for_good_says_what_to_do() -> None:
    app = app_on(ScriptedEngine(feeds=[GONE]))
    async with app.run_test(size=(120, 40)) as pilot:
        await open_feeds(pilot)
        await until(pilot, lambda: "Keep its line, or take it out?" in text(app))


@pytest.mark.parametrize("icons", ["unicode", "ascii"])
@pytest.mark.parametrize("size", [(60, 20), (71, 20), (72, 20), (80, 24), (104, 30), (120, 40), (170, 45), (200, 50)])
async def test_rows_fit_every_size_and_wide_names_keep_the_columns_in_line(size: tuple[int, int], icons: str) -> None:
    names = ["Dnipro Wire", "北朝鮮ニュース速報と国際面", "Gulf", "조선중앙통신 국제 속보"]
    feeds = [
        health(name, vitals=VITALS, last_success_at=build.at(8), next_check_at=build.at(11), feed={"folder": ("亚洲",)})
        for name in names
    ]
    feeds = [replace(row, feed=replace(row.feed, id=FeedId(str(n))), hits=7) for n, row in enumerate(feeds)]
    app = app_on(ScriptedEngine(feeds=[*feeds, GULF, GONE]), icons=icons)
    async with app.run_test(size=size) as pilot:
        await open_feeds(pilot)
        columns = feed_columns(app.screen.query_one("FeedList").size.width, longest_of(feeds))
        rows = [feed_row(row, columns, build.at(10), UNICODE, is_selected=False) for row in feeds]
        assert {width_of(row) for row in rows} == {columns.width}
        for line in lines(app):
            assert cell_len(line) == size[0]
        if icons == "ascii":
            assert not [sign for sign in "●▲■◌○‖…·" if sign in text(app)]


async def test_rows_keep_their_place_whatever_checks_find() -> None:
    rows = [health(f"paper{number} Post") for number in range(6)]
    engine = ScriptedEngine(feeds=rows)
    app = app_on(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_feeds(pilot)
        await pilot.press("j", "j")
        for status, failures in ((FeedStatus.FAILING, 5), (FeedStatus.STOPPED, 1), (FeedStatus.OK, 0)):
            changed = replace(rows[4], state=replace(rows[4].state, status=status, failures=failures))
            engine.publish(FeedChanged(changed), FeedChanged(replace(rows[0], is_checking=True)))
            await until(pilot, lambda: app.screen.query_one(FeedList)._items[4].state.failures == failures)  # noqa: B023  awaited here
            shown = [word for line in lines(app) for word in line.split() if word.startswith("paper")]
            assert shown[:6] == [f"paper{number}" for number in range(6)]
            assert selected(app) == "paper2 Post"


async def test_the_pane_that_has_the_keys_is_marked_without_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = app_on(ScriptedEngine(feeds=[DNIPRO]))
    async with app.run_test(size=(80, 24)) as pilot:
        await open_feeds(pilot)
        detail = feeds_of(app).detail
        before = [line[detail.region.x] for line in lines(app)[detail.region.y : detail.region.bottom]]
        await pilot.press("tab")
        await until(pilot, lambda: detail.has_focus)
        after = [line[detail.region.x] for line in lines(app)[detail.region.y : detail.region.bottom]]
        assert before != after


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
        assert "finds the feed of a site" in text(app)
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
