"""What a mute would hide, counted over what is stored, in slices off the event loop. Changes nothing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain

from newswatch.engine.mutes import CAME_HELD
from newswatch.engine.slices import Slice
from newswatch.match.compile import CompiledQuery, compile_query
from newswatch.match.mutes import query_of
from newswatch.model.hit import Hit, StoryId, Triage
from newswatch.model.mute import MuteDraft, MuteKind, MutePreview
from newswatch.model.rule import RuleBook, RuleId
from newswatch.store.api import HitQuery, Store

LOOKED_BACK = timedelta(days=7)
"""How far back the hits of a day are counted."""
EXAMPLES = 5
_HALVINGS = 12  # of a week: to two and a half minutes
NOT_ACKED = (Triage.NEW, Triage.SEEN, Triage.OPEN)


async def preview_mute(
    draft: MuteDraft, book: RuleBook, store: Store, now: datetime, monotonic: Callable[[], float] = time.monotonic
) -> MutePreview:
    """See `TriageDesk.preview_mute`. Raises QueryError."""
    count = await asyncio.to_thread(_Count.of, draft, book, store, now)
    while not await asyncio.to_thread(count.slice, monotonic):
        pass
    return count.preview()


@dataclass(slots=True)
class _Count:
    """One preview: what it asks, and how far it has come."""

    query: CompiledQuery | None
    hits: Iterator[Hit]
    since: datetime
    days: float
    not_acked: int = 0
    lately: int = 0
    stories: set[StoryId] = field(default_factory=set)
    examples: list[Hit] = field(default_factory=list)
    quiet: int = 0

    @classmethod
    def of(cls, draft: MuteDraft, book: RuleBook, store: Store, now: datetime) -> _Count:
        story = StoryId(draft.subject) if draft.kind is MuteKind.STORY else None
        rules = (RuleId(draft.subject),) if draft.kind is MuteKind.RULE else ()
        query = None
        if story is None and not rules:
            query = compile_query(query_of(draft.kind, draft.subject), book.aliases, book.default_fields)
        since = now - LOOKED_BACK
        hits = chain(
            store.find_hits(HitQuery(rules=rules, story=story, states=NOT_ACKED, held=tuple(CAME_HELD))),
            store.find_hits(HitQuery(rules=rules, story=story, states=NOT_ACKED, is_alert=True)),
            store.find_hits(HitQuery(rules=rules, story=story, states=(Triage.ACKED,), is_alert=True, since=since)),
        )
        return cls(query, hits, since, _span(store, now) / timedelta(days=1))

    def slice(self, monotonic: Callable[[], float]) -> bool:
        """Asks the next hits for a while. True if there are no more."""
        time_slice = Slice(monotonic)
        for hit in self.hits:
            if self.query is None or self.query.marks(hit.entry.document) is not None:
                self._take(hit)
            if time_slice.is_over():
                return False
        return True

    def _take(self, hit: Hit) -> None:
        if not hit.is_alert:
            self.quiet += 1
            return
        self.lately += hit.entry.at >= self.since
        if hit.state is not Triage.ACKED:
            self.not_acked += 1
            self.stories.add(hit.story_id)
            if len(self.examples) < EXAMPLES:
                self.examples.append(hit)

    def preview(self) -> MutePreview:
        """What it came to."""
        per_day = self.lately / self.days if self.days else 0.0
        return MutePreview(self.not_acked, len(self.stories), per_day, self.days, tuple(self.examples), self.quiet)


def _span(store: Store, now: datetime) -> timedelta:
    """How far back there are alerts, as far as that matters; to a few minutes. Nothing is decoded for it."""
    short, long = timedelta(), LOOKED_BACK
    if store.count_hits(HitQuery(is_alert=True, until=now - long)):
        return long
    for _ in range(_HALVINGS):
        middle = (short + long) / 2
        if store.count_hits(HitQuery(is_alert=True, until=now - middle)):
            short = middle
        else:
            long = middle
    return long
