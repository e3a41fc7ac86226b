"""Rows that turn out bad when they are asked for, TinyDB's own API on the history, and what another process wrote."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from tinydb import where

from newswatch.model.event import Totals
from newswatch.model.hit import Triage
from newswatch.store.api import HitQuery, Store, Transaction
from newswatch.store.appendlog import frame
from newswatch.store.journal import JournalDB, KeyedTable
from newswatch.store.migrate import SCHEMA
from newswatch.store.rows import JsonRow
from newswatch.store.tiny import FILE_NAME, KIND, TinyStore
from newswatch.testing import build
from tests.failing_disk import QuickDisk

KURSK = build.entry("North Korean troops seen in Kursk", seen_at=build.at(1))
RIVER = build.entry("Quiet day on the river", seen_at=build.at(2))


def history(folder: Path, spoil: tuple[bytes, bytes]) -> TinyStore:
    """Two entries with a hit each; in the lines of the file, checksums and all, one thing is another."""
    store = TinyStore.open(folder, disk=QuickDisk())
    for entry in (KURSK, RIVER):
        store.commit(Transaction((entry,), (), (build.identity(entry),), (build.hit(entry),)))
    store.close()
    path = folder / FILE_NAME
    header, *lines = path.read_bytes().splitlines(keepends=True)
    changed = [frame(line[9:-1].replace(*spoil)) for line in lines]
    assert changed != lines
    path.write_bytes(b"".join((header, *changed)))
    return TinyStore.open(folder, disk=QuickDisk())


ASKED: list[Callable[[Store], object]] = [
    lambda store: store.hit(build.hit(KURSK).id),
    lambda store: list(store.hits()),
    lambda store: list(store.find_hits(HitQuery())),
    lambda store: store.newest_hits(9),
    lambda store: store.untold(9),
    lambda store: store.hits_of_entry(KURSK.feed_id, KURSK.key),
]


@pytest.mark.parametrize("ask", ASKED)
@pytest.mark.parametrize(
    "spoil",
    [
        (b'"title":"North', b'"title":5,"x":"'),  # the text of the entry
        (b'"story":"' + build.hit(KURSK).story_id.encode(), b'"marks":7,"story":"s'),  # the hit
    ],
)
def test_a_row_that_turns_out_bad_is_as_good_as_not_there_and_is_counted(
    tmp_path: Path, spoil: tuple[bytes, bytes], ask: Callable[[Store], object], caplog: pytest.LogCaptureFixture
) -> None:
    store = history(tmp_path, spoil)
    assert store.totals() == Totals(entries=2, hits=2, untold=2)
    assert store.opening.unreadable_rows == 0
    with caplog.at_level(logging.WARNING):
        ask(store)
    assert "it stays in the file" in caplog.text
    assert store.hit(build.hit(KURSK).id) is None
    assert list(store.hits()) == [build.hit(RIVER)]
    assert store.totals().hits == store.totals().untold == 1
    assert "cannot be read by this version" in store.damage()
    store.commit(Transaction(hits=(replace(build.hit(RIVER), state=Triage.ACKED),)))
    store.compact()
    store.close()
    assert spoil[1] in (tmp_path / FILE_NAME).read_bytes()


def test_an_entry_that_turns_out_bad_takes_the_hits_along_that_need_its_text(tmp_path: Path) -> None:
    store = history(tmp_path, (b'"title":"North', b'"title":5,"x":"'))
    assert store.entry(KURSK.feed_id, KURSK.key) is None
    assert [entry.title for entry in store.entries()] == [RIVER.title]
    assert store.totals() == Totals(entries=1, hits=1, untold=1)
    assert store.opening.unreadable_rows == 2
    store.commit(Transaction(entries=(KURSK,), hits=(build.hit(KURSK),)))
    assert store.hit(build.hit(KURSK).id) == build.hit(KURSK)
    assert store.opening.unreadable_rows == 0
    store.close()


def test_a_bad_entry_in_a_view_of_entries_does_not_stop_who_goes_through_it(tmp_path: Path) -> None:
    store = history(tmp_path, (b'"title":"North', b'"title":5,"x":"'))
    assert [entry.title for entry in store.newest_entries()] == [RIVER.title]
    store.close()


def test_an_identity_that_turns_out_bad_is_forgotten(tmp_path: Path) -> None:
    store = history(tmp_path, (b'"guid":"' + build.identity(KURSK).guid.encode(), b'"published":5,"guid":"g'))
    assert set(store.identities(KURSK.feed_id)) == {RIVER.key}
    assert set(store.identities(KURSK.feed_id)) == {RIVER.key}
    assert store.opening.unreadable_rows == 1
    assert store.story_by_link(build.identity(KURSK).link) is None
    store.commit(Transaction(identities=(build.identity(KURSK),)))
    assert set(store.identities(KURSK.feed_id)) == {RIVER.key, KURSK.key}
    assert store.story_by_link(build.identity(KURSK).link) is not None
    store.close()


class HistoryDB(JournalDB):
    table_class = KeyedTable


def test_tinydb_reads_and_changes_the_file_of_a_history(tmp_path: Path) -> None:
    store = TinyStore.open(tmp_path, disk=QuickDisk())
    for entry in (KURSK, RIVER):
        store.commit(Transaction((entry,), (), (), (build.hit(entry),)))
    store.close()
    options: dict[str, Any] = {"kind": KIND, "schema": SCHEMA, "disk": QuickDisk()}
    with HistoryDB(tmp_path / FILE_NAME, **options) as db:
        found = cast("list[dict[str, Any]]", db.table("entries").search(where("title") == KURSK.title))
        assert [row["source"] for row in found] == ["Dnipro Wire"]
        db.table("hits").update({"state": "acked"}, where("feed") == KURSK.feed_id)
    store = TinyStore.open(tmp_path, disk=QuickDisk())
    assert [hit.state for hit in store.hits()] == [Triage.ACKED, Triage.ACKED]
    store.close()


def test_what_is_done_to_the_tables_of_an_open_history_is_seen_by_it(tmp_path: Path) -> None:
    store = TinyStore.open(tmp_path, disk=QuickDisk())
    for entry in (KURSK, RIVER):
        store.commit(Transaction((entry,), (), (build.identity(entry),), (build.hit(entry),)))
    db = store._db
    db.table("hits").update({"state": "acked"}, doc_ids=[cast("Any", build.hit(KURSK).id)])
    assert [hit.state for hit in store.newest_hits(9)] == [Triage.NEW, Triage.ACKED]
    assert len(list(store.find_hits(HitQuery(states=(Triage.ACKED,))))) == 1
    db.table("hits").remove(where("state") == "acked")
    assert list(store.hits()) == [build.hit(RIVER)]
    db.drop_table("identities")
    assert store.identities(KURSK.feed_id) == {}
    db.drop_tables()
    assert store.totals() == Totals()
    store.commit(Transaction((KURSK,), (), (), (build.hit(KURSK),)))
    assert store.totals() == Totals(entries=1, hits=1, untold=1)
    store.close()


def test_rows_are_held_as_they_stand_in_the_file(tmp_path: Path) -> None:
    store = TinyStore.open(tmp_path, disk=QuickDisk())
    store.commit(Transaction((KURSK,), (), (build.identity(KURSK),), (build.hit(KURSK),)))
    lines = (tmp_path / FILE_NAME).read_bytes()
    for table in ("entries", "identities", "hits"):
        (row,) = (store.journal.read() or {})[table].values()
        assert isinstance(row, JsonRow)
        assert row.json in lines
    store.close()
