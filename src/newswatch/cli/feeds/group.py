"""The words of `newswatch feeds` and their options; what each does is in its own module, loaded when it is called."""

from __future__ import annotations

from pathlib import Path

import click

as_json = click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")


@click.group(short_help="The feeds: list, add, remove, check, import, export.")
def feeds() -> None:
    """The feeds: list, add and remove them, take lists in and give them away, see what a fetch gives."""


@feeds.command("list", short_help="Every feed, and how it is doing.")
@as_json
@click.pass_context
def list_(context: click.Context, as_json: bool) -> None:
    """Every feed: how it is doing, when it was and will be asked, what came of it."""
    from newswatch.cli.feeds.listing import list_feeds

    context.exit(list_feeds(context.obj, as_json=as_json))


@feeds.command(short_help="Adds the feed at URL, or behind the page there.")
@click.argument("url")
@click.option("--name", default="", help="What the feed is called; without one, what it calls itself.")
@click.option("--folder", default="", help="The folder to put it in; Wires/Baltic is a folder in a folder.")
@click.option("--tag", "tags", multiple=True, help="A tag that rules can name; may be given several times.")
@click.option("--interval", help="How often to check this feed, as in 5m; without one, as often as [polling] says.")
@click.option("--allow-private", is_flag=True, help="What the page links to may lie in a private network.")
@click.option("--first", "--yes", "-y", "is_first", is_flag=True, help="Take the likeliest feed, ask nothing.")
@click.option("--choose", type=click.IntRange(1), metavar="N", help="Take the feed with this number, ask nothing.")
@as_json
@click.pass_context
def add(
    context: click.Context,
    url: str,
    name: str,
    folder: str,
    tags: tuple[str, ...],
    interval: str | None,
    allow_private: bool,
    is_first: bool,
    choose: int | None,
    as_json: bool,
) -> None:
    """Adds the feed at URL, or behind the page at URL; of several you choose one."""
    from newswatch.cli.feeds.adding import Wish, add_feed

    wish = Wish(
        url=url,
        name=name,
        folder=folder,
        tags=tags,
        interval=interval,
        allow_private=allow_private,
        choice=1 if is_first else choose,
    )
    context.exit(add_feed(context.obj, wish, as_json=as_json))


@feeds.command(short_help="Takes a feed out of feeds.opml; its history stays.")
@click.argument("feed", metavar="ID|URL|NAME")
@as_json
@click.pass_context
def remove(context: click.Context, feed: str, as_json: bool) -> None:
    """Takes a feed out of feeds.opml; what came of it stays in the history."""
    from newswatch.cli.feeds.removing import remove_one

    context.exit(remove_one(context.obj, feed, as_json=as_json))


@feeds.command("import", short_help="Adds the feeds of an OPML list, folders and all.")
@click.argument("opml", metavar="FILE|URL|-")
@click.option("--allow-private", is_flag=True, help="Take feeds in private networks too.")
@click.option("--dry-run", is_flag=True, help="Say what would be added, and write nothing.")
@as_json
@click.pass_context
def import_(context: click.Context, opml: str, allow_private: bool, dry_run: bool, as_json: bool) -> None:
    """Adds the feeds of an OPML list, folders and all; what is there already is passed over."""
    from newswatch.cli.feeds.importing import import_list

    context.exit(import_list(context.obj, opml, allow_private=allow_private, is_dry_run=dry_run, as_json=as_json))


@feeds.command(short_help="Writes your feeds as OPML, without secrets.")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.pass_context
def export(context: click.Context, file: Path | None) -> None:
    """Writes your feeds as OPML 2.0, without secrets, to FILE or to stdout."""
    from newswatch.cli.feeds.exporting import export_list

    context.exit(export_list(context.obj, file))


@feeds.command(short_help="Says what one fetch of each gives; changes nothing.")
@click.argument("sources", nargs=-1, metavar="[URL|FILE]...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each, a line each.")
@click.pass_context
def check(context: click.Context, sources: tuple[str, ...], as_json: bool) -> None:
    """Says what one fetch of each gives, and changes nothing; without arguments, of every feed you have."""
    from newswatch.cli.feeds.checking import check_feeds

    context.exit(check_feeds(context.obj, sources, as_json=as_json))
