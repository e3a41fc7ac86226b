"""`newswatch hits`: the stored history, the newest first, as a table, JSON lines, CSV, Markdown or RSS.

Reads what is on disk, whether a monitor runs or not.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from newswatch.cli import moments
from newswatch.cli.history.forms import Form, JsonLines
from newswatch.cli.options import Options, paths_of
from newswatch.cli.output import Output, printed, say, shown
from newswatch.cli.rules.book import open_history, say_mistake
from newswatch.engine.clock import SystemClock
from newswatch.errors import QueryError, UsageError
from newswatch.feeds.opml import load_feeds
from newswatch.model.hit import Hit, Triage
from newswatch.model.rule import RuleId, Severity
from newswatch.paths import Paths
from newswatch.store.api import HitQuery, Store
from newswatch.text.urls import redact
from newswatch.tomlfile import nearest

_UNACKED = tuple(state for state in Triage if state is not Triage.ACKED)
TABLE_LIMIT = 50
"""Hits that a table shows where nothing is said: the other forms give all."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The command line, as it was written. `limit` 0: all."""

    query: str | None = None
    since: str | None = None
    until: str | None = None
    rules: tuple[str, ...] = ()
    severities: tuple[str, ...] = ()
    is_starred: bool = False
    is_unacked: bool = False
    is_held: bool | None = None
    limit: int | None = None
    format: str = "table"


def print_hits(options: Options, asked: Asked) -> int:
    """Prints the hits. Returns 1 if there is none, 2 for a mistake in the query."""

    def verb(out: Output) -> int:
        now = SystemClock().now()
        wanted = _wanted(asked, now)
        paths = paths_of(options)
        try:
            reads = _reader(asked, paths)
            form = _form(asked, paths, now)
            with open_history(paths) as history:
                return _print(out, form, asked, _found(history, wanted, reads), history)
        except QueryError as mistake:  # as it is written, or on a text that takes too long
            out.flush()
            say_mistake(asked.query or "", mistake)
            return UsageError.exit_code

    return printed(verb)


def _found(history: Store | None, wanted: HitQuery, reads: Callable[[Hit], bool]) -> Iterator[Hit]:
    return iter(()) if history is None else filter(reads, history.find_hits(wanted))


def _print(out: Output, form: Form, asked: Asked, found: Iterator[Hit], history: Store | None) -> int:
    limit = asked.limit if asked.limit is not None else (TABLE_LIMIT if asked.format == "table" else 0)
    hits = _Counted(found)
    for line in form.lines(islice(hits, limit) if limit else hits):
        out.line(line)
    if asked.limit is None and limit and hits.count == limit and next(hits, None) is not None:
        out.flush()
        say(f"these are the newest {limit}; --limit 0 shows all, --since and --until choose")
    if not hits.count:
        out.flush()
        _say_nothing(asked, history)
        return 1
    return 0


class _Counted(Iterator[Hit]):
    """Hits, and how many of them went by."""

    def __init__(self, hits: Iterable[Hit]) -> None:
        self._hits = iter(hits)
        self.count = 0

    def __next__(self) -> Hit:
        hit = next(self._hits)
        self.count += 1
        return hit


def _wanted(asked: Asked, now: datetime) -> HitQuery:
    """What the command line asks for, the text aside. Raises UsageError."""
    since = None if asked.since is None else moments.since(asked.since, now)
    until = None if asked.until is None else moments.until(asked.until, now)
    if since is not None and until is not None and since >= until:
        raise UsageError(f"--since {shown(asked.since or '', 40)} is not before --until {shown(asked.until or '', 40)}")
    return HitQuery(
        rules=tuple(map(RuleId, asked.rules)),
        states=_UNACKED if asked.is_unacked else (),
        severities=tuple(map(Severity, asked.severities)),
        since=since,
        until=until,
        is_alert=None if asked.is_held is None else not asked.is_held,
        is_starred=True if asked.is_starred else None,
    )


def _reader(asked: Asked, paths: Paths) -> Callable[[Hit], bool]:
    """Whether a hit's text is what the query asks for. Raises QueryError, and so may what it returns; RulesInvalid."""
    if asked.query is None:
        return lambda _: True
    from newswatch.match.compile import compile_query  # most ask without a query
    from newswatch.match.rulefile import load_rulebook

    book = load_rulebook(paths.rules).book
    query = compile_query(asked.query, book.aliases, book.default_fields)
    return lambda hit: query.marks(hit.entry.document) is not None


def _form(asked: Asked, paths: Paths, now: datetime) -> Form:
    """The form that is asked for. Raises FeedsInvalid where it needs the feeds' addresses and they cannot be read."""
    match asked.format:
        case "json":
            return JsonLines(_addresses(paths))
        case "csv":
            from newswatch.cli.history.sheet import Sheet

            return Sheet(_addresses(paths))
        case "markdown":
            from newswatch.cli.history.markdown import Bullets

            return Bullets()
        case "rss":
            from newswatch.cli.history.syndication import Syndication

            title = "newswatch" if asked.query is None else f"newswatch: {shown(asked.query)}"
            return Syndication(title, now, _addresses(paths))
        case _:
            from newswatch.cli.history.table import WIDTH, Table

            return Table(shutil.get_terminal_size((WIDTH, 24)).columns, now)


def _addresses(paths: Paths) -> Callable[[Hit], str]:
    """The address of a hit's feed as it is in feeds.opml, without its secrets; empty for one that left it."""
    addresses = {feed.id: redact(feed.url) for feed in load_feeds(paths.feeds).feeds}
    return lambda hit: addresses.get(hit.entry.feed_id, "")


def _say_nothing(asked: Asked, history: Store | None) -> None:
    """Says that there is nothing, and what may be meant by a rule that no hit is of."""
    if history is None or not history.totals().hits:
        say("there are no hits yet")
        return
    say("no hit is like that")
    if asked.rules:
        known = history.rule_counts()
        for rule in asked.rules:
            if rule not in known:
                near = nearest(rule, known)
                say(
                    f'no hit is of a rule "{shown(rule, 60)}"'
                    + (f'; did you mean "{shown(near, 60)}"?' if near else "")
                )
