"""The field in which a query is typed: many lines, its signs in ink, the mistake underlined."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual.content import Content
from textual.geometry import Offset
from textual.widgets import TextArea

from newswatch.tui.paint import palette_of
from newswatch.tui.paint.query import spans_of_signs

LONG_QUERY, LONG_LINES = 200, 3


class QueryField(TextArea):
    """A TextArea that knows the signs of the rule language. `offset` counts code points of `text`."""

    FIRST_KEYS: ClassVar[Mapping[str, str]] = {"editor.save": "save", "field.next": "results"}

    def __init__(self, query: str) -> None:
        super().__init__(
            query,
            soft_wrap=True,
            compact=True,
            highlight_cursor_line=False,
            tab_behavior="focus",
            placeholder=Content("what to look for: words, “phrases”, AND OR NOT, NEAR/5, title:…"),
        )
        self._mistake: int | None = None

    @property
    def is_long(self) -> bool:
        """Whether it is likely to be taller than the field: then it is read from its start before it is edited."""
        return len(self.text) > LONG_QUERY or self.text.count("\n") >= LONG_LINES

    def mark_mistake(self, offset: int | None) -> None:
        """Underlines what stands at an offset; nothing for None."""
        if offset != self._mistake:
            self._mistake = offset
            self._line_cache.clear()  # TextArea remembers painted lines by all that it knows to change them
            self.refresh()

    def go_to(self, offset: int) -> None:
        """Puts the cursor at an offset."""
        self.move_cursor(self._location(offset))

    def put(self, query: str) -> None:
        """Another query in the place of what is typed; an undo brings that back."""
        self.replace(query, self.document.start, self.document.end)
        self.move_cursor(self.document.end)

    def cell_of(self, offset: int) -> Offset:
        """Where an offset is drawn: column in cells and row, counted from the first row of the text."""
        return self.wrapped_document.location_to_offset(self._location(offset))

    def get_line(self, line_index: int) -> Text:
        """See `TextArea.get_line`."""
        line = super().get_line(line_index)
        palette = palette_of(self.app.theme_variables)
        for start, end, ink in spans_of_signs(line.plain):
            line.stylize(Style(color=palette.style(ink).color), start, end)
        if self._mistake is not None:
            row, column = self._location(self._mistake)
            if row == line_index:
                line.stylize(
                    Style(color=palette.style("critical").color, underline=True, bold=True), column, column + 1
                )
        return line

    def _location(self, offset: int) -> tuple[int, int]:
        """Row and column of an offset, as the document counts them."""
        before = self.text[: max(offset, 0)]
        lines = before.split(self.document.newline)
        return len(lines) - 1, len(lines[-1])
