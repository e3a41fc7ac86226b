"""`newswatch` without a verb: the monitor on the screen."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from newswatch.cli.exits import told
from newswatch.cli.home import ready_home
from newswatch.cli.options import Options
from newswatch.config import Settings
from newswatch.engine.clock import Clock, SystemClock
from newswatch.engine.local import LocalEngine
from newswatch.engine.standby import StandbyEngine
from newswatch.errors import NewswatchError, UsageError


def open_screen(options: Options) -> int:
    """Runs the monitor until a person quits. Returns the exit code."""
    try:
        require_terminal()
        home, settings = ready_home(options)
        clock = SystemClock()
        return show(StandbyEngine(home, clock=clock), clock, settings)
    except (NewswatchError, ExceptionGroup) as error:
        return told(error)


def show(
    engine: LocalEngine | StandbyEngine,
    clock: Clock,
    settings: Settings,
    *,
    ribbon: str = "",
    run: Callable[[], Coroutine[object, object, None]] | None = None,
) -> int:
    """The screen over an engine, whose life (`run`) it starts after its first paint. Returns the exit code."""
    from newswatch.tui.app import NewswatchApp

    app = NewswatchApp(
        engine,
        now=clock.now,
        run_engine=run or engine.run,
        theme=settings.ui.theme,
        icons=settings.ui.icons,
        zone=zone_of(settings.ui.timezone),
        ribbon=ribbon,
        keys=settings.ui.keys,
    )
    return app.run() or app.return_code or 0


def zone_of(name: str) -> tzinfo:
    """The zone that times are shown in. The name was checked when the settings were read."""
    if name == "UTC":
        return UTC
    if name == "local":
        return datetime.now(UTC).astimezone().tzinfo or UTC
    return ZoneInfo(name)


def require_terminal(what: str = "the monitor") -> None:
    """Raises UsageError, with what to do instead, where no screen can be drawn."""
    instead = "To watch your own feeds without one, use: newswatch run"
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(f"{what} needs a terminal. {instead}")
    if os.environ.get("TERM", "dumb") == "dumb":
        raise UsageError(f"{what} needs a terminal that can draw a screen, and TERM=dumb cannot. {instead}")
