"""What there is to read of a story, and where a person is in it, whatever the text becomes. Pure.

The text is the page's where that was read, else what the feed said. It must never know how it is drawn.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from newswatch.model.article import Article, ArticleText, Bullet, TextFrom
from newswatch.model.entry import Entry
from newswatch.model.hit import PAGE_FIELD, Mark
from newswatch.model.story import Story
from newswatch.text.markdown import unmarked
from newswatch.tui.blocks import Block, markdown_blocks, plain_blocks
from newswatch.tui.versions import Edited

LIKENESS = 60  # code points of a summary that, found in the content, make it a part of it
MOST_SHOWN = 400_000  # code points: twice what is kept of a page or an entry
NEARLY_ALL = 0.7  # of a text
SHORT = 360  # code points: about five lines, read at a glance
FEWEST_BULLETS = 3  # of a short text, that are a quick look
ANCHOR = 48  # code points by which a line is found again in another text
LEAST_ANCHOR = 12
BREAK = "\n"  # between two texts of a feed

_PICTURE = re.compile(r"!\[(?P<caption>(?:\\.|[^\[\]\n\\]){1,1000})\]\[(?P<number>\d{1,6})\]")

Spans = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Body:
    """The text to read, with what is marked in it (in order, none overlapping) and what its sentences are."""

    text: str
    is_markdown: bool
    spans: Spans = ()
    bullets: tuple[Bullet, ...] = ()
    links: tuple[str, ...] = ()
    rest: int = 0

    def blocks(self) -> Iterator[Block]:
        """What it is made of."""
        return markdown_blocks(self.text) if self.is_markdown else plain_blocks(self.text)

    @property
    def pictures(self) -> Mapping[int, str]:
        """The captions of the text's pictures by the numbers of their links, in the order of the text."""
        found: dict[int, str] = {}
        for sign in _PICTURE.finditer(self.text) if self.is_markdown else ():
            number = int(sign["number"])
            if 0 < number <= len(self.links):
                found.setdefault(number, unmarked(sign["caption"]).text)
        return found


@dataclass(frozen=True, slots=True)
class Doing:
    """What is being done about the page, since a moment of the clock for eyes."""

    host: str
    since_s: float


@dataclass(frozen=True, slots=True)
class Reading:
    """A story to read: its lead's entry, the page behind that as far as it was read, and what was edited."""

    story: Story
    article: Article | None = None
    edits: tuple[Edited, ...] = ()
    doing: Doing | None = None
    trouble: str = ""  # why the page could not be asked for
    is_bare: bool = False  # only the text

    @property
    def entry(self) -> Entry:
        """The entry that is read."""
        return self.story.lead.entry

    @property
    def shown(self) -> ArticleText | None:
        """The reading of the page that is shown, which may be one of the feed's text; None before there is any."""
        return None if self.article is None else self.article.newest


def marks_of(story: Story) -> list[Mark]:
    """The marks of every rule that fired on the story's lead entry."""
    key = (story.lead.entry.feed_id, story.lead.entry.key)
    return [mark for hit in story.hits if (hit.entry.feed_id, hit.entry.key) == key for mark in hit.marks]


def body_of(reading: Reading) -> Body:
    """The text to read. What the feed says is taken from the entry, which is never older than a reading of it."""
    shown, article = reading.shown, reading.article
    if shown is None or article is None or shown.text_from is TextFrom.FEED or not shown.text.strip():
        return _of_feed(reading, article.quick if article is not None else ())
    text = shown.text[:MOST_SHOWN]
    places = [(mark.start, mark.end) for mark in article.marks if mark.field == PAGE_FIELD]
    return Body(
        text,
        is_markdown=True,
        spans=merged(places, len(text)),
        bullets=_telling(article.quick, text),
        links=shown.links,
        rest=len(shown.text) - len(text),
    )


def merged(places: list[tuple[int, int]], length: int) -> Spans:
    """Places in a text of that length, in order, none overlapping."""
    spans: list[tuple[int, int]] = []
    for start, end in sorted((max(start, 0), min(end, length)) for start, end in places):
        if start >= end:
            continue
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return tuple(spans)


def _of_feed(reading: Reading, quick: Sequence[Bullet]) -> Body:
    """The content, else the summary; both where the summary says something of its own.

    Bullets are found again in it, since they stand in the same words in another writing.
    """
    entry, marks = reading.entry, marks_of(reading.story)
    names = ["content"] if entry.content.strip() else ["summary"]
    if names == ["content"] and entry.summary.strip():
        is_own = entry.summary.strip()[:LIKENESS] not in entry.content
        fields = {mark.field for mark in marks}
        if is_own or ("summary" in fields and "content" not in fields):
            names = ["summary", "content"]
    texts = {"summary": entry.summary, "content": entry.content}
    whole = BREAK.join(texts[name] for name in names)
    starts = dict(zip(names, (0, len(entry.summary) + len(BREAK)), strict=False))
    places = [
        (mark.start + starts[mark.field], min(mark.end, len(texts[mark.field])) + starts[mark.field])
        for mark in marks
        if mark.field in starts
    ]
    text = whole[:MOST_SHOWN]
    starts_of = [(bullet, text.find(bullet.text)) for bullet in quick]
    bullets = tuple(
        replace(bullet, start=start, end=start + len(bullet.text)) for bullet, start in starts_of if start >= 0
    )
    rest = len(whole) - len(text)
    spans = merged(places, len(text))
    return Body(text, is_markdown=False, spans=spans, bullets=_telling(bullets, text), rest=rest)


def _telling(bullets: tuple[Bullet, ...], text: str) -> tuple[Bullet, ...]:
    """The bullets, unless they say nearly all that the text says, or it is short: then that is as quickly read."""
    if len(bullets) < FEWEST_BULLETS and len(text) < SHORT:
        return ()
    return bullets if sum(len(bullet.text) for bullet in bullets) <= NEARLY_ALL * len(text) else ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a person is in a text: the letter, the words that stand there, and how far down that is."""

    text: str = field(repr=False)
    at: int
    words: str
    share: float

    def in_text(self, body: Body) -> int:
        """The same place in a text that may be another one by now."""
        if body.text == self.text:
            return self.at
        plain = unmarked(body.text) if body.is_markdown else None
        said = plain.text if plain is not None else body.text
        for length in (len(self.words), LEAST_ANCHOR):
            found = said.find(self.words[:length]) if len(self.words) >= length > 0 else -1
            if found >= 0:
                return plain.place(found) if plain is not None else found
        return round(self.share * len(body.text))


def place_in(body: Body, at: int) -> Place:
    """The place of a letter of the text."""
    end = body.text.find("\n", at)
    words = body.text[at : min(at + 2 * ANCHOR, end if end >= 0 else len(body.text))]
    said = unmarked(words).text if body.is_markdown else words
    return Place(body.text, at, said[:ANCHOR].strip(), at / max(len(body.text), 1))
