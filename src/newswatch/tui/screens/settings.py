"""Settings: every key, its value, where that comes from, what it means and how it is changed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.getters import query_one

from newswatch.errors import FileInvalid, NewswatchError
from newswatch.model.setting import Setting
from newswatch.tui.desk import Desk
from newswatch.tui.keys import bindings
from newswatch.tui.outside import edit_outside
from newswatch.tui.paint import Pieces
from newswatch.tui.paint.settings import no_settings, setting_detail, setting_row, settings_head
from newswatch.tui.places import Place
from newswatch.tui.preferences import Preferences
from newswatch.tui.screens.base import BaseScreen
from newswatch.tui.widgets.detail import Detail
from newswatch.tui.widgets.lines import Lines
from newswatch.tui.widgets.row_list import RowList


class SettingList(RowList[Setting]):
    """Keys with their values."""

    def id_of(self, item: Setting) -> str:
        """The key."""
        return item.key

    def draw_item(self, item: Setting, width: int, *, is_selected: bool) -> Pieces:
        """See `RowList.draw_item`."""
        return setting_row(item, width, self._looks.signs, is_selected=is_selected)


class SettingsHead(Lines):
    """The names of the columns, and the file."""

    def __init__(self, path: str, desk: Desk) -> None:
        super().__init__()
        self._path = path
        self._looks = desk.looks

    def draw(self, width: int) -> Sequence[Pieces]:
        """See `Lines.draw`."""
        return settings_head(self._path, width, self._looks.signs)


class SettingsScreen(BaseScreen):
    """A list over, or beside, the selected key in full."""

    PLACE = Place("", "settings", "Settings")
    AUTO_FOCUS = "SettingList"
    BINDINGS = bindings("settings.", "pane.", "app.back")

    settings = query_one(SettingList)
    detail = query_one(Detail)

    def __init__(self, desk: Desk, preferences: Preferences) -> None:
        super().__init__(desk)
        self._preferences = preferences
        self._rows: tuple[Setting, ...] = ()
        self._refused = ""

    def compose_body(self) -> ComposeResult:
        """List and detail; newswatch.tcss says how they share the room."""
        with Container(id="pair"):
            with Vertical(id="listing"):
                yield SettingsHead(str(self._preferences.file), self.desk)
                yield SettingList(self.looks)
            yield Detail()

    def on_mount(self) -> None:
        """Reads what is in force."""
        self.run_worker(self._read(), group="settings", exit_on_error=False)

    def on_resize(self, _event: events.Resize) -> None:
        """What a size has room for is shown with what it needs."""
        self.call_after_refresh(self.show_view)

    def show_view(self) -> None:
        """Shows the rows; no view changes them."""
        if self.is_composed:
            self.settings.show(self._rows, no_settings(self._refused, self.settings.size.width))
            self._show_detail()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done now is offered."""
        match action:
            case "copy_setting":
                return self.is_composed and self.settings.selected is not None
            case "next_pane":
                return self.is_composed and self.detail.display
            case _:
                return super().check_action(action, parameters)

    @on(SettingList.Moved)
    def setting_selected(self) -> None:
        """Shows another key in full."""
        self._show_detail()

    def action_edit_settings(self) -> None:
        """Opens the file at the line of the selected key, and reads it again after."""
        setting = self.settings.selected
        name, _, line = setting.source.rpartition(":") if setting is not None else ("", "", "")
        at = int(line) if name == self._preferences.file.name and line.isdecimal() else None
        self.app.run_worker(self._edited(at), group="editor", exit_on_error=False)

    def action_copy_setting(self) -> None:
        """Copies the line as it would stand in the file."""
        if (setting := self.settings.selected) is not None:
            self.copy(setting.change or setting.value)

    def action_next_pane(self) -> None:
        """From the list to the key in full, and back."""
        (self.detail if self.settings.has_focus else self.settings).focus()

    def action_back(self) -> None:
        """From the key in full to the list; then back to where one came from."""
        if self.detail.has_focus:
            self.settings.focus()
        else:
            self.dismiss(None)

    async def _edited(self, line: int | None) -> None:
        try:
            await edit_outside(self.app, self._preferences.file, line)
        except NewswatchError as error:
            self.flash(str(error), is_alarm=True)
            return
        await self._read()
        if not self._refused:
            told = "the demo read them at its start" if self._preferences.is_passing else "it holds from the next start"
            self.flash(f"saved: {told}; a theme is chosen with F3 at once")

    async def _read(self) -> None:
        try:
            self._rows = tuple(await asyncio.to_thread(self._preferences.rows))
            self._refused = ""
        except FileInvalid as error:
            # The rows that were read before still hold: what cannot be read changes nothing until the next start.
            self._refused = str(error)
            self.flash(self._refused, is_alarm=True)
        except NewswatchError as error:
            self._refused = str(error)
        self.show_view()

    def _show_detail(self) -> None:
        setting = self.settings.selected
        if setting is None:
            self.detail.show(None, lambda _width: ())
        else:
            self.detail.show(setting.key, lambda width: setting_detail(setting, width))
