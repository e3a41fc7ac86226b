"""What an outlet changed after the fact: the versions of an entry and of its page, and the last edits in words. Pure.

What counts as time is when newswatch saw a version first: the outlet's own times are its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise

from newswatch.model.article import Article, PageProblem, TextFrom
from newswatch.model.diff import Change, Piece, diff
from newswatch.model.entry import Entry, Revision
from newswatch.text.markdown import unmarked


class Of(StrEnum):
    """What a version is one of."""

    FEED = "feed"
    PAGE = "page"


@dataclass(frozen=True, slots=True)
class Version:
    """A text as it was from `at` on. `note` says what was wrong with it, mostly nothing."""

    id: str
    of: Of
    at: datetime
    title: str
    text: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Edited:
    """One change, in words: `pieces` of the headline where that was edited, else how many words went and came."""

    at: datetime
    what: str
    pieces: tuple[Piece, ...] = ()
    gone: int = 0
    new: int = 0


def versions(entry: Entry, revisions: Sequence[Revision], article: Article | None) -> tuple[Version, ...]:
    """Every version there is, those of the feed and then those of the page, each the oldest first."""
    return (*_of_feed(entry, revisions), *_of_page(article))


def last_edits(all_versions: Sequence[Version]) -> tuple[Edited, ...]:
    """The last edit of the headline or the feed's text, and of the page, in the order of time. May take a while."""
    found: list[Edited] = []
    for of in Of:
        own = [version for version in all_versions if version.of is of]
        pairs = [(old, new) for old, new in pairwise(own) if _differ(old, new)]
        if pairs:
            found.append(edited(*pairs[-1]))
    return tuple(sorted(found, key=lambda one: one.at))


def edited(old: Version, new: Version) -> Edited:
    """What became of one version in the next."""
    if new.of is Of.FEED and old.title != new.title:
        return Edited(new.at, "headline edited", diff(old.title, new.title))
    if new.of is Of.PAGE and old.text == new.text:
        return Edited(new.at, f"page changed: {new.note}" if new.note else "page is back")
    pieces = diff(old.text, new.text)
    what = "text edited" if new.of is Of.FEED else "page edited"
    return Edited(new.at, what, (), _words(pieces, Change.GONE), _words(pieces, Change.NEW))


def _of_feed(entry: Entry, revisions: Sequence[Revision]) -> Iterator[Version]:
    texts = [*(revision.entry for revision in revisions), entry]
    times = [texts[0].seen_at, *(revision.replaced_at for revision in revisions)]
    for number, (one, at) in enumerate(zip(texts, times, strict=True), start=1):
        says = [one.summary] if one.summary and not one.content.startswith(one.summary.rstrip("… .")) else []
        yield Version(f"feed/{number}", Of.FEED, at, one.title, "\n\n".join([*says, *filter(None, [one.content])]))


def _of_page(article: Article | None) -> Iterator[Version]:
    for number, reading in enumerate(article.readings if article is not None else (), start=1):
        if reading.text_from is not TextFrom.FEED:
            note = "it is gone" if reading.problem is PageProblem.ERROR else reading.said if reading.problem else ""
            yield Version(f"page/{number}", Of.PAGE, reading.read_at, reading.title, unmarked(reading.text).text, note)


def _differ(old: Version, new: Version) -> bool:
    return (old.title, old.text, old.note) != (new.title, new.text, new.note)


def _words(pieces: Sequence[Piece], change: Change) -> int:
    return sum(len(piece.text.split()) for piece in pieces if piece.change is change)
