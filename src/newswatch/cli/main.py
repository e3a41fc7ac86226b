"""The command line: one click group, each verb in its own module, loaded when it is called.

The words of most verbs are loaded then, too: a start without a verb, the monitor's, needs none of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

import click

from newswatch import __version__
from newswatch.cli.options import Options
from newswatch.collector import rest

LOG_LEVELS = ("debug", "info", "warning", "error")


ELSEWHERE: Mapping[str, tuple[str, str]] = {
    "db": ("newswatch.cli.db.group", "db"),
    "feeds": ("newswatch.cli.feeds.group", "feeds"),
    "rules": ("newswatch.cli.rules.group", "rules"),
    "hits": ("newswatch.cli.history.group", "hits"),
    "export": ("newswatch.cli.history.group", "export"),
    "import": ("newswatch.cli.history.group", "import_"),
    "status": ("newswatch.cli.history.group", "status"),
}
"""Where a verb's words stand: module and name."""


class LateGroup(click.Group):
    """A group that loads the words of a verb when they are asked for."""

    def list_commands(self, context: click.Context) -> list[str]:
        """See `click.Group.list_commands`."""
        return sorted({*super().list_commands(context), *ELSEWHERE})

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """See `click.Group.get_command`."""
        if name in ELSEWHERE and name not in self.commands:
            module, command = ELSEWHERE[name]
            self.add_command(getattr(import_module(module), command), name)
        return super().get_command(context, name)


@click.group(cls=LateGroup, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="NEWSWATCH_HOME",
    help="Keep everything (settings, rules, feeds, database, log) in this one folder.",
)
@click.option("--log-level", type=click.Choice(LOG_LEVELS), default="info", show_default=True)
@click.version_option(__version__, prog_name="newswatch")
@click.pass_context
def cli(context: click.Context, home: Path | None, log_level: str) -> None:
    """A terminal news monitor: feeds in, keyword rules on top, live alerts on the screen.

    Without a verb it opens the monitor. `newswatch demo` shows it at work, offline.
    """
    context.obj = Options(home, log_level)
    if context.invoked_subcommand is None:
        rest()  # until all is loaded, which the screen sees to
        from newswatch.cli.screen import open_screen

        home_from = context.get_parameter_source("home")
        context.exit(open_screen(context.obj, home_from.name if home_from else ""))


@cli.command(short_help="The monitor without a screen: prints each hit as a line.")
@click.option("--once", is_flag=True, help="Check every feed once, then end: 0 if any answered, 4 if none.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_context
def run(context: click.Context, once: bool, as_json: bool) -> None:
    """The monitor without a screen: prints every stored hit not yet told, as it comes, until ctrl+c."""
    from newswatch.cli.run import print_forever, print_once

    context.exit((print_once if once else print_forever)(context.obj, as_json=as_json))


@cli.command(short_help="A recorded day, replayed offline, to see it all at work.")
@click.option("--speed", type=click.FloatRange(1, 10_000), help="How many times faster than life the day goes by.")
@click.option("--port", type=click.IntRange(0, 65_535), default=0, help="Port of the local server; 0 takes a free one.")
@click.pass_context
def demo(context: click.Context, speed: float | None, port: int) -> None:
    """A recorded day, 25 October 2024, replayed offline through the real monitor. Your own data stays untouched."""
    from newswatch.cli.demo import open_demo

    context.exit(open_demo(context.obj, speed, port))


@cli.group()
def config() -> None:
    """Where things are, and what is in force."""


@config.command("path")
@click.pass_context
def config_path(context: click.Context) -> None:
    """Prints where settings, rules, feeds, database and log are."""
    from newswatch.cli.options import paths_of

    paths = paths_of(context.obj)
    for name in ("settings", "rules", "feeds", "secrets", "data", "log"):
        click.echo(f"{name:9} {getattr(paths, name)}")


@config.command("show")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_context
def config_show(context: click.Context, as_json: bool) -> None:
    """Prints what is in force, and where each value comes from. Secrets are not shown."""
    from newswatch.cli.in_force import show_settings

    home_from = context.find_root().get_parameter_source("home")
    context.exit(show_settings(context.obj, home_from.name if home_from else "", as_json=as_json))
