"""A home with invented news and rules, an engine that runs on it and polls nothing, and a watch on its event loop."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench._invented import Invented
from newswatch.engine.clock import Clock
from newswatch.engine.home import Home
from newswatch.engine.local import LocalEngine
from newswatch.engine.step import CheckResult, Unchanged
from newswatch.match.ruleedit import rendered
from newswatch.model.digest import digest
from newswatch.model.entry import Entry, EntryKey, Identity
from newswatch.model.feed import Feed, FeedState, feed_id
from newswatch.store.api import Transaction
from newswatch.store.tiny import TinyStore

NOW = datetime(2026, 11, 22, 14, 30, tzinfo=UTC)
FEEDS = 300
_TICK_S = 0.001


@dataclass
class Quiet:
    """A checker whose feeds never have anything new."""

    async def check(self, _: Feed, __: FeedState) -> CheckResult:
        return Unchanged()

    async def aclose(self) -> None:
        pass


class LoopWatch:
    """The longest time for which the event loop answered nobody, in milliseconds of this program's processor time."""

    def __init__(self) -> None:
        self.longest_ms = 0.0

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Watches as long as the block lasts."""
        watcher = asyncio.ensure_future(self._watch())
        await asyncio.sleep(0)
        try:
            yield
        finally:
            watcher.cancel()

    async def _watch(self) -> None:
        while True:
            before = time.process_time()
            await asyncio.sleep(_TICK_S)
            self.longest_ms = max(self.longest_ms, (time.process_time() - before - _TICK_S) * 1_000)


def invented_entries(count: int, seed: int = 7) -> list[Entry]:
    """Entries of a fortnight in `FEEDS` feeds, of 60 words each."""
    step = timedelta(days=14) / max(count, 1)
    return [
        Entry(
            feed_id=feed_id(f"https://{number % FEEDS}.example/rss"),
            key=EntryKey(digest("entry", str(number))),
            title=document.title,
            link=document.url,
            summary=document.summary,
            content="",
            author=document.author,
            tags=document.tags,
            lang=document.lang,
            source=document.source,
            published_at=NOW - step * number,
            seen_at=NOW - step * number,
        )
        for number, document in enumerate(Invented(seed).entries(count))
    ]


def write_home(folder: Path, queries: Sequence[str], entries: Sequence[Entry]) -> Home:
    """A home with these rules and this history."""
    rules = "\n".join(
        f'[[rule]]\nid = "rule-{number}"\nquery = {rendered(query)}\n' for number, query in enumerate(queries)
    )
    (folder / "rules.toml").write_text(f"version = 1\n\n{rules}", "utf-8")
    (folder / "feeds.opml").write_text('<opml version="2.0"><body/></opml>', "utf-8")
    store = TinyStore.open(folder)
    identities = tuple(identity_of(entry) for entry in entries)
    store.commit(Transaction(entries=tuple(entries), identities=identities))
    store.close()
    return Home(folder, folder / "rules.toml", folder / "feeds.opml", keep_entries=None)


@asynccontextmanager
async def running(home: Home) -> AsyncIterator[LocalEngine]:
    """An engine on the home, once it has matched the history."""

    def open_checker(_: Home, __: Clock) -> Quiet:
        return Quiet()

    engine = LocalEngine(home, open_checker=open_checker)
    async with engine.opened():
        await engine.poll_once()
        polling = asyncio.ensure_future(engine.poll())
        await asyncio.sleep(1)  # the chores have begun
        yield engine
        await engine.quit()
        await polling


def identity_of(entry: Entry) -> Identity:
    """What is remembered of it."""
    return Identity(
        feed_id=entry.feed_id,
        key=entry.key,
        guid=digest("guid", entry.key),
        link=digest("link", entry.link or ""),
        title=digest("title", entry.title),
        text=digest("text", entry.title, entry.summary),
        listed_at=entry.seen_at,
    )
