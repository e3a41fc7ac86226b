"""How things are shown, whatever they are: the time of day, its zone, the signs, and a ribbon."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from newswatch.tui.signs import Signs


@dataclass(frozen=True, slots=True)
class Looks:
    """Handed to every screen. `now` is the wall clock that ages count from; `monotonic` counts seconds for
    a person's hands and eyes (idle, reaction), and is real also where `now` runs fast, as in the demo.
    `ribbon` stands in the state line of every screen, for the demo to say what it is.
    """

    now: Callable[[], datetime]
    monotonic: Callable[[], float]
    zone: tzinfo
    signs: Signs
    ribbon: str = ""
