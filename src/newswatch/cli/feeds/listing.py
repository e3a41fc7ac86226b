"""`feeds list`: every feed of the home with its health, from feeds.opml and the history as they are on disk."""

from __future__ import annotations

from datetime import UTC, datetime

from newswatch.cli.feeds.files import History, feed_fields, iso, read_history
from newswatch.cli.home import ready_files
from newswatch.cli.options import Options
from newswatch.cli.output import Output, printed, say
from newswatch.errors import StoreError
from newswatch.feeds.addresses import shown as shown_address
from newswatch.feeds.opml import load_feeds
from newswatch.model.feed import Feed, FeedStatus
from newswatch.store.api import FeedCounts

_NAME_WIDTH = 28
_SHORT_ID = 8


def list_feeds(options: Options, *, as_json: bool) -> int:
    """Prints the feeds. Returns the exit code: 0, or 5 if the history could not be read."""

    def verb(out: Output) -> int:
        paths = ready_files(options)
        loaded = load_feeds(paths.feeds)
        history = read_history(paths, loaded.feeds)
        for problem in (*loaded.refused, *loaded.document.warnings):
            say(f"feeds.opml, {problem}")
        if as_json:
            out.json([_fields(feed, history) for feed in loaded.feeds])
        elif loaded.feeds:
            _print_table(out, loaded.feeds, history)
        else:
            say("no feeds yet: `newswatch feeds add URL` adds one, `newswatch feeds import FILE` a list")
        return StoreError.exit_code if history.fault else 0

    return printed(verb)


def _status(feed: Feed, history: History) -> FeedStatus:
    return FeedStatus.PAUSED if feed.is_paused else history.state(feed).status


def _fields(feed: Feed, history: History) -> dict[str, object]:
    state = history.state(feed)
    counts = history.counts.get(feed.id, FeedCounts())
    return {
        **feed_fields(feed, history.label(feed)),
        "state": _status(feed, history),
        "last_success": iso(state.last_success_at),
        "last_check": iso(state.last_checked_at),
        "next_check": None if feed.is_paused else iso(state.next_check_at),
        "failures": state.failures,
        "last_error": state.last_error or None,
        "moved_to": shown_address(state.moved_to) if state.moved_to else None,
        "entries": counts.entries,
        "hits": counts.hits,
    }


def _print_table(out: Output, feeds: tuple[Feed, ...], history: History) -> None:
    """A line a feed under its folder, and another one for what is wrong with it."""
    from rich.cells import cell_len, set_cell_size

    now = datetime.now(UTC)
    heads = ("ID", "STATE", "NAME", "LAST", "NEXT", "ENTRIES", "HITS", "ADDRESS")
    rows: list[tuple[str, ...]] = []
    for feed in feeds:
        state, counts = history.state(feed), history.counts.get(feed.id, FeedCounts())
        rows.append(
            (
                feed.id[:_SHORT_ID],
                _status(feed, history),
                set_cell_size(name, _NAME_WIDTH - 1) + "…"
                if cell_len(name := history.label(feed)) > _NAME_WIDTH
                else name,
                _ago(state.last_success_at, now),
                "" if feed.is_paused else _until(state.next_check_at, now),
                f"{counts.entries:,}",
                f"{counts.hits:,}",
                shown_address(feed.url),
            )
        )
    widths = [max(map(cell_len, column)) for column in zip(heads, *rows, strict=True)]

    def line(cells: tuple[str, ...]) -> str:
        padded = [set_cell_size(cell, width) for cell, width in zip(cells[:5], widths, strict=False)]
        numbers = [cell.rjust(width) for cell, width in zip(cells[5:7], widths[5:7], strict=True)]
        return "  ".join((*padded, *numbers, cells[7]))

    folder: tuple[str, ...] = ()
    out.line(line(heads))
    for feed, row in zip(feeds, rows, strict=True):
        if feed.folder != folder:
            folder = feed.folder
            out.line(" / ".join(folder) or "(no folder)")
        out.line(line(row))
        if tags := ", ".join(feed.tags):
            out.line(f"          tags: {tags}")
        if (error := history.state(feed).last_error) and not feed.is_paused:
            out.line(f"          {error}")


def _ago(at: datetime | None, now: datetime) -> str:
    from newswatch.tui.words import age

    if at is None:
        return "never"
    return age(at, now)


def _until(at: datetime | None, now: datetime) -> str:
    from newswatch.tui.words import countdown

    return "" if at is None else countdown((at - now).total_seconds())
