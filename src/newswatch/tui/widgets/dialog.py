"""What dialogs are made of: what they are about, rows to choose from, and the keys at their foot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from newswatch.model.story import Story
from newswatch.tui.keys import BY_ID
from newswatch.tui.looks import Looks
from newswatch.tui.paint import Piece, Pieces, fit, width_of
from newswatch.tui.paint.palette import Ink
from newswatch.tui.paint.wrap import wrapped
from newswatch.tui.widgets.lines import Lines
from newswatch.tui.widgets.row_list import RowList
from newswatch.tui.words import counted

TITLES = 3  # of several stories are named
TITLE_LINES = 2


class Subject(Lines):
    """The stories that a dialog is about: one by its headline, several by their number and the first headlines."""

    def __init__(self, looks: Looks, stories: Sequence[Story]) -> None:
        super().__init__()
        self._looks = looks
        self._stories = tuple(stories)

    def draw(self, width: int) -> Sequence[Pieces]:
        """See `Lines.draw`."""
        return about(self._stories, width, self._looks)


def about(stories: Sequence[Story], width: int, looks: Looks) -> list[Pieces]:
    """What an action is about to be done to."""
    ellipsis = looks.signs.ellipsis
    if len(stories) == 1:
        title = stories[0].lead.entry.title or "no title"
        breaks = wrapped(title, width)
        rows: list[Pieces] = [[Piece(title[start:end], bold=True)] for start, end in breaks[:TITLE_LINES]]
        if len(breaks) > TITLE_LINES:
            rest = title[breaks[TITLE_LINES - 1][0] :]
            rows[-1] = fit([Piece(rest, bold=True)], width, ellipsis)
        return rows
    rows = [[Piece(counted(len(stories), "story", "stories"), bold=True)]]
    rows += [
        fit([Piece(f" {looks.signs.dot} ", "faint"), Piece(story.lead.entry.title, "dim")], width, ellipsis)
        for story in stories[:TITLES]
    ]
    if len(stories) > TITLES:
        rows.append([Piece(f"   and {len(stories) - TITLES:,} more", "faint")])
    return rows


@dataclass(frozen=True, slots=True)
class Row:
    """One thing to choose: a sign before its words, and what is to be said of it at the end of the row."""

    id: str
    words: str
    aside: str = ""
    sign: str = ""
    ink: Ink = "text"


class Choices(RowList[Row], can_focus=False):
    """Rows to choose from, under a field that keeps the keys. As tall as its rows, or as there is room."""

    def id_of(self, item: Row) -> str:
        """See `RowList.id_of`."""
        return item.id

    def draw_item(self, item: Row, width: int, *, is_selected: bool) -> Pieces:
        """See `RowList.draw_item`."""
        signs = self._looks.signs
        head = [Piece(f"{signs.bar if is_selected else ' '} ", "accent", bold=True)]
        if item.sign:
            head.append(Piece(f"{item.sign} ", "accent", bold=True))
        tail = [Piece(f" {item.aside} ", "dim")] if item.aside else []
        room = max(width - width_of(head) - width_of(tail), 1)
        return [*head, *fit([Piece(item.words, item.ink, bold=is_selected)], room, signs.ellipsis), *tail]

    def show(self, items: Sequence[Row], empty: Sequence[Pieces] = ()) -> None:
        """See `RowList.show`."""
        self.styles.height = max(len(items), len(empty), 1)
        super().show(items, empty)


class Foot(Lines):
    """The keys of a dialog, each with a word: `keys` are rows of the table of keys and what they do here."""

    def __init__(self, looks: Looks, keys: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._looks = looks
        self._keys = tuple(keys)

    def say(self, key_id: str, words: str) -> None:
        """What a key does by now."""
        self._keys = tuple((one, words if one == key_id else said) for one, said in self._keys)
        self.redraw()

    def draw(self, width: int) -> Sequence[Pieces]:
        """See `Lines.draw`."""
        line: list[Piece] = []
        for key_id, words in self._keys:
            if words:
                pieces = [Piece(self._shown(key_id), "accent", bold=True), Piece(f" {words}", "text")]
                if width_of(line) + width_of(pieces) + 3 <= width or not line:
                    line += [Piece("   " if line else ""), *pieces]
        return [fit(line, width, self._looks.signs.ellipsis)]

    def _shown(self, key_id: str) -> str:
        """How the key is written, as a person mapped it."""
        for active in self.screen.active_bindings.values():
            if active.binding.id == key_id:
                shown = active.binding.key_display
                if shown is None:
                    shown = self.app.get_key_display(replace(active.binding, key_display=None))
                return self._looks.signs.enter if shown == "enter" else shown
        shown = BY_ID[key_id].shown  # a field of the dialog has the key, and hands on what it means
        return self._looks.signs.enter if shown == "enter" else shown
