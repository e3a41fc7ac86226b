"""What happens in the engine, as values. Screens learn of the world only through these."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from newswatch.model.feed import FeedHealth, FeedId
from newswatch.model.hit import Hit
from newswatch.model.rule import RuleStatus


class Liveness(StrEnum):
    """Whether the monitor is doing its work."""

    STARTING = "starting"
    LIVE = "live"
    OFFLINE = "offline"  # no feed can be reached at all
    READ_ONLY = "read-only"  # another instance is the writer
    STOPPED = "stopped"


class NoticeLevel(StrEnum):
    """How loud a notice is."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Totals:
    """The whole history in numbers, window or not. `held` counts hits that did not interrupt."""

    entries: int = 0
    hits: int = 0
    held: int = 0
    untold: int = 0


@dataclass(frozen=True, slots=True)
class HitsStored:
    """Hits that are new, or changed (state, told, story, old rule): durable before this is said."""

    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class FeedChanged:
    """A feed was added, or its state changed."""

    health: FeedHealth


@dataclass(frozen=True, slots=True)
class FeedRemoved:
    """A feed left feeds.opml; its history stays."""

    feed_id: FeedId


@dataclass(frozen=True, slots=True)
class RulesChanged:
    """The rules in force, in file order."""

    rules: tuple[RuleStatus, ...]


@dataclass(frozen=True, slots=True)
class RuleChanged:
    """The numbers of one rule changed."""

    rule: RuleStatus


@dataclass(frozen=True, slots=True)
class LivenessChanged:
    """The monitor came alive, went offline, came back."""

    liveness: Liveness


@dataclass(frozen=True, slots=True)
class NextCheckChanged:
    """When the next feed is due; None if nothing is scheduled."""

    at: datetime | None


@dataclass(frozen=True, slots=True)
class TotalsChanged:
    """The numbers of the whole history."""

    totals: Totals


@dataclass(frozen=True, slots=True)
class NoticeRaised:
    """A banner that stays until it is cleared. `key` names its cause: one notice a key."""

    key: str
    level: NoticeLevel
    text: str


@dataclass(frozen=True, slots=True)
class NoticeCleared:
    """The cause is gone."""

    key: str


Event = (
    HitsStored
    | FeedChanged
    | FeedRemoved
    | RulesChanged
    | RuleChanged
    | LivenessChanged
    | NextCheckChanged
    | TotalsChanged
    | NoticeRaised
    | NoticeCleared
)


@dataclass(frozen=True, slots=True)
class Batch:
    """Events in order; `seq` is the number of the last one."""

    seq: int
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Lagged:
    """The watcher fell `missed` events behind: take a new snapshot."""

    missed: int
