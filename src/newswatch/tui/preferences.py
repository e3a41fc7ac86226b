"""settings.toml as the screen knows it: handed in, since where it lies and how it is written is not the screen's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newswatch.model.setting import Setting


@dataclass(frozen=True, slots=True)
class Preferences:
    """`rows` reads what is in force, anew at each call; `save` writes one key, comments kept. Both raise
    NewswatchError, may wait for a disk, and are called off the event loop. `file` is settings.toml; `handovers` the
    folder for hand-overs, `exports` that for articles (None: nothing is exported). `is_passing`: all of it is the
    demo's, and gone when that ends.
    """

    file: Path
    handovers: Path
    rows: Callable[[], Sequence[Setting]]
    save: Callable[[str, str], None]
    exports: Path | None = None
    is_passing: bool = False

    def wrote(self, path: Path) -> str:
        """What is said of a file that was written."""
        return f"wrote, until the demo ends: {path}" if self.is_passing else f"wrote {path}"
