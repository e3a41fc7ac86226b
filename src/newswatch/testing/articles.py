"""The pages behind the hits of a `ScriptedEngine`: what the test put into a dict, else what the feed said."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from newswatch.article.feedtext import feed_text
from newswatch.errors import StoreError
from newswatch.model.article import Article
from newswatch.model.entry import Revision
from newswatch.model.hit import Hit, HitId
from newswatch.model.picture import NoPicture, Picture


class ScriptedArticles:
    """An `ArticleDesk`. `pages` is what `read` answers for a hit, and stores; `kept` what is stored already.

    `earlier` is what `revisions` answers, `packs` what `evidence` does, `pictures` what is at a link. `called` is told
    of each verb, and may raise.
    """

    def __init__(self, hit: Callable[[HitId], Hit], called: Callable[..., None], now: Callable[[], datetime]) -> None:
        self.pages: dict[HitId, Article] = {}
        self.kept: dict[HitId, Article] = {}
        self.earlier: dict[HitId, Sequence[Revision]] = {}
        self.packs: dict[HitId, bytes] = {}
        self.pictures: dict[str, Picture] = {}
        self._hit = hit
        self._called = called
        self._now = now

    async def stored(self, hit: HitId) -> Article | None:
        """See `ArticleDesk.stored`."""
        return self.kept.get(hit)

    async def read(self, hit: HitId, *, again: bool = False) -> Article:
        """See `ArticleDesk.read`."""
        self._called("read", hit, again)
        if hit in self.kept and not again:
            return self.kept[hit]
        if hit not in self.pages:
            entry = self._known(hit).entry
            return Article(entry.feed_id, entry.key, (feed_text(entry, self._now()),))
        self.kept[hit] = self.pages[hit]
        return self.kept[hit]

    async def picture(self, hit: HitId, link: str) -> Picture | NoPicture:
        """See `ArticleDesk.picture`."""
        self._called("picture", hit, link)
        self._known(hit)
        return self.pictures.get(link, NoPicture("There is no picture at this address."))

    async def revisions(self, hit: HitId) -> Sequence[Revision]:
        """See `ArticleDesk.revisions`."""
        return self.earlier.get(hit, ())

    async def evidence(self, hit: HitId) -> bytes:
        """See `ArticleDesk.evidence`; an empty zip file unless `packs` has one."""
        self._called("evidence", hit)
        return self.packs.get(hit, b"PK\x05\x06" + bytes(18))

    def _known(self, hit: HitId) -> Hit:
        try:
            return self._hit(hit)
        except KeyError:
            raise StoreError(f"there is no hit {hit}") from None
