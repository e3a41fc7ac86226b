"""The pulse in two lines, at the foot of a wide screen. It asks for itself, and only while it is on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

from newswatch.errors import NewswatchError
from newswatch.tui.desk import Desk
from newswatch.tui.paint import Pieces
from newswatch.tui.widgets.lines import Lines

if TYPE_CHECKING:
    from newswatch.model.pulse import Pulse

ASK_EVERY_S = 10.0
ASK_EARLY_S = (1.0, 2.0, 4.0, 7.0)
"""Besides, at a start: all feeds come in then, and nothing should read nought beside a list that has filled."""
ASK_SOON_S = 2.0
"""After the list beside it changed: its numbers do not contradict the rows for long."""


class PulseStrip(Lines):
    """Shows what came, where it went, and how the monitor does."""

    @dataclass
    class Taken(Message):
        """The pulse was taken anew."""

        pulse: Pulse

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._pulse: Pulse | None = None
        self._is_asking = False
        self._asks_soon = False

    def on_mount(self) -> None:
        """From now on it asks."""
        self.set_interval(ASK_EVERY_S, self._ask)
        for after_s in ASK_EARLY_S:
            self.set_timer(after_s, self._ask)

    def on_show(self) -> None:
        """At once when it comes to be shown."""
        self._ask()

    def expect(self) -> None:
        """There is something else to count; it is counted soon, however often this is said until then."""
        if self.display and self.is_mounted and not self._asks_soon:
            self._asks_soon = True
            self.set_timer(ASK_SOON_S, self._ask_now)

    def draw(self, width: int) -> Sequence[Pieces]:
        """See `Lines.draw`. Loaded here: few screens are large enough for it."""
        from newswatch.tui.paint.own_health import pulse_strip

        return pulse_strip(self._pulse, self._desk.latest().rules, width, self._desk.looks)

    def _ask_now(self) -> None:
        self._asks_soon = False
        self._ask()

    def _ask(self) -> None:
        if self.display and self.screen.is_current and self.size.height and not self._is_asking:
            self._is_asking = True
            self.run_worker(self._take(), group="pulse", exit_on_error=False)

    async def _take(self) -> None:
        try:
            self._pulse = await self._desk.engine.pulse.look()
        except NewswatchError:
            return  # the engine has ended, or has not begun: the state line says so
        finally:
            self._is_asking = False
        self.redraw()
        self.post_message(self.Taken(self._pulse))
