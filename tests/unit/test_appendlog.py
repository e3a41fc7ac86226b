from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from newswatch.errors import StoreDamaged, StoreError
from newswatch.store.appendlog import AppendLog, frame, unframe
from newswatch.store.disk import Disk
from tests.failing_disk import FailingDisk, QuickDisk

RECORDS = [b'{"n":1}', b"two", "drei – три".encode(), b""]


def opened(path: Path, disk: Disk | None = None, *, read_only: bool = False) -> tuple[AppendLog, list[bytes]]:
    records: list[bytes] = []
    log = AppendLog(path, records.append, kind="test", schema=3, read_only=read_only, disk=disk or QuickDisk())
    return log, records


def written(path: Path, records: list[bytes]) -> bytes:
    log, _ = opened(path)
    for record in records:
        log.append([record])
    log.close()
    return path.read_bytes()


def reread(path: Path) -> list[bytes]:
    log, records = opened(path)
    log.close()
    return records


def refusal(call: Callable[..., object], *arguments: object) -> StoreError | None:
    """The StoreError of a call; None if it went well."""
    try:
        call(*arguments)
    except StoreError as error:
        return error
    return None


def test_a_line_gives_its_record_back() -> None:
    assert [unframe(frame(record)) for record in RECORDS] == RECORDS


def test_a_record_with_a_newline_is_refused() -> None:
    with pytest.raises(ValueError, match="newline"):
        frame(b"one\ntwo")


def test_no_change_of_one_byte_goes_unnoticed() -> None:
    line = frame(RECORDS[0])
    for at in range(len(line)):
        for bit in (1, 32, 128):
            changed = bytearray(line)
            changed[at] ^= bit
            if bytes(changed).lower() != line:  # a checksum in upper case would say the same
                with pytest.raises(ValueError, match=r"line|checksum"):
                    unframe(bytes(changed))


def test_appended_records_come_back_in_order(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    log, _ = opened(path)
    log.append(RECORDS[:2])
    log.append(RECORDS[2:])
    assert log.length == path.stat().st_size
    log.close()
    log.close()
    assert reread(path) == RECORDS


def test_the_file_is_private_and_so_is_a_folder_made_for_it(tmp_path: Path) -> None:
    path = tmp_path / "home" / "a.log"
    written(path, RECORDS)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_file_that_others_could_read_is_made_private(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    written(path, RECORDS)
    path.chmod(0o644)
    assert reread(path) == RECORDS
    assert path.stat().st_mode & 0o777 == 0o600


def test_an_empty_file_becomes_a_new_log(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.touch()
    written(path, RECORDS)
    assert reread(path) == RECORDS


@pytest.mark.parametrize(
    "content",
    [
        b"null",
        b"[]",
        b"{}\n",
        b"\n",
        b"\0" * 64,
        b"SQLite format 3\0" * 900,
        frame(b"null"),
        frame(b'{"format":"append-log"}'),
        frame(b'{"format":"append-log","version":1,"kind":"other","schema":1}'),
        frame(b'{"format":"append-log","version":"1","kind":"test","schema":1}'),
        frame(b'{"format":"append-log","version":1,"kind":"test","schema":1}')[:-4],
    ],
)
def test_a_file_that_is_not_ours_is_refused_and_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.log"
    path.write_bytes(content)
    with pytest.raises(StoreDamaged, match=r"a\.log.*Move the file aside"):
        opened(path)
    assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("newer", [{"version": 2}, {"schema": 4}])
def test_a_file_of_a_newer_version_is_refused_and_left_as_it_is(tmp_path: Path, newer: dict[str, int]) -> None:
    path = tmp_path / "a.log"
    content = frame(json.dumps({"format": "append-log", "version": 1, "kind": "test", "schema": 3, **newer}).encode())
    path.write_bytes(content)
    with pytest.raises(StoreDamaged, match="newer version"):
        opened(path)
    assert path.read_bytes() == content


def test_an_older_schema_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_bytes(frame(b'{"format":"append-log","version":1,"kind":"test","schema":1}') + frame(b"old"))
    assert reread(path) == [b"old"]


def test_a_folder_in_its_place_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="directory"):
        opened(tmp_path)


def test_a_tail_torn_at_any_byte_is_cut_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    whole = written(path, RECORDS[:3])
    start = len(whole) - len(frame(RECORDS[2]))
    for end in range(start, len(whole)):
        path.write_bytes(whole[:end])
        log, records = opened(path)
        assert records == RECORDS[:2]
        assert log.recovery.torn_bytes == end - start
        assert path.read_bytes() == whole[:start]
        log.append([b"next"])
        log.close()
        assert reread(path) == [*RECORDS[:2], b"next"]


def test_a_tail_of_zeros_is_cut(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    whole = written(path, RECORDS)
    path.write_bytes(whole + b"\0" * 4_096)
    assert reread(path) == RECORDS
    assert path.read_bytes() == whole


def test_a_damaged_line_is_set_aside_once_and_the_others_are_read(tmp_path: Path) -> None:
    path, quarantine = tmp_path / "a.log", tmp_path / "a.log.quarantine"
    whole = written(path, RECORDS[:3])
    damaged = whole.replace(b"two", b"tvo")
    path.write_bytes(damaged)
    for _ in range(2):
        log, records = opened(path)
        assert records == [RECORDS[0], RECORDS[2]]
        assert log.recovery.damaged_lines == 1
        assert log.has_damage
        log.close()
    assert path.read_bytes() == damaged
    assert quarantine.read_bytes() == frame(b"two").replace(b"two", b"tvo")
    assert quarantine.stat().st_mode & 0o777 == 0o600


def test_a_damaged_last_line_is_set_aside_too(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_bytes(written(path, RECORDS[:2]).replace(b"two", b"tvo"))
    assert reread(path) == RECORDS[:1]
    assert b"tvo" in (tmp_path / "a.log.quarantine").read_bytes()


def test_a_rewrite_leaves_damage_out_and_the_quarantine_grows(tmp_path: Path) -> None:
    path, quarantine = tmp_path / "a.log", tmp_path / "a.log.quarantine"
    for wrong in (b"tvo", b"twu"):
        path.unlink(missing_ok=True)
        path.write_bytes(written(path, RECORDS[:2]).replace(b"two", wrong))
        log, records = opened(path)
        log.rewrite(records)
        assert not log.has_damage
        log.close()
    assert reread(path) == RECORDS[:1]
    assert [line[9:] for line in quarantine.read_bytes().splitlines()] == [b"tvo", b"twu"]


def test_damage_stays_in_the_file_as_long_as_it_cannot_be_kept_elsewhere(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    damaged = written(path, RECORDS[:2]).replace(b"two", b"tvo")
    path.write_bytes(damaged)
    (tmp_path / "a.log.quarantine").mkdir()
    log, records = opened(path)
    assert records == RECORDS[:1]
    with pytest.raises(StoreError):
        log.rewrite(records)
    log.append([b"next"])
    log.close()
    assert path.read_bytes() == damaged + frame(b"next")


def test_what_a_replay_cannot_use_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    written(path, RECORDS)

    def refuse(record: bytes) -> None:
        if record == b"two":
            raise ValueError(record)

    log = AppendLog(path, refuse, kind="test", schema=3, disk=QuickDisk())
    assert (log.recovery.records, log.recovery.damaged_lines) == (3, 1)
    log.close()


def test_reading_only_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    torn = written(path, RECORDS).replace(b"two", b"tvo") + b"0000"
    path.write_bytes(torn)
    log, records = opened(path, read_only=True)
    assert records == [RECORDS[0], *RECORDS[2:]]
    for write in (log.append, log.rewrite):
        with pytest.raises(StoreError, match="read only"):
            write([b"x"])
    log.close()
    assert path.read_bytes() == torn
    assert list(tmp_path.iterdir()) == [path]


def test_reading_only_what_is_not_there_makes_nothing(tmp_path: Path) -> None:
    _, records = opened(tmp_path / "home" / "a.log", read_only=True)
    assert records == []
    assert list(tmp_path.iterdir()) == []


def test_a_rewrite_replaces_the_content_and_appends_go_on_after_it(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    written(path, RECORDS)
    log, _ = opened(path)
    log.rewrite([b"all"])
    log.append([b"more"])
    log.close()
    assert reread(path) == [b"all", b"more"]
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_rewrite_larger_than_its_buffer_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    records = [os.urandom(150_000).hex().encode() for _ in range(9)]
    log, _ = opened(path)
    log.rewrite(records)
    log.close()
    assert reread(path) == records


def test_what_a_killed_rewrite_left_is_removed(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    written(path, RECORDS)
    (tmp_path / "a.log.tmp").write_bytes(b"half")
    assert reread(path) == RECORDS
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_to_the_file_stays_a_link(tmp_path: Path) -> None:
    target, link = tmp_path / "disk" / "a.log", tmp_path / "a.log"
    written(target, RECORDS)
    link.symlink_to(target)
    log, records = opened(link)
    log.rewrite(records[:1])
    log.close()
    assert link.is_symlink()
    assert reread(target) == RECORDS[:1]


FAULTS: list[Callable[[], FailingDisk]] = [
    lambda: FailingDisk(errno.ENOSPC),
    lambda: FailingDisk(errno.ENOSPC, is_short=True),
    lambda: FailingDisk(errno.EIO),
    lambda: FailingDisk(errno.EIO, for_ever=True),
    lambda: FailingDisk(errno.ENOSPC, is_short=True, for_ever=True),
]


@pytest.mark.parametrize("fault", FAULTS)
def test_an_append_that_fails_at_any_step_leaves_no_trace(tmp_path: Path, fault: Callable[[], FailingDisk]) -> None:
    for step in count():
        path = tmp_path / f"{step}.log"
        disk = fault()
        written(path, RECORDS[:2])
        log, _ = opened(path, disk)
        disk.arm(step)
        error = refusal(log.append, [b"unlucky, and longer than what comes after it"])
        if error is None:
            log.close()
            assert not disk.has_failed
            assert step >= 2
            return
        assert str(path) in str(error)
        disk.heal()
        log.append([b"lucky"])
        log.close()
        assert reread(path) == [*RECORDS[:2], b"lucky"]


@pytest.mark.parametrize("fault", FAULTS)
def test_after_a_failed_append_the_file_opens_with_the_old_records(
    tmp_path: Path, fault: Callable[[], FailingDisk]
) -> None:
    for step in count():
        path = tmp_path / f"{step}.log"
        disk = fault()
        whole = written(path, RECORDS[:2])
        log, _ = opened(path, disk)
        disk.arm(step)
        error = refusal(log.append, [b"unlucky"])
        log.close()
        if error is None:
            assert step >= 2
            return
        # The line may stand only where the cut failed too; the process that could not cut it was told so.
        could_cut = not path.read_bytes()[len(whole) :]
        assert reread(path) in ([RECORDS[:2]] if could_cut else [RECORDS[:2], [*RECORDS[:2], b"unlucky"]])


@pytest.mark.parametrize("fault", FAULTS)
def test_a_rewrite_that_fails_at_any_step_leaves_old_or_new(tmp_path: Path, fault: Callable[[], FailingDisk]) -> None:
    for step in count():
        path = tmp_path / f"{step}.log"
        disk = fault()
        written(path, RECORDS)
        log, _ = opened(path, disk)
        disk.arm(step)
        if refusal(log.rewrite, [b"all"]) is None:
            log.close()
            assert not disk.has_failed
            assert step >= 5
            return
        assert reread(path) in (RECORDS, [b"all"])
        disk.heal()
        log.append([b"more"])
        log.close()
        assert reread(path) in ([*RECORDS, b"more"], [b"all", b"more"])
        assert not (tmp_path / f"{step}.log.tmp").exists()


def test_nothing_is_acknowledged_before_the_rename_is_on_the_medium(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    disk = FailingDisk(errno.EIO)
    written(path, RECORDS)
    log, _ = opened(path, disk)
    disk.arm(["open", "write", "sync", "replace", "sync_folder"].index("sync_folder"))
    with pytest.raises(StoreError):
        log.rewrite([b"all"])
    assert disk.steps[:5] == ["open", "write", "sync", "replace", "sync_folder"]
    disk.arm(0)
    with pytest.raises(StoreError):
        log.append([b"more"])
    assert disk.steps[0] in ("truncate", "sync_folder")
    disk.heal()
    log.append([b"more"])
    log.close()
    assert reread(path) == [b"all", b"more"]


@pytest.mark.parametrize("fault", FAULTS)
def test_making_a_log_fails_cleanly_at_any_step(tmp_path: Path, fault: Callable[[], FailingDisk]) -> None:
    for step in count():
        path = tmp_path / f"{step}.log"
        disk = fault()
        disk.arm(step)
        error = refusal(opened, path, disk)
        if error is None:
            assert not disk.has_failed
            assert step >= 5
            return
        assert str(path) in str(error)
        assert reread(path) == []


class InterruptedDisk(QuickDisk):
    """A person presses ctrl+c while the disk works."""

    is_due = False

    def sync(self, fd: int) -> None:  # noqa: ARG002 - Disk's signature
        """Is interrupted once."""
        if self.is_due:
            self.is_due = False
            raise KeyboardInterrupt


def test_an_append_that_was_interrupted_does_not_garble_the_next(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    disk = InterruptedDisk()
    log, _ = opened(path, disk)
    disk.is_due = True
    with pytest.raises(KeyboardInterrupt):
        log.append([b"interrupted, and longer than what comes after it"])
    log.append([b"next"])
    log.close()
    assert reread(path) == [b"next"]


def test_a_closed_log_refuses_to_write(tmp_path: Path) -> None:
    log, _ = opened(tmp_path / "a.log")
    log.close()
    with pytest.raises(StoreError, match="closed"):
        log.append([b"x"])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_named_with_a_remedy(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StoreError, match=r"a\.log could not be opened: Permission denied\. Make the folder yours"):
        opened(tmp_path / "a.log")
