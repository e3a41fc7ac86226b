"""What happens in the engine, as values. Screens learn of the world only through these."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from newswatch.model.feed import FeedHealth, FeedId
from newswatch.model.hit import Hit
from newswatch.model.liveness import Liveness as Liveness  # noqa: PLC0414  a word of events too
from newswatch.model.mute import MuteStatus
from newswatch.model.rule import RuleStatus


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


class FeedTurn(StrEnum):
    """What became of a feed's health."""

    FAILING = "failing"  # its failing is news: `FeedState.is_failing`
    STOPPED = "stopped"  # the server said 410 Gone: it is not asked again
    RECOVERED = "recovered"  # from either
    SILENT = "silent"  # it answers, and is quiet for far longer than it ever is
    HEARD = "heard"  # something new, after a silence
    CHURN = "churn"  # it gives its items new ids again and again


@dataclass(frozen=True, slots=True)
class FeedTurned:
    """A feed's health turned; said once a turn. `text` is a sentence that names the feed, safe to show."""

    feed_id: FeedId
    turn: FeedTurn
    text: str


@dataclass(frozen=True, slots=True)
class AlertsRaised:
    """A person should be told now, once: ring for it. `hits` are alerts of one story, or (`is_gap`) of several: what a
    time without watching brought, a pause kept back, or snoozes that end together. `text` says it in a line. The hits
    themselves came before, as `HitsStored`.
    """

    hits: tuple[Hit, ...]
    text: str
    is_gap: bool = False


@dataclass(frozen=True, slots=True)
class FeedRemoved:
    """A feed left feeds.opml; its history stays."""

    feed_id: FeedId


@dataclass(frozen=True, slots=True)
class FeedsOrdered:
    """The feeds in force, as they stand in feeds.opml: some came, left or changed places."""

    order: tuple[FeedId, ...]


@dataclass(frozen=True, slots=True)
class RulesChanged:
    """The rules in force, in file order."""

    rules: tuple[RuleStatus, ...]


@dataclass(frozen=True, slots=True)
class RuleChanged:
    """The numbers of one rule changed."""

    rule: RuleStatus


@dataclass(frozen=True, slots=True)
class MutesChanged:
    """The mutes in force, those of rules.toml first."""

    mutes: tuple[MuteStatus, ...]


@dataclass(frozen=True, slots=True)
class PauseChanged:
    """Until when nothing rings; None: alerts ring as ever."""

    until: datetime | None


@dataclass(frozen=True, slots=True)
class OtherWriter:
    """The other process that writes a home which this one follows. `host` is empty where it is this machine's."""

    pid: int | None = None
    host: str = ""

    def __str__(self) -> str:
        who = f"process {self.pid}" if self.pid is not None else "another process"
        return f"{who} on {self.host}" if self.host else who


@dataclass(frozen=True, slots=True)
class LivenessChanged:
    """The monitor came alive, went offline, came back. `writer` is who writes while it is read-only; None: nobody."""

    liveness: Liveness
    writer: OtherWriter | None = None


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
    | FeedsOrdered
    | FeedTurned
    | AlertsRaised
    | RulesChanged
    | RuleChanged
    | MutesChanged
    | PauseChanged
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
