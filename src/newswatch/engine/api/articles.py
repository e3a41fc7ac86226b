"""The page behind a hit: fetched politely, read in a process of its own, kept with the hit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from newswatch.model.article import Article
from newswatch.model.entry import Revision
from newswatch.model.hit import HitId
from newswatch.model.picture import NoPicture, Picture


class ArticleDesk(Protocol):
    """`Engine.articles`. Every verb raises StoreError for a hit that is not stored (any more), and at the end.

    An article that comes back has the quick look and the marks of the hit that was asked about.
    """

    async def stored(self, hit: HitId) -> Article | None:
        """What is stored of the page behind the hit's entry; None if it was never read. At once, also offline."""

    async def read(self, hit: HitId, *, again: bool = False) -> Article:
        """The article: what is stored if it is whole, else (or `again`) fetched, read and stored; returns then.

        It always has a reading: where the page cannot be had, one made of the feed's text that says why. `again`
        adds a reading only if the text differs, and never a worse one; that a page is gone is a reading, too. Several
        calls for one page share one fetch. Read-only instances give what is stored, else the feed's text.
        """

    async def picture(self, hit: HitId, link: str) -> Picture | NoPicture:
        """The picture at a link of the hit's page, fetched for this call and not kept.

        Read-only instances have none.
        """

    async def revisions(self, hit: HitId) -> Sequence[Revision]:
        """Earlier texts of the hit's entry, oldest first."""

    async def evidence(self, hit: HitId) -> bytes:
        """The evidence pack of a hit: one zip file. See docs/files.md."""
