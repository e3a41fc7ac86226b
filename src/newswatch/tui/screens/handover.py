"""Hand-over: what happened since one left, to read, to copy, or to write to a file."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.getters import query_one

from newswatch.atomic import explain, write_atomically
from newswatch.errors import StoreError
from newswatch.tui.desk import Desk
from newswatch.tui.handover import HandOver, Span, file_name, hand_over, markdown
from newswatch.tui.keys import bindings
from newswatch.tui.paint import Pieces
from newswatch.tui.paint.handover import handover_rows, span_line
from newswatch.tui.places import Place
from newswatch.tui.screens.base import BaseScreen
from newswatch.tui.widgets.lines import Lines
from newswatch.tui.widgets.sheet import Sheet
from newswatch.tui.words import counted

FOLDER_MODE = 0o700


class SpanLine(Lines):
    """Which span is told."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._looks = desk.looks
        self._shown: tuple[Span, HandOver] | None = None

    def show(self, span: Span, over: HandOver) -> None:
        """Shows the span that is told."""
        self._shown = (span, over)
        self.redraw()

    def draw(self, width: int) -> Sequence[Pieces]:
        """See `Lines.draw`."""
        return [span_line(*self._shown, self._looks.now(), width, self._looks)] if self._shown else []


class HandoverScreen(BaseScreen):
    """One span at a time; it stands still while it is read, whatever comes in."""

    PLACE = Place("", "handover", "Hand-over")
    AUTO_FOCUS = "Sheet"
    BINDINGS = bindings("handover.", "app.back")

    spans = query_one(SpanLine)
    sheet = query_one(Sheet)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._span = Span.LEFT
        self._over = self._made()

    def compose_body(self) -> ComposeResult:
        """The spans over the sheet."""
        with Vertical():
            yield SpanLine(self.desk)
            yield Sheet()

    def on_mount(self) -> None:
        """Laid out when the width is known."""
        self.call_after_refresh(self._show, is_other=True)

    def on_resize(self, _event: events.Resize) -> None:
        """Another width, other lines."""
        self.call_after_refresh(self._show, is_other=False)

    def show_view(self) -> None:
        """It is of the moment when it was asked for: what comes meanwhile is in the next one."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A file is written where there is a folder for it."""
        if action == "save_handover":
            return self.desk.preferences is not None
        return super().check_action(action, parameters)

    def action_next_span(self) -> None:
        """Another span, up to now."""
        spans = list(Span)
        self._span = spans[(spans.index(self._span) + 1) % len(spans)]
        self._over = self._made()
        self._show(is_other=True)

    def action_copy_handover(self) -> None:
        """Copies it as Markdown."""
        self.copy(self._markdown(), f"the hand-over as Markdown, {self._told()}")

    def action_save_handover(self) -> None:
        """Writes it to a file, and says where."""
        if (preferences := self.desk.preferences) is not None:
            path = preferences.handovers / file_name(self._over.until)
            self.perform(asyncio.to_thread(_write, path, self._markdown()), said=preferences.wrote(path))

    def action_back(self) -> None:
        """Back to where one came from."""
        self.dismiss(None)

    def _made(self) -> HandOver:
        now, presence = self.looks.now(), self.desk.presence()
        since = self._span.begins(now, presence.away_since(now))
        return hand_over(self.desk.latest(), self.desk.chronicle(), since, now, presence.since)

    def _markdown(self) -> str:
        return markdown(self._over, self.looks.zone, self.looks.now())

    def _told(self) -> str:
        return counted(len(self._over.stories), "story", "stories")

    def _show(self, *, is_other: bool) -> None:
        if self.is_composed:
            self.spans.show(self._span, self._over)
            rows = handover_rows(self._over, self.looks.now(), max(self.sheet.text_width, 1), self.looks)
            self.sheet.show_lines(rows, is_other=is_other)


def _write(path: Path, text: str) -> None:
    """Raises StoreError where the disk refuses."""
    try:
        path.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        write_atomically(path, text.encode())
    except OSError as error:
        raise StoreError(explain(error, path)) from error
