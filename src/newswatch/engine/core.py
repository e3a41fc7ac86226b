"""What the parts of the engine share: memory and its one writer, the hub, and the order of storing and telling.

Whoever changes hits or entries holds `order` from reading to telling, so that nothing overtakes.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from itertools import islice

from newswatch.engine.asleep import Asleep
from newswatch.engine.clock import Clock
from newswatch.engine.hub import Hub
from newswatch.engine.mutes import Mutes
from newswatch.engine.roster import Roster
from newswatch.engine.rulebook import Rulebook
from newswatch.engine.searched import Searched
from newswatch.engine.writer import Writer
from newswatch.errors import StoreError
from newswatch.model.event import (
    Event,
    FeedChanged,
    FeedsOrdered,
    HitsStored,
    MutesChanged,
    NoticeCleared,
    NoticeLevel,
    NoticeRaised,
    RuleChanged,
    TotalsChanged,
)
from newswatch.model.feed import FeedId
from newswatch.model.hit import Hit, HitId
from newswatch.store.api import Store, Transaction

NOT_SAVING = "store"
CHANGED_AT_ONCE = 100
"""Hits that are stored and told in one piece: the loop's share of it takes some 5 ms."""

log = logging.getLogger(__name__)


class Core:
    """An opened home. `hears` is told of all that was stored, and of the hits in it that are new."""

    def __init__(
        self, store: Store, writer: Writer, hub: Hub, clock: Clock, roster: Roster, rulebook: Rulebook
    ) -> None:
        self.store = store
        self.writer = writer
        self.hub = hub
        self.clock = clock
        self.roster = roster
        self.rulebook = rulebook
        self.searched = Searched(store, rulebook, roster)
        self.mutes = Mutes()
        self.asleep = Asleep()
        self.stirred = asyncio.Event()  # snoozes, mutes or the pause are others than before: somebody should look
        self.order = asyncio.Lock()
        self.hears: Callable[[Transaction, Sequence[Hit]], None] = lambda _stored, _new_hits: None
        self.committed_at: datetime | None = None

    async def commit(self, *transactions: Transaction) -> None:
        """Makes them durable, one behind the other; while the disk refuses, holds them in memory and says so.

        Raises StoreError, after saying so on the screen, if they could not be held either.
        """
        waiting = [transaction for transaction in transactions if not transaction.is_empty]
        if not waiting:
            return
        waiting[0] = self.searched.carried_by(waiting, self.clock.now())
        try:
            await self.writer.commit(*waiting)
        except BaseException as error:
            self.searched.not_carried(waiting[0])  # cancelled: what the disk took is not known
            if isinstance(error, StoreError):
                self._say_not_saving(error)
            raise
        self.committed_at = self.clock.now()
        self.say_whether_saving()

    async def save(self) -> None:
        """Tries to make durable what is held. Raises StoreError, after saying so, if the disk still refuses."""
        try:
            await self.writer.save()
        except StoreError as error:
            self._say_not_saving(error)
            raise
        self.say_whether_saving()

    def say_whether_saving(self) -> None:
        """Shows or takes back the banner. What waits to be told looks again when it goes."""
        if not self.writer.is_saving:
            if self.writer.trouble is not None:
                self._say_not_saving(self.writer.trouble)
        elif NOT_SAVING in self.hub.view.notices:
            log.warning("saving again")
            self.hub.publish([NoticeCleared(NOT_SAVING)])

    def _say_not_saving(self, error: StoreError) -> None:
        text = f"NOT SAVING: {error} Until then newswatch goes on in memory, and tries the disk every few seconds."
        notice = NoticeRaised(NOT_SAVING, NoticeLevel.ERROR, text)
        if self.hub.view.notices.get(NOT_SAVING) != notice:
            log.error("%s", text)
            self.hub.publish([notice])

    def unknown(self, hits: Collection[Hit]) -> list[Hit]:
        """Those of the hits that memory does not have yet."""
        return [hit for hit in hits if self.store.hit(hit.id) is None]

    def tell(
        self,
        transaction: Transaction,
        new_hits: Sequence[Hit],
        *more: Event,
        held: Iterable[tuple[Hit, Hit]] = (),
    ) -> None:
        """Tells what was stored: the hits, the numbers they change, and more.

        `held` are hits before and after, where it may have changed what holds them.
        """
        events: list[Event] = []
        if transaction.hits:
            events.append(HitsStored(self.store.late(transaction.hits)))
            if self.asleep.note(transaction.hits):
                self.stirred.set()
            if self.mutes.note(transaction.hits):
                events.append(MutesChanged(self.mutes.statuses(self.clock.now())))
        touched = self.rulebook.count(new_hits) | self.rulebook.count_held(held)
        events.extend(RuleChanged(status) for status in self.rulebook.statuses(touched) if touched)
        if transaction.entries or transaction.hits or transaction.forgotten:
            events.append(TotalsChanged(self.store.totals()))
        self.hub.publish([*events, *more])
        self.hears(transaction, new_hits)

    def feed_changed(self, feed_id: FeedId) -> list[Event]:
        """The event that shows a feed's row anew; none for a feed that left."""
        if feed_id not in self.roster.feeds:
            return []
        return [FeedChanged(self.roster.health(feed_id, self.store.feed_counts(feed_id)))]

    def feeds_ordered(self) -> list[Event]:
        """The event that tells the order of feeds.opml; none where the feeds that are shown stand in it."""
        order = tuple(self.roster.feeds)
        return [FeedsOrdered(order)] if order != tuple(self.hub.view.feeds) else []

    async def update_hits(self, hit_ids: Collection[HitId], change: Callable[[Hit], Hit]) -> tuple[Hit, ...]:
        """Changes hits that are stored, durably, and tells of those that really changed; returns them."""
        async with self.order:
            before = [hit for hit in map(self.store.hit, hit_ids) if hit is not None]
            changed = [(hit, after) for hit in before if (after := change(hit)) != hit]
            transaction = Transaction(hits=tuple(after for _, after in changed))
            if changed:
                await self.commit(transaction)
                self.tell(transaction, (), held=changed)
            return transaction.hits

    async def update_many(self, hit_ids: Iterable[HitId], change: Callable[[Hit], Hit]) -> None:
        """The same with as many as there may be, `CHANGED_AT_ONCE` of them in one piece."""
        left = iter(hit_ids)
        while piece := tuple(islice(left, CHANGED_AT_ONCE)):
            await self.update_hits(piece, change)
