"""`newswatch` in a home without files: a person is asked what to watch for before anything is written."""

from __future__ import annotations

import logging
from functools import partial

import click

from newswatch.allocator import share_one_arena
from newswatch.cli.home import home_of, open_log
from newswatch.cli.options import Options, paths_of
from newswatch.cli.screen import preferences_of, show
from newswatch.config import load_settings
from newswatch.engine.clock import SystemClock
from newswatch.engine.feed_editor import probe_of
from newswatch.engine.first_run import FreshHome
from newswatch.engine.standby import StandbyEngine


def open_first_run(options: Options, home_from: str = "") -> int:
    """Runs the first run, and then the monitor, until a person quits. Returns the exit code; says what was written."""
    share_one_arena()
    logging.getLogger().addHandler(logging.NullHandler())  # there is no log yet, and stderr is the screen
    paths = paths_of(options)
    settings = load_settings(paths.settings)
    home = home_of(paths, settings)
    fresh = FreshHome(paths, probe_of(home), partial(open_log, paths.log, options.log_level))
    clock = SystemClock()
    code = show(
        lambda: StandbyEngine(home, clock=clock),
        clock,
        settings,
        preferences=preferences_of(options, home_from),
        rules_file=home.rules,
        feeds_file=home.feeds,
        first_run=fresh,
    )
    for file in fresh.written:
        click.echo(f"newswatch: {'wrote ' if file.is_new else ''}{file.what}: {file.path}", err=True)
    if not fresh.written and code == 0:
        click.echo("newswatch: nothing was written; `newswatch` asks again", err=True)
    if fresh.wants_demo:
        from newswatch.cli.demo import open_demo

        return open_demo(options, None, 0)
    return code
