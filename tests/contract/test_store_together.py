"""What the store promises to callers that wait together, and about what the disk refused: over each implementation."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import count
from pathlib import Path

import pytest

from newswatch.errors import StoreError
from newswatch.model.delivery import StoryMute
from newswatch.store.api import Keep, Store, Transaction
from newswatch.store.memory import MemoryStore
from newswatch.store.scan import scanned
from newswatch.store.tiny import FILE_NAME, TinyStore
from newswatch.store.together import footprint
from newswatch.testing import build
from tests.failing_disk import FailingDisk, FullDisk

OTHER = build.feed("https://harbour.example/rss")


def found(title: str, at: str = "") -> Transaction:
    """What a poll commits: an entry, its identity, one hit on it."""
    entry = build.entry(title) if not at else build.entry(title, feed_id=build.feed(at).id)
    return Transaction(entries=(entry,), identities=(build.identity(entry),), hits=(build.hit(entry),))


BROKEN = Transaction(entries=(build.entry("Broken", seen_at=datetime(2026, 11, 22, 14, 30)),))  # noqa: DTZ001 - that is what is broken


@pytest.fixture(params=["memory", "tiny"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    store: Store = MemoryStore() if request.param == "memory" else TinyStore.open(tmp_path)
    yield store
    store.close()


def titles(store: Store) -> list[str]:
    return sorted(hit.entry.title for hit in store.hits())


def test_each_of_those_that_wait_together_is_stored(store: Store) -> None:
    callers = [[found("One", "https://1.example/")], [found("Two", "https://2.example/")], [], [found("Three")]]
    assert store.commit_all(callers) == [None] * 4
    assert titles(store) == ["One", "Three", "Two"]


def test_of_two_that_change_the_same_row_the_later_counts(store: Store) -> None:
    hit = build.hit(build.entry("One"))
    callers = [
        [found("One"), Transaction(hits=(replace(hit, told_at=build.at(1)),))],
        [Transaction(hits=(replace(hit, told_at=build.at(1), is_starred=True),))],
    ]
    assert store.commit_all(callers) == [None, None]
    stored = store.hit(hit.id)
    assert stored is not None
    assert (stored.told_at, stored.is_starred) == (build.at(1), True)


def test_one_that_cannot_be_stored_takes_none_along_but_what_its_caller_wanted_after_it(store: Store) -> None:
    state = Transaction(feed_states=(build.feed_state(OTHER, title="after"),))
    refused = store.commit_all([[found("One")], [BROKEN, state], [found("Two", "https://2.example/")]])
    assert [type(error) for error in refused] == [type(None), ValueError, type(None)]
    assert titles(store) == ["One", "Two"]
    assert store.feed_states() == {}


def test_footprints_meet_where_rows_do() -> None:
    state = Transaction(feed_states=(build.feed_state(),))
    muted = Transaction(mutes=(StoryMute(build.hit().story_id, None, build.at()),))
    assert footprint(Transaction()) == frozenset()
    assert footprint(found("One")) & footprint(found("Two"))
    assert not footprint(found("One")) & footprint(found("Two", OTHER.url))
    assert not footprint(found("One")) & footprint(state)
    assert footprint(state) & footprint(state)
    assert footprint(muted) & footprint(Transaction(unmuted=(build.hit().story_id,)))
    forgotten = Transaction(forgotten=((build.entry().feed_id, build.entry().key),))
    assert footprint(forgotten) & footprint(Transaction(revisions=())) == frozenset()
    assert footprint(forgotten) & footprint(found("One"))


def test_what_is_held_is_read_as_if_it_were_stored(store: Store) -> None:
    store.hold(found("One"))
    store.hold(Transaction(hits=(build.hit(build.entry("One"), is_starred=True),)))
    assert titles(store) == ["One"]
    (hit,) = store.hits()
    assert hit.is_starred
    assert store.entry(hit.entry.feed_id, hit.entry.key) == hit.entry
    store.save()
    assert store.unsaved == 0
    assert titles(store) == ["One"]


def test_a_closed_store_holds_nothing(store: Store) -> None:
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.hold(found("One"))


# The durable one.


def test_those_that_wait_together_wait_for_the_disk_once_and_have_a_line_each(tmp_path: Path) -> None:
    disk = FailingDisk()
    store = TinyStore.open(tmp_path, disk=disk)
    before = scanned(tmp_path / FILE_NAME).good_lines
    disk.arm(99)
    state = Transaction(feed_states=(build.feed_state(),))
    assert store.commit_all([[found("One"), state], [found("Two", OTHER.url)]]) == [None, None]
    assert disk.steps == ["write", "sync"]
    assert scanned(tmp_path / FILE_NAME).good_lines == before + 3
    store.close()


def test_where_the_disk_fails_at_any_step_each_caller_is_told_what_is_true(tmp_path: Path) -> None:
    for step in count():
        folder = tmp_path / str(step)
        disk = FailingDisk(errno.ENOSPC, is_short=True)
        store = TinyStore.open(folder, disk=disk)
        disk.arm(step)
        refused = store.commit_all([[found("One")], [found("Two", OTHER.url)], [found("Three")]])
        seen = titles(store)
        disk.heal()
        store.close()
        told = [title for title, error in zip(("One", "Two", "Three"), refused, strict=True) if error is None]
        store = TinyStore.open(folder)
        assert titles(store) == seen == sorted(told)
        store.close()
        if not disk.has_failed:
            assert step >= 2
            return


def test_what_is_held_is_durable_once_the_disk_takes_it_and_nothing_before(tmp_path: Path) -> None:
    disk = FullDisk()
    store = TinyStore.open(tmp_path, disk=disk)
    store.commit(found("One"))
    store.commit(Transaction(entries=(build.entry("Without a hit"),)))
    before = (tmp_path / FILE_NAME).read_bytes()
    disk.is_full = True
    store.hold(found("Two"))
    store.hold(Transaction(hits=(build.hit(build.entry("One"), is_starred=True),)))
    assert store.unsaved == 2
    for refused in (store.save, store.compact, lambda: store.prune_entries(Keep(count=0))):
        with pytest.raises(StoreError, match="No space left"):
            refused()
    assert (tmp_path / FILE_NAME).read_bytes() == before
    assert titles(store) == ["One", "Two"]
    disk.is_full = False
    store.save()
    assert store.unsaved == 0
    store.close()
    store = TinyStore.open(tmp_path)
    assert titles(store) == ["One", "Two"]
    assert [hit.is_starred for hit in store.hits() if hit.entry.title == "One"] == [True]
    store.close()


def test_the_next_commit_that_the_disk_takes_saves_what_is_held_before_it(tmp_path: Path) -> None:
    store = TinyStore.open(tmp_path)
    store.hold(found("One"))
    store.commit(found("Two"))
    assert store.unsaved == 0
    store.close()
    store = TinyStore.open(tmp_path)
    assert titles(store) == ["One", "Two"]
    store.close()
