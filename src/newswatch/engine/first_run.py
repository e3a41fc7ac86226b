"""Makes the files of a home that has none, as a person chose, or the starter files as they are.

Nothing is written before `write`, and no file that is there is written over. It must never know a screen.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from newswatch import starter
from newswatch.atomic import ABSENT, explain, write_atomically
from newswatch.engine.api.feeds import ListedFeeds, Search
from newswatch.engine.api.first_run import Choice, Pack, Watch, Written
from newswatch.engine.feed_editor import OpenProbe, list_of, searching
from newswatch.engine.feed_lists import list_at
from newswatch.engine.watchwords import watches_of
from newswatch.errors import FileChanged, RulesInvalid, StoreError
from newswatch.feeds.opml import add_feeds, read_opml, write_opml
from newswatch.feeds.opmlread import EMPTY
from newswatch.match.ruleedit import append_table
from newswatch.match.ruleids import derived_id, free_id
from newswatch.match.ruleschema import read_book
from newswatch.model.rule import RuleBook
from newswatch.paths import Paths, ensure
from newswatch.tomlfile import parse_toml


class FreshHome:
    """Implements `engine.api.first_run.FirstRun`. `ready` is called when the folders are there, before any file is."""

    def __init__(self, paths: Paths, open_probe: OpenProbe, ready: Callable[[], None] = lambda: None) -> None:
        self._paths = paths
        self._open_probe = open_probe
        self._ready = ready
        self.written: Sequence[Written] = ()
        self.wants_demo = False

    @cached_property
    def packs(self) -> Sequence[Pack]:
        """See `FirstRun.packs`."""
        names: dict[str, list[str]] = {}
        for feed in read_opml(starter.feeds_opml(), is_own=True).found:
            names.setdefault(feed.folder[0] if feed.folder else "", []).append(feed.name)
        return tuple(Pack(name, tuple(feeds)) for name, feeds in names.items())

    @property
    def rules(self) -> Sequence[str]:
        """See `FirstRun.rules`."""
        return tuple(rule.label for rule in self._book.rules)

    def watches(self, typed: str) -> tuple[Watch, ...]:
        """See `FirstRun.watches`."""
        return watches_of(typed, self._book.aliases)

    async def discover(self, typed: str) -> AsyncGenerator[Search, None]:
        """See `FirstRun.discover`."""
        async with searching(typed, self._open_probe, ()) as snapshots:
            async for search in snapshots:
                yield search

    async def read_list(self, source: str) -> ListedFeeds:
        """See `FirstRun.read_list`."""
        async with self._open_probe() as probe:
            document = await list_at(source, probe)
        return await asyncio.to_thread(list_of, document, ())

    async def write(self, choice: Choice) -> Sequence[Written]:
        """See `FirstRun.write`."""
        self.written = await asyncio.to_thread(self._write, choice)
        return self.written

    def want_demo(self) -> None:
        """See `FirstRun.want_demo`."""
        self.wants_demo = True

    @cached_property
    def _book(self) -> RuleBook:
        return read_book(parse_toml(starter.rules_toml(), Path("rules.toml"), RulesInvalid))

    def _write(self, choice: Choice) -> tuple[Written, ...]:
        paths = self._paths
        own = {
            paths.rules: ("your rules", rules_file(choice)),
            paths.feeds: ("your feeds", feeds_file(choice)),
        }
        ensure(paths)
        try:
            self._ready()
            written: list[Written] = []
            for file in starter.starter_files(paths):
                what, content = file.what, file.read()
                if file.path in own and own[file.path][1] != content:
                    what, content = own[file.path]
                written.append(_written(file.path, content, what))
            return tuple(written)
        except OSError as error:
            raise StoreError(explain(error, Path(error.filename) if error.filename else paths.data)) from error


def rules_file(choice: Choice) -> bytes:
    """rules.toml as chosen: the starter rules, rules of the person's own under the starter's heading, or both."""
    whole = starter.rules_toml().decode("utf-8")
    if not choice.watches:
        return whole.encode("utf-8")
    text = whole if choice.and_starter else _heading(whole)
    taken = set(_ids(text))
    for watch in choice.watches:
        rule: Mapping[str, str] = {"name": watch.name, "query": watch.query}
        rule_id = free_id(derived_id(rule), taken)
        taken.add(rule_id)
        file = parse_toml(text.encode("utf-8"), Path("rules.toml"), RulesInvalid)
        text = append_table(file, "rule", {"id": rule_id, **rule})
    return text.encode("utf-8")


def feeds_file(choice: Choice) -> bytes:
    """feeds.opml as chosen: the starter file without the folders that are not wanted, and with what else was found."""
    document = read_opml(starter.feeds_opml() if choice.packs != () else EMPTY, is_own=True)
    if choice.packs:
        source = document.source
        for outline in reversed(document.tree.outlines):
            if outline.parent is None and not outline.is_feed and outline.title not in choice.packs:
                start = source.rfind(b"\n", 0, outline.start) + 1
                source = source[:start] + source[source.find(b"\n", outline.stop) + 1 :]
        document = read_opml(source, is_own=True)
    return write_opml(add_feeds(document, choice.feeds) if choice.feeds else document)


def _heading(text: str) -> str:
    """What stands before the first rule, without the comment on that."""
    lines = text[: text.index("[[rule]]")].splitlines()
    while lines and (lines[-1].startswith("#") or not lines[-1].strip()):
        lines.pop()
    return "\n".join(lines) + "\n"


def _ids(text: str) -> tuple[str, ...]:
    return tuple(
        rule.id for rule in read_book(parse_toml(text.encode("utf-8"), Path("rules.toml"), RulesInvalid)).rules
    )


def _written(path: Path, content: bytes, what: str) -> Written:
    try:
        write_atomically(path, content, expected=ABSENT)
    except FileChanged:  # somebody made it meanwhile: it is theirs
        return Written(str(path), "there already, left as it is", is_new=False)
    return Written(str(path), what)
