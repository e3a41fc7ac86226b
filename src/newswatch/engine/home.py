"""Where an engine lives, how it polls, and what it is made of there: the durable store, HTTP, the parser's processes.

What is heavy is imported when it is opened.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from newswatch import __version__
from newswatch.engine.clock import Clock
from newswatch.feeds.due import Pace
from newswatch.model.feed import Feed, FeedState
from newswatch.secrets import FeedSecrets

if TYPE_CHECKING:
    from newswatch.engine.listings import Listings
    from newswatch.engine.pages import PageSource
    from newswatch.engine.step import CheckResult
    from newswatch.store.api import Store

OpenPages = Callable[[object, Clock, Callable[[Feed], FeedSecrets | None]], "PageSource"]
"""What gives an engine its way to pages: from its checker, its clock, and what a feed's own server is told."""

USER_AGENT = f"newswatch/{__version__} (terminal news monitor)"


@dataclass(frozen=True, slots=True)
class Home:
    """Where an engine lives, and how it polls. `keep_entries` and `keep_hits` bound what is kept, by age or by count:
    entries that gave no hit, and hits that nobody marked; None: all.

    `secrets` is None for a home that has none, such as the demo's.
    """

    data: Path
    rules: Path
    feeds: Path
    secrets: Path | None = None
    pace: Pace = field(default_factory=Pace)
    concurrency: int = 48
    per_host: int = 2
    timeout_s: float = 30.0
    max_bytes: int = 15 * 2**20
    keep_entries: timedelta | int | None = timedelta(days=14)
    keep_hits: timedelta | int | None = timedelta(days=365)

    @property
    def journal(self) -> Path:
        """The history's file."""
        return self.data / "history.journal"


class ClosableChecker(Protocol):
    """A `poller.Checker` that holds connections and processes."""

    async def check(self, feed: Feed, state: FeedState) -> CheckResult:
        """See `poller.Checker.check`."""

    async def aclose(self) -> None:
        """Releases them."""


def open_tiny_store(folder: Path) -> Store:
    """The durable history in a folder. Raises StoreError."""
    from newswatch.store.tiny import TinyStore

    return TinyStore.open(folder)


def open_http_checker(
    home: Home,
    clock: Clock,
    secrets: Callable[[Feed], FeedSecrets | None] = lambda _: None,
    listings: Listings | None = None,
) -> ClosableChecker:
    """The real thing: sockets behind the gate and the guard, worker processes behind them."""
    from newswatch.engine.checker import FeedChecker
    from newswatch.fetch.http import HttpFetcher
    from newswatch.fetch.polite import HostGate
    from newswatch.parse.worker import ParserPool

    gate = HostGate(home.concurrency, home.per_host, monotonic=clock.monotonic, sleep=clock.sleep)
    fetcher = HttpFetcher(user_agent=USER_AGENT, timeout_s=home.timeout_s, deadline=clock.timeout, now=clock.now)
    return FeedChecker(fetcher, ParserPool(), gate, home.max_bytes, secrets, listings, clock.now)


def open_http_pages(checker: object, clock: Clock, secrets: Callable[[Feed], FeedSecrets | None]) -> PageSource:
    """Pages through the same sockets, gate and guard as the feeds; none where the feeds come from no network."""
    from newswatch.article.picture_worker import PicturePool
    from newswatch.article.worker import PagePool
    from newswatch.engine.checker import FeedChecker
    from newswatch.engine.pages import FetchedPages, NoPages

    if not isinstance(checker, FeedChecker):
        return NoPages()
    return FetchedPages(checker.fetch, PagePool(), clock.now, secrets, PicturePool())


def no_pages(_checker: object, _clock: Clock, _secrets: Callable[[Feed], FeedSecrets | None]) -> PageSource:
    """No page at all: for feeds that are made up, whose links lead to somebody else."""
    from newswatch.engine.pages import NoPages

    return NoPages()
