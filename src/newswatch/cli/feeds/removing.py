"""`feeds remove`: takes the line of one feed out of feeds.opml, and nothing else."""

from __future__ import annotations

from newswatch.cli.feeds.files import History, feed_fields, read_history
from newswatch.cli.home import ready_files
from newswatch.cli.options import Options
from newswatch.cli.output import Output, printed, say, shown
from newswatch.engine.feed_edits import Removing
from newswatch.errors import UsageError
from newswatch.feeds.addresses import likeness, typed_addresses
from newswatch.feeds.addresses import shown as shown_address
from newswatch.feeds.opml import edit_feeds, load_feeds
from newswatch.model.feed import Feed

_SHORTEST_ID = 4
_SHOWN = 20


def remove_one(options: Options, wanted: str, *, as_json: bool) -> int:
    """Removes the feed that `wanted` names. Returns 0, or 1 if that is none, or several."""

    def verb(out: Output) -> int:
        paths = ready_files(options)
        loaded = load_feeds(paths.feeds)
        history = read_history(paths, loaded.feeds)
        named, is_sure = _named(loaded.feeds, wanted.strip(), history)
        if not is_sure or len(named) != 1:
            return _unclear(out, wanted, named, history, as_json=as_json)
        (feed,) = named
        after = edit_feeds(paths.feeds, Removing([feed.id]))
        label = history.label(feed)
        if as_json:
            out.json({"removed": feed_fields(feed, label)})
        say(f"removed {label} ({shown_address(feed.url)}) from {paths.feeds}; its history stays")
        if not after.feeds:
            say("that was the last feed; a monitor that runs keeps it until it is started again")
        return 0

    return printed(verb)


def _named(feeds: tuple[Feed, ...], wanted: str, history: History) -> tuple[tuple[Feed, ...], bool]:
    """The feeds that this may mean, and whether it is said exactly: by id, address or name."""
    if not wanted:
        return (), False
    folded = wanted.casefold()
    for is_it in (
        lambda feed: feed.id == wanted,
        lambda feed: feed.url == wanted or shown_address(feed.url) == wanted,
        lambda feed: likeness(feed.url) in _likenesses(wanted),
        lambda feed: history.label(feed).casefold() == folded,
        lambda feed: len(wanted) >= _SHORTEST_ID and feed.id.startswith(folded),
    ):
        if found := tuple(filter(is_it, feeds)):
            return found, True
    return tuple(
        feed for feed in feeds if folded in history.label(feed).casefold() or folded in shown_address(feed.url)
    ), False


def _likenesses(wanted: str) -> set[str]:
    try:
        return set(map(likeness, typed_addresses(wanted)))
    except UsageError:
        return set()


def _unclear(out: Output, wanted: str, named: tuple[Feed, ...], history: History, *, as_json: bool) -> int:
    if as_json:
        out.json({"removed": None, "candidates": [feed_fields(feed, history.label(feed)) for feed in named]})
    if not named:
        say(f"no feed has the id, the address or the name {shown(wanted)!r}; `newswatch feeds list` shows them")
        return 1
    nothing = f"{shown(wanted)!r} is not one feed's id, address or name; nothing was removed"
    say(nothing if as_json else f"{nothing}. Do you mean")
    if not as_json:
        for feed in named[:_SHOWN]:
            out.line(f"{feed.id}  {history.label(feed)}  {shown_address(feed.url)}")
        if len(named) > _SHOWN:
            say(f"and {len(named) - _SHOWN} more")
    return 1
