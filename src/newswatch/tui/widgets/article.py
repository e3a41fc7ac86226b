"""An article to read, and under or beside it why it fired and who else has the story."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.getters import query_one
from textual.widget import Widget

from newswatch.model.story import Story
from newswatch.tui.desk import Desk
from newswatch.tui.latest import run_latest
from newswatch.tui.looks import Looks
from newswatch.tui.paint import Pieces
from newswatch.tui.paint.article import Laying, joined, lay_body
from newswatch.tui.paint.article_head import lay_head
from newswatch.tui.paint.layout import BULLET_MARKS, NOWHERE, Layout, Measure, measure
from newswatch.tui.paint.why import why_and_copies
from newswatch.tui.reading import Body, Place, Reading, body_of, place_in
from newswatch.tui.reasons import Reason
from newswatch.tui.widgets.sheet import Sheet
from newswatch.tui.widgets.why_lines import WhyLines

WHY_SHARE = 0.42  # of the pane's height, at most
WHY_SHARE_FULL_SCREEN = 0.25  # who opened the article wants to read it
WHY_LEAST = 3
SLICE_S = 0.006
"""How long a text is laid out before others have their turn."""
PAUSE_S = 0.003
GROWN = 1.5
KEPT = 8  # texts that stay laid out
REST_S = 0.08  # a hand that goes down a list does not ask for each story on its way


class WhyPanel(WhyLines):
    """As tall as it needs to be, up to a share of the pane; all of it where it stands beside the text."""

    def __init__(self, looks: Looks, share: float = WHY_SHARE) -> None:
        super().__init__(looks)
        self._share = share

    def draw(self, width: int) -> Sequence[Pieces]:
        """See `Lines.draw`."""
        if self._story is None:
            return []
        pane = self.parent if isinstance(self.parent, Widget) else self
        is_beside = width < pane.size.width - 2
        most = pane.size.height if is_beside else max(int(pane.size.height * self._share), WHY_LEAST)
        return why_and_copies(self._story, self._reasons, self._looks.now(), width, most, self._looks)


class ArticleText(Sheet):
    """The text, laid out again when the width changes, and in slices when it is long."""

    def __init__(self, looks: Looks, *, is_centred: bool = False) -> None:
        super().__init__()
        self._looks = looks
        self._is_centred = is_centred
        self._reading: Reading | None = None
        self._column = Measure(0, 0)
        self._body = Body("", is_markdown=False)
        self._head = Layout()
        self._laying: Laying | None = None
        self._layout = Layout()
        self._kept: OrderedDict[tuple[Body, int, Measure, bool], Laying] = OrderedDict()
        self._mark = -1
        self._bullet = 0
        self._start: Place | None = None  # where to begin
        self._wanted: tuple[int, int] | None = None  # a place to scroll to, and how far below the top it is to stand

    @property
    def has_marks(self) -> bool:
        """Whether there are matched words to go to."""
        return bool(self._layout.mark_lines)

    @property
    def body(self) -> Body:
        """The text that is shown."""
        return self._body

    @property
    def place(self) -> Place | None:
        """Where the text stands on the screen; None at its top."""
        top = self.scroll_offset.y
        at = self._layout.place_at(top)
        return place_in(self._body, at) if top > 0 and at != NOWHERE else None

    def show(self, reading: Reading | None, place: Place | None = None) -> None:
        """Shows an article; another one than before from a place, or its top. The same one stays where it is."""
        is_other = (reading and reading.story.lead.id) != (self._reading and self._reading.story.lead.id)
        self._reading = reading
        if is_other:
            self._mark, self._bullet, self._start = -1, 0, place
        self._lay(is_other=is_other)

    def go_to_mark(self, step: int) -> None:
        """To the next (1) or previous (-1) matched word, round the ends; from what is in sight, at first."""
        lines = self._layout.mark_lines
        if not lines:
            return
        if self._mark >= 0:
            self._mark = (self._mark + step) % len(lines)
        else:
            top = self.scroll_offset.y
            below = next((number for number, line in enumerate(lines) if line >= top), 0)
            self._mark = below if step > 0 else (below - 1) % len(lines)
        self._bullet = 0
        self.point_at(self._mark, lines[self._mark])

    def go_to_bullet(self, number: int) -> None:
        """To where a bullet stands in the text; 0 is the one after the last, round the end."""
        number = number or self._bullet % max(len(self._body.bullets), 1) + 1
        line = self._layout.bullet_lines.get(number)
        if line is not None:
            self._bullet, self._mark = number, -1
            self.point_at(BULLET_MARKS + number, line)

    def on_resize(self) -> None:
        """Another width, other lines; what is read stays where it is."""
        if self._measured() != self._column:
            self._lay(is_other=False)
        self._say_place()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Says how far one is."""
        super().watch_scroll_y(old_value, new_value)
        self._say_place()

    def _measured(self) -> Measure:
        return measure(self.text_width, is_centred=self._is_centred)

    def _lay(self, *, is_other: bool) -> None:
        reading, column = self._reading, self._measured()
        if reading is None or not self.text_width:
            self._laying, self._head, self._layout, self._body = None, Layout(), Layout(), Body("", is_markdown=False)
            self._column = column
            self._take(is_other=is_other)
            return
        body = body_of(reading)
        head = lay_head(reading, self._looks.now(), column, self._looks)
        key = (body, len(head.mark_lines), column, reading.is_bare)
        laying = self._kept.get(key) or lay_body(body, len(head.mark_lines), column, self._looks, is_bare=key[3])
        self._keep(key, laying)
        if laying is self._laying and head.lines == self._head.lines and not is_other:
            return
        if is_other or self._start is not None:  # the first time that it is shown it has no width yet
            self._wanted = (self._start.in_text(body), 0) if self._start is not None else None
            self._start = None
        elif laying is not self._laying and self.scroll_offset.y > 0 and self._wanted is None:
            self._wanted = self._eye(body)
        self._head, self._body, self._column, self._laying = head, body, column, laying
        if is_other:
            self.scroll_to(y=0, animate=False, immediate=True)
            self._current_mark = -1
        self._go_on(laying)

    def _eye(self, body: Body) -> tuple[int, int] | None:
        """Where the first line of text on the screen stands in the text to come, and how far it is from the top."""
        top = self.scroll_offset.y
        at = self._layout.place_at(top)
        if at == NOWHERE:
            return None
        return place_in(self._body, at).in_text(body), self._layout.line_at(at) - top

    def _go_on(self, laying: Laying) -> None:
        """Lays out what a slice of time is enough for, and the rest in others' pauses."""
        self._slice(laying)
        self._take(is_other=False)
        if not laying.is_done:
            run_latest(self, lambda: self._rest(laying), "lay out")

    async def _rest(self, laying: Laying) -> None:
        """What is laid out is shown as often as it has grown by half: each time costs what all of it costs."""
        while laying is self._laying and self.is_attached and not laying.is_done:
            await asyncio.sleep(PAUSE_S)
            self._slice(laying)
            if laying is self._laying and (laying.is_done or len(laying.layout.lines) > len(self._lines) * GROWN):
                self._take(is_other=False)

    def _slice(self, laying: Laying) -> None:
        until_s = self._looks.monotonic() + SLICE_S
        while laying.step():
            if self._looks.monotonic() > until_s:
                break

    def _take(self, *, is_other: bool) -> None:
        """Shows what is laid out by now."""
        laying = self._laying
        self._layout = joined(self._head, laying) if laying is not None else Layout()
        self._lines = self._layout.lines
        self.virtual_size = self.virtual_size.with_height(len(self._lines)).with_width(self.text_width)
        if is_other:
            self.scroll_to(y=0, animate=False, immediate=True)
        if self._wanted is not None and laying is not None:
            at, below = self._wanted
            if laying.is_done or any(place > at for place in laying.layout.places[-1:]):
                self._wanted = None
                self.scroll_to(y=max(self._layout.line_at(at) - below, 0), animate=False, immediate=True, force=True)
        self._say_place()
        self.refresh()

    def _keep(self, key: tuple[Body, int, Measure, bool], laying: Laying) -> None:
        self._kept[key] = laying
        self._kept.move_to_end(key)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)

    def _say_place(self) -> None:
        """How far one is in a text of several screens, in its upper border."""
        height, many = self.size.height, len(self._lines)
        said = ""
        if height and many > 2 * height:
            said = f" {min((self.scroll_offset.y + height) * 100 // many, 100)} % "
        if str(self.border_title or "") != said:
            self.border_title = Content(said)


class ArticlePane(Vertical):
    """The text and the why panel. It looks up what is stored of the page; that it is fetched is its screen's to ask."""

    text = query_one(ArticleText)
    why = query_one(WhyPanel)

    def __init__(self, desk: Desk, *, is_full_screen: bool = False) -> None:
        super().__init__()
        self._desk = desk
        self._is_full_screen = is_full_screen
        self._story: Story | None = None

    def compose(self) -> ComposeResult:
        """The two parts."""
        yield ArticleText(self._desk.looks, is_centred=self._is_full_screen)
        yield WhyPanel(self._desk.looks, WHY_SHARE_FULL_SCREEN if self._is_full_screen else WHY_SHARE)

    def show(self, story: Story | None, reasons: Sequence[Reason], *, is_bare: bool = False) -> None:
        """Shows a story; an empty pane for None."""
        is_other = (story and story.lead.id) != (self._story and self._story.lead.id)
        self._story = story
        readings = self._desk.readings
        if story is None:
            self.text.show(None)
        else:
            place = readings.place(story.lead) if self._is_full_screen else None
            self.text.show(readings.of(story, is_bare=is_bare), place)
            if not self._is_full_screen and (is_other or not readings.is_current(story.lead)):
                run_latest(self, lambda: self._look_up(story), "look up")
        self.why.show(story, reasons)

    async def _look_up(self, story: Story) -> None:
        await asyncio.sleep(REST_S)
        await self._desk.readings.look_up(story.lead)
        if self._story is not None and self._story.lead.id == story.lead.id and self.is_attached and self.display:
            self.text.show(self._desk.readings.of(self._story))
