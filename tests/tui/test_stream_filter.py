"""The filter of the stream: it says what passes, and what it does not know, beside what is typed."""

from __future__ import annotations

import pytest

from newswatch.model.entry import Entry
from newswatch.model.stream import Listed
from newswatch.testing import build
from newswatch.testing.engine import ScriptedEngine
from newswatch.tui.entry_filter import EntryNeedle
from newswatch.tui.paint.stories import waiting_line
from newswatch.tui.signs import UNICODE
from newswatch.tui.widgets.key_line import KeyLine
from tests.tui.stage import app_on, hit, lines, until
from tests.tui.test_stream_screen import arrives, open_stream, stream


def entry(title: str, minute: float) -> Entry:
    return build.entry(title, seen_at=build.at(minute), published_at=build.at(minute))


def engine_of() -> ScriptedEngine:
    engine = ScriptedEngine(hits=[hit("Tanker seized", 9)], feeds=[build.feed_health()])
    engine.history.add(*(entry(f"Weather {number}", number) for number in range(8)))
    return engine


async def test_the_position_in_a_filtered_stream_is_one_among_those_that_pass() -> None:
    app = app_on(engine_of())
    async with app.run_test(size=(80, 24)) as pilot:
        await open_stream(pilot)
        assert "1 of 9" in lines(app)[2]
        await pilot.press("slash", *"tanker")
        await pilot.pause()
        assert "1 of 1 " in lines(app)[2]
        assert any(" 1 of 9" in line and "tanker" in line for line in lines(app))


async def test_a_state_that_is_none_is_said_where_it_is_typed() -> None:
    app = app_on(engine_of())
    async with app.run_test(size=(80, 24)) as pilot:
        await open_stream(pilot)
        await pilot.press("slash", *"is:sunny")
        await pilot.pause()
        assert any("is: hit unmatched" in line for line in lines(app))


async def test_while_a_filter_is_typed_the_footer_offers_no_slash() -> None:
    app = app_on(engine_of())
    async with app.run_test(size=(80, 24)) as pilot:
        await open_stream(pilot)
        assert "/ filter" in lines(app)[-1]
        await pilot.press("slash", "t")
        await pilot.pause()
        assert "/ filter" not in lines(app)[-1]
        await pilot.press("enter")
        await pilot.pause()
        assert "/ filter" in lines(app)[-1]
        assert stream(app).query_one(KeyLine).display


async def test_held_by_hand_with_arrivals_waiting_the_head_says_both() -> None:
    engine = engine_of()
    app = app_on(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_stream(pilot)
        await pilot.press("f")
        await arrives(pilot, engine, *(entry(f"Late {number}", 20 + number) for number in range(12)))
        head = lines(app)[2]
        assert "12 newer" in head
        assert "on hold (f)" in head
        assert "of 21" in head


@pytest.mark.parametrize("width", range(10, 140))
@pytest.mark.parametrize("position", ["", "1 of 40", "on hold (f) · 12,345 of 123,456"])
def test_the_line_over_the_rows_is_as_wide_as_they_are(width: int, position: str) -> None:
    words = [piece.text for piece in waiting_line(width, 1_234, 7, position, UNICODE)]
    told = sum(map(len, words[1:-3]))
    if width >= told + 2:
        assert sum(map(len, words)) == width


def test_without_reads_as_in_alerts() -> None:
    row, other = Listed(entry("Tanker seized", 1)), Listed(entry("Frost of -15 degrees", 2))
    for text in ("!tanker", "-title:tanker", '-"tanker"', "! tanker", "-15"):
        assert not EntryNeedle(text).finds(row), text
        assert EntryNeedle(text).finds(other), text


async def test_what_waits_and_does_not_pass_a_filter_typed_since_is_not_offered() -> None:
    engine = engine_of()
    app = app_on(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_stream(pilot)
        await pilot.press("j")
        await arrives(pilot, engine, entry("Storm", 20), entry("Tanker sails", 21))
        assert "2 newer" in lines(app)[2]
        await pilot.press("slash", *"tanker")
        await until(pilot, lambda: "1 newer" in lines(app)[2])
        await pilot.press("escape")
        await until(pilot, lambda: "1 newer" not in lines(app)[2])
