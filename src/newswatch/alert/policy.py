"""Which hits interrupt a person, and how: singly, or folded into one message after a gap. Pure: values in, values out.

A gap is a time in which nobody watched a feed: the machine slept, there was no network, newswatch did not run, or the
feed was down. What it brought is new and alerts as ever, but forty rings in ten seconds tell nobody anything: a
critical alert still rings singly, all others share one message.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from newswatch.model.entry import Entry
from newswatch.model.hit import Held, Hit, StoryId
from newswatch.model.rule import Severity

GAP_INTERVALS = 3
GAP_AT_LEAST = timedelta(hours=1)
# A catch-up asks each host once a second: what it brings trickles in, and is told when it has ebbed away.
EBBED_AFTER_S = 10.0
TOLD_WITHIN_S = 120.0
LOOK_AGAIN_S = 1.0


def held_on_arrival(entry: Entry, *, is_revision: bool = False) -> Held | None:
    """Why a hit on an entry that just came in is held: it is backlog, unless its new text is what matched."""
    return Held.BACKLOG if entry.is_backlog and not is_revision else None


def is_gap(last_success_at: datetime | None, interval_s: float | None, now: datetime) -> bool:
    """Whether a feed was not watched for so long that what comes now piled up meanwhile.

    It was not when its last answer is more than three of its usual intervals old, and more than an hour: one check
    that failed, or a lunch break with the lid shut, piles up little, and a person wants to hear each of it. A feed
    that never answered has no gap: what it gives first is backlog. Sleep, offline times, a server that was down and a
    monitor that did not run all leave this one trace, so nothing else has to be asked.
    """
    if last_success_at is None:
        return False
    return now - last_success_at > max(GAP_AT_LEAST, GAP_INTERVALS * timedelta(seconds=interval_s or 0.0))


def sorted_out(alerts: Sequence[Hit], *, is_after_gap: bool) -> tuple[tuple[tuple[Hit, ...], ...], tuple[Hit, ...]]:
    """The alerts that ring singly, one group a story, and those that wait for the message of their gap."""
    folded: list[Hit] = []
    stories: dict[StoryId, list[Hit]] = {}
    for hit in alerts:
        if is_after_gap and hit.severity is not Severity.CRITICAL:
            folded.append(hit)
        else:
            stories.setdefault(hit.story_id, []).append(hit)
    return tuple(map(tuple, stories.values())), tuple(folded)


@dataclass(frozen=True, slots=True)
class CatchUp:
    """Alerts of a gap that wait for their one message. `since` is when the first of their feeds was last watched;
    `began_s` and `fed_s` are seconds on the monotonic clock: of the first alert and of the last.
    """

    hits: tuple[Hit, ...]
    since: datetime
    began_s: float
    fed_s: float

    def wait_s(self, now_s: float, *, is_busy: bool) -> float:
        """Seconds until it is told, or to look again; nothing is left to wait for at 0 or below.

        It is told when no more came for a while and (`is_busy`) no feed of the gap is still being asked, but within
        two minutes: a feed that takes longer gets a message of its own.
        """
        latest_s = self.began_s + TOLD_WITHIN_S - now_s
        ebbs_s = self.fed_s + EBBED_AFTER_S - now_s
        return min(max(ebbs_s, LOOK_AGAIN_S) if is_busy else ebbs_s, latest_s)

    def fed(self, hits: Iterable[Hit], since: datetime, now_s: float) -> CatchUp:
        """With more of the same gap."""
        return replace(self, hits=(*self.hits, *hits), since=min(self.since, since), fed_s=now_s)

    def message(self, now: datetime) -> str:
        """What it says, in a line: how many stories, how bad, from how long a time, out of how many feeds."""
        feeds = {hit.entry.feed_id for hit in self.hits}
        whence = f"{len(feeds):,} feeds" if len(feeds) > 1 else self.hits[0].entry.source or "one feed"
        return f"{_counted(self.hits)} from {whence}, after a gap of {length(now - self.since)}"


def message(hits: Sequence[Hit]) -> str:
    """What a single alert says: its headline and who brings it."""
    entry = hits[0].entry
    return f"{entry.title} ({entry.source})" if entry.source else entry.title


def message_after_snooze(hits: Sequence[Hit]) -> str:
    """What is said when the snoozes of several stories end together."""
    return f"{_counted(hits)} that you snoozed {'are' if len({hit.story_id for hit in hits}) > 1 else 'is'} back"


def message_after_pause(hits: Sequence[Hit], pause: timedelta) -> str:
    """What is said when a pause ends: all that would have rung."""
    return f"{_counted(hits)} came while nothing rang, for {length(pause)}"


def _counted(hits: Iterable[Hit]) -> str:
    """How many stories, and how many of them are worse than usual: 7 alerts (1 critical, 2 high)."""
    worst: dict[StoryId, Severity] = {}
    for hit in hits:
        worst[hit.story_id] = max(hit.severity, worst.get(hit.story_id, hit.severity), key=lambda one: one.rank)
    told = [(severity, list(worst.values()).count(severity)) for severity in (Severity.CRITICAL, Severity.HIGH)]
    severe = ", ".join(f"{count:,} {severity}" for severity, count in told if count)
    said = f"{len(worst):,} {'alert' if len(worst) == 1 else 'alerts'}"
    return f"{said} ({severe})" if severe else said


def length(span: timedelta) -> str:
    """A length of time in one unit, the way one says it: under a minute, 40 min, 8 h, 3 d."""
    minutes = round(span.total_seconds() / 60)
    if minutes < 1:
        return "under a minute"
    if minutes < 100:
        return f"{minutes} min"
    hours = round(minutes / 60)
    return f"{hours} h" if hours < 48 else f"{round(hours / 24)} d"
