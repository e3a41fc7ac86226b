"""A history that another store writes is, after each look, the one that the other has; and it is known what changed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newswatch.errors import StoreDamaged, StoreError
from newswatch.model.hit import Hit, HitId, Triage
from newswatch.store import follow
from newswatch.store.api import Keep, Store, Transaction
from newswatch.store.appendlog import AppendLog, frame
from newswatch.store.follow import FollowedHistory
from newswatch.store.tail import LogReplaced, Tail
from newswatch.store.tiny import FILE_NAME, TinyStore
from newswatch.testing import build
from tests.failing_disk import FailingDisk, QuickDisk


def hit(number: int, **changes: object) -> Hit:
    entry = build.entry(f"North Korean troops, report {number}", seen_at=build.at(number))
    return replace(build.hit(entry), **changes)  # type: ignore[arg-type]  # a test's keywords


def stored(*hits: Hit) -> Transaction:
    return Transaction(entries=tuple(one.entry for one in hits), hits=hits)


def content(store: Store) -> dict[HitId, Hit]:
    return {one.id: one for one in store.hits()}


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[TinyStore]:
    store = TinyStore.open(tmp_path, disk=QuickDisk())
    yield store
    store.close()


@pytest.fixture
def followed(writer: TinyStore, tmp_path: Path) -> Iterator[FollowedHistory]:
    writer.commit(stored(hit(1)))
    history = FollowedHistory(tmp_path)
    yield history
    history.close()


def append(folder: Path, content: bytes) -> None:
    with (folder / FILE_NAME).open("ab") as file:
        file.write(content)


def last_line(folder: Path) -> bytes:
    return (folder / FILE_NAME).read_bytes().splitlines(keepends=True)[-1]


def test_what_is_appended_is_seen_at_the_next_look_and_told_once(writer: TinyStore, followed: FollowedHistory) -> None:
    assert content(followed.store) == {hit(1).id: hit(1)}
    assert followed.look().is_empty
    writer.commit(stored(hit(2), hit(3)))
    writer.commit(Transaction(hits=(hit(1, state=Triage.ACKED),)))
    news = followed.look()
    assert list(news.new_hits) == [hit(2).id, hit(3).id]
    assert list(news.changed_hits) == [hit(1).id]
    assert content(followed.store) == content(writer)
    assert followed.store.totals() == writer.totals()
    assert followed.look().is_empty


def test_the_state_of_a_feed_is_seen(writer: TinyStore, followed: FollowedHistory) -> None:
    state = build.feed_state(title="Dnipro Wire", failures=3)
    writer.commit(Transaction(feed_states=(state,)))
    assert list(followed.look().feeds) == [state.feed_id]
    assert followed.store.feed_states() == writer.feed_states() == {state.feed_id: state}


def test_a_line_that_is_still_being_written_is_waited_for(
    writer: TinyStore, followed: FollowedHistory, tmp_path: Path
) -> None:
    followed.look()
    writer.commit(stored(hit(2)))
    line = last_line(tmp_path)
    path = tmp_path / FILE_NAME
    whole = path.stat().st_size
    for length in (1, 8, 9, len(line) // 2, len(line) - 1):
        os.truncate(path, whole - len(line))
        append(tmp_path, line[:length])
        assert followed.look().is_empty
    append(tmp_path, line[-1:])
    assert list(followed.look().new_hits) == [hit(2).id]


def test_a_write_that_failed_and_was_cut_off_is_not_kept(
    writer: TinyStore, followed: FollowedHistory, tmp_path: Path
) -> None:
    path = tmp_path / FILE_NAME
    good = path.stat().st_size
    writer.commit(stored(hit(2)))
    assert list(followed.look().new_hits) == [hit(2).id]
    whole = path.read_bytes()
    os.truncate(path, good)
    assert list(followed.look().gone_hits) == [hit(2).id]
    path.write_bytes(whole)
    assert list(followed.look().new_hits) == [hit(2).id]


def test_a_write_that_failed_and_was_written_over_by_a_longer_one_is_noticed(
    followed: FollowedHistory, tmp_path: Path
) -> None:
    path = tmp_path / FILE_NAME
    good = path.stat().st_size
    append(tmp_path, frame(b'[["clear","notes"]]'))
    assert not followed.look().new_hits
    os.truncate(path, good)
    disk = QuickDisk()
    log = AppendLog(path, lambda _: None, kind="newswatch-history", schema=10_000, disk=disk)
    log.append([b'[["clear","other"]]', b'[["put","notes",{"1":{"a":1}}]]'])
    log.close()
    assert followed.look().has_rows
    assert (followed.store.journal.read() or {}).get("notes", {}).keys() == {"1"}


def test_a_disk_that_fails_under_the_writer_leaves_the_follower_with_what_the_writer_has(tmp_path: Path) -> None:
    for fails_at in range(8):
        folder = tmp_path / str(fails_at)
        disk = FailingDisk()
        store = TinyStore.open(folder, disk=disk)
        store.commit(stored(hit(1)))
        history = FollowedHistory(folder)
        disk.arm(fails_at)
        for number in (2, 3):
            try:
                store.commit(stored(hit(number), hit(number + 10)))
            except StoreError:
                disk.heal()
            history.look()
        disk.heal()
        store.commit(stored(hit(4)))
        history.look()
        assert content(history.store) == content(store)
        history.close()
        store.close()


def test_a_text_that_changed_beside_a_compaction_is_shown_with_its_hit(
    writer: TinyStore, followed: FollowedHistory
) -> None:
    entry = replace(hit(1).entry, summary="A summary that came later.", revised_at=build.at(50))
    writer.compact()
    writer.commit(Transaction(entries=(entry,), hits=(replace(hit(1), entry=entry),)))
    assert list(followed.look().changed_hits) == [hit(1).id]
    assert content(followed.store) == content(writer) == {hit(1).id: replace(hit(1), entry=entry)}
    writer.compact()
    assert followed.look().is_empty


def test_a_compaction_is_taken_over_without_any_news(
    writer: TinyStore, followed: FollowedHistory, tmp_path: Path
) -> None:
    writer.commit(stored(*map(hit, range(2, 200))))
    followed.look()
    inode = (tmp_path / FILE_NAME).stat().st_ino
    before = content(followed.store)
    writer.compact()
    assert (tmp_path / FILE_NAME).stat().st_ino != inode
    news = followed.look()
    assert not news.new_hits | news.changed_hits | news.gone_hits
    assert content(followed.store) == before == content(writer)
    assert followed.look().is_empty


def test_what_was_committed_around_a_compaction_is_told_once(writer: TinyStore, followed: FollowedHistory) -> None:
    followed.look()
    writer.commit(stored(hit(2)))
    writer.compact()
    writer.commit(Transaction(hits=(hit(1, is_starred=True),)))
    told: list[HitId] = []
    for _ in range(3):
        news = followed.look()
        told += [*news.new_hits, *news.changed_hits]
    assert sorted(told) == sorted([hit(1).id, hit(2).id])
    assert content(followed.store) == content(writer)


def test_a_backup_that_was_restored_is_taken_over_with_what_went_away(
    writer: TinyStore, followed: FollowedHistory, tmp_path: Path
) -> None:
    shutil.copy(tmp_path / FILE_NAME, tmp_path / "backup")
    writer.commit(stored(hit(2)))
    followed.look()
    (tmp_path / "backup").replace(tmp_path / FILE_NAME)
    assert list(followed.look().gone_hits) == [hit(2).id]
    assert content(followed.store).keys() == {hit(1).id}


def test_a_file_that_is_copied_over_in_place_is_noticed(
    writer: TinyStore, followed: FollowedHistory, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    store = TinyStore.open(other, disk=QuickDisk())
    store.commit(stored(*map(hit, range(5, 50))))
    store.close()
    (tmp_path / FILE_NAME).write_bytes((other / FILE_NAME).read_bytes())
    news = followed.look()
    assert list(news.gone_hits) == [hit(1).id]
    assert len(news.new_hits) == 45


def test_hits_that_retention_drops_go(writer: TinyStore, followed: FollowedHistory) -> None:
    writer.commit(stored(*(hit(number, told_at=build.at(60)) for number in (2, 3))))
    followed.look()
    assert len(writer.prune_hits(Keep(count=1))) == 1
    assert len(followed.look().gone_hits) == 1
    assert content(followed.store) == content(writer)


def test_a_history_that_is_not_there_yet_is_waited_for(tmp_path: Path) -> None:
    history = FollowedHistory(tmp_path)
    assert history.look().is_empty
    store = TinyStore.open(tmp_path, disk=QuickDisk())
    store.commit(stored(hit(1)))
    assert list(history.look().new_hits) == [hit(1).id]
    store.close()
    history.close()


def test_while_the_file_has_no_name_for_a_moment_all_stays_as_it_was(followed: FollowedHistory, tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).rename(tmp_path / "aside")
    assert followed.look().is_empty
    assert content(followed.store).keys() == {hit(1).id}
    (tmp_path / "aside").rename(tmp_path / FILE_NAME)
    assert followed.look().is_empty


def test_a_file_that_is_replaced_while_it_is_read_anew_never_looks_empty(
    writer: TinyStore, followed: FollowedHistory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, aside = tmp_path / FILE_NAME, tmp_path / "aside"

    def without_file(*arguments: Any, **options: Any) -> AppendLog:
        if not aside.exists():
            path.rename(aside)
        return AppendLog(*arguments, **options)

    writer.compact()
    writer.commit(stored(hit(2)))
    monkeypatch.setattr(follow, "AppendLog", without_file)
    assert followed.look().is_empty
    assert content(followed.store).keys() == {hit(1).id}
    monkeypatch.undo()
    assert followed.look().is_empty
    aside.rename(path)
    assert list(followed.look().new_hits) == [hit(2).id]


def test_a_file_that_cannot_be_used_is_told_and_what_was_read_stays(followed: FollowedHistory, tmp_path: Path) -> None:
    good = (tmp_path / FILE_NAME).read_bytes()
    (tmp_path / "new").write_bytes(b"null")
    (tmp_path / "new").replace(tmp_path / FILE_NAME)
    for _ in range(2):
        with pytest.raises(StoreDamaged):
            followed.look()
    assert content(followed.store).keys() == {hit(1).id}
    (tmp_path / "new").write_bytes(good)
    (tmp_path / "new").replace(tmp_path / FILE_NAME)
    assert not followed.look().gone_hits


def test_a_damaged_line_is_looked_at_twice_then_passed_over(
    writer: TinyStore, followed: FollowedHistory, tmp_path: Path
) -> None:
    followed.look()
    append(tmp_path, b"damaged\n" + frame(b'[["clear","notes"]]') + frame(b'{"no":"record"}'))
    assert followed.look().is_empty
    assert followed.look().has_rows
    assert followed.look().is_empty


def test_a_line_longer_than_a_look_is_read_whole_and_much_is_read_in_pieces(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    log = AppendLog(path, lambda _: None, kind="test", schema=1, disk=QuickDisk())
    tail = Tail(path)
    tail.start(log.length)
    log.append([b"x" * 1_000])
    assert tail.read(limit=16) == [b"x" * 1_000]
    records = [b"%d" % number for number in range(100)]
    log.append(records)
    seen: list[bytes] = []
    pieces = 0
    while found := tail.read(limit=100):
        seen += found
        pieces += 1
    assert seen == records
    assert pieces > 5
    assert not tail.is_behind
    log.rewrite(records)
    with pytest.raises(LogReplaced):
        tail.read()
    tail.close()
    log.close()


steps = st.lists(
    st.one_of(
        st.tuples(st.just("store"), st.integers(0, 6)),
        st.tuples(st.just("ack"), st.integers(0, 6)),
        st.tuples(st.just("prune"), st.integers(0, 6)),
        st.tuples(st.sampled_from(["compact", "reopen", "look"]), st.just(0)),
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_whatever_the_writer_does_the_news_add_up_to_what_it_has(
    tmp_path_factory: pytest.TempPathFactory, todo: list[tuple[str, int]]
) -> None:
    folder = tmp_path_factory.mktemp("history")
    store = TinyStore.open(folder, disk=QuickDisk())
    history = FollowedHistory(folder)
    shown: dict[HitId, Hit] = {}

    def look() -> None:
        news = history.look()
        assert not news.new_hits.keys() & shown.keys()
        assert news.changed_hits.keys() <= shown.keys()
        assert news.gone_hits.keys() <= shown.keys()
        for hit_id in news.gone_hits:
            del shown[hit_id]
        for hit_id in (*news.new_hits, *news.changed_hits):
            found = history.store.hit(hit_id)
            assert found is not None
            shown[hit_id] = found

    for verb, number in todo:
        match verb:
            case "store":
                store.commit(stored(hit(number, told_at=build.at(60))))
            case "ack":
                found = store.hit(hit(number).id)
                store.commit(Transaction(hits=(replace(found, state=Triage.ACKED),) if found else ()))
            case "prune":
                store.prune_hits(Keep(count=number))
                store.prune_entries(Keep(count=number))
            case "compact":
                store.compact()
            case "reopen":
                store.close()
                store = TinyStore.open(folder, disk=QuickDisk())
            case _:
                look()
    look()
    look()
    assert shown == content(store) == content(history.store)
    assert history.store.totals() == store.totals()
    store.close()
    history.close()


def test_a_history_that_is_closed_is_looked_at_no_more_and_can_still_be_asked(
    writer: TinyStore, followed: FollowedHistory, tmp_path: Path
) -> None:
    writer.commit(stored(hit(2)))
    followed.close()
    followed.close()
    with pytest.raises(StoreError, match="no longer"):
        followed.look()
    assert content(followed.store).keys() == {hit(1).id}
