"""What is drawn is exactly as wide as it is told, whatever the text holds, and harmless."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import UTC, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color

from newswatch.model.event import Liveness, NextCheckChanged, NoticeLevel, NoticeRaised
from newswatch.model.feed import FeedHealth, FeedId, FeedState, FeedStatus
from newswatch.model.hit import Held, Hit, Mark, StoryId, Triage
from newswatch.model.rule import RuleId, Severity
from newswatch.model.story import Story
from newswatch.model.view import View
from newswatch.testing import build
from newswatch.tui.looks import Looks
from newswatch.tui.paint import Palette, Piece, TerminalWall, cut, cut_inside, fit, printable, strip, width_of
from newswatch.tui.paint.article import article
from newswatch.tui.paint.banner import banner_line
from newswatch.tui.paint.marks import marked, spans_of
from newswatch.tui.paint.palette import INKS
from newswatch.tui.paint.state import state_line
from newswatch.tui.paint.stories import columns_for, list_head, story_row, waiting_line
from newswatch.tui.paint.why import section, times_of, why_and_copies, why_strip
from newswatch.tui.paint.wrap import wrapped
from newswatch.tui.places import ALERTS, FEEDS, RULES
from newswatch.tui.reasons import from_marks
from newswatch.tui.signs import ASCII, UNICODE, signs_for, terminal_encoding

NOW = build.at(2)
LOOKS = Looks(now=lambda: NOW, monotonic=lambda: 0.0, zone=UTC, signs=UNICODE)
PALETTE = Palette(dict.fromkeys((*INKS, "selection"), "#808080"))
SIZES = (1, 2, 5, 10, 23, 24, 40, 59, 60, 80, 96, 120, 200, 400)
AWKWARD = (
    "",
    " ",
    "北朝鮮兵士、国境付近で訓練か　防衛省が確認急ぐ、政府筋が明らかにした一報を受けて各社が速報",
    "북한군 쿠르스크 전선 투입 정황… 국정원 “예의주시”",
    "إيران تعلن مناورات بحرية قرب مضيق هرمز وسط توتر متصاعد",
    "Зеленський провів нараду щодо оборони Харкова",
    "👨‍👩‍👧‍👦 family 🇺🇦 flag ❤️ heart 👍🏽 thumb 🏳️‍🌈 rainbow",
    "e" + "\u0301" * 8 + " stacked a" + "\u0300\u0323" * 4,
    "क्‍ष श्री ക്ഷ ก็ที่ ကြောင့်",
    "\u200d\ufe0f leading joiners",
    "ＦＵＬＬ　ＷＩＤＴＨ and half ｶﾅ",
    "a\tb\nc\rd\x1b[31mred\x1b[0m\x07\x00\x7f\x9b31m",
    "\u202egnp.exe\u2066x\u2069\u200f\u061c",
    "soft\u00adhyphen zero\u200bwidth word\u2060joiner \ufeffbom",
    "tags \U000e0041\U000e0042 here",
    "[/nope] [@click=app.quit]x[/] [red]y",
    "x" * 1000,
    "界" * 500,
)


def story(title: str = "North Korean troops seen in Kursk", *, hits: int = 1, **changes: Any) -> Story:
    entry = build.entry(title, seen_at=NOW - timedelta(minutes=3))
    made: list[Hit] = []
    for number in range(hits):
        copy = replace(entry, feed_id=FeedId(f"feed-{number}"), source=f"Source {number}")
        made.append(build.hit(copy, story_id=StoryId("one"), **changes))
    return Story(StoryId("one"), tuple(made))


@pytest.mark.parametrize("width", SIZES)
@pytest.mark.parametrize("text", AWKWARD)
def test_every_row_has_exactly_the_width_of_the_list(text: str, width: int) -> None:
    for signs in (UNICODE, ASCII):
        for is_selected in (True, False):
            made = story(text, marks=(Mark("title", 0, min(7, len(text)), text[:7]), Mark("title", 3, 5000, "x")))
            made = replace(made, hits=tuple(replace(hit, rule_id=RuleId(text or "r")) for hit in made.hits))
            columns = columns_for(width, [text])
            row = story_row(made, columns, NOW, signs, is_selected=is_selected)
            drawn = strip(row, width, PALETTE)
            assert sum(cell_len(segment.text) for segment in drawn) == width
            assert cell_len(drawn.text) == width


@settings(max_examples=200, deadline=None)
@given(title=st.text(max_size=200), source=st.text(max_size=40), width=st.integers(1, 220))
def test_every_row_has_exactly_the_width_of_the_list_for_any_text(title: str, source: str, width: int) -> None:
    made = story(title, severity=Severity.CRITICAL)
    made = replace(made, hits=tuple(replace(h, entry=replace(h.entry, source=source)) for h in made.hits))
    row = story_row(made, columns_for(width, [source, title[:9]]), NOW, UNICODE, is_selected=False)
    drawn = strip(row, width, PALETTE)
    assert sum(cell_len(segment.text) for segment in drawn) == width
    assert cell_len(drawn.text) == width


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=200))
def test_what_is_drawn_holds_no_control_characters(text: str) -> None:
    clean = printable(text)
    assert not [c for c in clean if unicodedata.category(c) in {"Cc", "Cs"} or c in "\u202a\u202e\u2066\u2069\u061c"]


def test_line_breaks_in_a_line_become_blanks() -> None:
    assert printable("one\r\ntwo\tthree\u2028four") == "one two three four"


def test_joiners_that_keep_scripts_legible_and_have_no_width_stay() -> None:
    assert printable("می\u200cخواهم") == "می\u200cخواهم"


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=60), width=st.integers(0, 40))
def test_a_cut_text_is_never_wider_than_told(text: str, width: int) -> None:
    assert cell_len(cut(text, width)) <= width
    assert sum(map(cell_len, cut(text, width))) <= width


def test_a_cut_is_shown_by_an_ellipsis() -> None:
    assert cut("Strait of Hormuz", 9) == "Strait o…"
    assert cut("Strait of Hormuz", 9, "~") == "Strait o~"
    assert cut("北朝鮮兵士", 5) == "北朝…"
    assert cut("北朝鮮兵士", 6) == "北朝…"
    assert cut("short", 5) == "short"


def test_a_piece_that_does_not_fit_behind_a_full_line_leaves_an_ellipsis() -> None:
    assert "".join(piece.text for piece in fit([Piece("abc"), Piece("def")], 3)) == "ab…"
    assert "".join(piece.text for piece in fit([Piece("abc"), Piece("  ")], 3)) == "abc"


def test_the_columns_of_a_row_stand_under_their_names() -> None:
    columns = columns_for(120, ["dprk-troops"])
    head = "".join(piece.text for piece in list_head(columns, UNICODE))
    row = "".join(piece.text for piece in story_row(story(), columns, NOW, UNICODE, is_selected=True))
    assert row.index("dprk-troops") == head.index("rule")
    assert row.index("North") == head.index("headline")
    assert row.index("Source 0") == head.index("source")
    assert row.index("3m") + 2 == head.index("age") + 3


def test_a_source_column_comes_with_width_and_the_headline_keeps_most() -> None:
    assert columns_for(80, ["hormuz"]).source == 0
    assert columns_for(120, ["hormuz"]).source > 0
    assert columns_for(80, ["dprk-troops"]).headline >= 45
    assert columns_for(30, ["hormuz"]).rule == 0


@pytest.mark.parametrize("signs", [UNICODE, ASCII])
def test_every_state_and_severity_has_its_own_sign_without_colour(signs: object) -> None:
    assert signs in (UNICODE, ASCII)
    looks = {
        "".join(p.text for p in story_row(made, columns_for(80, ()), NOW, UNICODE, is_selected=False))[1:3]
        for made in (
            *(story(state=state) for state in Triage),
            story(held=Held.BACKLOG),
            *(story(severity=severity) for severity in Severity),
        )
    }
    assert looks == {"H●", "H◐", "H○", "H✓", "H·", "L●", "N●", "C●"}


def test_matched_words_are_marked_by_offsets_and_overlaps_are_one() -> None:
    text = "North Korean troops"
    spans = spans_of(
        [Mark("title", 0, 12, ""), Mark("title", 6, 19, ""), Mark("summary", 0, 3, "")], "title", len(text)
    )
    assert spans == [(0, 19)]
    assert [(p.text, p.ink) for p in marked("a hot day", [(2, 5)])] == [
        ("a ", "text"),
        ("hot", "mark"),
        (" day", "text"),
    ]


def test_marks_beyond_the_text_do_no_harm() -> None:
    assert spans_of([Mark("title", -5, 400, ""), Mark("title", 9, 3, ""), Mark("title", 50, 60, "")], "title", 4) == [
        (0, 4)
    ]


@pytest.mark.parametrize("width", [1, 2, 7, 20, 80])
@pytest.mark.parametrize("text", AWKWARD)
def test_wrapped_lines_fit_and_lose_nothing_but_blanks(text: str, width: int) -> None:
    lines = wrapped(text, width)
    for start, end in lines:
        assert cell_len(printable(text[start:end])) <= max(width, 2)
    kept = "".join(text[start:end] for start, end in lines)
    assert "".join(kept.split()) == "".join(text.split())


def test_words_are_kept_whole_where_they_fit() -> None:
    text = "the moment it is found"
    assert [text[start:end] for start, end in wrapped(text, 10)] == ["the moment", "it is", "found"]


def test_a_closing_sign_never_begins_a_line() -> None:
    text = "確認急ぐ。防衛省が"
    assert all(text[start] != "。" for start, _ in wrapped(text, 8))


def test_the_article_numbers_its_matched_words_with_the_lines_they_begin_on() -> None:
    content = "First paragraph.\nNorth Korean troops were seen. Later North Korean troops left."
    first = content.index("North")
    second = content.index("North", first + 1)
    entry = build.entry("North Korean troops seen", content=content)
    marks = (
        Mark("title", 0, 19, "North Korean troops"),
        Mark("content", first, first + 19, "North Korean troops"),
        Mark("content", second, second + 19, "North Korean troops"),
    )
    layout = article(Story(StoryId("one"), (build.hit(entry, marks=marks),)), NOW, 40, LOOKS)
    assert len(layout.mark_lines) == 3
    for number, line in enumerate(layout.mark_lines):
        assert any(piece.mark == number and piece.text.startswith("North") for piece in layout.lines[line])


def test_a_matched_word_across_a_line_break_is_marked_on_both_lines() -> None:
    content = "North Korean\ntroops"
    entry = build.entry("x", content=content)
    layout = article(
        Story(StoryId("one"), (build.hit(entry, marks=(Mark("content", 0, len(content), content),)),)), NOW, 40, LOOKS
    )
    assert [p.text for line in layout.lines for p in line if p.mark >= 0] == ["North Korean", "troops"]


def test_an_article_without_a_title_a_date_or_a_text_is_still_drawn() -> None:
    entry = build.entry("", published_at=None, link=None, summary="", source="")
    made = Story(StoryId("one"), (build.hit(entry),))
    lines = ["".join(piece.text for piece in line) for line in article(made, NOW, 80, LOOKS).lines]
    assert "no title" in lines[0]
    assert any("published ?" in line for line in lines)


def test_a_date_in_the_future_is_said_to_be_one() -> None:
    entry = build.entry("x", published_at=build.at(99_999), seen_at=build.at(0))
    lines = [
        "".join(piece.text for piece in line)
        for line in article(Story(StoryId("one"), (build.hit(entry),)), NOW, 80, LOOKS).lines
    ]
    assert any("dated in the future" in line for line in lines)


@pytest.mark.parametrize("width", SIZES)
def test_the_panels_under_an_article_keep_to_their_lines(width: int) -> None:
    for made in (story(), story(hits=9), story(held=Held.BACKLOG)):
        rows = why_and_copies(made, from_marks(made.lead), NOW, width, 7, LOOKS)
        assert 0 < len(rows) <= 7
        for line in why_strip(made, from_marks(made.lead), NOW, width, LOOKS):
            assert width_of(line) == width
        assert width_of(section("Why", "an aside that is long", width, UNICODE)) == width


@pytest.mark.parametrize("liveness", list(Liveness))
@pytest.mark.parametrize("width", [20, 40, 60, 80, 120, 200])
def test_the_state_line_says_alive_first_and_drops_the_least_important(liveness: Liveness, width: int) -> None:
    health = build.feed_health()
    view = View(
        stories=(story(), replace(story(held=Held.BACKLOG), id=StoryId("two"))),
        feeds={health.feed.id: health},
        liveness=liveness,
        next_check_at=NOW + timedelta(seconds=7),
    )
    line = state_line(view, NOW, width, LOOKS, (ALERTS, RULES, FEEDS), ALERTS)
    text = "".join(piece.text for piece in line)
    assert liveness.value.upper() in text
    if width >= 40:
        assert "1 new" in text
    if width >= 80:
        assert "14:32:00Z" in text
        assert "1 held" in text
        assert width_of(line) == width
    if width >= 200:
        assert "[3] Rules" in text


def test_the_countdown_reads_as_minutes_and_seconds() -> None:
    view = View(liveness=Liveness.LIVE, next_check_at=NOW + timedelta(seconds=7))
    assert NextCheckChanged(view.next_check_at).at == view.next_check_at
    text = "".join(piece.text for piece in state_line(view, NOW, 120, LOOKS, (ALERTS,), ALERTS))
    assert "next 0:07" in text


def test_what_is_due_now_is_said_to_be_checked_and_no_countdown_makes_the_clock_come_and_go() -> None:
    health = build.feed_health()
    asked = replace(health, is_checking=True)
    looks = replace(LOOKS, ribbon="DEMO 25 Oct 2024 · 160× life")

    def said(width: int, after_s: float | None, feed: FeedHealth = health) -> str:
        at = None if after_s is None else NOW + timedelta(seconds=after_s)
        view = View(stories=(story(),), feeds={feed.feed.id: feed}, liveness=Liveness.LIVE, next_check_at=at)
        return "".join(piece.text for piece in state_line(view, NOW, width, looks, (ALERTS, RULES), ALERTS))

    for due in (said(120, 0), said(120, -60), said(120, None, asked)):
        assert "· checking " in due
    assert "checking" not in said(120, None)
    for width in range(60, 160):
        lines = [said(width, 0), said(width, 7), said(width, 3_599), said(width, 7_500), said(width, None, asked)]
        assert len({"14:32:00Z" in line for line in lines}) == 1
        assert len({line.find("[1]") for line in lines}) == 1


@given(st.text(max_size=60), st.integers(0, 30))
def test_what_is_too_long_for_a_word_in_passing_keeps_its_end(text: str, width: int) -> None:
    clean, said = printable(text), cut_inside(text, width)
    assert cell_len(said) <= width
    assert said == clean if cell_len(clean) <= width else said.count("…") >= min(width, 1)
    path = "wrote /home/kim/.local/share/newswatch/export/2024-10-25-0531-two-in-three-gateways-unpatched.md"
    for cells in (40, 60, 80):
        shorter = cut_inside(path, cells)
        assert cell_len(shorter) == cells
        assert shorter.startswith("wrote /home/")
        assert shorter.endswith("unpatched.md")


def test_of_a_sentence_too_long_whole_words_stand_behind_the_cut() -> None:
    refusal = "not added: feeds.opml changed on disk since it was read; nothing was written. Reload and try again."
    said = cut_inside(refusal, 80)
    assert cell_len(said) <= 80
    assert said.startswith("not added: feeds.opml changed on disk since it was read;")
    assert said.endswith("… Reload and try again.")


def test_the_ribbon_stands_in_the_state_line() -> None:
    looks = replace(LOOKS, ribbon="DEMO 25 Oct 2024, 240× life")
    text = "".join(piece.text for piece in state_line(View(), NOW, 120, looks, (ALERTS,), ALERTS))
    assert "DEMO 25 Oct 2024, 240× life" in text


def test_a_pause_says_how_it_ends_wherever_there_is_room_for_a_few_words() -> None:
    for width, is_whole in ((80, True), (40, False)):
        text = "".join(piece.text for piece in banner_line((), NOW + timedelta(minutes=15), LOOKS, width))
        assert "SILENT 15:00" in text
        assert "p ends it" in text
        assert ("do not ring" in text) is is_whole


def test_the_banner_shows_the_worst_notice_and_counts_the_others() -> None:
    notices = (
        NoticeRaised("a", NoticeLevel.INFO, "rules.toml was read again"),
        NoticeRaised("b", NoticeLevel.ERROR, "the disk is full [/nope]"),
    )
    text = "".join(piece.text for piece in banner_line(notices, None, LOOKS, 60))
    assert "ERROR" in text
    assert "the disk is full [/nope]" in text
    assert "+1 more" in text


def test_the_waiting_line_says_how_many_and_which_key_shows_them() -> None:
    text = "".join(piece.text for piece in waiting_line(80, 2, 0, "2/40", UNICODE))
    assert "▲ 2 newer · press . to show" in text
    held = "".join(piece.text for piece in waiting_line(80, 0, 300, "2/40", UNICODE))
    assert "300 held" in held
    assert "newer" not in held


def test_the_wall_drops_control_characters_from_every_segment() -> None:
    wall = TerminalWall()
    passed = wall.apply([Segment("a\x1b]52;c;eA==\x07b\x9b\u202ec\x00"), Segment("北 ok")], Color(0, 0, 0))
    assert [segment.text for segment in passed] == ["a]52;c;eA==bc", "北 ok"]


def test_a_terminal_that_is_not_utf8_gets_question_marks_of_the_same_width() -> None:
    wall = TerminalWall("ascii")
    (passed,) = wall.apply([Segment("“é北” …")], Color(0, 0, 0))
    assert passed.text == '"???" ~'


@pytest.mark.parametrize(
    ("environ", "encoding"),
    [
        ({"LC_ALL": "C"}, "ascii"),
        ({"LC_ALL": "POSIX", "LANG": "en_US.UTF-8"}, "ascii"),
        ({"LANG": "en_US.UTF-8"}, "utf-8"),
        ({"LANG": "de_DE.ISO-8859-1"}, "iso8859-1"),
        ({"LC_CTYPE": "de_DE.ISO-8859-15@euro"}, "iso8859-15"),
        ({"LANG": "xx.NO-SUCH-THING"}, "ascii"),
    ],
)
def test_the_locale_decides_between_unicode_and_ascii(environ: dict[str, str], encoding: str) -> None:
    assert terminal_encoding(environ) == encoding
    assert signs_for("auto", encoding) is (UNICODE if encoding == "utf-8" else ASCII)
    assert signs_for("ascii", encoding) is ASCII
    assert signs_for("unicode", encoding) is UNICODE


def test_every_ascii_sign_is_ascii_and_as_wide_as_its_twin() -> None:
    for name in ASCII._fields:
        twin = getattr(ASCII, name)
        assert twin.isascii()
        cells = {"enter": 5, "paragraph": 4, "bars": 8}.get(name, 1)
        assert len(twin) == cells
        assert cell_len(getattr(UNICODE, name)) == (8 if name == "bars" else 1)


def test_at_80_columns_the_demo_still_says_what_is_new_how_the_feeds_are_and_when_the_next_is_due() -> None:
    looks = replace(LOOKS, ribbon="DEMO 25 Oct 2024 · 160× life")
    health = build.feed_health()
    view = View(
        stories=(story(),),
        feeds={health.feed.id: health},
        liveness=Liveness.LIVE,
        next_check_at=NOW + timedelta(seconds=7),
    )
    text = "".join(piece.text for piece in state_line(view, NOW, 80, looks, (ALERTS, RULES, FEEDS), ALERTS))
    for fact in ("LIVE", "DEMO", "1 new", "feeds 0/1", "next 0:07"):
        assert fact in text


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (
            "rules kept as they were: /home/kim/Library/Application Support/newswatch/rules.toml:257:16: Illegal key",
            "rules kept as they were: rules.toml:257:16: Illegal key",
        ),
        ("~/.config/newswatch/rules.toml:3:1: no", "rules.toml:3:1: no"),
        ("moved: https://wire.example/a/b and/or /x/y or /z/w", "moved: https://wire.example/a/b and/or y or w"),
    ],
)
def test_the_folders_of_a_path_do_not_eat_the_reason_in_the_banner(said: str, shown: str) -> None:
    line = banner_line([NoticeRaised("rules", NoticeLevel.WARNING, said)], None, LOOKS, 80)
    assert width_of(line) == 79
    assert shown in "".join(piece.text for piece in line)


def test_live_with_no_feed_that_answers_is_not_said_in_green() -> None:
    failing = replace(build.feed_health(), state=FeedState(FeedId("x"), FeedStatus.FAILING))
    view = View(liveness=Liveness.LIVE, feeds={failing.feed.id: failing})
    line = state_line(view, NOW, 80, LOOKS, (ALERTS,), ALERTS)
    assert "▲ NO FEED ANSWERS" in "".join(piece.text for piece in line)
    assert not [piece for piece in line if piece.ink == "good"]


def test_lines_and_bars_of_any_widget_are_ascii_on_a_terminal_that_is() -> None:
    drawn = [Segment("╭─╮│▌█↓▁")]
    assert TerminalWall("ascii").apply(drawn, Color(0, 0, 0))[0].text == "+-+||#v|"
    assert TerminalWall(draws_ascii=True).apply(drawn, Color(0, 0, 0))[0].text == "+-+||#v|"
    assert TerminalWall().apply(drawn, Color(0, 0, 0)) == drawn
    assert len({ASCII.seen, ASCII.acked, ASCII.yes, ASCII.no}) == 4


def test_at_two_hundred_columns_a_headline_has_the_room_it_has_at_a_hundred_and_twenty_or_nearly() -> None:
    assert columns_for(200 - 28 - 60, ["dprk-troops"]).headline >= 66


def test_backlog_has_no_lag_it_lay_in_the_feed_before_anybody_looked() -> None:
    live = build.entry("Troops", published_at=build.at(-300))
    assert "lag 5 h 0 min" in times_of(live, NOW, LOOKS, short=True)
    assert "lag" not in times_of(replace(live, is_backlog=True), NOW, LOOKS, short=True)
