"""The Store protocol: what the engine asks of memory, and what memory promises.

Promises, held by one contract suite over each implementation:

* `commit` is atomic and durable: when it returns, all of the transaction survives kill -9 and power
  loss; when it raises, nothing of it does, and nothing of it is seen.
* Reads see what is durable or held, never half a transaction. They come from memory and never wait for a disk.
* One thread at a time may call `commit`; reads may come from another thread meanwhile.
* Rows are keyed by the ids of the model: committing a row again replaces it.
* Hits outlive everything: an entry stays as long as a hit refers to it.
* Nothing is found by a wrong value: a row that cannot be read is as good as not there, stays in the file,
  and is counted by `damage`. That may show only when the row is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import NamedTuple, Protocol

from newswatch.model.article import Article
from newswatch.model.delivery import Delivery, RuleMute, StoryMute
from newswatch.model.entry import Entry, EntryKey, Identity, Revision
from newswatch.model.event import Totals
from newswatch.model.feed import FeedId, FeedState
from newswatch.model.hit import Held, Hit, HitId, StoryId, Triage
from newswatch.model.rule import RuleId, Severity
from newswatch.model.ruleform import RuleForm


@dataclass(frozen=True, slots=True)
class Transaction:
    """What is to become durable at once. Each row replaces the one with its key, if there is one.

    `forgotten` are identities no longer remembered; their entries go too, unless a hit refers to them.
    `unmuted` are stories, `unmuted_rules` rules, whose mute is lifted.
    An article is stored only where a hit is on its entry, and goes when the last of them does.
    `searched` are rules that all that is stored was matched with; `unsearched` are those of which it holds no more,
    whatever `searched` has of them.
    """

    entries: tuple[Entry, ...] = ()
    revisions: tuple[Revision, ...] = ()
    identities: tuple[Identity, ...] = ()
    hits: tuple[Hit, ...] = ()
    feed_states: tuple[FeedState, ...] = ()
    forgotten: tuple[tuple[FeedId, EntryKey], ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    mutes: tuple[StoryMute, ...] = ()
    unmuted: tuple[StoryId, ...] = ()
    rule_mutes: tuple[RuleMute, ...] = ()
    unmuted_rules: tuple[RuleId, ...] = ()
    articles: tuple[Article, ...] = ()
    searched: tuple[RuleForm, ...] = ()
    unsearched: tuple[RuleId, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to write."""
        return not any(getattr(self, column.name) for column in fields(self))


@dataclass(frozen=True, slots=True)
class FeedCounts:
    """Rows that belong to one feed."""

    entries: int = 0
    hits: int = 0


@dataclass(frozen=True, slots=True)
class RuleCounts:
    """Hits of one rule: all, those that did not interrupt, and the time of the newest by `entry.at`."""

    hits: int
    held: int
    last_at: datetime


class HitTick(NamedTuple):
    """A hit as a mark on a line of time, by `entry.at`. `is_live`: its entry was seen as it came, not as backlog."""

    rule_id: RuleId
    at: datetime
    held: Held | None
    is_live: bool


class EntryTick(NamedTuple):
    """An entry as a mark on a line of time, by `at`; `is_matched`: it has hits. `is_live` as `HitTick` has it."""

    at: datetime
    is_matched: bool
    is_live: bool


@dataclass(frozen=True, slots=True)
class LedgerCounts:
    """Where all that is stored went. `matched` are entries with hits; hits alerted, or were held for one reason."""

    entries: int
    matched: int
    alerted: int
    held: Mapping[Held, int]


@dataclass(frozen=True, slots=True)
class HitQuery:
    """Which hits are asked for: those that fit all that is given. What is left out fits every hit.

    `since` (inclusive) and `until` (exclusive) are times of `entry.at`; `before` is the place of the last hit
    of an earlier page (`entry.at` and id). `is_alert`: nothing held it back; `held`: one of these did.
    `is_snoozed`: it is to come up again (`Hit.snoozed_until`).
    """

    rules: tuple[RuleId, ...] = ()
    feeds: tuple[FeedId, ...] = ()
    story: StoryId | None = None
    states: tuple[Triage, ...] = ()
    severities: tuple[Severity, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    before: tuple[datetime, HitId] | None = None
    is_alert: bool | None = None
    is_starred: bool | None = None
    is_told: bool | None = None
    is_old_rule: bool | None = None
    held: tuple[Held, ...] = ()
    is_snoozed: bool | None = None


@dataclass(frozen=True, slots=True)
class Keep:
    """How much is kept: what is not older than `since`, and `count` at most, the newest. None: no such bound."""

    since: datetime | None = None
    count: int | None = None


class EntryView(Protocol):
    """Entries in an order, each decoded whenever it is gone past, so that it costs nothing to hold.

    One that turns out not to be readable is passed over, though it was counted.
    """

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[Entry]: ...

    def __getitem__(self, part: slice) -> EntryView: ...


class Store(Protocol):
    """The durable history of one home."""

    def commit(self, transaction: Transaction) -> None:
        """Makes the transaction durable. Blocks for the disk: call it off the event loop.

        Raises StoreError if it could not be written; then nothing has changed.
        """

    def commit_all(self, callers: Sequence[Sequence[Transaction]]) -> list[Exception | None]:
        """Makes what several callers wait for durable, with as few waits for the disk as can be.

        Each transaction is whole or not at all, and stands behind those before it; a caller's stop at the first that
        fails. Returns for each caller what it failed of: StoreError, or what `commit` would have raised; None if all
        is durable.
        """

    def hold(self, transaction: Transaction) -> None:
        """Takes what the disk refused into memory: reads see it, and the next commit or `save` makes it durable first.

        Raises StoreError if more is held than fits, and from a store that is closed or read only.
        """

    @property
    def unsaved(self) -> int:
        """How many writes are held in memory only."""

    def save(self) -> None:
        """Makes durable what is held, in its order. Raises StoreError; then it is held as before."""

    def pack(self, *, is_quiet: bool = False) -> bool:
        """Makes some of what is in memory smaller, a few milliseconds of work. False if there was nothing left to do.

        What is asked for stays the same. Any thread may call it, at any time. `is_quiet`: nothing else is to be done,
        so all that can be is made smaller; else only what is too much.
        """

    def prune_entries(self, keep: Keep, limit: int | None = None) -> int:
        """Drops entries that are not kept, by when they were first seen, `limit` at most. Returns how many.

        Only those that no hit refers to, which are also what `keep.count` counts. Identities stay.
        Raises StoreError as `commit`.
        """

    def prune_hits(self, keep: Keep, limit: int | None = None) -> tuple[HitId, ...]:
        """Drops hits that are not kept, by when they were found, `limit` at most. Returns their ids.

        Those that a person marked (`Hit.is_kept`) or snoozed and those not told yet stay, and are not counted. Their
        deliveries go too; their entries stay, for `prune_entries`. Raises StoreError as `commit`.
        """

    def hits_reach_back_to(self, count: int) -> datetime | None:
        """When the oldest hit was found that `prune_hits` keeps of so many; None where there are fewer."""

    def feed_states(self) -> Mapping[FeedId, FeedState]:
        """Every feed state, also of feeds that are no longer in feeds.opml."""

    def identities(self, feed_id: FeedId) -> Mapping[EntryKey, Identity]:
        """What is remembered of a feed's entries."""

    def entry(self, feed_id: FeedId, key: EntryKey) -> Entry | None:
        """The entry in its newest text."""

    def entries(self) -> Iterator[Entry]:
        """All entries, as they were when this was called; any order. Each is decoded as it is asked for."""

    def newest_entries(self, since: datetime | None = None, before: Entry | None = None) -> EntryView:
        """Entries not older than that by `at`, as they were when this was called, the newest first.

        With `before` only those that come after that entry in this order, whether it is still stored or not.
        """

    def all_identities(self) -> Iterator[Identity]:
        """What is remembered of the entries of all feeds; any order."""

    def all_revisions(self) -> Iterator[Revision]:
        """Earlier texts of all entries; any order."""

    def revisions(self, feed_id: FeedId, key: EntryKey) -> tuple[Revision, ...]:
        """Earlier texts of an entry, oldest first."""

    def hit(self, hit_id: HitId) -> Hit | None:
        """One hit."""

    def hits_of_entry(self, feed_id: FeedId, key: EntryKey) -> tuple[Hit, ...]:
        """The hits on one entry, any order."""

    def has_hits(self, feed_id: FeedId, key: EntryKey) -> bool:
        """Whether there are hits on an entry. Decodes nothing."""

    def hit_ids_of_entry(self, feed_id: FeedId, key: EntryKey) -> Mapping[RuleId, HitId]:
        """The hits on one entry by their rules. Decodes nothing."""

    def story_by_link(self, link_digest: str) -> tuple[StoryId, datetime] | None:
        """The newest story whose entries have this canonical link, and when it was last fed."""

    def story_by_title(self, title_digest: str) -> tuple[StoryId, datetime] | None:
        """The newest story whose entries have this folded title, and when it was last fed."""

    def untold(self, limit: int) -> tuple[Hit, ...]:
        """Hits not told yet, oldest first (by found_at, then id)."""

    def newest_hits(self, limit: int) -> tuple[Hit, ...]:
        """The newest hits by `entry.at`, newest first. They are late (`model.late`): thousands are held for a list."""

    def late(self, hits: Iterable[Hit]) -> tuple[Hit, ...]:
        """Hits that were read or stored a moment ago, late; one that is not stored stays as it is."""

    def hits(self) -> Iterator[Hit]:
        """All hits, as they were when this was called; any order. Each is decoded as it is asked for."""

    def find_hits(self, query: HitQuery) -> Iterator[Hit]:
        """The hits that fit, as they were when this was called, newest first by `entry.at`, then by id.

        Only what is asked for is decoded: take the first 200, and no more is looked at.
        """

    def count_hits(self, query: HitQuery) -> int:
        """How many hits fit; nothing is decoded for it."""

    def rule_counts(self) -> Mapping[RuleId, RuleCounts]:
        """The numbers of each rule that has hits."""

    def hit_ticks(self, since: datetime) -> Sequence[HitTick]:
        """The hits not older than that by `entry.at`, oldest first. Decodes nothing."""

    def entry_ticks(self, since: datetime) -> Sequence[EntryTick]:
        """The entries not older than that by `at`, oldest first. Decodes nothing."""

    def ledger_counts(self) -> LedgerCounts:
        """Where all entries and hits went. Decodes nothing."""

    def rule_rhythms(self, limit: int) -> Mapping[RuleId, Sequence[datetime]]:
        """The times (`entry.at`) of each rule's newest hits, newest first, `limit` at most."""

    def article(self, feed_id: FeedId, key: EntryKey) -> Article | None:
        """The readings of the page behind an entry; None if there are none."""

    def deliveries(self, hit_id: HitId) -> tuple[Delivery, ...]:
        """What sinks were told of a hit, by their names."""

    def all_deliveries(self) -> Iterator[Delivery]:
        """What sinks were told of all hits; any order."""

    def mutes(self) -> Mapping[StoryId, StoryMute]:
        """The stories that are muted; those whose time has passed too."""

    def rule_mutes(self) -> Mapping[RuleId, RuleMute]:
        """The rules that are muted; those whose time has passed too."""

    def searched(self) -> Mapping[RuleId, str]:
        """The rules that all that is stored was matched with, and in what form."""

    def totals(self) -> Totals:
        """Counts over everything."""

    def feed_counts(self, feed_id: FeedId) -> FeedCounts:
        """Counts of one feed."""

    def damage(self) -> str:
        """What was wrong with the files when they were opened, as a sentence; empty if nothing was lost."""

    def close(self) -> None:
        """Releases files and the lock. Harmless when called twice."""
