"""What every engine promises of edits of feeds, held over the real one and the scripted one alike."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from newswatch.engine.api import Engine
from newswatch.engine.api.feeds import FeedDraft
from newswatch.errors import FeedRefused, UsageError
from newswatch.model.feed import FeedHealth, FeedId, FeedStatus
from newswatch.testing import build
from tests.contract.test_engine import local, scripted, standby

DNIPRO = build.feed().id


@pytest.fixture(params=[scripted, local, standby], ids=["scripted", "local", "standby"])
async def engine(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Engine]:
    async with request.param(tmp_path) as opened:
        yield opened


def row(engine: Engine, feed: FeedId = DNIPRO) -> FeedHealth:
    return engine.snapshot().feeds[feed]


async def test_what_is_added_is_there_when_the_verb_returns_and_only_once(engine: Engine) -> None:
    gulf = build.feed("https://gulf.example/rss", name="Gulf Wire", allow_private=True)
    assert tuple(await engine.feeds.add([gulf])) == (gulf.id,)
    assert row(engine, gulf.id).label == "Gulf Wire"
    assert tuple(await engine.feeds.add([gulf])) == ()


async def test_a_draft_is_the_feed_when_the_verb_returns(engine: Engine) -> None:
    draft = FeedDraft("Dnipro", ("Wires", "Sea"), ("ua",), 300.0, "uk", is_paused=True)
    assert await engine.feeds.change(DNIPRO, draft) == DNIPRO
    health = row(engine)
    feed = health.feed
    assert (health.label, health.status) == ("Dnipro", FeedStatus.PAUSED)
    assert (feed.folder, feed.tags, feed.interval_s, feed.lang) == (("Wires", "Sea"), ("ua",), 300.0, "uk")


async def test_a_new_address_keeps_the_id_unless_it_is_another_feed(engine: Engine) -> None:
    moved = FeedDraft("Dnipro", address="https://new.example/rss")
    assert await engine.feeds.change(DNIPRO, moved) == DNIPRO
    assert row(engine).address == "https://new.example/rss"
    other = await engine.feeds.change(DNIPRO, FeedDraft("X", address="https://x.example/", keeps_history=False))
    assert other == build.feed("https://x.example/").id
    assert set(engine.snapshot().feeds) == {other}


async def test_feeds_are_paused_and_resumed(engine: Engine) -> None:
    await engine.feeds.set_paused([DNIPRO], paused=True)
    assert row(engine).status is FeedStatus.PAUSED
    await engine.feeds.set_paused([DNIPRO], paused=False)
    assert row(engine).status is not FeedStatus.PAUSED


async def test_what_is_removed_can_be_put_back(engine: Engine) -> None:
    before = row(engine).feed
    await engine.feeds.remove([DNIPRO])
    assert DNIPRO not in engine.snapshot().feeds
    await engine.feeds.put_back(DNIPRO)
    assert row(engine).feed.name == before.name


async def test_what_left_cannot_be_changed_and_nothing_is_said_to_have_moved(engine: Engine) -> None:
    with pytest.raises(FeedRefused):
        await engine.feeds.change(FeedId("nobody"), FeedDraft("x"))
    with pytest.raises(FeedRefused):
        await engine.feeds.accept_move(DNIPRO)


async def test_what_is_no_address_is_refused(engine: Engine) -> None:
    with pytest.raises(UsageError):
        async for _ in engine.feeds.discover("no such place"):
            pass
