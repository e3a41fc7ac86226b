"""What the screen tests share: an app on a scripted engine, and ways to read what it shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from textual.geometry import Region
from textual.pilot import Pilot

from newswatch.model.entry import Entry
from newswatch.model.event import HitsStored
from newswatch.model.hit import Hit, Mark
from newswatch.model.rule import RuleId, Severity
from newswatch.testing import build
from newswatch.testing.engine import ScriptedEngine
from newswatch.tui.app import NewswatchApp
from newswatch.tui.screens.alerts import AlertsScreen

HANG_TURNS = 400


@dataclass
class Hands:
    """A clock for hands and eyes, turned by the test."""

    at_s: float = 1_000.0

    def __call__(self) -> float:
        return self.at_s


@dataclass
class Wall:
    """The wall clock, turned by the test."""

    at: datetime = field(default_factory=lambda: build.at(10))

    def __call__(self) -> datetime:
        return self.at


def hit(
    title: str, minute: float = 0.0, *, rule: str = "hormuz", severity: Severity = Severity.NORMAL, **changes: Any
) -> Hit:
    """A hit on an entry of that title, first seen at that minute, with the title's first word marked."""
    word = title.split(" ", maxsplit=1)[0]
    made: Entry = build.entry(title, seen_at=build.at(minute), published_at=build.at(minute))
    by = build.rule(id=RuleId(rule), severity=severity)
    return build.hit(made, by, **{"marks": (Mark("title", 0, len(word), word),), **changes})


def hits(*titles: str) -> list[Hit]:
    """Hits in the order of their rows: the first is the newest."""
    return [hit(title, minute=len(titles) - number) for number, title in enumerate(titles)]


def app_on(engine: ScriptedEngine, **options: Any) -> NewswatchApp:
    """An app at ten past the epoch."""
    return NewswatchApp(engine, **{"now": Wall(), "icons": "unicode", **options})


def alerts(app: NewswatchApp) -> AlertsScreen:
    """The home screen."""
    screen = app.screen_stack[0]
    assert isinstance(screen, AlertsScreen)
    return screen


def titles(app: NewswatchApp) -> list[str]:
    """The headlines of the list, first row first."""
    return [story.lead.entry.title for story in alerts(app).listing.rows]


def selected(app: NewswatchApp) -> str:
    """The headline of the selected row."""
    story = alerts(app).listing.story
    return story.lead.entry.title if story is not None else ""


def lines(app: NewswatchApp) -> list[str]:
    """What the terminal shows, row by row."""
    width, height = app.size
    compositor = app.screen._compositor
    return [strip.text for strip in compositor.render_strips(app.size)] if width and height else []


def text(app: NewswatchApp) -> str:
    """What the terminal shows."""
    return "\n".join(lines(app))


def whole(app: NewswatchApp) -> Region:
    """The region of the whole screen."""
    return Region(0, 0, *app.size)


async def until(pilot: Pilot[int], is_so: Callable[[], bool]) -> None:
    """Waits until something is so; fails when it never is."""
    for _ in range(HANG_TURNS):
        if is_so():
            await pilot.pause()
            return
        await pilot.pause(0.01)
    raise AssertionError(f"never so; the screen shows:\n{text(pilot.app)}")  # type: ignore[arg-type]  # Pilot knows only App


async def publish(pilot: Pilot[int], engine: ScriptedEngine, *new: Hit) -> None:
    """Lets these hits arrive, and waits until the app has taken them in."""
    engine.publish(HitsStored(new))
    app = pilot.app
    assert isinstance(app, NewswatchApp)
    seq = engine.view.seq
    await until(pilot, lambda: alerts(app).view.seq >= seq)
