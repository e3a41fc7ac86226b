"""Raw fields of any feed format become clean `ParsedEntry` values: the one door for text into the model.

Every string that leaves here went through `text.clean`, every link through `text.urls.safe_link`.
Formats are the business of `feed` and `jsonfeed`; what makes an entry the same as an earlier one, of `identity`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from newswatch.model.digest import digest
from newswatch.model.entry import ParsedEntry
from newswatch.text.clean import clean_body, clean_line
from newswatch.text.html import plain
from newswatch.text.urls import safe_link

ENTRY_LIMIT = 2_000
TAG_LIMIT = 32
TAG_LENGTH = 100
NAME_LENGTH = 200
ID_LENGTH = 2_000

_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{1,8}){0,4}\Z")
_NO_LANGUAGE = frozenset({"und", "mul", "zxx", "mis"})

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Prose:
    """A text as its document gives it."""

    raw: str = ""
    is_html: bool = False

    def line(self) -> str:
        """As one clean line."""
        return clean_line(plain(self.raw, is_html=self.is_html))

    def body(self) -> str:
        """As clean lines."""
        return clean_body(plain(self.raw, is_html=self.is_html))


def make_entry(
    *,
    guid: str,
    title: Prose,
    link: str | None,
    published: datetime | None,
    authors: Iterable[str],
    summary: Prose,
    content: Prose,
    tags: Iterable[str],
    lang: str | None,
) -> ParsedEntry:
    """The entry, cleaned. `link` is safe already; `guid` is empty where the document gives none."""
    headline = title.line()
    short, long = summary.body(), content.body()
    if short.startswith(long):
        long = ""  # the same text twice, or its beginning
    own_id = clean_id(guid)
    return ParsedEntry(
        id=own_id or link or _id_of_text(headline, short or long, published),
        title=headline,
        link=link,
        published=published,
        author=_names(authors),
        summary=short,
        content=long,
        tags=clean_tags(tags),
        lang=lang,
        has_guid=bool(own_id),
    )


def clean_id(raw: str) -> str:
    """The document's own id, printable; one too long to keep becomes its digest."""
    text = clean_line(raw, len(raw) + 1)
    return text if len(text) <= ID_LENGTH else digest("long id", text)


def _id_of_text(title: str, text: str, published: datetime | None) -> str:
    """What names an entry without id and link: its title (else its text) and the day it was published."""
    return digest("title and day", title or text, published.date().isoformat() if published is not None else "")


def _names(authors: Iterable[str]) -> str | None:
    names = dict.fromkeys(filter(None, (clean_line(author, NAME_LENGTH) for author in authors)))
    return clean_line(", ".join(names), NAME_LENGTH) or None


def clean_tags(raw: Iterable[str]) -> tuple[str, ...]:
    """At most `TAG_LIMIT` tags in their order, none twice (letter case aside)."""
    tags: dict[str, str] = {}
    for tag in raw:
        text = clean_line(tag, TAG_LENGTH)
        if text:
            tags.setdefault(text.casefold(), text)
        if len(tags) == TAG_LIMIT:
            break
    return tuple(tags.values())


def language(*candidates: object) -> str | None:
    """The first that is a language tag (BCP 47), in lower case with hyphens; None if none says anything."""
    for candidate in candidates:
        if isinstance(candidate, str):
            tag = candidate.strip()[:40].lower().replace("_", "-")
            if _LANGUAGE.match(tag) and tag.partition("-")[0] not in _NO_LANGUAGE:
                return tag
    return None


def first_link(candidates: Iterable[str | None], base: str | None) -> str | None:
    """The first candidate that may be opened."""
    for candidate in candidates:
        link = safe_link(candidate, base)
        if link is not None:
            return link
    return None


def newest(items: Sequence[T], published: Callable[[T], datetime | None]) -> Sequence[T]:
    """The newest `ENTRY_LIMIT` items in document order; those without a date count as new."""
    if len(items) <= ENTRY_LIMIT:
        return items
    dates = [published(item) for item in items]
    order = sorted(range(len(items)), key=lambda n: (dates[n] is None, _seconds(dates[n])), reverse=True)
    return [items[n] for n in sorted(order[:ENTRY_LIMIT])]


def _seconds(moment: datetime | None) -> float:
    return moment.timestamp() if moment is not None else 0.0
