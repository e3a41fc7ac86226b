"""What a row says beside its state: snoozed, muted, tagged, noted, revised, old rule; at every width, in both sets."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC

import pytest
from rich.cells import cell_len

from newswatch.model.hit import Held, Hit, Note, StoryId
from newswatch.model.story import Story
from newswatch.testing import build
from newswatch.tui.looks import Looks
from newswatch.tui.paint import width_of
from newswatch.tui.paint.article import article
from newswatch.tui.paint.stories import columns_for, flags_of, story_row
from newswatch.tui.signs import ASCII, UNICODE, Signs

NOW = build.at(10)

LONG = "北朝鮮兵士、国境付近で訓練か Tanker boarded near the strait, crew is safe, coastguard says after a long night"


def story(*, title: str = LONG, **changes: object) -> Story:
    made: Hit = replace(build.hit(build.entry(title, revised_at=build.at(3))), **changes)  # type: ignore[arg-type]  # its own fields
    return Story(StoryId("s"), (made,))


def flagged() -> Story:
    return story(tags=("海運", "shipping"), notes=(Note(NOW, "call them"),), is_old_rule=True, is_starred=True)


def said(of: Story, width: int, signs: Signs = UNICODE) -> str:
    return "".join(piece.text for piece in flags_of(of, width, signs))


@pytest.mark.parametrize("signs", [UNICODE, ASCII])
@pytest.mark.parametrize("width", [1, 12, 24, 44, 58, 80, 96, 120, 200])
def test_a_row_with_every_flag_is_exactly_as_wide_as_it_is_told(width: int, signs: Signs) -> None:
    for is_marked in (False, True):
        row = story_row(flagged(), columns_for(width, ["hormuz"]), NOW, signs, is_selected=True, is_marked=is_marked)
        assert sum(cell_len(piece.text) for piece in row) == width


def test_flags_are_letters_where_there_is_little_room_and_words_where_there_is_more() -> None:
    assert said(flagged(), 40) == "# ¶ r o"
    assert said(flagged(), 90) == "#海運+1 ¶ revised no match"
    assert said(story(is_old_rule=True, entry=replace(flagged().lead.entry, revised_at=None)), 90) == "old rule"
    assert said(flagged(), 40, ASCII) == "t n r o"
    assert said(flagged(), 10) == ""
    assert width_of(flags_of(flagged(), 40, UNICODE)) == 7


def test_a_plain_story_has_no_flags() -> None:
    assert said(Story(StoryId("s"), (build.hit(),)), 90) == ""


def test_what_is_put_away_has_a_letter_for_its_state() -> None:
    columns = columns_for(80, ["hormuz"])

    def state(of: Story) -> str:
        return "".join(piece.text for piece in story_row(of, columns, NOW, UNICODE, is_selected=False))[2]

    assert state(story(held=Held.MUTED)) == "m"
    assert state(story(held=Held.SNOOZED)) == "z"
    assert state(story(held=Held.BACKLOG)) == "·"
    assert state(story(held=Held.BACKLOG, snoozed_until=build.at(90))) == "z"


def test_the_article_tells_of_tags_notes_and_the_snooze_and_no_more_than_a_person_writes() -> None:
    looks = Looks(lambda: NOW, lambda: 0.0, UTC, UNICODE)
    made = story(
        tags=tuple(f"tag{number}" for number in range(500)),
        notes=(Note(build.at(2), "call them\ntwice"), Note(build.at(1), "x" * 1_000_000)),
        snoozed_until=build.at(90),
        held=Held.SNOOZED,
    )
    lines = ["".join(piece.text for piece in line).strip() for line in article(made, NOW, 63, looks).lines]
    assert any(line.startswith("snoozed until 16:00") for line in lines)
    assert any(line.startswith("tagged #tag0 #tag1 ") for line in lines)
    assert any("¶ 14:32  call them" in line for line in lines)
    assert any(line.strip() == "twice" for line in lines)
    assert len(lines) < 120
