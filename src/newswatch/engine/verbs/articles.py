"""The verbs of articles, handed on to the desk that does them once it is there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from newswatch.engine.api.articles import ArticleDesk
from newswatch.model.article import Article
from newswatch.model.entry import Revision
from newswatch.model.hit import HitId
from newswatch.model.picture import NoPicture, Picture


class ArticleVerbs:
    """An `ArticleDesk` that waits for the real one: `desk` gives it, or raises what keeps it away."""

    def __init__(self, desk: Callable[[], Awaitable[ArticleDesk]]) -> None:
        self._desk = desk

    async def stored(self, hit: HitId) -> Article | None:
        """See `ArticleDesk.stored`."""
        return await (await self._desk()).stored(hit)

    async def read(self, hit: HitId, *, again: bool = False) -> Article:
        """See `ArticleDesk.read`."""
        return await (await self._desk()).read(hit, again=again)

    async def picture(self, hit: HitId, link: str) -> Picture | NoPicture:
        """See `ArticleDesk.picture`."""
        return await (await self._desk()).picture(hit, link)

    async def revisions(self, hit: HitId) -> Sequence[Revision]:
        """See `ArticleDesk.revisions`."""
        return await (await self._desk()).revisions(hit)

    async def evidence(self, hit: HitId) -> bytes:
        """See `ArticleDesk.evidence`."""
        return await (await self._desk()).evidence(hit)
