"""The footer: the keys that are valid now, the most useful first, as many as fit. And a word in passing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from textual import events
from textual.keys import key_to_character
from textual.screen import ModalScreen, Screen
from textual.timer import Timer

from newswatch.tui.keys import BY_ID, HIDDEN
from newswatch.tui.looks import Looks
from newswatch.tui.paint import Piece, Pieces, cut_inside, width_of
from newswatch.tui.widgets.lines import Lines

FLASH_S = 4.0
ALARM_S = 12.0
ALWAYS = ("app.help",)
TYPED = {"slash": "/", "minus": "-", "plus": "+", "underscore": "_"}
"""Characters under names of Textual's own, which `key_to_character` does not know."""


class KeyLine(Lines):
    """One row. `flash` says something in its place for some seconds, or until the next key."""

    def __init__(self, looks: Looks) -> None:
        super().__init__()
        self._looks = looks
        self._flash: Piece | None = None
        self._ends: Timer | None = None
        self._quiet: Mapping[str, str] | None = None

    def on_mount(self) -> None:
        """Follows the screen's bindings, and what lies over it."""
        self.screen.bindings_updated_signal.subscribe(self, self._bindings_changed)
        self.app.screen_change_signal.subscribe(self, self._screen_changed)

    def flash(self, text: str, *, is_alarm: bool = False) -> None:
        """Says something in passing."""
        self._flash = Piece(f" {text}", "critical" if is_alarm else "accent", bold=True)
        if self._ends is not None:
            self._ends.stop()
        self._ends = self.set_timer(ALARM_S if is_alarm else FLASH_S, self.unflash)
        self.redraw()

    def whisper(self, labels: Mapping[str, str] | None) -> None:
        """From now on shows only these keys, by id, in few words and no colour; None: all that are valid, as ever."""
        self._quiet = labels
        self.redraw()

    def unflash(self) -> None:
        """Shows the keys again."""
        if self._flash is not None:
            self._flash = None
            self.redraw()

    def draw(self, width: int) -> Sequence[Pieces]:
        """See `Lines.draw`."""
        if self._flash is not None:
            return [[self._flash._replace(text=cut_inside(self._flash.text, width, self._looks.signs.ellipsis))]]
        if isinstance(self.app.screen, ModalScreen):
            return [[]]  # a dialog says its keys itself, and these do nothing under it
        keys = self._valid_keys()
        if self._quiet is not None:
            said = [
                Piece(f"{pieces[0].text} {self._quiet[key_id]}  ", "faint")
                for key_id, pieces in keys
                if key_id in self._quiet
            ]
            return [[Piece(" "), *said]]
        always = [pieces for key_id, pieces in keys if key_id in ALWAYS]
        room = width - 1 - sum(width_of(pieces) for pieces in always)
        line: list[Piece] = [Piece(" ")]
        for key_id, pieces in keys:
            if key_id in ALWAYS:
                continue
            if width_of(pieces) > room:
                break
            room -= width_of(pieces)
            line += pieces
        for pieces in always:
            if room >= 0:
                line += pieces
        return [line]

    def _valid_keys(self) -> list[tuple[str, list[Piece]]]:
        valid: dict[str, str] = {}
        focused = self.screen.focused
        first: Mapping[str, str] = getattr(focused, "FIRST_KEYS", {})
        is_typing = focused is not None and focused.check_consume_key("a", "a")
        for name, active in self.screen.active_bindings.items():
            key = BY_ID.get(active.binding.id or "")
            if key is None or not active.enabled:
                continue
            if key.id not in first and (key.rank >= HIDDEN or not active.binding.show):
                continue
            shown = self.app.get_key_display(active.binding) if active.binding.key_display is None else key.shown
            if is_typing and (TYPED.get(name) or key_to_character(name) or "\0").isprintable():
                continue  # it would be typed
            if is_typing and len(shown) == 1:
                shown = self.app.get_key_display(replace(active.binding, key_display=None))
            valid.setdefault(key.id, self._looks.signs.enter if shown == "enter" else shown)
        ordered = [key_id for key_id in first if key_id in valid]
        ordered += sorted(valid.keys() - first.keys(), key=lambda key_id: BY_ID[key_id].rank)
        return [
            (
                key_id,
                [
                    Piece(valid[key_id], "accent", bold=True),
                    Piece(f" {first.get(key_id, BY_ID[key_id].label)}  ", "dim"),
                ],
            )
            for key_id in ordered
        ]

    async def on_click(self, event: events.Click) -> None:
        """A click on a key is that key."""
        piece = self.piece_at(event.x, event.y)
        clicked = next((key_id for key_id, pieces in self._valid_keys() if piece in pieces), None)
        for active in self.screen.active_bindings.values():
            if clicked is not None and active.binding.id == clicked and active.enabled:
                await self.app.run_action(active.binding.action, active.node)
                return

    def _screen_changed(self, _screen: Screen[object]) -> None:
        if self.screen in self.app.screen_stack:
            self.redraw()

    def _bindings_changed(self, screen: Screen[object]) -> None:
        if screen.is_current:
            self.redraw()
