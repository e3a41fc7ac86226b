"""The one list widget: what a key costs goes by the rows in sight, and the selection stays with its item."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC

from textual.app import App, ComposeResult

from newswatch.testing import build
from newswatch.tui.looks import Looks
from newswatch.tui.paint import Piece, Pieces
from newswatch.tui.signs import UNICODE
from newswatch.tui.theme import NIGHT, variables_for
from newswatch.tui.widgets.row_list import RowList


@dataclass(frozen=True)
class Item:
    id: str
    words: str


class Counted(RowList[Item]):
    """Counts what it is asked."""

    def __init__(self, *, says_look: bool = False) -> None:
        super().__init__(Looks(build.at, time.monotonic, UTC, UNICODE))
        self.drawn = 0
        self.asked = 0
        self._says_look = says_look

    def id_of(self, item: Item) -> str:
        self.asked += 1
        return item.id

    def look_of(self, item: Item) -> object:  # noqa: ARG002  the same for all
        return () if self._says_look else None

    def draw_item(self, item: Item, width: int, *, is_selected: bool) -> Pieces:  # noqa: ARG002  not drawn
        self.drawn += 1
        return [Piece(item.words)]


class Stage(App[None]):
    def __init__(self, rows: Counted) -> None:
        super().__init__()
        self.register_theme(NIGHT)
        self.theme = NIGHT.name
        self.rows = rows

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return variables_for(self.current_theme)

    def compose(self) -> ComposeResult:
        yield self.rows


def items(number: int, first: int = 0) -> Sequence[Item]:
    return tuple(Item(str(one), f"row {one}") for one in range(first, first + number))


async def test_a_key_in_a_list_of_100_000_costs_what_it_costs_in_a_short_one() -> None:
    costs: list[tuple[int, int]] = []
    for number in (1_000, 100_000):
        rows = Counted()
        app = Stage(rows)
        async with app.run_test(size=(80, 24)) as pilot:
            rows.show(items(number))
            await pilot.press("G")
            await pilot.press("k")
            rows.drawn = rows.asked = 0
            for key in ("k", "ctrl+u", "g", "j", "ctrl+d", "G"):
                await pilot.press(key)
            assert rows.selected is not None
            assert rows.selected.id == str(number - 1)
            costs.append((rows.drawn, rows.asked))
    (drawn, asked), (drawn_of_many, asked_of_many) = costs
    assert drawn_of_many <= drawn * 1.1
    assert asked_of_many <= asked * 1.1


async def test_rows_that_say_what_they_depend_on_are_drawn_once() -> None:
    rows = Counted(says_look=True)
    app = Stage(rows)
    async with app.run_test(size=(80, 24)) as pilot:
        rows.show(items(1_000))
        await pilot.pause()
        rows.drawn = 0
        await pilot.press("j")
        assert rows.drawn == 2  # the row that was selected, and the one that is
        rows.drawn = 0
        rows.refresh_changed()
        rows.show(items(1_000))
        await pilot.pause()
        assert rows.drawn == 0


async def test_the_selection_stays_with_its_item_and_its_place_on_the_screen() -> None:
    rows = Counted()
    app = Stage(rows)
    async with app.run_test(size=(80, 24)) as pilot:
        rows.show(items(100, first=50))
        await pilot.press("G", "k", "k")
        y = rows.index - rows.scroll_offset.y
        rows.show([*items(7), *items(100, first=50)])
        assert rows.selected == Item("147", "row 147")
        assert rows.index - rows.scroll_offset.y == y
        rows.show(items(20, first=50))
        assert rows.selected == Item("69", "row 69")
        rows.select("55")
        assert rows.index == 5
        rows.show(())
        assert [rows.selected] == [None]
        rows.show(items(3))
        assert [rows.selected] == [Item("0", "row 0")]
