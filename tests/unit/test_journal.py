"""TinyDB's API on the journal, and what a transaction, a compaction and a failed write do to it."""

from __future__ import annotations

import errno
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from tinydb import Query, TinyDB, where
from tinydb.operations import delete, increment
from tinydb.table import Document

from newswatch.errors import StoreDamaged, StoreError, StoreLocked
from newswatch.store.appendlog import frame
from newswatch.store.journal import JournalDB, KeyedTable, open_db
from newswatch.store.rows import JsonRow
from tests.failing_disk import FailingDisk, QuickDisk

HANG_S = 30.0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "db.journal"


@pytest.fixture
def db(path: Path) -> Iterator[JournalDB]:
    with quick(path) as db:
        yield db


def quick(path: Path, **options: Any) -> JournalDB:
    return JournalDB(path, **{"disk": QuickDisk(), **options})


def content(db: TinyDB) -> dict[str, dict[str, Any]]:
    return {
        name: {doc_id: dict(row) for doc_id, row in rows.items()} for name, rows in (db.storage.read() or {}).items()
    }


def on_disk(path: Path) -> dict[str, dict[str, Any]]:
    with quick(path, read_only=True) as db:
        return content(db)


def fill_with_garbage(db: JournalDB) -> None:
    """One document, written 2,101 times."""
    db.insert({"n": 0})
    with db.transaction():
        for n in range(2_100):
            db.update({"n": n})


def records(path: Path) -> list[Any]:
    return [json.loads(line[9:]) for line in path.read_bytes().splitlines()[1:]]


def test_open_db_gives_a_tinydb_that_keeps_what_it_is_told(path: Path) -> None:
    with open_db(path) as db:
        assert isinstance(db, TinyDB)
        assert db.insert({"title": "Kursk"}) == 1
        assert db.insert_multiple([{"title": "Kyiv"}, {"title": "Riga"}]) == [2, 3]
        assert db.table("rules").insert({"id": "r"}) == 1
    with open_db(path) as db:
        assert [row["title"] for row in db] == ["Kursk", "Kyiv", "Riga"]
        assert db.tables() == {"_default", "rules"}
        assert db.insert({"title": "Lviv"}) == 4


def test_the_example_of_the_document_does_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (Path(__file__).parents[2] / "docs" / "journal.md").read_text("utf-8")
    example = text.split("```python\n")[1].split("```")[0]
    monkeypatch.chdir(tmp_path)
    exec(compile(example, "docs/journal.md", "exec"), {})  # noqa: S102 - it is our own
    assert on_disk(tmp_path / "things.journal") == {
        "_default": {"2": {"title": "Kyiv"}, "3": {"title": "Riga"}},
        "rules": {"1": {"id": "r"}},
    }


def test_the_whole_reading_api_works(db: JournalDB) -> None:
    db.insert_multiple({"n": n, "place": {"name": f"p{n}"}} for n in range(5))
    entry = Query()
    assert [row.doc_id for row in db.search(entry.n > 2)] == [4, 5]
    assert db.get(entry.place.name == "p1") == {"n": 1, "place": {"name": "p1"}}
    assert db.get(doc_id=9) is None
    assert [row["n"] for row in db.get(doc_ids=[1, 3, 77])] == [0, 2]
    assert db.contains(doc_id=1)
    assert not db.contains(entry.n == 9)
    assert db.count(entry.n < 2) == 2
    assert len(db) == len(db.all()) == 5


def test_the_whole_writing_api_works(db: JournalDB, path: Path) -> None:
    db.insert_multiple({"n": n} for n in range(4))
    assert db.update({"seen": True}, where("n") == 1) == [2]
    assert db.update(increment("n"), doc_ids=[1, 1, 99]) == [1, 1]
    assert db.update(delete("seen"), where("seen") == True) == [2]  # noqa: E712 - a query, not a comparison
    assert db.update_multiple([({"n": 7}, where("n") == 2), (increment("n"), where("n") == 7)]) == [1, 1, 3, 3]
    assert db.upsert({"n": 3, "late": 1}, where("n") == 3) == [4]
    assert db.upsert({"n": 50}, where("n") == 50) == [5]
    assert db.upsert(Document({"n": 60}, 60)) == [60]
    assert db.insert({"n": 61}) == 61
    assert db.remove(doc_ids=[60, 60, 99]) == [60]
    assert db.remove(where("n") == 50) == [5]
    with pytest.raises(RuntimeError, match="truncate"):
        db.remove()
    with pytest.raises(ValueError, match="already exists"):
        db.insert(Document({}, 61))
    assert [(row.doc_id, row["n"]) for row in db] == [(1, 8), (2, 1), (3, 8), (4, 3), (61, 61)]
    assert on_disk(path) == content(db)
    db.truncate()
    assert on_disk(path) == {"_default": {}}
    assert db.insert({}) == 1
    db.drop_table("_default")
    assert on_disk(path) == {}


def test_ids_of_given_documents_and_of_our_own_never_meet(db: JournalDB) -> None:
    assert db.insert_multiple([Document({"n": 0}, 1), {"n": 1}, Document({"n": 2}, 9), {"n": 3}]) == [1, 2, 9, 10]


def test_dropping_a_table_leaves_the_others(db: JournalDB, path: Path) -> None:
    for name in ("a", "b"):
        db.table(name).insert({"in": name})
    db.drop_table("a")
    db.drop_table("a")
    assert on_disk(path) == {"b": {"1": {"in": "b"}}}
    db.drop_tables()
    assert on_disk(path) == {}


def test_an_empty_table_that_is_to_persist_does(db: JournalDB, path: Path) -> None:
    db.table("later", persist_empty=True)
    assert on_disk(path) == {"later": {}}


def test_a_storage_can_be_written_whole_as_tinydb_does(db: JournalDB, path: Path) -> None:
    db.insert_multiple([{"n": 1}, {"n": 2}, {"n": 3}])
    data: dict[str, Any] = {"_default": {"1": {"n": 1}, "3": {"n": 33}}, "new": {4: {}}}
    db.storage.write(data)
    assert on_disk(path) == {"_default": {"1": {"n": 1}, "3": {"n": 33}}, "new": {"4": {}}}
    assert records(path)[-1] == [
        ["del", "_default", ["2"]],
        ["put", "_default", {"3": {"n": 33}}],
        ["clear", "new"],
        ["put", "new", {"4": {}}],
    ]


def test_what_read_returns_cannot_be_used_to_change_the_database(db: JournalDB) -> None:
    db.insert({"n": 1})
    tables = db.storage.read()
    assert tables is not None
    with pytest.raises(TypeError):
        tables["_default"]["2"] = {}


def test_memory_says_what_the_file_says(db: JournalDB, path: Path) -> None:
    given = {"pair": (1, 2), "by_number": {3: "x"}, "text": "\ud800 \u2028 北", "nested": {"list": [1]}}
    db.insert(given)
    given["nested"]["list"].append(2)  # type: ignore[index] # a caller may do so
    assert dict(db.all()[0]) == {
        "pair": [1, 2],
        "by_number": {"3": "x"},
        "text": "\ud800 \u2028 北",
        "nested": {"list": [1]},
    }
    assert on_disk(path) == content(db)


def test_what_is_not_json_is_refused_and_changes_nothing(db: JournalDB, path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(TypeError):
        db.insert_multiple([{"n": 1}, {"n": object()}])
    assert len(db) == 0
    assert path.read_bytes() == before
    for no_document in (7, "text"):
        with pytest.raises(ValueError, match="not a Mapping"):
            db.insert(no_document)


def test_an_update_that_raises_half_way_changes_nothing(db: JournalDB, path: Path) -> None:
    db.insert_multiple([{"n": 1}, {"m": 1}])
    with pytest.raises(KeyError):
        db.update(increment("n"))
    assert on_disk(path) == content(db) == {"_default": {"1": {"n": 1}, "2": {"m": 1}}}


def test_one_call_is_one_line(db: JournalDB, path: Path) -> None:
    db.insert_multiple({"n": n} for n in range(3))
    db.update({"seen": True})
    db.remove(where("n") < 2)
    assert len(records(path)) == 3
    db.remove(where("n") == 99)
    db.insert_multiple([])
    assert len(records(path)) == 3


def test_a_transaction_over_several_tables_is_one_line(db: JournalDB, path: Path) -> None:
    with db.transaction():
        db.insert({"n": 1})
        db.table("rules").insert({"id": "r"})
        db.update({"seen": True}, where("n") == 1)
        assert db.all() == [{"n": 1, "seen": True}]
        assert records(path) == []
    assert len(records(path)) == 1
    assert on_disk(path) == content(db) == {"_default": {"1": {"n": 1, "seen": True}}, "rules": {"1": {"id": "r"}}}


def test_a_transaction_that_raises_is_undone(db: JournalDB, path: Path) -> None:
    db.insert_multiple([{"n": 1}, {"n": 2}])
    before = content(db)
    assert db.count(where("n") == 1) == 1
    with suppress(InterruptedError), db.transaction():
        db.remove(where("n") == 1)
        db.table("rules").insert({"id": "r"})
        db.drop_table("_default")
        assert db.count(where("n") == 1) == 0
        raise InterruptedError
    assert on_disk(path) == content(db) == before
    assert db.count(where("n") == 1) == 1
    assert list(before["_default"]) == ["1", "2"]


def test_a_transaction_within_one_is_refused(db: JournalDB) -> None:
    with db.transaction():
        with pytest.raises(RuntimeError, match="open already"), db.transaction():
            pass
        with pytest.raises(RuntimeError, match="transaction is open"):
            db.compact()
        db.insert({"n": 1})
    assert len(db) == 1


def test_a_write_that_fails_changes_nothing_in_memory(path: Path) -> None:
    for step in count():
        disk = FailingDisk(errno.ENOSPC, is_short=True)
        db = quick(path.with_name(f"{step}.journal"), disk=disk)
        db.insert_multiple([{"n": 1}, {"n": 2}])
        before = content(db)
        disk.arm(step)
        try:
            with db.transaction():
                db.update({"n": 9}, where("n") == 1)
                db.table("rules").insert({"id": "r"})
        except StoreError:
            assert content(db) == before
            assert db.count(where("n") == 9) == 0
            db.close()
            assert on_disk(path.with_name(f"{step}.journal")) == before
        else:
            db.close()
            assert step >= 2
            return


def test_put_replaces_a_document_whole_and_discard_passes_over_what_is_not_there(db: JournalDB, path: Path) -> None:
    table = db.table("t")
    table.insert({"n": 1, "old": True})
    table.put({1: {"n": 2}, 5: {"n": 5}})
    table.discard([5, 6])
    assert on_disk(path) == {"t": {"1": {"n": 2}}}
    assert table.insert({"n": 3}) == 2


def test_a_keyed_table_has_the_ids_it_is_given(path: Path) -> None:
    class Keyed(JournalDB):
        table_class = KeyedTable

    with Keyed(path, disk=QuickDisk()) as db:
        table = db.table("t")
        table.put({"a/b": {"n": 1}})
        table.insert(Document({"n": 2}, "c"))  # type: ignore[arg-type] # TinyDB types ids by its default
        with pytest.raises(TypeError, match="chooses no ids"):
            table.insert({"n": 3})
        assert [row.doc_id for row in table] == ["a/b", "c"]
        assert table.update({"m": 1}, where("n") == 2) == ["c"]
        assert table.remove(where("n") == 1) == ["a/b"]
    assert on_disk(path) == {"t": {"c": {"n": 2, "m": 1}}}


def test_a_mapping_of_another_kind_is_kept_as_it_is(db: JournalDB, path: Path) -> None:
    row = JsonRow(b'{"title":"Kursk","length":5}')
    db.table("t").put({1: row})
    tables = db.storage.read()
    assert tables is not None
    assert tables["t"]["1"] is row
    assert db.table("t").search(where("length") == 5) == [{"title": "Kursk", "length": 5}]
    db.table("t").update({"title": "Kyiv"})
    db.compact()
    assert on_disk(path) == {"t": {"1": {"title": "Kyiv", "length": 5}}}


def test_documents_can_be_given_another_form_as_they_are_read(db: JournalDB, path: Path) -> None:
    db.insert({"title": "Kursk"})

    def thaw(table: str, doc_id: str, row: bytes) -> Mapping[str, Any]:
        return {**json.loads(row), "at": (table, doc_id)}

    with quick(path, thaw=thaw, read_only=True) as copy:
        assert copy.all() == [{"title": "Kursk", "at": ("_default", "1")}]


def test_compaction_keeps_all_that_is_alive_in_its_order(db: JournalDB, path: Path) -> None:
    for n in range(120):
        db.insert({"n": n})
    db.remove(where("n") == 3)
    db.update({"n": 1000}, doc_ids=[1])
    db.table("empty", persist_empty=True)
    before = content(db)
    long = path.stat().st_size
    db.compact()
    assert path.stat().st_size < long
    assert len(records(path)) < 10
    assert on_disk(path) == content(db) == before
    assert list(on_disk(path)["_default"]) == list(before["_default"])
    db.insert({"n": 121})
    assert on_disk(path) == content(db)


def test_a_file_that_is_mostly_garbage_is_compacted_when_it_is_closed_or_opened(path: Path) -> None:
    with quick(path, tidies=False) as db:
        fill_with_garbage(db)
        assert db.journal.is_wasteful
    garbage = path.read_bytes()
    with quick(path, tidies=False) as db:
        db.journal._tidies = True
    assert path.stat().st_size < 500
    path.write_bytes(garbage)
    with quick(path) as db:
        assert not db.journal.is_wasteful
        assert path.stat().st_size < 500
        assert db.all() == [{"n": 2_099}]


def test_a_compaction_that_fails_while_closing_is_put_off(path: Path) -> None:
    disk = FailingDisk(for_ever=True)
    db = quick(path, disk=disk, tidies=False)
    fill_with_garbage(db)
    db.journal._tidies = True
    disk.arm(0)
    db.close()
    assert on_disk(path) == {"_default": {"1": {"n": 2_099}}}


class WaitingDisk(QuickDisk):
    """A disk on which what another thread writes is on the medium only when it is let."""

    def __init__(self) -> None:
        self.is_asked = threading.Event()
        self.may_go_on = threading.Event()
        self.is_slow = False

    def sync(self, fd: int) -> None:  # noqa: ARG002 - Disk's signature
        """Waits."""
        if self.is_slow and threading.current_thread() is not threading.main_thread():
            self.is_asked.set()
            assert self.may_go_on.wait(HANG_S)


def compacting(db: JournalDB, disk: WaitingDisk) -> threading.Thread:
    """A thread that compacts, and waits with all rows written and none in force."""
    disk.is_slow = True
    thread = threading.Thread(target=db.compact)
    thread.start()
    assert disk.is_asked.wait(HANG_S)
    return thread


def test_writes_go_on_while_the_file_is_compacted_and_all_are_in_the_new_one(path: Path) -> None:
    disk = WaitingDisk()
    with quick(path, disk=disk) as db:
        for n in range(120):
            db.insert({"n": n})
        db.update({"n": 1_000}, doc_ids=[1])
        generation = db.journal._log.generation
        thread = compacting(db, disk)
        db.insert({"n": 120})
        db.update({"n": 2_000}, doc_ids=[2])
        db.remove(doc_ids=[3])
        with db.transaction():
            db.table("other").insert({"n": 1})
        before = content(db)
        assert on_disk(path) == before
        assert db.journal._log.generation == generation
        disk.may_go_on.set()
        thread.join()
        assert db.journal._log.generation != generation
        assert on_disk(path) == content(db) == before
        assert len(records(path)) < 10
        db.insert({"n": 121})
        assert on_disk(path) == content(db)
        assert db.journal._rows == 120 + 4 + 1  # what was alive at first, what came meanwhile, what came then


def test_closing_ends_a_compaction_and_leaves_nothing_of_it(path: Path) -> None:
    disk = WaitingDisk()
    db = quick(path, disk=disk, tidies=False)
    for n in range(120):
        db.insert({"n": n})
    before = content(db)
    errors: list[StoreError] = []

    def compact() -> None:
        try:
            db.compact()
        except StoreError as error:
            errors.append(error)

    disk.is_slow = True
    thread = threading.Thread(target=compact)
    thread.start()
    assert disk.is_asked.wait(HANG_S)
    disk.is_slow = False
    db.journal._stopping.set()  # as close does first, while it waits for the compaction
    disk.may_go_on.set()
    db.close()
    thread.join()
    assert "being closed" in str(errors[0])
    assert on_disk(path) == before
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_file_that_becomes_mostly_garbage_is_compacted_behind(path: Path) -> None:
    with quick(path) as db:
        fill_with_garbage(db)
        db.insert({"n": 1})
        thread = db.journal._tidying
        assert thread is not None
        thread.join(HANG_S)
        assert not db.journal.is_wasteful
        assert path.stat().st_size < 500
        assert on_disk(path) == content(db) == {"_default": {"1": {"n": 2_099}, "2": {"n": 1}}}


@pytest.mark.parametrize("for_ever", [True, False])
def test_a_compaction_that_fails_at_any_step_loses_nothing(tmp_path: Path, *, for_ever: bool) -> None:
    for step in count():
        path = tmp_path / f"{step}.journal"
        disk = FailingDisk(errno.EIO, for_ever=for_ever)
        db = quick(path, disk=disk)
        for n in range(60):
            db.insert({"n": n})
        disk.arm(step)
        try:
            db.compact()
        except StoreError:
            disk.heal()
            db.insert({"n": 60})
            before = content(db)
            db.close()
            assert on_disk(path) == before
            assert for_ever or not list(tmp_path.glob("*.tmp"))  # a disk that removes nothing: the next opening does
        else:
            db.close()
            assert step >= 5
            return


def test_a_group_of_transactions_is_one_wait_for_the_disk_and_a_line_each(path: Path) -> None:
    disk = FailingDisk()
    with quick(path, disk=disk) as db:
        db.insert({"n": 0})
        disk.arm(99)
        with db.journal.group():
            with db.transaction():
                db.insert({"n": 1})
            with suppress(InterruptedError), db.transaction():
                db.insert({"n": 2})
                raise InterruptedError
            with db.transaction():
                assert [row["n"] for row in db] == [0, 1]
                db.update({"seen": True})
            assert len(records(path)) == 1
        assert disk.steps == ["write", "sync"]
        assert len(records(path)) == 3
        assert on_disk(path) == content(db) == {"_default": {"1": {"n": 0, "seen": True}, "2": {"n": 1, "seen": True}}}


def test_a_group_that_fails_at_any_step_was_never_made(path: Path) -> None:
    for step in count():
        disk = FailingDisk(is_short=True)
        where_ = path.with_name(f"{step}.journal")
        db = quick(where_, disk=disk)
        db.insert({"n": 0})
        before = content(db)
        disk.arm(step)
        try:
            with db.journal.group():
                for n in (1, 2):
                    with db.transaction():
                        db.insert({"n": n})
        except StoreError:
            assert content(db) == before
            db.close()
            assert on_disk(where_) == before
        else:
            db.close()
            assert step >= 2
            return


def test_what_is_held_is_seen_and_becomes_durable_in_its_order_before_what_comes_next(path: Path) -> None:
    disk = FailingDisk(for_ever=True)
    with quick(path, disk=disk) as db:
        db.insert({"n": 0})
        whole = path.read_bytes()
        disk.arm(0)
        with pytest.raises(StoreError):
            db.insert({"n": 1})
        with db.journal.holding():
            db.insert({"n": 1})
            with db.transaction():
                db.update({"n": 7}, where("n") == 1)
        assert db.journal.unsaved == 2
        assert [row["n"] for row in db] == [0, 7]
        for refused in (db.journal.save, db.compact, lambda: db.insert({"n": 2})):
            with pytest.raises(StoreError):
                refused()
        assert path.read_bytes() == whole
        assert [row["n"] for row in db] == [0, 7]
        disk.heal()
        db.insert({"n": 3})
        assert db.journal.unsaved == 0
        assert len(records(path)) == 4
        assert on_disk(path) == content(db)
        db.journal.save()
        assert len(records(path)) == 4


def test_no_more_is_held_than_fits(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newswatch.store.storage.HELD_BYTES", 100)
    with quick(path) as db:
        with db.journal.holding():
            db.insert({"n": "x" * 50})
            with pytest.raises(StoreError, match="no more fits"):
                db.insert({"n": "y" * 50})
        assert len(db) == 1
    assert on_disk(path) == {"_default": {"1": {"n": "x" * 50}}}


def test_damage_in_the_middle_costs_that_line_only_and_is_kept(path: Path) -> None:
    with quick(path) as db:
        for n in range(3):
            db.insert({"n": n})
    path.write_bytes(path.read_bytes().replace(b'{"n":1}', b'{"n":7}'))
    with quick(path) as db:
        assert [row["n"] for row in db] == [0, 2]
        assert db.journal.recovery.damaged_lines == 1
    assert b'{"n":7}' in path.with_name("db.journal.quarantine").read_bytes()
    assert b'{"n":7}' not in path.read_bytes()
    with quick(path) as db:
        assert db.journal.recovery.damaged_lines == 0


@pytest.mark.parametrize(
    "text",
    [
        '{"put":1}', '[["put","t"]]', '[["put","t",{"1":2}]]', '[["fly","t"]]', '[["del","t",[1]]]',
        '[["put","t",{"1":{"n":' + "[" * 100_000 + "]" * 100_000 + "}}]]",
    ],
    ids=range(6),
)  # fmt: skip
def test_a_record_that_is_no_operation_is_damage_not_a_crash(path: Path, text: str) -> None:
    with quick(path) as db:
        db.insert({"n": 1})
    path.write_bytes(path.read_bytes() + frame(text.encode()))
    with quick(path) as db:
        assert content(db) == {"_default": {"1": {"n": 1}}}
        assert db.journal.recovery.damaged_lines == 1


def test_files_of_tinydb_itself_are_refused_not_overwritten(path: Path) -> None:
    path.write_text('{"_default": {"1": {"n": 1}}}')
    with pytest.raises(StoreDamaged, match="Move the file aside"):
        open_db(path)
    assert path.read_text() == '{"_default": {"1": {"n": 1}}}'


def test_one_file_has_one_writer_and_any_number_of_readers(path: Path) -> None:
    with open_db(path) as db:
        db.insert({"n": 1})
        with pytest.raises(StoreLocked):
            open_db(path)
        with open_db(path, read_only=True) as reader:
            assert reader.all() == [{"n": 1}]
            with pytest.raises(StoreError, match="read only"):
                reader.insert({"n": 2})
    with open_db(path) as db:
        assert len(db) == 1


NUMBERS = st.integers(0, 5)
DOCUMENTS = st.dictionaries(
    st.sampled_from("nmk"), NUMBERS | st.text(max_size=3) | st.none() | st.lists(NUMBERS, max_size=2), max_size=3
).map(lambda row: {"n": 0, **row} if not isinstance(row.get("n", 0), int) else row)
TABLES = st.sampled_from(["_default", "rules"])


class JournalAgainstDict(RuleBasedStateMachine):
    """Random writes by TinyDB's API, some in transactions, some undone, against plain dicts, with reopenings."""

    @initialize()
    def start(self) -> None:
        self.folder = TemporaryDirectory()
        self.path = Path(self.folder.name) / "db.journal"
        self.db = quick(self.path)
        self.model: dict[str, dict[int, dict[str, Any]]] = {}

    def rows(self, table: str) -> dict[int, dict[str, Any]]:
        return self.model.setdefault(table, {})

    @rule(table=TABLES, documents=st.lists(DOCUMENTS, min_size=1, max_size=3))
    def insert(self, table: str, documents: list[dict[str, Any]]) -> None:
        doc_ids = self.db.table(table).insert_multiple(documents)
        assert not set(doc_ids) & set(self.rows(table))
        self.rows(table).update(zip(doc_ids, map(dict, documents), strict=True))

    @rule(table=TABLES, document=DOCUMENTS, doc_id=st.integers(1, 30))
    def upsert_by_id(self, table: str, document: dict[str, Any], doc_id: int) -> None:
        assert self.db.table(table).upsert(Document(document, doc_id)) == [doc_id]
        self.rows(table)[doc_id] = {**self.rows(table).get(doc_id, {}), **document}

    @rule(table=TABLES, n=NUMBERS, document=DOCUMENTS)
    def update(self, table: str, n: int, document: dict[str, Any]) -> None:
        updated = self.db.table(table).update(document, where("n") == n)
        assert updated == [doc_id for doc_id, row in self.model.get(table, {}).items() if row.get("n") == n]
        for doc_id in updated:
            self.rows(table)[doc_id].update(document)

    @rule(table=TABLES, n=NUMBERS)
    def remove(self, table: str, n: int) -> None:
        for doc_id in self.db.table(table).remove(where("n") == n):
            assert self.rows(table).pop(doc_id).get("n") == n
        assert not self.db.table(table).contains(where("n") == n)

    @rule(table=TABLES)
    def truncate(self, table: str) -> None:
        self.db.table(table).truncate()
        self.model[table] = {}

    @rule(table=TABLES)
    def drop(self, table: str) -> None:
        self.db.drop_table(table)
        self.model.pop(table, None)

    @rule(document=DOCUMENTS, is_undone=st.booleans())
    def transaction(self, document: dict[str, Any], is_undone: bool) -> None:  # noqa: FBT001 - given by hypothesis
        with suppress(InterruptedError), self.db.transaction():
            doc_ids = {table: self.db.table(table).insert(document) for table in ("_default", "rules")}
            self.db.table("rules").update({"n": 5}, doc_ids=[doc_ids["rules"]])
            if is_undone:
                raise InterruptedError
        if is_undone:
            return
        self.rows("_default")[doc_ids["_default"]] = dict(document)
        self.rows("rules")[doc_ids["rules"]] = {**document, "n": 5}

    @rule(documents=st.lists(DOCUMENTS, min_size=1, max_size=3), is_saved=st.booleans())
    def held(self, documents: list[dict[str, Any]], is_saved: bool) -> None:  # noqa: FBT001 - given by hypothesis
        with self.db.journal.holding():
            doc_ids = [self.db.insert(document) for document in documents]
        self.rows("_default").update(zip(doc_ids, map(dict, documents), strict=True))
        if is_saved:
            self.db.journal.save()

    @rule(documents=st.lists(DOCUMENTS, min_size=1, max_size=3))
    def group(self, documents: list[dict[str, Any]]) -> None:
        doc_ids = []
        with self.db.journal.group():
            for document in documents:
                with self.db.transaction():
                    doc_ids.append(self.db.insert(document))
                    assert self.db.get(doc_id=doc_ids[-1]) == document
        self.rows("_default").update(zip(doc_ids, map(dict, documents), strict=True))

    @rule()
    def compact(self) -> None:
        self.db.compact()

    @rule()
    def reopen(self) -> None:
        self.db.close()
        self.db = quick(self.path)

    @invariant()
    def says_the_same(self) -> None:
        for table in ("_default", "rules"):
            assert {row.doc_id: dict(row) for row in self.db.table(table)} == self.model.get(table, {})
            assert len(self.db.table(table)) == len(self.model.get(table, {}))

    def teardown(self) -> None:
        self.db.close()
        self.folder.cleanup()


TestJournalAgainstDict = JournalAgainstDict.TestCase
TestJournalAgainstDict.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
