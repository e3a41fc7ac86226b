"""`make images`, first half: the pictures of README, from the demo's day as it stood at one moment."""

from __future__ import annotations

import asyncio
import sys

from PIL import Image
from textual.pilot import Pilot

from demo_day import IMAGES, PictureClock, picture_of, running_day, screen_of
from newswatch.engine.local import LocalEngine

COLOURS = 256
SIZES = ((80, 24), (120, 40), (200, 50))


async def main() -> None:
    """Alerts at each size, then each other screen, the editor and an article."""
    clock = PictureClock()
    async with running_day(clock) as engine:
        for width, height in SIZES:
            await take(engine, clock, (width, height), f"alerts-{width}x{height}", [])
        await take(engine, clock, (120, 40), "article-120x40", ["enter"])
        await take(engine, clock, (120, 40), "stream-120x40", ["2"])
        await take(engine, clock, (120, 40), "rules-120x40", ["3"])
        await take(engine, clock, (120, 40), "editor-120x40", ["3", "e"])
        await take(engine, clock, (120, 40), "feeds-120x40", ["4"])
        await take(engine, clock, (120, 40), "pulse-120x40", ["5"])
        await take(engine, clock, (120, 40), "search-120x40", ["6", *"troop*"])


async def take(engine: LocalEngine, clock: PictureClock, size: tuple[int, int], name: str, keys: list[str]) -> None:
    """One picture: the main story selected, then these keys."""
    app = screen_of(engine, clock)
    async with app.run_test(size=size) as pilot:
        await select_main_story(engine, pilot)
        for key in keys:
            await pilot.press(key)
        await asyncio.sleep(2.5)  # what is typed, tried and explained arrives
        await pilot.pause()
        target = IMAGES / f"{name}.png"
        picture = picture_of(app.export_screenshot(title="newswatch"))
        picture.quantize(COLOURS, Image.Quantize.MAXCOVERAGE).save(target, optimize=True)
        sys.stdout.write(f"{target}\n")


async def select_main_story(engine: LocalEngine, pilot: Pilot[int]) -> None:
    """Moves to the agency text that six outlets carry."""
    stories = engine.snapshot().stories
    widest = max(range(len(stories)), key=lambda place: (len(stories[place].sources), -place))
    for _ in range(widest):
        await pilot.press("j")
    await pilot.pause()


if __name__ == "__main__":
    IMAGES.mkdir(exist_ok=True)
    asyncio.run(main())
