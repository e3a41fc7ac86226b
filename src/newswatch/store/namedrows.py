"""What is found by one name only: the states of feeds, earlier texts by their entry, deliveries by their hit, mutes,
rules that were searched for.

Rows come and go as in `index`, which this is a part of. Not thread-safe.
"""

from __future__ import annotations

from typing import cast

from newswatch.model.delivery import Delivery, RuleMute, StoryMute
from newswatch.model.feed import FeedId, FeedState
from newswatch.model.hit import HitId, StoryId
from newswatch.model.rule import RuleId
from newswatch.store.asiderows import DeliveryRow, MuteRow, SearchedRow
from newswatch.store.historyrows import FeedRow, RevisionRow
from newswatch.store.historytables import DELIVERIES, FEEDS, MUTES, REVISIONS, SEARCHED
from newswatch.store.operations import Row
from newswatch.store.unreadable import Unreadable
from newswatch.store.watched import Watcher


class NamedRows:
    """The values of these rows by their names; `watchers` take what happens to their tables in."""

    def __init__(self, unreadable: Unreadable) -> None:
        self._unreadable = unreadable
        self._feed_states: dict[FeedId, FeedState] = {}
        self._revisions: dict[str, tuple[RevisionRow, ...]] = {}
        self._deliveries: dict[HitId, tuple[Delivery, ...]] = {}
        self._mutes: dict[StoryId, StoryMute] = {}
        self._rule_mutes: dict[RuleId, RuleMute] = {}
        self._searched: dict[RuleId, str] = {}

    @property
    def watchers(self) -> tuple[tuple[str, Watcher], ...]:
        """By table, to be called with the id of a row, the row before and the row now."""
        return (
            (FEEDS, self._feed_changed),
            (REVISIONS, self._revision_changed),
            (DELIVERIES, self._delivery_changed),
            (MUTES, self._mute_changed),
            (SEARCHED, self._searched_changed),
        )

    def feed_state(self, feed_id: FeedId) -> FeedState | None:
        """The state of one feed."""
        return self._feed_states.get(feed_id)

    def feed_states(self) -> dict[FeedId, FeedState]:
        """See `Store.feed_states`."""
        return dict(self._feed_states)

    def revisions(self, entry_id: str) -> tuple[RevisionRow, ...]:
        """Earlier texts of an entry, oldest first."""
        return self._revisions.get(entry_id, ())

    def all_revisions(self) -> list[RevisionRow]:
        """Earlier texts of all entries."""
        return [row for rows in self._revisions.values() for row in rows]

    def deliveries(self, hit_id: HitId) -> tuple[Delivery, ...]:
        """See `Store.deliveries`."""
        return self._deliveries.get(hit_id, ())

    def all_deliveries(self) -> list[Delivery]:
        """See `Store.all_deliveries`."""
        return [delivery for of_hit in self._deliveries.values() for delivery in of_hit]

    def mutes(self) -> dict[StoryId, StoryMute]:
        """See `Store.mutes`."""
        return dict(self._mutes)

    def rule_mutes(self) -> dict[RuleId, RuleMute]:
        """See `Store.rule_mutes`."""
        return dict(self._rule_mutes)

    def searched(self) -> dict[RuleId, str]:
        """See `Store.searched`."""
        return dict(self._searched)

    def _feed_changed(self, row_id: str, _: Row | None, row: Row | None) -> None:
        if self._unreadable.admits(FEEDS, row_id, row, FeedRow):
            state = cast("FeedRow", row).state
            self._feed_states[state.feed_id] = state
        else:
            self._feed_states.pop(FeedId(row_id), None)

    def _revision_changed(self, row_id: str, before: Row | None, row: Row | None) -> None:
        if isinstance(before, RevisionRow):
            rest = tuple(other for other in self._revisions.pop(before.entry_id) if other is not before)
            if rest:
                self._revisions[before.entry_id] = rest
        if self._unreadable.admits(REVISIONS, row_id, row, RevisionRow):
            revision = cast("RevisionRow", row)
            texts = (*self._revisions.get(revision.entry_id, ()), revision)
            self._revisions[revision.entry_id] = tuple(sorted(texts, key=lambda text: text.replaced_at))

    def _delivery_changed(self, row_id: str, before: Row | None, row: Row | None) -> None:
        if isinstance(before, DeliveryRow):
            gone = before.delivery
            rest = tuple(other for other in self._deliveries.pop(gone.hit_id) if other is not gone)
            if rest:
                self._deliveries[gone.hit_id] = rest
        if self._unreadable.admits(DELIVERIES, row_id, row, DeliveryRow):
            delivery = cast("DeliveryRow", row).delivery
            of_hit = (*self._deliveries.get(delivery.hit_id, ()), delivery)
            self._deliveries[delivery.hit_id] = tuple(sorted(of_hit, key=lambda one: one.sink))

    def _mute_changed(self, row_id: str, before: Row | None, row: Row | None) -> None:
        match before.mute if isinstance(before, MuteRow) else None:
            case RuleMute(rule_id):
                self._rule_mutes.pop(rule_id, None)
            case StoryMute(story_id):
                self._mutes.pop(story_id, None)
        if self._unreadable.admits(MUTES, row_id, row, MuteRow):
            match cast("MuteRow", row).mute:
                case RuleMute(rule_id) as rule_mute:
                    self._rule_mutes[rule_id] = rule_mute
                case StoryMute(story_id) as mute:
                    self._mutes[story_id] = mute

    def _searched_changed(self, row_id: str, _: Row | None, row: Row | None) -> None:
        self._searched.pop(RuleId(row_id), None)
        if self._unreadable.admits(SEARCHED, row_id, row, SearchedRow):
            form = cast("SearchedRow", row).form
            self._searched[form.rule_id] = form.form
