"""One home, one writer: across processes, over kill -9, and never by inheritance."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from newswatch.errors import StoreError, StoreLocked
from newswatch.store.lock import Holder, WriterLock, held_by, holder_of
from newswatch.store.tiny import TinyStore
from tests.failing_disk import FailingDisk

# Each says "ready" when it stands as described, then waits for its stdin to end.
HOLDER = """
import sys
from pathlib import Path
from newswatch.store.tiny import TinyStore
store = TinyStore.open(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.read()
"""
FORKER = """
import os, sys
from pathlib import Path
from newswatch.store.lock import WriterLock
lock = WriterLock(Path(sys.argv[1]) / "lock")
child = os.fork()
if child == 0:
    print("ready", flush=True)
    sys.stdin.read()
    os._exit(0)
os.kill(os.getpid(), 9) if sys.stdin.readline() == "die\\n" else None
"""
SPAWNER = """
import subprocess, sys
from pathlib import Path
from newswatch.store.lock import WriterLock
lock = WriterLock(Path(sys.argv[1]) / "lock")
code = "import sys; print('ready', flush=True); sys.stdin.read()"
worker = subprocess.Popen([sys.executable, "-c", code], close_fds=False)
worker.wait()
"""


ASKER = """
import sys, threading
from pathlib import Path
from newswatch.store.lock import holder_of
ending = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), ending.set()), daemon=True).start()
print("ready", flush=True)
while not ending.wait(0.002):
    holder_of(Path(sys.argv[1]))
"""


@contextmanager
def process(script: str, folder: Path) -> Iterator[subprocess.Popen[str]]:
    started = subprocess.Popen(
        [sys.executable, "-c", script, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert started.stdout is not None
        assert started.stdout.readline() == "ready\n"
        yield started
    finally:
        started.kill()
        started.communicate()


def test_a_second_process_is_refused_and_told_who_has_it(tmp_path: Path) -> None:
    with process(HOLDER, tmp_path) as holder:
        with pytest.raises(StoreLocked) as refused:
            TinyStore.open(tmp_path)
        assert refused.value.pid == holder.pid
        assert str(holder.pid) in str(refused.value)
        assert str(tmp_path) in str(refused.value)
        assert held_by(tmp_path) == holder.pid


def test_a_lock_ends_with_its_holder_however_that_ends(tmp_path: Path) -> None:
    with process(HOLDER, tmp_path) as holder:
        holder.kill()
        holder.wait()
        assert json.loads((tmp_path / "lock").read_text())["pid"] == holder.pid
        assert held_by(tmp_path) is None
        TinyStore.open(tmp_path).close()


def test_a_second_store_in_this_process_is_refused_too(tmp_path: Path) -> None:
    store = TinyStore.open(tmp_path)
    with pytest.raises(StoreLocked) as refused:
        TinyStore.open(tmp_path)
    assert refused.value.pid == os.getpid()
    store.close()
    TinyStore.open(tmp_path).close()


def test_a_worker_that_was_spawned_does_not_inherit_the_lock(tmp_path: Path) -> None:
    with process(SPAWNER, tmp_path) as parent:
        assert held_by(tmp_path) == parent.pid
        parent.kill()
        parent.wait()
        WriterLock(tmp_path / "lock").release()


def test_a_child_that_was_forked_does_not_inherit_the_lock(tmp_path: Path) -> None:
    with process(FORKER, tmp_path) as parent:
        assert held_by(tmp_path) == parent.pid
        assert parent.stdin is not None
        parent.kill()
        parent.wait()
        WriterLock(tmp_path / "lock").release()


def test_readers_need_no_lock(tmp_path: Path) -> None:
    with process(HOLDER, tmp_path):
        TinyStore.read(tmp_path).close()


def test_what_an_earlier_holder_wrote_never_blocks(tmp_path: Path) -> None:
    for content in (b"", b"null", b"\xff\xfe", b'{"pid": "x"}', json.dumps({"pid": os.getppid()}).encode()):
        (tmp_path / "lock").write_bytes(content)
        assert held_by(tmp_path) is None
        lock = WriterLock(tmp_path / "lock")
        assert held_by(tmp_path) == os.getpid()
        lock.release()
        lock.release()


def test_a_holder_whose_name_cannot_be_read_is_still_a_holder(tmp_path: Path) -> None:
    lock = WriterLock(tmp_path / "lock")
    (tmp_path / "lock").write_bytes(b"garbage")
    with pytest.raises(StoreLocked, match="another process") as refused:
        WriterLock(tmp_path / "lock")
    assert refused.value.pid is None
    assert held_by(tmp_path) is None
    lock.release()


def test_the_file_says_pid_host_and_start_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    lock = WriterLock(tmp_path / "home" / "lock")
    assert json.loads(lock.path.read_text()).keys() == {"pid", "host", "started_at"}
    assert lock.path.stat().st_mode & 0o777 == 0o600
    assert lock.path.parent.stat().st_mode & 0o777 == 0o700
    lock.release()


def test_a_folder_without_a_lock_is_held_by_nobody(tmp_path: Path) -> None:
    assert held_by(tmp_path) is None
    assert held_by(tmp_path / "none") is None


def test_a_place_where_no_lock_can_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match=r"lock could not be opened"):
        WriterLock(tmp_path / "file" / "lock")


def test_a_store_that_could_not_be_opened_leaves_no_lock_behind(tmp_path: Path) -> None:
    disk = FailingDisk(for_ever=True)
    disk.arm(0)
    with pytest.raises(StoreError):
        TinyStore.open(tmp_path, disk=disk)
    assert holder_of(tmp_path) is None


def test_a_holder_on_another_machine_is_named_with_it(tmp_path: Path) -> None:
    lock = WriterLock(tmp_path / "lock")
    assert holder_of(tmp_path) == Holder(os.getpid())
    lock.path.write_text(json.dumps({"pid": 4711, "host": "newsroom-2"}))
    assert holder_of(tmp_path) == Holder(4711, "newsroom-2")
    lock.path.write_text(json.dumps({"pid": 4711, "host": "\x1b[2Jevil"}))
    assert holder_of(tmp_path) == Holder(4711)
    lock.path.write_bytes(b"garbage")
    assert holder_of(tmp_path) == Holder()
    lock.release()
    assert holder_of(tmp_path) is None


def test_a_file_system_without_locks_is_told_and_nothing_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: int, __: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    (tmp_path / "lock").touch()
    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(StoreError, match=r"could not be locked: No locks available.*may not know locks") as refused:
        WriterLock(tmp_path / "lock")
    assert not isinstance(refused.value, StoreLocked)
    assert holder_of(tmp_path) is None


def test_who_asks_for_the_holder_again_and_again_never_keeps_a_writer_out(tmp_path: Path) -> None:
    (tmp_path / "lock").touch()
    with process(ASKER, tmp_path), process(ASKER, tmp_path):
        for _ in range(50):
            WriterLock(tmp_path / "lock").release()


# Opens the home again and again, commits a hit each time, and names it once it is durable.
OPENER = """
import sys, time
from pathlib import Path
from newswatch.errors import StoreLocked
from newswatch.store.api import Transaction
from newswatch.store.tiny import TinyStore
from newswatch.testing import build
done = 0
while done < 15:
    try:
        store = TinyStore.open(Path(sys.argv[1]))
    except StoreLocked:
        continue
    entry = build.entry(f"{sys.argv[2]}, report {done}")
    hit = build.hit(entry)
    store.commit(Transaction((entry,), (), (build.identity(entry),), (hit,)))
    print(hit.id, flush=True)
    store.compact()
    store.close()
    done += 1
"""


def test_two_processes_at_once_never_write_over_each_other(tmp_path: Path) -> None:
    opening = [
        subprocess.Popen([sys.executable, "-c", OPENER, str(tmp_path), name], stdout=subprocess.PIPE, text=True)
        for name in ("One", "Other")
    ]
    said = [process.communicate(timeout=60)[0].split() for process in opening]
    assert [process.returncode for process in opening] == [0, 0]
    store = TinyStore.read(tmp_path)
    assert {hit.id for hit in store.hits()} == {*said[0], *said[1]}
    assert len(said[0]) == len(said[1]) == 15
    assert store.damage() == ""
    store.close()
