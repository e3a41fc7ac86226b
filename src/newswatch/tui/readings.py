"""The articles of this session: what is known of the page behind a hit, asked of the engine, and where one reads."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from newswatch.engine.api import Engine
from newswatch.errors import NewswatchError
from newswatch.model.article import Article
from newswatch.model.entry import Entry, EntryKey, Revision
from newswatch.model.feed import FeedId
from newswatch.model.hit import Hit, HitId
from newswatch.model.story import Story
from newswatch.tui.links import host_and_port
from newswatch.tui.reading import Doing, Place, Reading
from newswatch.tui.versions import Edited, Version, last_edits, versions

REMEMBERED = 32
PLACES = 500


@dataclass(frozen=True, slots=True)
class _Known:
    """What the engine said last of a hit's page, for the text of the entry at that time."""

    entry: Entry
    article: Article | None = None
    versions: tuple[Version, ...] = ()
    edits: tuple[Edited, ...] = ()


class Readings:
    """Asks the engine for articles, and remembers some. `monotonic` is the clock for eyes."""

    def __init__(self, engine: Engine, monotonic: Callable[[], float]) -> None:
        self._engine = engine
        self._monotonic = monotonic
        self._known: OrderedDict[HitId, _Known] = OrderedDict()
        self._doing: dict[HitId, Doing] = {}
        self._trouble: dict[HitId, str] = {}
        self._places: OrderedDict[tuple[FeedId, EntryKey], Place] = OrderedDict()

    def of(self, story: Story, *, is_bare: bool = False) -> Reading:
        """What there is to read of a story by now."""
        hit = story.lead
        known = self._known.get(hit.id) or _Known(hit.entry)
        doing, trouble = self._doing.get(hit.id), self._trouble.get(hit.id, "")
        return Reading(story, known.article, known.edits, doing, trouble, is_bare)

    def is_current(self, hit: Hit) -> bool:
        """Whether the hit was looked up, as its entry is now."""
        known = self._known.get(hit.id)
        return known is not None and known.entry == hit.entry

    def versions(self, hit: Hit) -> tuple[Version, ...]:
        """The versions of the entry and its page, as far as they were looked up."""
        known = self._known.get(hit.id)
        return known.versions if known is not None else versions(hit.entry, (), None)

    def place(self, hit: Hit) -> Place | None:
        """Where a person was in the article."""
        return self._places.get((hit.entry.feed_id, hit.entry.key))

    def leave(self, hit: Hit, place: Place | None) -> None:
        """A person is there now; None: at its top."""
        key = (hit.entry.feed_id, hit.entry.key)
        self._places.pop(key, None)
        if place is not None:
            self._places[key] = place
            while len(self._places) > PLACES:
                self._places.popitem(last=False)

    async def look_up(self, hit: Hit) -> None:
        """Learns what is stored of the hit's page, and of its earlier texts; asks nobody outside."""
        try:
            article = await self._engine.articles.stored(hit.id)
            revisions = await self._engine.articles.revisions(hit.id)
        except NewswatchError:
            return  # what the feed said is shown all the same
        before = self._known.get(hit.id)
        if article is None and before is not None:
            article = before.article  # read-only instances store nothing of what they were given
        await self._learn(hit, article, revisions)

    async def read(self, hit: Hit, *, again: bool = False) -> None:
        """Has the page read, unless it is stored. What keeps it away is said in the reading."""
        if hit.id in self._doing:
            return
        self._trouble.pop(hit.id, None)
        self._doing[hit.id] = Doing(host_and_port(hit.entry.link or ""), self._monotonic())
        try:
            article = await self._engine.articles.read(hit.id, again=again)
            revisions = await self._engine.articles.revisions(hit.id)
        except NewswatchError as error:
            self._trouble[hit.id] = str(error)
        else:
            await self._learn(hit, article, revisions)
        finally:
            del self._doing[hit.id]

    async def _learn(self, hit: Hit, article: Article | None, revisions: Sequence[Revision]) -> None:
        known = self._known.get(hit.id)
        found = await asyncio.to_thread(versions, hit.entry, revisions, article)
        edits = known.edits if known is not None and known.versions == found else None
        if edits is None:
            edits = await asyncio.to_thread(last_edits, found) if len(found) > 1 else ()
        self._known[hit.id] = _Known(hit.entry, article, found, edits)
        self._known.move_to_end(hit.id)
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
