"""An article: the page behind an entry, as it was read, in plain and well-set text. Never markup of the page itself.

`text` is Markdown of a small kind, made by us from what was extracted: headings (`#` to `######`), paragraphs, lists,
quotes, tables, code, emphasis; links stand as `[words][n]`, images as `![caption][n]`, `n` counting from 1 into
`links`. All of it is cleaned for the terminal (`text.clean`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from newswatch.model.entry import EntryKey
from newswatch.model.feed import FeedId
from newswatch.model.fetched import Fetched
from newswatch.model.hit import Mark


class TextFrom(StrEnum):
    """Where the text comes from, the best first."""

    PAGE = "page"  # the page's article, extracted
    PLAIN = "plain"  # the page's text by a plainer extraction
    FEED = "feed"  # only what the feed gave


class PageProblem(StrEnum):
    """Why a page is not the article, or not all of it."""

    PAYWALL = "paywall"
    CONSENT = "consent"
    LOGIN = "login"
    ERROR = "error"  # the server said it has no such page, or a page that says so
    EMPTY = "empty"  # nothing that could be read
    REFUSED = "refused"  # by us (too large, no page, a private address, not read in time) or by its server
    UNREACHED = "unreached"  # no answer, or a server that is in trouble: nothing was learned of the page
    NO_LINK = "no-link"


@dataclass(frozen=True, slots=True)
class ArticleText:
    """One reading of a page. `said` is a sentence on `problem`, safe to show; empty where there is none."""

    text: str
    text_from: TextFrom
    read_at: datetime
    title: str = ""
    author: str = ""
    site: str = ""
    published_at: datetime | None = None
    lang: str = ""
    links: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    problem: PageProblem | None = None
    said: str = ""
    fetched: Fetched | None = None


@dataclass(frozen=True, slots=True)
class Bullet:
    """One sentence of an article that says what it is about, word by word.

    It stands at `start`:`end` of the newest reading's text (there perhaps with links and emphasis, which `text` leaves
    out), in paragraph number `paragraph` of `paragraphs`, counted from 1. `has_match`: what the rule looks for is
    in it.
    """

    text: str
    start: int
    end: int
    paragraph: int
    paragraphs: int
    has_match: bool = False


@dataclass(frozen=True, slots=True)
class Article:
    """All readings of the page behind an entry, the newest last; never empty.

    `quick` and `marks` are of the newest reading's text, for the hit that was asked about: a few of its sentences in
    the order of the text, and what the hit's rule finds in it. `came_in` is the feed's document that brought the entry,
    None where that is not remembered.
    """

    feed_id: FeedId
    key: EntryKey
    readings: tuple[ArticleText, ...] = field(default_factory=tuple)
    quick: tuple[Bullet, ...] = ()
    marks: tuple[Mark, ...] = ()
    came_in: Fetched | None = None

    @property
    def newest(self) -> ArticleText:
        """The reading to show."""
        return self.readings[-1]
