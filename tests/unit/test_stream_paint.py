"""Rows of entries and the line of a search are exactly as wide as they are told; an entry shows its marked words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from newswatch.model.found import Found
from newswatch.model.hit import Held, Mark, Triage
from newswatch.model.rule import RuleId, Severity
from newswatch.model.stream import Listed
from newswatch.testing import build
from newswatch.tui.looks import Looks
from newswatch.tui.paint import Pieces, width_of
from newswatch.tui.paint.entry import MOST_SHOWN, entry_rows
from newswatch.tui.paint.search import SearchState, search_line
from newswatch.tui.paint.stream import entry_strip, stream_columns, stream_head, stream_row, when
from newswatch.tui.paint.verdicts import verdict_row
from newswatch.tui.signs import ASCII, UNICODE
from newswatch.tui.verdicts import RuleVerdict, Stand
from tests.unit.test_paint import AWKWARD

NOW = build.at(10)
LOOKS = Looks(now=lambda: NOW, monotonic=lambda: 0.0, zone=UTC, signs=UNICODE)
WIDTHS = (1, 8, 20, 44, 58, 60, 80, 109, 110, 200)


def shown(pieces: Pieces) -> str:
    return "".join(piece.text for piece in pieces)


def matched(title: str, **changes: Any) -> Listed:
    """An entry with two hits, the first word of its title marked."""
    entry = build.entry(title, source=title)
    mark = Mark("title", 0, max(len(title) // 2, 1), title[: max(len(title) // 2, 1)])
    severe = build.rule(id=RuleId(title or "r"), severity=Severity.CRITICAL)
    hits = (build.hit(entry, severe, marks=(mark,)), build.hit(entry, build.rule(id=RuleId("other"))))
    return Listed(entry, tuple(replace(hit, **changes) for hit in hits))


@pytest.mark.parametrize("title", AWKWARD)
def test_every_row_is_exactly_as_wide_as_it_is_told(title: str) -> None:
    for row in (matched(title), Listed(matched(title).entry), replace(matched(title), found=matched(title).marks)):
        for width in WIDTHS:
            for signs in (UNICODE, ASCII):
                looks = Looks(LOOKS.now, LOOKS.monotonic, UTC, signs)
                for is_selected in (True, False):
                    pieces = stream_row(row, stream_columns(width), NOW, looks, is_selected=is_selected)
                    assert width_of(pieces) == width
            assert len(entry_strip(row, NOW, width, LOOKS)) == 3


@pytest.mark.parametrize("width", WIDTHS)
def test_heads_and_lines_are_as_wide_too(width: int) -> None:
    if width >= 20:
        assert width_of(stream_head(stream_columns(width))) <= width
    found = Found(48_210, build.at(-20_000), 20_000, 51, (matched("Tanker"),))
    for state in (
        SearchState(),
        SearchState(is_running=True),
        SearchState(found, is_running=True),
        SearchState(replace(found, asked=48_210, is_complete=True), newer=3),
    ):
        assert width_of(search_line(state, "1/51", NOW, width, LOOKS)) == width
    for stand in Stand:
        verdict = RuleVerdict(build.rule_status(), stand, "word “troops”")
        assert width_of(verdict_row(verdict, width, UNICODE, is_selected=True)) == width


@pytest.mark.parametrize("width", range(40, 120))
def test_where_one_is_in_the_results_is_never_cut_however_much_there_is_to_say(width: int) -> None:
    found = Found(101_285, build.at(-20_000), 101_285, 1_307, (matched("Tanker"),), is_complete=True)
    line = shown(search_line(SearchState(found, newer=55), "4/1,000", NOW, width, LOOKS))
    assert line.endswith(" 4/1,000 ──")
    assert "1,307 found" in line
    assert len(line) == width
    assert ("55 newer" in line) is (width >= 75)


def test_a_hit_has_severity_state_and_rules_and_an_entry_without_one_has_none() -> None:
    columns = stream_columns(120)
    row = shown(stream_row(matched("Tanker boarded"), columns, NOW, LOOKS, is_selected=False))
    assert row.startswith(" C●")
    assert row.rstrip().endswith("Tanker boarded +1"), "the id of the rule"
    held = shown(stream_row(matched("Tanker", held=Held.BACKLOG), columns, NOW, LOOKS, is_selected=False))
    assert held.startswith(" C·")
    plain = shown(stream_row(Listed(build.entry("Ferry")), columns, NOW, LOOKS, is_selected=False))
    assert plain.startswith("     ")
    assert plain.rstrip().endswith("Ferry")


def test_matched_words_glow_on_alerts_and_on_what_was_searched_for_but_not_on_what_is_dealt_with() -> None:
    def glows(row: Listed) -> bool:
        pieces = stream_row(row, stream_columns(80), NOW, LOOKS, is_selected=False)
        return any(piece.ink == "mark" and piece.bold for piece in pieces)

    assert glows(matched("Tanker boarded"))
    assert not glows(matched("Tanker boarded", state=Triage.ACKED))
    assert not glows(matched("Tanker boarded", held=Held.BACKLOG))
    assert not glows(Listed(build.entry("Tanker boarded")))
    assert glows(Listed(build.entry("Tanker boarded"), (), (build.mark("Tanker"),)))


def test_times_are_of_the_day_the_year_or_before() -> None:
    assert when(build.at(5), NOW, UTC) == "14:35"
    assert when(datetime(2026, 11, 9, 12, tzinfo=UTC), NOW, UTC) == "9 Nov"
    assert when(datetime(2019, 1, 9, 12, tzinfo=UTC), NOW, UTC) == "2019"


def test_an_entry_shows_its_words_where_they_stand_in_any_paragraph() -> None:
    text = "First of all.\n\nThen a tanker came, and a second tanker."
    spots = [text.index("tanker"), text.rindex("tanker")]
    marks = tuple(Mark("content", spot, spot + 6, "tanker") for spot in spots)
    lines = entry_rows(Listed(build.entry("Ferry", content=text), (), marks), NOW, 40, LOOKS)
    assert [piece.text for line in lines for piece in line if piece.ink == "mark"] == ["tanker", "tanker"]
    assert any("no rule matches" in shown(line) for line in lines)


def test_a_summary_that_the_content_begins_with_is_not_shown_twice() -> None:
    entry = build.entry("Ferry", summary="Two sailings were cancelled.", content="Two sailings were cancelled. More.")
    lines = [shown(line) for line in entry_rows(Listed(entry), NOW, 80, LOOKS)]
    assert sum("Two sailings" in line for line in lines) == 1


def test_what_is_too_long_to_lay_out_at_once_says_how_much_is_missing() -> None:
    entry = build.entry("Ferry", content="word " * MOST_SHOWN)
    lines = entry_rows(Listed(entry), NOW, 80, LOOKS)
    assert "80,000 characters more are not shown" in shown(lines[-1])


def test_an_entry_names_every_rule_that_matched_and_why_it_is_held() -> None:
    row = matched("Tanker", held=Held.RULE_CHANGE, is_old_rule=True)
    said = "\n".join(shown(line) for line in entry_rows(row, NOW, 90, LOOKS))
    assert "C Tanker" in said
    assert "H other" in said
    assert "old rule" in said
    assert "held: rule-change" in said
