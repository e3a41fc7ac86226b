"""Files of the history that cannot be used, backups, and files of older versions: what is kept, and what is said."""

from __future__ import annotations

import errno
import gzip
import os
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from shutil import copyfile

import pytest

from newswatch.errors import StoreDamaged, StoreError
from newswatch.model.event import Totals
from newswatch.model.hit import Triage
from newswatch.store.api import Transaction
from newswatch.store.backup import FOLDER, KEEP, back_up, backups_of, copy, is_due
from newswatch.store.care import opened_with_care, set_aside_files
from newswatch.store.lines import frame, parse_header
from newswatch.store.migrate import SCHEMA, STEPS
from newswatch.store.scan import scanned
from newswatch.store.tiny import FILE_NAME, KIND, TinyStore
from newswatch.testing import build
from tests.failing_disk import FailingDisk, QuickDisk

DATA = Path(__file__).parents[1] / "data"
TITLES = ("First", "Second", "Third")


def found(title: str) -> Transaction:
    """What a poll commits."""
    entry = build.entry(title)
    return Transaction((entry,), (), (build.identity(entry),), (build.hit(entry),))


def opened(folder: Path, disk: QuickDisk | None = None) -> TinyStore:
    return TinyStore.open(folder, disk=disk or QuickDisk())


def filled(folder: Path, titles: tuple[str, ...] = TITLES) -> Path:
    """A history with a hit of each title; its file."""
    store = opened(folder)
    for title in titles:
        store.commit(found(title))
    store.close()
    return folder / FILE_NAME


def titles_in(store: TinyStore) -> list[str]:
    return sorted(hit.entry.title for hit in store.hits())


NEWER = frame(b'{"format":"append-log","version":1,"kind":"newswatch-history","schema":99}') + frame(b"[]")
FOREIGN = frame(b'{"format":"append-log","version":1,"kind":"tinydb-journal","schema":1}') + frame(b"[]")
UNUSABLE = {
    "null": b"null",
    "a list": b"[]",
    "a stock TinyDB": b'{"_default": {"1": {"n": 1}}}',
    "a newline": b"\n",
    "zeros": b"\0" * 5_000,
    "noise": bytes(range(256)) * 40,
    "a database of another program": b"SQLite format 3\0" * 900,
    "another journal": FOREIGN,
    "a newer version": NEWER,
    "nothing": b"",
}


@pytest.mark.parametrize("content", UNUSABLE.values(), ids=UNUSABLE.keys())
def test_a_file_that_cannot_be_used_is_set_aside_byte_for_byte_and_the_newest_backup_takes_its_place(
    tmp_path: Path, content: bytes
) -> None:
    path = filled(tmp_path)
    back_up(path, build.at(-600))
    store = opened(tmp_path)
    store.commit(found("Fourth"))
    store.close()
    back_up(path, build.at(), disk=QuickDisk())
    path.write_bytes(content)
    begun = time.monotonic()
    store = opened(tmp_path)
    assert time.monotonic() - begun < 2
    assert titles_in(store) == ["First", "Fourth", "Second", "Third"]
    said = store.damage()
    (aside,) = set_aside_files(path)
    assert aside.read_bytes() == content
    assert aside.stat().st_mode & 0o777 == 0o600
    assert aside.name in said
    assert "12 rows were restored from the backup of 2026-11-22 14:30 UTC" in said
    store.commit(found("Fifth"))
    assert store.damage() == said
    store.close()
    store = opened(tmp_path)
    assert store.damage() == ""
    assert len(titles_in(store)) == 5
    store.close()


@pytest.mark.parametrize("content", UNUSABLE.values(), ids=UNUSABLE.keys())
def test_without_a_backup_the_history_begins_anew_and_says_so(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / FILE_NAME
    path.write_bytes(content)
    store = opened(tmp_path)
    assert store.totals() == Totals()
    assert "begins anew" in store.damage()
    store.commit(found("First"))
    store.close()
    assert [aside.read_bytes() for aside in set_aside_files(path)] == [content]


def test_a_second_file_of_the_same_second_does_not_take_the_place_of_the_first(tmp_path: Path) -> None:
    def refuse(_: object) -> None:
        raise StoreDamaged("no", "is no good")

    path = tmp_path / FILE_NAME
    for content in (b"null", b"[]"):
        path.write_bytes(content)
        with pytest.raises(StoreDamaged):
            opened_with_care(path, refuse, kind=KIND, schema=1, updates={}, now=build.at(), disk=QuickDisk())
    assert [aside.read_bytes() for aside in set_aside_files(path)] == [b"null", b"[]"]


def test_a_damaged_first_line_costs_nothing_else(tmp_path: Path) -> None:
    path = filled(tmp_path)
    back_up(path, build.at(), disk=QuickDisk())
    store = opened(tmp_path)
    store.commit(found("Since the backup"))
    store.close()
    damaged = path.read_bytes().replace(b'"append-log"', b'"uppend-log"')
    path.write_bytes(damaged)
    store = opened(tmp_path)
    assert titles_in(store) == ["First", "Second", "Since the backup", "Third"]
    assert "could be read all the same" in store.damage()
    store.close()
    assert set_aside_files(path)[0].read_bytes() == damaged


def test_the_lines_of_a_file_that_is_damaged_throughout_are_better_than_nothing(tmp_path: Path) -> None:
    path = filled(tmp_path)
    path.write_bytes(path.read_bytes().replace(b'"append-log"', b'"uppend-log"').replace(b"Second", b"Zecond"))
    store = opened(tmp_path)
    assert titles_in(store) == ["First", "Third"]
    store.close()


def test_a_backup_is_better_than_a_file_that_is_damaged_throughout(tmp_path: Path) -> None:
    path = filled(tmp_path)
    back_up(path, build.at(), disk=QuickDisk())
    path.write_bytes(path.read_bytes().replace(b'"append-log"', b'"uppend-log"').replace(b"Second", b"Zecond"))
    store = opened(tmp_path)
    assert titles_in(store) == ["First", "Second", "Third"]
    store.close()


def test_a_file_that_is_gone_comes_back_from_its_backup(tmp_path: Path) -> None:
    path = filled(tmp_path)
    back_up(path, build.at(), disk=QuickDisk())
    path.unlink()
    store = opened(tmp_path)
    assert titles_in(store) == sorted(TITLES)
    assert "was gone" in store.damage()
    store.close()


def test_a_home_without_a_history_is_a_fresh_start_and_no_damage(tmp_path: Path) -> None:
    store = opened(tmp_path)
    assert store.damage() == ""
    store.close()
    assert set_aside_files(tmp_path / FILE_NAME) == []


def test_a_backup_that_is_no_good_is_passed_over(tmp_path: Path) -> None:
    path = filled(tmp_path, ("First",))
    good = back_up(path, build.at(), disk=QuickDisk()).path.read_bytes()
    broken = [good[: len(good) // 2], b"", b"null", gzip.compress(NEWER), gzip.compress(gzip.decompress(good)[:-3])]
    for day, content in enumerate(broken, 1):
        back_up(path, build.at(1440 * day), disk=QuickDisk()).path.write_bytes(content)
    path.write_bytes(b"null")
    store = opened(tmp_path)
    assert titles_in(store) == ["First"]
    assert "backup of 2026-11-22 14:30" in store.damage()
    store.close()


def test_what_a_damaged_line_held_is_asked_for_again_and_not_answered_with_not_modified(tmp_path: Path) -> None:
    path = filled(tmp_path)
    store = opened(tmp_path)
    state = build.feed_state(title="Dnipro Wire", etag='"7"', last_modified="Sun, 22 Nov 2026", body_hash="ab")
    store.commit(Transaction(feed_states=(state,)))
    store.close()
    header, first, *others = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join((header, first.replace(b"First", b"Worst"), *others)))
    opened(tmp_path).close()  # whoever is the first to open it, a verb for one
    store = opened(tmp_path)
    assert titles_in(store) == ["Second", "Third"]
    assert store.damage() == ""
    assert [*store.feed_states().values()] == [replace(state, etag=None, last_modified=None, body_hash=None)]
    store.close()


def test_a_reader_touches_nothing_of_a_file_that_cannot_be_used(tmp_path: Path) -> None:
    path = filled(tmp_path)
    back_up(path, build.at(), disk=QuickDisk())
    path.write_bytes(b"null")
    with pytest.raises(StoreDamaged):
        TinyStore.read(tmp_path)
    assert path.read_bytes() == b"null"
    assert set_aside_files(path) == []


def test_a_folder_in_its_place_is_not_ours_to_move(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).mkdir()
    with pytest.raises(StoreError):
        opened(tmp_path)
    assert (tmp_path / FILE_NAME).is_dir()


FAULTS: list[Callable[[], FailingDisk]] = [
    lambda: FailingDisk(errno.ENOSPC),
    lambda: FailingDisk(errno.ENOSPC, is_short=True),
    lambda: FailingDisk(errno.EIO, for_ever=True),
]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_restore_that_fails_at_any_step_loses_nothing_and_is_made_at_the_next_start(
    tmp_path: Path, fault: Callable[[], FailingDisk]
) -> None:
    for step in count():
        folder = tmp_path / str(step)
        path = filled(folder)
        back_up(path, build.at(), disk=QuickDisk())
        path.write_bytes(b"null")
        disk = fault()
        disk.arm(step)
        try:
            opened(folder, disk).close()
        except StoreError:
            assert path.exists()  # at no step is there none
            assert path.read_bytes() == b"null" or any(one.read_bytes() == b"null" for one in set_aside_files(path))
            store = opened(folder)
            assert titles_in(store) == sorted(TITLES)
            store.close()
            assert set_aside_files(path)[0].read_bytes() == b"null"
        else:
            assert step > 5
            return


class PhotoDisk(QuickDisk):
    """Keeps what the folder holds after every step, and in the middle of every write: each a place to be killed at."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.taken: list[dict[str, bytes]] = []

    def _photo(self) -> None:
        files = (path for path in self._folder.rglob("*") if path.is_file())
        self.taken.append({str(path.relative_to(self._folder)): path.read_bytes() for path in files})

    def open(self, path: Path, *, create: bool = False) -> int:
        """See `Disk.open`."""
        fd = super().open(path, create=create)
        self._photo()
        return fd

    def write(self, fd: int, data: bytes | memoryview, offset: int) -> int:
        """See `Disk.write`."""
        for length in (1, len(data) // 2, len(data)):
            super().write(fd, data[:length], offset)
            self._photo()
        return len(data)

    def replace(self, source: Path, target: Path) -> None:
        """See `Disk.replace`."""
        super().replace(source, target)
        self._photo()

    def link(self, source: Path, target: Path) -> None:
        """See `Disk.link`."""
        super().link(source, target)
        self._photo()


def developed(photo: dict[str, bytes], folder: Path) -> Path:
    """A folder as it was."""
    for name, content in photo.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def test_killed_at_any_step_of_a_restore_the_next_start_has_all_of_it(tmp_path: Path) -> None:
    home = tmp_path / "home"
    path = filled(home)
    back_up(path, build.at(), disk=QuickDisk())
    path.write_bytes(b"null")
    disk = PhotoDisk(home)
    opened(home, disk).close()
    assert len(disk.taken) > 5
    for number, photo in enumerate(disk.taken):
        folder = developed(photo, tmp_path / str(number))
        store = opened(folder)
        assert titles_in(store) == sorted(TITLES)
        store.close()
        assert b"null" in [aside.read_bytes() for aside in set_aside_files(folder / FILE_NAME)]


def test_killed_at_any_step_of_a_backup_the_history_and_the_older_backups_are_whole(tmp_path: Path) -> None:
    home = tmp_path / "home"
    path = filled(home)
    back_up(path, build.at(-1440), disk=QuickDisk())
    disk = PhotoDisk(home)
    back_up(path, build.at(), disk=disk)
    assert len(disk.taken) > 4
    for number, photo in enumerate(disk.taken):
        folder = developed(photo, tmp_path / str(number))
        assert all(scanned(backup.path).is_whole for backup in backups_of(folder / FILE_NAME))
        store = opened(folder)
        assert titles_in(store) == sorted(TITLES)
        assert store.damage() == ""
        store.close()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_backup_that_fails_at_any_step_leaves_the_others_and_no_litter(
    tmp_path: Path, fault: Callable[[], FailingDisk]
) -> None:
    path = filled(tmp_path)
    before = back_up(path, build.at(-1440), disk=QuickDisk())
    for step in count():
        disk = fault()
        disk.arm(step)
        try:
            back_up(path, build.at(step), disk=disk)
        except StoreError:
            whole = [backup for backup in backups_of(path) if scanned(backup.path).is_whole]
            assert before in whole
            assert len(whole) == len(backups_of(path))
        else:
            assert step >= 4
            return


def test_a_backup_is_private_and_opens_as_a_journal_once_it_is_unpacked(tmp_path: Path) -> None:
    path = filled(tmp_path / "home")
    backup = back_up(path, build.at(), disk=QuickDisk())
    assert backup.path.stat().st_mode & 0o777 == 0o600
    assert backup.path.parent.stat().st_mode & 0o777 == 0o700
    other = tmp_path / "other"
    other.mkdir()
    (other / FILE_NAME).write_bytes(gzip.decompress(backup.path.read_bytes()))
    store = opened(other)
    assert titles_in(store) == sorted(TITLES)
    assert store.damage() == ""
    store.close()


def test_a_backup_is_taken_while_the_history_is_written_and_lacks_only_the_line_that_is_not_whole(
    tmp_path: Path,
) -> None:
    store = opened(tmp_path)
    store.commit(found("First"))
    path = tmp_path / FILE_NAME
    whole = path.read_bytes()
    path.write_bytes(whole + frame(b"[]")[:-3])
    backup = back_up(path, build.at(), disk=QuickDisk())
    assert gzip.decompress(backup.path.read_bytes()) == whole
    store.close()


def test_a_damaged_line_is_no_part_of_a_copy(tmp_path: Path) -> None:
    path = filled(tmp_path)
    path.write_bytes(path.read_bytes().replace(b"Second", b"Zecond"))
    assert copy(path, tmp_path / "copy.journal", disk=QuickDisk()).damaged_lines == 1
    assert scanned(tmp_path / "copy.journal").is_whole


def test_a_file_that_is_no_journal_is_not_copied(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"null")
    with pytest.raises(StoreError, match="no first line"):
        back_up(tmp_path / FILE_NAME, build.at(), disk=QuickDisk())
    assert list((tmp_path / FOLDER).iterdir()) == []


def test_backups_are_made_once_a_day_and_only_if_the_history_changed(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    assert not is_due(path, build.at())
    filled(tmp_path, ())
    assert not is_due(path, build.at())
    filled(tmp_path)
    os.utime(path, (build.at(-60).timestamp(),) * 2)
    assert is_due(path, build.at())
    back_up(path, build.at(), disk=QuickDisk())
    assert not is_due(path, build.at(1439))
    assert not is_due(path, build.at(9999))
    os.utime(path, (build.at(30).timestamp(),) * 2)
    assert not is_due(path, build.at(1439))
    assert is_due(path, build.at(1440))
    assert is_due(path, build.at(-1))  # the newest one is of a clock that was wrong


def test_a_week_of_backups_is_kept(tmp_path: Path) -> None:
    path = filled(tmp_path)
    for day in range(10):
        back_up(path, build.at() + timedelta(days=day), disk=QuickDisk())
    kept = [backup.at for backup in backups_of(path)]
    assert kept == [build.at() + timedelta(days=9 - age) for age in range(KEEP)]


def test_backups_never_take_more_room_than_they_may_but_the_newest_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = filled(tmp_path)
    size = back_up(path, build.at(), disk=QuickDisk()).size
    monkeypatch.setattr("newswatch.store.backup.MAX_BYTES", 3 * size)
    for day in range(1, 6):
        back_up(path, build.at() + timedelta(days=day), disk=QuickDisk())
    assert len(backups_of(path)) == 3
    monkeypatch.setattr("newswatch.store.backup.MAX_BYTES", 1)
    back_up(path, build.at() + timedelta(days=6), disk=QuickDisk())
    assert len(backups_of(path)) == 1


def test_a_backup_does_not_take_the_last_room_of_the_history(tmp_path: Path) -> None:
    class FullDisk(QuickDisk):
        """A disk that is almost full."""

        def free(self, folder: Path) -> int:  # noqa: ARG002 - Disk's signature
            """Next to nothing."""
            return 1_000

    path = filled(tmp_path)
    with pytest.raises(StoreError, match="Free some space"):
        back_up(path, build.at(), disk=FullDisk())


def test_a_backup_that_is_no_longer_wanted_ends_at_once(tmp_path: Path) -> None:
    path = filled(tmp_path)
    with pytest.raises(StoreError, match="not wanted"):
        back_up(path, build.at(), is_stopped=lambda: True, disk=QuickDisk())
    assert list((tmp_path / FOLDER).iterdir()) == []


# Older versions.


def test_there_is_a_step_and_a_file_for_every_older_schema() -> None:
    assert list(STEPS) == list(range(1, SCHEMA))
    assert {path.name for path in DATA.glob("history-*.journal")} >= {f"history-{schema}.journal" for schema in STEPS}


def old_home(folder: Path, schema: int) -> Path:
    folder.mkdir(parents=True)
    return Path(copyfile(DATA / f"history-{schema}.journal", folder / FILE_NAME))


def says_what_schema_1_said(store: TinyStore, damage: str = "") -> None:
    """What `tests/data/history-1.journal` was filled with, by the newswatch of that time."""
    assert store.totals() == Totals(entries=3, hits=2, held=0, untold=1)
    assert store.damage() == damage
    kursk = build.entry(
        "North Korean troops seen in Kursk",
        summary="Three columns, say residents.",
        author="O. Bondar",
        tags=("ukraine", "dprk"),
    )
    quiet = build.entry(
        "Quiet day on the river",
        content="Nothing moved. 河は静かだった。",
        seen_at=build.at(1),
        published_at=None,
        is_backlog=True,
    )
    bridge = build.entry("Bridge at Rivne closed", seen_at=build.at(2), lang=None)
    revised = replace(kursk, title="North Korean troops seen near Kursk", revised_at=build.at(5))
    assert set(store.entries()) == {revised, quiet, bridge}
    assert store.revisions(kursk.feed_id, kursk.key)[0].entry == kursk
    first = replace(
        build.hit(kursk),
        entry=revised,
        marks=(build.mark("North Korean troops"),),
        told_at=build.at(4),
        state=Triage.ACKED,
        is_starred=True,
    )
    assert store.hit(first.id) == first
    assert store.untold(9) == (build.hit(bridge, build.rule("Rivne", id="rivne")),)
    assert store.identities(kursk.feed_id) == {entry.key: build.identity(entry) for entry in (kursk, quiet, bridge)}
    (state,) = store.feed_states().values()
    assert (state.etag, state.body_hash) == ((None, None) if damage else ('"a1"', "00ff"))  # asked for again, or not
    assert state.next_check_at == build.at(13)


def test_a_file_of_schema_1_is_brought_up_to_date_and_a_copy_stays(tmp_path: Path) -> None:
    home = tmp_path / "home"
    path = old_home(home, 1)
    before = path.read_bytes()
    for _ in range(2):
        store = opened(home)
        says_what_schema_1_said(store)
        store.close()
        assert parse_header(path.read_bytes().splitlines(keepends=True)[0]).schema == SCHEMA
    (kept,) = home.glob("*.schema-1.gz")
    assert gzip.decompress(kept.read_bytes()) == before


def test_a_reader_takes_a_file_of_schema_1_as_it_is(tmp_path: Path) -> None:
    path = old_home(tmp_path / "home", 1)
    before = path.read_bytes()
    store = TinyStore.read(tmp_path / "home")
    says_what_schema_1_said(store)
    store.close()
    assert path.read_bytes() == before


def test_a_backup_of_schema_1_is_brought_up_to_date_when_it_is_restored(tmp_path: Path) -> None:
    path = old_home(tmp_path / "home", 1)
    back_up(path, build.at(), disk=QuickDisk())
    path.write_bytes(b"null")
    store = opened(tmp_path / "home")
    assert store.totals().hits == 2
    store.close()
    assert parse_header(path.read_bytes().splitlines(keepends=True)[0]).schema == SCHEMA


def test_a_damaged_line_of_an_older_file_is_set_aside_and_the_rest_brought_up_to_date(tmp_path: Path) -> None:
    path = old_home(tmp_path / "home", 1)
    path.write_bytes(path.read_bytes().replace(b"Forgotten", b"Furgotten"))
    store = opened(tmp_path / "home")
    says_what_schema_1_said(
        store,
        "history.journal had 1 damaged line, which was set aside in history.journal.quarantine; "
        "its 10 rows could be read all the same, and were kept",
    )
    store.close()
    assert b"Furgotten" in path.with_name(FILE_NAME + ".quarantine").read_bytes()


@pytest.mark.parametrize("fault", FAULTS)
def test_bringing_up_to_date_fails_at_any_step_with_the_old_file_or_the_new(
    tmp_path: Path, fault: Callable[[], FailingDisk]
) -> None:
    for step in count():
        home = tmp_path / str(step)
        path = old_home(home, 1)
        disk = fault()
        disk.arm(step)
        try:
            opened(home, disk).close()
        except StoreError:
            assert parse_header(path.read_bytes().splitlines(keepends=True)[0]).schema in {1, SCHEMA}
            store = opened(home)
            says_what_schema_1_said(store)
            store.close()
        else:
            assert step > 8
            return


def test_killed_at_any_step_of_bringing_up_to_date_the_next_start_does_it(tmp_path: Path) -> None:
    home = tmp_path / "home"
    old_home(home, 1)
    disk = PhotoDisk(home)
    opened(home, disk).close()
    for number, photo in enumerate(disk.taken):
        folder = developed(photo, tmp_path / str(number))
        store = opened(folder)
        says_what_schema_1_said(store)
        store.close()
