"""The words of `newswatch db` and their options; what each does is in its own module, loaded when it is called."""

from __future__ import annotations

from pathlib import Path

import click


@click.group()
def db() -> None:
    """The history's file: check it, back it up, make it smaller."""


@db.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_context
def check(context: click.Context, as_json: bool) -> None:
    """Reads all of the history and its backups; says what is damaged. Works while a monitor runs."""
    from newswatch.cli.db.checking import check_history

    context.exit(check_history(context.obj, as_json=as_json))


@db.command(short_help="Copies the history to FILE, compressed if it ends in .gz.")
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.pass_context
def backup(context: click.Context, file: Path | None) -> None:
    """Copies the history to FILE, compressed if it ends in .gz; without one, beside the daily backups.

    Works while a monitor runs. An existing FILE is never overwritten.
    """
    from newswatch.cli.db.keeping import back_up_history

    context.exit(back_up_history(context.obj, file))


@db.command(short_help="Rewrites the file without rows that are no longer needed.")
@click.pass_context
def compact(context: click.Context) -> None:
    """Rewrites the file without rows that were replaced or removed since. A running monitor does so by itself."""
    from newswatch.cli.db.keeping import compact_history

    context.exit(compact_history(context.obj))


@db.command(short_help="Puts BACKUP, else the newest good one, in its place.")
@click.argument("backup", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.pass_context
def restore(context: click.Context, backup: Path | None) -> None:
    """Puts BACKUP, else the newest good one, in the place of the history, which is set aside byte for byte.

    BACKUP is a file, or the name of one of the daily copies. Refused while a monitor runs.
    """
    from newswatch.cli.db.restoring import restore_history

    context.exit(restore_history(context.obj, backup))
