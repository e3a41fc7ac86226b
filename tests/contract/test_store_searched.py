"""What a store says of rules that were searched for, and of the hits on an entry without a look into them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from newswatch.model.rule import RuleId
from newswatch.model.ruleform import RuleForm
from newswatch.store.api import Store, Transaction
from newswatch.store.memory import MemoryStore
from newswatch.store.operations import Put
from newswatch.store.tiny import TinyStore
from newswatch.store.together import footprint
from newswatch.testing import build
from tests.failing_disk import QuickDisk

TROOPS, GRAIN = RuleId("dprk-troops"), RuleId("grain \ud800")


class Home:
    """A store, opened anew between commit and read where it has a disk."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self.store: Store = MemoryStore() if folder is None else TinyStore.open(folder, disk=QuickDisk())

    def after(self, *transactions: Transaction) -> Store:
        for transaction in transactions:
            self.store.commit(transaction)
        if self._folder is not None:
            self.store.close()
            self.store = TinyStore.open(self._folder, disk=QuickDisk())
        return self.store


@pytest.fixture(params=["memory", "tiny"])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Home]:
    home = Home(tmp_path / "home" if request.param == "tiny" else None)
    yield home
    home.store.close()


def searched(**forms: str) -> Transaction:
    return Transaction(searched=tuple(RuleForm(RuleId(rule_id), form) for rule_id, form in forms.items()))


def test_a_store_begins_with_no_rule_searched_for(home: Home) -> None:
    assert home.after().searched() == {}


def test_the_last_form_of_each_rule_is_remembered(home: Home) -> None:
    store = home.after(searched(a="1", b="2"), searched(b="3"), Transaction(searched=(RuleForm(GRAIN, "4"),)))
    assert store.searched() == {"a": "1", "b": "3", GRAIN: "4"}


def test_what_is_taken_back_is_gone_with_the_entries_it_came_with(home: Home) -> None:
    entry = build.entry()
    store = home.after(searched(a="1", b="2"), Transaction(entries=(entry,), unsearched=(RuleId("a"), RuleId("c"))))
    assert store.searched() == {"b": "2"}
    assert list(store.entries()) == [entry]


def test_what_is_recorded_and_taken_back_at_once_is_taken_back(home: Home) -> None:
    both = Transaction(searched=(RuleForm(TROOPS, "1"),), unsearched=(TROOPS,))
    assert home.after(both).searched() == {}
    assert home.after(searched(a="1"), both).searched() == {"a": "1"}


def test_hits_of_an_entry_are_named_by_their_rules(home: Home) -> None:
    entry = build.entry()
    hits = [build.hit(entry), build.hit(entry, build.rule("river", id=GRAIN))]
    store = home.after(Transaction(entries=(entry,), hits=tuple(hits)))
    assert store.hit_ids_of_entry(entry.feed_id, entry.key) == {hit.rule_id: hit.id for hit in hits}
    other = build.entry("Another")
    assert store.hit_ids_of_entry(other.feed_id, other.key) == {}


def test_recording_and_taking_back_are_never_planned_side_by_side() -> None:
    assert footprint(searched(a="1")) & footprint(Transaction(unsearched=(RuleId("b"),)))


def test_a_row_that_cannot_be_read_says_nothing_and_is_replaced_by_the_next_search(tmp_path: Path) -> None:
    store = TinyStore.open(tmp_path, disk=QuickDisk())
    store.commit(searched(a="1"))
    store.journal.append([Put("searched", {"b": {"rule": "another", "form": "2"}, "c": {"form": 3}})])
    store.close()
    store = TinyStore.open(tmp_path, disk=QuickDisk())
    assert store.searched() == {}  # what cannot be read may have been anything: all is searched for again
    store.commit(searched(b="4", c="5"))
    store.close()
    store = TinyStore.open(tmp_path, disk=QuickDisk())
    assert store.searched() == {"b": "4", "c": "5"}
    assert store.damage() == ""
    store.close()
