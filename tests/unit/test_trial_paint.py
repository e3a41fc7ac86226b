"""The pane under a query in the rule editor, as text."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from rich.cells import cell_len

from newswatch.model.backtest import Backtest, Change, Example, NearMiss
from newswatch.model.entry import Entry
from newswatch.model.hit import Mark
from newswatch.testing.build import entry
from newswatch.tui.paint.piece import Pieces, fit
from newswatch.tui.paint.trial import Trial, spark, trial_head, trial_items, trial_row
from newswatch.tui.signs import ASCII, UNICODE, Signs

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def trial_rows(trial: Trial, width: int, height: int, signs: Signs) -> list[Pieces]:
    """What is in sight of a trial."""
    head = trial_head(trial, width, signs)
    room = max(height - len(head), 0)
    return [*head, *(trial_row(row, width, signs) for row in trial_items(trial, room)[:room])]


def text_of(trial: Trial, width: int = 80, height: int = 20, signs: Signs = UNICODE) -> list[str]:
    return ["".join(piece.text for piece in row).rstrip() for row in trial_rows(trial, width, height, signs)]


def news(title: str, source: str = "Dnipro Wire") -> Entry:
    return replace(entry(title=title), source=source)


FOUND = Backtest(
    entries=48_210,
    asked=48_210,
    hits=51,
    stories=13,
    saved_hits=42,
    saved_stories=11,
    added=9,
    gone=0,
    per_day=tuple((date(2026, 11, 16 + day), hits) for day, hits in enumerate((4, 4, 7, 4, 8, 9, 15))),
    sources=(("Dnipro Wire", 30), ("Harbour Gazette", 21)),
    as_phrase=42,
    all_words=97,
    near=30,
    examples=(
        Example(news("Grain convoy crosses"), Change.SAME, (Mark("title", 0, 5, "Grain"),)),
        Example(news("Tanker boarded off the cape"), Change.NEW, (Mark("title", 0, 6, "Tanker"),)),
        Example(news("Old tale of a tanker"), Change.GONE),
    ),
    near_misses=(NearMiss(news("Korean troops in the North rehearse"), "phrase “north korean troops”"),),
    is_complete=True,
)


def test_an_edit_says_what_it_adds_and_loses() -> None:
    rows = text_of(Trial(FOUND))
    assert rows[0].startswith("── In the history ─")
    assert rows[0].endswith("7 days, 48,210 stored entries ──")
    assert rows[1] == " 42 → 51 hits  +9 −0  11 → 13 stories"
    same = text_of(Trial(replace(FOUND, saved_stories=13)))
    assert same[1] == " 42 → 51 hits  +9 −0  in 13 stories"
    assert rows[2] == " ▂▂▃▂▄▄▇ 16-22 Nov  ~1.9 alerts a day"
    assert rows[3].startswith(" 30 just missed  ·  as a phrase 42 · all words anywhere 97  ·  from Dnipro")


def test_what_changes_stands_before_what_stays_and_near_misses_come_last() -> None:
    rows = text_of(Trial(FOUND))[4:]
    assert [row[:3] for row in rows] == [" + ", " − ", " · ", " ~ "]
    assert rows[-1].endswith("missing: phrase “north korean troops”")


def test_near_misses_keep_some_room_when_there_are_many_hits() -> None:
    many = replace(FOUND, examples=tuple(Example(news(f"Tanker {n}"), Change.SAME) for n in range(50)))
    rows = text_of(Trial(many), height=13)
    assert len(rows) == 13
    assert rows[-1].startswith(" ~ ")


def test_a_row_that_is_to_become_a_test_says_so() -> None:
    hit, *_, miss = trial_items(Trial(FOUND), 20)
    assert " must" in "".join(piece.text for piece in trial_row(hit, 80, UNICODE, test=True))
    assert " must not" in "".join(piece.text for piece in trial_row(miss, 80, UNICODE, test=False))
    assert (hit.matches, miss.matches) == (True, False)


def test_the_ids_of_rows_are_unique_and_stay_with_the_entry() -> None:
    rows = trial_items(Trial(FOUND), 2)
    assert len({row.id for row in rows}) == len(rows) == 4
    other = replace(FOUND, examples=tuple(replace(one, change=Change.SAME) for one in FOUND.examples))
    assert {row.id for row in trial_items(Trial(other), 2)} == {row.id for row in rows}


def test_copies_of_a_headline_are_one_row_with_their_number() -> None:
    twice = replace(FOUND, examples=(Example(news("Tanker"), Change.SAME), Example(news("Tanker", "B"), Change.SAME)))
    titles = [row for row in text_of(Trial(twice)) if "Tanker" in row]
    assert len(titles) == 1
    assert "×2" in titles[0]


def test_a_new_rule_counts_hits_and_stories_without_a_comparison() -> None:
    new = replace(FOUND, saved_hits=None, added=0, gone=0)
    assert text_of(Trial(new))[1] == " 51 hits in 13 stories"


def test_an_edit_that_changes_nothing_says_so() -> None:
    assert text_of(Trial(replace(FOUND, added=0, saved_hits=51)))[1] == " 51 hits, as before, 13 stories"


def test_progress_is_told_while_it_runs() -> None:
    half = replace(FOUND, asked=24_105, is_complete=False)
    assert "50 % of 48,210 entries" in text_of(Trial(half, is_running=True))[0]


def test_no_hit_shows_no_bars() -> None:
    none = Backtest(entries=10, asked=10, per_day=((date(2026, 11, 22), 0),), is_complete=True)
    assert text_of(Trial(none))[1:] == [" 0 hits"]


def test_a_bar_for_one_hit_is_never_empty() -> None:
    assert spark([0, 1, 400], UNICODE) == " ▁▇"
    assert spark([0, 0], ASCII) == "  "
    assert spark([], ASCII) == ""


def test_every_row_fits_its_width_in_both_sets_of_signs() -> None:
    wide = replace(
        FOUND,
        examples=(
            Example(news("北朝鮮兵士、国境付近で訓練か　防衛省が確認急ぐ" * 4, "東京新報社編集局長室"), Change.NEW),
        ),
        near_misses=(NearMiss(news("العربية " * 20), "near 6: “a” … “b”" * 9),),
    )
    for signs in (UNICODE, ASCII):
        for width in (20, 39, 60, 88, 120):
            for row in trial_rows(Trial(wide), width, 12, signs):
                assert sum(cell_len(piece.text) for piece in fit(row, width)) == width
                assert sum(cell_len(piece.text) for piece in row) <= width
