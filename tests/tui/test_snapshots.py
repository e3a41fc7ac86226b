"""What whole screens look like, at the four sizes. After a change that is meant: pytest tests/tui/test_snapshots.py
--snapshot-update, and look at each picture that changed."""

from __future__ import annotations

from typing import Any, Protocol

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from newswatch.tui.app import NewswatchApp
from tests.tui.newsroom import newsroom
from tests.tui.stage import Hands, app_on, text, until


class Compare(Protocol):
    """The fixture of pytest-textual-snapshot."""

    def __call__(self, app: NewswatchApp, **options: Any) -> bool: ...


SCREENS = {
    "alerts-58x16": ((58, 16), (), "Tanker"),
    "alerts-80x24": ((80, 24), (), "Tanker"),
    "alerts-120x40": ((120, 40), ("j",), "12,000"),
    "alerts-200x50": ((200, 50), ("j",), "12,000"),
    "stream-120x40": ((120, 40), ("2",), "Ferry"),
    "rules-80x24": ((80, 24), ("3",), "quake"),
    "editor-120x40": ((120, 40), ("3", "e"), "rehearse"),
    "feeds-120x40": ((120, 40), ("4",), "503"),
    "pulse-120x40": ((120, 40), ("5",), "unmatched"),
    "search-80x24": ((80, 24), ("6", *"troops"), "found"),
    "article-80x24": ((80, 24), ("j", "enter"), "12,000"),
    "mute-80x24": ((80, 24), ("j", "m"), "Hides"),
}


@pytest.mark.parametrize(("size", "keys", "awaited"), SCREENS.values(), ids=SCREENS)
def test_looks_as_it_did(size: tuple[int, int], keys: tuple[str, ...], awaited: str, snap_compare: Compare) -> None:
    app = app_on(newsroom(), monotonic=Hands())

    async def play(pilot: Pilot[int]) -> None:
        await until(pilot, lambda: "Tanker" in text(app))
        await pilot.press(*keys)
        await until(pilot, lambda: awaited in text(app))
        for field in (*app.screen.query(Input), *app.screen.query(TextArea)):
            field.cursor_blink = False
        await pilot.pause(0.3)

    assert snap_compare(app, terminal_size=size, run_before=play)
