"""What every engine promises of articles, whether it may write or not, and where there is no network at all."""

from __future__ import annotations

import io
import zipfile
from collections.abc import AsyncIterator

import pytest

from newswatch.engine.api import Engine
from newswatch.errors import StoreError
from newswatch.model.article import TextFrom
from newswatch.model.hit import HitId
from newswatch.model.picture import NoPicture
from tests.contract import test_engine, test_engines_that_only_read
from tests.contract.test_engine import NEW, OLD

ENGINES = {
    "scripted": test_engine.scripted,
    "local": test_engine.local,
    "standby": test_engine.standby,
    "scripted reader": test_engines_that_only_read.scripted,
    "following": test_engines_that_only_read.following,
}


@pytest.fixture(params=list(ENGINES.values()), ids=list(ENGINES))
async def engine(request: pytest.FixtureRequest, tmp_path: object) -> AsyncIterator[Engine]:
    async with request.param(tmp_path) as opened:
        yield opened


async def test_there_is_always_a_reading_and_it_is_the_feed_s_where_there_is_no_page(engine: Engine) -> None:
    article = await engine.articles.read(NEW.id)
    assert (article.feed_id, article.key) == (NEW.entry.feed_id, NEW.entry.key)
    assert article.newest.text_from is TextFrom.FEED
    assert article.newest.title == NEW.entry.title


async def test_what_was_never_read_is_not_stored(engine: Engine) -> None:
    assert await engine.articles.stored(OLD.id) is None


async def test_an_entry_that_never_changed_has_no_revisions(engine: Engine) -> None:
    assert tuple(await engine.articles.revisions(OLD.id)) == ()


async def test_there_is_evidence_of_every_hit(engine: Engine) -> None:
    with zipfile.ZipFile(io.BytesIO(await engine.articles.evidence(NEW.id))) as pack:
        assert pack.testzip() is None


async def test_a_hit_that_is_not_there_has_no_article(engine: Engine) -> None:
    with pytest.raises(StoreError):
        await engine.articles.read(HitId("0" * 16))


async def test_where_there_is_no_network_it_is_said_why_there_is_no_picture(engine: Engine) -> None:
    came = await engine.articles.picture(NEW.id, "https://img.dnipro-wire.example/a.jpg")
    assert isinstance(came, NoPicture)
    assert came.said.endswith(".")


async def test_a_hit_that_is_not_there_has_no_pictures(engine: Engine) -> None:
    with pytest.raises(StoreError):
        await engine.articles.picture(HitId("0" * 16), "https://img.dnipro-wire.example/a.jpg")
