"""Help: the keys of the screen it was opened on, what the signs mean, and the words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.dom import DOMNode
from textual.getters import query_one
from textual.screen import ModalScreen, Screen
from textual.widgets import Input, Static

from newswatch.tui.desk import Desk
from newswatch.tui.keys import BY_ID, Key, bindings
from newswatch.tui.paint.help import FILTER, KEY_CELLS, LANGUAGE, WORDS, HelpLine, HelpPart, help_rows, signs_part
from newswatch.tui.screens.base import BaseScreen
from newswatch.tui.widgets.sheet import Sheet

MOVING = ("list.down", "list.up", "list.top", "list.bottom", "list.half", "list.page", "pane.", "mark.", "field.")
EVERYWHERE = ("go.", "app.")


class HelpScreen(ModalScreen[None]):
    """A sheet over the screen it is about. `/` finds, Esc closes."""

    BINDINGS = bindings("help.", "app.back")
    AUTO_FOCUS = "Sheet"

    sheet = query_one(Sheet)
    needle = query_one(Input)
    line = query_one("#needle", Horizontal)

    def __init__(self, desk: Desk, title: str, parts: Sequence[HelpPart]) -> None:
        super().__init__()
        self._desk = desk
        self._title = title
        self._parts = tuple(parts)

    def compose(self) -> ComposeResult:
        """The sheet, and under it the line to find by."""
        with Vertical(id="help") as box:
            box.border_title = Content(f"Help: {self._title}")
            box.border_subtitle = Content("/ find   esc close")
            yield Sheet()
            with Horizontal(id="needle"):
                yield Static(Content("/"))
                yield Input(placeholder="find a key, a sign, a word", compact=True)

    def on_mount(self) -> None:
        """Laid out when the width is known."""
        self.line.display = False
        self.call_after_refresh(self._show)

    def on_resize(self) -> None:
        """Another width, other lines."""
        self.call_after_refresh(self._show)

    @on(Input.Changed)
    def typed(self) -> None:
        """Finds as it is typed."""
        self._show()

    @on(Input.Submitted)
    def found(self) -> None:
        """Back to the lines, to scroll."""
        self.sheet.focus()

    def action_find(self) -> None:
        """Opens the line to find by."""
        self.line.display = True
        self.needle.focus()

    def action_back(self) -> None:
        """Ends finding; else closes."""
        if self.line.display:
            self.needle.value = ""
            self.line.display = False
            self.sheet.focus()
        else:
            self.dismiss(None)

    def action_close(self) -> None:
        """Closes."""
        self.dismiss(None)

    def _show(self) -> None:
        if self.is_mounted:
            width = max(self.sheet.text_width, 1)
            rows = help_rows(self._parts, self.needle.value, width, self._desk.looks.signs)
            self.sheet.show_lines(rows, is_other=False)


def parts_of(screen: Screen[object], desk: Desk) -> list[HelpPart]:
    """The keys of a screen as it is now, then signs and words."""
    valid = {active.binding.id for active in screen.active_bindings.values() if active.enabled}
    keys = _without_rivals(_keys_of(screen), valid, desk)
    lines = {key.id: _line(screen, key, desk, is_valid=key.id in valid) for key in keys}
    here = [key for key in keys if not key.id.startswith((*MOVING, *EVERYWHERE))]
    parts = [
        ("Here", sorted(here, key=lambda key: key.rank)),
        ("Moving about", [key for key in keys if key.id.startswith(MOVING)]),
        ("Everywhere", [key for key in keys if key.id.startswith(EVERYWHERE)]),
    ]
    of_keys = [HelpPart(title, tuple(lines[key.id] for key in listed)) for title, listed in parts if listed]
    return [*of_keys, signs_part(desk.looks.signs), WORDS, FILTER, LANGUAGE]


def _keys_of(screen: Screen[object]) -> Iterator[Key]:
    """The keys of what has the focus, of all that is around it, and of the app, in the order of the table."""
    nodes: list[DOMNode] = [*(screen.focused or screen).ancestors_with_self, screen.app]
    ids = {
        binding.id
        for node in nodes
        for kind in type(node).__mro__
        for binding in vars(kind).get("BINDINGS", ())
        if isinstance(binding, Binding)
    }
    listed = (key for key in BY_ID.values() if key.id in ids)
    return (key for key in listed if not isinstance(screen, BaseScreen) or screen.has_use_for(key))


def _without_rivals(keys: Iterable[Key], valid: Collection[str | None], desk: Desk) -> list[Key]:
    """Of keys that are pressed alike the one that is valid now; if none is, the first."""
    ordered = sorted(keys, key=lambda key: key.id not in valid)
    taken: set[str] = set()
    kept: set[str] = set()
    for key in ordered:
        names = set(desk.keymap.get(key.id, key.keys).split(","))
        if key.id in valid or not names & taken:
            kept.add(key.id)
            taken |= names
    return [key for key in BY_ID.values() if key.id in kept]


def _line(screen: Screen[object], key: Key, desk: Desk, *, is_valid: bool) -> HelpLine:
    """The key as it is written, others that do the same behind it where there is room."""
    remapped = desk.keymap.get(key.id)
    first, *others = (remapped or key.keys).split(",")
    shown = key.shown if remapped is None else _written(screen, first, key)
    if shown == "enter":
        shown = desk.looks.signs.enter
    for other in (_written(screen, name, key) for name in others):
        if len(f"{shown} {other}") <= KEY_CELLS:
            shown = f"{shown} {other}"
    return HelpLine(shown, key.help, is_valid=is_valid)


def _written(screen: Screen[object], name: str, key: Key) -> str:
    return screen.app.get_key_display(Binding(name.strip(), key.action))
