"""What screens ask of a history of 100,000 hits, each question as if nothing of its answer had been decoded before.

CPU time; of the repetitions, each about other hits, the median. A commit's cost is compared with that in a history of
1,000 hits, turn by turn, on a disk that does not wait.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from pathlib import Path
from statistics import median

from bench._history import RULES, history, write_history
from bench._home import FEEDS, NOW, identity_of
from bench.figure import Figure
from newswatch.model.digest import digest
from newswatch.model.entry import EntryKey
from newswatch.model.feed import feed_id
from newswatch.model.hit import Hit, HitId, StoryId, Triage, hit_id
from newswatch.model.rule import RuleId
from newswatch.store.api import HitQuery, Transaction
from newswatch.store.disk import Disk
from newswatch.store.tiny import TinyStore

HITS = 100_000
PAGE = 200
TURNS = 25


class QuickDisk(Disk):
    """Does not wait for the medium: what is measured is what memory costs."""

    def sync(self, fd: int) -> None:
        """Nothing."""

    def sync_folder(self, folder: Path) -> None:
        """Nothing."""


def measure() -> Iterator[Figure]:
    """See the module."""
    with tempfile.TemporaryDirectory() as folder:
        large, small = Path(folder, "large"), Path(folder, "small")
        write_history(large, HITS)
        write_history(small, 1_000)
        store, little = TinyStore.open(large, disk=QuickDisk()), TinyStore.open(small, disk=QuickDisk())
        while store.pack(is_quiet=True):  # as it is soon after a start
            pass
        yield from _questions(store)
        yield _commits(store, little)
        store.close()
        little.close()


def _questions(store: TinyStore) -> Iterator[Figure]:
    def asked(query: HitQuery) -> tuple[Hit, ...]:
        return tuple(islice(store.find_hits(query), PAGE))

    def spread(turn: int) -> timedelta:
        return timedelta(days=1 + 6 * turn)

    questions: list[tuple[str, Callable[[int], Sequence[object]]]] = [
        (f"newest {PAGE} of a rule", lambda turn: asked(HitQuery(rules=(RuleId(f"rule-{turn % RULES}"),)))),
        (f"newest {PAGE} of three rules", lambda turn: asked(HitQuery(rules=_rules(turn)))),
        (f"{PAGE} that are not acked", lambda turn: asked(_not_acked(turn))),
        (f"{PAGE} of a feed", lambda turn: asked(HitQuery(feeds=(feed_id(f"https://{turn % FEEDS}.example/rss"),)))),
        ("the hits of a story", lambda turn: asked(HitQuery(story=StoryId(digest("story", str(turn * 97)))))),
        (
            f"{PAGE} of a span of time",
            lambda turn: asked(HitQuery(since=NOW - spread(turn) - timedelta(days=3), until=NOW - spread(turn))),
        ),
        (f"{PAGE} starred ones of a span", lambda turn: asked(HitQuery(is_starred=True, until=NOW - spread(turn)))),
        ("the untold, 100", lambda _: store.untold(100)),
        (f"the newest {PAGE}", lambda _: store.newest_hits(PAGE)),
        ("identities of a feed, 333", lambda turn: tuple(store.identities(feed_id(f"https://{turn}.example/rss")))),
        ("totals", lambda _: [store.totals()]),
    ]
    for name, ask in questions:
        taken = []
        for turn in range(TURNS):
            store.let_go()
            began = time.process_time()
            answer = ask(turn)
            taken.append(time.process_time() - began)
            assert answer
            del answer  # here, not while the next one is timed
        yield Figure(name, median(taken) * 1_000, "ms", at_most=5)


def _rules(turn: int) -> tuple[RuleId, ...]:
    return tuple(RuleId(f"rule-{(turn + step) % RULES}") for step in range(3))


def _not_acked(turn: int) -> HitQuery:
    return HitQuery(states=(Triage.NEW, Triage.SEEN, Triage.OPEN), before=(NOW - timedelta(days=6 * turn), HitId("")))


def _commits(large: TinyStore, small: TinyStore) -> Figure:
    """An entry that has just come, its identity and a hit: what a poll costs memory."""
    taken: tuple[list[float], list[float]] = ([], [])
    for number, (pattern, pattern_hit) in enumerate(history(12 * TURNS)):
        seen_at = NOW + timedelta(seconds=number)
        entry = replace(pattern, key=EntryKey(digest("news", str(number))), published_at=seen_at, seen_at=seen_at)
        name = hit_id(pattern_hit.rule_id, entry.feed_id, entry.key)
        hit = replace(pattern_hit, id=name, entry=entry, found_at=seen_at, told_at=None)
        sides = [(large, taken[0]), (small, taken[1])]
        for store, times in sides if number % 2 else reversed(sides):
            began = time.process_time()
            store.commit(Transaction(entries=(entry,), identities=(identity_of(entry),), hits=(hit,)))
            times.append(time.process_time() - began)
    beside = f"{median(taken[0]) * 1e6:.0f} µs beside {median(taken[1]) * 1e6:.0f} µs"
    ratio = median(taken[0]) / median(taken[1])
    return Figure(f"a commit with {HITS:,} hits beside one with 1,000, CPU", ratio, "×", at_most=1.5, beside=beside)
