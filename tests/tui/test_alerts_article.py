"""Reading: the article, its matched words, why it fired, and what leaves the screen by key."""

from __future__ import annotations

import re
import sys
import webbrowser
from dataclasses import replace
from typing import Any

import pytest
from textual.widget import Widget

from newswatch.model.clause import Clause
from newswatch.model.hit import Hit, Mark, StoryId, Triage, hit_id
from newswatch.model.rule import RuleId, Severity
from newswatch.testing import build
from newswatch.testing.engine import ScriptedEngine
from newswatch.tui.app import NewswatchApp
from newswatch.tui.screens import browse
from newswatch.tui.screens.article import ArticleScreen
from newswatch.tui.screens.ask import Ask
from newswatch.tui.screens.browse import has_browser
from newswatch.tui.screens.story_reading import citation
from newswatch.tui.screens.why import WhyScreen
from newswatch.tui.widgets.article import ArticlePane, ArticleText
from newswatch.tui.widgets.rules_rail import RulesRail
from newswatch.tui.widgets.why_strip import WhyStrip
from tests.tui.stage import Hands, alerts, app_on, hit, lines, publish, selected, text, until

CONTENT = "\n".join(
    [
        "North Korean troops had been seen at a second crossing, officials said.",
        *(f"Paragraph {number} tells of a quiet river." for number in range(30)),
        "At last the North Korean troops left.",
    ]
)
LINK = "https://dnipro-wire.example/kursk"


def marked_hit() -> Hit:
    first = CONTENT.index("North")
    second = CONTENT.index("North", first + 1)
    marks = (
        Mark("title", 0, 19, "North Korean troops"),
        Mark("content", first, first + 19, "North Korean troops"),
        Mark("content", second, second + 19, "North Korean troops"),
    )
    entry = build.entry(
        "North Korean troops seen", content=CONTENT, author="Olena Marchuk", link=LINK, seen_at=build.at(0.5)
    )
    return build.hit(entry, build.rule(severity=Severity.CRITICAL), marks=marks, story_id=StoryId("one"))


def reading(**options: Any) -> tuple[NewswatchApp, ScriptedEngine, Hit]:
    made = marked_hit()
    engine = ScriptedEngine(hits=[made], rules=[build.rule_status()])
    engine.clauses[made.id] = Clause(
        "all of",
        True,
        0,
        9,
        made.marks,
        (
            Clause("phrase “north korean troops”", True, 0, 5, made.marks),
            Clause("not", True, 5, 9, (), (Clause("word “football”", False, 5, 9),)),
        ),
    )
    return app_on(engine, **options), engine, made


@pytest.mark.parametrize(
    ("size", "shown"),
    [((59, 30), ""), ((80, 24), "strip"), ((80, 19), ""), ((110, 30), "pane"), ((200, 50), "pane rail")],
)
async def test_each_size_shows_what_it_has_room_for(size: tuple[int, int], shown: str) -> None:
    app, _, _ = reading()
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        parts: dict[str, type[Widget]] = {"strip": WhyStrip, "pane": ArticlePane, "rail": RulesRail}
        assert " ".join(name for name, part in parts.items() if app.screen.query_one(part).display) == shown


async def test_the_strip_says_why_in_one_line_and_the_facts_in_another() -> None:
    app, _, _ = reading()
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "not(“football”) absent" in text(app))
        shown = text(app)
        assert "✓ phrase “north korean troops” title, content ×2" in shown
        assert "Dnipro Wire · pub 14:30:00Z · fetched 14:30:30Z (lag 30 s) · 1 publisher" in shown


async def test_enter_opens_the_article_full_screen_marks_it_open_and_escape_goes_back() -> None:
    app, engine, _ = reading()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ArticleScreen))
        await until(pilot, lambda: engine.view.stories[0].state is Triage.OPEN)
        shown = text(app)
        assert "Olena Marchuk" in shown
        assert "dnipro-wire.example/kursk" in shown
        assert "published 14:30:00Z · fetched 14:30:30Z (lag 30 s)" in shown
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, ArticleScreen))


async def test_n_goes_through_the_matched_words_and_round() -> None:
    app, _, _ = reading()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ArticleScreen))
        sheet = app.screen.query_one(ArticleText)
        await pilot.press("n", "n")
        assert sheet.scroll_offset.y == 0
        await pilot.press("n")
        await until(pilot, lambda: "At last the North Korean troops left." in text(app))
        assert sheet.scroll_offset.y > 0
        await pilot.press("n")
        await until(pilot, lambda: sheet.scroll_offset.y == 0)
        await pilot.press("N")
        await until(pilot, lambda: sheet.scroll_offset.y > 0)


async def test_n_works_from_the_list_and_tab_takes_the_keys_to_the_article() -> None:
    app, _, _ = reading()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        sheet = app.screen.query_one(ArticleText)
        await pilot.press("n", "n", "n")
        assert sheet.scroll_offset.y > 0
        await pilot.press("tab", "g")
        assert sheet.has_focus
        assert sheet.scroll_offset.y == 0
        await pilot.press("j", "j")
        assert sheet.scroll_offset.y == 2
        await pilot.press("escape")
        assert not sheet.has_focus


async def test_the_article_keeps_its_story_and_follows_its_state() -> None:
    app, engine, made = reading()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ArticleScreen))
        await pilot.press("a")
        await until(pilot, lambda: "✓ acked" in text(app))
        assert engine.calls_of("set_acked") == [((made.id,), True)]


async def test_w_shows_every_rule_with_its_query_and_every_clause() -> None:
    made = marked_hit()
    other = replace(
        made,
        id=hit_id(RuleId("kursk"), made.entry.feed_id, made.entry.key),
        rule_id=RuleId("kursk"),
        query="Kursk [/x]",
    )
    engine = ScriptedEngine(hits=[made, other])
    engine.clauses[made.id] = Clause(
        "any of", True, 0, 9, (), (Clause("word “Ukraine”", False, 0, 1), Clause("word “troops”", True, 2, 3))
    )
    app = app_on(engine)
    async with app.run_test(size=(120, 50)) as pilot:
        await pilot.press("w")
        await until(pilot, lambda: "Why kursk" in text(app))
        assert isinstance(app.screen, WhyScreen)
        shown = text(app)
        assert "Why dprk-troops" in shown
        assert "✗ word “Ukraine”" in shown
        assert "Kursk [/x]" in shown
        await pilot.press("w")
        await until(pilot, lambda: not isinstance(app.screen, WhyScreen))


async def test_other_rules_and_other_copies_of_the_story_are_named() -> None:
    made = marked_hit()
    other = replace(
        made,
        id=hit_id(RuleId("kursk"), made.entry.feed_id, made.entry.key),
        rule_id=RuleId("kursk"),
        severity=Severity.LOW,
    )
    copy = build.hit(
        build.entry("Troops at Kursk, says wire", source="Gulf Wire", seen_at=build.at(3)), story_id=StoryId("one")
    )
    app = app_on(ScriptedEngine(hits=[made, other, copy]))
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: "also fired kursk" in text(app))
        shown = text(app)
        assert "2 publishers · 2 copies" in shown
        assert "14:33 Gulf Wire" in shown
        assert "Troops at Kursk, says wire" in shown


async def test_y_copies_the_link_and_capital_y_a_citation(monkeypatch: pytest.MonkeyPatch) -> None:
    app, engine, _ = reading()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("y")
        assert app.clipboard == LINK
        await until(pilot, lambda: f"copied {LINK}" in text(app))
        await pilot.press("Y")
        assert app.clipboard == f"North Korean troops seen. Dnipro Wire, 22 Nov 2026 14:30 UTC. {LINK}"
        assert citation(engine.view.stories[0]) == app.clipboard


async def test_o_shows_the_real_host_before_the_browser_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    entry = build.entry("Look-alike", link="https://wіre.example/news")  # its i is Cyrillic
    app = app_on(ScriptedEngine(hits=[build.hit(entry)]))
    monkeypatch.setattr(browse, "has_browser", lambda _environ: True)
    monkeypatch.setattr(app, "open_url", lambda url, **_: opened.append(url))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("o")
        await until(
            pilot, lambda: isinstance(app.screen, Ask) and "Open xn--wre-jhd.example in the browser?" in text(app)
        )
        await pilot.press("escape")
        await pilot.pause()
        assert not opened
        await pilot.press("o")
        await pilot.press("o")
        await until(pilot, lambda: opened == [entry.link])


async def test_without_a_browser_the_address_is_shown_and_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    app, _, _ = reading()
    monkeypatch.setattr(browse, "has_browser", lambda _environ: False)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("o")
        await until(pilot, lambda: f"no browser here; copied {LINK}" in text(app))
        assert app.clipboard == LINK


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "file:///etc/passwd", "--version", "ssh://x", "https://", "http://[", ""]
)
async def test_only_http_links_are_ever_opened(link: str, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    app = app_on(ScriptedEngine(hits=[build.hit(build.entry("Hostile", link=link))]))
    monkeypatch.setattr(browse, "has_browser", lambda _environ: True)
    monkeypatch.setattr(app, "open_url", lambda url, **_: opened.append(url))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("o", "o", "enter")
        await pilot.pause()
        assert not opened


def test_a_browser_that_would_take_the_terminal_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    assert not has_browser({})
    monkeypatch.setattr(webbrowser, "get", object)
    assert has_browser({"DISPLAY": ":0"})


async def test_an_engine_that_cannot_explain_leaves_the_marks_to_tell_why() -> None:
    made = marked_hit()
    app = app_on(ScriptedEngine(hits=[made]))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "“North Korean troops” title, content ×2" in text(app))


async def test_an_article_is_not_swapped_while_it_is_read_in_the_pane() -> None:
    hands = Hands()
    app, engine, _ = reading(monotonic=hands)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("tab", "ctrl+d")
        sheet = app.screen.query_one(ArticleText)
        await until(pilot, lambda: sheet.scroll_offset.y > 0)
        hands.at_s += 30
        await publish(pilot, engine, hit("Arrival", minute=9))
        assert selected(app) == "North Korean troops seen"
        assert "▲ 1 newer" in text(app)
        hands.at_s += 400
        app._tick()
        await publish(pilot, engine, hit("By night", minute=10))
        assert selected(app) == "North Korean troops seen"
        await pilot.press("escape")
        hands.at_s += 30
        app._tick()
        assert selected(app) == "North Korean troops seen"


async def test_the_article_that_has_the_keys_shows_it_and_the_footer_says_its_keys() -> None:
    app, _, _ = reading()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        sheet = app.screen.query_one(ArticleText)
        assert "scroll" not in lines(app)[-1]
        line_before = sheet.styles.border_top
        await pilot.press("tab")
        await until(pilot, lambda: lines(app)[-1].startswith(" j scroll  ^d page  esc back"))
        assert sheet.styles.border_top != line_before
        await pilot.press("escape")
        await until(pilot, lambda: "scroll" not in lines(app)[-1])


async def test_the_footer_under_a_dialog_does_not_offer_the_keys_beneath() -> None:
    app, _, _ = reading()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("A")
        await until(pilot, lambda: isinstance(app.screen, Ask) and "a ack" not in lines(app)[-1])
        await pilot.press("escape")
        await until(pilot, lambda: "a ack" in lines(app)[-1])


async def test_the_article_shows_the_port_of_its_link() -> None:
    app = app_on(ScriptedEngine(hits=[build.hit(build.entry("Local", link="http://127.0.0.1:8080/x"))]))
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: "127.0.0.1:8080/x" in text(app))


@pytest.mark.parametrize("size", [(120, 40), (200, 50)])
async def test_no_letter_of_a_long_article_lies_under_its_scrollbar(size: tuple[int, int]) -> None:
    words = " ".join(f"word{number:03}" for number in range(600))
    engine = ScriptedEngine(hits=[build.hit(build.entry("North Korean troops", content=words))])
    app = app_on(engine)
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: "word000" in text(app))
        pane = alerts(app).pane.text
        assert pane.show_vertical_scrollbar
        shown = [line for line in lines(app) if "word0" in line]
        seen = re.findall(r"word\d{3}", "\n".join(shown))
        assert seen[:30] == [f"word{number:03}" for number in range(30)]


async def test_why_says_what_decided_before_the_query_and_each_matched_word_once() -> None:
    marks = (Mark("title", 0, 6, "troops"), Mark("content", 0, 6, "Troops"), Mark("content", 9, 15, "troops"))
    query = " OR\n".join(f'"term {number}"' for number in range(40))
    made = replace(marked_hit(), marks=marks, query=query)
    engine = ScriptedEngine(hits=[made])
    others = tuple(Clause(f"phrase “term {number}”", False, 0, 1) for number in range(40))
    engine.clauses[made.id] = Clause("any of", True, 0, 9, (), (*others, Clause("word “troops”", True, 2, 3, marks)))
    app = app_on(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("w")
        await until(pilot, lambda: "✓ “troops”" in text(app) and isinstance(app.screen, WhyScreen))
        rows = [line.strip(" │") for line in lines(app) if "│" in line]
        assert "✓ “troops”   title, content ×2" in rows
        words = [row.split() for row in rows if row.startswith(("title", "content"))]
        assert words == [["title", "troops"], ["content", "Troops", "×2"]]
        decided = next(number for number, row in enumerate(rows) if row.startswith("✓"))
        assert decided < next(number for number, row in enumerate(rows) if row.startswith('"term 0" OR'))
        await pilot.press("G")
        await until(pilot, lambda: "✓ word “troops”" in text(app))


async def test_each_copy_of_a_story_can_be_read_also_where_there_is_no_room_to_name_them() -> None:
    first = marked_hit()
    copy = build.hit(
        build.entry("Troops at Kursk, says wire", source="Gulf Wire", seen_at=build.at(3), content="As it was told."),
        story_id=StoryId("one"),
    )
    engine = ScriptedEngine(hits=[first, copy, hit("Alone", minute=-5)])
    app = app_on(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "×2" in text(app))
        await pilot.press("C")
        await until(pilot, lambda: "Copies" in text(app))
        rows = [line.strip(" │▌") for line in lines(app) if "Wire" in line and "│" in line]
        assert [row.split()[0] for row in rows] == ["14:30", "14:33"]
        assert rows[1].endswith("Gulf Wire")
        await pilot.press("j", "enter")
        await until(pilot, lambda: "As it was told." in text(app))
        assert "dprk-troops" in text(app)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is alerts(app))
        await pilot.press("j")
        await until(pilot, lambda: selected(app) == "Alone")
        await pilot.press("C")
        await pilot.pause()
        assert app.screen is alerts(app)


@pytest.mark.parametrize("keys", [(), ("2",)], ids=["alerts", "stream"])
async def test_r_asks_the_feed_of_the_selected_news_and_capital_r_all(keys: tuple[str, ...]) -> None:
    made = marked_hit()
    engine = ScriptedEngine(hits=[made], feeds=[build.feed_health()])
    app = app_on(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*keys)
        await until(pilot, lambda: "North Korean" in text(app))
        await pilot.press("r")
        await until(pilot, lambda: "checking " in text(app))
        await pilot.press("R")
        await until(pilot, lambda: "checking 1 feed" in text(app))
        asked = [call.arguments[0] for call in engine.calls if call.verb == "check_feeds"]
        assert asked == [(made.entry.feed_id,), None]
