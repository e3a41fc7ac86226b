"""The rules and the feeds in an export: as texts that a home without its own can take over.

Of feeds.opml goes out what newswatch knows of each feed, written anew: no secret leaves in an address, and what else
stands in the file, and rights to private addresses, are for here. What comes in is hostile, as a list of feeds is to
`feeds import`; a home that has its own rules or feeds keeps them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from newswatch import starter
from newswatch.atomic import explain, write_atomically
from newswatch.engine.feed_edits import LEAST_INTERVAL_S
from newswatch.errors import FileInvalid, RulesInvalid, StoreError
from newswatch.feeds.addresses import holds_secret, without_secrets
from newswatch.feeds.addresses import shown as shown_address
from newswatch.feeds.opml import add_feeds, build_opml, change_feed, load_feeds, read_opml, write_opml
from newswatch.fetch.guard import kind_of_host
from newswatch.match.rulefile import load_rulebook
from newswatch.match.ruleschema import read_book
from newswatch.model.feed import Feed, feed_id
from newswatch.paths import Paths
from newswatch.tomlfile import parse_toml

RULES, FEEDS = "rules.toml", "feeds.opml"
TITLE = "Feeds of newswatch"


@dataclass(frozen=True, slots=True)
class PersonFile:
    """A file that a person owns, by name and text."""

    name: str
    text: str


class Fate(StrEnum):
    """What becomes of a file that comes in."""

    WRITTEN = "written"
    SAME = "same"  # it says what this home's own says
    KEPT = "kept"  # this home has its own, which stays


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of the files, and the feeds that were left out: private addresses, as they may be shown."""

    fates: Mapping[str, Fate]
    private: tuple[str, ...] = ()


def outgoing(paths: Paths) -> tuple[tuple[PersonFile, ...], int]:
    """The files of a home, and how many feeds lost a secret on the way. Raises RulesInvalid, FeedsInvalid."""
    files: list[PersonFile] = []
    rules, feeds = load_rulebook(paths.rules), load_feeds(paths.feeds).feeds
    if paths.rules.exists():
        text = rules.text
        for address in (scope for rule in rules.book.rules for scope in rule.feeds if holds_secret(scope)):
            text = text.replace(address, without_secrets(address))
        files.append(PersonFile(RULES, text))
    if paths.feeds.exists():
        files.append(PersonFile(FEEDS, rewritten(map(_public, feeds))))
    return tuple(files), sum(holds_secret(feed.url) for feed in feeds)


def incoming(name: object, text: object) -> PersonFile:
    """A file that comes in; ValueError if it cannot be used."""
    if name not in {RULES, FEEDS} or not isinstance(name, str) or not isinstance(text, str):
        raise ValueError(f"it is neither {RULES} nor {FEEDS}")
    try:
        data = text.encode("utf-8")
        if name == RULES:
            read_book(parse_toml(data, Path(RULES), RulesInvalid))
        else:
            read_opml(data, Path(FEEDS), is_own=True)
    except UnicodeEncodeError:
        raise ValueError(f"the {name} in it is no text") from None
    except FileInvalid as fault:
        raise ValueError(f"the {name} in it cannot be used: {fault.message}") from fault
    return PersonFile(name, text)


def settle(paths: Paths, files: Iterable[PersonFile], *, allow_private: bool, is_dry_run: bool) -> Settled:
    """Writes the files that this home has no own ones of. Raises StoreError if one cannot be written."""
    fates: dict[str, Fate] = {}
    private: tuple[str, ...] = ()
    for file in files:
        if file.name == RULES:
            fates[RULES] = _settle(paths.rules, file.text, starter.rules_toml(), is_dry_run=is_dry_run)
            continue
        feeds = read_opml(file.text.encode("utf-8"), Path(FEEDS), is_own=True).found
        taken = [
            _guarded(feed, allow_private=allow_private) for feed in feeds if allow_private or not _is_private(feed)
        ]
        ours = load_feeds(paths.feeds).feeds
        fate = _settle(paths.feeds, rewritten(taken), starter.feeds_opml(), is_dry_run=is_dry_run)
        is_same = {feed.id for feed in taken} == {feed.id for feed in ours}
        fates[FEEDS] = Fate.SAME if fate is Fate.KEPT and is_same else fate
        if fate is not Fate.KEPT:
            private = tuple(shown_address(feed.url) for feed in feeds if not allow_private and _is_private(feed))
    return Settled(fates, private)


def rewritten(feeds: Iterable[Feed]) -> str:
    """A list of these feeds with all that is known of them, the addresses they had before included."""
    listed = list(feeds)
    document = build_opml((), TITLE)
    document = add_feeds(document, [replace(feed, url=_addresses(feed)[0], earlier=()) for feed in listed])
    for feed in listed:
        for address in _addresses(feed)[1:]:
            document = change_feed(document, replace(feed, url=address))
    return write_opml(document).decode("utf-8")


def _addresses(feed: Feed) -> Sequence[str]:
    """The first one, from which its id is made, then those it had, then the present one."""
    return tuple(dict.fromkeys((*feed.earlier, feed.url)))


def _public(feed: Feed) -> Feed:
    """The feed without secrets, and without a word on private addresses: that right is given where it goes.

    If its id comes of an address with a secret, it is another feed there.
    """
    if not any(map(holds_secret, _addresses(feed))):
        return replace(feed, allow_private=True)
    address = without_secrets(feed.url)
    return replace(feed, id=feed_id(address), url=address, earlier=(), allow_private=True)


def _guarded(feed: Feed, *, allow_private: bool) -> Feed:
    interval_s = None if feed.interval_s is None else max(feed.interval_s, LEAST_INTERVAL_S)
    return replace(feed, interval_s=interval_s, allow_private=allow_private)


def _is_private(feed: Feed) -> bool:
    return any(kind_of_host(urlsplit(address).hostname or "") is not None for address in _addresses(feed))


def _settle(path: Path, text: str, usual: bytes, *, is_dry_run: bool) -> Fate:
    data = text.encode("utf-8")
    try:
        ours = path.read_bytes() if path.exists() else None
        if ours == data:
            return Fate.SAME
        if ours is not None and ours != usual:
            return Fate.KEPT
        if not is_dry_run:
            write_atomically(path, data)
    except OSError as error:
        raise StoreError(explain(error, path)) from error
    return Fate.WRITTEN
