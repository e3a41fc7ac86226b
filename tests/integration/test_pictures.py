"""Pictures of articles, over real sockets and in a real process: good ones, and those whose makers mean harm."""

from __future__ import annotations

import asyncio
import io
import struct
import zlib
from collections.abc import AsyncIterator
from typing import Any

import pytest

from newswatch.article.page import PageReading
from newswatch.article.picture_worker import PicturePool
from newswatch.engine.home import open_http_pages
from newswatch.engine.pages import FetchedPages
from newswatch.fetch.http import HttpFetcher
from newswatch.model.feed import Feed
from newswatch.model.picture import HIGHEST, WIDEST, NoPicture, Picture
from newswatch.testing import build
from newswatch.testing.documents import rss
from newswatch.testing.server import FeedServer, Reply
from tests.integration.conftest import World
from tests.integration.fetch.parts import NOW, HandDeadline, fetcher_with, let_it_arrive
from tests.integration.fetch.test_fetch_addresses import loopback_forms, resolve_here
from tests.integration.test_articles import OLD, an_alert, item, stored_when

Image = pytest.importorskip("PIL.Image", reason="the extra `images` is not installed")
RED, BLUE = (200, 30, 30), (20, 40, 220)


class NoReader:
    """No page is read here."""

    async def read(self, body: bytes, url: str, content_type: str) -> PageReading:  # noqa: ARG002 - never called
        raise AssertionError

    async def aclose(self) -> None:
        """Nothing is held open."""


@pytest.fixture
async def server() -> AsyncIterator[FeedServer]:
    async with FeedServer() as server:
        yield server


@pytest.fixture
async def pool() -> AsyncIterator[PicturePool]:
    pool = PicturePool()
    yield pool
    await pool.aclose()


def file_of(image: Any, form: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def plain(size: tuple[int, int] = (60, 40), colour: tuple[int, ...] = RED, mode: str = "RGB") -> Any:
    return Image.new(mode, size, colour)


def png_head(width: int, height: int, *chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG of so many pixels by its own word, with whatever chunks."""
    head = struct.pack("!IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [
        struct.pack("!I", len(body)) + name + body + struct.pack("!I", zlib.crc32(name + body))
        for name, body in ((b"IHDR", head), *chunks, (b"IEND", b""))
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


async def looked(
    server: FeedServer, pool: PicturePool, reply: Reply, fetcher: HttpFetcher | None = None
) -> Picture | NoPicture:
    """What comes of a picture beside a feed on this machine, which a person typed."""
    server.answer("/a.jpg", reply)
    fetcher = fetcher or fetcher_with()
    feed = build.feed(url=server.url("/rss"), allow_private=True)
    came = await at(fetcher, pool, server.url("/a.jpg"), feed)
    await fetcher.aclose()
    return came


async def at(fetcher: HttpFetcher, pool: PicturePool, link: str, feed: Feed | None) -> Picture | NoPicture:
    return await FetchedPages(fetcher.fetch, NoReader(), lambda: NOW, pictures=pool).picture(link, feed)


def image(body: bytes, content_type: str = "image/jpeg") -> Reply:
    return Reply(body=body, headers={"Content-Type": content_type})


def is_near(pixels: bytes, at: int, colour: tuple[int, ...]) -> bool:
    return all(abs(pixels[3 * at + band] - colour[band]) < 12 for band in range(3))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF"])
async def test_a_picture_comes_as_plain_pixels_whatever_its_format(
    server: FeedServer, pool: PicturePool, form: str
) -> None:
    came = await looked(server, pool, image(file_of(plain(), form)))
    assert isinstance(came, Picture)
    assert (came.width, came.height) == (60, 40)
    assert is_near(came.pixels, 0, RED)
    (request,) = server.requests_for("/a.jpg")
    assert request.headers["accept"].startswith("image/")


async def test_a_large_photo_comes_small(server: FeedServer, pool: PicturePool) -> None:
    came = await looked(server, pool, image(file_of(plain((6000, 4000)), "JPEG")))
    assert isinstance(came, Picture)
    assert (came.width, came.height) == (WIDEST, 640)


async def test_a_photo_that_was_taken_upright_stands_upright(server: FeedServer, pool: PicturePool) -> None:
    lying = plain((1200, 800))
    exif = Image.Exif()
    exif[0x0112] = 6  # orientation: to be turned by a quarter
    came = await looked(server, pool, image(file_of(lying, "JPEG", exif=exif)))
    assert isinstance(came, Picture)
    assert came.height == HIGHEST
    assert came.width == 480


async def test_of_a_picture_that_moves_the_first_frame_is_shown(server: FeedServer, pool: PicturePool) -> None:
    body = file_of(plain(), "GIF", save_all=True, append_images=[plain(colour=BLUE)] * 50)
    came = await looked(server, pool, image(body, "image/gif"))
    assert isinstance(came, Picture)
    assert is_near(came.pixels, 0, RED)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "CMYK", "1", "I;16"])
async def test_pictures_of_every_kind_of_colour_are_shown(server: FeedServer, pool: PicturePool, mode: str) -> None:
    made = plain().convert(mode) if mode != "I;16" else Image.new(mode, (60, 40), 60_000)
    body = file_of(made, "JPEG" if mode == "CMYK" else "PNG")
    assert isinstance(await looked(server, pool, image(body)), Picture)


async def test_what_shines_through_is_white_as_the_page_it_was_made_for(server: FeedServer, pool: PicturePool) -> None:
    came = await looked(server, pool, image(file_of(plain(colour=(0, 0, 0, 0), mode="RGBA"), "PNG"), "image/png"))
    assert isinstance(came, Picture)
    assert came.pixels[:3] == b"\xff\xff\xff"


BOMB = zlib.compress(bytes(60_000_000), 9)
HOSTILE = {
    "a bomb by its head": (png_head(100_000, 100_000, (b"IDAT", BOMB)), "too large"),
    "a bomb just under twice the bound": (png_head(7_000, 7_000, (b"IDAT", BOMB)), "too large"),
    "more data than its size": (png_head(10, 10, (b"IDAT", BOMB)), ""),
    "a bomb in its words": (png_head(10, 10, (b"zTXt", b"a\0\0" + BOMB), (b"IDAT", zlib.compress(bytes(310)))), ""),
    "cut off": (file_of(Image.effect_noise((600, 400), 90), "JPEG")[:9_000], "broken"),
    "no size": (png_head(0, 0, (b"IDAT", b"")), ""),
    "a page": (b"<html><body>Not here</body></html>", "none of the pictures"),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg"><image href="http://127.0.0.1/x"/></svg>', "none of the"),
    "postscript": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n", "none of the pictures"),
    "tiff": (file_of(plain(), "TIFF"), "none of the pictures"),
    "nothing": (b"", "none of the pictures"),
    "escapes": (b"\x1b]0;owned\x07\x1b[2J", "none of the pictures"),
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_file_costs_only_itself(server: FeedServer, pool: PicturePool, name: str) -> None:
    body, said = HOSTILE[name]
    came = await looked(server, pool, image(body, "image/png"))
    if isinstance(came, NoPicture):
        assert said in came.said
    else:
        assert (came.width, came.height) == (10, 10)
    after = await looked(server, pool, image(file_of(plain(), "PNG")))
    assert isinstance(after, Picture)


@pytest.mark.parametrize("kind", ["text/html", "application/octet-stream", "", "text/plain; x=image/png"])
async def test_what_calls_itself_no_picture_is_not_read(server: FeedServer, pool: PicturePool, kind: str) -> None:
    came = await looked(server, pool, image(file_of(plain(), "PNG"), kind))
    assert came == NoPicture("What the server gave is no picture.")


async def test_fifty_megabytes_are_not_taken(server: FeedServer, pool: PicturePool) -> None:
    came = await looked(server, pool, image(bytes(50 * 2**20)))
    assert came == NoPicture("The document is too large: 50 MiB, where 5 MiB are allowed.")


async def test_a_picture_that_drips_ends_at_the_deadline(server: FeedServer, pool: PicturePool) -> None:
    deadline = HandDeadline()
    reply = Reply.drip(file_of(plain(), "PNG"), asyncio.Semaphore(10), {"Content-Type": "image/png"})
    looking = asyncio.create_task(looked(server, pool, reply, fetcher_with(deadline=deadline)))
    while not server.requests_for("/a.jpg"):  # noqa: ASYNC110 - the server sets no event before the request
        await asyncio.sleep(0)
    await let_it_arrive()
    deadline.expire()
    assert isinstance(await looking, NoPicture)


@pytest.mark.parametrize("host", loopback_forms(0))
async def test_no_picture_leads_to_another_service_of_this_machine(
    server: FeedServer, pool: PicturePool, host: str
) -> None:
    async with FeedServer() as victim:
        victim.answer("/secret", image(file_of(plain(), "PNG")))
        fetcher = fetcher_with(resolve=resolve_here)
        link = loopback_forms(victim.port)[host]
        server.answer("/a.jpg", Reply.redirect(link, 302))
        feed = build.feed(url=server.url("/rss"), allow_private=True)
        for one in (link, server.url("/a.jpg")):
            assert isinstance(await at(fetcher, pool, one, feed), NoPicture)
        assert isinstance(await at(fetcher, pool, link, None), NoPicture)
        assert victim.connections == 0
        await fetcher.aclose()


async def test_a_server_that_has_none_is_quoted(server: FeedServer, pool: PicturePool) -> None:
    assert await looked(server, pool, Reply(status=404)) == NoPicture("The picture is not there (404).")


async def test_an_engine_fetches_a_picture_when_it_is_asked_for_one_and_keeps_nothing(world: World) -> None:
    world.open_pages = open_http_pages
    async with FeedServer() as server:
        server.answer("/rss", Reply.feed(rss("Dnipro Wire", [OLD])))
        body = f"<p>{'The ferry runs again, said the council. ' * 9}</p><img src=/a.png alt='The ferry at the pier'>"
        page = f"<html><body><article><h1>Ferry</h1>{body}<p>{'It is late. ' * 30}</p></article></body></html>"
        server.answer("/page", Reply(body=page.encode(), headers={"Content-Type": "text/html"}))
        server.answer("/a.png", image(file_of(plain(), "PNG"), "image/png"))
        world.feeds(server.url("/rss"))
        async with world.running() as engine:
            hit = await an_alert(world, server, engine, item(server))
            article = await stored_when(engine, hit, lambda _: True)
            assert server.url("/a.png") in article.newest.links
            assert "![The ferry at the pier]" in article.newest.text
            assert server.requests_for("/a.png") == []
            for times in (1, 2):
                came = await engine.articles.picture(hit.id, server.url("/a.png"))
                assert isinstance(came, Picture)
                assert len(server.requests_for("/a.png")) == times
