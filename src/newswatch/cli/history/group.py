"""The words of the verbs on the history and their options; what each does is in its own module, loaded when called."""

from __future__ import annotations

from pathlib import Path

import click

FORMATS = ("table", "json", "csv", "markdown", "rss")
SEVERITIES = ("low", "normal", "high", "critical")


@click.command(short_help="The history of hits, the newest first; QUERY narrows it.")
@click.argument("query", required=False)
@click.option("--since", help="From when on: how long ago, as in 7d or 36h, a day, as in 2026-11-01, or a time.")
@click.option("--until", help="Up to when, written the same way; a day counts whole.")
@click.option("--rule", "rules", multiple=True, metavar="ID", help="Hits of this rule; may be given several times.")
@click.option(
    "--severity", "severities", type=click.Choice(SEVERITIES), multiple=True, help="May be given several times."
)
@click.option("--starred", is_flag=True, help="Only those with a star.")
@click.option("--unacked", is_flag=True, help="Only those that nobody acked.")
@click.option("--held/--alerted", default=None, help="Only those that did not interrupt, or only those that did.")
@click.option(
    "--limit", type=click.IntRange(0), help="The newest so many; 0 for all. A table shows 50, the others all."
)
@click.option("--format", "format_", type=click.Choice(FORMATS), default="table", show_default=True)
@click.pass_context
def hits(
    context: click.Context,
    query: str | None,
    since: str | None,
    until: str | None,
    rules: tuple[str, ...],
    severities: tuple[str, ...],
    starred: bool,
    unacked: bool,
    held: bool | None,
    limit: int | None,
    format_: str,
) -> None:
    """The history of hits, the newest first; with a QUERY those whose text it matches. Exit 1 if there is none.

    The QUERY is in the rule language and may use the aliases of rules.toml. --format json gives the lines of
    `newswatch run --json`.
    """
    from newswatch.cli.history.hits import Asked, print_hits

    asked = Asked(query, since, until, rules, severities, starred, unacked, held, limit, format_)
    context.exit(print_hits(context.obj, asked))


@click.command(short_help="Writes everything as JSON lines, to FILE or to stdout.")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.pass_context
def export(context: click.Context, file: Path | None) -> None:
    """Writes everything as JSON lines, to FILE or to stdout: for `newswatch import`, here or elsewhere.

    That is the whole history, the rules and the feeds; no settings, and no secrets. It works while a monitor runs.
    """
    from newswatch.cli.history.exporting import export_history

    context.exit(export_history(context.obj, file))


@click.command("import", short_help="Takes in what `newswatch export` wrote.")
@click.argument("file")
@click.option("--dry-run", is_flag=True, help="Only say what would come in.")
@click.option("--allow-private", is_flag=True, help="Take in feeds at addresses of a private network, too.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_context
def import_(context: click.Context, file: str, dry_run: bool, allow_private: bool, as_json: bool) -> None:
    """Takes in what `newswatch export` wrote: FILE, or - for stdin. What is there already stays, and is not doubled.

    All of it is checked before anything is written. Ends with 5 while a monitor runs.
    """
    from newswatch.cli.history.importing import import_history

    context.exit(import_history(context.obj, file, allow_private=allow_private, is_dry_run=dry_run, as_json=as_json))


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_context
def status(context: click.Context, as_json: bool) -> None:
    """How the monitor is doing, in one line. Exit 0 if one runs on this home, 1 if none does."""
    from newswatch.cli.history.status import print_status

    context.exit(print_status(context.obj, as_json=as_json))
