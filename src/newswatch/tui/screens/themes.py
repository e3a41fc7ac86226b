"""Themes, each shown on the whole screen as one moves: Enter keeps it, Esc brings the old one back."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.getters import query_one
from textual.screen import ModalScreen

from newswatch.tui.desk import Desk
from newswatch.tui.keys import bindings
from newswatch.tui.looks import Looks
from newswatch.tui.paint import Pieces
from newswatch.tui.paint.themes import ThemeRow, sample_rows, theme_row
from newswatch.tui.widgets.lines import Lines
from newswatch.tui.widgets.row_list import RowList


class ThemeList(RowList[ThemeRow]):
    """Names of themes; the one that was there before is marked."""

    def id_of(self, item: ThemeRow) -> str:
        """The theme's name."""
        return item.name

    def draw_item(self, item: ThemeRow, width: int, *, is_selected: bool) -> Pieces:
        """See `RowList.draw_item`."""
        return theme_row(item, width, self._looks.signs, is_selected=is_selected)


class Sample(Lines):
    """What the inks look like in the theme that is shown, and the keys."""

    def __init__(self, looks: Looks) -> None:
        super().__init__()
        self._looks = looks

    def draw(self, width: int) -> Sequence[Pieces]:
        """See `Lines.draw`."""
        return sample_rows(width, self._looks.signs)


class ThemesScreen(ModalScreen[str]):
    """Dismissed with the theme to keep; None brings the old one back."""

    BINDINGS = bindings("choose.", "app.back")
    AUTO_FOCUS = "ThemeList"

    rows = query_one(ThemeList)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._looks = desk.looks
        self._before = ""

    def compose(self) -> ComposeResult:
        """A narrow list at the side, so that the screen under it can be judged."""
        with Vertical(id="themes"):
            yield ThemeList(self._looks)
            yield Sample(self._looks)

    def on_mount(self) -> None:
        """Every theme there is, ours first."""
        self._before = self.app.theme
        self.call_after_refresh(self._list)

    @on(ThemeList.Moved)
    def moved(self) -> None:
        """Shows the theme."""
        if (row := self.rows.selected) is not None:
            self.app.theme = row.name

    @on(ThemeList.Opened)
    def action_run(self) -> None:
        """Keeps the theme that is shown."""
        self.dismiss(self.app.theme)

    def action_down(self) -> None:
        """One row down."""
        self.rows.action_down()

    def action_up(self) -> None:
        """One row up."""
        self.rows.action_up()

    def action_back(self) -> None:
        """Back to the theme that was."""
        self.app.theme = self._before
        self.dismiss(None)

    def _list(self) -> None:
        if not self.is_mounted:
            return
        themes = self.app.available_themes
        ordered = sorted(themes, key=lambda name: (not name.startswith("newswatch-"), themes[name].ansi, name))
        rows = [
            ThemeRow(name, is_dark=themes[name].dark, is_ansi=themes[name].ansi, is_kept=name == self._before)
            for name in ordered
        ]
        self.rows.show(rows)
        self.rows.select(self._before)
