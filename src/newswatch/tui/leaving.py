"""How the screen ends: by a person, a signal, a fault; always the engine first, and the terminal given back last."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from collections.abc import Callable, Coroutine, Iterable, Iterator
from typing import TYPE_CHECKING

from rich.text import Text
from textual.app import App

from newswatch.errors import NewswatchError
from newswatch.tui.paint import printable
from newswatch.tui.terminal import let_go, terminals
from newswatch.tui.words import counted

if TYPE_CHECKING:
    from newswatch.engine.api import Engine
    from newswatch.model.view import View

QUIT_S = 10.0
PUT_UP_S = 1.0
"""Textual fails on what is not put up yet when the app ends."""
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

log = logging.getLogger(__name__)


class Leaving:
    """Ends an app once, whoever asks: the exit code is that of the first who did.

    `engine` is None until there is one.
    """

    def __init__(self, app: App[int]) -> None:
        self._app = app
        self.engine: Engine | None = None
        self._engine_done = asyncio.Event()
        self._engine_done.set()
        self._is_shown = asyncio.Event()
        self._terminals = terminals()
        self.has_begun = False

    def hear_signals(self) -> None:
        """Signals that end a program end it well, as does a terminal that hangs up."""
        for number in SIGNALS:
            # Only the main thread of a process may; elsewhere (tests, embedding) the host handles signals.
            with contextlib.suppress(ValueError, RuntimeError, NotImplementedError):
                asyncio.get_running_loop().add_signal_handler(number, self._on_signal, number)

    def shown(self) -> None:
        """The first frame is there: from now on the app can end."""
        self._is_shown.set()

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Whoever wants to leave meanwhile waits."""
        self._is_shown.clear()
        try:
            yield
        finally:
            self._is_shown.set()

    async def keep(self, run_engine: Callable[[], Coroutine[object, object, None]]) -> None:
        """Runs the engine; if it fails, the app ends with its exit code and its words."""
        self._engine_done.clear()
        try:
            await run_engine()
        except NewswatchError as error:
            self.fail(str(error), error.exit_code)
        except Exception as error:  # the root of the engine's task: whatever it is, the person is told
            log.exception("the engine failed")
            self.fail(f"the engine failed: {type(error).__name__}: {error}. The log has the details.", 1)
        finally:
            self._engine_done.set()

    def fail(self, text: str, code: int) -> None:
        """Ends at once, with a sentence on stderr."""
        if not self.has_begun:
            self.has_begun = True
            self._app.exit(code, return_code=code, message=Text(f"newswatch: {printable(text)}"))

    def leave(self, code: int) -> None:
        """Ends when the engine has."""
        if not self.has_begun:
            self.has_begun = True
            self._app.run_worker(self._end(code), group="quit", exit_on_error=False)

    def look_for_terminal(self) -> None:
        """Hangs up where the terminal is gone: the kernel says so (SIGHUP) only to those whose controlling one it was,
        and Textual would read its end again and again, as fast as it can.
        """
        if self._terminals and not terminals():
            self._on_signal(signal.SIGHUP)

    def _on_signal(self, number: signal.Signals) -> None:
        if number == signal.SIGHUP:
            let_go(self._terminals)
        self.leave(128 + number)

    async def _end(self, code: int) -> None:
        """The engine first, then the screen: what was asked for is durable before the terminal is given back."""
        try:
            async with asyncio.timeout(QUIT_S):
                await self._is_shown.wait()
                if self.engine is not None:
                    await self.engine.quit()
                await self._engine_done.wait()
        except TimeoutError:
            log.warning("the engine did not end within %.0f s", QUIT_S)
        except Exception:  # nothing may keep a person from leaving
            log.exception("the engine did not end well")
        await self._put_up()
        self._app.exit(code, return_code=code)

    async def _put_up(self) -> None:
        """Waits for a screen that is being opened."""
        is_up = asyncio.Event()
        if self._app.screen.call_after_refresh(is_up.set):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(PUT_UP_S):
                    await is_up.wait()


def reasons_to_stay(view: View, unsaved: Iterable[str], *, is_read_only: bool) -> list[str]:
    """What is said before quitting, nothing where nothing keeps a person: what is not saved, what is new and grave."""
    from newswatch.model.hit import Triage  # there is a view by now; the first frame does without the model
    from newswatch.model.rule import Severity

    said = list(unsaved)
    waiting = [
        story
        for story in view.stories
        if story.is_alert and story.state is Triage.NEW and story.severity.rank >= Severity.HIGH.rank
    ]
    if waiting and not is_read_only:  # the writer goes on watching
        are = "is" if len(waiting) == 1 else "are"
        stories = counted(len(waiting), "high or critical story", "high or critical stories")
        said += [f"{stories} {are} still new.", waiting[0].lead.entry.title]
    return said
