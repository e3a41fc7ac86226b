"""A home without files, in memory: what a first run would write is kept in `choices`.

For tests of screens. `searches` and `lists` are those of `ScriptedFeeds`; a query that holds `!!` is a mistake. The end
of a search waits for `hold`, if there is one.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence

from newswatch.engine.api.feeds import ListedFeeds, Search
from newswatch.engine.api.first_run import Choice, Pack, Watch, Written
from newswatch.errors import NewswatchError, UsageError

PACKS = (
    Pack("World wires", ("Dnipro Wire", "Gulf Wire", "Tagesblick")),
    Pack("Markets", ("Ledger Street", "Harbour Ledger")),
    Pack("Science", ("Polar Post",)),
)


class ScriptedFirstRun:
    """An `engine.api.first_run.FirstRun` that writes nothing. `failure` is raised by `write` while it is set."""

    def __init__(self, packs: Sequence[Pack] = PACKS, rules: Sequence[str] = ("Bank failure", "Coup")) -> None:
        self.packs = packs
        self.rules = rules
        self.searches: dict[str, Sequence[Search]] = {}
        self.lists: dict[str, ListedFeeds] = {}
        self.choices: list[Choice] = []
        self.failure: NewswatchError | None = None
        self.hold: asyncio.Event | None = None
        self.wants_demo = False

    def watches(self, typed: str) -> tuple[Watch, ...]:
        """See `FirstRun.watches`: what stands between commas, in quotes."""
        words = [part.strip() for part in typed.split(",") if part.strip()]
        return tuple(
            Watch(word, word, "this is no query", word.index("!!"))
            if "!!" in word
            else Watch(word, f'"{word}"' if " " in word else word)
            for word in words
        )

    async def discover(self, typed: str) -> AsyncGenerator[Search, None]:
        """See `FirstRun.discover`."""
        for search in self.searches.get(typed, (Search(asked=1, failure="no such host", is_complete=True),)):
            if search.is_complete and self.hold is not None:
                await self.hold.wait()
            yield search

    async def read_list(self, source: str) -> ListedFeeds:
        """See `FirstRun.read_list`."""
        if source not in self.lists:
            raise UsageError(f"{source} cannot be read: No such file or directory")
        return self.lists[source]

    async def write(self, choice: Choice) -> Sequence[Written]:
        """See `FirstRun.write`."""
        if self.failure is not None:
            raise self.failure
        self.choices.append(choice)
        return (Written("home/rules.toml", "your rules"), Written("home/feeds.opml", "the starter feeds"))

    def want_demo(self) -> None:
        """See `FirstRun.want_demo`."""
        self.wants_demo = True
