"""Whatever a page, its links or its versions hold: the app lives, the columns stand, the terminal is not spoken to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from newswatch.model.article import Article, ArticleText, Bullet, PageProblem, TextFrom
from newswatch.model.entry import Revision
from newswatch.model.hit import PAGE_FIELD, Mark
from newswatch.testing import build
from newswatch.testing.engine import ScriptedEngine
from newswatch.tui.screens.article import ArticleScreen
from tests.tui.stage import app_on, text, until
from tests.tui.test_hostile_text import HOSTILE, SIZES, check

SHORT = [sample[:1_500] for sample in HOSTILE]
EVERYTHING = "\n\n".join(
    [
        *SHORT,
        *(f"# {sample}" for sample in HOSTILE[:10]),
        *(f"- {sample}\n  - {sample}" for sample in HOSTILE[:10]),
        *(f"> > {sample}" for sample in HOSTILE[:10]),
        *(f"| {sample} | b |\n| --- | --- |\n| {sample} | [{sample}][1] |" for sample in HOSTILE[:10]),
        *(f"```\n{sample}\n```" for sample in HOSTILE[:10]),
        *(f"![{sample}][2] **{sample}** *{sample}* `{sample}` [{sample}][3] [x][999999]" for sample in HOSTILE[:10]),
    ]
)


def engine_with(sample: str) -> ScriptedEngine:
    entry = build.entry(sample, content=sample, link="https://example.example/a", revised_at=build.at(4))
    hit = build.hit(entry, marks=(Mark("title", 0, 3, sample[:3]),))
    links = (f"https://evil.example/{sample[:200]}", "javascript:alert(1)", sample[:500], "")
    readings = tuple(
        ArticleText(
            f"{EVERYTHING}\n\n{sample} {number}",
            TextFrom.PAGE,
            build.at(2 + number),
            title=sample,
            author=sample,
            site=sample,
            links=links,
            keywords=(sample, sample),
            problem=PageProblem.PAYWALL,
            said=sample,
        )
        for number in range(2)
    )
    quick = tuple(Bullet(sample, at, at + 40, 1, 9, has_match=True) for at in (0, 300, 10**9))
    marks = tuple(Mark(PAGE_FIELD, at, at + 9, "x") for at in (-5, 0, 4, 50, 90, 10**9))
    engine = ScriptedEngine(hits=[hit], rules=[build.rule_status()])
    engine.articles.pages[hit.id] = Article(entry.feed_id, entry.key, readings, quick, marks)
    engine.articles.earlier[hit.id] = (Revision(replace(entry, title=f"{sample} before"), build.at(4)),)
    return engine


@pytest.mark.parametrize("size", [(58, 16), *SIZES])
async def test_a_hostile_page_is_shown_harmless(size: tuple[int, int]) -> None:
    app = app_on(engine_with("".join(HOSTILE[:9]) + HOSTILE[9][:30]))
    async with app.run_test(size=size) as pilot:
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ArticleScreen) and "the page, 14:33" in text(app))
        check(app)
        for key in ("n", "n", "n", "1", "2", "3", "G", "ctrl+u", "l", "escape", "v", "j", "ctrl+d", "escape", "w"):
            await pilot.press(key)
            await pilot.pause()
            check(app)
        await pilot.press("slash")
        await pilot.pause(0.05)
        check(app)
        await pilot.press("escape", "Z")
        for _ in range(40):
            await pilot.press("ctrl+d")
            check(app)
        assert app.is_running


@pytest.mark.parametrize("sample", HOSTILE)
async def test_each_hostile_text_is_shown_harmless_as_page_and_as_title(sample: str) -> None:
    app = app_on(engine_with(sample))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ArticleScreen))
        await pilot.pause(0.05)
        for key in ("g", "n", "2", "G", "l", "escape", "v"):
            await pilot.press(key)
            check(app)
        assert app.is_running
