"""The commands of the palette, one a row."""

from __future__ import annotations

from newswatch.tui.commands import Command
from newswatch.tui.paint import Piece, Pieces, fit, width_of
from newswatch.tui.widgets.row_list import RowList

KEY_CELLS = 8
ABOUT_FROM = 64
WORDS_CELLS = 30  # longer words have no sentence: the sentences begin in one column


class CommandList(RowList[Command], can_focus=False):
    """Words, a sentence where there is room, and the key at the end."""

    def id_of(self, item: Command) -> str:
        """The command's id."""
        return item.id

    def draw_item(self, item: Command, width: int, *, is_selected: bool) -> Pieces:
        """See `RowList.draw_item`."""
        signs = self._looks.signs
        bar = Piece(signs.bar if is_selected else " ", "accent", bold=True)
        key = fit([Piece(item.key, "accent", bold=True)], KEY_CELLS, signs.ellipsis)
        words = [Piece(item.words, "text", bold=is_selected)]
        room = max(width - KEY_CELLS - 3, 1)
        if item.about and width >= ABOUT_FROM and width_of(words) <= WORDS_CELLS:
            words = [*fit(words, WORDS_CELLS + 2), Piece(item.about, "faint" if not is_selected else "dim")]
        return [bar, Piece(" "), *fit(words, room, signs.ellipsis), Piece(" "), *key]
