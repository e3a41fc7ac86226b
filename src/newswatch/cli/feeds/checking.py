"""`feeds check`: what one fetch of each address, or one reading of each file, gives. It changes nothing.

Answers come in the order of the sources, as soon as they can: thousands of files are read by several processes at once.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from newswatch.cli.feeds.files import History, iso, read_history
from newswatch.cli.home import home_of, ready_files
from newswatch.cli.options import Options, paths_of
from newswatch.cli.output import Output, printed, say, shown
from newswatch.config import Settings, load_settings
from newswatch.engine.home import Home
from newswatch.engine.probe import Look, Probe, open_probe
from newswatch.errors import NetworkDown, UsageError
from newswatch.feeds.addresses import holds_secret, typed_addresses
from newswatch.feeds.addresses import shown as shown_address
from newswatch.feeds.opml import load_feeds
from newswatch.fetch.request import MAX_INFLATED_BYTES, Fetched, FetchFailed
from newswatch.model.entry import ParsedEntry, ParsedFeed
from newswatch.model.feed import Feed, FeedStatus
from newswatch.text.urls import redact

_AT_ONCE = 64
_MAX_PROCESSES = 8
_FILE_ENDS = (".xml", ".rss", ".atom", ".rdf", ".json", ".opml", ".html", ".htm", ".txt")
_SHOWN_ENTRIES = 3


@dataclass(frozen=True, slots=True)
class Source:
    """One thing to check. Of `file` and `address` it has one, unless `error` says why it cannot be checked.

    `given` is how it was named, safe to print in JSON. `is_left_alone`: it is not asked, and that is as it should be;
    `is_gone`: it is not asked either, but a person should know.
    """

    given: str
    file: str | None = None
    address: str | None = None
    allow_private: bool = True
    earlier: tuple[str, ...] = ()
    error: str = ""
    is_left_alone: bool = False
    is_gone: bool = False

    @property
    def is_asked(self) -> bool:
        """Whether an answer is expected of it."""
        return not (self.is_left_alone or self.is_gone)


@dataclass(frozen=True, slots=True)
class Checked:
    """What a source gave. `error` is empty for a feed; `is_unreached`: nobody answered at all."""

    source: Source
    document: ParsedFeed | None = None
    look: Look | None = None
    error: str = ""
    is_unreached: bool = False


def check_feeds(options: Options, given: Sequence[str], *, as_json: bool) -> int:
    """Checks what is given, else every feed of the home. Returns 0, or 1 if one is no feed; 4 if nobody answered."""

    def verb(out: Output) -> int:
        if given:
            sources = tuple(map(_source, given))
            is_asking = any(source.address for source in sources)
            paths = paths_of(options)
            home = home_of(paths, load_settings(paths.settings) if is_asking else Settings())
        else:
            paths = ready_files(options)
            home = home_of(paths, load_settings(paths.settings))
            feeds = load_feeds(paths.feeds).feeds
            sources = tuple(_sources_of(feeds, read_history(paths, feeds)))
        counts = asyncio.run(_check_all(sources, home, lambda checked: _print(out, checked, as_json=as_json)))
        asked = sum(source.is_asked for source in sources)
        return _ending(asked, *counts, is_one_gone=any(source.is_gone for source in sources))

    return printed(verb)


def _ending(asked: int, bad: int, unreached: int, *, is_one_gone: bool) -> int:
    if asked > 1:
        say(f"{asked - bad:,} of {asked:,} gave a feed")
    if asked and unreached == asked:
        raise NetworkDown("none of them answered" if asked > 1 else "nobody answered there")
    return 1 if bad or is_one_gone else 0


def _source(given: str) -> Source:
    """What an argument of the command line names."""
    if given == "-":
        return Source(given, file=given)
    name = redact(given) if holds_secret(given) else given
    is_address = given.lower().startswith(("http://", "https://", "feed:"))
    if not is_address and (_exists(given) or given.lower().endswith(_FILE_ENDS) or given.startswith((".", "/", "~"))):
        return Source(name, file=given)
    try:
        return Source(name, address=typed_addresses(given)[0])
    except UsageError as error:
        reason = str(error) if is_address else f"there is no such file, and it is no address: {error}"
        return Source(name, error=reason)


def _exists(name: str) -> bool:
    try:
        return Path(name).exists()
    except OSError:  # too long for a name
        return False


def _sources_of(feeds: Iterable[Feed], history: History) -> Iterable[Source]:
    """The feeds of the home; those whose servers want to be left alone are told, not asked."""
    now = datetime.now(UTC)
    for feed in feeds:
        state = history.state(feed)
        name = redact(feed.url) if holds_secret(feed.url) else feed.url
        is_gone = state.status is FeedStatus.STOPPED and not feed.is_paused
        if feed.is_paused:
            error = "not asked: it is paused in feeds.opml"
        elif is_gone:
            error = f"not asked: {state.last_error or 'its server ended it'}"
        elif state.is_asked_to_wait(now):
            error = f"not asked: its server wants to be left alone until {iso(state.not_before)}"
        else:
            error = ""
        yield Source(
            name,
            address=feed.url,
            allow_private=feed.allow_private,
            earlier=feed.earlier,
            error=error,
            is_left_alone=bool(error) and not is_gone,
            is_gone=is_gone,
        )


async def _check_all(sources: Sequence[Source], home: Home, show: Callable[[Checked], None]) -> tuple[int, int]:
    """Shows what each source gave, in order. Of those that were asked: how many were no feeds, and did not answer."""
    bad = unreached = 0
    workers = min(os.cpu_count() or 1, _MAX_PROCESSES, max(len(sources), 1))
    async with open_probe(home, workers=workers) as probe, aclosing(_in_order(sources, probe)) as answers:
        async for checked in answers:
            show(checked)
            bad += bool(checked.error) and checked.source.is_asked
            unreached += checked.is_unreached
    return bad, unreached


async def _in_order(sources: Sequence[Source], probe: Probe) -> AsyncGenerator[Checked, None]:
    """What each gave, `_AT_ONCE` of them under way at a time."""
    waiting: deque[asyncio.Task[Checked]] = deque()
    try:
        for source in sources:
            waiting.append(asyncio.ensure_future(_checked(source, probe)))
            if len(waiting) == _AT_ONCE:
                yield await waiting.popleft()
        while waiting:
            yield await waiting.popleft()
    finally:
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)


async def _checked(source: Source, probe: Probe) -> Checked:
    if source.error:
        return Checked(source, error=source.error)
    if source.file is not None:
        return await _read(source, source.file, probe)
    look = await probe.look(source.address or "", allow_private=source.allow_private, earlier=source.earlier)
    if isinstance(look.result, FetchFailed):
        return Checked(source, None, look, look.result.reason, look.result.kind.is_network)
    document = look.document
    if document is None:
        return Checked(source, None, look, "the server says unchanged, though it was never asked before")
    return Checked(source, document, look, document.error or "")


async def _read(source: Source, name: str, probe: Probe) -> Checked:
    try:
        body = await asyncio.to_thread(_bytes_of, name)
    except OSError as error:
        return Checked(source, error=f"the file cannot be read: {error.strerror}")
    if len(body) > MAX_INFLATED_BYTES:
        return Checked(source, error=f"the file is too large: more than {MAX_INFLATED_BYTES >> 20} MiB")
    document = await probe.read(body)
    return Checked(source, document, error=document.error or "")


def _bytes_of(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read(MAX_INFLATED_BYTES + 1)
    with Path(name).expanduser().open("rb") as file:
        return file.read(MAX_INFLATED_BYTES + 1)


def _print(out: Output, checked: Checked, *, as_json: bool) -> None:
    if as_json:
        out.json(_fields(checked))
    else:
        for line in _lines(checked):
            out.line(line)
    out.flush()


def _fields(checked: Checked) -> dict[str, object]:
    """The object of the contract (docs/cli.md), its keys in that order."""
    document = checked.document or ParsedFeed(title="", entries=())
    return {
        "source": checked.source.given,
        "error": checked.error or None,
        "format": document.format or None,
        "feed_title": document.title,
        "entries": [_entry(entry) for entry in document.entries],
        "warnings": list(document.warnings),
    }


def _entry(entry: ParsedEntry) -> dict[str, object]:
    return {
        "id": entry.id,
        "title": entry.title,
        "link": entry.link,
        "published": iso(entry.published),
        "author": entry.author,
        "summary": entry.summary,
    }


def _lines(checked: Checked) -> Iterable[str]:
    """The same for a person, and how the fetch went."""
    document = checked.document
    is_feed = document is not None and not checked.error
    yield f"{'ok ' if is_feed else 'BAD'}  {shown(checked.source.given)}"
    if checked.error:
        yield f"     {shown(checked.error, 500)}"
    if checked.look is not None and isinstance(checked.look.result, Fetched):
        yield from _fetch_lines(checked.look.result, checked.look.address)
    if document is None or checked.error:
        return
    number = len(document.entries)
    yield f"     {document.title or '(without a title)'}: {document.format}, {number:,} {_entries(number)}" + (
        f", and {document.dropped:,} more than are read" if document.dropped else ""
    )
    for entry in document.entries[:_SHOWN_ENTRIES]:
        yield f"       {iso(entry.published) or 'no date':20}  {entry.title or '(without a title)'}"
        if entry.link:
            yield f"       {'':20}  {entry.link}"
    if number > _SHOWN_ENTRIES:
        yield f"       … {number - _SHOWN_ENTRIES:,} more"
    for warning in document.warnings:
        yield f"     warning: {warning}"


def _fetch_lines(fetched: Fetched, asked: str) -> Iterable[str]:
    kind = fetched.headers.get("content-type", "no content type")
    yield f"     status {fetched.status}, {fetched.wire_bytes:,} bytes, {shown(kind, 100)}"
    if fetched.permanent_url is not None:
        yield f"     moved for good to {shown_address(fetched.permanent_url)}"
    elif fetched.url.partition("#")[0] != _bare(asked):
        yield f"     redirected for now to {shown_address(fetched.url)}"
    validators = [
        f"{name} {shown(value, 100)}"
        for name, value in (("ETag", fetched.etag), ("Last-Modified", fetched.last_modified))
        if value
    ]
    yield f"     validators: {', '.join(validators) or 'none, so it is sent whole each time'}"


def _bare(address: str) -> str:
    """The address as it is asked: without user name, password and fragment."""
    scheme, _, rest = address.partition("://")
    place, slash, path = rest.partition("/")
    return f"{scheme}://{place.rpartition('@')[2]}{slash}{path}".partition("#")[0]


def _entries(number: int) -> str:
    return "entry" if number == 1 else "entries"
