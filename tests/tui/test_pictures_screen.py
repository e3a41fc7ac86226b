"""The pictures of an article: none is fetched before a person asks for it and sees from where; then it is drawn."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from newswatch.errors import StoreError
from newswatch.model.hit import HitId
from newswatch.model.picture import NoPicture, Picture
from newswatch.testing.engine import Call, ScriptedEngine
from newswatch.tui import pictures
from newswatch.tui.screens.article import ArticleScreen
from newswatch.tui.screens.pictures import PictureScreen, PicturesScreen
from newswatch.tui.widgets import picture as widget
from newswatch.tui.widgets.picture import PictureView
from tests.tui.stage import app_on, text, until
from tests.tui.test_article_screen import LINKS, PAGE, PARAGRAPHS, engine_with, made_hit, opened, page

FERRY = "https://img.dnipro-wire.example:8443/ferry.jpg"
CAPTION = "The ferry at the pier"
RED = Picture(40, 40, bytes((200, 0, 0)) * 1_600)

pytest.importorskip("PIL", reason="the extra `images` is not installed")


def engine_with_pictures(came: Picture | None = RED) -> ScriptedEngine:
    made = made_hit()
    said = PAGE.replace(PARAGRAPHS[1], f"![{CAPTION}][2]").replace(PARAGRAPHS[2], "![A map][3]")
    article = page(made, said)
    links = (*LINKS, FERRY, "https://maps.example/map.png")
    engine = engine_with(made, replace(article, readings=(replace(article.newest, links=links),)))
    if came is not None:
        engine.articles.pictures[FERRY] = came
    return engine


def asked(engine: ScriptedEngine) -> list[Call]:
    return [call for call in engine.calls if call.verb == "picture"]


def blocks(app: Any) -> int:
    return text(app).count("▀")


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (50, 16), (24, 8)])
async def test_a_picture_is_fetched_on_a_persons_key_after_its_host_was_shown(size: tuple[int, int]) -> None:
    engine = engine_with_pictures()
    app = app_on(engine)
    async with app.run_test(size=size) as pilot:
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ArticleScreen) and bool(app.screen.check_action("links", ())))
        await pilot.press("i")
        await until(pilot, lambda: isinstance(app.screen, PicturesScreen))
        if size[0] >= 80:
            await until(pilot, lambda: CAPTION in text(app) and "img.dnipro-wire.example:8443" in text(app))
        assert asked(engine) == []
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, PictureScreen) and blocks(app) > 0)
        assert asked(engine) == [Call("picture", (made_hit().id, FERRY))]
        await pilot.resize_terminal(60, 20)
        await until(pilot, lambda: blocks(app) > 0 and CAPTION in text(app))
        assert len(asked(engine)) == 1
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, ArticleScreen))


async def test_why_there_is_no_picture_is_said_in_its_place() -> None:
    engine = engine_with_pictures(came=None)
    app = app_on(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, app)
        await pilot.press("i", "enter")
        await until(pilot, lambda: "There is no picture at this address." in text(app))


async def test_a_refusal_is_said_in_the_pictures_place(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = engine_with_pictures()

    async def refuse(_hit: HitId, _link: str) -> Picture | NoPicture:
        raise StoreError("newswatch has ended; nothing was done")

    monkeypatch.setattr(engine.articles, "picture", refuse)
    app = app_on(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, app)
        await pilot.press("i", "enter")
        await until(pilot, lambda: "newswatch has ended" in text(app))


async def test_who_leaves_before_a_picture_came_wants_it_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = engine_with_pictures()
    given_up = asyncio.Event()

    async def slow(_hit: HitId, _link: str) -> Picture | NoPicture:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            given_up.set()
            raise
        raise AssertionError

    monkeypatch.setattr(engine.articles, "picture", slow)
    app = app_on(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, app)
        await pilot.press("i", "enter")
        await until(pilot, lambda: "fetching it from img.dnipro-wire.example:8443" in text(app))
        await pilot.press("escape")
        await until(pilot, given_up.is_set)
        assert isinstance(app.screen, ArticleScreen)


async def test_without_the_extra_the_key_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "find_spec", lambda _: None)
    engine = engine_with_pictures()
    app = app_on(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, app)
        await pilot.press("i")
        await until(pilot, lambda: "pipx install --force '.[images]'" in text(app))
        assert isinstance(app.screen, ArticleScreen)
        assert asked(engine) == []


async def test_a_picture_that_cannot_be_drawn_is_said_in_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise AttributeError("no such thing in this version")

    monkeypatch.setattr(widget, "draw", fail)
    app = app_on(engine_with_pictures())
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, app)
        await pilot.press("i", "enter")
        await until(pilot, lambda: "no such thing in this version" in text(app))


async def test_the_key_is_offered_only_where_there_are_pictures() -> None:
    made = made_hit()
    app = app_on(engine_with(made, page(made, PAGE)))
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, app)
        assert not app.screen.check_action("pictures", ())
        await pilot.press("i")
        assert isinstance(app.screen, ArticleScreen)


async def test_kitty_is_sent_a_picture_once_and_told_to_forget_it(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("textual_image", reason="the extra `images` is not installed")
    for name in pictures.SHARES_A_TERMINAL:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-kitty")
    sent: list[str] = []
    monkeypatch.setattr(PictureView, "_send", lambda _, sequence: sent.append(sequence) if sequence else None)
    app = app_on(engine_with_pictures())
    monkeypatch.setattr(type(app.console), "color_system", "truecolor")
    async with app.run_test(size=(80, 24)) as pilot:
        app.no_color = False
        await opened(pilot, app)
        await pilot.press("i", "enter")
        await until(pilot, lambda: "\U0010eeee" in text(app))
        assert len(sent) == 1
        await pilot.press("escape")
        await until(pilot, lambda: len(sent) == 2)
    assert sent[0].startswith("\x1b_Gf=100,")
    assert sent[1].startswith("\x1b_Ga=d,")
