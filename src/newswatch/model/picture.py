"""A picture of an article, as far as a screen needs it: pixels, or why there are none. Never an image file."""

from __future__ import annotations

from dataclasses import dataclass, field

WIDEST = 960
HIGHEST = 720
"""Pixels of a picture at most: as much as a terminal has room for, little enough to hand about."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Pixels from the top left, row by row, three bytes each (red, green, blue). Raises ValueError where they are not
    as many as `width` and `height` say, or more than a picture has.
    """

    width: int
    height: int
    pixels: bytes = field(repr=False)

    def __post_init__(self) -> None:
        is_sized = 1 <= self.width <= WIDEST and 1 <= self.height <= HIGHEST
        if not is_sized or len(self.pixels) != 3 * self.width * self.height:
            raise ValueError(f"no picture: {self.width} by {self.height} in {len(self.pixels)} bytes")


@dataclass(frozen=True, slots=True)
class NoPicture:
    """There is none to show. `said` is a sentence that says why, safe to show."""

    said: str
