"""The stores against a plain dict: whatever is done to them, opened anew or not, they answer as it does."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from random import Random
from tempfile import mkdtemp
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from newswatch.model.delivery import Delivery, DeliveryOutcome, StoryMute
from newswatch.model.entry import Entry, EntryKey, Identity, Revision
from newswatch.model.event import Totals
from newswatch.model.feed import FeedId, FeedState
from newswatch.model.hit import Held, Hit, HitId, Note, StoryId, Triage, hit_id
from newswatch.model.rule import RuleId
from newswatch.store.api import FeedCounts, HitQuery, Keep, RuleCounts, Transaction
from newswatch.store.memory import MemoryStore
from newswatch.store.tiny import TinyStore
from newswatch.testing import build
from tests.failing_disk import QuickDisk

FEEDS = [FeedId("north"), FeedId("south")]
KEYS = [EntryKey(name) for name in "abc"]
RULES = [RuleId("troops"), RuleId("river")]
STORIES = [StoryId("one"), StoryId("two")]
LINKS = ["", "link-1", "link-2"]
Name = tuple[FeedId, EntryKey]

MINUTES = [build.at(minute) for minute in range(5)]

minutes = st.sampled_from(MINUTES)
keeps = st.builds(Keep, st.none() | minutes, st.none() | st.integers(0, 3))


def some_transaction(seed: int) -> Transaction:
    """Up to three rows of each kind, of few feeds, keys and stories, so that they meet."""
    pick = Random(seed)

    def some(make: Callable[[], Any]) -> tuple[Any, ...]:
        return tuple(make() for _ in range(pick.choice((0, 0, 1, 2, 3))))

    def entry() -> Entry:
        return build.entry(
            pick.choice(("Kursk", "The river")),
            summary=pick.choice(("", "Two columns went east.")),
            feed_id=pick.choice(FEEDS),
            key=pick.choice(KEYS),
            seen_at=pick.choice(MINUTES),
            is_backlog=pick.choice((True, False)),
            published_at=pick.choice((None, *MINUTES)),
        )

    def hit() -> Hit:
        matched, rule_id = entry(), pick.choice(RULES)
        return build.hit(
            matched,
            build.rule(id=rule_id),
            id=hit_id(rule_id, matched.feed_id, matched.key),
            marks=(build.mark(matched.title),) if pick.random() < 0.5 else (),
            story_id=pick.choice(STORIES),
            found_at=pick.choice(MINUTES),
            held=pick.choice((None, Held.MUTED)),
            state=pick.choice(list(Triage)),
            is_starred=pick.random() < 0.2,
            is_old_rule=pick.random() < 0.2,
            told_at=pick.choice((None, *MINUTES)),
            notes=(Note(build.at(), "why"),) if pick.random() < 0.2 else (),
        )

    return Transaction(
        entries=some(entry),
        revisions=some(lambda: Revision(entry(), pick.choice(MINUTES))),
        identities=some(lambda: build.identity(entry(), link=pick.choice(LINKS), title=pick.choice(LINKS))),
        hits=some(hit),
        feed_states=some(lambda: FeedState(pick.choice(FEEDS), failures=pick.randrange(3))),
        forgotten=some(lambda: (pick.choice(FEEDS), pick.choice(KEYS))),
        deliveries=some(
            lambda: Delivery(
                hit().id, pick.choice(("mail:night", "desk")), pick.choice(MINUTES), pick.choice(list(DeliveryOutcome))
            )
        ),
        mutes=some(lambda: StoryMute(pick.choice(STORIES), pick.choice((None, *MINUTES)), pick.choice(MINUTES))),
        unmuted=some(lambda: pick.choice(STORIES)),
    )


transactions = st.integers(0, 10**9).map(some_transaction)


def named(entry: Entry | Identity) -> Name:
    return entry.feed_id, entry.key


@dataclass
class Plain:
    """The history as dicts, and its rules in their simplest form."""

    entries: dict[Name, Entry] = field(default_factory=dict)
    revisions: dict[tuple[FeedId, EntryKey, datetime], Revision] = field(default_factory=dict)
    identities: dict[Name, Identity] = field(default_factory=dict)
    hits: dict[HitId, Hit] = field(default_factory=dict)
    states: dict[FeedId, FeedState] = field(default_factory=dict)
    deliveries: dict[tuple[HitId, str], Delivery] = field(default_factory=dict)
    mutes: dict[StoryId, StoryMute] = field(default_factory=dict)

    def commit(self, transaction: Transaction) -> None:
        self.entries.update((named(entry), entry) for entry in transaction.entries)
        self.revisions.update(((*named(one.entry), one.replaced_at), one) for one in transaction.revisions)
        self.identities.update((named(identity), identity) for identity in transaction.identities)
        self.hits.update((hit.id, hit) for hit in transaction.hits)
        self.states.update((state.feed_id, state) for state in transaction.feed_states)
        self.deliveries.update(((one.hit_id, one.sink), one) for one in transaction.deliveries)
        self.mutes.update((mute.story_id, mute) for mute in transaction.mutes)
        for name in transaction.forgotten:
            self.identities.pop(name, None)
            if not self.hits_of(name):
                self._drop(name)
        for story_id in transaction.unmuted:
            self.mutes.pop(story_id, None)

    def prune_entries(self, keep: Keep) -> None:
        free = [name for name in self.entries if not self.hits_of(name)]
        for name in _outdated(free, lambda name: self.entries[name].seen_at, keep):
            self._drop(name)

    def may_prune_hits(self, keep: Keep) -> list[HitId]:
        free = [hit.id for hit in self.hits.values() if not hit.is_kept and hit.told_at is not None]
        return _outdated(free, lambda name: self.hits[name].found_at, keep)

    def drop_hits(self, gone: tuple[HitId, ...]) -> None:
        for name in gone:
            del self.hits[name]
        self.deliveries = {name: one for name, one in self.deliveries.items() if one.hit_id not in gone}

    def hits_of(self, name: Name) -> list[Hit]:
        return [hit for hit in self.hits.values() if named(hit.entry) == name]

    def story_of(self, column: str, digest: str) -> tuple[StoryId, datetime] | None:
        names = [name for name, identity in self.identities.items() if getattr(identity, column) == digest]
        stories = {hit.story_id for name in names for hit in self.hits_of(name)} if digest else set()
        fed = {
            story: max(hit.entry.seen_at for hit in self.hits.values() if hit.story_id == story) for story in stories
        }
        newest = max(((at, story) for story, at in fed.items()), default=None)
        return None if newest is None else (newest[1], newest[0])

    def _drop(self, name: Name) -> None:
        self.entries.pop(name, None)
        self.revisions = {key: one for key, one in self.revisions.items() if named(one.entry) != name}


def _outdated(names: list[Any], at: Callable[[Any], datetime], keep: Keep) -> list[Any]:
    """The names in the order in which they go, as many as go."""
    surplus = 0 if keep.count is None else max(0, len(names) - keep.count)
    old = 0 if keep.since is None else sum(at(name) < keep.since for name in names)
    return sorted(names, key=at)[: max(surplus, old)]


class Machine(RuleBasedStateMachine):
    """Steps of any kind on a store and on the plain history; after each, all answers are compared."""

    store: MemoryStore | TinyStore

    @initialize()
    def begin(self) -> None:
        self.plain = Plain()
        self.store = self._opened()
        self.held: list[tuple[Hit, Hit]] = []

    def _opened(self) -> MemoryStore | TinyStore:
        return MemoryStore()

    @rule(transaction=transactions)
    def commit(self, transaction: Transaction) -> None:
        self.store.commit(transaction)
        self.plain.commit(transaction)

    @rule(transaction=transactions)
    def commit_for_the_first_time_what_a_poll_brings(self, transaction: Transaction) -> None:
        """Hits on the very texts that come with them."""
        hits = tuple(replace(hit, entry=entry) for hit in transaction.hits for entry in transaction.entries)
        hits = tuple(replace(hit, id=hit_id(hit.rule_id, hit.entry.feed_id, hit.entry.key)) for hit in hits)
        self.commit(replace(transaction, hits=hits, forgotten=()))

    @rule(state=st.sampled_from(Triage))
    def triage(self, state: Triage) -> None:
        self.commit(Transaction(hits=tuple(replace(hit, state=state) for hit in self.plain.hits.values())))

    @rule(keep=keeps)
    def prune_hits(self, keep: Keep) -> None:
        may_go = self.plain.may_prune_hits(keep)
        gone = self.store.prune_hits(keep)
        assert len(gone) == len(may_go)
        assert [self.plain.hits[name].found_at for name in gone] == [self.plain.hits[name].found_at for name in may_go]
        self.plain.drop_hits(gone)

    @rule(since=st.none() | minutes)
    def prune_entries(self, since: datetime | None) -> None:
        self.store.prune_entries(Keep(since))
        self.plain.prune_entries(Keep(since))

    @rule()
    def hold_what_a_list_shows(self) -> None:
        """Late values, and the whole ones that they are to equal, whatever becomes of the rows."""
        self.held = [(hit, self.plain.hits[hit.id]) for hit in self.store.newest_hits(9)]
        self.store.let_go()

    @invariant()
    def what_is_held_stays_what_it_was(self) -> None:
        for light, whole in self.held:
            assert light == whole

    @invariant()
    def all_rows_are_the_same(self) -> None:
        plain, store = self.plain, self.store
        assert {named(entry): entry for entry in store.entries()} == plain.entries
        assert {hit.id: hit for hit in store.hits()} == plain.hits
        assert store.feed_states() == plain.states
        assert {named(identity): identity for identity in store.all_identities()} == plain.identities
        assert {(*named(one.entry), one.replaced_at): one for one in store.all_revisions()} == plain.revisions
        assert {(one.hit_id, one.sink): one for one in store.all_deliveries()} == plain.deliveries
        assert store.mutes() == plain.mutes

    @invariant()
    def all_rows_are_found(self) -> None:
        plain, store = self.plain, self.store
        for feed_id in FEEDS:
            of_feed = {name[1]: identity for name, identity in plain.identities.items() if name[0] == feed_id}
            assert store.identities(feed_id) == of_feed
            for key in KEYS:
                name = (feed_id, key)
                assert store.entry(*name) == plain.entries.get(name)
                assert set(store.hits_of_entry(*name)) == set(plain.hits_of(name))
                texts = [one for one in plain.revisions.values() if named(one.entry) == name]
                assert store.revisions(*name) == tuple(sorted(texts, key=lambda one: one.replaced_at))
        for hit in plain.hits.values():
            assert store.hit(hit.id) == hit
            assert set(store.deliveries(hit.id)) == {one for one in plain.deliveries.values() if one.hit_id == hit.id}
        for digest in LINKS:
            assert store.story_by_link(digest) == plain.story_of("link", digest)
            assert store.story_by_title(digest) == plain.story_of("title", digest)

    @invariant()
    def all_questions_have_the_same_answer(self) -> None:
        hits, store = self.plain.hits.values(), self.store
        newest = sorted(hits, key=lambda hit: (hit.entry.at, hit.id), reverse=True)
        assert list(store.newest_hits(99)) == newest
        assert list(store.newest_entries())[::-1] == sorted(store.entries(), key=lambda entry: entry.at) or len(
            {entry.at for entry in store.entries()}
        ) < len(self.plain.entries)
        assert list(store.untold(99)) == sorted(
            (hit for hit in hits if hit.told_at is None), key=lambda hit: (hit.found_at, hit.id)
        )
        questions: list[tuple[HitQuery, Callable[[Hit], bool]]] = [
            (HitQuery(rules=(RULES[0],)), lambda hit: hit.rule_id == RULES[0]),
            (HitQuery(feeds=(FEEDS[1],)), lambda hit: hit.entry.feed_id == FEEDS[1]),
            (HitQuery(story=STORIES[0]), lambda hit: hit.story_id == STORIES[0]),
            (HitQuery(states=(Triage.NEW,)), lambda hit: hit.state is Triage.NEW),
            (HitQuery(is_starred=True, is_alert=True), lambda hit: hit.is_starred and hit.is_alert),
            (HitQuery(since=build.at(2)), lambda hit: hit.entry.at >= build.at(2)),
        ]
        for query, fits in questions:
            assert list(store.find_hits(query)) == list(filter(fits, newest))

    @invariant()
    def all_numbers_are_the_same(self) -> None:
        plain, store = self.plain, self.store
        hits = list(plain.hits.values())
        assert store.totals() == Totals(
            entries=len(plain.entries),
            hits=len(hits),
            held=sum(not hit.is_alert for hit in hits),
            untold=sum(hit.told_at is None for hit in hits),
        )
        for feed_id in FEEDS:
            assert store.feed_counts(feed_id) == FeedCounts(
                sum(name[0] == feed_id for name in plain.entries), sum(hit.entry.feed_id == feed_id for hit in hits)
            )
        assert store.rule_counts() == dict(_rule_counts(hits))
        assert store.damage() == ""

    def teardown(self) -> None:
        self.store.close()


def _rule_counts(hits: list[Hit]) -> Iterator[tuple[RuleId, RuleCounts]]:
    for rule_id in RULES:
        if of_rule := [hit for hit in hits if hit.rule_id == rule_id]:
            held = sum(not hit.is_alert for hit in of_rule)
            yield rule_id, RuleCounts(len(of_rule), held, max(hit.entry.at for hit in of_rule))


class TinyMachine(Machine):
    """The same with a disk, and openings."""

    def _opened(self) -> MemoryStore | TinyStore:
        self.folder = Path(mkdtemp())
        return TinyStore.open(self.folder, disk=QuickDisk())

    @rule()
    def open_anew(self) -> None:
        self.store.close()
        self.store = TinyStore.open(self.folder, disk=QuickDisk())

    @rule()
    def compact(self) -> None:
        assert isinstance(self.store, TinyStore)
        self.store.compact()

    @rule()
    def read_beside_the_writer(self) -> None:
        reader = TinyStore.read(self.folder)
        assert set(reader.hits()) == set(self.store.hits())
        assert reader.totals() == self.store.totals()
        reader.close()

    def teardown(self) -> None:
        super().teardown()
        shutil.rmtree(self.folder)


TestMemoryStoreAgainstDict = Machine.TestCase
TestMemoryStoreAgainstDict.settings = settings(max_examples=15, stateful_step_count=20, deadline=None)
TestTinyStoreAgainstDict = TinyMachine.TestCase
TestTinyStoreAgainstDict.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
