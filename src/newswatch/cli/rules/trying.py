"""`newswatch rules try`: what a query finds in the stored history, day by day, and what it nearly finds."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import click

from newswatch.cli import moments
from newswatch.cli.moments import iso
from newswatch.cli.options import Options
from newswatch.cli.output import Output, printed, say, shown
from newswatch.cli.rules.book import Shelf, open_history, open_shelf, say_mistake
from newswatch.cli.rules.marks import found_in, mark_rows
from newswatch.engine.clock import SystemClock
from newswatch.engine.placing import StoryPlaces, scopes_of
from newswatch.errors import QueryError, UsageError
from newswatch.feeds.opml import load_feeds
from newswatch.match.backtest import backtest
from newswatch.match.grammar import parse_query
from newswatch.match.hints import hints
from newswatch.model.backtest import Backtest
from newswatch.model.entry import Entry
from newswatch.model.rule import Rule, RuleId
from newswatch.store.tiny import TinyStore

_QUIET_S = 1.0  # what takes no longer needs no word on how far it is
_SLICE = 500
_DAYS, _SOURCES = 14, 5
_BAR = 40


def try_query(options: Options, query: str, *, since: str | None, limit: int, as_json: bool) -> int:
    """Prints what the query finds. Returns 1 if that is nothing, 2 for a mistake in the query."""

    def verb(out: Output) -> int:
        begins_at = None if since is None else moments.since(since, SystemClock().now())
        shelf = open_shelf(options)
        try:
            node = parse_query(query, shelf.book.aliases)
            tested = _tested(shelf, query, begins_at)
        except QueryError as mistake:
            say_mistake(query, mistake)
            return UsageError.exit_code
        said = hints(query, node, shelf.book.default_fields)
        if as_json:
            out.json(_document(tested, limit, said))
        else:
            for line in _lines(tested, limit):
                out.line(line)
            out.flush()
            for hint in said:
                say(hint)
        return 0 if tested.hits else 1

    return printed(verb)


def _tested(shelf: Shelf, query: str, since: datetime | None) -> Backtest:
    """The whole backtest, with word on stderr of how far it is. Raises QueryError."""
    with open_history(shelf.paths) as history:
        return Backtest(0, is_complete=True) if history is None else _followed(shelf, history, query, since)


def _followed(shelf: Shelf, history: TinyStore, query: str, since: datetime | None) -> Backtest:
    feeds = {feed.id: feed for feed in load_feeds(shelf.paths.feeds).feeds}
    snapshots = backtest(
        history.entries(),
        Rule(RuleId(""), query=query, fields=shelf.book.default_fields),
        aliases=dict(shelf.book.aliases),
        scope_of=scopes_of(feeds),
        story_of=StoryPlaces(history).story_of,
        since=since,
        slice_entries=_SLICE,
    )
    started = time.monotonic()
    has_spoken = False
    snapshot = Backtest(0)
    for snapshot in snapshots:
        if sys.stderr.isatty() and time.monotonic() - started > _QUIET_S:
            click.echo(f"\r{snapshot.asked:,} of {snapshot.entries:,} entries", err=True, nl=False)
            has_spoken = True
    if has_spoken:
        click.echo("\r" + " " * _BAR + "\r", err=True, nl=False)
    return snapshot


def _lines(tested: Backtest, limit: int) -> Iterator[str]:
    yield f"{_counted(tested.hits, 'hit')} in {_counted(tested.asked, 'entry', 'entries')}{_stories(tested)}"
    if tested.as_phrase is not None:
        yield f"phrase {tested.as_phrase:,}, all words anywhere {tested.all_words or 0:,}"
    if tested.hits:
        yield from _days(tested)
        yield ""
        yield "sources"
        for source, count in tested.sources[:_SOURCES]:
            yield f"  {count:>6,}  {shown(source)}"
        if limit:
            yield ""
            yield "newest"
    for example in tested.examples[:limit]:
        yield f"  {_entry_line(example.entry)}"
        if example.marks:
            yield f"    {found_in(example.marks)}"
    if tested.near:
        yield ""
        yield f"{_counted(tested.near, 'near miss', 'near misses')}: all but one part held"
    for miss in tested.near_misses[:limit]:
        yield f"  {_entry_line(miss.entry)}"
        yield f"    lacks {shown(miss.missing)}"


def _stories(tested: Backtest) -> str:
    return f", {_counted(tested.stories, 'story', 'stories')}" if tested.hits else ""


def _days(tested: Backtest) -> Iterator[str]:
    """A bar a day, the last two weeks of them."""
    yield ""
    yield "a day" if len(tested.per_day) <= _DAYS else f"a day, the last {_DAYS} of {len(tested.per_day)}"
    days = tested.per_day[-_DAYS:]
    most = max((count for _, count in days), default=0)
    for day, count in days:
        yield f"  {day}  {count:>6,}  {'█' * round(_BAR * count / most) if most else ''}".rstrip()


def _entry_line(entry: Entry) -> str:
    link = f"  {entry.link}" if entry.link else ""
    return f"{entry.at.astimezone(UTC):%Y-%m-%d %H:%MZ}  {shown(entry.title)} — {shown(entry.source)}{link}"


def _counted(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def _document(tested: Backtest, limit: int, said: tuple[str, ...]) -> dict[str, object]:
    return {
        "entries": tested.entries,
        "since": None if tested.since is None else iso(tested.since),
        "hits": tested.hits,
        "stories": tested.stories,
        "as_phrase": tested.as_phrase,
        "all_words": tested.all_words,
        "per_day": [[day.isoformat(), count] for day, count in tested.per_day],
        "sources": [[source, count] for source, count in tested.sources],
        "examples": [
            {**_entry_fields(example.entry), "marks": mark_rows(example.marks)} for example in tested.examples[:limit]
        ],
        "near": tested.near,
        "near_misses": [{**_entry_fields(miss.entry), "missing": miss.missing} for miss in tested.near_misses[:limit]],
        "hints": list(said),
    }


def _entry_fields(entry: Entry) -> dict[str, object]:
    return {"title": entry.title, "link": entry.link, "source": entry.source, "at": iso(entry.at)}
