"""The page behind an entry: fetched as feeds are, read in a process of its own. Everything expected is a value.

A link in a feed is a stranger's word: it may lead into a private network only to the feed's own host and port
(`fetch.guard`), and it is told the feed's secrets only there.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, assert_never

from newswatch.article.page import MAX_PAGE_BYTES, PageReading
from newswatch.article.picture import MAX_PICTURE_BYTES
from newswatch.engine.arrival import arrival
from newswatch.fetch.request import FailureKind, Fetched, FetchFailed, FetchRequest, FetchResult, NotModified
from newswatch.model.article import PageProblem
from newswatch.model.feed import Feed
from newswatch.model.fetched import Fetched as FetchedPage
from newswatch.model.picture import NoPicture, Picture
from newswatch.secrets import FeedSecrets

ACCEPT_PAGES = "text/html, application/xhtml+xml, text/plain;q=0.8, */*;q=0.1"
MAX_INFLATED_PAGE = 3 * MAX_PAGE_BYTES
ACCEPT_PICTURES = "image/jpeg, image/png, image/webp, image/gif"
_BY_STATUS = {
    401: (PageProblem.LOGIN, "The server wants a login for this page (401)."),
    402: (PageProblem.PAYWALL, "The server wants to be paid for this page (402)."),
    403: (PageProblem.REFUSED, "The server does not give this page to newswatch (403)."),
    404: (PageProblem.ERROR, "The page is not there (404)."),
    410: (PageProblem.ERROR, "The page was taken down (410)."),
    451: (PageProblem.ERROR, "The page may not be shown, for legal reasons (451)."),
}


@dataclass(frozen=True, slots=True)
class PageAnswer:
    """What came of one page: how it came, if it did, and what was read of it."""

    reading: PageReading
    fetched: FetchedPage | None = None


class PageSource(Protocol):
    """Where pages come from, and the pictures in them."""

    async def read(self, link: str, feed: Feed | None) -> PageAnswer:
        """The page at a link of a feed (None: of one that left). Raises nothing but CancelledError."""

    async def picture(self, link: str, feed: Feed | None) -> Picture | NoPicture:
        """The picture at a link of a page of a feed (None: as above). Raises nothing but CancelledError."""

    async def aclose(self) -> None:
        """Ends what it holds open."""


class PageReader(Protocol):
    """Reads one page off the event loop; `article.worker.PagePool`."""

    async def read(self, body: bytes, url: str, content_type: str) -> PageReading:
        """The article of the page, or why there is none."""

    async def aclose(self) -> None:
        """Ends the processes."""


class PictureReader(Protocol):
    """Reads one picture off the event loop; `article.picture_worker.PicturePool`."""

    async def read(self, body: bytes) -> Picture | NoPicture:
        """The picture in an image file, or why there is none."""

    async def aclose(self) -> None:
        """Ends the process."""


class FetchedPages:
    """Pages by the engine's one way to fetch. `secrets` says what the feed's own server is told. Without `pictures`
    none is fetched.
    """

    def __init__(
        self,
        fetch: Callable[[FetchRequest], Awaitable[FetchResult]],
        reader: PageReader,
        now: Callable[[], datetime],
        secrets: Callable[[Feed], FeedSecrets | None] = lambda _: None,
        pictures: PictureReader | None = None,
    ) -> None:
        self._fetch = fetch
        self._reader = reader
        self._now = now
        self._secrets = secrets
        self._pictures = pictures

    async def read(self, link: str, feed: Feed | None) -> PageAnswer:
        """See `PageSource.read`."""
        request = self._request(link, feed, ACCEPT_PAGES, MAX_PAGE_BYTES, MAX_INFLATED_PAGE)
        result = await self._fetch(request)
        match result:
            case FetchFailed():
                return PageAnswer(_failed(result))
            case NotModified():
                return PageAnswer(PageReading(problem=PageProblem.ERROR, said="The server gave no page."))
            case Fetched():
                reading = await self._reader.read(result.body, result.url, result.headers.get("content-type", ""))
                return PageAnswer(reading, arrival(result, self._now(), link=link))
            case _:
                assert_never(result)

    async def picture(self, link: str, feed: Feed | None) -> Picture | NoPicture:
        """See `PageSource.picture`."""
        if self._pictures is None:
            return NoPicture("There is nothing here that reads pictures.")
        result = await self._fetch(self._request(link, feed, ACCEPT_PICTURES, MAX_PICTURE_BYTES, MAX_PICTURE_BYTES))
        match result:
            case FetchFailed():
                said = _failed(result).said
                return NoPicture(said.replace("page", "picture") if result.status in _BY_STATUS else said)
            case NotModified():
                return NoPicture("The server gave no picture.")
            case Fetched():
                if not result.headers.get("content-type", "").strip().lower().startswith("image/"):
                    return NoPicture("What the server gave is no picture.")
                return await self._pictures.read(result.body)
            case _:
                assert_never(result)

    async def aclose(self) -> None:
        """See `PageSource.aclose`."""
        await self._reader.aclose()
        if self._pictures is not None:
            await self._pictures.aclose()

    def _request(self, link: str, feed: Feed | None, accept: str, max_bytes: int, max_inflated: int) -> FetchRequest:
        known = (self._secrets(feed) if feed is not None else None) or FeedSecrets()
        return FetchRequest(
            url=link,
            max_bytes=max_bytes,
            max_inflated=max_inflated,
            allow_private=feed is not None and feed.allow_private,
            own_url=feed.url if feed is not None else None,
            headers=known.headers,
            proxy=known.proxy,
            accept=accept,
        )


class NoPages:
    """No way to any page: what an engine has whose feeds come from no network."""

    async def read(self, link: str, feed: Feed | None) -> PageAnswer:  # noqa: ARG002 - see `PageSource`
        """See `PageSource.read`."""
        problem = PageProblem.UNREACHED
        return PageAnswer(PageReading(problem=problem, said="There is no network here to fetch the page from."))

    async def picture(self, link: str, feed: Feed | None) -> Picture | NoPicture:  # noqa: ARG002 - see `PageSource`
        """See `PageSource.picture`."""
        return NoPicture("There is no network here to fetch the picture from.")

    async def aclose(self) -> None:
        """Nothing is held open."""


def _failed(failure: FetchFailed) -> PageReading:
    if failure.status in _BY_STATUS:
        problem, said = _BY_STATUS[failure.status]
        return PageReading(problem=problem, said=said)
    said = f"{failure.reason[:1].upper()}{failure.reason[1:]}."
    match failure.kind:
        case FailureKind.REFUSED | FailureKind.ASTRAY | FailureKind.TOO_LARGE:
            return PageReading(problem=PageProblem.REFUSED, said=said)
        case FailureKind.STATUS if failure.status is not None and failure.status < 500:
            return PageReading(problem=PageProblem.REFUSED, said=said)
        case _:
            return PageReading(problem=PageProblem.UNREACHED, said=said)
