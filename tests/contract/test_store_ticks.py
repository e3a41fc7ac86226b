"""What rates and sums are counted from is the same over each store, and agrees with the values themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newswatch.model.entry import Entry
from newswatch.model.hit import Held, Hit, HitId
from newswatch.model.rule import RuleId
from newswatch.store.api import EntryTick, HitTick, Store, Transaction
from newswatch.store.memory import MemoryStore
from newswatch.store.tiny import TinyStore
from newswatch.testing import build

RULES = tuple(build.rule(id=RuleId(name)) for name in ("dprk-troops", "hormuz", "grain"))


@pytest.fixture(params=["memory", "tiny"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened: Store = MemoryStore() if request.param == "memory" else TinyStore.open(tmp_path / "home")
    yield opened
    opened.close()


def entry(number: int, *, minutes: float = 0.0, is_backlog: bool = False) -> Entry:
    at = build.at(minutes)
    seen_at = build.at(600) if is_backlog else at
    return build.entry(f"Item {number}", published_at=at, seen_at=seen_at, is_backlog=is_backlog)


def test_hits_are_marks_on_the_line_of_their_entries(store: Store) -> None:
    live, backlog = entry(1, minutes=5), entry(2, minutes=2, is_backlog=True)
    hits = (build.hit(live, RULES[0]), build.hit(backlog, RULES[1], held=Held.BACKLOG))
    store.commit(Transaction(entries=(live, backlog), hits=hits))
    assert list(store.hit_ticks(build.at(0))) == [
        HitTick(RULES[1].id, build.at(2), Held.BACKLOG, False),
        HitTick(RULES[0].id, build.at(5), None, True),
    ]
    assert [tick.at for tick in store.hit_ticks(build.at(3))] == [build.at(5)]


def test_entries_say_whether_a_rule_matched_them(store: Store) -> None:
    matched, other = entry(1, minutes=1), entry(2, minutes=2)
    store.commit(Transaction(entries=(matched, other), hits=(build.hit(matched, RULES[0]),)))
    assert list(store.entry_ticks(build.at(0))) == [
        EntryTick(build.at(1), True, True),
        EntryTick(build.at(2), False, True),
    ]
    assert store.has_hits(matched.feed_id, matched.key)
    assert not store.has_hits(other.feed_id, other.key)


def test_a_rules_rhythm_is_its_newest_hits(store: Store) -> None:
    entries = tuple(entry(number, minutes=number) for number in range(5))
    store.commit(Transaction(entries=entries, hits=tuple(build.hit(one, RULES[0]) for one in entries)))
    assert store.rule_rhythms(2) == {RULES[0].id: (build.at(4), build.at(3))}


@st.composite
def histories(draw: st.DrawFn) -> list[Transaction]:
    """Entries that come, hits on some of them by some rules, held for any reason; and hits that change."""
    transactions: list[Transaction] = []
    hits: dict[HitId, Hit] = {}
    for number in range(draw(st.integers(0, 12))):
        minutes, is_backlog = draw(st.integers(0, 500)), draw(st.booleans())
        one = entry(number, minutes=minutes, is_backlog=is_backlog)
        rules = draw(st.sets(st.sampled_from(range(len(RULES)))))
        fresh = {
            hit.id: hit
            for hit in (build.hit(one, RULES[rule], held=draw(st.sampled_from((None, *Held)))) for rule in rules)
        }
        transactions.append(Transaction(entries=(one,), hits=tuple(fresh.values())))
        hits |= fresh
        is_changed: bool = draw(st.booleans())
        if hits and is_changed:
            changed = replace(hits[draw(st.sampled_from(sorted(hits)))], held=draw(st.sampled_from((None, *Held))))
            hits[changed.id] = changed
            transactions.append(Transaction(hits=(changed,)))
    return transactions


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories(), since=st.integers(0, 500))
def test_the_sums_of_any_history_are_those_of_its_values(history: list[Transaction], since: int) -> None:
    store = MemoryStore()
    for transaction in history:
        store.commit(transaction)
    entries, hits = list(store.entries()), list(store.hits())
    matched = {(hit.entry.feed_id, hit.entry.key) for hit in hits}
    counts = store.ledger_counts()
    assert counts.entries == len(entries)
    assert counts.matched == len(matched)
    assert counts.alerted == sum(hit.is_alert for hit in hits)
    assert counts.held == {why: count for why in Held if (count := sum(hit.held is why for hit in hits))}
    at = build.EPOCH + timedelta(minutes=since)
    late = [one for one in entries if one.at >= at]
    ticks = store.entry_ticks(at)
    assert len(ticks) == len(late)
    assert sum(tick.is_matched for tick in ticks) == sum((one.feed_id, one.key) in matched for one in late)
    marks = sorted((hit.rule_id, hit.entry.at, hit.held or "") for hit in hits if hit.entry.at >= at)
    assert sorted((tick.rule_id, tick.at, tick.held or "") for tick in store.hit_ticks(at)) == marks


def test_the_sums_are_the_same_when_a_history_is_opened_again(tmp_path: Path) -> None:
    entries = tuple(entry(number, minutes=number) for number in range(6))
    hits = tuple(
        build.hit(one, rule, held=held)
        for one in entries[:4]
        for rule, held in zip(RULES, (None, Held.MUTED, Held.RULE_CHANGE), strict=True)
    )
    first = TinyStore.open(tmp_path)
    first.commit(Transaction(entries=entries, hits=hits))
    before = first.ledger_counts(), list(first.hit_ticks(build.at(0))), list(first.entry_ticks(build.at(0)))
    first.close()
    again = TinyStore.open(tmp_path)
    assert (again.ledger_counts(), list(again.hit_ticks(build.at(0))), list(again.entry_ticks(build.at(0)))) == before
    again.close()
