"""The pages of the demo's outlets, which have none: what an item says at the moment is its page. Nothing is fetched."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from newswatch.article.feedtext import marked
from newswatch.article.page import PageFacts, PageReading
from newswatch.demo.day import Day
from newswatch.demo.outlet import Item, Outlet
from newswatch.engine.pages import PageAnswer
from newswatch.model.article import PageProblem
from newswatch.model.feed import Feed
from newswatch.model.picture import NoPicture, Picture

NO_PAGE = PageReading(problem=PageProblem.ERROR, said="The recorded day has no page at this address.")


class DemoPages:
    """An `engine.pages.PageSource` over a recorded day; `now` is the day's time."""

    def __init__(self, day: Day, now: Callable[[], datetime]) -> None:
        self._day = day
        self._now = now

    async def read(self, link: str, feed: Feed | None) -> PageAnswer:  # noqa: ARG002 - any feed may name a page
        """See `PageSource.read`."""
        now = self._now()
        for outlet in self._day.outlets:
            texts = [item for item in outlet.items if item.link == link and item.updated_at <= now]
            if texts:
                return PageAnswer(_page(texts[-1], outlet))
        return PageAnswer(NO_PAGE)

    async def picture(self, link: str, feed: Feed | None) -> Picture | NoPicture:  # noqa: ARG002 - the day has none
        """See `PageSource.picture`."""
        return NoPicture("The recorded day has no pictures.")

    async def aclose(self) -> None:
        """Nothing is held open."""


def _page(item: Item, outlet: Outlet) -> PageReading:
    facts = PageFacts(item.title, item.author, outlet.title, item.published_at, item.language or outlet.language)
    return PageReading(marked("\n\n".join(item.content) or item.summary), facts=facts)
