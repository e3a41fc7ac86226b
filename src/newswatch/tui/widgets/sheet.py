"""Many painted lines that scroll: an article, an explanation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip

from newswatch.tui.keys import bindings
from newswatch.tui.paint import Pieces, palette_of, printable, strip


class Sheet(ScrollView, can_focus=True):
    """Shows lines that were laid out for its width; painted only where they are seen. Text can be selected.

    `FIRST_KEYS` are the keys that the footer says first while the focus is here, by their words.
    """

    FIRST_KEYS: ClassVar[Mapping[str, str]] = {"list.down": "scroll", "list.half_down": "page", "app.back": "back"}

    BINDINGS = bindings(
        "list.down", "list.up", "list.top", "list.bottom", "list.half_down", "list.half_up", "list.page_down",
        "list.page_up",
    )  # fmt: skip

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  Textual's word
        super().__init__(id=id)
        self._lines: Sequence[Pieces] = ()
        self._current_mark = -1

    @property
    def text_width(self) -> int:
        """The cells of a line: `size` of a padded widget counts those under its scrollbar, too."""
        return self.scrollable_content_region.width

    def show_lines(self, lines: Sequence[Pieces], *, is_other: bool) -> None:
        """Shows these lines; from the top if it is another text."""
        if tuple(lines) == self._lines and not is_other:
            return
        self._lines = tuple(lines)
        self.virtual_size = Size(self.text_width, len(self._lines))
        if is_other:
            self._current_mark = -1
            self.scroll_to(y=0, animate=False, immediate=True)
        self.refresh()

    def point_at(self, mark: int, line: int) -> None:
        """Draws a matched word in reverse, and scrolls so that its line is in sight."""
        self._current_mark = mark
        top, height = self.scroll_offset.y, self.size.height
        if not top <= line < top + height - 1:
            self.scroll_to(y=max(line - height // 3, 0), animate=False, immediate=True)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """See `Widget.render_line`."""
        row = y + self.scroll_offset.y
        palette = palette_of(self.app.theme_variables)
        pieces = self._lines[row] if row < len(self._lines) else ()
        line = strip(pieces, self.text_width, palette, current_mark=self._current_mark)
        if (selection := self.text_selection) is not None and (span := selection.get_span(row)) is not None:
            start, end = span
            head, chosen, tail = line.divide([start, line.cell_length if end == -1 else end, line.cell_length])
            line = Strip.join([head, chosen.apply_style(palette.style("text", ground="selection")), tail])
        return line.apply_offsets(0, row)

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The text that was selected with the mouse."""
        text = "\n".join("".join(printable(piece.text) for piece in line).rstrip() for line in self._lines)
        return selection.extract(text), "\n"

    def selection_updated(self, selection: Selection | None) -> None:  # noqa: ARG002  the base class's
        """See `Widget.selection_updated`."""
        self.refresh()

    def action_down(self) -> None:
        """One line down."""
        self.scroll_relative(y=1, animate=False)

    def action_up(self) -> None:
        """One line up."""
        self.scroll_relative(y=-1, animate=False)

    def action_top(self) -> None:
        """To the first line."""
        self.scroll_to(y=0, animate=False)

    def action_bottom(self) -> None:
        """To the last line."""
        self.scroll_to(y=self.max_scroll_y, animate=False)

    def action_half_down(self) -> None:
        """Half a page down."""
        self.scroll_relative(y=max(self.size.height // 2, 1), animate=False)

    def action_half_up(self) -> None:
        """Half a page up."""
        self.scroll_relative(y=-max(self.size.height // 2, 1), animate=False)

    def action_page_down(self) -> None:
        """A page down."""
        self.scroll_relative(y=max(self.size.height - 1, 1), animate=False)

    def action_page_up(self) -> None:
        """A page up."""
        self.scroll_relative(y=-max(self.size.height - 1, 1), animate=False)
