"""The stream: all that comes in, the hits marked; it holds still while a person reads, and says why not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot

from newswatch.errors import StoreError
from newswatch.model.clause import Clause
from newswatch.model.entry import Entry
from newswatch.model.event import HitsStored, TotalsChanged
from newswatch.model.hit import Hit, Mark
from newswatch.model.rule import RuleId, RuleStatus, Severity
from newswatch.testing import build
from newswatch.testing.engine import ScriptedEngine
from newswatch.tui.app import NewswatchApp
from newswatch.tui.screens.alerts import AlertsScreen
from newswatch.tui.screens.article import ArticleScreen
from newswatch.tui.screens.editor import EditorScreen
from newswatch.tui.screens.entry import EntryScreen
from newswatch.tui.screens.stream import StreamScreen
from newswatch.tui.screens.why_not import WhyNotScreen
from newswatch.tui.stream_listing import PAGE
from tests.tui.stage import Hands, app_on, hit, lines, text, until
from tests.tui.test_hostile_text import HOSTILE, check, hostile_hit

HORMUZ = RuleId("hormuz")
GRAIN = RuleId("grain")


def status(name: str, query: str = "tanker") -> RuleStatus:
    return build.rule_status(build.rule(query, id=RuleId(name)))


def entry(title: str, minute: float, **changes: Any) -> Entry:
    return build.entry(title, seen_at=build.at(minute), published_at=build.at(minute), **changes)


def engine_of(*hits: Hit, entries: tuple[Entry, ...] = (), **options: Any) -> ScriptedEngine:
    rules = (status("hormuz"), status("grain", "harvest"))
    engine = ScriptedEngine(hits=hits, rules=rules, feeds=[build.feed_health()], **options)
    engine.history.add(*entries)
    return engine


def newsday() -> ScriptedEngine:
    """A hit between two entries that no rule matched."""
    return engine_of(
        hit("Tanker boarded off the strait", 3, severity=Severity.HIGH),
        entries=(
            entry("Ferry delayed by fog", 4, summary="Two sailings were cancelled before noon."),
            entry("Chess open begins", 1),
        ),
    )


def stream(app: NewswatchApp) -> StreamScreen:
    assert isinstance(app.screen, StreamScreen)
    return app.screen


def titles(app: NewswatchApp) -> list[str]:
    return [row.entry.title for row in stream(app).listing.rows]


def selected(app: NewswatchApp) -> str:
    row = stream(app).entries.selected
    return row.entry.title if row is not None else ""


async def open_stream(pilot: Pilot[int]) -> None:
    await pilot.press("2")
    app = pilot.app
    assert isinstance(app, NewswatchApp)
    await until(pilot, lambda: isinstance(app.screen, StreamScreen) and app.screen._pulled is not None)


async def second(pilot: Pilot[int]) -> None:
    """A second goes by."""
    app = pilot.app
    assert isinstance(app, NewswatchApp)
    stream(app).show_time()
    await until(pilot, lambda: not stream(app)._is_pulling and not stream(app)._is_stale)


async def arrives(pilot: Pilot[int], engine: ScriptedEngine, *entries: Entry) -> None:
    app = pilot.app
    assert isinstance(app, NewswatchApp)
    engine.history.add(*entries)
    await until(pilot, lambda: stream(app).view.seq >= engine.view.seq)
    await second(pilot)


async def test_all_that_came_in_stands_newest_first_and_hits_carry_severity_and_rule() -> None:
    app = app_on(newsday())
    async with app.run_test(size=(80, 24)) as pilot:
        await open_stream(pilot)
        assert titles(app) == ["Ferry delayed by fog", "Tanker boarded off the strait", "Chess open begins"]
        ferry, tanker, chess = (
            line for line in lines(app) if "14:3" in line and "headline" not in line and "pub" not in line
        )
        assert "hormuz" in tanker
        assert tanker[1] == "H"
        assert ferry[1] == chess[1] == " "
        assert "1 of 3" in text(app)
        assert "Two sailings were cancelled" in text(app), "the strip says how the selected entry begins"


async def test_on_the_first_row_arrivals_come_in_and_off_it_they_wait() -> None:
    engine = newsday()
    app = app_on(engine, monotonic=(hands := Hands()))
    async with app.run_test(size=(80, 24)) as pilot:
        await open_stream(pilot)
        hands.at_s += 10
        await arrives(pilot, engine, entry("Port reopens", 5))
        assert (titles(app)[0], selected(app)) == ("Port reopens", "Port reopens")
        await pilot.press("j")
        hands.at_s += 10
        await arrives(pilot, engine, entry("Bridge closed", 6))
        assert (titles(app)[0], selected(app)) == ("Port reopens", "Ferry delayed by fog")
        assert "1 newer" in text(app)
        await pilot.press("full_stop")
        await until(pilot, lambda: titles(app)[0] == "Bridge closed")
        assert selected(app) == "Bridge closed"
        assert "newer" not in text(app)


async def test_after_five_minutes_without_a_key_it_follows_again_and_the_entry_stays_selected() -> None:
    engine = newsday()
    app = app_on(engine, monotonic=(hands := Hands()))
    async with app.run_test(size=(80, 24)) as pilot:
        await open_stream(pilot)
        await pilot.press("j")
        hands.at_s += 301
        await arrives(pilot, engine, entry("Port reopens", 5))
        assert (titles(app)[0], selected(app)) == ("Port reopens", "Tanker boarded off the strait")


async def test_held_by_hand_it_holds_on_the_first_row_too() -> None:
    engine = newsday()
    app = app_on(engine, monotonic=(hands := Hands()))
    async with app.run_test(size=(80, 24)) as pilot:
        await open_stream(pilot)
        await pilot.press("f")
        hands.at_s += 10
        await arrives(pilot, engine, entry("Port reopens", 5))
        assert titles(app)[0] == "Ferry delayed by fog"
        assert "on hold" in text(app)
        await pilot.press("f")
        await until(pilot, lambda: titles(app)[0] == "Port reopens")
        assert selected(app) == "Ferry delayed by fog"


async def test_f_off_the_first_row_lets_in_what_waits_and_follows() -> None:
    engine = newsday()
    app = app_on(engine, monotonic=(hands := Hands()))
    async with app.run_test(size=(80, 24)) as pilot:
        await open_stream(pilot)
        await pilot.press("j")
        hands.at_s += 10
        await arrives(pilot, engine, entry("Port reopens", 5))
        assert titles(app)[0] == "Ferry delayed by fog"
        await pilot.press("f")
        await until(pilot, lambda: titles(app)[0] == "Port reopens")
        assert selected(app) == "Tanker boarded off the strait"
        assert "on hold" not in text(app)
        hands.at_s += 10
        await arrives(pilot, engine, entry("Bridge closed", 6))
        assert (titles(app)[0], selected(app)) == ("Bridge closed", "Tanker boarded off the strait")


async def test_nothing_is_asked_of_the_history_while_nothing_changes() -> None:
    engine = newsday()
    app = app_on(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_stream(pilot)
        asked = len(engine.calls_of("newest"))
        for _ in range(5):
            await second(pilot)
        assert len(engine.calls_of("newest")) == asked
        await pilot.press("1")
        engine.history.add(entry("Port reopens", 5))
        await pilot.pause()
        assert len(engine.calls_of("newest")) == asked, "nobody looks at it"
        await open_stream(pilot)
        await until(pilot, lambda: "Port reopens" in titles(app))


async def test_an_entry_that_becomes_a_hit_is_marked_where_it_stands() -> None:
    engine = newsday()
    app = app_on(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_stream(pilot)
        ferry = stream(app).listing.rows[0].entry
        totals = replace(engine.view.totals)
        engine.publish(HitsStored((build.hit(ferry, build.rule(id=GRAIN)),)), TotalsChanged(totals))
        await until(pilot, lambda: len(engine.view.stories) == len(stream(app).view.stories))
        await second(pilot)
        assert stream(app).listing.rows[0].rule_ids == (GRAIN,)


async def test_more_pages_come_when_a_person_scrolls_to_the_end() -> None:
    engine = engine_of(entries=tuple(entry(f"Item {number}", -number) for number in range(2 * PAGE + 50)))
    app = app_on(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_stream(pilot)
        assert len(titles(app)) == PAGE
        await pilot.press("G")
        await until(pilot, lambda: len(titles(app)) == 2 * PAGE)
        await pilot.press("G")
        await until(pilot, lambda: len(titles(app)) == 2 * PAGE + 50)
        await pilot.press("G")
        await pilot.pause()
        assert selected(app) == f"Item {2 * PAGE + 49}"
        assert "450 of 450" in text(app)


async def test_a_filter_goes_through_older_pages_until_the_screen_is_full() -> None:
    entries = tuple(entry(f"{'Tanker' if number == 333 else 'Item'} {number}", -number) for number in range(400))
    app = app_on(engine_of(entries=entries))
    async with app.run_test(size=(80, 24)) as pilot:
        await open_stream(pilot)
        await pilot.press("slash", *"tanker")
        await until(pilot, lambda: titles(app) == ["Tanker 333"])
        await pilot.press("enter", "escape")
        await until(pilot, lambda: len(titles(app)) == 400)
        assert selected(app) == "Tanker 333"
        await pilot.press("slash", *"nothing like it")
        await until(pilot, lambda: "Nothing that is loaded holds" in text(app))


async def test_enter_opens_a_hit_as_a_story_and_anything_else_as_it_came() -> None:
    engine = newsday()
    app = app_on(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_stream(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, EntryScreen))
        await until(pilot, lambda: "no rule matches" in text(app))
        assert "Two sailings were cancelled" in text(app)
        await pilot.press("escape", "j", "enter")
        await until(pilot, lambda: isinstance(app.screen, ArticleScreen))
        await until(pilot, lambda: bool(engine.calls_of("advance")))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, StreamScreen))
        assert selected(app) == "Tanker boarded off the strait"
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, AlertsScreen))


async def test_why_not_says_of_every_rule_what_was_missing_the_nearest_first() -> None:
    engine = newsday()
    found = (Mark("title", 0, 5, "Ferry"),)
    missing = Clause("word “harvest”", False, 10, 17)
    engine.history.clauses[("Ferry delayed by fog", GRAIN)] = Clause(
        "all of", False, 0, 17, (), (Clause("word “ferry”", True, 0, 5, found), missing)
    )
    engine.history.clauses[("Ferry delayed by fog", HORMUZ)] = Clause("word “tanker”", False, 0, 6)
    app = app_on(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_stream(pilot)
        await pilot.press("w")
        await until(pilot, lambda: isinstance(app.screen, WhyNotScreen) and "missing word “harvest”" in text(app))
        shown = text(app)
        assert shown.index("grain") < shown.index("hormuz")
        await until(pilot, lambda: "word “ferry”" in text(app))
        await pilot.press("down")
        await until(pilot, lambda: "word “ferry”" not in text(app))
        await pilot.press(*"hor")
        await until(pilot, lambda: "grain" not in text(app))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, EditorScreen))
        assert app.screen.draft.id == HORMUZ  # type: ignore[attr-defined]  # an editor, as was waited for


async def test_a_new_rule_begins_with_the_headline_and_the_rule_that_matched_is_edited() -> None:
    app = app_on(newsday())
    async with app.run_test(size=(80, 24)) as pilot:
        await open_stream(pilot)
        await pilot.press("n")
        await until(pilot, lambda: isinstance(app.screen, EditorScreen))
        assert app.screen.draft.query == "Ferry AND delayed"  # type: ignore[attr-defined]  # an editor
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, StreamScreen))
        assert stream(app).check_action("edit_rule", ()) is False
        await pilot.press("j", "e")
        await until(pilot, lambda: isinstance(app.screen, EditorScreen))
        assert app.screen.draft.id == HORMUZ  # type: ignore[attr-defined]  # an editor


async def test_it_works_where_another_newswatch_writes() -> None:
    engine = engine_of(hit("Tanker boarded", 3), entries=(entry("Ferry delayed", 1),), is_read_only=True)
    app = app_on(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_stream(pilot)
        assert titles(app) == ["Tanker boarded", "Ferry delayed"]
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ArticleScreen))
        assert engine.calls_of("advance") == []


async def test_an_empty_stream_says_what_comes_next_and_trouble_is_said() -> None:
    app = app_on(ScriptedEngine())
    async with app.run_test(size=(80, 24)) as pilot:
        await open_stream(pilot)
        assert "there are no feeds yet" in text(app)
    engine = newsday()
    engine.failures["newest"] = StoreError("the history cannot be read")
    app = app_on(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("2")
        await until(pilot, lambda: "the history cannot be read" in text(app))


@pytest.mark.parametrize("number", range(len(HOSTILE)))
async def test_whatever_an_entry_holds_the_rows_stand(number: int) -> None:
    sample = HOSTILE[number]
    nasty = hostile_hit(sample, number)
    engine = engine_of(
        nasty, entries=(build.entry(sample, summary=sample, content=sample, source=sample, key="other"),)
    )
    app = app_on(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_stream(pilot)
        for size in ((120, 40), (200, 50), (58, 16), (80, 24)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            check(app)
        await pilot.press("w")
        await until(pilot, lambda: isinstance(app.screen, WhyNotScreen))
        await pilot.pause()
        check(app)
        await pilot.press("escape", "j", "enter")
        await until(pilot, lambda: not isinstance(app.screen, StreamScreen))
        check(app)
