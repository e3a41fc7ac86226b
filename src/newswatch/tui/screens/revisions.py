"""The versions of an entry and of its page, and what became of one in another, word by word."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.getters import query_one
from textual.screen import ModalScreen

from newswatch.model.diff import diff
from newswatch.model.story import Story
from newswatch.tui.desk import Desk
from newswatch.tui.keys import bindings
from newswatch.tui.latest import run_latest
from newswatch.tui.looks import Looks
from newswatch.tui.paint import Piece, Pieces, fit
from newswatch.tui.paint.diff import diff_rows
from newswatch.tui.paint.why import section
from newswatch.tui.paint.wrap import wrapped
from newswatch.tui.versions import Of, Version
from newswatch.tui.widgets.detail import Detail
from newswatch.tui.widgets.row_list import RowList
from newswatch.tui.words import moment

MOST_ROWS = 8
MOST_SHOWN = 20_000  # code points: laid out within a frame
OF_WORDS = {Of.FEED: "feed", Of.PAGE: "page"}


class VersionList(RowList[Version], can_focus=False):
    """The versions, the newest of each kind first; the one that the selected is held against has a sign."""

    def __init__(self, looks: Looks) -> None:
        super().__init__(looks)
        self.base: str = ""
        self.time_cells = 0

    def id_of(self, item: Version) -> str:
        """See `RowList.id_of`."""
        return item.id

    def draw_item(self, item: Version, width: int, *, is_selected: bool) -> Pieces:
        """See `RowList.draw_item`."""
        looks, signs = self._looks, self._looks.signs
        at = moment(item.at, looks.now(), looks.zone)
        is_base = item.id == self.base
        sign = Piece("+ " if is_selected else "  ", "good", bold=True)
        if is_base:
            sign = Piece(f"{signs.minus} ", "critical", bold=True)
        row = [
            Piece(f"{signs.bar if is_selected else ' '} ", "accent", bold=True),
            sign,
            Piece(f"{OF_WORDS[item.of]}  ", "dim"),
            *fit([Piece(at, "dim")], self.time_cells, signs.ellipsis),
            Piece("  "),
            Piece(item.title or "no title", "text", bold=is_selected),
        ]
        if item.note:
            row.append(Piece(f"  {item.note}", "high"))
        return fit(row, width, signs.ellipsis)


class RevisionsScreen(ModalScreen[None]):
    """A sheet over the article. The selected version is held against the one before it, or a chosen one."""

    BINDINGS = bindings("versions.", "choose.down", "choose.up", "list.", "app.back")
    AUTO_FOCUS = ""

    rows = query_one(VersionList)
    detail = query_one(Detail)

    def __init__(self, desk: Desk, story: Story) -> None:
        super().__init__()
        self._desk = desk
        found = desk.readings.versions(story.lead)
        self._versions = tuple(sorted(found, key=lambda version: version.at, reverse=True))
        self._base: str = ""  # chosen; empty: the one before the selected

    def compose(self) -> ComposeResult:
        """The versions over what changed between two."""
        with Vertical(id="versions") as box:
            box.border_title = Content("Versions")
            box.border_subtitle = Content("up down version   space hold against it   ^d scroll   esc close")
            yield VersionList(self._desk.looks)
            yield Detail()

    def on_mount(self) -> None:
        """The newest is held against the one before it."""
        looks = self._desk.looks
        times = [moment(version.at, looks.now(), looks.zone) for version in self._versions]
        self.rows.time_cells = max(map(len, times), default=0)
        self.call_after_refresh(self._show)

    def on_resize(self, event: events.Resize) -> None:
        """What changed has at least as much room as the versions."""
        self.rows.styles.height = min(max(len(self._versions), 1), MOST_ROWS, max(event.size.height // 4, 2))

    @on(VersionList.Moved)
    def moved(self) -> None:
        """Another version."""
        self._show()

    def action_hold_against(self) -> None:
        """Others are held against the selected version from now on; again: against the one before them."""
        chosen = self.rows.selected
        if chosen is not None:
            self._base = "" if self._base == chosen.id else chosen.id
            self._show()

    def action_down(self) -> None:
        """One version down."""
        self.rows.action_down()

    def action_up(self) -> None:
        """One version up."""
        self.rows.action_up()

    def action_top(self) -> None:
        """To the newest version."""
        self.rows.action_top()

    def action_bottom(self) -> None:
        """To the first version."""
        self.rows.action_bottom()

    def action_half_down(self) -> None:
        """Half a page of the difference down."""
        self.detail.action_half_down()

    def action_half_up(self) -> None:
        """Half a page of the difference up."""
        self.detail.action_half_up()

    def action_page_down(self) -> None:
        """A page of the difference down."""
        self.detail.action_page_down()

    def action_page_up(self) -> None:
        """A page of the difference up."""
        self.detail.action_page_up()

    def action_back(self) -> None:
        """Closes."""
        self.dismiss(None)

    def _against(self, version: Version) -> Version | None:
        """What a version is held against: the chosen one, else the one before it of its kind."""
        if self._base and self._base != version.id:
            return next((one for one in self._versions if one.id == self._base), None)
        own = [one for one in self._versions if one.of is version.of]
        at = own.index(version) + 1
        return own[at] if at < len(own) else None

    def _show(self) -> None:
        if not (self.is_mounted and self.display):
            return
        self.rows.show(self._versions)
        version = self.rows.selected
        if version is None:
            return
        base = self._against(version)
        self.rows.base = base.id if base is not None else ""
        self.rows.refresh_changed()
        run_latest(self, lambda: self._compare(base, version), "compare")

    async def _compare(self, base: Version | None, version: Version) -> None:
        """Compares in a thread: long texts take a while."""
        if base is None:
            first = [[Piece("the first that newswatch saw of it", "dim")], []]
            self.detail.show(version.id, lambda width: [*first, *_text_rows(version, width)])
            return
        older, newer = (base, version) if base.at <= version.at else (version, base)
        titles = diff(older.title, newer.title) if older.title != newer.title else ()
        texts = await asyncio.to_thread(diff, older.text, newer.text)
        looks = self._desk.looks
        now, signs = looks.now(), looks.signs

        def lay(width: int) -> Sequence[Pieces]:
            times = f"{moment(older.at, now, looks.zone)} {signs.arrow} {moment(newer.at, now, looks.zone)}"
            rows: list[Pieces] = [section("What changed", times, width, signs)]
            if titles:
                rows += [[], *diff_rows(titles, width - 1, signs)]
            rows += [[], *diff_rows(texts, width - 1, signs)] if not titles or older.text != newer.text else []
            return rows

        if self.is_mounted and self.display:
            self.detail.show(f"{older.id} {newer.id}", lay)


def _text_rows(version: Version, width: int) -> list[Pieces]:
    """A text as it is, as far as it is shown."""
    rows: list[Pieces] = []
    for paragraph in filter(str.strip, version.text[:MOST_SHOWN].split("\n")):
        rows += [[Piece(paragraph[start:end])] for start, end in wrapped(paragraph, width)]
        rows.append([])
    return rows
