"""The live list on Textual's line API: rows are painted when they are seen, and again only when they change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from newswatch.model.hit import StoryId
from newswatch.model.story import Story
from newswatch.tui.keys import bindings
from newswatch.tui.listing import Listing
from newswatch.tui.looks import Looks
from newswatch.tui.paint import Palette, Piece, Pieces, palette_of, strip
from newswatch.tui.paint.stories import Columns, columns_for, list_head, story_row, waiting_line
from newswatch.tui.widgets.lines import Lines
from newswatch.tui.words import age

CACHED_ROWS = 1_000


class ListHead(Lines):
    """The names of the columns, and the line above the first row in which arrivals wait."""

    def __init__(self, looks: Looks) -> None:
        super().__init__()
        self._looks = looks
        self._listing = Listing()
        self._mode = ""
        self._columns = columns_for(0, ())

    def show(self, listing: Listing, columns: Columns, mode: str) -> None:
        """Shows the head of a listing; `mode` is a word on how it moves, empty while it follows."""
        self._listing, self._columns, self._mode = listing, columns, mode
        self.redraw()

    def draw(self, width: int) -> Sequence[Pieces]:
        """See `Lines.draw`; in one row only the line that says what waits."""
        listing = self._listing
        position = f"{listing.index + 1:,}/{len(listing.rows):,}" if listing.rows else ""
        aside = f" {self._looks.signs.dot} ".join(word for word in (self._mode, position) if word)
        waiting = waiting_line(width, listing.waiting, listing.waiting_held, aside, self._looks.signs)
        return [waiting] if self.size.height < 2 else [list_head(self._columns, self._looks.signs), waiting]


class StoryList(ScrollView, can_focus=True):
    """Draws a `Listing`. Moving about is asked for as a message: the screen owns the listing."""

    BINDINGS = bindings(
        "list.down", "list.up", "list.top", "list.bottom", "list.half_down", "list.half_up", "list.page_down",
        "list.page_up",
    )  # fmt: skip
    ALLOW_SELECT = False

    @dataclass
    class Moved(Message):
        """A person went to a row."""

        row: int

    @dataclass
    class Opened(Message):
        """A person opened the selected row with the mouse."""

    def __init__(self, looks: Looks) -> None:
        super().__init__()
        self._looks = looks
        self._listing = Listing()
        self._rule_ids: tuple[str, ...] = ()
        self._empty: tuple[Pieces, ...] = ()
        self._drawn: dict[int, tuple[object, ...]] = {}
        self._painted: dict[StoryId, tuple[tuple[object, ...], Strip]] = {}

    @property
    def columns(self) -> Columns:
        """The columns at the present width."""
        return columns_for(self.size.width, self._rule_ids)

    def show(self, listing: Listing, rule_ids: Sequence[str], empty: Sequence[Pieces]) -> None:
        """Shows a listing; `empty` are the lines to show where it has no rows."""
        before, self._listing = self._listing, listing
        self._empty = tuple(empty)
        if tuple(rule_ids) != self._rule_ids:
            self._rule_ids = tuple(rule_ids)
        self.virtual_size = Size(self.size.width, len(listing.rows))
        self._keep_in_sight(before)
        self._refresh_changed()

    def refresh_ages(self) -> None:
        """Repaints the rows whose age reads differently by now."""
        self._refresh_changed()

    def render_line(self, y: int) -> Strip:
        """See `Widget.render_line`."""
        width, palette = self.size.width, palette_of(self.app.theme_variables)
        if not self._listing.rows:
            pieces: Pieces = self._empty[y] if y < len(self._empty) else ()
            return strip(pieces, width, palette, ellipsis=self._looks.signs.ellipsis)
        row = y + self.scroll_offset.y
        if row >= len(self._listing.rows):
            return strip([Piece("")], width, palette)
        self._drawn[y] = self._look_of(row)
        return self._strip_of(self._listing.rows[row], palette)

    def on_resize(self) -> None:
        """The selection stays in sight."""
        self.virtual_size = Size(self.size.width, len(self._listing.rows))
        self._keep_in_sight(self._listing)
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """A click selects, a second one opens."""
        row = event.y + self.scroll_offset.y
        if row < len(self._listing.rows):
            self.post_message(self.Moved(row))
            if event.chain == 2:
                self.post_message(self.Opened())

    def action_down(self) -> None:
        """One row down."""
        self._go(self._listing.index + 1)

    def action_up(self) -> None:
        """One row up."""
        self._go(self._listing.index - 1)

    def action_top(self) -> None:
        """To the first row."""
        self._go(0)

    def action_bottom(self) -> None:
        """To the last row."""
        self._go(len(self._listing.rows) - 1)

    def action_half_down(self) -> None:
        """Half a page down."""
        self._go(self._listing.index + max(self.size.height // 2, 1))

    def action_half_up(self) -> None:
        """Half a page up."""
        self._go(self._listing.index - max(self.size.height // 2, 1))

    def action_page_down(self) -> None:
        """A page down."""
        self._go(self._listing.index + max(self.size.height - 1, 1))

    def action_page_up(self) -> None:
        """A page up."""
        self._go(self._listing.index - max(self.size.height - 1, 1))

    def _go(self, row: int) -> None:
        self.post_message(self.Moved(min(max(row, 0), max(len(self._listing.rows) - 1, 0))))

    def _keep_in_sight(self, before: Listing) -> None:
        """Rows that came in above a selection that stayed do not move it on the screen; then it is brought in sight."""
        index, height = self._listing.index, max(self.size.height, 1)
        top = self.scroll_offset.y
        if self._listing.selected == before.selected and not self._listing.is_at_top:
            top += index - before.index
        top = min(max(top, index - height + 1), index)
        top = min(max(top, 0), max(len(self._listing.rows) - height, 0))
        if top != self.scroll_offset.y:
            self.scroll_to(y=top, animate=False, immediate=True, force=True)

    def _look_of(self, row: int) -> tuple[object, ...]:
        story = self._listing.rows[row]
        return (story, story.id == self._listing.selected, age(story.at, self._looks.now()), self._rule_ids)

    def _refresh_changed(self) -> None:
        width, height, top = self.size.width, self.size.height, self.scroll_offset.y
        rows = len(self._listing.rows)
        if not rows:
            self._drawn.clear()
            self.refresh()
            return
        looks = {y: self._look_of(y + top) for y in range(min(height, rows - top)) if y + top < rows}
        changed = [y for y in range(height) if looks.get(y) != self._drawn.get(y)]
        self._drawn = looks
        if changed:
            self.refresh(*(Region(0, y, width, 1) for y in changed))

    def _strip_of(self, story: Story, palette: Palette) -> Strip:
        is_selected = story.id == self._listing.selected
        now = self._looks.now()
        look = (story, is_selected, age(story.at, now), self.size.width, self._rule_ids, palette)
        cached = self._painted.get(story.id)
        if cached is not None and cached[0] == look:
            return cached[1]
        if len(self._painted) > CACHED_ROWS:
            self._painted.clear()
        pieces = story_row(story, self.columns, now, self._looks.signs, is_selected=is_selected)
        ground = "selection" if is_selected else "background"
        line = strip(pieces, self.size.width, palette, ground=ground, ellipsis=self._looks.signs.ellipsis)
        self._painted[story.id] = (look, line)
        return line
