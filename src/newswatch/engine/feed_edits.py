"""What a person does to feeds.opml, as changes for `feeds.opml.edit_feeds`: the same from the screen and from the
command line. Pure.

A change takes the file as it is read and gives the document to write, the very same where there is nothing to do.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from newswatch.engine.api.feeds import FeedDraft
from newswatch.errors import FeedRefused
from newswatch.feeds.addresses import feed_at, likeness, typed_addresses
from newswatch.feeds.addresses import shown as shown_address
from newswatch.feeds.opml import LoadedFeeds, OpmlDocument, Refused, add_feeds, change_feed, change_feeds
from newswatch.feeds.opmledit import forget_addresses
from newswatch.feeds.opmlplaces import TakenOut, move_to_folder, put_back, take_out
from newswatch.feeds.opmlread import INTERVAL_S
from newswatch.fetch.guard import kind_of_host
from newswatch.model.feed import Feed, FeedId, feed_id
from newswatch.text.clean import clean_line
from newswatch.text.urls import host_of, redact
from newswatch.units import format_duration

LEAST_INTERVAL_S = 60.0
"""A stranger's list cannot make us ask more often than this."""
NAME_LIMIT = 200
_LANGUAGE_LIMIT = 35
_HIDDEN = "***"  # what `redact` puts in the place of a secret

Change = Callable[[LoadedFeeds], OpmlDocument]


@dataclass(frozen=True, slots=True)
class Intake:
    """What of a list is taken, how many are there already, and what is refused."""

    fresh: tuple[Feed, ...]
    known: int
    refused: tuple[Refused, ...]


class Adding:
    """Adds feeds; `added` are those that were not there, `known` those of the file that are the others."""

    def __init__(self, feeds: Sequence[Feed]) -> None:
        self._feeds = feeds
        self.added: tuple[Feed, ...] = ()
        self.known: tuple[Feed, ...] = ()

    def __call__(self, loaded: LoadedFeeds) -> OpmlDocument:
        """See `Change`."""
        there = {likeness(address): feed for feed in loaded.feeds for address in (feed.url, *feed.earlier)}
        fresh = {likeness(feed.url): feed for feed in reversed(self._feeds) if likeness(feed.url) not in there}
        self.added = tuple(feed for feed in self._feeds if fresh.get(likeness(feed.url)) is feed)
        self.known = tuple(there[likeness(feed.url)] for feed in self._feeds if likeness(feed.url) in there)
        return add_feeds(loaded.document, self.added) if self.added else loaded.document


class Removing:
    """Takes the lines of feeds out; `taken` is what to put them back with, None if none of them was there."""

    def __init__(self, feeds: Collection[FeedId]) -> None:
        self._feeds = frozenset(feeds)
        self.taken: TakenOut | None = None

    def __call__(self, loaded: LoadedFeeds) -> OpmlDocument:
        """See `Change`."""
        self.taken = None
        standing = [feed.id for feed in loaded.feeds if feed.id in self._feeds]
        if not standing:
            return loaded.document
        document, self.taken = take_out(loaded.document, standing)
        return document


class Changing:
    """Makes a feed's line say what a draft says; `changed` is the feed as it is then. Raises FeedRefused."""

    def __init__(self, feed: FeedId, draft: FeedDraft) -> None:
        self._feed = feed
        self._draft = draft
        self.changed: Feed | None = None

    def __call__(self, loaded: LoadedFeeds) -> OpmlDocument:
        """See `Change`."""
        draft, old = self._draft, standing(loaded, self._feed)
        new = replace(
            old,
            name=clean_line(draft.name, NAME_LIMIT),
            tags=tags_of(draft.tags),
            interval_s=interval_of(draft.interval_s),
            lang=clean_line(draft.lang, _LANGUAGE_LIMIT) or None,
            is_paused=draft.is_paused,
        )
        document, feed = loaded.document, self._feed
        if draft.address and draft.address not in (redact(old.url), old.url):
            address = new_address(draft.address, old, loaded.feeds)
            is_meant = kind_of_host(host_of(address)) is not None  # a person typed it
            new = replace(new, url=address, allow_private=old.allow_private or is_meant)
        if new != old:
            document = change_feed(document, new)
        if new.url != old.url and not draft.keeps_history:
            document = forget_addresses(document, feed)
            feed = feed_id(new.url)
        document = move_to_folder(document, feed, folder_of(draft.folder))
        self.changed = next(one for one in document.found if one.id == feed)
        return document


def pausing(feeds: Collection[FeedId], *, paused: bool) -> Change:
    """Pauses feeds, or resumes them; those that left meanwhile are passed over."""

    def change(loaded: LoadedFeeds) -> OpmlDocument:
        fresh = [
            replace(feed, is_paused=paused)
            for feed in loaded.feeds
            if feed.id in feeds and feed.is_paused is not paused
        ]
        return change_feeds(loaded.document, fresh) if fresh else loaded.document

    return change


def putting_back(taken: TakenOut) -> Change:
    """Puts lines back that were taken out."""
    return lambda loaded: put_back(loaded.document, taken)


def sorted_list(
    document: OpmlDocument, mine: Iterable[Feed], *, allow_private: bool = False, instead: str = "add it by hand"
) -> Intake:
    """What of somebody's list is taken: nothing that is there already, and nothing private unless a person says so.

    `instead` is what to do about a private address that is meant.
    """
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
            reason = f"is at a {kind} address; {instead}"
            refused.append(Refused(shown_address(feed.url), reason, document.tree.outlines[place].line))
            continue
        interval_s = None if feed.interval_s is None else max(feed.interval_s, LEAST_INTERVAL_S)
        fresh.append(replace(feed, allow_private=allow_private, interval_s=interval_s))
    refused.sort(key=lambda one: one.line)
    return Intake(tuple(fresh), there, tuple(refused))


def standing(loaded: LoadedFeeds, feed: FeedId) -> Feed:
    """The feed of this id in the file. Raises FeedRefused if it left."""
    found = next((one for one in loaded.feeds if one.id == feed), None)
    if found is None:
        raise FeedRefused(f"the feed is not in {loaded.document.path} any more; nothing was written")
    return found


def new_address(typed: str, old: Feed, mine: Iterable[Feed]) -> str:
    """The address that a person means for a feed. Raises UsageError if it is none, FeedRefused if it cannot be."""
    if _HIDDEN in typed:
        raise FeedRefused(f"write the whole address: {_HIDDEN} stands for what is hidden here, and would be kept")
    address = typed_addresses(typed)[0]
    if (there := feed_at((one for one in mine if one.id != old.id), address)) is not None:
        raise FeedRefused(f"you have that address already, as {there.name or host_of(there.url)}")
    return address


def folder_of(names: Iterable[str]) -> tuple[str, ...]:
    """Folder names as they can stand in the file."""
    return tuple(name for written in names if (name := clean_line(written, NAME_LIMIT)))


def tags_of(written: Iterable[str]) -> tuple[str, ...]:
    """Tags as they can stand in the file, each once."""
    return tuple(dict.fromkeys(name for tag in written for part in tag.split(",") if (name := clean_line(part))))


def interval_of(seconds: float | None) -> float | None:
    """An interval that is taken. Raises FeedRefused, with those that are."""
    least_s, most_s = INTERVAL_S
    if seconds is not None and not least_s <= seconds <= most_s:
        raise FeedRefused(f"an interval is from {format_duration(least_s)} to {format_duration(most_s)}")
    return seconds
