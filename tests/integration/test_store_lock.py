"""One home, one writer: across processes, over kill -9, and never by inheritance."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from newswatch.errors import StoreError, StoreLocked
from newswatch.store.lock import WriterLock, held_by
from newswatch.store.tiny import TinyStore

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
    (tmp_path / "history.journal").write_text("null")
    with pytest.raises(StoreError):
        TinyStore.open(tmp_path)
    assert held_by(tmp_path) is None
