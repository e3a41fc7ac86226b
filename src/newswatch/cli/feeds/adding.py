"""`feeds add`: the feed at an address, or behind the page there, becomes a line of feeds.opml."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass, replace

import click

from newswatch.cli.feeds.files import feed_fields
from newswatch.cli.home import home_of, ready_files
from newswatch.cli.options import Options
from newswatch.cli.output import Output, printed, say, shown
from newswatch.config import load_settings
from newswatch.engine.discovery import discover_feeds, feed_of
from newswatch.engine.feed_edits import NAME_LIMIT, Adding, folder_of, tags_of
from newswatch.engine.probe import open_probe
from newswatch.errors import NetworkDown, UsageError
from newswatch.feeds.addresses import feed_at, typed_addresses
from newswatch.feeds.addresses import shown as shown_address
from newswatch.feeds.discover import Discovery, Found
from newswatch.feeds.opml import edit_feeds, load_feeds
from newswatch.feeds.opmlread import INTERVAL_S
from newswatch.model.feed import Feed
from newswatch.paths import Paths
from newswatch.text.urls import host_of
from newswatch.units import format_duration, parse_duration


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants added. `choice` is the number of the feed to take of several, None to be asked."""

    url: str
    name: str = ""
    folder: str = ""
    tags: tuple[str, ...] = ()
    interval: str | None = None
    allow_private: bool = False
    choice: int | None = None


def add_feed(options: Options, wish: Wish, *, as_json: bool) -> int:
    """Adds what is wished. Returns 0, also if it is there already; 1 if there is no feed, or several and no choice."""

    def verb(out: Output) -> int:
        guesses = typed_addresses(wish.url)
        interval_s = _interval_s(wish.interval)
        paths = ready_files(options)
        mine = load_feeds(paths.feeds).feeds
        for guess in guesses:
            if (known := feed_at(mine, guess)) is not None:
                return _there_already(out, known, as_json=as_json)
        discovery = asyncio.run(_discovered(wish, paths))
        if not discovery.feeds:
            if discovery.is_unreached:
                raise NetworkDown(f"{shown_address(wish.url)}: {discovery.failure}")
            if as_json:
                out.json({"added": None, "known": None, "candidates": []})
            say(f"{shown_address(wish.url)}: {discovery.failure}; nothing was added")
            return 1
        found = _chosen(out, discovery, mine, wish, as_json=as_json)
        if found is None:
            return 1
        feed = feed_of(found, wish.url, allow_private=wish.allow_private)
        wanted = replace(
            feed,
            name=shown(wish.name or found.title, NAME_LIMIT),
            folder=folder_of(wish.folder.split("/")),
            tags=tags_of(wish.tags),
            interval_s=interval_s,
            site=discovery.page,
        )
        return _written(out, wanted, found, paths, as_json=as_json)

    return printed(verb)


def _interval_s(text: str | None) -> float | None:
    if text is None:
        return None
    try:
        seconds = parse_duration(text)
    except ValueError as mistake:
        raise UsageError(f"--interval {shown(text)!r}: write {mistake}") from mistake
    least_s, most_s = INTERVAL_S
    if not least_s <= seconds <= most_s:
        raise UsageError(f"--interval: write from {format_duration(least_s)} to {format_duration(most_s)}")
    return seconds


async def _discovered(wish: Wish, paths: Paths) -> Discovery:
    async with open_probe(home_of(paths, load_settings(paths.settings)), workers=1) as probe:
        return await discover_feeds(wish.url, probe, allow_private=wish.allow_private, asking=_tell_asking)


def _tell_asking(address: str) -> None:
    if sys.stderr is not None and sys.stderr.isatty():
        say(f"asking {shown_address(address)}")


def _chosen(out: Output, discovery: Discovery, mine: tuple[Feed, ...], wish: Wish, *, as_json: bool) -> Found | None:
    """The feed to add; None if a person has to choose and cannot here, or does not want to."""
    feeds = discovery.feeds
    if wish.choice is not None:
        if wish.choice > len(feeds):
            raise UsageError(
                f"--choose {wish.choice}: there {'is' if len(feeds) == 1 else 'are'} {len(feeds)} to choose"
            )
        return feeds[wish.choice - 1]
    if len(feeds) == 1:
        return feeds[0]
    if as_json:
        out.json({"added": None, "known": None, "candidates": [_candidate(*one) for one in enumerate(feeds, 1)]})
    else:
        for number, found in enumerate(feeds, 1):
            there = "  (you have it already)" if feed_at(mine, found.address) is not None else ""
            out.line(f"{number:2}  {_title(found)}  {shown_address(found.address)}  {_entries(found)}{there}")
        out.flush()
        if _is_person_there():
            return _asked(feeds)
    say(f"{len(feeds)} feeds are behind this page; take one with --choose N, or the first with --first")
    return None


def _asked(feeds: tuple[Found, ...]) -> Found | None:
    while True:
        answer = click.prompt("Which one? (q: none)", default="1", err=True).strip().lower()
        if answer in {"q", "n", "no", "none", "0"}:
            say("nothing was added")
            return None
        if answer.isascii() and answer.isdigit() and 0 < int(answer[:6]) <= len(feeds):
            return feeds[int(answer[:6]) - 1]
        say(f"write a number from 1 to {len(feeds)}, or q")


def _is_person_there() -> bool:
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr))


def _written(out: Output, wanted: Feed, found: Found, paths: Paths, *, as_json: bool) -> int:
    adding = Adding([wanted])
    edit_feeds(paths.feeds, adding)
    if adding.known:
        return _there_already(out, adding.known[0], as_json=as_json)
    label = wanted.name or host_of(wanted.url)
    if as_json:
        out.json({"added": feed_fields(wanted, label), "known": None, "candidates": [_candidate(1, found)]})
    say(f"added {label} ({shown_address(wanted.url)}, {_entries(found)}) to {paths.feeds}")
    return 0


def _there_already(out: Output, known: Feed, *, as_json: bool) -> int:
    label = known.name or host_of(known.url)
    if as_json:
        out.json({"added": None, "known": feed_fields(known, label), "candidates": []})
    say(f"you have it already: {label} ({shown_address(known.url)})")
    return 0


def _candidate(number: int, found: Found) -> dict[str, object]:
    return {
        "number": number,
        "address": shown_address(found.address),
        "title": found.title,
        "entries": len(found.feed.entries),
        "format": found.feed.format,
    }


def _title(found: Found) -> str:
    return shown(found.title, 60) or "(without a title)"


def _entries(found: Found) -> str:
    number = len(found.feed.entries)
    return f"{number:,} {'entry' if number == 1 else 'entries'}"
