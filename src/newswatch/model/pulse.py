"""The pulse: how often each rule fires, where entries and hits went, and how the monitor itself is doing.

Values only; how they are counted is `engine.pulse_desk`'s business. Numbers of a day are those since `Pulse.since`, the
start of the hour 23 hours ago, by the time that lists sort by (`Entry.at`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from newswatch.model.entry import Entry, EntryKey
from newswatch.model.feed import FeedId
from newswatch.model.hit import Held, Hit
from newswatch.model.rule import RuleId
from newswatch.model.stream import Listed, severest_first

HOURS = 24


class LedgerLine(StrEnum):
    """One number of the ledger. What entries are is all of them, what hits are is all of these."""

    ENTRIES = "entries"
    UNMATCHED = "unmatched"
    MATCHED = "matched"
    BEYOND_CAP = "beyond-cap"  # listed by feeds, and never read: a part of no sum
    HITS = "hits"
    ALERTED = "alerted"
    COPY = "copy"
    MUTED = "muted"
    SNOOZED = "snoozed"
    QUIET = "quiet"
    THROTTLED = "throttled"
    BACKLOG = "backlog"
    RULE_CHANGE = "rule-change"

    @property
    def held(self) -> Held | None:
        """Why its hits were held; None where it is not of hits that were."""
        return _HELD.get(self)

    @property
    def is_of_hits(self) -> bool:
        """Whether it counts hits, not entries."""
        return self in (LedgerLine.HITS, LedgerLine.ALERTED) or self in _HELD


_HELD = {line: Held(line.value) for line in LedgerLine if line.value in set(Held)}
SELDOM = frozenset({LedgerLine.COPY, LedgerLine.QUIET, LedgerLine.THROTTLED, LedgerLine.BEYOND_CAP})
"""Lines that most homes never have anything in: they are there once they have."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """Where entries and hits went since a time; since ever for None. Each sum is whole: see `is_balanced`.

    `matched` are entries with a hit, so that one entry is one however many rules it hit. `beyond_cap` counts the items
    that the last documents of feeds listed beyond what is read of one.
    """

    since: datetime | None = None
    entries: int = 0
    matched: int = 0
    unmatched: int = 0
    beyond_cap: int = 0
    hits: int = 0
    alerted: int = 0
    held: Mapping[Held, int] = field(default_factory=dict)

    def count(self, line: LedgerLine) -> int:
        """The number of a line."""
        if line.held is not None:
            return self.held.get(line.held, 0)
        return {
            LedgerLine.ENTRIES: self.entries,
            LedgerLine.UNMATCHED: self.unmatched,
            LedgerLine.MATCHED: self.matched,
            LedgerLine.BEYOND_CAP: self.beyond_cap,
            LedgerLine.HITS: self.hits,
            LedgerLine.ALERTED: self.alerted,
        }[line]

    @property
    def is_balanced(self) -> bool:
        """Whether nothing is lost between the lines."""
        is_whole = self.entries == self.matched + self.unmatched
        return is_whole and self.hits == self.alerted + sum(self.held.values())


@dataclass(frozen=True, slots=True)
class Wanted:
    """The items behind a number: of this line, since then, and of hits those of this rule only, if one is named.

    `is_live`: of hits only those that count in a rate (`is_live`).
    """

    line: LedgerLine
    since: datetime | None = None
    rule: RuleId | None = None
    is_live: bool = False


@dataclass(frozen=True, slots=True)
class RuleRate:
    """How often a rule fires. Backlog is left out: what a feed listed when it was first read says nothing of that.

    `hours` are hits an hour, oldest first, the last one still running; None where nobody watched and nothing is known.
    `hits` is their sum, `per_day` what it makes a day of watching; None when less than an hour was watched.
    `is_silent`: quiet for a day of watching at least, and for twice as long as it ever is. `never` says why the rule
    cannot fire at all; empty if it can.
    """

    rule_id: RuleId
    hours: tuple[int | None, ...] = ()
    hits: int = 0
    per_day: float | None = None
    last_at: datetime | None = None
    is_silent: bool = False
    never: str = ""

    def is_of_backlog(self, now: datetime) -> bool:
        """Whether it has hits of the last 24 hours, and all of them are backlog, which `hits` leaves out."""
        return not self.hits and self.last_at is not None and now - self.last_at < timedelta(hours=HOURS - 1)


@dataclass(frozen=True, slots=True)
class LoopLag:
    """How late work began that was due, in seconds, over the last minutes: at that lag a key would have been heard."""

    p50_s: float
    p99_s: float
    max_s: float
    samples: int


@dataclass(frozen=True, slots=True)
class Weight:
    """What the process takes: `rss` in bytes now, `course` the same over the last `course_s` seconds, oldest first;
    `cpu` is the share of one processor in the last minute, `cpu_ever` since it began. None where it is not known.
    """

    rss: int | None = None
    course: tuple[int, ...] = ()
    course_s: float = 0.0
    cpu: float | None = None
    cpu_ever: float | None = None


@dataclass(frozen=True, slots=True)
class Behind:
    """Feeds that are due and were not asked yet, how late the latest is, and its name."""

    feeds: int = 0
    worst_s: float = 0.0
    worst: str = ""


@dataclass(frozen=True, slots=True)
class Saving:
    """How the history gets to the disk. `waiting` are commits in line, `unsaved` writes that the disk refused.

    `commit_s` is how long the last commit took. Bytes and times are None where nothing is known.
    """

    waiting: int = 0
    unsaved: int = 0
    committed_at: datetime | None = None
    commit_s: float | None = None
    journal_bytes: int | None = None
    backup_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Worry:
    """Something that is wrong with the monitor itself, and what to do about it; both are sentences."""

    text: str
    remedy: str
    is_grave: bool = False


@dataclass(frozen=True, slots=True)
class Health:
    """How the monitor itself is doing. `since` is when it began to run; `loop` is None before the first samples."""

    since: datetime | None = None
    weight: Weight = field(default_factory=Weight)
    loop: LoopLag | None = None
    behind: Behind = field(default_factory=Behind)
    saving: Saving = field(default_factory=Saving)
    worries: tuple[Worry, ...] = ()


@dataclass(frozen=True, slots=True)
class Flow:
    """What comes in: entries a day over all feeds, and the lag from publishing to seeing of their last entries.

    None where nothing is known yet, or `entries_per_day` of too few feeds to speak for all. `entries_hours` are as
    `RuleRate.hours`, over all feeds.
    """

    entries_per_day: float | None = None
    lag_p50_s: float | None = None
    lag_p95_s: float | None = None
    entries_hours: tuple[int | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Pulse:
    """All of it at one moment.

    `since` is when the 24 hours begin; `watched` the share of each that newswatch watched (1 is all of it so far).
    `rates` are in the order of the rules. `day` and `ever` are the ledgers of the 24 hours, and of all that is stored.
    """

    at: datetime
    since: datetime
    watched: tuple[float, ...] = ()
    rates: tuple[RuleRate, ...] = ()
    day: Ledger = field(default_factory=Ledger)
    ever: Ledger = field(default_factory=Ledger)
    flow: Flow = field(default_factory=Flow)
    health: Health = field(default_factory=Health)

    @property
    def watched_hours(self) -> float:
        """How many of the 24 hours were watched."""
        return sum(self.watched)


def is_live(hit: Hit) -> bool:
    """Whether a hit counts in its rule's rate: it came while newswatch watched, and was no backlog."""
    return hit.held is not Held.BACKLOG and hit.entry.at == hit.entry.seen_at


def listed(hits: Iterable[Hit]) -> tuple[Listed, ...]:
    """The entries of hits, each once with its hits, in the order of the first of them."""
    of_entry: dict[tuple[FeedId, EntryKey], tuple[Entry, list[Hit]]] = {}
    for hit in hits:
        of_entry.setdefault((hit.entry.feed_id, hit.entry.key), (hit.entry, []))[1].append(hit)
    return tuple(Listed(entry, severest_first(own)) for entry, own in of_entry.values())
