"""The start: the first frame at once, all else beside it, and then the home screen in the place of the frame.

What a person types meanwhile is kept, and done when there is something to do it to. `cli` starts this app; one that
is made with an engine (`NewswatchApp`) needs no start.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual import events

from newswatch.collector import at_rest
from newswatch.errors import NewswatchError
from newswatch.tui import opening
from newswatch.tui.app import FRAME, REST, NewswatchApp
from newswatch.tui.key_order import MOST_HELD
from newswatch.tui.places import ALERTS, PLACES
from newswatch.tui.screens.starting import StartingScreen
from newswatch.tui.stylesheet import KeptStylesheet

if TYPE_CHECKING:
    from newswatch.engine.api import Engine

STARTING = "starting"
EARLY = (events.InputEvent, events.Paste, events.AppBlur, events.AppFocus)
"""What a person does. Where the mouse goes on its way is nothing to come back to."""

log = logging.getLogger(__name__)


class StartingApp(NewswatchApp):
    """`open_engine` is called once, on a thread, after the first frame; what it raises ends the app in its words."""

    DEFAULT_MODE = STARTING
    CSS_PATH = [FRAME]  # noqa: RUF012  as in the base class

    def __init__(self, open_engine: Callable[[], Engine], **options: Any) -> None:  # as `NewswatchApp` takes them
        super().__init__(None, **options)
        self._open_engine = open_engine
        self._early: deque[events.Event] = deque()
        self._is_ready = False
        self._rest = Path(__file__).with_name(REST)
        self.add_mode(STARTING, lambda: StartingScreen(self._looks, PLACES))

    async def on_event(self, event: events.Event) -> None:
        """Keeps what comes too early; but ctrl+c means the program itself."""
        if self._is_ready or not isinstance(event, EARLY):
            await super().on_event(event)
        elif isinstance(event, events.Key) and event.key == "ctrl+c":
            self._leaving.leave(0)
        elif len(self._early) < MOST_HELD and not isinstance(event, events.MouseMove):
            self._early.append(event)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Until it is ready, what Alerts will offer."""
        return super().check_action(action, parameters) if self._is_ready else action != "take_over"

    def begin(self) -> None:
        """See `NewswatchApp.begin`."""
        self.run_worker(self._start, group="start", exit_on_error=False)  # type: ignore[arg-type]  # see `tui.latest`: called when its turn comes

    def _tick(self) -> None:
        if self._is_ready:
            super()._tick()

    async def _start(self) -> None:
        try:
            engine = await asyncio.to_thread(self._load)
            if not self._leaving.has_begun:
                await self._put_in_place(engine)
        except NewswatchError as error:
            self._leaving.fail(str(error), error.exit_code)
        except Exception as error:  # the root of the starting task: whatever it is, the person is told
            log.exception("the start failed")
            self._leaving.fail(f"the start failed: {type(error).__name__}: {error}. The log has the details.", 1)

    def _load(self) -> Engine:
        with at_rest():
            opening.load()
            if isinstance(self.stylesheet, KeptStylesheet):
                self.stylesheet.foresee(self._rest)
            return self._open_engine()

    async def _put_in_place(self, engine: Engine) -> None:
        """The home screen takes the place of the frame in one frame."""
        self.stylesheet.read(self._rest)
        self.furnish(engine)
        with self._leaving.held(), self.batch_update():
            await self.switch_mode(ALERTS.name)
            await self.remove_mode(STARTING)
        self.screen.refresh()
        super().begin()
        self.call_later(self._catch_up)  # behind what waits in the app's queue, which came later than what was kept

    async def _catch_up(self) -> None:
        self._is_ready = True
        self.screen.refresh_bindings()
        while self._early:
            await super().on_event(self._early.popleft())
