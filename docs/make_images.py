"""`make images`: the pictures of README, taken from the demo's day as it stood at one moment.

The day runs through the real monitor up to that moment, then its clock stands still. Needs `rsvg-convert` and the fonts
below (Debian: librsvg2-bin, fonts-firacode, fonts-dejavu, fonts-noto-cjk) to turn Textual's SVG into PNG.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from textual.pilot import Pilot

from newswatch.cli.home import home_of
from newswatch.config import load_settings
from newswatch.demo import DAY_START, DemoClock, DemoServer, load_day, write_home
from newswatch.engine.local import LocalEngine
from newswatch.paths import find_paths
from newswatch.tui.app import NewswatchApp

IMAGES = Path(__file__).parent / "images"
MOMENT = datetime(2024, 10, 25, 9, 42, tzinfo=UTC)
SPEED = 900.0
FONTS = '"Fira Code","DejaVu Sans Mono","Noto Sans Mono CJK JP",monospace; white-space: pre'
SIZES = ((80, 24), (120, 40), (200, 50))


class StillClock(DemoClock):
    """The demo's clock, until the moment of the pictures; then it stands."""

    def now(self) -> datetime:
        """See `Clock.now`."""
        return min(super().now(), MOMENT)

    async def sleep(self, seconds: float) -> None:
        """See `Clock.sleep`. Who would wait beyond the moment waits for ever."""
        left = max((MOMENT - self.now()).total_seconds(), 0.0)
        await super().sleep(seconds if seconds < left else float(10**9))


async def main() -> None:
    """Takes all pictures."""
    with tempfile.TemporaryDirectory(prefix="newswatch-images-") as name:
        folder = Path(name)
        clock = StillClock(DAY_START, SPEED)
        async with DemoServer(load_day(), clock.now) as server:
            write_home(folder, server.url)
            paths = find_paths(folder, {})
            engine = LocalEngine(home_of(paths, load_settings(paths.settings)), clock=clock)
            life = asyncio.ensure_future(engine.run())
            await asyncio.sleep((MOMENT - DAY_START).total_seconds() / SPEED + 2.0)
            await take_all(engine, clock)
            await engine.quit()
            await life


async def take_all(engine: LocalEngine, clock: StillClock) -> None:
    """Alerts at each size, the rules with the editor, the feeds, an article."""
    for width, height in SIZES:
        await take(engine, clock, (width, height), f"alerts-{width}x{height}", [])
    await take(engine, clock, (120, 40), "article-120x40", ["enter"])
    await take(engine, clock, (120, 40), "rules-120x40", ["3"])
    await take(engine, clock, (120, 40), "editor-120x40", ["3", "e"])
    await take(engine, clock, (120, 40), "feeds-120x40", ["4"])


async def take(engine: LocalEngine, clock: StillClock, size: tuple[int, int], name: str, keys: list[str]) -> None:
    """One picture: the main story selected, then these keys."""
    app = NewswatchApp(engine, now=clock.now, icons="unicode", ribbon="DEMO 25 Oct 2024")
    async with app.run_test(size=size) as pilot:
        await select_main_story(engine, pilot)
        for key in keys:
            await pilot.press(key)
        await asyncio.sleep(1.5)  # what is typed, tried and explained arrives
        await pilot.pause()
        convert(app.export_screenshot(title="newswatch"), IMAGES / f"{name}.png")


async def select_main_story(engine: LocalEngine, pilot: Pilot[int]) -> None:
    """Moves to the agency text that six outlets carry."""
    stories = engine.snapshot().stories
    widest = max(range(len(stories)), key=lambda place: (len(stories[place].sources), -place))
    for _ in range(widest):
        await pilot.press("j")
    await pilot.pause()


def convert(svg: str, target: Path) -> None:
    """Textual's SVG as PNG, blanks and wide characters kept."""
    svg = svg.replace("<svg ", '<svg xml:space="preserve" ', 1)
    svg = svg.replace("font-family: Fira Code, monospace", f"font-family: {FONTS}")
    converter = ["rsvg-convert", "--zoom", "1", "--output", str(target)]
    subprocess.run(converter, input=svg.encode(), check=True)
    sys.stdout.write(f"{target}\n")


if __name__ == "__main__":
    IMAGES.mkdir(exist_ok=True)
    asyncio.run(main())
