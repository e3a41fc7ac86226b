"""The pages behind hits: what is stored of them, and reading them when a person, or a chore, asks for one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from newswatch.article.feedtext import feed_text
from newswatch.article.page import PageReading
from newswatch.article.quick import quick_look
from newswatch.article.reading import article_text, says_something_else, with_reading
from newswatch.engine.core import Core
from newswatch.engine.evidence import evidence_pack
from newswatch.engine.fulltext import FullText
from newswatch.engine.pages import PageAnswer, PageSource
from newswatch.errors import StoreError
from newswatch.match.pages import page_marks, same_words
from newswatch.model.article import Article, ArticleText, PageProblem
from newswatch.model.entry import Entry, EntryKey, Revision
from newswatch.model.feed import FeedId
from newswatch.model.fetched import Fetched
from newswatch.model.hit import PAGE_FIELD, Hit, HitId
from newswatch.model.picture import NoPicture, Picture
from newswatch.store.api import Transaction

MOST_MARKS = 1_000
TRY_AGAIN_AFTER = timedelta(minutes=10)
"""A page that could not be had is asked for again when it is opened so much later."""
MOST_REMEMBERED = 1_000
"""Pages of which is remembered when they were asked for."""

_NOT_KEPT = frozenset({PageProblem.UNREACHED, PageProblem.NO_LINK})
"""Where nothing was learned of a page nothing is stored: it is asked for again when it is opened again."""

log = logging.getLogger(__name__)


class StoredArticles:
    """An `ArticleDesk` that fetches and stores nothing."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def stored(self, hit: HitId) -> Article | None:
        """See `ArticleDesk.stored`."""
        of = self._hit(hit)
        article = self._core.store.article(of.entry.feed_id, of.entry.key)
        return None if article is None else await self._for(of, article)

    async def read(self, hit: HitId, *, again: bool = False) -> Article:  # noqa: ARG002 - nothing is read anew here
        """See `ArticleDesk.read`: what is stored, else the feed's text."""
        of = self._hit(hit)
        entry = of.entry
        article = self._core.store.article(entry.feed_id, entry.key)
        return await self._for(of, article or Article(entry.feed_id, entry.key, (self._feed_text(entry),)))

    async def picture(self, hit: HitId, link: str) -> Picture | NoPicture:  # noqa: ARG002 - nothing is fetched here
        """See `ArticleDesk.picture`."""
        self._hit(hit)
        return NoPicture("This newswatch only follows another one; pictures are fetched by that.")

    async def revisions(self, hit: HitId) -> Sequence[Revision]:
        """See `ArticleDesk.revisions`."""
        entry = self._hit(hit).entry
        return self._core.store.revisions(entry.feed_id, entry.key)

    async def evidence(self, hit: HitId) -> bytes:
        """See `ArticleDesk.evidence`."""
        of, core = self._hit(hit), self._core
        feed_id, key = of.entry.feed_id, of.entry.key
        return await asyncio.to_thread(
            evidence_pack,
            of,
            core.rulebook.rule(of.rule_id),
            core.roster.feeds.get(feed_id),
            core.store.feed_states().get(feed_id),
            core.store.revisions(feed_id, key),
            core.store.article(feed_id, key),
        )

    def _hit(self, hit_id: HitId) -> Hit:
        hit = self._core.store.hit(hit_id)
        if hit is None:
            raise StoreError("This hit is not stored any more; there is nothing to read of it.")
        return hit

    def _feed_text(self, entry: Entry, problem: PageProblem | None = None, said: str = "") -> ArticleText:
        return feed_text(entry, self._core.clock.now(), problem, said)

    async def _for(self, hit: Hit, article: Article) -> Article:
        """The article with what one hit's rule finds in its text, and its quick look."""
        rule, book = self._core.rulebook.rule(hit.rule_id), self._core.rulebook.book
        fields = rule.fields if rule is not None else book.default_fields
        text = article.newest.text

        def work() -> Article:
            found = page_marks(hit.query, book.aliases, fields, hit.entry.document, text) or ()
            marks = tuple(mark for mark in found if mark.field == PAGE_FIELD) or same_words(hit.marks, text)
            marks = marks[:MOST_MARKS]
            return replace(article, marks=marks, quick=quick_look(text, marks))

        return await asyncio.to_thread(work)


class ArticleReader(StoredArticles):
    """An `ArticleDesk` that fetches, reads and stores. Whoever wants one page at a time shares one fetch of it."""

    def __init__(self, core: Core, pages: PageSource, full_text: FullText) -> None:
        super().__init__(core)
        self._pages = pages
        self._full_text = full_text
        self._under_way: dict[tuple[FeedId, EntryKey], asyncio.Task[Article]] = {}
        self._asked_at: dict[tuple[FeedId, EntryKey], datetime] = {}

    async def read(self, hit: HitId, *, again: bool = False) -> Article:
        """See `ArticleDesk.read`."""
        of = self._hit(hit)
        article = self._core.store.article(of.entry.feed_id, of.entry.key)
        if article is None or again or self._is_to_be_tried_again(article, of.entry):
            article = await self.read_page(of.entry)
        return await self._for(of, article)

    async def picture(self, hit: HitId, link: str) -> Picture | NoPicture:
        """See `ArticleDesk.picture`."""
        feed = self._core.roster.feeds.get(self._hit(hit).entry.feed_id)
        return await self._pages.picture(link, feed)

    async def read_page(self, entry: Entry) -> Article:
        """Fetches and reads an entry's page now, and stores it if there is a hit on the entry.

        Raises StoreError when newswatch ends meanwhile.
        """
        name = (entry.feed_id, entry.key)
        reading = self._under_way.get(name)
        if reading is None:
            reading = self._under_way[name] = asyncio.create_task(self._read(entry), name=f"read {entry.key}")
            reading.add_done_callback(lambda done: self._end(name, done))
        await asyncio.wait((reading,))  # whoever is cancelled here leaves it to the others
        if reading.cancelled():
            raise StoreError("newswatch has ended; the page was not read")
        return reading.result()

    async def aclose(self) -> None:
        """Ends what is under way, and the processes that read."""
        under_way = list(self._under_way.values())
        for reading in under_way:
            reading.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
        await self._pages.aclose()

    def _end(self, name: tuple[FeedId, EntryKey], reading: asyncio.Task[Article]) -> None:
        self._under_way.pop(name, None)
        if not reading.cancelled() and (error := reading.exception()) is not None:  # who waited may be gone
            log.warning("reading a page failed: %s", error)

    def asked_at(self, article: Article) -> datetime:
        """When the page was last asked for, whatever came of it."""
        return self._asked_at.get((article.feed_id, article.key), article.newest.read_at)

    def _is_to_be_tried_again(self, article: Article, entry: Entry) -> bool:
        """Whether the page was not had, a while ago, or its feed edited the entry since."""
        asked_at = self.asked_at(article)
        if entry.revised_at is not None and entry.revised_at > asked_at:
            return True
        return article.newest.problem is not None and self._core.clock.now() - asked_at > TRY_AGAIN_AFTER

    async def _read(self, entry: Entry) -> Article:
        core = self._core
        if len(self._asked_at) >= MOST_REMEMBERED:
            self._asked_at.clear()
        self._asked_at[entry.feed_id, entry.key] = core.clock.now()
        if entry.link is None:
            page = PageReading(problem=PageProblem.NO_LINK, said="The feed gives no link to a page.")
            answer = PageAnswer(page)
        else:
            answer = await self._pages.read(entry.link, core.roster.feeds.get(entry.feed_id))
        # In a thread: words are counted and compared, and of a long text that takes tens of milliseconds.
        fresh = await asyncio.to_thread(article_text, entry, answer.reading, answer.fetched, core.clock.now())
        async with core.order:
            before = core.store.article(entry.feed_id, entry.key)
            readings = with_reading(before.readings if before is not None else (), fresh)
            came_in = before.came_in if before is not None and before.came_in else self._came_in(entry)
            article = Article(entry.feed_id, entry.key, readings, came_in=came_in)
            if before is None and fresh.problem in _NOT_KEPT:
                return article
            hits = {hit.id: hit for hit in await self._told_of_change(before, article)}
            if before is None or before.newest.text != article.newest.text:
                known = {hit.id: hit for hit in core.store.hits_of_entry(entry.feed_id, entry.key)} | hits
                hits |= {hit.id: hit for hit in await self._full_text.found(entry, article, known.values())}
            # What rules find in the page is stored with it: a start has nothing to look for there.
            transaction = Transaction(hits=tuple(hits.values()), articles=(article,))
            new_hits = core.unknown(transaction.hits)
            try:
                await core.commit(transaction)
                core.tell(transaction, new_hits)
                self._full_text.raise_alerts(new_hits)
            except StoreError as error:  # the screen says so already, and the article can be read all the same
                log.warning("an article was not stored: %s", error)
        return article

    async def _told_of_change(self, before: Article | None, after: Article) -> tuple[Hit, ...]:
        """The hits on the entry, as they are when its page says something else than before; none if it does not."""
        if before is None or not await asyncio.to_thread(says_something_else, before.newest, after.newest):
            return ()
        hits = self._core.store.hits_of_entry(after.feed_id, after.key)
        return tuple(replace(hit, page_changed_at=after.newest.read_at) for hit in hits)

    def _came_in(self, entry: Entry) -> Fetched | None:
        """How the document came that brought this text of the entry, if it is the last one of its feed still."""
        state = self._core.roster.state(entry.feed_id)
        is_that = state.document_at is not None and state.document_at == (entry.revised_at or entry.seen_at)
        return state.document_came if is_that else None
