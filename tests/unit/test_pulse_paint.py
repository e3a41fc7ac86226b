"""The pulse drawn: every row as wide as it is told, and an unknown hour never like a quiet one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from newswatch.model.hit import Held, StoryId
from newswatch.model.pulse import (
    HOURS,
    Behind,
    Flow,
    Health,
    Ledger,
    LedgerLine,
    LoopLag,
    Pulse,
    RuleRate,
    Saving,
    Wanted,
    Weight,
    Worry,
)
from newswatch.model.rule import RuleId, Severity
from newswatch.model.story import Story
from newswatch.model.view import View
from newswatch.testing import build
from newswatch.tui.looks import Looks
from newswatch.tui.paint.ledger import items_title, ledger_head, ledger_lines, ledger_row
from newswatch.tui.paint.own_health import health_head, health_rows, pulse_strip, worry_rows
from newswatch.tui.paint.piece import Pieces, width_of
from newswatch.tui.paint.pulse import (
    Rated,
    entries_row,
    rate_columns,
    rate_row,
    rate_words,
    rated,
    rates_head,
    rates_title,
)
from newswatch.tui.paint.rules import rule_detail
from newswatch.tui.paint.sparkline import rising, sparkline, thinned
from newswatch.tui.paint.state import state_line
from newswatch.tui.places import ALERTS
from newswatch.tui.signs import ASCII, UNICODE, Signs
from tests.tui.test_hostile_text import HOSTILE

NOW = build.at(10)
SINCE = build.at(-30) - timedelta(hours=23)
LOOKS = Looks(lambda: NOW, lambda: 0.0, UTC, UNICODE)
HOURS_SEEN: tuple[int | None, ...] = (None,) * 6 + tuple(number % 5 for number in range(HOURS - 6))
NAMES = ("dprk-troops", "hormuz", "太陽光発電の規則", "a" * 60, *HOSTILE)
RULES = [
    build.rule_status(build.rule(id=RuleId(name or "r"), name=name, severity=severity), hits=1_234_567)
    for name in NAMES
    for severity in (Severity.HIGH,)
]
PULSE = Pulse(
    at=NOW,
    since=SINCE,
    watched=(0.0,) * 6 + (1.0,) * 17 + (0.6,),
    rates=tuple(
        RuleRate(
            status.rule.id,
            HOURS_SEEN,
            12_345,
            17_530.2,
            NOW - timedelta(days=3),
            number == 1,
            "it has expired"[: 99 * (number == 2)],
        )
        for number, status in enumerate(RULES)
    ),
    day=Ledger(SINCE, 1_204, 170, 1_034, 120, 247, 200, {Held.MUTED: 31, Held.BACKLOG: 12, Held.RULE_CHANGE: 4}),
    ever=Ledger(None, 4_821_000, 1_702, 4_819_298, 120, 2_301, 1_490, {Held.MUTED: 311, Held.BACKLOG: 500}),
    flow=Flow(1_210.0, 41.0, 380.0, HOURS_SEEN),
    health=Health(
        NOW - timedelta(hours=31),
        Weight(84_300_000, tuple(range(70_000_000, 84_000_000, 1_000_000)), 111_600.0, 0.021, 0.014),
        LoopLag(0.0004, 0.0042, 0.0311, 412),
        Behind(12, 840.0, HOSTILE[0]),
        Saving(2, 0, NOW - timedelta(seconds=12), 0.0031, 12_400_000, NOW - timedelta(hours=3)),
        (Worry("12 feeds are behind.", "Raise concurrency.", is_grave=True),),
    ),
)


def text(pieces: Pieces) -> str:
    return "".join(piece.text for piece in pieces)


@pytest.mark.parametrize("signs", [UNICODE, ASCII], ids=["unicode", "ascii"])
@pytest.mark.parametrize("width", [20, 32, 46, 58, 75, 110, 140, 200])
def test_every_row_is_as_wide_as_it_is_told(width: int, signs: Signs) -> None:
    looks = Looks(lambda: NOW, lambda: 0.0, UTC, signs)
    rows = rated(RULES, {rate.rule_id: rate for rate in PULSE.rates})
    columns = rate_columns(width, rows)
    for row in rows:
        for is_selected in (True, False):
            assert width_of(rate_row(row, columns, NOW, signs, is_selected=is_selected)) == width
    for line in ledger_lines(PULSE):
        for is_ever in (True, False):
            assert width_of(ledger_row(line, PULSE, width, signs, is_ever=is_ever, is_selected=is_ever)) == width
        for asked in (Wanted(line), Wanted(line, SINCE, RuleId("hormuz"))):
            assert width_of(items_title(asked, None, width, looks, has_more=False)) <= width
    for row_of_health in health_rows(PULSE, width, looks):
        assert width_of(row_of_health) == width
    for other in (
        rates_head(columns),
        entries_row(PULSE, columns, signs),
        rates_title(PULSE, width, signs),
        health_head(PULSE, width, signs),
        *worry_rows(PULSE.health.worries, width, signs),
        *pulse_strip(PULSE, RULES, width, looks),
    ):
        assert width_of(other) <= width
    if width >= 32:
        assert width_of(ledger_head(width, signs, is_ever=True)) <= width


def test_the_columns_of_the_rates_stand_under_their_names() -> None:
    rows = rated(RULES[:2], {rate.rule_id: rate for rate in PULSE.rates})
    for width in (46, 58, 75, 110):
        columns = rate_columns(width, rows)
        head, row = text(rates_head(columns)), text(rate_row(rows[0], columns, NOW, UNICODE, is_selected=False))
        at = head.index("24 h")
        assert row[at] == UNICODE.dot
        assert row[at - 1] == " "
        assert row.rstrip().endswith("3d" if "last" in head else "17.5k")


def test_an_hour_that_nobody_watched_is_drawn_unlike_one_without_hits() -> None:
    for signs in (UNICODE, ASCII):
        unknown, nothing = text(sparkline([None], signs)), text(sparkline([0], signs))
        assert unknown != nothing
        assert nothing.strip()


def test_one_hit_is_higher_than_the_ground() -> None:
    ground, low, high = list(text(sparkline([0, 1, 1_000], UNICODE)))
    assert UNICODE.bars.index(ground) < UNICODE.bars.index(low) < UNICODE.bars.index(high)


def test_fewer_cells_show_what_is_known_of_their_hours() -> None:
    assert thinned([None, None, 2, 4, None, 6, 0, 0], 4) == (None, 3, 6, 0)
    assert thinned([1, None], 8) == (1, None)


def test_a_course_that_hardly_moves_is_flat() -> None:
    assert len(set(text(rising([100, 101, 100, 101], UNICODE)))) == 1
    assert len(set(text(rising([100, 200, 300], UNICODE)))) == 3
    assert text(rising([], UNICODE)) == ""


def test_how_much_was_watched_is_said() -> None:
    assert "watched 18 of 24 h, the rest ···" in text(rates_title(PULSE, 80, UNICODE))
    assert "watched 18 of 24 h, the rest is blank" in text(rates_title(PULSE, 80, ASCII))
    whole = replace(PULSE, watched=(1.0,) * 23 + (0.66,))
    assert "all 24 hours" in text(rates_title(whole, 80, UNICODE))
    young = replace(PULSE, watched=(0.0,) * 23 + (0.2,))
    assert "watched 12 min of 24 h" in text(rates_title(young, 80, UNICODE))


def test_lines_that_never_had_anything_are_absent() -> None:
    lines = ledger_lines(PULSE)
    assert LedgerLine.COPY not in lines
    assert LedgerLine.QUIET not in lines
    assert LedgerLine.SNOOZED in lines
    assert LedgerLine.BEYOND_CAP in lines
    with_copies = replace(PULSE, ever=replace(PULSE.ever, held={Held.COPY: 1}))
    assert LedgerLine.COPY in ledger_lines(with_copies)
    assert ledger_lines(None) == ()


def test_a_rule_that_says_nothing_says_why() -> None:
    rows = rated(RULES[:3], {rate.rule_id: rate for rate in PULSE.rates})
    columns = rate_columns(75, rows)
    drawn = [text(rate_row(row, columns, NOW, UNICODE, is_selected=False)) for row in rows]
    assert ["silent" in drawn[1], "blind" in drawn[2]] == [True, True]
    assert "longer than it ever is" in rate_words(rows[1], NOW, UNICODE)
    assert "it can never fire: it has expired" in rate_words(rows[2], NOW, UNICODE)


def test_a_monitor_that_is_well_says_so_in_one_quiet_line() -> None:
    assert [text(row).strip() for row in worry_rows((), 80, UNICODE)] == ["✓ nothing is wrong with newswatch itself"]


@pytest.mark.parametrize("ago", [timedelta(seconds=20), timedelta(minutes=89), timedelta(hours=6, minutes=54)])
def test_when_a_rule_last_fired_is_the_same_in_its_row_and_under_it(ago: timedelta) -> None:
    row = Rated(RULES[0], RuleRate(RULES[0].rule.id, HOURS_SEEN, 1, 1.0, NOW - ago))
    shown = text(rate_row(row, rate_columns(80, [row]), NOW, UNICODE, is_selected=False)).split()[-1]
    assert shown in rate_words(row, NOW, UNICODE).split()


def test_what_is_opened_of_a_rate_says_that_backlog_is_left_out() -> None:
    asked = Wanted(LedgerLine.HITS, SINCE, RuleId("hormuz"), is_live=True)
    assert "no backlog" in text(items_title(asked, (), 110, LOOKS, has_more=False))


def test_a_rule_that_hit_backlog_only_says_so_where_its_day_has_no_hit() -> None:
    at = NOW - timedelta(hours=6)
    fresh, old = (RuleRate(RULES[0].rule.id, HOURS_SEEN, 0, 0.0, last_at) for last_at in (at, NOW - timedelta(days=3)))
    assert "last hit 6h ago, backlog" in rate_words(Rated(RULES[0], fresh), NOW, UNICODE)
    assert "backlog" not in rate_words(Rated(RULES[0], old), NOW, UNICODE)
    for rate, said in ((fresh, "0 hits but backlog"), (old, "0 hits")):
        detail = "\n".join(map(text, rule_detail(replace(RULES[0], last_hit_at=rate.last_at), NOW, 100, LOOKS, rate)))
        assert said in detail
        assert ("backlog" in detail) is ("backlog" in said)


def test_of_a_full_window_the_state_line_does_not_claim_to_count_all_that_is_held() -> None:
    def line(stories: int) -> str:
        held = replace(build.hit(build.entry()), held=Held.BACKLOG)
        view = View(stories=tuple(Story(StoryId(str(number)), (held,)) for number in range(stories)))
        return text(state_line(view, NOW, 120, LOOKS, (ALERTS,), ALERTS))

    assert "4,999 held" in line(4_999)
    assert "5,000+ held" in line(5_000)


def test_the_first_seconds_of_watching_are_not_nought_minutes() -> None:
    young = replace(PULSE, watched=(0.0,) * 23 + (0.005,))
    assert "watched under 1 min" in text(rates_title(young, 80, UNICODE))
