"""A home in a temporary folder, an engine on it, and a server that plays the world."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest

from newswatch.engine.home import Home, OpenPages, no_pages
from newswatch.engine.local import LocalEngine
from newswatch.feeds.due import Pace
from newswatch.model.view import View
from newswatch.testing.clock import FakeClock

HANG_S = 30.0
RULES = """version = 1

[[rule]]
id = "dprk-troops"
query = "North Korean troops"
severity = "critical"
"""


def write_opml(path: Path, addresses: Iterable[str], extra: str = "") -> None:
    """A feeds.opml with these addresses; `extra` are attributes of each."""
    outlines = "".join(
        f'<outline type="rss" text="Feed {n}" xmlUrl={quoteattr(address)} {extra}/>'
        for n, address in enumerate(addresses, 1)
    )
    path.write_text(
        f'<opml version="2.0" xmlns:nw="urn:newswatch:opml:1"><head/><body>{outlines}</body></opml>', "utf-8"
    )


class World:
    """One home, and the engine that runs in it now."""

    def __init__(self, folder: Path) -> None:
        self.clock = FakeClock()
        self.home = Home(
            data=folder, rules=folder / "rules.toml", feeds=folder / "feeds.opml", pace=Pace(600, 60, 6 * 3600)
        )
        self.home.rules.write_text(RULES, "utf-8")
        self.open_pages: OpenPages = no_pages  # links of made-up feeds lead out of this machine

    def feeds(self, *addresses: str) -> None:
        """Writes feeds.opml."""
        write_opml(self.home.feeds, addresses)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[LocalEngine]:
        """A running engine; it is ended in order afterwards."""
        engine = LocalEngine(self.home, clock=self.clock, open_pages=self.open_pages)
        life = asyncio.ensure_future(engine.run())
        try:
            yield engine
        finally:
            await engine.quit()
            async with asyncio.timeout(HANG_S):
                await life


async def until(engine: LocalEngine, holds: Callable[[View], bool]) -> View:
    """Follows the engine until its view is as wanted. Raises TimeoutError with what it was instead."""
    view = engine.snapshot()
    try:
        async with asyncio.timeout(HANG_S):
            if holds(view):
                return view
            async for _ in engine.watch(view.seq):
                view = engine.snapshot()
                if holds(view):
                    return view
    except TimeoutError:
        raise TimeoutError(f"the view never became as wanted; it is {view}") from None
    raise AssertionError(f"the engine ended before; its view was {view}")


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A home with one rule, North Korean troops, and no feeds yet."""
    return World(tmp_path)
