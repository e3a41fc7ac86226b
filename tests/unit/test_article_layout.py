"""An article laid out: widths, marks, tables, links, the quick look, and places that survive another text or width."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newswatch.model.article import Article, ArticleText, Bullet, PageProblem, TextFrom
from newswatch.model.hit import PAGE_FIELD, Hit, Mark, StoryId
from newswatch.model.story import Story
from newswatch.testing import build
from newswatch.tui.looks import Looks
from newswatch.tui.paint import width_of
from newswatch.tui.paint.article import joined, lay_body, whole
from newswatch.tui.paint.layout import BULLET_MARKS, READING_CELLS, Layout, measure
from newswatch.tui.reading import Body, Doing, Reading, body_of, place_in
from newswatch.tui.signs import ASCII, UNICODE

NOW = build.at(10)
LOOKS = Looks(lambda: NOW, lambda: 100.0, UTC, UNICODE)
TEXT = (
    "The first paragraph tells of a quiet river.\n\n## Heading\n\n"
    "North Korean troops crossed the *quiet* [river][1] at night.\n\n"
    "- item one\n  - item two, which is somewhat longer than the others and must be wrapped at a small width\n\n"
    "> said the ![officer][2]\n\n"
    "| Place | Men |\n| --- | --- |\n| Khasan | 1,200 |\n| Hunchun, near the border | 7 |\n\n"
    "```\n  indented   code\n```\n\n北朝鮮兵士、国境付近で訓練か。防衛省が確認を急いでいる。"
)
LINKS = ("https://user:secret@river.example:8080/map", "https://img.example/officer.jpg")


def hit(**changes: object) -> Hit:
    entry = build.entry(
        "Troops seen", content="North Korean troops seen.\n• a bullet", tags=("war",), author="A. Writer"
    )
    return replace(build.hit(entry, marks=(Mark("content", 0, 19, "North Korean troops"),)), **changes)  # type: ignore[arg-type]  # its own fields


def reading(text: str = TEXT, **changes: object) -> Reading:
    made = hit()
    start = text.find("North Korean troops")
    marks = (Mark(PAGE_FIELD, start, start + 19, "North Korean troops"),) if start >= 0 else ()
    first = text.find("The first"), text.find("river.") + 6
    quick = (
        Bullet("The first paragraph tells of a quiet river.", *first, 1, 4),
        Bullet("North Korean troops crossed the quiet river at night.", start, start + 58, 2, 4, has_match=True),
    )
    shown = ArticleText(text, TextFrom.PAGE, build.at(4), links=LINKS, keywords=("Khasan",))
    article = Article(made.entry.feed_id, made.entry.key, (shown,), quick if start >= 0 else (), marks)
    return replace(Reading(Story(StoryId("s"), (made,)), article), **changes)  # type: ignore[arg-type]  # its own fields


def lines(layout: Layout) -> list[str]:
    return ["".join(piece.text for piece in line).rstrip() for line in layout.lines]


def shown(of: Reading, cells: int = 80, looks: Looks = LOOKS) -> list[str]:
    return lines(whole(of, NOW, measure(cells), looks))


@pytest.mark.parametrize("cells", [1, 2, 5, 9, 14, 20, 33, 58, 75, 120, 200])
@pytest.mark.parametrize("signs", [UNICODE, ASCII])
@pytest.mark.parametrize("is_centred", [False, True])
def test_no_line_is_wider_than_the_pane_and_none_than_a_person_reads_well(
    cells: int, signs: object, *, is_centred: bool
) -> None:
    column = measure(cells, is_centred=is_centred)
    assert column.width <= READING_CELLS
    assert column.margin + column.width <= max(cells, 1)
    layout = whole(reading(), NOW, column, replace(LOOKS, signs=signs))  # type: ignore[arg-type]  # either set
    if cells >= 20:
        assert max(map(width_of, layout.lines)) <= cells


@settings(max_examples=60)
@given(st.text(st.sampled_from("ab \n*[]()`|>-#1.\\!é北\u0301\u202e\x1b\t👩‍"), max_size=300), st.integers(12, 90))
def test_any_text_is_laid_out_with_each_mark_on_a_line(text: str, cells: int) -> None:
    spans = tuple((at, at + 2) for at in range(0, max(len(text) - 2, 0), 7))
    laying = lay_body(Body(text, is_markdown=True, spans=spans), 2, measure(cells), LOOKS)
    laying.finish()
    layout = joined(Layout(mark_lines=[0, 0]), laying)
    assert len(layout.mark_lines) == len(spans) + 2
    assert len(layout.places) == len(layout.lines)
    assert all(0 <= line <= len(layout.lines) for line in layout.mark_lines)
    seen = {piece.mark for line in layout.lines for piece in line if 0 <= piece.mark < BULLET_MARKS}
    for number in seen:
        assert any(piece.mark == number for piece in layout.lines[layout.mark_lines[number]])


def test_the_head_says_which_text_this_is_and_the_links_where_they_lead() -> None:
    said = shown(reading())
    assert "   full text from the page, 14:34" in said
    assert any(line.startswith("   #war  Khasan") for line in said)
    assert "   [1] river.example:8080/map" in said
    assert not any("secret" in line for line in said)
    links = {piece.link for line in whole(reading(), NOW, measure(80), LOOKS).lines for piece in line if piece.link}
    assert not any("secret" in link for link in links)


def test_a_paywall_is_said_and_the_feeds_text_is_shown_with_its_own_marks() -> None:
    made = reading()
    assert made.article is not None
    feed = ArticleText(
        "North Korean troops seen.",
        TextFrom.FEED,
        NOW,
        problem=PageProblem.PAYWALL,
        said="The page is behind a paywall.",
    )
    of = replace(made, article=replace(made.article, readings=(feed,)))
    assert "   the feed's text: The page is behind a paywall." in shown(of)
    assert body_of(of).spans == ((0, 19),)
    assert body_of(of).text == made.entry.content


def test_a_feed_that_gave_no_text_is_said_to_have_given_none() -> None:
    lead = replace(hit(), entry=replace(hit().entry, content="", summary=" "))
    said = shown(replace(reading(), article=None, story=Story(StoryId("s"), (lead,))))
    assert "   the feed gave no text" in said


def test_that_a_page_is_being_read_is_said_after_a_second_with_its_host() -> None:
    made = replace(reading(), article=None, doing=Doing("example.org", 99.5))
    assert "   the feed's text" in shown(made)
    assert "   reading the page at example.org … 12 s" in shown(replace(made, doing=Doing("example.org", 88.0)))
    assert "   the feed's text: it is gone" in shown(replace(made, doing=None, trouble="it is gone"))


def test_each_bullet_says_where_it_stands_and_its_number_stands_there() -> None:
    layout = whole(reading(), NOW, measure(80), LOOKS)
    said = lines(layout)
    assert " 1 The first paragraph tells of a quiet river.  ¶ 1 of 4" in said
    assert said[layout.bullet_lines[1]] == " 1 The first paragraph tells of a quiet river."
    assert said[layout.bullet_lines[2]] == " 2 North Korean troops crossed the quiet river[1] at night."
    assert any(piece.mark == BULLET_MARKS + 2 for piece in layout.lines[layout.bullet_lines[2]])
    top = said.index(" 2 North Korean troops crossed the quiet river at night.  ¶ 2 of 4")
    assert [piece.text for piece in layout.lines[top] if piece.ink == "mark"] == ["North Korean troops"]


def test_a_terminal_without_signs_reads_the_word_for_a_paragraph() -> None:
    said = shown(reading(), looks=replace(LOOKS, signs=ASCII))
    assert " 1 The first paragraph tells of a quiet river.  par. 1 of 4" in said


def test_bullets_of_the_feeds_text_are_found_in_it_again() -> None:
    content = "North Korean troops seen.\n" + "What else is known of it stands here. " * 12
    lead = replace(hit(), entry=replace(hit().entry, content=content))
    made = reading(story=Story(StoryId("s"), (lead,)))
    assert made.article is not None
    bullets = (Bullet("North Korean troops seen.", 3, 9, 1, 2), Bullet("Said elsewhere.", 0, 4, 2, 2))
    feed = ArticleText("- North Korean troops seen.", TextFrom.FEED, NOW)
    body = body_of(replace(made, article=replace(made.article, readings=(feed,), quick=bullets)))
    assert [(bullet.start, bullet.end) for bullet in body.bullets] == [(0, 25)]


def test_a_short_text_has_no_quick_look_that_says_all_of_it_twice() -> None:
    made = reading("North Korean troops crossed the quiet river at night. The first of them.")
    assert body_of(made).bullets == ()
    assert not any("Quick look" in line for line in shown(made))
    article = made.article
    assert article is not None
    bullet = Bullet("Men crossed.", 0, 12, 1, 1)
    short = replace(article.newest, text="Men crossed. Nobody saw them come, and nobody saw them go.")
    assert body_of(replace(made, article=replace(article, readings=(short,), quick=(bullet,)))).bullets == ()


def test_a_keyword_that_is_a_tag_is_said_once() -> None:
    made = reading()
    assert made.article is not None
    newest = replace(made.article.newest, keywords=("War", "Khasan"))
    said = shown(replace(made, article=replace(made.article, readings=(newest,))))
    assert any(line == "   #war  Khasan" for line in said)


def test_a_table_stands_side_by_side_where_it_fits_and_is_stacked_where_not() -> None:
    wide = shown(reading())
    row = next(line for line in wide if "Khasan" in line and "1,200" in line)
    assert row == "   Khasan                    1,200"
    narrow = shown(reading(), 15)
    assert "   Khasan" in narrow
    assert any(line.strip().startswith("Men  1,200") for line in narrow)


def test_code_keeps_its_blanks_and_quotes_their_bar() -> None:
    said = shown(reading())
    assert "   │   indented   code" in said
    assert "   │ said the officer[2]" in said


def test_only_the_text_is_left_in_zen() -> None:
    said = shown(replace(reading(), is_bare=True))
    assert said[0].strip() == "Troops seen"
    assert not any(word in "\n".join(said) for word in ("Quick look", "Links", "full text", "published"))


def test_a_place_is_found_again_in_another_text_and_at_another_width() -> None:
    before, after = body_of(reading()), body_of(reading(f"A new first paragraph.\n\n{TEXT}"))
    at = before.text.index("North Korean")
    place = place_in(before, at)
    assert place.in_text(before) == at
    assert after.text[place.in_text(after) :].startswith("North Korean troops")
    gone = body_of(reading("Nothing of it is left. " * 20))
    assert 0 < place.in_text(gone) < len(gone.text)
    for cells in (30, 80, 120):
        layout = whole(reading(), NOW, measure(cells), LOOKS)
        assert "North Korean" in lines(layout)[layout.line_at(at)]


def test_a_text_that_is_too_long_says_how_much_is_missing() -> None:
    said = shown(reading("word " * 100_000))
    assert "   100,000 characters more are not shown; the whole is behind the link" in said
