"""The least that Textual can do, which `bench.screen` runs on a terminal: `python -m bench._bare_clock`.

A module of its own, which loads Textual and nothing of ours.
"""

from __future__ import annotations

import time

from textual.app import App, ComposeResult
from textual.widgets import Static


class Clock(App[None]):
    """The least that Textual can do: a clock that ticks once a second."""

    def compose(self) -> ComposeResult:
        """One line."""
        yield Static("ready", markup=False)

    def on_mount(self) -> None:
        """Ticks."""
        self.set_interval(1.0, self._tick)

    def _tick(self) -> None:
        self.query_one(Static).update(time.strftime("%H:%M:%S"))


if __name__ == "__main__":
    Clock().run()
