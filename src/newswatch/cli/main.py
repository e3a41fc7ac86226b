"""The command line: one click group, each verb in its own module, loaded when it is called."""

from __future__ import annotations

import click

from newswatch import __version__


@click.group(invoke_without_command=True)
@click.version_option(__version__, prog_name="newswatch")
def cli() -> None:
    """A terminal news monitor: feeds in, keyword rules on top, live alerts on the screen."""
