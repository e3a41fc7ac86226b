"""The power goes at any step of any kind of write: what was acknowledged is there, and nothing is torn."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from shutil import copyfile

from newswatch.store.api import Keep, Transaction
from newswatch.store.backup import back_up, backups_of
from newswatch.store.scan import scanned
from newswatch.store.tiny import FILE_NAME, TinyStore
from newswatch.testing import build
from tests.failing_disk import QuickDisk
from tests.power_disk import PowerDisk, developed

DATA = Path(__file__).parents[1] / "data"
OTHER = build.feed("https://harbour.example/rss")


def found(title: str, **changes: object) -> Transaction:
    """What a poll commits."""
    entry = build.entry(title, **changes)
    return Transaction((entry,), (), (build.identity(entry),), (build.hit(entry),))


def contents(store: TinyStore) -> tuple[object, ...]:
    return (
        {(entry.key, entry.title) for entry in store.entries()},
        {(hit.id, hit.told_at, hit.is_starred, hit.entry.title) for hit in store.hits()},
        dict(store.feed_states()),
        store.totals(),
    )


def opened(folder: Path, disk: QuickDisk | None = None) -> TinyStore:
    return TinyStore.open(folder, disk=disk or QuickDisk())


def test_after_every_kind_of_write_what_was_acknowledged_outlives_the_power(tmp_path: Path) -> None:
    home = tmp_path / "home"
    disk = PowerDisk(home)
    store = opened(home, disk)
    kursk = build.entry("North Korean troops seen in Kursk")

    def held_and_saved() -> None:
        store.hold(found("Held"))
        store.hold(Transaction(hits=(build.hit(kursk, told_at=build.at(1), is_starred=True),)))
        store.save()

    deeds: list[Callable[[], object]] = [
        lambda: store.commit(found(kursk.title)),
        lambda: store.commit(Transaction(hits=(build.hit(kursk, told_at=build.at(1)),))),
        lambda: store.commit(Transaction(entries=(replace(kursk, title="Identified", revised_at=build.at(2)),))),
        lambda: store.commit(Transaction(entries=(build.entry("Without a hit"),))),
        lambda: store.prune_entries(Keep(count=0)),
        lambda: store.commit_all([[found("Two")], [found("Three", feed_id=OTHER.id)]]),
        store.compact,
        lambda: store.commit(found("Since then")),
        held_and_saved,
        store.compact,
    ]
    states = [contents(store)]
    known = [(len(disk.moments), 0)]  # from this moment on at least that state
    begun = []  # the moment from which on the next state may be there
    for deed in deeds:
        begun.append(len(disk.moments))
        deed()
        states.append(contents(store))
        known.append((len(disk.moments), len(states) - 1))
    moments = list(disk.moments)
    store.close()
    start = known[0][0]
    for first, last, folder in developed(moments[start:], tmp_path / "cut"):
        least = max(state for since, state in known if since <= last + start)
        most = sum(since <= first + start for since in begun)
        survivor = opened(folder)
        # A group is several transactions, held ones too: of these a part may be there, each of them whole.
        if contents(survivor) not in states:
            assert least < most
            assert deeds[most - 1] in (deeds[5], held_and_saved)
        else:
            same = [number for number, state in enumerate(states) if state == contents(survivor)]
            assert least <= max(same)
            assert min(same) <= most
        assert survivor.opening.damaged_lines == survivor.opening.unreadable_rows == 0
        assert survivor.opening.rescue is None
        survivor.close()


class PausedDisk(PowerDisk):
    """Stops before a new file takes its place, until what goes on beside it is done."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.is_paused = False
        self.is_asked = threading.Event()
        self.may_go_on = threading.Event()

    def sync(self, fd: int) -> None:
        """See `Disk.sync`."""
        super().sync(fd)
        if self.is_paused and threading.current_thread() is not threading.main_thread():
            self.is_paused = False
            self.is_asked.set()
            assert self.may_go_on.wait(30)


def test_what_is_committed_while_the_file_is_compacted_outlives_the_power(tmp_path: Path) -> None:
    home = tmp_path / "home"
    disk = PausedDisk(home)
    store = opened(home, disk)
    store.commit(found("Before"))
    disk.settle()
    disk.is_paused = True
    thread = threading.Thread(target=store.compact)
    thread.start()
    assert disk.is_asked.wait(30)
    store.commit(found("Meanwhile"))
    acknowledged = len(disk.moments)
    disk.may_go_on.set()
    thread.join()
    store.commit(found("After"))
    store.close()
    for _, last, folder in developed(disk.moments, tmp_path / "cut"):
        survivor = opened(folder)
        titles = {hit.entry.title for hit in survivor.hits()}
        assert {"Before"} <= titles <= {"Before", "Meanwhile", "After"}
        if last >= acknowledged:
            assert "Meanwhile" in titles
        assert survivor.damage() == ""
        survivor.close()


def test_a_backup_that_the_power_cuts_off_is_no_backup(tmp_path: Path) -> None:
    home = tmp_path / "home"
    store = opened(home)
    store.commit(found("First"))
    store.close()
    disk = PowerDisk(home)
    back_up(home / FILE_NAME, build.at(-1440), disk=disk)
    disk.settle()
    back_up(home / FILE_NAME, build.at(), disk=disk)
    for _, _, folder in developed(disk.moments, tmp_path / "cut"):
        assert all(scanned(backup.path).is_whole for backup in backups_of(folder / FILE_NAME))
        assert backups_of(folder / FILE_NAME)
        survivor = opened(folder)
        assert survivor.damage() == ""
        survivor.close()


def test_a_restore_that_the_power_cuts_off_is_made_at_the_next_start(tmp_path: Path) -> None:
    home = tmp_path / "home"
    store = opened(home)
    store.commit(found("First"))
    store.close()
    back_up(home / FILE_NAME, build.at(), disk=QuickDisk())
    (home / FILE_NAME).write_bytes(b"null")
    disk = PowerDisk(home)
    disk.settle()
    opened(home, disk).close()
    for _, _, folder in developed(disk.moments, tmp_path / "cut"):
        survivor = opened(folder)
        assert [hit.entry.title for hit in survivor.hits()] == ["First"]
        survivor.close()
        assert any(path.read_bytes() == b"null" for path in folder.iterdir() if path.is_file())


def test_bringing_an_old_file_up_to_date_outlives_the_power(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    copyfile(DATA / "history-1.journal", home / FILE_NAME)
    disk = PowerDisk(home)
    disk.settle()
    opened(home, disk).close()
    for _, _, folder in developed(disk.moments, tmp_path / "cut"):
        survivor = opened(folder)
        assert (survivor.totals().entries, survivor.totals().hits) == (3, 2)
        assert survivor.damage() == ""
        survivor.close()
