"""Saved feeds of real newsrooms, served over loopback HTTP and read through the whole pipeline, database included."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from newswatch.engine.local import LocalEngine
from newswatch.model.feed import FeedStatus
from newswatch.store.tiny import TinyStore
from newswatch.testing.server import FeedServer, Reply
from tests.integration.conftest import World

CORPUS = Path(__file__).parents[2].parent / "shared" / "corpus" / "feeds"
EVERYTHING = """version = 1
[[rule]]
id = "conflict"
query = "Ukrain* OR Russia* OR troops OR \\"North Korea*\\" OR missile* OR Gaza"
[[rule]]
id = "headline"
query = "title:*"
"""

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not CORPUS.is_dir(), reason="the third-party corpus is not beside this checkout"),
]


def newsroom_files() -> Iterator[dict[str, Any]]:
    """What the oracle knows of each newsroom feed, with its bytes."""
    lines = (CORPUS / "oracle.jsonl").read_text("utf-8").strip().split("\n")
    oracle = {row["file"]: row for row in map(json.loads, lines)}
    for row in json.loads((CORPUS / "manifest.json").read_text("utf-8")):
        if row["news"]:
            body = (CORPUS / row["file"]).read_bytes()
            assert hashlib.sha256(body).hexdigest() == row["sha256"]
            yield {**oracle[row["file"]], "body": body}


async def test_every_newsroom_feed_is_read_and_every_headline_is_a_hit(world: World) -> None:
    files = list(newsroom_files())
    world.home.rules.write_text(EVERYTHING, "utf-8")
    async with FeedServer() as server:
        for number, file in enumerate(files):
            server.answer(f"/{number}", Reply.feed(file["body"], content_type="application/xml"))
        world.feeds(*(server.url(f"/{number}") for number in range(len(files))))
        engine = LocalEngine(world.home, clock=world.clock)
        async with engine.opened():
            answered = await engine.poll_once()
            view = engine.snapshot()
            again = await engine.poll_once()
            assert engine.snapshot().totals == view.totals
    unread = [health.state.last_error for health in view.feeds.values() if health.status is not FeedStatus.OK]
    assert unread == []
    assert answered == again == len(files)
    by_address = {health.feed.url: health.entries for health in view.feeds.values()}
    expected = {server_path: file["count"] for server_path, file in enumerate(files)}
    read = {int(address.rsplit("/", 1)[1]): entries for address, entries in by_address.items()}
    assert read == expected
    store = TinyStore.open(world.home.data)
    try:
        hits = list(store.hits())
    finally:
        store.close()
    assert len({hit.id for hit in hits}) == len(hits)
    # Every entry with a headline is a hit of the one rule; the other finds what a desk would look for.
    assert sum(hit.rule_id == "conflict" for hit in hits) > 100
    assert {hit.entry.key for hit in hits if hit.rule_id == "headline"} == {hit.entry.key for hit in hits}
