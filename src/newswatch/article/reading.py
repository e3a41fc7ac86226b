"""Which text of an article is shown, what was read of the page or what the feed said; what a new reading adds. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from newswatch.article.facts import MOST_KEYWORDS
from newswatch.article.feedtext import feed_text
from newswatch.article.page import PageReading
from newswatch.article.problems import HARDLY_ANY_WORDS, words_in
from newswatch.model.article import ArticleText, PageProblem, TextFrom
from newswatch.model.entry import Entry
from newswatch.model.fetched import Fetched
from newswatch.text.markdown import unmarked

WORTH_COMPARING = 60
"""Words of the feed's text: a shorter one is a summary, and says nothing of how long the article is; but a page with
hardly any words, and fewer than that, is a shell, or a wall that says nothing of itself.
"""
MUCH_LESS = 0.6

_SHOWS_NOTHING = frozenset(
    {PageProblem.CONSENT, PageProblem.LOGIN, PageProblem.ERROR, PageProblem.EMPTY, PageProblem.REFUSED}
)


def article_text(entry: Entry, page: PageReading, fetched: Fetched | None, read_at: datetime) -> ArticleText:
    """The reading of an entry's page: the page's text, or the feed's where that is more; `said` tells why."""
    from_feed = feed_text(entry, read_at, page.problem, page.said, fetched)
    if not page.text or page.problem in _SHOWS_NOTHING:
        return from_feed
    words, feed_words = words_in(unmarked(page.text).text), words_in(f"{entry.summary}\n{entry.content}")
    if page.problem is PageProblem.PAYWALL and feed_words >= words:
        return from_feed
    is_little = words < (MUCH_LESS * feed_words if feed_words >= WORTH_COMPARING else min(feed_words, HARDLY_ANY_WORDS))
    if page.problem is None and is_little:
        return replace(from_feed, said="The page has less text than the feed gave: this is the feed's.")
    said = page.said
    if not said and page.text_from is TextFrom.PLAIN:
        said = "All text of the page: its article could not be told from the rest."
    facts = page.facts
    return ArticleText(
        text=page.text,
        text_from=page.text_from,
        read_at=read_at,
        title=facts.title or entry.title,
        author=facts.author or entry.author or "",
        site=facts.site or entry.source,
        published_at=facts.published_at or entry.published_at,
        lang=facts.lang or entry.lang or "",
        links=page.links,
        keywords=facts.keywords or entry.tags[:MOST_KEYWORDS],
        problem=page.problem,
        said=said,
        fetched=fetched,
    )


def with_reading(earlier: Sequence[ArticleText], fresh: ArticleText) -> tuple[ArticleText, ...]:
    """The readings after a page was read again: one more only if its text differs, never a worse one.

    That a page which was there is gone is a reading, too: the text as it was, with what the server says now.
    """
    if earlier and fresh.problem is PageProblem.UNREACHED:  # nothing was learned
        return tuple(earlier)
    pages = [reading for reading in earlier if reading.text_from is not TextFrom.FEED]
    if not pages:
        return (fresh,)
    last = pages[-1]
    if fresh.problem is PageProblem.ERROR and last.problem is not PageProblem.ERROR:
        said = f"{fresh.said} This is the text as it was read before."
        gone = replace(last, read_at=fresh.read_at, problem=PageProblem.ERROR, said=said, fetched=fresh.fetched)
        return (*pages, gone)
    if fresh.text_from is TextFrom.FEED or _is_worse(fresh, pages):
        return tuple(earlier)
    if fresh.text == last.text and fresh.problem == last.problem:
        return tuple(pages)
    return (*pages, fresh)


def says_something_else(before: ArticleText, after: ArticleText) -> bool:
    """Whether a page changed for who reads it: its words did, or it is gone, or there again. Links are not words.

    Nothing can be said where what was there before was a teaser, or all text of the page.
    """
    if before.text_from is not TextFrom.PAGE or before.problem not in (None, PageProblem.ERROR):
        return False
    was_gone, is_gone = (reading.problem is PageProblem.ERROR for reading in (before, after))
    return was_gone is not is_gone or _words(before) != _words(after)


def _words(reading: ArticleText) -> list[str]:
    return unmarked(reading.text).text.split()


def _is_worse(fresh: ArticleText, pages: Sequence[ArticleText]) -> bool:
    """Whether the article, or the better extraction of it, was had before."""
    had_article = any(reading.problem in (None, PageProblem.ERROR) for reading in pages)
    had_extract = any(reading.text_from is TextFrom.PAGE for reading in pages)
    return (fresh.problem is not None and had_article) or (fresh.text_from is TextFrom.PLAIN and had_extract)
