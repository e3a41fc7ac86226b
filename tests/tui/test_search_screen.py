"""Search: found as it is typed, in the language of the rules; a mistake has a caret; what was asked comes back."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from textual.pilot import Pilot

from newswatch.engine.api import QueryCheck
from newswatch.errors import QueryError, StoreError
from newswatch.model.entry import Entry
from newswatch.model.event import HitsStored
from newswatch.model.found import Found
from newswatch.model.hit import Held, Triage
from newswatch.model.rule import RuleId
from newswatch.model.stream import Listed
from newswatch.testing import build
from newswatch.testing.engine import ScriptedEngine
from newswatch.tui.app import NewswatchApp
from newswatch.tui.paint.search import EXAMPLES
from newswatch.tui.screens.alerts import AlertsScreen
from newswatch.tui.screens.article import ArticleScreen
from newswatch.tui.screens.editor import EditorScreen
from newswatch.tui.screens.search import FoundScreen, SearchScreen
from newswatch.tui.screens.why_not import WhyNotScreen
from tests.tui.stage import app_on, hit, lines, text, until
from tests.tui.test_hostile_text import HOSTILE, check, hostile_hit

UNCLOSED = QueryCheck('"(" is not closed', 7, 'add ")"')


def entry(title: str, minute: float, **changes: Any) -> Entry:
    return build.entry(title, seen_at=build.at(minute), published_at=build.at(minute), **changes)


def engine_of(**options: Any) -> ScriptedEngine:
    """A hit and two entries."""
    engine = ScriptedEngine(
        hits=[hit("Tanker boarded off the strait", 3)],
        rules=[build.rule_status()],
        feeds=[build.feed_health()],
        **options,
    )
    engine.history.add(entry("Second tanker turns back", 2), entry("Ferry delayed by fog", 4))
    return engine


def search(app: NewswatchApp) -> SearchScreen:
    assert isinstance(app.screen, SearchScreen)
    return app.screen


def titles(app: NewswatchApp) -> list[str]:
    found = search(app)._search.found
    return [row.entry.title for row in found.rows] if found is not None else []


async def open_search(pilot: Pilot[int], *keys: str) -> None:
    """Opens the screen, and types."""
    await pilot.press("6")
    app = pilot.app
    assert isinstance(app, NewswatchApp)
    await until(pilot, lambda: isinstance(app.screen, SearchScreen) and app.screen.query_field.has_focus)
    if keys:
        await pilot.press(*keys)
        await until(pilot, lambda: search(app)._search.found is not None and not search(app)._search.is_running)


async def test_before_anything_is_typed_five_examples_teach_the_language_and_down_tries_them() -> None:
    engine = engine_of()
    app = app_on(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_search(pilot)
        assert all(query in text(app) for query, _ in EXAMPLES)
        await pilot.press("down")
        await until(pilot, lambda: search(app).query_field.text == EXAMPLES[0][0])
        await until(pilot, lambda: engine.calls_of("search") == [(EXAMPLES[0][0], 1_000)])
        await pilot.press("up")
        await until(pilot, lambda: search(app).query_field.text == "" and EXAMPLES[1][0] in text(app))


async def test_results_come_as_it_is_typed_with_the_words_marked_and_what_was_searched_said() -> None:
    app = app_on(engine_of())
    async with app.run_test(size=(80, 24)) as pilot:
        await open_search(pilot, *"tanker")
        assert titles(app) == ["Tanker boarded off the strait", "Second tanker turns back"]
        assert "2 found · 3 entries since 14:32" in text(app)
        boarded, second = (line for line in lines(app) if "anker" in line and "14:3" in line)
        assert "hormuz" in boarded
        assert "hormuz" not in second


async def test_each_key_ends_the_search_before_and_only_the_last_query_is_asked() -> None:
    engine = engine_of()
    engine.history.gate = asyncio.Event()
    app = app_on(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_search(pilot)
        await pilot.press(*"tank")
        await until(pilot, lambda: bool(engine.calls_of("search")))
        await pilot.press(*"er")
        await until(pilot, lambda: len(engine.calls_of("search")) == 2)
        engine.history.gate.set()
        await until(pilot, lambda: len(titles(app)) == 2)
        assert engine.calls_of("search") == [("tank", 1_000), ("tanker", 1_000)]


async def test_how_far_a_search_is_shows_while_it_goes_on() -> None:
    engine = engine_of()
    half = Found(48_210, build.at(-20_000), 12_000, 1, (Listed(entry("Tanker", 1)),))
    whole = Found(48_210, build.at(-20_000), 48_210, 51, half.rows, is_complete=True)
    engine.history.searches["tanker"] = (half, whole)
    engine.history.gate = asyncio.Event()
    app = app_on(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_search(pilot)
        await pilot.press(*"tanker")
        await until(pilot, lambda: "1 found · 12,000 of 48,210 entries" in text(app))
        engine.history.gate.set()
        await until(pilot, lambda: "51 found · 48,210 entries since 8 Nov" in text(app))
        assert "newest 1 shown" in text(app)


async def test_a_mistake_stands_under_the_query_with_a_caret_and_the_last_results_stay() -> None:
    engine = engine_of()
    engine.checks["tanker ("] = UNCLOSED
    app = app_on(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_search(pilot, *"tanker")
        asked = len(engine.calls_of("search"))
        await pilot.press("space", "left_parenthesis")
        await until(pilot, lambda: "is not closed" in text(app))
        rows = lines(app)
        query = next(row for row in rows if "tanker (" in row)
        assert rows[rows.index(query) + 1].rstrip() == " " * query.index("(") + "^"
        assert titles(app) == ["Tanker boarded off the strait", "Second tanker turns back"]
        assert len(engine.calls_of("search")) == asked
        await pilot.press("backspace")
        await until(pilot, lambda: "is not closed" not in text(app))


async def test_a_regular_expression_that_takes_too_long_says_so_under_the_query() -> None:
    engine = engine_of()
    engine.failures["search"] = QueryError(
        "the regular expression takes longer than 50 ms on a text", 0, "make it simpler"
    )
    app = app_on(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_search(pilot)
        await pilot.press(*"abc")
        await until(pilot, lambda: "takes longer than 50 ms" in text(app))
        engine.failures["search"] = StoreError("the history cannot be read")
        await pilot.press("d")
        await until(pilot, lambda: "the history cannot be read" in text(app))


async def test_enter_leads_to_the_results_and_opens_them_and_escape_leads_back() -> None:
    app = app_on(engine_of())
    async with app.run_test(size=(80, 24)) as pilot:
        await open_search(pilot, *"tanker")
        await pilot.press("enter")
        await until(pilot, lambda: search(app).entries.has_focus)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ArticleScreen))
        await pilot.press("escape", "j", "enter")
        await until(pilot, lambda: isinstance(app.screen, FoundScreen))
        await until(pilot, lambda: "no rule matches" in text(app))
        await pilot.press("escape", "w")
        await until(pilot, lambda: isinstance(app.screen, WhyNotScreen))
        await pilot.press("escape", "slash")
        await until(pilot, lambda: search(app).query_field.has_focus)
        await pilot.press("escape")
        await until(pilot, lambda: search(app).entries.has_focus)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, AlertsScreen))


async def test_what_was_asked_comes_back_with_up_and_down_leads_to_the_draft_and_the_results() -> None:
    app = app_on(engine_of())
    async with app.run_test(size=(80, 24)) as pilot:
        await open_search(pilot, *"tanker")
        await pilot.press("enter", "slash", "ctrl+a", "ctrl+k", *"ferry")
        await until(pilot, lambda: titles(app) == ["Ferry delayed by fog"])
        await pilot.press("up")
        await until(pilot, lambda: search(app).query_field.text == "tanker" and len(titles(app)) == 2)
        await pilot.press("down")
        await until(pilot, lambda: search(app).query_field.text == "ferry" and len(titles(app)) == 1)
        await pilot.press("down")
        await until(pilot, lambda: search(app).entries.has_focus)


@pytest.mark.parametrize("keys", [("ctrl+s",), ("enter", "n")])
async def test_a_rule_is_made_of_the_query(keys: tuple[str, ...]) -> None:
    app = app_on(engine_of())
    async with app.run_test(size=(80, 24)) as pilot:
        await open_search(pilot, *"tanker")
        await pilot.press(*keys)
        await until(pilot, lambda: isinstance(app.screen, EditorScreen))
        assert app.screen.draft.query == "tanker"  # type: ignore[attr-defined]  # an editor, as was waited for


async def test_nothing_found_says_what_to_try_and_what_comes_in_since_is_counted() -> None:
    engine = engine_of()
    app = app_on(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_search(pilot, *"zebra")
        assert "Nothing in the history matches" in text(app)
        engine.history.add(entry("Zebra crossing painted", 5))
        await until(pilot, lambda: "enter asks again: 1 newer entry came in since" in text(app))
        await pilot.press("enter")
        await until(pilot, lambda: titles(app) == ["Zebra crossing painted"])


async def test_a_phrase_that_finds_nothing_is_one_key_from_all_of_its_words_anywhere() -> None:
    engine = engine_of()
    engine.checks["strait boarded"] = QueryCheck(otherwise="strait AND boarded")
    app = app_on(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_search(pilot, *"strait", "space", *"boarded")
        await until(pilot, lambda: "ctrl+t looks for all of the words, anywhere" in text(app))
        await pilot.press("ctrl+t")
        await until(pilot, lambda: engine.calls_of("search")[-1][0] == "strait AND boarded")
        assert "ctrl+t" not in text(app)


async def test_what_was_found_shows_what_became_of_it() -> None:
    engine = engine_of()
    app = app_on(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_search(pilot, *"boarded")
        [story] = engine.view.stories
        await engine.set_acked(story.hit_ids, acked=True)
        await until(pilot, lambda: search(app).view.seq >= engine.view.seq)
        search(app).show_time()
        row = search(app).entries.selected
        assert row is not None
        assert [one.state for one in row.hits] == [Triage.ACKED]


async def test_a_rule_that_was_made_of_the_query_shows_on_what_it_was_made_from() -> None:
    engine = engine_of()
    app = app_on(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_search(pilot, *"turns")
        row = search(app).entries.selected
        assert row is not None
        assert not row.hits
        rule = build.rule(id=RuleId("turns"))
        engine.publish(HitsStored((build.hit(row.entry, rule, held=Held.RULE_CHANGE),)))
        await until(pilot, lambda: search(app).view.seq >= engine.view.seq)
        search(app).show_time()
        await pilot.pause()
        assert any("turns back" in line and line.rstrip().endswith(" turns") for line in lines(app))


async def test_it_works_where_another_newswatch_writes_and_at_every_size() -> None:
    app = app_on(engine_of(is_read_only=True))
    async with app.run_test(size=(80, 24)) as pilot:
        await open_search(pilot, *"tanker")
        for size in ((58, 16), (120, 40), (200, 50), (20, 8), (80, 24)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            check(app)
        assert titles(app) == ["Tanker boarded off the strait", "Second tanker turns back"]


@pytest.mark.parametrize("number", range(len(HOSTILE)))
async def test_whatever_is_found_the_rows_stand(number: int) -> None:
    sample = HOSTILE[number]
    nasty = hostile_hit(f"tanker {sample}", number)
    engine = ScriptedEngine(hits=[nasty], rules=[build.rule_status()])
    app = app_on(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_search(pilot, *"tanker")
        for size in ((120, 40), (200, 50), (80, 24)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            check(app)
