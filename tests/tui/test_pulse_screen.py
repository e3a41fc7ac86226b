"""Pulse: every number opens what it counts, it asks only while it is looked at, and nothing hostile comes through."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from textual.pilot import Pilot

from newswatch.errors import StoreError
from newswatch.model.event import HitsStored
from newswatch.model.hit import Held, Triage
from newswatch.model.pulse import HOURS, Behind, Health, Ledger, LedgerLine, Pulse, RuleRate, Wanted, Worry
from newswatch.model.rule import RuleId, RuleStatus, Severity
from newswatch.model.stream import Listed
from newswatch.testing import build
from newswatch.testing.engine import ScriptedEngine
from newswatch.tui.app import NewswatchApp
from newswatch.tui.paint.ledger import LINE_WORDS
from newswatch.tui.screens.alerts import AlertsScreen
from newswatch.tui.screens.article import ArticleScreen
from newswatch.tui.screens.counted import CountedScreen
from newswatch.tui.screens.editor import EditorScreen
from newswatch.tui.screens.entry import EntryScreen
from newswatch.tui.screens.feeds import FeedsScreen
from newswatch.tui.screens.pulse import PulseScreen
from newswatch.tui.widgets.pulse import HealthPane, LedgerPane, RateList
from tests.tui.stage import Hands, app_on, hit, lines, text, until
from tests.tui.test_hostile_text import HOSTILE, check

NOW = build.at(10)
SINCE = build.at(-30) - timedelta(hours=23)
HORMUZ, GRAIN = RuleId("hormuz"), RuleId("grain")
SIZES = ((58, 16), (80, 24), (120, 40), (200, 50), (30, 8))


def status(name: str, **changes: Any) -> RuleStatus:
    return build.rule_status(build.rule(id=RuleId(name), severity=Severity.HIGH), **{"hits": 3, **changes})


def pulse(**changes: Any) -> Pulse:
    hours = (None,) * 12 + (1,) * 12
    value = Pulse(
        NOW,
        SINCE,
        watched=(0.0,) * 12 + (1.0,) * 12,
        rates=(RuleRate(HORMUZ, hours, 12, 24.0, NOW), RuleRate(GRAIN, (None,) * HOURS, 0, 0.0, None, is_silent=True)),
        day=Ledger(SINCE, 40, 3, 37, 0, 3, 2, {Held.MUTED: 1}),
        ever=Ledger(None, 4_000, 5, 3_995, 120, 5, 3, {Held.MUTED: 2}),
    )
    return replace(value, **changes)


def engine_of(value: Pulse | None = None) -> ScriptedEngine:
    made = [
        hit("Tanker one", 1, rule="hormuz"),
        hit("Tanker two", 2, rule="hormuz", held=Held.MUTED),
        hit("Grain ship", 3, rule="grain"),
    ]
    engine = ScriptedEngine(rules=(status("hormuz"), status("grain")), hits=made, feeds=[build.feed_health()])
    engine.pulse.value = value or pulse()
    return engine


def screen_of(app: NewswatchApp) -> PulseScreen:
    assert isinstance(app.screen, PulseScreen)
    return app.screen


async def open_pulse(pilot: Pilot[int]) -> PulseScreen:
    app = pilot.app
    await pilot.press("5")
    await until(pilot, lambda: isinstance(app.screen, PulseScreen) and app.screen.pulse is not None)
    assert isinstance(app.screen, PulseScreen)
    return app.screen


async def open_counted(pilot: Pilot[int], *keys: str) -> CountedScreen:
    await pilot.press(*keys)
    app = pilot.app
    await until(pilot, lambda: isinstance(app.screen, CountedScreen) and app.screen.is_composed)
    screen = app.screen
    assert isinstance(screen, CountedScreen)
    await until(pilot, lambda: "counting" not in text(app))  # type: ignore[arg-type]  # Pilot knows only App
    return screen


async def test_rates_ledger_and_health_stand_side_by_side() -> None:
    app = app_on(engine_of())
    async with app.run_test(size=(120, 40)) as pilot:
        await open_pulse(pilot)
        shown = text(app)
        for word in ("hormuz", "silent", "watched 12 of 24 h", "4,000", "unmatched", "muted", "Own health", "loop lag"):
            assert word in shown


async def test_a_rates_number_opens_the_hits_of_that_rule() -> None:
    engine = engine_of()
    app = app_on(engine)
    async with app.run_test(size=(120, 40)) as pilot:
        await open_pulse(pilot)
        screen = await open_counted(pilot, "enter")
        assert engine.calls_of("items")[-1][0] == Wanted(LedgerLine.HITS, SINCE, HORMUZ, is_live=True)
        assert [row.entry.title for row in screen.entries._items] == ["Tanker two", "Tanker one"]
        assert "2 hits on 2 entries" in text(app)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, PulseScreen))


@pytest.mark.parametrize("line", [line for line in LedgerLine if line is not LedgerLine.BEYOND_CAP])
@pytest.mark.parametrize("is_ever", [False, True])
async def test_every_number_of_the_ledger_opens_its_items(line: LedgerLine, *, is_ever: bool) -> None:
    full = Ledger(None, 9, 9, 9, 9, 9, 9, dict.fromkeys(Held, 9))
    engine = engine_of(pulse(day=replace(full, since=SINCE), ever=full))
    app = app_on(engine)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await open_pulse(pilot)
        await pilot.press("tab")
        for _ in range(list(LedgerLine).index(line)):
            await pilot.press("down")
        if is_ever:
            await pilot.press("right")
        assert screen.ledger.count == 9
        await open_counted(pilot, "enter")
        assert engine.calls_of("items")[-1][0] == Wanted(line, None if is_ever else SINCE)
        assert LINE_WORDS[line] in lines(app)[1].lower()
        assert ("ever" if is_ever else "since 21 Nov 15:00Z") in lines(app)[1]


async def test_what_was_counted_shows_that_it_was_opened() -> None:
    engine = engine_of()
    app = app_on(engine)
    async with app.run_test(size=(120, 40)) as pilot:
        await open_pulse(pilot)
        screen = await open_counted(pilot, "enter")
        await engine.set_acked([hit.id for row in screen._rows or () for hit in row.hits], acked=True)
        await until(pilot, lambda: screen.view.seq >= engine.view.seq)
        rows = screen.entries._items
        assert [row.entry.title for row in rows] == ["Tanker two", "Tanker one"]
        assert {hit.state for row in rows for hit in row.hits} == {Triage.ACKED}


async def test_what_was_beyond_the_cap_leads_to_the_feeds() -> None:
    app = app_on(engine_of(pulse(ever=Ledger(None, 4_000, 5, 3_995, 120, 5, 3, {Held.MUTED: 2}))))
    async with app.run_test(size=(120, 40)) as pilot:
        await open_pulse(pilot)
        await pilot.press("tab", "down", "down", "down", "right", "enter")
        await until(pilot, lambda: isinstance(app.screen, FeedsScreen))


async def test_a_number_that_is_nought_opens_nothing() -> None:
    engine = engine_of()
    app = app_on(engine)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await open_pulse(pilot)
        await pilot.press("tab", "down", "down", "down", "enter")
        assert screen.ledger.count == 0
        assert app.screen is screen
        assert "open" not in lines(app)[-1]


async def test_a_matched_entry_opens_as_an_article_and_another_as_it_came() -> None:
    engine = engine_of()
    engine.pulse.lists[LedgerLine.UNMATCHED] = [Listed(build.entry("Nobody asked for this"))]
    app = app_on(engine)
    async with app.run_test(size=(120, 40)) as pilot:
        await open_pulse(pilot)
        await open_counted(pilot, "tab", "down", "enter")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, EntryScreen))
        await pilot.press("escape", "escape")
        await open_counted(pilot, "down", "enter")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ArticleScreen))
        assert "Grain ship" in text(app)


async def test_it_asks_every_two_seconds_and_only_while_it_is_shown() -> None:
    engine, hands = engine_of(), Hands()
    app = app_on(engine, monotonic=hands)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await open_pulse(pilot)
        asked = len(engine.calls_of("look"))
        screen.tick()
        await pilot.pause()
        assert len(engine.calls_of("look")) == asked
        hands.at_s += 2
        screen.tick()
        await until(pilot, lambda: len(engine.calls_of("look")) == asked + 1)
        await pilot.press("4")
        await until(pilot, lambda: isinstance(app.screen, FeedsScreen))
        hands.at_s += 60
        screen.tick()
        await pilot.pause()
        assert len(engine.calls_of("look")) == asked + 1


async def test_new_numbers_replace_the_old_and_the_chosen_one_stays() -> None:
    engine, hands = engine_of(), Hands()
    app = app_on(engine, monotonic=hands)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await open_pulse(pilot)
        await pilot.press("tab", "down", "down")
        engine.pulse.value = pulse(day=Ledger(SINCE, 41, 4, 37, 0, 4, 3, {Held.MUTED: 1}))
        hands.at_s += 2
        screen.tick()
        await until(pilot, lambda: screen.ledger.count == 4)
        assert screen.ledger.chosen == Wanted(LedgerLine.MATCHED, SINCE)


async def test_what_is_wrong_stands_on_top_with_its_remedy() -> None:
    worry = Worry("12 feeds are behind, Dnipro Wire by 14 min.", "Raise concurrency in settings.toml.", is_grave=True)
    app = app_on(engine_of(pulse(health=Health(behind=Behind(12, 840.0, "Dnipro Wire"), worries=(worry,)))))
    async with app.run_test(size=(120, 40)) as pilot:
        await open_pulse(pilot)
        assert "12 feeds are behind, Dnipro Wire by 14 min. Raise concurrency" in lines(app)[1]


@pytest.mark.parametrize("size", [(58, 16), (100, 16)])
async def test_small_screens_show_one_pane_after_the_other(size: tuple[int, int]) -> None:
    app = app_on(engine_of())
    async with app.run_test(size=size) as pilot:
        screen = await open_pulse(pilot)
        for pane in (RateList, LedgerPane, HealthPane, RateList):
            focused = app.focused
            assert isinstance(focused, pane)
            assert focused.region.height > 3
            await pilot.press("tab")
            await pilot.pause()
        await pilot.press("escape")
        assert screen.rates.has_focus
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, AlertsScreen))


async def test_the_rule_at_hand_can_be_edited() -> None:
    app = app_on(engine_of())
    async with app.run_test(size=(120, 40)) as pilot:
        await open_pulse(pilot)
        await pilot.press("down", "e")
        await until(pilot, lambda: isinstance(app.screen, EditorScreen))
        assert "grain" in text(app)


async def test_without_a_rule_the_first_is_one_key_away_as_it_says() -> None:
    app = app_on(ScriptedEngine())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("5")
        await until(pilot, lambda: "n writes the first one" in text(app))
        assert "n new rule" in lines(app)[-1]
        await pilot.press("n")
        await until(pilot, lambda: isinstance(app.screen, EditorScreen))


async def test_a_pulse_that_cannot_be_taken_is_said_and_asked_for_again() -> None:
    engine, hands = engine_of(), Hands()
    engine.failures["look"] = StoreError("newswatch has ended; nothing was done")
    app = app_on(engine, monotonic=hands)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("5")
        await until(pilot, lambda: "newswatch has ended" in text(app))
        engine.failures.clear()
        hands.at_s += 2
        screen_of(app).tick()
        await until(pilot, lambda: screen_of(app).pulse is not None)


async def test_a_click_chooses_a_number_and_a_second_one_opens_it() -> None:
    engine = engine_of()
    app = app_on(engine)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await open_pulse(pilot)
        row = next(number for number, line in enumerate(lines(app)) if "unmatched" in line)
        at = lines(app)[row].index("3,995")
        await pilot.click(offset=(at, row))
        assert screen.ledger.chosen == Wanted(LedgerLine.UNMATCHED, None)
        await pilot.click(offset=(at - 8, row))
        assert screen.ledger.chosen == Wanted(LedgerLine.UNMATCHED, SINCE)
        await pilot.click(offset=(at - 8, row), times=2)
        await until(pilot, lambda: isinstance(app.screen, CountedScreen))


@pytest.mark.parametrize("icons", ["unicode", "ascii"])
async def test_hostile_names_are_shown_harmless_at_every_size(icons: str) -> None:
    rules = [status(name or "r", last_hit_at=NOW) for name in HOSTILE]
    engine = ScriptedEngine(rules=rules)
    rates = tuple(RuleRate(one.rule.id, (1,) * HOURS, 5, 5.0, NOW, False, one.rule.id) for one in rules)
    health = Health(behind=Behind(3, 900.0, HOSTILE[3]), worries=tuple(Worry(name, name) for name in HOSTILE))
    engine.pulse.value = pulse(rates=rates, health=health)
    engine.pulse.lists[LedgerLine.ENTRIES] = [Listed(build.entry(name or "?", source=name)) for name in HOSTILE]
    app = app_on(engine, icons=icons)
    async with app.run_test(size=SIZES[0]) as pilot:
        await open_pulse(pilot)
        for size in SIZES:
            await pilot.resize_terminal(*size)
            await pilot.pause()
            for key in ("down", "down", "tab", "down", "right", "tab"):
                await pilot.press(key)
                check(app)
        while not app.screen.query_one(LedgerPane).has_focus:
            await pilot.press("tab")
        await open_counted(pilot, "home", "enter")
        check(app)
        await pilot.press("down", "enter")
        check(app)


async def test_a_wide_screen_has_the_pulse_at_its_foot_and_small_lines_in_the_rail() -> None:
    engine = engine_of()
    app = app_on(engine)
    async with app.run_test(size=(200, 50)) as pilot:
        await until(pilot, lambda: "40" in lines(app)[-2] and "entries" in lines(app)[-2])
        assert "37 matched no rule" in lines(app)[-2]
        assert "2 alerted, 1 muted" in lines(app)[-2]
        assert "1 rule silent" in lines(app)[-2]
        await until(pilot, lambda: any("hormuz" in line and "····" in line[:36] for line in lines(app)))


async def test_a_screen_that_is_not_wide_asks_for_no_pulse() -> None:
    engine = engine_of()
    app = app_on(engine)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause(0.1)
        assert not engine.calls_of("look")


async def test_a_fault_of_ours_while_counting_is_said_and_the_screen_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = engine_of()
    app = app_on(engine)
    async with app.run_test(size=(120, 40)) as pilot:
        await open_pulse(pilot)

        async def broken(_wanted: Wanted, _limit: int) -> tuple[Listed, ...]:
            raise ZeroDivisionError("by nought")

        monkeypatch.setattr(engine.pulse, "items", broken)
        await pilot.press("enter")
        await until(pilot, lambda: "that failed: ZeroDivisionError" in text(app))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, PulseScreen))


async def test_the_strip_at_the_foot_counts_what_came_into_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, seconds in (("ASK_EVERY_S", 3_600.0), ("ASK_EARLY_S", ()), ("ASK_SOON_S", 0.01)):
        monkeypatch.setattr(f"newswatch.tui.widgets.pulse_strip.{name}", seconds)
    engine = engine_of()
    engine.pulse.value = None  # counted from the view
    app = app_on(engine)
    async with app.run_test(size=(200, 50)) as pilot:
        await until(pilot, lambda: "3 hits" in lines(app)[-2])
        engine.publish(HitsStored((hit("Another tanker", 4, rule="hormuz"),)))
        await until(pilot, lambda: "4 hits" in lines(app)[-2])
