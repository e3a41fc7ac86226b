"""`newswatch demo`: a recorded day through the real monitor, offline, in a home of its own that is gone afterwards."""

from __future__ import annotations

import asyncio
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path

from newswatch.cli.exits import told
from newswatch.cli.home import home_of, open_log
from newswatch.cli.in_force import DEMO
from newswatch.cli.options import Options, paths_of
from newswatch.cli.screen import preferences_of, require_terminal, show
from newswatch.config import load_settings
from newswatch.demo import DAY_END, DAY_START, DEFAULT_SPEED, DemoClock, DemoServer, load_day, write_home
from newswatch.demo.pages import DemoPages
from newswatch.engine.clock import SystemClock
from newswatch.engine.local import LocalEngine
from newswatch.errors import NewswatchError, UsageError
from newswatch.interrupts import raise_again


def open_demo(options: Options, speed: float | None, port: int) -> int:
    """Replays the day on the screen until a person quits. Returns the exit code."""
    try:
        require_terminal("the demo")
        raise_again()  # its home must be gone afterwards
        with tempfile.TemporaryDirectory(prefix="newswatch-demo-") as folder:
            return _show_day(Options(Path(folder), options.log_level), speed or DEFAULT_SPEED, port)
    except (NewswatchError, ExceptionGroup) as error:
        return told(error)


async def _tell_the_end(engine: LocalEngine, clock: DemoClock) -> None:
    await clock.sleep((DAY_END - clock.now()).total_seconds())
    engine.say("demo", "the recorded day is over: nothing new comes any more. q quits")


def _show_day(options: Options, speed: float, port: int) -> int:
    paths = paths_of(options)
    folder = paths.data
    open_log(paths.log, options.log_level)
    write_home(folder, "http://127.0.0.1:9")  # the settings are needed before the server has its address
    settings = load_settings(paths.settings)
    clock = DemoClock(DAY_START, speed)
    engine = LocalEngine(
        home_of(paths, settings),
        clock=clock,
        own_clock=SystemClock(),
        open_pages=lambda *_: DemoPages(load_day(), clock.now),
    )

    async def live() -> None:
        async with AsyncExitStack() as stack:
            try:
                server = await stack.enter_async_context(DemoServer(load_day(), clock.now, port))
            except OSError as error:
                raise UsageError(f"the demo's local server cannot listen on port {port}: {error.strerror}") from error
            write_home(folder, server.url)
            stack.callback(asyncio.ensure_future(_tell_the_end(engine, clock)).cancel)
            await engine.run()

    return show(
        lambda: engine,
        clock,
        settings,
        ribbon=f"DEMO 25 Oct 2024 · {speed:g}× life",
        run=live,
        pace=speed,
        preferences=preferences_of(options, DEMO, is_passing=True),
        rules_file=paths.rules,
        feeds_file=paths.feeds,
    )
