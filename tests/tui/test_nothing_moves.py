"""What the eye is on stays where it is, whatever is said above it."""

from __future__ import annotations

import pytest

from newswatch.model.event import NoticeCleared, NoticeLevel, NoticeRaised
from newswatch.tui.screens import selected
from tests.tui.newsroom import newsroom
from tests.tui.stage import Hands, app_on, lines, text, until

SAID = "not saving: the disk is full"


@pytest.mark.parametrize("size", [(80, 14), (80, 24), (120, 40), (200, 50)])
@pytest.mark.parametrize(
    "keys",
    [("j",), ("2", "j"), ("3",), ("4",), ("j", "enter"), ("2", "G", "enter")],
    ids=["alerts", "stream", "rules", "feeds", "article", "entry"],
)
async def test_a_notice_that_comes_and_goes_moves_no_row(
    size: tuple[int, int], keys: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selected, "SEEN_AFTER_S", 600.0)
    engine = newsroom()
    app = app_on(engine, monotonic=Hands())
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: "Tanker" in text(app))
        await pilot.press(*keys)
        await pilot.pause(0.4)
        before = lines(app)
        engine.publish(NoticeRaised("disk", NoticeLevel.ERROR, SAID))
        await until(pilot, lambda: SAID in text(app))
        await pilot.pause(0.1)
        assert lines(app)[3:] == before[3:]
        assert SAID in lines(app)[0 if size[1] < 20 else 1]
        assert "LIVE" in lines(app)[0]
        engine.publish(NoticeCleared("disk"))
        await until(pilot, lambda: SAID not in text(app))
        await pilot.pause(0.1)
        assert lines(app)[1:] == before[1:]
