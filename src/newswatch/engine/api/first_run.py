"""A home without files, and what a person makes of it before the monitor starts: what to watch for, and from where.

Nothing is written before `write`; a file that is there by then is left as it is.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from newswatch.engine.api.feeds import ListedFeeds, Search
from newswatch.model.feed import Feed


@dataclass(frozen=True, slots=True)
class Pack:
    """Starter feeds that belong together: a folder of the starter feeds.opml."""

    name: str
    feeds: tuple[str, ...]  # their names


@dataclass(frozen=True, slots=True)
class Watch:
    """A rule to be, from what a person typed. `error` says why the query is none, `offset` where (code points),
    `hint` what may be meant otherwise.
    """

    name: str
    query: str
    error: str = ""
    offset: int | None = None
    hint: str = ""

    @property
    def is_good(self) -> bool:
        """Whether it can be a rule."""
        return not self.error


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person chose. Without `watches` the starter rules are taken, `and_starter` takes them beside those.

    `packs` are the names of the starter packs to take, None for all; `feeds` are others.
    """

    watches: tuple[Watch, ...] = ()
    and_starter: bool = False
    packs: tuple[str, ...] | None = None
    feeds: tuple[Feed, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Written:
    """A file of the home, and what is in it. Not `is_new`: it was there already and was left as it is."""

    path: str
    what: str
    is_new: bool = True


class FirstRun(Protocol):
    """What a screen may ask of a home that has no files."""

    @property
    def packs(self) -> Sequence[Pack]:
        """The starter feeds, in the order of their file."""

    @property
    def rules(self) -> Sequence[str]:
        """The names of the starter rules."""

    def watches(self, typed: str) -> tuple[Watch, ...]:
        """What is typed as rules: a comma ends one. Words are one phrase; what is a query is one as it stands."""

    def discover(self, typed: str) -> AsyncGenerator[Search, None]:
        """See `FeedEdits.discover`."""

    async def read_list(self, source: str) -> ListedFeeds:
        """See `FeedEdits.read_list`."""

    async def write(self, choice: Choice) -> Sequence[Written]:
        """Makes the files of the home. Raises StoreError where they cannot be written."""

    def want_demo(self) -> None:
        """Remembers that the demo is to be shown when this has ended."""
