"""`feeds import`: other people's lists of feeds. What they name is taken, what they want done is not.

Nothing in such a list is executed, read from disk or fetched; what is no address of the web is listed and skipped,
and so is what lies in a private network, unless the person says otherwise.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from newswatch.cli.home import home_of, ready_files
from newswatch.cli.options import Options
from newswatch.cli.output import Output, printed, say, shown
from newswatch.config import load_settings
from newswatch.errors import NetworkDown, UsageError
from newswatch.feeds.addresses import likeness
from newswatch.feeds.addresses import shown as shown_address
from newswatch.feeds.opml import LoadedFeeds, OpmlDocument, Refused, add_feeds, edit_feeds, load_feeds, read_opml
from newswatch.feeds.opmlread import MAX_BYTES
from newswatch.fetch.guard import kind_of_host
from newswatch.fetch.request import Fetched, FetchFailed
from newswatch.model.feed import Feed
from newswatch.paths import Paths
from newswatch.text.urls import host_of

LEAST_INTERVAL_S = 60.0
"""A stranger's list cannot make us ask more often than this."""
_SHOWN = 50


@dataclass(frozen=True, slots=True)
class _Intake:
    """What of a list is taken, is there already, and is refused."""

    fresh: tuple[Feed, ...]
    known: int
    refused: tuple[Refused, ...]


def import_list(options: Options, source: str, *, allow_private: bool, is_dry_run: bool, as_json: bool) -> int:
    """Adds the feeds of a list. Returns 0, or 1 if it names no feed at all."""

    def verb(out: Output) -> int:
        paths = ready_files(options)
        document = read_opml(_bytes_of(source, paths), Path("stdin" if source == "-" else _name_of(source)))
        intake = _Intake((), 0, ())

        def change(loaded: LoadedFeeds) -> OpmlDocument:
            nonlocal intake
            intake = _sorted(document, loaded.feeds, allow_private=allow_private)
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


def _sorted(document: OpmlDocument, mine: Iterable[Feed], *, allow_private: bool) -> _Intake:
    known = {likeness(address) for feed in mine for address in (feed.url, *feed.earlier)}
    fresh: list[Feed] = []
    refused = list(document.refused)
    there = 0
    for feed, place in zip(document.found, document.places, strict=True):
        if likeness(feed.url) in known:
            there += 1
            continue
        kind = kind_of_host(host_of(feed.url))
        if kind is not None and not allow_private:
            reason = f"is at a {kind} address; --allow-private takes it in"
            refused.append(Refused(shown_address(feed.url), reason, document.tree.outlines[place].line))
            continue
        interval_s = None if feed.interval_s is None else max(feed.interval_s, LEAST_INTERVAL_S)
        fresh.append(replace(feed, allow_private=allow_private, interval_s=interval_s))
    refused.sort(key=lambda one: one.line)
    return _Intake(tuple(fresh), there, tuple(refused))


def _name_of(source: str) -> str:
    """What errors call the list: a path, or an address without what a path makes no difference of."""
    return shown_address(source).partition("://")[2] if _is_address(source) else source


def _is_address(source: str) -> bool:
    return source.lower().startswith(("http://", "https://"))


def _bytes_of(source: str, paths: Paths) -> bytes:
    """The list, from wherever it is; one byte more than is allowed of one that is too long."""
    if source == "-":
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    if _is_address(source):
        return asyncio.run(_fetched(source, paths))
    try:
        with Path(source).open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{shown(source)} cannot be read: {error.strerror}") from error


async def _fetched(address: str, paths: Paths) -> bytes:
    from newswatch.engine.probe import ACCEPT_OPML, open_probe

    async with open_probe(home_of(paths, load_settings(paths.settings))) as probe:
        result = await probe.fetch(address, accept=ACCEPT_OPML)
    match result:
        case Fetched():
            return result.body
        case FetchFailed():
            raise NetworkDown(f"{shown_address(address)}: {result.reason}")
        case _:
            raise NetworkDown(f"{shown_address(address)}: the server sent no list")


def _fields(document: OpmlDocument, intake: _Intake, *, is_dry_run: bool) -> dict[str, object]:
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


def _tell(out: Output, document: OpmlDocument, intake: _Intake, paths: Paths, *, is_dry_run: bool) -> None:
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
