"""What is wrong with the monitor itself, in words, and what to do about it. Pure: figures in, sentences out.

The bounds are chosen so that nothing is said of a monitor that does its work: a person who reads these lines can act.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from newswatch.alert.policy import length
from newswatch.model.event import Liveness
from newswatch.model.pulse import Behind, Health, LoopLag, Saving, Weight, Worry

LATE_S = 300.0
LAG_S = 0.1
LAG_SAMPLES = 40
GROWTH = 1.5
GROWTH_BYTES = 50_000_000
GROWTH_OVER_S = 3_600.0
BUSY_SHARE = 0.5
BACKUP_EVERY = timedelta(days=3)
LARGE_JOURNAL = 1_000_000_000


def worries(health: Health, liveness: Liveness, now: datetime) -> tuple[Worry, ...]:
    """The worst first."""
    found = [
        *_of_saving(health.saving, health.since, liveness, now),
        *_of_feeds(health.behind, liveness),
        *_of_loop(health.loop),
        *_of_weight(health.weight, liveness),
    ]
    return tuple(sorted(found, key=lambda worry: not worry.is_grave))


def _of_saving(saving: Saving, since: datetime | None, liveness: Liveness, now: datetime) -> Iterator[Worry]:
    if saving.unsaved:
        text = f"{_counted(saving.unsaved, 'write is', 'writes are')} held in memory: the disk refuses them."
        yield Worry(text, "Make room on it; newswatch tries again by itself every few seconds.", is_grave=True)
    if liveness is Liveness.READ_ONLY or since is None or saving.journal_bytes is None:
        return
    last = saving.backup_at or since
    if now - last > BACKUP_EVERY and (saving.committed_at is not None or saving.backup_at is None):
        said = "There is no backup" if saving.backup_at is None else f"The last backup is {length(now - last)} old"
        yield Worry(f"{said}.", "`newswatch db backup` makes one now, and says what is in its way.")
    if saving.journal_bytes > LARGE_JOURNAL:
        text = f"The history takes {saving.journal_bytes / 1e9:.1f} GB on the disk."
        yield Worry(text, "keep_entries and keep_hits in settings.toml say how much of it is kept.")


def _of_feeds(behind: Behind, liveness: Liveness) -> Iterator[Worry]:
    if not behind.feeds or behind.worst_s < LATE_S:
        return
    late = length(timedelta(seconds=behind.worst_s))
    text = f"{_counted(behind.feeds, 'feed is', 'feeds are')} behind, {behind.worst} by {late}."
    match liveness:
        case Liveness.OFFLINE:
            yield Worry(f"No feed can be reached: {text}", "They are caught up with by themselves, once one answers.")
        case Liveness.READ_ONLY:
            yield Worry(text, "The newswatch that writes this history asks them: look at its screen.")
        case _:
            remedy = "Raise concurrency in settings.toml, or give some feeds a longer interval."
            yield Worry(text, remedy, is_grave=True)


def _of_loop(loop: LoopLag | None) -> Iterator[Worry]:
    if loop is not None and loop.samples >= LAG_SAMPLES and loop.p99_s >= LAG_S:
        text = f"One key in a hundred is heard {loop.p99_s * 1_000:.0f} ms late."
        yield Worry(text, "If the machine is not busy elsewhere: `newswatch rules check` names slow rules.")


def _of_weight(weight: Weight, liveness: Liveness) -> Iterator[Worry]:
    if weight.rss is not None and weight.course and weight.course_s >= GROWTH_OVER_S:
        at_first = min(weight.course[: len(weight.course) // 2 + 1])
        if weight.rss >= GROWTH * at_first and weight.rss - at_first >= GROWTH_BYTES:
            grown = f"{at_first / 1e6:.0f} to {weight.rss / 1e6:.0f} MB"
            text = f"Memory grew from {grown} in {length(timedelta(seconds=weight.course_s))}."
            yield Worry(text, "More history takes more; else quit and start again, nothing is lost, and report it.")
    if weight.cpu is not None and weight.cpu >= BUSY_SHARE and liveness is not Liveness.STARTING:
        text = f"newswatch takes {weight.cpu * 100:.0f} % of a processor."
        yield Worry(text, "A first start and a new rule over a long history do, for a while; slow rules always do.")


def _counted(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
