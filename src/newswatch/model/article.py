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
    REFUSED = "refused"  # too large, no page, a private address, a page that could not be read in time
    UNREACHED = "unreached"  # no answer
    NO_LINK = "no-link"


@dataclass(frozen=True, slots=True)
class Fetched:
    """How a page came: what an evidence pack needs of it. `chain` are the addresses asked, the last one answered.

    `sha256` is the digest of the body as it came, inflated; `headers` those that say what and when it is.
    """

    at: datetime
    chain: tuple[str, ...]
    status: int
    sha256: str
    size: int
    headers: tuple[tuple[str, str], ...] = ()


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
class Article:
    """All readings of the page behind an entry, the newest last; never empty."""

    feed_id: FeedId
    key: EntryKey
    readings: tuple[ArticleText, ...] = field(default_factory=tuple)

    @property
    def newest(self) -> ArticleText:
        """The reading to show."""
        return self.readings[-1]
