"""`newswatch` without a verb: the monitor on the screen."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from newswatch.cli.exits import told
from newswatch.cli.home import is_fresh, ready_home
from newswatch.cli.options import Options, paths_of
from newswatch.collector import at_rest
from newswatch.config import Settings
from newswatch.engine.clock import Clock, SystemClock
from newswatch.engine.standby import StandbyEngine
from newswatch.errors import NewswatchError, SettingsInvalid, UsageError

if TYPE_CHECKING:
    from newswatch.engine.api.first_run import FirstRun
    from newswatch.engine.local import LocalEngine
    from newswatch.model.setting import Setting
    from newswatch.tui.preferences import Preferences


def open_screen(options: Options, home_from: str = "") -> int:
    """Runs the monitor until a person quits. `home_from` is how click came by the home. Returns the exit code."""
    try:
        require_terminal()
        if is_fresh(paths_of(options)):
            from newswatch.cli.first_run import open_first_run

            return open_first_run(options, home_from)
        home, settings = ready_home(options)
        clock = SystemClock()
        preferences = preferences_of(options, home_from)
        return show(
            StandbyEngine(home, clock=clock),
            clock,
            settings,
            preferences=preferences,
            rules_file=home.rules,
            feeds_file=home.feeds,
        )
    except (NewswatchError, ExceptionGroup) as error:
        return told(error)


def show(
    engine: LocalEngine | StandbyEngine,
    clock: Clock,
    settings: Settings,
    *,
    ribbon: str = "",
    run: Callable[[], Coroutine[object, object, None]] | None = None,
    preferences: Preferences | None = None,
    rules_file: Path | None = None,
    feeds_file: Path | None = None,
    first_run: FirstRun | None = None,
) -> int:
    """The screen over an engine, whose life (`run`) it starts after its first paint. Returns the exit code.

    Raises SettingsInvalid for a mistake in `[ui.keys]`: only the screen knows the actions.
    """
    with at_rest():
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
            preferences=preferences,
            rules_file=rules_file,
            feeds_file=feeds_file,
            first_run=first_run,
            remarks=key_remarks(settings, preferences.file if preferences else Path("settings.toml")),
        )
    return app.run() or app.return_code or 0


def key_remarks(settings: Settings, file: Path) -> list[str]:
    """What is to be said of the keys that a person gave to actions. Raises SettingsInvalid for a mistake in them."""
    from newswatch.tui.keymap import fitted, mistakes

    def source(action: str) -> str:
        return settings.sources.get(f"ui.keys.{action}", file.name)

    for mistake in mistakes(settings.ui.keys):
        line = source(mistake.action).rpartition(":")[2]
        raise SettingsInvalid(file, mistake.text, int(line) if line.isdecimal() else None)
    return [f"{source(remark.action)}: {remark.text}" for remark in fitted(settings.ui.keys)[1]]


def preferences_of(options: Options, home_from: str) -> Preferences:
    """settings.toml for the screen: what is in force, and how one key of it is written, loaded when it is asked for."""
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
