"""`newswatch` without a verb: the monitor on the screen."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC, datetime, tzinfo
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from newswatch.cli.exits import told
from newswatch.cli.home import is_fresh, ready
from newswatch.cli.options import Options, paths_of
from newswatch.collector import rest
from newswatch.config import Settings
from newswatch.engine.clock import Clock, SystemClock
from newswatch.errors import NewswatchError, SettingsInvalid, UsageError

if TYPE_CHECKING:
    from newswatch.engine.api.first_run import FirstRun
    from newswatch.engine.local import LocalEngine
    from newswatch.engine.standby import StandbyEngine
    from newswatch.model.setting import Setting
    from newswatch.tui.preferences import Preferences


def open_screen(options: Options, home_from: str = "") -> int:
    """Runs the monitor until a person quits. `home_from` is how click came by the home. Returns the exit code."""
    try:
        require_terminal()
        if is_fresh(paths_of(options)):
            from newswatch.cli.first_run import open_first_run

            return open_first_run(options, home_from)
        paths, settings = ready(options)
        clock = SystemClock()

        def open_engine() -> StandbyEngine:
            from newswatch.cli.home import home_of
            from newswatch.engine.standby import StandbyEngine

            return StandbyEngine(home_of(paths, settings), clock=clock)

        return show(
            open_engine,
            clock,
            settings,
            preferences=preferences_of(options, home_from),
            rules_file=paths.rules,
            feeds_file=paths.feeds,
        )
    except (NewswatchError, ExceptionGroup) as error:
        return told(error)


def show(
    open_engine: Callable[[], LocalEngine | StandbyEngine],
    clock: Clock,
    settings: Settings,
    *,
    ribbon: str = "",
    run: Callable[[], Coroutine[object, object, None]] | None = None,
    preferences: Preferences | None = None,
    rules_file: Path | None = None,
    feeds_file: Path | None = None,
    first_run: FirstRun | None = None,
    pace: float = 1.0,
) -> int:
    """The screen over an engine that is opened after the first paint, and whose life (`run`) begins then. `pace` is how
    many seconds the clock passes in one of life. Returns the exit code.

    Raises SettingsInvalid for a mistake in `[ui.keys]`: only the screen knows the actions.
    """
    rest()  # the app wakes it
    from newswatch.tui.start import StartingApp

    opened = cache(open_engine)
    app = StartingApp(
        opened,
        now=clock.now,
        run_engine=run or (lambda: opened().run()),
        theme=settings.ui.theme,
        icons=settings.ui.icons,
        zone=zone_of(settings.ui.timezone),
        ribbon=ribbon,
        keys=settings.ui.keys,
        preferences=preferences,
        rules_file=rules_file,
        feeds_file=feeds_file,
        first_run=first_run,
        pace=pace,
        remarks=key_remarks(settings, preferences.file if preferences else Path("settings.toml")),
    )
    return app.run() or app.return_code or 0


def key_remarks(settings: Settings, file: Path) -> list[str]:
    """What is to be said of the keys that a person gave to actions. Raises SettingsInvalid for a mistake in them."""
    if not settings.ui.keys:
        return []
    from newswatch.tui.keymap import fitted, mistakes

    def source(action: str) -> str:
        return settings.sources.get(f"ui.keys.{action}", file.name)

    for mistake in mistakes(settings.ui.keys):
        line = source(mistake.action).rpartition(":")[2]
        raise SettingsInvalid(file, mistake.text, int(line) if line.isdecimal() else None)
    return [f"{source(remark.action)}: {remark.text}" for remark in fitted(settings.ui.keys)[1]]


def preferences_of(options: Options, home_from: str, *, is_passing: bool = False) -> Preferences:
    """settings.toml for the screen: what is in force, and how one key of it is written, loaded when it is asked for.

    `is_passing` says that the home is gone when the screen is.
    """
    from newswatch.tui.preferences import Preferences

    paths = paths_of(options)

    def rows() -> Sequence[Setting]:
        from newswatch.cli.in_force import setting_rows

        return setting_rows(options, home_from)

    def save(key: str, value: str) -> None:
        from newswatch.settingsfile import save_setting

        save_setting(paths.settings, key, value)

    return Preferences(
        file=paths.settings,
        handovers=paths.data / "handover",
        exports=paths.data / "export",
        rows=rows,
        save=save,
        is_passing=is_passing,
    )


def zone_of(name: str) -> tzinfo:
    """The zone that times are shown in. The name was checked when the settings were read."""
    if name == "UTC":
        return UTC
    if name == "local":
        return datetime.now(UTC).astimezone().tzinfo or UTC
    from zoneinfo import ZoneInfo

    return ZoneInfo(name)


def require_terminal(what: str = "the monitor") -> None:
    """Raises UsageError, with what to do instead, where no screen can be drawn."""
    instead = "To watch your own feeds without one, use: newswatch run"
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(f"{what} needs a terminal. {instead}")
    if os.environ.get("TERM", "dumb") == "dumb":
        raise UsageError(f"{what} needs a terminal that can draw a screen, and TERM=dumb cannot. {instead}")
