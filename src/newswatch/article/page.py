"""What is read of a page, as values; and what is asked. Pure words of this folder: nothing here knows HTML."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from newswatch.model.article import PageProblem, TextFrom

MAX_PAGE_BYTES = 3 * 2**20
READING_LIMIT_S = 5.0
TEXT_LIMIT = 200_000
MOST_LINKS = 500


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What a page says of itself, cleaned. `keywords` are its own. `is_free`: schema.org's isAccessibleForFree, None
    where it says nothing. `is_article`: it says that it is one, as walls in front of articles do not.
    """

    title: str = ""
    author: str = ""
    site: str = ""
    published_at: datetime | None = None
    lang: str = ""
    keywords: tuple[str, ...] = ()
    is_free: bool | None = None
    has_password_field: bool = False
    is_article: bool = False


@dataclass(frozen=True, slots=True)
class PageReading:
    """A page that was read: its article as our Markdown (`text.markdown`), the links it names, and its facts.

    `text_from` is PAGE or PLAIN. `problem` is why this is not the article, or not all of it; `said` one sentence on it.
    """

    text: str = ""
    text_from: TextFrom = TextFrom.PAGE
    facts: PageFacts = PageFacts()
    links: tuple[str, ...] = ()
    problem: PageProblem | None = None
    said: str = ""
