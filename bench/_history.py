"""A large history as months of watching leave it: entries of 600 characters, an identity and a hit of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from pathlib import Path

from bench._home import NOW, identity_of, invented_entries
from newswatch.model.digest import digest
from newswatch.model.entry import Entry
from newswatch.model.hit import Hit, Mark, StoryId, Triage, hit_id
from newswatch.model.rule import RuleId, Severity
from newswatch.store.api import Transaction
from newswatch.store.tiny import TinyStore

RULES = 40
TEXT = 600
"""Characters of title and summary together."""
_AT_ONCE = 1_000
_DRAWN = 2_000  # texts that are invented; the rest say the same


def history(count: int) -> Iterator[tuple[Entry, Hit]]:
    """Entries of half a year, the oldest first, each with a hit; one in four hits is not acked, one in ten held."""
    drawn = invented_entries(min(count, _DRAWN))
    step = timedelta(days=180) / max(count, 1)
    for number in range(count):
        pattern = drawn[number % len(drawn)]
        seen_at = NOW - step * (count - number)
        text = (pattern.summary + " ") * (TEXT // len(pattern.summary) + 1)
        entry = replace(
            pattern,
            key=type(pattern.key)(digest("entry", str(number))),
            title=f"{pattern.title} {number}",
            summary=text[: TEXT - len(pattern.title) - 7],
            published_at=seen_at - timedelta(minutes=3),
            seen_at=seen_at,
        )
        rule = RuleId(f"rule-{number * 7919 % RULES}")
        marks = (Mark("title", 0, 5, entry.title[:5]), Mark("summary", 10, 22, entry.summary[10:22]))
        yield (
            entry,
            Hit(
                id=hit_id(rule, entry.feed_id, entry.key),
                rule_id=rule,
                rule_name=f"Rule {rule}",
                rule_version=digest("version", rule),
                query='("North Korea*" OR DPRK) NEAR/6 (troop* OR soldier*)',
                severity=Severity.HIGH if number % 3 else Severity.NORMAL,
                entry=entry,
                marks=marks,
                story_id=StoryId(digest("story", str(number // 2))),
                found_at=seen_at,
                state=Triage.ACKED if number % 4 else Triage.NEW,
                is_starred=number % 50 == 0,
                told_at=None if number % 1_000 == 0 else seen_at + timedelta(seconds=2),
            ),
        )


def write_history(folder: Path, count: int) -> None:
    """Makes that history in a folder."""
    store = TinyStore.open(folder)
    pairs = history(count)
    while page := list(islice(pairs, _AT_ONCE)):
        entries = tuple(entry for entry, _ in page)
        store.commit(
            Transaction(
                entries=entries, identities=tuple(map(identity_of, entries)), hits=tuple(hit for _, hit in page)
            )
        )
    store.compact()
    store.close()
