"""What a check that failed half-way leaves behind: nothing."""

from __future__ import annotations

import gzip

import pytest

from newswatch.model.feed import FeedHealth, FeedStatus
from newswatch.model.view import View
from newswatch.testing.documents import Item, rss
from newswatch.testing.server import FeedServer, Reply
from tests.integration.conftest import World, until

NEWS = rss("Dnipro Wire", [Item("Grain talks resume", "https://dnipro-wire.example/3")])
MORE = rss("Dnipro Wire", [Item("Bridge closed", "https://dnipro-wire.example/4")]).encode()


def only(view: View) -> FeedHealth | None:
    return next(iter(view.feeds.values()), None)


def is_now(view: View, status: FeedStatus) -> bool:
    health = only(view)
    return health is not None and health.status is status and not health.is_checking


@pytest.mark.parametrize(
    "half",
    [
        Reply(body=gzip.compress(MORE)[:-9], headers={"Content-Encoding": "gzip", "ETag": '"half"'}),
        Reply(body=MORE, cut_at=60, headers={"ETag": '"half"'}),
        Reply(raw=b'HTTP/1.1 200 OK\r\nETag: "half"\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n<rss\r\n'),
        Reply(body=b"", headers={"ETag": '"half"'}),
    ],
)
async def test_half_a_document_leaves_entries_and_validators_as_they_were(world: World, half: Reply) -> None:
    whole = Reply.feed(NEWS)
    async with FeedServer() as server:
        server.answer("/rss", whole)
        world.feeds(server.url("/rss"))
        async with world.running() as engine:
            before = await until(engine, lambda view: is_now(view, FeedStatus.OK))
            server.answer("/rss", half)
            await world.clock.advance(1_500)
            view = await until(engine, lambda view: is_now(view, FeedStatus.FAILING))
            was, now = only(before), only(view)
            assert was is not None
            assert now is not None
            assert view.totals == before.totals
            assert (now.state.etag, now.state.last_modified) == (was.state.etag, was.state.last_modified)
            assert now.state.body_hash == was.state.body_hash
            server.answer("/rss", whole)
            await world.clock.advance(7 * 3_600)
            await until(engine, lambda view: is_now(view, FeedStatus.OK))
    for request in server.requests[1:]:
        assert request.headers["if-none-match"] == whole.headers["ETag"]
