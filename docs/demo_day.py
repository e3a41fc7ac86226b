"""The demo's day for pictures: it runs through the real monitor up to a moment, where its clock stands still, or slows.

Pictures need `rsvg-convert` and the fonts below (Debian: librsvg2-bin, fonts-firacode, fonts-dejavu, fonts-noto-cjk) to
turn Textual's SVG into PNG.
"""

from __future__ import annotations

import asyncio
import io
import subprocess
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PIL import Image

from newswatch.cli.home import home_of
from newswatch.config import load_settings
from newswatch.demo import DAY_START, DemoClock, DemoServer, load_day, write_home
from newswatch.demo.pages import DemoPages
from newswatch.engine.clock import SystemClock
from newswatch.engine.local import LocalEngine
from newswatch.paths import find_paths
from newswatch.tui.app import NewswatchApp

IMAGES = Path(__file__).parent / "images"
MOMENT = datetime(2024, 10, 25, 9, 42, tzinfo=UTC)
SPEED = 900.0
FONTS = '"Fira Code","DejaVu Sans Mono","Noto Sans Mono CJK JP",monospace; white-space: pre'


class PictureClock(DemoClock):
    """The demo's clock, until the moment of the pictures; from then on at another speed, 0 to stand."""

    def __init__(self, speed_then: float = 0.0) -> None:
        super().__init__(DAY_START, SPEED)
        self._speed_then = speed_then

    def now(self) -> datetime:
        """See `Clock.now`."""
        return DAY_START + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        """See `Clock.monotonic`."""
        fast_s = super().monotonic()
        until_s = (MOMENT - DAY_START).total_seconds()
        return fast_s if fast_s <= until_s else until_s + (fast_s - until_s) / SPEED * self._speed_then

    async def sleep(self, seconds: float) -> None:
        """See `Clock.sleep`. Who would wait beyond a moment at which it stands waits for ever."""
        until_s = (MOMENT - DAY_START).total_seconds()
        begun_s = self.monotonic()
        fast_s = min(seconds, max(until_s - begun_s, 0.0))
        await super().sleep(fast_s)
        if seconds > fast_s:
            await asyncio.sleep((seconds - fast_s) / self._speed_then if self._speed_then else 10.0**9)


@asynccontextmanager
async def running_day(clock: PictureClock) -> AsyncIterator[LocalEngine]:
    """The engine of the demo's home, at the moment of the pictures."""
    with tempfile.TemporaryDirectory(prefix="newswatch-images-") as name:
        folder, day = Path(name), load_day()
        async with DemoServer(day, clock.now) as server:
            write_home(folder, server.url)
            paths = find_paths(folder, {})
            engine = LocalEngine(
                home_of(paths, load_settings(paths.settings)),
                clock=clock,
                own_clock=SystemClock(),
                open_pages=lambda *_: DemoPages(day, clock.now),
            )
            life = asyncio.ensure_future(engine.run())
            await asyncio.sleep((MOMENT - DAY_START).total_seconds() / SPEED + 2.0)
            try:
                yield engine
            finally:
                await engine.quit()
                await life


def screen_of(engine: LocalEngine, clock: PictureClock) -> NewswatchApp:
    """The app over that engine."""
    return NewswatchApp(engine, now=clock.now, icons="unicode", ribbon="DEMO 25 Oct 2024")


def picture_of(svg: str, *, zoom: float = 1.0) -> Image.Image:
    """Textual's SVG as a picture, blanks and wide characters kept."""
    svg = svg.replace("<svg ", '<svg xml:space="preserve" ', 1)
    svg = svg.replace("font-family: Fira Code, monospace", f"font-family: {FONTS}")
    converter = ["rsvg-convert", "--zoom", str(zoom)]
    png = subprocess.run(converter, input=svg.encode(), check=True, stdout=subprocess.PIPE).stdout
    return Image.open(io.BytesIO(png)).convert("RGB")
