"""Alerts ring once, the grave ones alone; what a gap brought is said until it was read."""

from __future__ import annotations

import pytest

from newswatch.model.event import AlertsRaised, Batch, Lagged, NoticeLevel, NoticeRaised
from newswatch.model.rule import Severity
from newswatch.testing.engine import ScriptedEngine
from newswatch.tui.app import NewswatchApp
from newswatch.tui.attention import rings
from tests.tui.stage import Hands, app_on, hit, lines, publish, text, until

SAID = "38 alerts from 10 feeds, after a gap of 8 h"


def raised(*severities: Severity, is_gap: bool = False, said: str = "Tanker (Gulf Wire)") -> AlertsRaised:
    hits = tuple(hit(f"Tanker {n}", severity=severity) for n, severity in enumerate(severities))
    return AlertsRaised(hits, said, is_gap=is_gap)


@pytest.mark.parametrize(
    ("event", "is_heard"),
    [
        (raised(Severity.CRITICAL), True),
        (raised(Severity.LOW, Severity.HIGH), True),
        (raised(Severity.NORMAL), False),
        (raised(Severity.LOW, is_gap=True), True),
    ],
)
def test_grave_alerts_and_gaps_ring_and_all_others_only_show(event: AlertsRaised, is_heard: bool) -> None:  # noqa: FBT001  a parameter
    assert rings(Batch(1, (event,))) is is_heard


def belled(app: NewswatchApp, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    heard: list[str] = []
    monkeypatch.setattr(app, "bell", lambda: heard.append("ring"))
    return heard


async def test_however_many_alerts_come_at_once_it_rings_once(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = ScriptedEngine()
    app = app_on(engine)
    heard = belled(app, monkeypatch)
    async with app.run_test() as pilot:
        engine.publish(raised(Severity.HIGH), raised(Severity.CRITICAL), raised(Severity.HIGH))
        await until(pilot, lambda: bool(heard))
        await publish(pilot, engine, hit("Quiet"))
        assert heard == ["ring"]


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (200, 50)])
async def test_what_a_gap_brought_is_said_on_every_screen_until_a_key_after_it_was_read(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    hands = Hands()
    engine = ScriptedEngine(hits=[hit("First")])
    app = app_on(engine, monotonic=hands)
    heard = belled(app, monkeypatch)
    async with app.run_test(size=size) as pilot:
        await pilot.press("4")
        engine.publish(raised(Severity.NORMAL, is_gap=True, said=SAID))
        await until(pilot, lambda: SAID in text(app))
        assert heard == ["ring"]
        hands.at_s += 1
        await pilot.press("j")  # pressed before anybody could have read it
        assert SAID in text(app)
        await pilot.press("1")
        assert SAID in text(app)
        engine.publish(NoticeRaised("disk", NoticeLevel.ERROR, "NOT SAVING"))
        await until(pilot, lambda: "NOT SAVING" in text(app))
        assert "+1 more" in text(app)
        hands.at_s += 2
        await pilot.press("j")
        await until(pilot, lambda: "+1 more" not in text(app))
        assert "NOT SAVING" in lines(app)[1]


async def test_a_note_survives_falling_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = ScriptedEngine(ring=3)
    app = app_on(engine)
    async with app.run_test() as pilot:
        engine.publish(raised(Severity.LOW, is_gap=True, said=SAID))
        await until(pilot, lambda: SAID in text(app))
        for number in range(9):
            engine.publish(NoticeRaised("n", NoticeLevel.INFO, f"note {number}"))
        assert isinstance(await anext(engine.watch(0)), Lagged)
        await until(pilot, lambda: "note 8" in text(app) or "+1 more" in text(app))
        assert "gap 0" in app._desk.latest().notices
