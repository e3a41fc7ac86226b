"""An article laid out: its head, the quick look, and the text of the page or of the feed, in lines of a width.

The head tells what changes by the minute and is laid out anew each time; the body is laid out once a width, in steps,
so that a long one never holds up the screen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from newswatch.model.story import Story
from newswatch.tui.links import hyperlink
from newswatch.tui.looks import Looks
from newswatch.tui.paint.article_head import lay_head, link_pieces
from newswatch.tui.paint.layout import Layout, Measure, measure
from newswatch.tui.paint.markdown import Setting, lay
from newswatch.tui.paint.piece import Piece, fit
from newswatch.tui.paint.quick import lay_bullets
from newswatch.tui.paint.why import section
from newswatch.tui.reading import Body, Reading, body_of
from newswatch.tui.signs import Signs
from newswatch.tui.words import counted

MOST_LINKS = 100
MANY_WORDS = 20  # blanks of a text, from which it is written with blanks
WORDS_A_MINUTE = 230


@dataclass(slots=True)
class Laying:
    """A body being laid out: `layout` grows with each of the `steps`. Marks before `first_mark` are the head's."""

    layout: Layout
    steps: Iterator[None]
    first_mark: int = 0
    is_done: bool = False

    def step(self) -> bool:
        """Lays out a little more; whether there may be more still."""
        self.is_done = self.is_done or next(self.steps, _END) is _END
        return not self.is_done

    def finish(self) -> None:
        """Lays out all of it."""
        while self.step():
            pass


_END = object()


def article(story: Story, now: datetime, width: int, looks: Looks) -> Layout:
    """What the feed said of a story, laid out whole."""
    return whole(Reading(story), now, measure(width), looks)


def whole(reading: Reading, now: datetime, column: Measure, looks: Looks) -> Layout:
    """Head and body in one."""
    head = lay_head(reading, now, column, looks)
    laying = lay_body(body_of(reading), len(head.mark_lines), column, looks, is_bare=reading.is_bare)
    laying.finish()
    return joined(head, laying)


def joined(head: Layout, laying: Laying) -> Layout:
    """The head and as much of the body as was laid out."""
    above, body = len(head.lines), laying.layout
    marks = [line + above for line in body.mark_lines[laying.first_mark :]]
    bullets = {number: line + above for number, line in body.bullet_lines.items()}
    return Layout(
        head.margin,
        [*head.lines, *body.lines],
        [*head.mark_lines, *marks],
        [*head.places, *body.places],
        bullets,
    )


def lay_body(body: Body, first_mark: int, column: Measure, looks: Looks, *, is_bare: bool = False) -> Laying:
    """The quick look, the text, and where its links lead. Nothing is laid out before the first step."""
    layout = Layout(column.margin, mark_lines=[-1] * first_mark)
    return Laying(layout, _steps(layout, body, column, looks, is_bare=is_bare), first_mark)


def _steps(layout: Layout, body: Body, column: Measure, looks: Looks, *, is_bare: bool) -> Iterator[None]:
    signs, width = looks.signs, column.width
    starts: tuple[int, ...] = ()
    if body.bullets and not is_bare:
        layout.add(section("Quick look", f"{_numbers(len(body.bullets))} to its place", width, signs))
        words = {body.text[start:end] for start, end in body.spans}
        lay_bullets(layout, body.bullets, words, width, signs)
        layout.blank()
        layout.add(section("Deep look", _length(body.text), width, signs))
        starts = tuple(bullet.start for bullet in body.bullets)
    targets = tuple(hyperlink(link) for link in body.links)
    setting = Setting(width, signs, targets, body.spans, starts)
    yield from lay(layout, body.blocks(), setting)
    if body.rest:
        layout.blank()
        rest = counted(body.rest, "character")
        layout.paragraph(f"{rest} more are not shown; the whole is behind the link", (), width, "high")
    if body.links and not is_bare:
        yield
        _links(layout, body.links, width, signs)


def _numbers(many: int) -> str:
    return "1" if many == 1 else f"1-{many}"


def _length(text: str) -> str:
    """How long a text is, and takes to read; letters for scripts that are written without blanks."""
    words = len(text.split())
    if len(text) > MANY_WORDS * max(words, 1):
        return counted(len(text), "character")
    minutes = round(words / WORDS_A_MINUTE)
    return f"{counted(words, 'word')} {'' if minutes < 2 else f'({minutes} min)'}".strip()


def _links(layout: Layout, links: Sequence[str], width: int, signs: Signs) -> None:
    """Where each number leads: the real host first."""
    layout.blank()
    layout.add(section("Links", "l to open one", width, signs))
    cells = len(str(min(len(links), MOST_LINKS))) + 2
    for number, link in enumerate(links[:MOST_LINKS], start=1):
        label = Piece(f"{f'[{number}]':>{cells}} ", "faint")
        layout.add(fit([label, *link_pieces(link)], width, signs.ellipsis))
    if len(links) > MOST_LINKS:
        layout.add([Piece(f"and {counted(len(links) - MOST_LINKS, 'more', 'more')}", "faint")])
