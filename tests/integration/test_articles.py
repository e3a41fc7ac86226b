"""Pages behind hits on real sockets, in real worker processes, kept in a real database; the clock is turned by hand."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import zipfile
from collections.abc import Callable

import pytest

from newswatch.engine.home import open_http_pages
from newswatch.engine.local import LocalEngine
from newswatch.model.article import Article, PageProblem, TextFrom
from newswatch.model.hit import PAGE_FIELD, Held, Hit
from newswatch.testing.documents import Item, rss
from newswatch.testing.server import FeedServer, Recorded, Reply
from tests.integration.conftest import World, until
from tests.integration.test_small_world import is_checked

OLD = Item("Ferry timetable", "https://dnipro-wire.example/old")
SENTENCES = [
    "The ferry between the two banks of the river runs again since Monday morning.",
    "North Korean troops had been seen on the far bank, the council of the region said.",
    "Nobody was hurt when the old pier gave way last week, according to the harbour office.",
    "Passengers are asked to bring their papers, and to be at the pier half an hour early.",
    "The council of the region pays for the ferry until the bridge is whole again.",
    "A second ferry is to follow in spring, if the ice allows it.",
]
TROOPS_RULE = """version = 1

[[rule]]
id = "troops"
query = "North Korean troops"
severity = "high"
"""
FULL_TEXT_RULES = """version = 1

[[rule]]
id = "harbour"
query = "harbour office"
severity = "high"
fulltext = true
"""


def page(*paragraphs: str, title: str = "Ferry runs again") -> bytes:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f'<html lang="en"><head><title>{title}</title><meta charset="utf-8"></head>'
        '<body><nav><a href="/">Home</a></nav>'
        f"<article><h1>{title}</h1>{body}</article></body></html>"
    ).encode()


def html(body: bytes, **headers: str) -> Reply:
    return Reply(body=body, headers={"Content-Type": "text/html; charset=utf-8", **headers})


def item(server: FeedServer, title: str = "North Korean troops seen from the ferry", path: str = "/page") -> Item:
    return Item(title, server.url(path))


@pytest.fixture
def reading_world(world: World) -> World:
    world.open_pages = open_http_pages
    return world


async def first_hit(engine: LocalEngine) -> Hit:
    view = await until(engine, lambda view: any(story.lead.is_alert for story in view.stories))
    return next(story.lead for story in view.stories if story.lead.is_alert)


async def an_alert(world: World, server: FeedServer, engine: LocalEngine, new: Item) -> Hit:
    """Lets one entry come in after the backlog."""
    await until(engine, is_checked)
    server.answer("/rss", Reply.feed(rss("Dnipro Wire", [new, OLD])))
    await world.clock.advance(700)
    return await first_hit(engine)


async def stored_when(engine: LocalEngine, hit: Hit, is_so: Callable[[Article], bool]) -> Article:
    """The stored article, as soon as it is so."""
    async with asyncio.timeout(30):
        while True:
            article = await engine.articles.stored(hit.id)
            if article is not None and is_so(article):
                return article
            await asyncio.sleep(0.02)  # a process reads it: nothing tells when


async def test_the_page_of_an_important_alert_is_read_ahead_and_can_be_read_offline(reading_world: World) -> None:
    world = reading_world
    async with FeedServer() as server:
        server.answer("/rss", Reply.feed(rss("Dnipro Wire", [OLD])))
        server.answer("/page", html(page(*SENTENCES)))
        world.feeds(server.url("/rss"))
        async with world.running() as engine:
            hit = await an_alert(world, server, engine, item(server))
            article = await stored_when(engine, hit, lambda _: True)
            assert article.newest.text_from is TextFrom.PAGE
            assert article.newest.text.split("\n\n") == SENTENCES
            assert article.newest.problem is None
            assert [mark.text for mark in article.marks] == ["North Korean troops"]
            for mark in article.marks:
                assert mark.field == PAGE_FIELD
                assert article.newest.text[mark.start : mark.end] == mark.text
            assert 1 <= len(article.quick) <= 5
            assert any(bullet.has_match for bullet in article.quick)
            assert all(bullet.text in SENTENCES for bullet in article.quick)
            asked = len(server.requests_for("/page"))
            assert (await engine.articles.read(hit.id)).readings == article.readings
            assert len(server.requests_for("/page")) == asked == 1
        server.answer("/rss", Reply(status=304))
        async with world.running() as engine:
            await until(engine, lambda view: bool(view.stories))
            again = await engine.articles.stored(hit.id)
            assert again == article


async def test_the_backlog_is_not_read_ahead_but_when_it_is_opened(reading_world: World) -> None:
    world = reading_world
    async with FeedServer() as server:
        server.answer("/rss", Reply.feed(rss("Dnipro Wire", [item(server)])))
        server.answer("/page", html(page(*SENTENCES)))
        world.feeds(server.url("/rss"))
        async with world.running() as engine:
            view = await until(engine, lambda view: bool(view.stories))
            hit = view.stories[0].lead
            await world.clock.advance(120)
            assert await engine.articles.stored(hit.id) is None
            assert not server.requests_for("/page")
            both = await asyncio.gather(engine.articles.read(hit.id), engine.articles.read(hit.id))
            assert both[0].newest.text_from is TextFrom.PAGE
            assert len(server.requests_for("/page")) == 1


async def test_a_page_that_changes_gets_a_second_reading_and_one_that_does_not_gets_none(reading_world: World) -> None:
    world = reading_world
    async with FeedServer() as server:
        server.answer("/rss", Reply.feed(rss("Dnipro Wire", [item(server)])))
        server.answer("/page", html(page(*SENTENCES)))
        world.feeds(server.url("/rss"))
        async with world.running() as engine:
            hit = (await until(engine, lambda view: bool(view.stories))).stories[0].lead
            await engine.articles.read(hit.id)
            assert len((await engine.articles.read(hit.id, again=True)).readings) == 1
            server.answer("/page", html(page(*SENTENCES[:-1], "A second ferry is not to follow after all.")))
            changed = await engine.articles.read(hit.id, again=True)
            assert len(changed.readings) == 2
            assert "after all" in changed.newest.text
            server.answer("/page", Reply(status=410))
            gone = await engine.articles.read(hit.id, again=True)
            assert gone.newest.problem is PageProblem.ERROR
            assert "410" in gone.newest.said
            assert gone.newest.text == changed.newest.text


async def test_the_page_of_an_alert_is_looked_at_again_after_an_hour(reading_world: World) -> None:
    world = reading_world
    async with FeedServer() as server:
        server.answer("/rss", Reply.feed(rss("Dnipro Wire", [OLD])))
        server.answer("/page", html(page(*SENTENCES)))
        world.feeds(server.url("/rss"))
        async with world.running() as engine:
            hit = await an_alert(world, server, engine, item(server))
            await stored_when(engine, hit, lambda _: True)
            server.answer("/page", html(page("The council corrects its report.", *SENTENCES)))
            await world.clock.advance(3_700)
            article = await stored_when(engine, hit, lambda article: len(article.readings) == 2)
            assert article.newest.text.startswith("The council corrects")


async def test_the_page_of_an_alert_is_read_again_when_its_feed_edits_the_headline(reading_world: World) -> None:
    world = reading_world
    async with FeedServer() as server:
        server.answer("/rss", Reply.feed(rss("Dnipro Wire", [OLD])))
        server.answer("/page", html(page(*SENTENCES)))
        world.feeds(server.url("/rss"))
        async with world.running() as engine:
            hit = await an_alert(world, server, engine, item(server))
            await stored_when(engine, hit, lambda _: True)
            server.answer("/page", html(page(*SENTENCES, "Edited: the troops were those of another country.")))
            edited = item(server, "North Korean troops were not seen from the ferry")
            server.answer("/rss", Reply.feed(rss("Dnipro Wire", [edited, OLD])))
            await world.clock.advance(700)
            article = await stored_when(engine, hit, lambda article: len(article.readings) == 2)
            assert "another country" in article.newest.text
            assert len(server.requests_for("/page")) == 2


async def test_a_full_text_rule_hits_by_the_page_and_says_so(reading_world: World) -> None:
    world = reading_world
    world.home.rules.write_text(FULL_TEXT_RULES, "utf-8")
    async with FeedServer() as server:
        server.answer("/rss", Reply.feed(rss("Dnipro Wire", [OLD])))
        server.answer("/page", html(page(*SENTENCES)))
        world.feeds(server.url("/rss"))
        async with world.running() as engine:
            hit = await an_alert(world, server, engine, item(server, "Ferry runs again"))
            assert hit.rule_id == "harbour"
            assert [(mark.field, mark.text) for mark in hit.marks] == [(PAGE_FIELD, "harbour office")]
            article = await engine.articles.stored(hit.id)
            assert article is not None
            (mark,) = hit.marks
            assert article.newest.text[mark.start : mark.end] == "harbour office"
            clause = await engine.explain(hit.id)
            assert clause is not None
            assert clause.is_held
            assert clause.marks == hit.marks
        server.answer("/rss", Reply(status=304))
        async with world.running() as engine:
            view = await until(engine, lambda view: bool(view.stories))
            assert [story.lead.marks for story in view.stories] == [hit.marks]
            assert not view.stories[0].lead.is_old_rule


async def test_a_rule_that_comes_to_ask_for_the_full_text_finds_the_pages_that_are_stored(reading_world: World) -> None:
    world = reading_world
    rules = TROOPS_RULE + FULL_TEXT_RULES.replace("version = 1\n", "")
    world.home.rules.write_text(rules.replace("fulltext = true\n", ""), "utf-8")
    async with FeedServer() as server:
        server.answer("/rss", Reply.feed(rss("Dnipro Wire", [OLD])))
        server.answer("/page", html(page(*SENTENCES)))
        world.feeds(server.url("/rss"))
        async with world.running() as engine:
            troops = await an_alert(world, server, engine, item(server))
            await stored_when(engine, troops, lambda _: True)
            world.home.rules.write_text(rules, "utf-8")
            view = await until(engine, lambda view: any(len(story.hits) == 2 for story in view.stories))
            (found,) = [hit for story in view.stories for hit in story.hits if hit.rule_id == "harbour"]
            assert found.is_in_full_text
            assert found.held is Held.RULE_CHANGE


async def test_a_page_of_a_full_text_rule_that_cannot_match_is_not_fetched(reading_world: World) -> None:
    world = reading_world
    rule = FULL_TEXT_RULES.replace('"harbour office"', '"title:Odesa AND harbour"')
    world.home.rules.write_text(rule, "utf-8")
    async with FeedServer() as server:
        server.answer("/rss", Reply.feed(rss("Dnipro Wire", [OLD])))
        server.answer("/page", html(page(*SENTENCES)))
        server.answer("/odesa", html(page(*SENTENCES)))
        world.feeds(server.url("/rss"))
        async with world.running() as engine:
            await until(engine, is_checked)
            new = [item(server, "Ferry runs again"), item(server, "Ferry runs again from Odesa", "/odesa")]
            server.answer("/rss", Reply.feed(rss("Dnipro Wire", [*new, OLD])))
            await world.clock.advance(700)
            hit = await first_hit(engine)
            assert hit.entry.title == "Ferry runs again from Odesa"
            assert not server.requests_for("/page")


@pytest.mark.parametrize(
    ("reply", "problem"),
    [
        (Reply(status=401), PageProblem.LOGIN),
        (Reply(status=402), PageProblem.PAYWALL),
        (Reply(status=404), PageProblem.ERROR),
        (Reply(status=451), PageProblem.ERROR),
        (Reply.redirect("http://169.254.169.254/latest"), PageProblem.REFUSED),
        (Reply.redirect("http://127.0.0.1:1/"), PageProblem.REFUSED),
        (html(b"%PDF-1.7 and so on"), PageProblem.REFUSED),
        (html(b"<p>" + b"x" * 4_000_000), PageProblem.REFUSED),
        (html(b"<html><body></body></html>"), PageProblem.EMPTY),
        (Reply.reset(), PageProblem.UNREACHED),
        (Reply.endless(), PageProblem.REFUSED),
        (html(b"<p>" + b"\0" * 50_000_000).gzipped(), PageProblem.REFUSED),
    ],
)
async def test_where_there_is_no_page_the_feed_s_text_is_read_and_says_why(
    reading_world: World, reply: Reply, problem: PageProblem
) -> None:
    world = reading_world
    async with FeedServer() as server:
        server.answer("/rss", Reply.feed(rss("Dnipro Wire", [item(server)])))
        server.answer("/page", reply)
        world.feeds(server.url("/rss"))
        async with world.running() as engine:
            hit = (await until(engine, lambda view: bool(view.stories))).stories[0].lead
            article = await engine.articles.read(hit.id)
            assert article.newest.text_from is TextFrom.FEED
            assert article.newest.problem is problem
            assert article.newest.said.endswith(".")
            stored = await engine.articles.stored(hit.id)
            assert (stored is None) is (problem is PageProblem.UNREACHED)  # of which nothing was learned


async def test_the_feed_s_password_goes_to_no_other_server_that_an_article_leads_to(reading_world: World) -> None:
    world = reading_world
    asked: list[Recorded] = []

    def answer(request: Recorded) -> Reply:
        asked.append(request)
        return html(page(*SENTENCES))

    async with FeedServer() as server, FeedServer() as other:
        other.answer("/page", answer)
        new = Item("North Korean troops", other.url("/page"))
        server.answer("/rss", Reply.feed(rss("Dnipro Wire", [new])))
        world.feeds(server.url("/rss", userinfo="desk:secret-66"))
        async with world.running() as engine:
            hit = (await until(engine, lambda view: bool(view.stories))).stories[0].lead
            article = await engine.articles.read(hit.id)
            assert article.newest.problem is PageProblem.REFUSED  # another port of a private address
            assert not asked
            assert b"secret-66" not in await engine.articles.evidence(hit.id)


def unpacked(pack: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(pack)) as files:
        assert files.testzip() is None
        return {name: files.read(name) for name in files.namelist()}


async def test_an_evidence_pack_holds_what_is_known_and_is_the_same_each_time(reading_world: World) -> None:
    world = reading_world
    async with FeedServer() as server:
        body = page(
            *SENTENCES,
            "The council <a href='/out?sid=s55f00dcafe42ab&amp;a=1'>says</a> that all is well, "
            "and <a href='/v?v=66'>shows</a> to everybody how the ferry is run.",
        )
        server.answer("/rss", Reply.feed(rss("Dnipro Wire", [OLD])))
        server.answer("/moved", html(body, Server="ferry/1", **{"Set-Cookie": "session=s-1"}))
        server.answer("/page", Reply.redirect("/moved?token=t-77", 302))
        world.feeds(server.url("/rss?key=k-88"))
        server.answer("/rss?key=k-88", Reply.feed(rss("Dnipro Wire", [OLD])))
        server.answer("/moved?token=t-77", html(body, Server="ferry/1", **{"Set-Cookie": "session=s-1"}))
        async with world.running() as engine:
            await until(engine, is_checked)
            document = Reply.feed(rss("Dnipro Wire", [item(server), OLD]))
            server.answer("/rss?key=k-88", document)
            server.answer("/rss", document)
            await world.clock.advance(700)
            hit = await first_hit(engine)
            await stored_when(engine, hit, lambda _: True)
            pack = await engine.articles.evidence(hit.id)
            assert pack == await engine.articles.evidence(hit.id)
        files = unpacked(pack)
        for secret in (b"k-88", b"t-77", b"s-1", b"s55f00dcafe42ab"):
            assert not any(secret in content for content in files.values())
        (fetch,) = json.loads(files["pages.json"])
        assert fetch["fetched"]["sha256"] == hashlib.sha256(body).hexdigest()
        assert [address.partition("?")[0] for address in fetch["fetched"]["chain"]] == [
            server.url("/page"),
            server.url("/moved"),
        ]
        assert fetch["fetched"]["headers"]["server"] == "ferry/1"
        feed = json.loads(files["feed.json"])
        assert feed["brought_the_entry"]["sha256"] == hashlib.sha256(document.body).hexdigest()
        assert json.loads(files["hit.json"])["query"] == "North Korean troops"
        assert json.loads(files["entry.json"])["title"] == hit.entry.title
        lines = [line.split("  ") for line in files["SHA256SUMS"].decode().splitlines()]
        sums = {name: digest for digest, name in lines}
        assert sums == {name: hashlib.sha256(raw).hexdigest() for name, raw in files.items() if name != "SHA256SUMS"}
        assert SENTENCES[0] in files["page-1.md"].decode()
        assert "/out?sid=***&a=1" in files["page-1.md"].decode()
        assert "/v?v=66" in files["page-1.md"].decode()
