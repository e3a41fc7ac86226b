"""The article, full screen: the page comes in, the quick look leads into it, one's place stays, files are written."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from newswatch.errors import StoreError
from newswatch.model.article import Article, ArticleText, Bullet, TextFrom
from newswatch.model.clause import Clause
from newswatch.model.entry import Revision
from newswatch.model.hit import PAGE_FIELD, Hit, HitId, Mark
from newswatch.model.rule import RuleId
from newswatch.testing import build
from newswatch.testing.engine import ScriptedEngine
from newswatch.tui.app import NewswatchApp
from newswatch.tui.preferences import Preferences
from newswatch.tui.screens import browse
from newswatch.tui.screens.article import ArticleScreen
from newswatch.tui.screens.article_links import LinksScreen
from newswatch.tui.screens.ask import Ask
from newswatch.tui.screens.editor import EditorScreen
from newswatch.tui.screens.example import ExampleScreen
from newswatch.tui.screens.export import ExportScreen
from newswatch.tui.screens.revisions import RevisionsScreen
from newswatch.tui.screens.why import WhyScreen
from newswatch.tui.screens.why_not import WhyNotScreen
from newswatch.tui.widgets.article import ArticleText as Text
from newswatch.tui.widgets.article import WhyPanel
from tests.tui.stage import alerts, app_on, hit, lines, text, until

LINK = "https://dnipro-wire.example/kursk"
FEED = "Troops were seen, the feed says.\nMore of it comes from the feed."
PARAGRAPHS = [f"Paragraph {number} tells of a quiet river and of nothing else." for number in range(60)]
PAGE = "\n\n".join(["Troops were seen, the feed says.", *PARAGRAPHS, "At last the troops left by [rail][1]."])
LINKS = ("https://user:secret@railway.example/timetable",)


def made_hit(**changes: Any) -> Hit:
    entry = build.entry("Troops seen", content=FEED, link=LINK, seen_at=build.at(1), **changes)
    marks = (Mark("title", 0, 6, "Troops"), Mark("content", 0, 6, "Troops"))
    return build.hit(entry, build.rule(), marks=marks)


def page(made: Hit, *texts: str, minute: float = 3) -> Article:
    """The page of a hit, with two bullets, of which the second stands at its end."""
    newest = texts[-1]
    readings = tuple(
        ArticleText(one, TextFrom.PAGE, build.at(minute + number), title="T", links=LINKS)
        for number, one in enumerate(texts)
    )
    last = newest.rfind("At last")
    quick = (
        Bullet("Troops were seen, the feed says.", 0, 32, 1, 62, has_match=True),
        Bullet("At last the troops left by rail.", last, len(newest), 62, 62, has_match=True),
    )
    words = [at for at in (newest.find("Troops"), newest.find("troops left")) if at >= 0]
    marks = tuple(Mark(PAGE_FIELD, at, at + 6, newest[at : at + 6]) for at in words)
    return Article(made.entry.feed_id, made.entry.key, readings, quick, marks)


def engine_with(made: Hit, article: Article | None = None, *others: Hit) -> ScriptedEngine:
    engine = ScriptedEngine(hits=[made, *others], rules=[build.rule_status()])
    if article is not None:
        engine.articles.pages[made.id] = article
    return engine


class Slow:
    """Holds a page back until the test lets it go."""

    def __init__(self, engine: ScriptedEngine) -> None:
        self.go = asyncio.Event()
        self._read = engine.articles.read

    async def read(self, hit: HitId, *, again: bool = False) -> Article:
        await self.go.wait()
        return await self._read(hit, again=again)


async def opened(pilot: Any, app: NewswatchApp, wanted: str = "full text from the page") -> Text:
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(app.screen, ArticleScreen) and wanted in text(app))
    return app.screen.query_one(Text)


async def test_the_feeds_text_is_there_at_once_and_the_page_takes_its_place() -> None:
    made = made_hit()
    engine = engine_with(made, page(made, PAGE))
    slow = Slow(engine)
    engine.articles.read = slow.read  # type: ignore[method-assign]  # held back by the test
    hands = [1_000.0]
    app = app_on(engine, monotonic=lambda: hands[0])
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, app, "More of it comes from the feed.")
        assert "the feed's text" in text(app)
        hands[0] += 5
        app._tick()
        await until(pilot, lambda: "reading the page at dnipro-wire.example … 5 s" in text(app))
        slow.go.set()
        await until(pilot, lambda: "full text from the page, 14:33" in text(app))
        shown = text(app)
        assert "Quick look" in shown
        assert " 1 Troops were seen, the feed says.  ¶ 1 of 62" in shown
        assert " 2 At last the troops left by rail.  ¶ 62 of 62" in shown


async def test_what_the_eye_is_on_stays_when_the_page_comes_in() -> None:
    feed = "\n".join(PARAGRAPHS)
    made = made_hit()
    made = replace(made, entry=replace(made.entry, content=feed), marks=())
    engine = engine_with(made, page(made, PAGE))
    slow = Slow(engine)
    engine.articles.read = slow.read  # type: ignore[method-assign]  # held back by the test
    app = app_on(engine)

    def paragraphs() -> dict[int, str]:
        """The rows of the text, by where they stand on the screen."""
        return {row: line[:70] for row, line in enumerate(lines(app)) if "Paragraph" in line}

    async with app.run_test(size=(80, 24)) as pilot:
        sheet = await opened(pilot, app, "Paragraph 3 tells")
        await pilot.press("ctrl+d", "ctrl+d", "ctrl+d")
        before = paragraphs()
        slow.go.set()
        await until(pilot, lambda: sheet.body.is_markdown)
        await until(pilot, lambda: paragraphs() == before)


async def test_numbers_and_enter_lead_from_the_quick_look_into_the_text() -> None:
    made = made_hit()
    app = app_on(engine_with(made, page(made, PAGE)))
    async with app.run_test(size=(80, 24)) as pilot:
        sheet = await opened(pilot, app)
        await pilot.press("2")
        await until(pilot, lambda: " 2 At last the troops left by rail[1]." in text(app))
        assert isinstance(app.screen, ArticleScreen)
        await pilot.press("g", "enter")
        await until(pilot, lambda: "Paragraph 0 tells" in text(app))
        await pilot.press("enter")
        await until(pilot, lambda: sheet.scroll_offset.y > 20)
        await pilot.press("5")
        await pilot.pause()
        assert isinstance(app.screen, ArticleScreen)


async def test_n_goes_through_the_matched_words_of_the_whole_page() -> None:
    made = made_hit()
    app = app_on(engine_with(made, page(made, PAGE)))
    async with app.run_test(size=(80, 24)) as pilot:
        sheet = await opened(pilot, app)
        await pilot.press("n", "n", "n")
        await until(pilot, lambda: "At last the troops left" in text(app) and sheet.scroll_offset.y > 20)
        await pilot.press("n")
        await until(pilot, lambda: sheet.scroll_offset.y == 0)
        await pilot.press("ctrl+d", "ctrl+d", "ctrl+d")
        assert "%" in lines(app)[1]


async def test_the_reading_place_survives_closing_resizing_and_a_new_reading() -> None:
    made = made_hit()
    engine = engine_with(made, page(made, PAGE))
    app = app_on(engine)

    def first_paragraph() -> str:
        return next(line.strip() for line in lines(app) if line.strip().startswith("Paragraph"))

    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, app)
        for _ in range(6):
            await pilot.press("ctrl+d")
        place = first_paragraph()
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, ArticleScreen))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ArticleScreen) and place in text(app))
        assert first_paragraph() == place
        await pilot.resize_terminal(58, 30)
        await until(pilot, lambda: place[:40] in text(app))
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: first_paragraph() == place)
        engine.articles.pages[made.id] = page(made, PAGE, f"A correction stands here now.\n\n{PAGE}")
        await pilot.press("r")
        await until(pilot, lambda: "read again" in lines(app)[-1])
        assert first_paragraph() == place


async def test_zen_shows_only_the_text_and_escape_leaves_it_first() -> None:
    made = made_hit()
    app = app_on(engine_with(made, page(made, PAGE)))
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, app)
        await pilot.press("Z")
        await until(pilot, lambda: "full text" not in text(app) and "LIVE" not in text(app))
        assert "Troops seen" in text(app)
        assert lines(app)[-1].strip() == "Z all of it again", "how to leave is said, quietly"
        await pilot.press("escape")
        await until(pilot, lambda: "full text" in text(app) and "LIVE" in text(app))
        assert isinstance(app.screen, ArticleScreen)


async def test_l_lists_the_links_by_their_real_hosts_and_opening_one_asks_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened_urls: list[str] = []
    monkeypatch.setattr(browse, "has_browser", lambda _environ: True)
    made = made_hit()
    app = app_on(engine_with(made, page(made, PAGE)))
    monkeypatch.setattr(app, "open_url", lambda url, **_: opened_urls.append(url))
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, app)
        await pilot.press("l")
        await until(pilot, lambda: isinstance(app.screen, LinksScreen) and "railway.example" in text(app))
        assert "secret" not in text(app)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Ask) and "Open railway.example" in text(app))
        assert not opened_urls
        await pilot.press("enter")
        await until(pilot, lambda: opened_urls == [LINKS[0]])


async def test_an_edited_headline_is_told_and_v_shows_the_versions_word_by_word() -> None:
    made = made_hit(revised_at=build.at(6))
    article = page(made, PAGE.replace("quiet", "loud", 1), PAGE)
    engine = engine_with(made, article)
    engine.articles.earlier[made.id] = (Revision(replace(made.entry, title="Troops spotted"), build.at(6)),)
    app = app_on(engine)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot, app)
        shown = text(app)
        assert "headline edited 14:36  −spotted  +seen" in shown
        assert "page edited 14:34  −1 word  +1 word" in shown
        await pilot.press("v")
        await until(pilot, lambda: isinstance(app.screen, RevisionsScreen) and "[−spotted] [+seen]" in text(app))
        await pilot.press("j")
        await until(pilot, lambda: "[−loud] [+quiet]" in text(app))
        await pilot.press("G", "space", "g")
        await until(pilot, lambda: "[−spotted] [+seen]" in text(app))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, ArticleScreen))


async def test_the_pane_beside_the_list_shows_what_is_stored_and_fetches_nothing() -> None:
    made = made_hit()
    engine = engine_with(made)
    engine.articles.kept[made.id] = page(made, PAGE)
    app = app_on(engine)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: "full text from the page" in text(app))
        assert engine.calls_of("read") == []
        assert alerts(app).is_following


async def test_a_page_that_cannot_be_asked_for_is_said_and_the_feeds_text_stays() -> None:
    made = made_hit()
    engine = engine_with(made)

    async def refuse(hit: HitId, *, again: bool = False) -> Article:
        raise StoreError("this newswatch ends")

    engine.articles.read = refuse  # type: ignore[method-assign]  # refuses
    app = app_on(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, app, "the feed's text: this newswatch ends")
        assert "More of it comes from the feed." in text(app)


@pytest.mark.parametrize(("key", "screen"), [("slash", WhyNotScreen), ("T", ExampleScreen), ("e", EditorScreen)])
async def test_from_why_to_the_rule_to_a_test_and_to_what_other_rules_say(key: str, screen: type) -> None:
    made = made_hit()
    engine = ScriptedEngine(
        hits=[made],
        rules=[build.rule_status(), build.rule_status(build.rule("Kursk", id=RuleId("kursk")))],
    )
    engine.clauses[made.id] = Clause("word “Troops”", True, 0, 6, made.marks)
    app = app_on(engine)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("enter", "w")
        await until(pilot, lambda: isinstance(app.screen, WhyScreen))
        await pilot.press(key)
        await until(pilot, lambda: isinstance(app.screen, screen))


def preferences(folder: Path) -> Preferences:
    return Preferences(
        folder / "settings.toml", folder / "handover", lambda: (), lambda _k, _v: None, folder / "export"
    )


@pytest.mark.parametrize(("downs", "suffix"), [(0, "md"), (1, "json"), (2, "zip")])
async def test_x_writes_a_file_of_its_own_and_says_where(tmp_path: Path, downs: int, suffix: str) -> None:
    made = made_hit()
    engine = engine_with(made, page(made, PAGE))
    engine.articles.packs[made.id] = b"PK pack"
    app = app_on(engine, preferences=preferences(tmp_path))
    async with app.run_test(size=(200, 50)) as pilot:
        await opened(pilot, app)
        for number in range(2):
            await pilot.press("x")
            await until(pilot, lambda: isinstance(app.screen, ExportScreen))
            await pilot.press(*["down"] * downs, "enter")
            await until(pilot, lambda: len(list((tmp_path / "export").glob("*"))) == number + 1)  # noqa: B023  used at once
            await until(pilot, lambda: "wrote " in lines(app)[-1])
    files = sorted((tmp_path / "export").iterdir())
    assert [file.name for file in files] == [
        f"2026-11-22-1430-troops-seen-2.{suffix}",
        f"2026-11-22-1430-troops-seen.{suffix}",
    ]
    content = files[0].read_bytes()
    match suffix:
        case "md":
            assert b"## Quick look" in content
        case "json":
            assert json.loads(content)["text_from"] == "page"
        case _:
            assert content == b"PK pack"


async def test_without_a_home_nothing_is_exported() -> None:
    made = made_hit()
    app = app_on(engine_with(made))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("x")
        await pilot.pause()
        assert not isinstance(app.screen, ExportScreen)


async def test_a_long_article_is_laid_out_in_slices_and_keys_have_their_turn_between(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = made_hit()
    long = "\n\n".join(f"Paragraph {number} tells of a quiet river, at length. " * 6 for number in range(600))[:200_000]
    sizes: list[int] = []
    ticks = count()
    take = Text._take

    def counting(sheet: Text, *, is_other: bool) -> None:
        take(sheet, is_other=is_other)
        sizes.append(len(sheet._lines))

    monkeypatch.setattr(Text, "_take", counting)
    engine = engine_with(made, page(made, f"{long}\n\nAt last the troops left."))
    app = app_on(engine, monotonic=lambda: next(ticks) * 0.001)
    async with app.run_test(size=(80, 24)) as pilot:
        sheet = await opened(pilot, app)
        await pilot.press("j")
        await until(pilot, lambda: sheet.scroll_offset.y == 1)
        await until(pilot, lambda: len(sheet._lines) > 3_000)
        assert sheet.scroll_offset.y == 1
    assert len(set(sizes)) > 3


@pytest.mark.parametrize(
    ("size", "is_there", "is_beside"),
    [((58, 16), False, False), ((80, 24), True, False), ((120, 40), True, False), ((200, 50), True, True)],
)
async def test_why_stands_under_the_article_beside_it_or_not_at_all(
    size: tuple[int, int], *, is_there: bool, is_beside: bool
) -> None:
    made = made_hit()
    copies = [replace(hit(f"Copy {number}", minute=number), story_id=made.story_id) for number in range(4)]
    app = app_on(engine_with(made, page(made, PAGE), *copies))
    async with app.run_test(size=size) as pilot:
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ArticleScreen))
        await pilot.pause()
        why = app.screen.query_one(WhyPanel)
        assert why.display is is_there
        assert (why.region.x > 0) is is_beside
        if is_there:
            assert why.region.bottom <= size[1]
            assert "Why" in text(app)
