"""`make images`, second half: the animated picture of README, one minute of the demo with somebody at the keys.

Each step is keys, and how long the picture stands after them; while it stands, news goes on coming in.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image

from demo_day import IMAGES, PictureClock, picture_of, running_day, screen_of

SIZE = (110, 32)
ZOOM = 0.72
SPEED_THEN = 60.0
COLOURS = 128
SAMPLED = 8


@dataclass(frozen=True, slots=True)
class Step:
    """Keys, one picture after each, then the last one for so long."""

    keys: Sequence[str]
    stands_s: float
    key_s: float = 0.35


STEPS = (
    Step((), 2.0),
    Step((), 1.5),
    Step(("j", "j"), 1.6),
    Step(("enter",), 2.6),
    Step(("n", "n"), 1.6, 0.6),
    Step(("escape",), 0.8),
    Step(("full_stop",), 1.2),
    Step(("m",), 2.6),
    Step(("escape",), 0.6),
    Step(("3",), 1.6),
    Step(("n",), 0.8),
    Step(tuple("tanker"), 2.8, 0.15),
    Step(("escape", "y"), 0.6),
    Step(("6",), 0.6),
    Step(tuple("kursk"), 2.4, 0.15),
    Step(("escape", "5"), 3.0),
    Step(("1",), 2.0),
)


async def main() -> None:
    """Plays the steps and writes the picture."""
    clock = PictureClock(SPEED_THEN)
    frames: list[tuple[Image.Image, float]] = []
    async with running_day(clock) as engine:
        app = screen_of(engine, clock)
        async with app.run_test(size=SIZE) as pilot:

            async def picture(stands_s: float) -> None:
                await pilot.pause()
                frame = await asyncio.to_thread(picture_of, app.export_screenshot(title="newswatch"), zoom=ZOOM)
                frames.append((frame, stands_s))

            await asyncio.sleep(1.0)
            for step in STEPS:
                for key in step.keys:
                    await pilot.press(key)
                    await picture(step.key_s)
                await asyncio.sleep(1.5)  # what was asked for arrives
                await picture(step.stands_s)
    save(frames)


def side_by_side(frames: Sequence[Image.Image]) -> Image.Image:
    """One picture that holds the colours of all."""
    width, height = frames[0].size
    sheet = Image.new("RGB", (width, height * len(frames)))
    for place, frame in enumerate(frames):
        sheet.paste(frame, (0, height * place))
    return sheet


def save(frames: Sequence[tuple[Image.Image, float]]) -> None:
    """Writes the frames: all frames in one palette, so that nothing flickers."""
    shared = side_by_side([frame for frame, _ in frames[:: max(len(frames) // SAMPLED, 1)]]).quantize(
        COLOURS, Image.Quantize.MAXCOVERAGE
    )
    pictures = [frame.quantize(palette=shared, dither=Image.Dither.NONE) for frame, _ in frames]
    target = IMAGES / "demo.gif"
    pictures[0].save(
        target,
        save_all=True,
        append_images=pictures[1:],
        duration=[int(stands_s * 1000) for _, stands_s in frames],
        loop=0,
        optimize=True,
    )
    sys.stdout.write(f"{target}, {len(frames)} pictures, {target.stat().st_size // 1024} kB\n")


if __name__ == "__main__":
    asyncio.run(main())
