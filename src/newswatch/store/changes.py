"""What a transaction comes to, worked out before anything is written: pure decisions over what is stored.

The rules of `Transaction` live here: what replaces what, what a forgotten identity takes along, what stays
because a hit refers to it. Never writes, and never changes what it reads.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Protocol

from newswatch.model.article import Article
from newswatch.model.delivery import Delivery, RuleMute, StoryMute
from newswatch.model.entry import Entry, EntryKey, Identity, Revision
from newswatch.model.feed import FeedId, FeedState
from newswatch.model.hit import Hit, HitId, StoryId
from newswatch.model.rule import RuleId
from newswatch.model.ruleform import RuleForm
from newswatch.store.api import Transaction

EntryName = tuple[FeedId, EntryKey]
RevisionName = tuple[FeedId, EntryKey, datetime]


def named(entry: Entry) -> EntryName:
    """What an entry is known by."""
    return entry.feed_id, entry.key


class Stored(Protocol):
    """What is stored now, as far as decisions need it."""

    def entry(self, feed_id: FeedId, key: EntryKey) -> Entry | None:
        """The entry in its newest text."""

    def identity(self, feed_id: FeedId, key: EntryKey) -> Identity | None:
        """What is remembered of one entry."""

    def revisions(self, feed_id: FeedId, key: EntryKey) -> tuple[Revision, ...]:
        """Its earlier texts."""

    def has_hits(self, feed_id: FeedId, key: EntryKey) -> bool:
        """Whether there are hits on it."""

    def hits_by_name(self, feed_id: FeedId, key: EntryKey) -> tuple[Hit, ...]:
        """The hits on it that are stored as a reference to it."""

    def hit(self, hit_id: HitId) -> Hit | None:
        """One hit."""

    def feed_state(self, feed_id: FeedId) -> FeedState | None:
        """The state of one feed."""

    def deliveries(self, hit_id: HitId) -> tuple[Delivery, ...]:
        """What sinks were told of one hit."""

    def mute(self, story_id: StoryId) -> StoryMute | None:
        """The mute of one story."""

    def article(self, feed_id: FeedId, key: EntryKey) -> Article | None:
        """The readings of the page behind one entry."""

    def rule_mutes(self) -> Mapping[RuleId, RuleMute]:
        """The mutes of rules."""

    def searched(self) -> Mapping[RuleId, str]:
        """The rules that all that is stored was matched with, and in what form."""


@dataclass(slots=True)
class Changes:
    """What one transaction comes to: new or changed values, and the names of what goes.

    `detached` are stored hits whose entry gets another text: as values they stay as they are, but they can
    no longer be stored as a mere reference to it.
    """

    entries: dict[EntryName, Entry] = field(default_factory=dict)
    revisions: dict[RevisionName, Revision] = field(default_factory=dict)
    identities: dict[EntryName, Identity] = field(default_factory=dict)
    hits: dict[HitId, Hit] = field(default_factory=dict)
    detached: list[Hit] = field(default_factory=list)
    feed_states: dict[FeedId, FeedState] = field(default_factory=dict)
    gone_entries: list[EntryName] = field(default_factory=list)
    gone_revisions: list[Revision] = field(default_factory=list)
    gone_identities: list[EntryName] = field(default_factory=list)
    deliveries: dict[tuple[HitId, str], Delivery] = field(default_factory=dict)
    mutes: dict[StoryId, StoryMute] = field(default_factory=dict)
    gone_mutes: list[StoryId] = field(default_factory=list)
    rule_mutes: dict[RuleId, RuleMute] = field(default_factory=dict)
    gone_rule_mutes: list[RuleMute] = field(default_factory=list)
    articles: dict[EntryName, Article] = field(default_factory=dict)
    searched: dict[RuleId, RuleForm] = field(default_factory=dict)
    gone_searched: list[RuleId] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing changes."""
        return not any(getattr(self, column.name) for column in fields(self))


def plan(transaction: Transaction, stored: Stored) -> Changes:
    """What the transaction changes: not what is stored just so already; of two rows of one key the last counts."""
    changes = Changes()
    forgotten = dict.fromkeys(transaction.forgotten)
    hits = {hit.id: hit for hit in transaction.hits}
    hit_names = {named(hit.entry) for hit in hits.values()}
    dropped = {name for name in forgotten if name not in hit_names and not stored.has_hits(*name)}

    for entry in transaction.entries:
        if named(entry) not in dropped:
            changes.entries[named(entry)] = entry
    before = {name: stored.entry(*name) for name in changes.entries}
    changes.entries = {name: entry for name, entry in changes.entries.items() if entry != before[name]}
    for revision in transaction.revisions:
        if named(revision.entry) not in dropped:
            changes.revisions[*named(revision.entry), revision.replaced_at] = revision
    changes.revisions = {
        name: revision for name, revision in changes.revisions.items() if revision not in stored.revisions(*name[:2])
    }
    for identity in transaction.identities:
        if (identity.feed_id, identity.key) not in forgotten:
            changes.identities[identity.feed_id, identity.key] = identity
    changes.identities = {name: known for name, known in changes.identities.items() if known != stored.identity(*name)}
    states = {state.feed_id: state for state in transaction.feed_states}
    changes.feed_states = {feed_id: state for feed_id, state in states.items() if state != stored.feed_state(feed_id)}
    changes.hits = {hit_id: hit for hit_id, hit in hits.items() if hit != stored.hit(hit_id)}
    changes.detached = list(_detached(changes, [name for name in changes.entries if before[name] is not None], stored))

    changes.gone_identities = [name for name in forgotten if stored.identity(*name) is not None]
    _drop_entries(changes, dropped, stored)
    _plan_asides(changes, transaction, stored)
    return changes


def _plan_asides(changes: Changes, transaction: Transaction, stored: Stored) -> None:
    for delivery in transaction.deliveries:
        changes.deliveries[delivery.hit_id, delivery.sink] = delivery
    changes.deliveries = {
        name: delivery for name, delivery in changes.deliveries.items() if delivery not in stored.deliveries(name[0])
    }
    lifted = dict.fromkeys(transaction.unmuted)
    mutes = {mute.story_id: mute for mute in transaction.mutes if mute.story_id not in lifted}
    changes.mutes = {story_id: mute for story_id, mute in mutes.items() if mute != stored.mute(story_id)}
    changes.gone_mutes = [story_id for story_id in lifted if stored.mute(story_id) is not None]
    with_hits = {named(hit.entry) for hit in transaction.hits}
    for article in transaction.articles:
        name = (article.feed_id, article.key)
        bare = replace(article, quick=(), marks=())  # those are made for one hit, each time it is looked at
        if (name in with_hits or stored.has_hits(*name)) and bare != stored.article(*name):
            changes.articles[name] = bare
    if transaction.rule_mutes or transaction.unmuted_rules:
        known, lifted_rules = stored.rule_mutes(), dict.fromkeys(transaction.unmuted_rules)
        rule_mutes = {mute.rule_id: mute for mute in transaction.rule_mutes if mute.rule_id not in lifted_rules}
        changes.rule_mutes = {rule_id: mute for rule_id, mute in rule_mutes.items() if mute != known.get(rule_id)}
        changes.gone_rule_mutes = [known[rule_id] for rule_id in lifted_rules if rule_id in known]
    if transaction.searched or transaction.unsearched:
        forms, taken_back = stored.searched(), dict.fromkeys(transaction.unsearched)
        searched = {form.rule_id: form for form in transaction.searched if form.rule_id not in taken_back}
        changes.searched = {rule_id: form for rule_id, form in searched.items() if form.form != forms.get(rule_id)}
        changes.gone_searched = [rule_id for rule_id in taken_back if rule_id in forms]


def _drop_entries(changes: Changes, names: Iterable[EntryName], stored: Stored) -> None:
    for name in names:
        changes.gone_revisions += stored.revisions(*name)
        if stored.entry(*name) is not None:
            changes.gone_entries.append(name)


def _detached(changes: Changes, revised: Iterable[EntryName], stored: Stored) -> Iterator[Hit]:
    for name in revised:
        for hit in stored.hits_by_name(*name):
            if hit.id not in changes.hits:
                yield hit
