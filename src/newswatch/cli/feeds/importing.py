"""`feeds import`: other people's lists of feeds. What they name is taken, what they want done is not.

Nothing in such a list is executed, read from disk or fetched; what is no address of the web is listed and skipped,
and so is what lies in a private network, unless the person says otherwise.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from newswatch.cli.home import home_of, ready_files
from newswatch.cli.options import Options
from newswatch.cli.output import Output, printed, say
from newswatch.config import load_settings
from newswatch.engine.feed_edits import Intake, sorted_list
from newswatch.engine.feed_lists import bytes_of, fetched, is_address, name_of
from newswatch.feeds.addresses import shown as shown_address
from newswatch.feeds.opml import LoadedFeeds, OpmlDocument, add_feeds, edit_feeds, load_feeds, read_opml
from newswatch.feeds.opmlread import MAX_BYTES
from newswatch.paths import Paths

_SHOWN = 50


def import_list(options: Options, source: str, *, allow_private: bool, is_dry_run: bool, as_json: bool) -> int:
    """Adds the feeds of a list. Returns 0, or 1 if it names no feed at all."""

    def verb(out: Output) -> int:
        paths = ready_files(options)
        document = read_opml(_bytes_of(source, paths), Path("stdin" if source == "-" else name_of(source)))
        intake = Intake((), 0, ())

        def change(loaded: LoadedFeeds) -> OpmlDocument:
            nonlocal intake
            intake = sorted_list(
                document, loaded.feeds, allow_private=allow_private, instead="--allow-private takes it in"
            )
            return add_feeds(loaded.document, intake.fresh)

        if is_dry_run:
            change(load_feeds(paths.feeds))
        else:
            edit_feeds(paths.feeds, change)
        if as_json:
            out.json(_fields(document, intake, is_dry_run=is_dry_run))
        else:
            _tell(out, document, intake, paths, is_dry_run=is_dry_run)
        return 0 if document.feeds() else 1

    return printed(verb)


def _bytes_of(source: str, paths: Paths) -> bytes:
    """The list, from wherever it is; one byte more than is allowed of one that is too long."""
    if source == "-":
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    if is_address(source):
        return asyncio.run(_fetched(source, paths))
    return bytes_of(source)


async def _fetched(address: str, paths: Paths) -> bytes:
    from newswatch.engine.probe import open_probe

    async with open_probe(home_of(paths, load_settings(paths.settings))) as probe:
        return await fetched(address, probe)


def _fields(document: OpmlDocument, intake: Intake, *, is_dry_run: bool) -> dict[str, object]:
    return {
        "dry_run": is_dry_run,
        "added": [
            {"name": feed.name, "address": shown_address(feed.url), "folder": feed.folder} for feed in intake.fresh
        ],
        "known": intake.known,
        "refused": [
            {"line": refused.line, "address": refused.address, "reason": refused.reason} for refused in intake.refused
        ],
        "warnings": list(document.warnings),
    }


def _tell(out: Output, document: OpmlDocument, intake: Intake, paths: Paths, *, is_dry_run: bool) -> None:
    if is_dry_run:
        for feed in intake.fresh:
            out.line("  ".join((" / ".join((*feed.folder, feed.name)), shown_address(feed.url))).strip())
    for sentence in document.warnings[:_SHOWN]:
        say(sentence)
    for refused in intake.refused[:_SHOWN]:
        say(f"skipped: {refused}")
    for many, what in ((document.warnings, "remarks"), (intake.refused, "that were skipped")):
        if len(many) > _SHOWN:
            say(f"and {len(many) - _SHOWN:,} more {what}")
    added = "would be added" if is_dry_run else "added"
    where = "" if is_dry_run else f" to {paths.feeds}"
    say(f"{_feeds(len(intake.fresh))} {added}{where}; {intake.known:,} there already; {len(intake.refused):,} skipped")


def _feeds(number: int) -> str:
    return f"{number:,} feed" if number == 1 else f"{number:,} feeds"
